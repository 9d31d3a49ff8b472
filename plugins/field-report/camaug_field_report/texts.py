"""Text and places that people give: what is accepted, and how it is kept."""

import re
import unicodedata

from camaug_sdk import FieldError, Words

LATITUDE, LONGITUDE = (8.2, 9.9), (104.2, 106.1)
"""The province with its islands and a margin, in degrees; a setting of this project, no border."""
_POSITION = re.compile(r"(-?[0-9]{1,3}(?:\.[0-9]{1,8})?),(-?[0-9]{1,3}(?:\.[0-9]{1,8})?)")
_JOINERS = "\u200c\u200d"
"""Part of emoji and of some scripts; the other format characters only hide or reorder."""


def clean(text: str) -> str:
    """NFC, line feeds as line ends, no space at the ends."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", lines).strip()


def fault(text: str, most: int) -> FieldError | None:
    """What is wrong with a cleaned text of `most` characters at most, without its pointer."""
    if not text:
        return FieldError(pointer="", code="required")
    if len(text) > most:
        return FieldError(pointer="", code="too_long", args={"limit": most})
    if any(_is_hidden(one) for one in text):
        return FieldError(pointer="", code="hidden_characters")
    return None


def _is_hidden(one: str) -> bool:
    category = unicodedata.category(one)
    return (category in ("Cc", "Cs", "Zl", "Zp") and one not in "\n\t") or (
        category == "Cf" and one not in _JOINERS
    )


def is_in_the_province(position: str) -> bool:
    """Whether `latitude,longitude` in degrees lies within the margin around the province."""
    found = _POSITION.fullmatch(position)
    if found is None:
        return False
    latitude, longitude = float(found[1]), float(found[2])
    return LATITUDE[0] <= latitude <= LATITUDE[1] and LONGITUDE[0] <= longitude <= LONGITUDE[1]


def degrees(t: Words, position: str) -> str:
    """A position in the words of the language: "9,1768; 105,1524"."""
    latitude, longitude = position.split(",")
    return t.pick(f"{latitude}; {longitude}".replace(".", ","), f"{latitude}, {longitude}")
