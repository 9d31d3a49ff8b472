"""How people write names of places: folded words, each with its place in the text."""

import re
import unicodedata
from typing import NamedTuple

SHORT = {
    "p": "phuong", "f": "phuong", "ph": "phuong", "x": "xa", "tt": "thi tran", "tx": "thi xa",
    "tp": "thanh pho", "h": "huyen", "t": "tinh", "vn": "viet nam", "bl": "bac lieu",
    "cm": "ca mau", "commune": "xa", "ward": "phuong", "district": "huyen", "citi": "thanh pho",
    "vietnam": "viet nam", "province": "tinh", "township": "thi tran", "tpbl": "thanh pho bac lieu",
    "tpcm": "thanh pho ca mau",
}  # fmt: skip
"""Abbreviations that people use in addresses, without marks."""
_ENGLISH = re.compile(
    r"(^|, ?)([^\W\d_][^,]*?) (commune|ward|district|city|province|township)(?=,|$)", re.IGNORECASE
)
"""English puts the kind behind the name."""
_NUMBERED = re.compile(r"(p|f|ph|phuong)(\d{1,2})")
"""A kind and a number written as one word: P5, F.5 without its dot."""


class Word(NamedTuple):
    """One word: `bare` for comparison, `marked` to tell names apart, and where it stands."""

    bare: str
    marked: str
    start: int
    end: int


def clean(text: str) -> str:
    """One line: NFC, without characters that cannot be seen, runs of spaces as one."""
    seen = "".join(" " if unicodedata.category(one)[0] == "C" else one for one in text)
    line = " ".join(unicodedata.normalize("NFC", seen).split())
    return _ENGLISH.sub(lambda said: f"{said[1]}{said[3]} {said[2]}", line)


def words(text: str) -> list[Word]:
    """The words of a clean text, abbreviations written out; no text at all has no words."""
    found: list[Word] = []
    for match in re.finditer(r"[^\W_]+", text):
        for bare, marked in _written_out(match.group()):
            found.append(Word(bare, marked, match.start(), match.end()))
    return found


def key(name: str) -> tuple[str, ...]:
    """A name for comparison: its words without marks."""
    return tuple(one.bare for one in words(name))


def marked_key(name: str) -> tuple[str, ...]:
    """A name with its marks, the tone on whichever letter."""
    return tuple(one.marked for one in words(name))


def _written_out(word: str) -> list[tuple[str, str]]:
    bare, marked = _bare(word), _marked(word)
    if match := _NUMBERED.fullmatch(bare):
        kind, number = match.groups()
        return [("phuong", kind), (_number(number), _number(number))]
    if bare in SHORT:
        return [(one, one) for one in SHORT[bare].split()]
    return [(_number(bare), _number(marked))]


def _bare(word: str) -> str:
    """Lower case without marks, đ as d."""
    return _parts(word)[0].replace("đ", "d")


def _marked(word: str) -> str:
    """The letters, then the marks: hoà and hòa are the same word, Thành and Thạnh are not."""
    letters, marks = _parts(word)
    return letters + "".join(sorted(marks))


def _parts(word: str) -> tuple[str, str]:
    """Letters and marks apart; y at the end as i, since people write Kỷ and Kỉ, Mỹ and Mĩ."""
    parts = unicodedata.normalize("NFKD", word.lower())
    letters = "".join(one for one in parts if not unicodedata.combining(one))
    marks = "".join(one for one in parts if unicodedata.combining(one))
    return re.sub("y$", "i", letters), marks


def _number(word: str) -> str:
    """Phường 05 is Phường 5."""
    if not word.isascii() or not word.isdigit():
        return word
    return word.lstrip("0") or "0"
