"""How much a question sounds like a cry for help: a line of weights over words and signals.

Rules (`search_emergencies`) know single cases; this weighs everything that was said, together with
what the rules found and with how well the question fits what we have an answer to. The weights
(`data/danger_words.tsv`, and `danger_numbers.tsv` for whom to call) are learnt by `search_learning`
from questions whose meaning is known.
"""

import itertools
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from zlib import crc32

from camaug.procedures.search_words import words

NUMBERS = ("115", "114", "113", "112", "111")
"""Whatever happened, one of these is right; the person knows which."""
SURE = 2.0
"""From this sum on the numbers stand in place of an answer: by cross-validation 84 % of cries, and
0.3 % of calm questions, a quarter of which were written to sound like cries."""
MAYBE = -1.0
"""From this sum on they stand above it: 99 % of cries, and 4 % of such calm questions."""
STEPS = 10
BIAS = "="


class Signals(NamedTuple):
    """What else is known about a question."""

    ruled: bool
    """A rule found a danger."""
    guarded: bool
    """It speaks of papers or of the past."""
    urgent: bool
    """It asks for help now."""
    ours: float
    """How well the best procedure fits, 0 to 1."""
    elsewhere: float
    """How well the best matter of somebody else fits."""


class _Weights:
    """Weights by gram, 12 bytes each; as a dict of 24,000 texts they would take 2 MiB more.

    A gram is known by its checksum. No two of the file share one, and of what people type one
    unknown gram in 175,000 does with a known one.
    """

    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        weights = {_sum(row["gram"]): float(row["weight"]) for row in rows}
        self._sums = array("I", sorted(weights))
        self._weights = array("d", map(weights.__getitem__, self._sums))

    def __getitem__(self, gram: str) -> float:
        """0 for an unknown one."""
        wanted = _sum(gram)
        at = bisect_left(self._sums, wanted)
        known = at < len(self._sums) and self._sums[at] == wanted
        return self._weights[at] if known else 0.0


def _sum(gram: str) -> int:
    return crc32(gram.encode())


class Doubt:
    """Weights, ready to judge."""

    def __init__(
        self, rows: Iterable[Mapping[str, str]], by_number: Iterable[Mapping[str, str]] = ()
    ) -> None:
        """`rows` weigh whether there is danger, `by_number` who is to be called."""
        self._weights = _Weights(rows)
        self._by_number = {
            row["gram"]: [float(row[number]) for number in NUMBERS] for row in by_number
        }

    def danger(self, text: str, signals: Signals) -> float:
        """The sum: above 0 a cry is likelier than not."""
        return sum(self._weights[gram] for gram in (BIAS, *grams(text, signals)))

    def numbers(self, text: str) -> list[str]:
        """All numbers, the likeliest first."""
        none = [0.0] * len(NUMBERS)
        rows = [self._by_number.get(gram, none) for gram in (BIAS, *plain(text))]
        sums = {number: sum(column) for number, *column in zip(NUMBERS, *rows, strict=True)}
        return sorted(NUMBERS, key=lambda number: -sums[number])


def plain(text: str) -> list[str]:
    """Words without marks, and marked words; each once."""
    line = words(text)
    marked = (f"!{word.marked}" for word in line if word.has_marks)
    return list(dict.fromkeys([*(word.bare for word in line), *marked]))


def grams(text: str, signals: Signals) -> list[str]:
    """Words without marks, pairs, pairs with a gap, marked words, and signals; each once."""
    bare = ["^", *(word.bare for word in words(text))]
    pairs = (f"{a} {b}" for a, b in itertools.pairwise(bare))
    wide = (f"{a}_{b}" for a, b in zip(bare, bare[2:], strict=False))
    return list(dict.fromkeys([*plain(text), *pairs, *wide, *_told(signals)]))


def _told(signals: Signals) -> Iterator[str]:
    """The signals as grams; a nearness of 0.34 is one above 0.1, one above 0.2, one above 0.3."""
    for name in ("ruled", "guarded", "urgent"):
        if getattr(signals, name):
            yield f"={name}"
    for name in ("ours", "elsewhere"):
        nearness: float = getattr(signals, name)
        yield from (f"={name} {step}" for step in range(1, STEPS) if nearness >= step / STEPS)
