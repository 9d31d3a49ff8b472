"""Files made by functions: honest ones, and those of somebody who means harm."""

import struct
import zlib

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SCRIPT = b"<script>fetch('//evil.example')</script>"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int = 1, height: int = 1, *extra: bytes) -> bytes:
    """A picture that says it is so large; its pixels are those of one row."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(1 + min(width, 9)))
    body = chunk(b"IHDR", head) + b"".join(extra) + chunk(b"IDAT", pixels)
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


def segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def jpeg(width: int = 1, height: int = 1, *extra: bytes) -> bytes:
    frame = segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00")
    jfif = segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
    scan = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\x34\xff\x00\x56"
    return b"\xff\xd8" + jfif + b"".join(extra) + frame + scan + b"\xff\xd9"


def pdf(*objects: bytes, trailer: bytes = b"/Root 1 0 R") -> bytes:
    numbered = [b"%d 0 obj\n%s\nendobj\n" % (n, one) for n, one in enumerate(objects, 1)]
    if not objects:
        numbered = [b"1 0 obj\n<< /Type /Catalog /OpenAction [3 0 R /Fit] >>\nendobj\n"]
    return b"%PDF-1.7\n" + b"".join(numbered) + b"trailer\n<< " + trailer + b" >>\n%%EOF\n"


def packed(
    inside: bytes, head: bytes = b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode"
) -> bytes:
    """An object stream, in which whole objects are compressed."""
    data = zlib.compress(inside, 1)
    return b"<< %s /Length %d >>\nstream\r\n%s\nendstream" % (head, len(data), data)


def archive(comment: bytes = b"") -> bytes:
    """An empty archive: what is before it does not matter to those who open it."""
    return b"PK\x05\x06" + bytes(16) + struct.pack("<H", len(comment)) + comment


def script_of(name: bytes = b"/JavaScript") -> bytes:
    return b"<< /Type /Action /S " + name + b" /JS (app.alert\\(1\\)) >>"


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(80)
DOCX_WITH_MACROS = b"PK\x03\x04" + bytes(26) + b"word/vbaProject.bin" + archive()
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
GIF = b"GIF89a/*\x01\x00" + bytes(20) + b"*/=1;alert(1)//;"
EXE = b"MZ" + bytes(100)
HTML = b"<!doctype html>" + SCRIPT

REFUSED: dict[str, tuple[str, bytes, str]] = {
    "text as picture": ("image/png", b"just text", "file_type_differs"),
    "program as document": ("application/pdf", EXE, "file_type_differs"),
    "page as picture": ("image/jpeg", HTML, "file_type_differs"),
    "page before a document": ("application/pdf", HTML + pdf(), "file_type_differs"),
    "drawing": ("image/png", SVG, "file_type_differs"),
    "animation with script": ("image/jpeg", GIF, "file_type_differs"),
    "picture of an iPhone": ("image/jpeg", HEIC, "file_type_differs"),
    "macros": ("application/pdf", DOCX_WITH_MACROS, "file_type_differs"),
    "archive before a document": ("application/pdf", archive() + pdf(), "file_type_differs"),
    "virus sample": ("application/pdf", EICAR, "file_type_differs"),
    "virus sample after a picture": ("image/png", png() + EICAR, "file_mixed"),
    "jpeg as png": ("image/png", jpeg(), "file_type_differs"),
    "png as jpeg": ("image/jpeg", png(), "file_type_differs"),
    "only the beginning of a png": ("image/png", png()[:8], "file_damaged"),
    "only the head of a png": ("image/png", png()[:33], "file_damaged"),
    "png without its last byte": ("image/png", png()[:-1], "file_damaged"),
    "png cut in its pixels": ("image/png", png()[:50], "file_damaged"),
    "png without a head": ("image/png", png()[:8] + png()[33:], "file_damaged"),
    "png with a chunk of 4 GB": ("image/png", png()[:33] + b"\xff" * 12, "file_damaged"),
    "png of a million chunks": (
        "image/png", png()[:33] + bytes(4) + b"abcd" + bytes(1_300_000), "file_damaged"
    ),
    "archive after a png": ("image/png", png() + archive(), "file_mixed"),
    "script after a png": ("image/png", png() + SCRIPT, "file_mixed"),
    "png bomb": ("image/png", png(50_000, 50_000), "file_too_many_pixels"),
    "png of 2^31 pixels a side": ("image/png", png(2**31, 2**31), "file_too_many_pixels"),
    "png without pixels": ("image/png", png(0, 7), "file_too_many_pixels"),
    "jpeg bomb": ("image/jpeg", jpeg(65_535, 65_535), "file_too_many_pixels"),
    "jpeg without pixels": ("image/jpeg", jpeg(7, 0), "file_too_many_pixels"),
    "jpeg cut in its scan": ("image/jpeg", jpeg()[:-2], "file_damaged"),
    "jpeg cut before its frame": ("image/jpeg", jpeg()[:24], "file_damaged"),
    "jpeg of markers": ("image/jpeg", b"\xff\xd8" + b"\xff" * 300_000, "file_damaged"),
    "jpeg of segments without length": (
        "image/jpeg", b"\xff\xd8" + b"\xff\xe0\x00\x00" * 200_000, "file_damaged"
    ),
    "archive after a jpeg": ("image/jpeg", jpeg() + archive(b"comment"), "file_mixed"),
    "archive after a pdf": ("application/pdf", pdf() + archive(), "file_mixed"),
    "archive around the end of a pdf": (
        "application/pdf", pdf() + archive(b"%%EOF"), "file_mixed"
    ),
    "pdf without its end": ("application/pdf", pdf()[:-7], "file_damaged"),
    "pdf with a long tail": ("application/pdf", pdf() + SCRIPT * 99, "file_damaged"),
    "pdf with script": ("application/pdf", pdf(script_of()), "file_active"),
    "pdf with script spelt in codes": (
        "application/pdf", pdf(script_of(b"/Java#53crip#74")), "file_active"
    ),
    "pdf with script that is compressed": (
        "application/pdf", pdf(packed(script_of())), "file_active"
    ),
    "pdf with compressed script spelt in codes": (
        "application/pdf",
        pdf(packed(script_of(b"/#4AavaScript"), b"/Type/Obj#53tm/Filter/Flate#44ecode")),
        "file_active",
    ),
    "pdf with script behind 64 KiB": (
        "application/pdf", pdf(packed(b" " * 65_530 + script_of())), "file_active"
    ),
    "pdf with script in the second stream": (
        "application/pdf", pdf(packed(b"1 0 null"), packed(script_of())), "file_active"
    ),
    "pdf with objects in another code": (
        "application/pdf",
        pdf(packed(script_of(), b"/Type/ObjStm/Filter[/ASCIIHexDecode/FlateDecode]")),
        "file_active",
    ),
    "pdf that starts a program": (
        "application/pdf", pdf(b"<< /S /Launch /F (cmd.exe) >>"), "file_active"
    ),
    "pdf with a file inside": (
        "application/pdf", pdf(b"<< /Names << /EmbeddedFiles 2 0 R >> >>"), "file_active"
    ),
    "pdf with a file as a note": (
        "application/pdf", pdf(b"<< /Subtype /FileAttachment /FS 2 0 R >>"), "file_active"
    ),
    "pdf with a form that runs": ("application/pdf", pdf(b"<< /XFA 3 0 R >>"), "file_active"),
    "pdf with a film": ("application/pdf", pdf(b"<< /Subtype /RichMedia >>"), "file_active"),
    "pdf that is locked": ("application/pdf", pdf(trailer=b"/Encrypt 9 0 R"), "file_locked"),
    "pdf bomb": ("application/pdf", pdf(packed(bytes(70_000_000))), "file_unfolds"),
    "pdf of many small bombs": (
        "application/pdf", pdf(*[packed(bytes(1_000_000))] * 70), "file_unfolds"
    ),
    "pdf of empty blocks": (
        "application/pdf",
        pdf(b"/ObjStm /FlateDecode stream\n\x78\x9c" + b"\x00\x00\x00\xff\xff" * 200_000),
        "file_damaged",
    ),
    "pdf of codes": ("application/pdf", pdf(b"#20" * 100_000), "file_unfolds"),
    "pdf whose objects cannot be unpacked": (
        "application/pdf", pdf(b"<< /ObjStm /FlateDecode >> stream\nno"), "file_damaged"
    ),
}  # fmt: skip

TAKEN: dict[str, tuple[str, bytes]] = {
    "png": ("image/png", png(4000, 3000)),
    "png with script in its text": ("image/png", png(1, 1, chunk(b"tEXt", b"a\x00" + SCRIPT))),
    "png with an archive in its text": ("image/png", png(1, 1, chunk(b"tEXt", archive()))),
    "png with a compressed profile": (
        "image/png", png(1, 1, chunk(b"iCCP", b"a\x00\x00" + zlib.compress(bytes(9_000_000))))
    ),
    "jpeg": ("image/jpeg", jpeg(4000, 3000)),
    "jpeg with script in its comment": ("image/jpeg", jpeg(1, 1, segment(0xFE, SCRIPT))),
    "jpeg with a film behind it": ("image/jpeg", jpeg() + b"\x00\x00\x00\x18ftypmp42" + bytes(99)),
    "jpeg with filled markers": ("image/jpeg", jpeg(1, 1, b"\xff\xff\xff\x01")),
    "pdf that opens at a page": ("application/pdf", pdf()),
    "pdf with a page in it": ("application/pdf", pdf(b"(" + HTML + b")")),
    "pdf with a virus sample in it": ("application/pdf", pdf(b"(" + EICAR + b")")),
    "pdf with compressed objects": ("application/pdf", pdf(packed(b"<< /Type /Page >>" * 9_000))),
    "pdf with a large page that nobody here unpacks": (
        "application/pdf", pdf(packed(bytes(90_000_000), b"/Filter /FlateDecode"))
    ),
}  # fmt: skip
