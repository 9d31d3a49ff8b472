"""What an announcement may say, and the hash that an approval is bound to.

Plain text in Latin letters: no hidden characters, no letters of other scripts that look alike, and
no web addresses, since a push that opens one is what swindlers imitate.
"""

import hashlib
import re
import unicodedata
from collections.abc import Collection
from uuid import UUID

import msgspec

from camaug.kernel.problems import require
from camaug.kernel.text import clean_line, clean_lines, has_hidden
from camaug.notices.announcement_schemas import Content, NewAnnouncement
from camaug_sdk.problems import FieldError

TITLE_LENGTH, TEXT_LENGTH = 80, 1000
_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]*://|\bwww\.|\b[a-z0-9-]+\.(?:vn|com|net|org|info|biz|io|me|co|cc|ly|gl|xyz|"
    r"top|site|online|app|link|click|shop|vip|club|live|icu)\b",
    re.IGNORECASE,
)


class _Reader:
    """Reads the members one by one, collecting what is wrong with them."""

    def __init__(self, new: NewAnnouncement) -> None:
        self._new = new
        self.errors: list[FieldError] = []

    def line(self, name: str, limit: int) -> str:
        return self._checked(name, clean_line(getattr(self._new, name) or ""), limit)

    def lines(self, name: str, limit: int) -> str:
        return self._checked(name, clean_lines(getattr(self._new, name) or ""), limit)

    def communes(self, allowed: Collection[str]) -> list[str]:
        if self._new.scope == "all":
            return sorted(allowed)
        chosen = sorted(set(self._new.communes or ()))
        if self._new.scope is None:
            self._fail("scope", "required")
        elif not chosen:
            self._fail("communes", "required")
        elif not set(chosen) <= set(allowed):
            self._fail("communes", "not_your_commune")
        return chosen

    def _checked(self, name: str, text: str, limit: int) -> str:
        if not text:
            self._fail(name, "required")
        elif len(text) > limit:
            self._fail(name, "too_long", limit=limit)
        elif has_hidden(text):
            self._fail(name, "hidden_characters")
        elif not all(_is_latin(char) for char in text):
            self._fail(name, "foreign_letters")
        elif _ADDRESS.search(text):
            self._fail(name, "web_address")
        return text

    def _fail(self, name: str, code: str, **args: str | int) -> None:
        self.errors.append(FieldError(pointer=f"/{name}", code=code, args=args))


def _is_latin(char: str) -> bool:
    """Letters and marks of the Latin script; everything that is no letter passes."""
    if unicodedata.category(char)[0] not in "LM":
        return True
    return unicodedata.name(char, "").startswith(("LATIN", "COMBINING"))


def read(new: NewAnnouncement, allowed: Collection[str]) -> Content:
    """The content in its normal form. Raises `Invalid` with every error at once."""
    reader = _Reader(new)
    content = Content(
        title_vi=reader.line("title_vi", TITLE_LENGTH),
        text_vi=reader.lines("text_vi", TEXT_LENGTH),
        title_en=reader.line("title_en", TITLE_LENGTH),
        text_en=reader.lines("text_en", TEXT_LENGTH),
        communes=reader.communes(allowed),
    )
    require(reader.errors)
    return content


def digest(announcement_id: UUID, version: int, content: Content) -> bytes:
    """SHA-256 over everything that an approval covers."""
    members = (
        content.title_vi,
        content.text_vi,
        content.title_en,
        content.text_en,
        content.communes,
        content.urgency,
    )
    covered = msgspec.json.encode((announcement_id, version, members))
    return hashlib.sha256(covered).digest()
