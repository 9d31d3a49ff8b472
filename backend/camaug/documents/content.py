"""What the bytes of a file say: of the announced type, whole, small enough to open, inert.

Pictures are never decoded and of a PDF only the object streams are inflated, up to a limit, so
that a small file cannot make the process large. What runs or hides in a PDF is told by its names.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterator

Why = str | None
"""The field error code of a refusal; None when there is nothing against the file."""
MOST_PIXELS = 100_000_000
"""A sheet of A3 at 600 dots an inch has 70 million, and whoever opens it needs four bytes each."""
MOST_INFLATED = 64 * 1024 * 1024
MOST_PARTS = 100_000
"""More segments, streams or written-out characters in one file are an attack on its reader."""
PIECE = 64 * 1024
OVERLAP = 256
PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
JPEG_BEGIN = 0xFF
JPEG_END = b"\xff\xd9"
JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
JPEG_SCAN = 0xDA
JPEG_BARE = frozenset((0x01, *range(0xD0, 0xD8)))
"""Markers without a length."""
PDF = re.compile(rb"%PDF-[12]\.\d")
PDF_END = b"%%EOF"
PDF_END_WITHIN = 1024
ZIP_END = b"PK\x05\x06"
ZIP_END_BYTES = 22
ZIP_COMMENT = 0xFFFF


class _Refused(Exception):
    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def refusal(media_type: str, data: bytearray) -> Why:
    """Why `data` is refused as a file of `media_type`."""
    try:
        return LOOKS[media_type](data) or ("file_mixed" if _ends_as_zip(data) else None)
    except _Refused as refused:
        return refused.why
    except (IndexError, struct.error):  # it ends before it should
        return "file_damaged"


def _png(data: bytearray) -> Why:
    if not data.startswith(PNG):
        return "file_type_differs"
    length, kind, width, height = struct.unpack_from(">I4sII", data, len(PNG))
    if kind != b"IHDR" or length != 13:  # noqa: PLR2004  (fixed in its standard)
        return "file_damaged"
    if not 0 < width * height <= MOST_PIXELS:
        return "file_too_many_pixels"
    at = len(PNG)
    for _ in range(MOST_PARTS):
        length, kind = struct.unpack_from(">I4s", data, at)
        at += length + 12
        if kind == b"IEND":
            break
    if kind != b"IEND" or at > len(data):
        return "file_damaged"
    return "file_mixed" if at < len(data) else None


def _jpeg(data: bytearray) -> Why:
    """Bytes after the picture are allowed: phones put depth and motion there."""
    if not data.startswith(JPEG):
        return "file_type_differs"
    framed = False
    for marker, at in _segments(data):
        if marker in JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 3)
            if not 0 < width * height <= MOST_PIXELS:
                return "file_too_many_pixels"
            framed = True
        if marker == JPEG_SCAN:
            return None if framed and data.find(JPEG_END, at) >= 0 else "file_damaged"
    return "file_damaged"


def _segments(data: bytearray) -> Iterator[tuple[int, int]]:
    """Marker and place of its length, up to the scan that holds the picture."""
    at = 2
    for _ in range(MOST_PARTS):
        begin, marker = struct.unpack_from("BB", data, at)
        if begin != JPEG_BEGIN:
            return
        at += 1 if marker == JPEG_BEGIN else 2  # it may be doubled, to fill
        if marker == JPEG_BEGIN or marker in JPEG_BARE:
            continue
        yield marker, at
        (length,) = struct.unpack_from(">H", data, at)
        at += max(length, 2)


ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
ACTIVE = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/FileAttachment", b"/RichMedia")
"""Names that begin so run something or carry other files."""
FORM_SCRIPTS = re.compile(rb"/XFA\s*(?:\[|\d+\s+\d+\s+R)")
STREAM = re.compile(rb"stream\r?\n")
UNUSUAL = (b"/ASCIIHexDecode", b"/ASCII85Decode", b"/LZWDecode", b"/RunLengthDecode", b"/Predictor")
"""No program writes object streams in these ways, except to hide them."""


def _unescaped(found: re.Match[bytes]) -> bytes:
    return bytes.fromhex(found[1].decode())


def _holds(data: bytes, names: tuple[bytes, ...]) -> bool:
    return any(one in data for one in names)


def _is_active(plain: bytes) -> bool:
    return _holds(plain, ACTIVE) or FORM_SCRIPTS.search(plain) is not None


class _Pdf:
    """One look at a file, whose findings are raised as `_Refused`."""

    def __init__(self, data: bytearray) -> None:
        self._data = data
        self._bytes = MOST_INFLATED
        self._escapes = MOST_PARTS

    def look(self) -> None:
        """The whole file."""
        data = self._data
        if not PDF.match(data):
            raise _Refused("file_type_differs")
        if data.rfind(PDF_END, max(0, len(data) - PDF_END_WITHIN)) < 0:
            raise _Refused("file_damaged")
        plain = self._plain(data)
        if b"/Encrypt" in plain:
            raise _Refused("file_locked")
        if _is_active(plain):
            raise _Refused("file_active")
        packed = b"/ObjStm" in plain
        del plain  # as large as the file
        if packed:
            self._escapes = MOST_PARTS
            self._look_into_object_streams()

    def _plain(self, data: bytes | bytearray) -> bytes:
        """With every `#4A` as the character that it stands for in a name."""
        plain, count = ESCAPE.subn(_unescaped, data, count=self._escapes)
        self._escapes -= count
        if self._escapes <= 0:
            raise _Refused("file_unfolds")
        return plain

    def _look_into_object_streams(self) -> None:
        """Objects that are compressed together."""
        before, view = 0, memoryview(self._data)
        for count, found in enumerate(STREAM.finditer(self._data)):
            if count == MOST_PARTS:
                raise _Refused("file_unfolds")
            head, before = self._plain(self._data[before : found.start()]), found.end()
            if b"/ObjStm" not in head:
                continue
            if _holds(head, UNUSUAL):
                raise _Refused("file_active")
            if b"/FlateDecode" in head:
                self._inflate(view[found.end() :])

    def _inflate(self, packed: memoryview) -> None:
        """One stream, a piece at a time."""
        inflater, tail = zlib.decompressobj(), b""
        for at in range(0, len(packed), PIECE):
            rest: bytes | memoryview = packed[at : at + PIECE]
            while rest and not inflater.eof:
                try:
                    piece = inflater.decompress(rest, PIECE)
                except zlib.error:
                    raise _Refused("file_damaged") from None
                self._bytes -= len(rest) - len(inflater.unconsumed_tail) + len(piece)
                if self._bytes < 0:
                    raise _Refused("file_unfolds")
                if _is_active(self._plain(tail + piece)):
                    raise _Refused("file_active")
                tail, rest = piece[-OVERLAP:], inflater.unconsumed_tail
            if inflater.eof:
                return
        raise _Refused("file_damaged")


def _pdf(data: bytearray) -> Why:
    _Pdf(data).look()
    return None


def _ends_as_zip(data: bytearray) -> bool:
    """Whether it can be opened as an archive too: the end record's comment ends with the file."""
    at = data.rfind(ZIP_END, max(0, len(data) - ZIP_END_BYTES - ZIP_COMMENT))
    if at < 0 or at + ZIP_END_BYTES > len(data):
        return False
    (comment,) = struct.unpack_from("<H", data, at + ZIP_END_BYTES - 2)
    return at + ZIP_END_BYTES + comment == len(data)


LOOKS: dict[str, Callable[[bytearray], Why]] = {
    "image/png": _png,
    "image/jpeg": _jpeg,
    "application/pdf": _pdf,
}
