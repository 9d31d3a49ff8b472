"""Names of files: which are taken, and under which a file is downloaded."""

import re
import unicodedata
from urllib.parse import quote

from camaug.documents.schemas import MediaType, NewDocument
from camaug.kernel.text import clean_line, has_hidden

EMOJI = "\ufe0f"
ENDINGS: dict[str, tuple[str, ...]] = {
    "image/jpeg": ("jpg", "jpeg", "jfif"),
    "image/png": ("png",),
    "application/pdf": ("pdf",),
}
MOST_CHARACTERS = 100
"""Of a download's name; some file systems take 255 bytes, and a letter has up to three."""
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|%~$`;]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(?=\.|$)")


def unfit(new: NewDocument) -> str | None:
    """Why the name is refused. It is only shown; the store knows the file by its id.

    The mark that makes a character an emoji may stand in it. An ending, if there is one, must
    promise the type of the content: whoever opens the download goes by it.
    """
    name = clean_line(new.file_name)
    if not name:
        return "required"
    if has_hidden(name.replace(EMOJI, "")) or "\n" in name or "\r" in name:
        return "hidden_characters"
    _, dot, ending = name.rpartition(".")
    if dot and ending.lower() not in ENDINGS[new.media_type]:
        return "file_name_ending"
    return None


def disposition(name: str, media_type: MediaType) -> str:
    """The header that saves a file under a name safe on every system (RFC 6266)."""
    safe = _safe(name, media_type)
    bare = unicodedata.normalize("NFD", safe.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(one for one in bare if not unicodedata.combining(one))
    ascii_name = re.sub(r"[^A-Za-z0-9._ ()-]", "_", plain)
    if not ascii_name.rpartition(".")[0].strip(". "):  # it was marks alone
        ascii_name = f"_{ascii_name}"
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(safe, safe='')}"


def _safe(name: str, media_type: MediaType) -> str:
    stem, dot, ending = _UNSAFE.sub("_", name).rpartition(".")
    if not dot:
        stem, ending = ending, ENDINGS[media_type][0]
    stem = stem[:MOST_CHARACTERS].strip(". ") or "_"
    return f"{'_' if _RESERVED.match(stem) else ''}{stem}.{ending}"
