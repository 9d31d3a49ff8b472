"""A question that may be a cry for help: the numbers stand above the answer, and replace nothing.

Rules (`search_emergencies`) are sure and narrow; this is broad and mild. A line of weights over
words and pairs of words (`data/danger_words.tsv`), learnt by logistic regression from questions
whose meaning is known. Learn again: `python -m camaug.procedures.search_doubt FILE...`, where the
files have the columns question and expected.
"""

import csv
import itertools
import math
import random
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from camaug.agencies.seed import DATA, read
from camaug.procedures.search_words import words

NUMBERS = ("115", "114", "113", "112")
"""Whatever happened, one of these is right; the person knows which."""
BAR = -1.75
"""From this sum on we ask. Chosen among eight by the totals of four sets that taught no weights:
51 of 52 cries, 33 of 440 calm ones. So these totals are a fit, and prove nothing about the next."""
_ROUNDS, _STEP, _CRY_COUNTS = 30, 0.3, 3
_SLIGHT = 0.15
"""Weights below this are left out."""
_BIAS = "="


class Doubt:
    """Weights of words, ready to judge."""

    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        self._weights = {row["gram"]: float(row["weight"]) for row in rows}
        self._bias = self._weights.pop(_BIAS, 0.0)

    def rises(self, text: str) -> bool:
        """Whether to show the numbers above the answer."""
        grams = _grams(text)
        return bool(grams) and _sum(self._weights, self._bias, grams) >= BAR


def learn(cases: Sequence[tuple[str, bool]]) -> dict[str, float]:
    """Weights from questions and whether each is a cry; the same cases give the same weights."""
    weights: defaultdict[str, float] = defaultdict(float)
    bias = 0.0
    lines = [(_grams(text), cry) for text, cry in cases]
    order = random.Random(1)  # noqa: S311  (an order of learning, no secret)
    for number in range(_ROUNDS):
        order.shuffle(lines)
        step = _STEP / (1 + number * _STEP)
        for grams, cry in lines:
            if not grams:
                continue
            chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, _sum(weights, bias, grams)))))
            change = (cry - chance) * step * (_CRY_COUNTS if cry else 1)
            bias += change
            for gram in grams:
                weights[gram] += change / math.sqrt(len(grams))
    kept = {gram: round(w, 2) for gram, w in weights.items() if abs(w) >= _SLIGHT}
    return {_BIAS: round(bias, 2)} | dict(sorted(kept.items()))


def _grams(text: str) -> list[str]:
    """Words without marks, neighbours, and neighbours but one; each once, in order."""
    line = ["^", *(word.bare for word in words(text))]
    pairs = [f"{a} {b}" for a, b in itertools.pairwise(line)]
    wide = [f"{a}_{b}" for a, b in zip(line, line[2:], strict=False)]
    return list(dict.fromkeys([*line[1:], *pairs, *wide]))


def _sum(weights: Mapping[str, float], bias: float, grams: Sequence[str]) -> float:
    return bias + sum(weights.get(gram, 0.0) for gram in grams) / math.sqrt(len(grams))


def cases(files: Iterable[Path]) -> list[tuple[str, bool]]:
    """Questions of the files, and what the catalogue is called, which is no cry."""
    known = [
        (phrase, False) for row in read("phrases.tsv") for phrase in row["phrases"].split("; ")
    ]
    for file in files:
        lines = [one for one in file.read_text("utf-8").splitlines() if one[:1] not in {"", "#"}]
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        known += [(row["question"], row["expected"].startswith("emergency")) for row in rows]
    return known


def main(paths: Sequence[str]) -> None:
    """Write the weights anew."""
    weights = learn(cases(Path(path) for path in paths))
    told = (
        f"# Learnt by camaug.procedures.search_doubt from {len(paths)} files; not edited by hand."
    )
    rows = [f"{gram}\t{weight}" for gram, weight in weights.items()]
    text = "\n".join([told, "gram\tweight", *rows])
    (DATA / "danger_words.tsv").write_text(f"{text}\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
