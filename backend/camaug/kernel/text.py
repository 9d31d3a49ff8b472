"""Text that people type: what is accepted, and how it is folded for search.

NFC on input. Refused: control characters (NUL among them), lone surrogates, bidirectional
controls, zero-width characters and noncharacters, since none of them can be seen on a receipt.
"""

import re
import unicodedata

_HIDDEN = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff"
    "\ud800-\udfff\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_SPACES = re.compile(r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_TONE_PAIRS = {
    "oà": "òa", "oá": "óa", "oả": "ỏa", "oã": "õa", "oạ": "ọa",
    "oè": "òe", "oé": "óe", "oẻ": "ỏe", "oẽ": "õe", "oẹ": "ọe",
    "uỳ": "ùy", "uý": "úy", "uỷ": "ủy", "uỹ": "ũy", "uỵ": "ụy",
}  # fmt: skip


def has_hidden(text: str) -> bool:
    """Whether `text` holds a character that cannot be seen or that reorders what is seen."""
    return _HIDDEN.search(text) is not None


def clean_line(text: str) -> str:
    """One line: NFC, runs of spaces as one, no space at the ends; letters are never changed."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip(" \n\r\t")


def clean_lines(text: str) -> str:
    """Several lines: NFC, line feeds as line ends, spaces as they are, none at the ends."""
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").strip()


def fold(text: str) -> str:
    """For comparison only: lower case, đ to d, no marks, single spaces."""
    lowered = unicodedata.normalize("NFC", text).lower().replace("đ", "d")
    bare = "".join(c for c in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", bare))


def fold_tones(text: str) -> str:
    """Lower case NFC with the tone mark in one place (hoà and hòa are the same word)."""
    folded = unicodedata.normalize("NFC", text).lower()
    for old, new in _TONE_PAIRS.items():
        folded = folded.replace(old, new)
    return folded


_ORDER = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}


def sort_key(text: str) -> str:
    """A key whose binary order is the Vietnamese alphabet's; tones decide only between equals."""
    letters: list[str] = []
    tones: list[str] = []
    for char in unicodedata.normalize("NFC", text).lower():
        parts = unicodedata.normalize("NFD", char)
        tone = next((_TONES[p] for p in parts if p in _TONES), "0")
        base = unicodedata.normalize("NFC", "".join(p for p in parts if p not in _TONES))
        place = _ORDER.find(base)
        letters.append(chr(0x41 + place) if place >= 0 else (base if base.isdigit() else " "))
        tones.append(tone)
    return "".join(letters) + "\x01" + "".join(tones)
