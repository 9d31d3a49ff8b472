"""The text of a PDF that Chromium made, page by page: enough of the format for that and no more."""

import re
import zlib

Cmap = dict[int, str]
OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\s(.*?)\nendobj", re.DOTALL)

SHOWN = re.compile(rb"/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)> ?(?=Tj|-?[\d.]|\])")
"""A font is chosen, or codes of the chosen one are shown."""


def texts(pdf: bytes) -> list[str]:
    """What each page says, in the order in which it is drawn."""
    objects = {int(number): body for number, body in OBJECT.findall(pdf)}
    pages = [body for body in objects.values() if re.search(rb"/Type /Page\b", body)]
    return [_page(body, objects) for body in pages]


def sizes(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height of each page, in points."""
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    return [(float(width), float(height)) for width, height in boxes]


def _page(body: bytes, objects: dict[int, bytes]) -> str:
    fonts = {
        name: _cmap(objects[int(number)], objects)
        for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", body)
    }
    content = _stream(objects[_reference(body, b"Contents")])
    font: Cmap = {}
    said: list[str] = []
    for name, text in re.findall(
        rb"/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)> ?(?=Tj|-?[\d.]|\])", content
    ):
        if name:
            font = fonts[name]
            said.append(" ")
        codes = [int(text[at : at + 4], 16) for at in range(0, len(text), 4)]
        said.append("".join(font.get(code, "") for code in codes))
    return "".join(said)


def _reference(body: bytes, name: bytes) -> int:
    found = re.search(rb"/" + name + rb" (\d+) 0 R", body)
    assert found, name
    return int(found[1])


def _stream(body: bytes) -> bytes:
    found = re.search(rb"stream\r?\n(.*)\r?\nendstream", body, re.DOTALL)
    assert found
    return zlib.decompress(found[1])


def _cmap(font: bytes, objects: dict[int, bytes]) -> Cmap:
    """Code to character, by the font's ToUnicode table."""
    table = _stream(objects[_reference(font, b"ToUnicode")]).decode()
    found: Cmap = {}
    for part in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, char in re.findall(r"<(\w+)> <(\w+)>", part):
            found[int(code, 16)] = bytes.fromhex(char).decode("utf-16-be")
    for part in re.findall(r"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for first, last, char in re.findall(r"<(\w+)> <(\w+)> <(\w+)>", part):
            for step in range(int(last, 16) - int(first, 16) + 1):
                found[int(first, 16) + step] = chr(int(char, 16) + step)
    return found
