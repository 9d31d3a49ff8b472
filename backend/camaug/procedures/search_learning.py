"""Learns the weights of search anew: `python -m camaug.procedures.search_learning FILE...`.

The files have the columns question and expected. Logistic regression by AdaGrad; no library, and
the same files give the same weights. What it prints is judged by cross-validation: each question by
weights that never saw it.
"""

import csv
import math
import random
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from camaug.agencies.seed import DATA
from camaug.procedures import seed
from camaug.procedures.search import Finder
from camaug.procedures.search_doubt import BIAS, NUMBERS, grams, plain

FOLDS, ROUNDS, STEP, YES_COUNTS = 8, 20, 0.07, 2
SLIGHT = 0.1
"""Weights below this are left out."""


class Case(NamedTuple):
    """What is known of a question, and whether it is of the sort that is learnt."""

    grams: Sequence[str]
    yes: bool


def learn(cases: Sequence[Case]) -> dict[str, float]:
    """Weights by gram."""
    weights: defaultdict[str, float] = defaultdict(float)
    steepness: defaultdict[str, float] = defaultdict(lambda: 1e-6)
    order = random.Random(1)  # noqa: S311  (an order of learning, no secret)
    lines = list(cases)
    for _ in range(ROUNDS):
        order.shuffle(lines)
        for line in lines:
            total = weights[BIAS] + sum(weights[gram] for gram in line.grams)
            chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
            error = (line.yes - chance) * (YES_COUNTS if line.yes else 1)
            for gram in (BIAS, *line.grams):
                steepness[gram] += error * error
                weights[gram] += STEP * error / math.sqrt(steepness[gram])
    kept = {gram: round(one, 2) for gram, one in weights.items() if abs(one) >= SLIGHT}
    return dict(sorted(kept.items()))


def total(weights: Mapping[str, float], line: Case) -> float:
    """The sum by these weights."""
    return weights.get(BIAS, 0.0) + sum(weights.get(gram, 0.0) for gram in line.grams)


class Asked(NamedTuple):
    """A question, the sort of its answer, and what that names: codes or numbers."""

    text: str
    sort: str
    names: frozenset[str]


def questions(files: Iterable[Path]) -> Iterator[Asked]:
    """What the files ask. The catalogue's own names are left out: they fit too well to teach."""
    for file in files:
        lines = [one for one in file.read_text("utf-8").splitlines() if one[:1] not in {"", "#"}]
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            sort, _, rest = row["expected"].partition(":")
            sort = sort if sort in {"emergency", "clarify", "calm", "out_of_scope"} else "procedure"
            yield Asked(row["question"], sort, frozenset(rest.split("|")))


def judged(lines: Sequence[Case]) -> list[tuple[float, bool]]:
    """Sums by cross-validation."""
    mixed = list(lines)
    random.Random(2).shuffle(mixed)  # noqa: S311  (as above)
    found: list[tuple[float, bool]] = []
    for fold in range(FOLDS):
        weights = learn([one for at, one in enumerate(mixed) if at % FOLDS != fold])
        found += [(total(weights, one), one.yes) for one in mixed[fold::FOLDS]]
    return found


def main(paths: Sequence[str]) -> None:
    """Write the weights, and say what bars would do."""
    asked = list(questions(Path(path) for path in paths))
    finder = Finder(seed.catalogue())
    dangers = [
        Case(grams(one.text, finder.signals(one.text)), one.sort == "emergency") for one in asked
    ]
    doubts = [
        Case(finder.asking(one.text), one.sort == "clarify")
        for one in asked
        if one.sort in {"clarify", "procedure"}
    ]
    for what, lines in (("cries", dangers), ("asked back", doubts)):
        _tell(what, judged(lines))
    _write("danger_words.tsv", ["gram", "weight"], _rows([learn(dangers)]))
    _write("asking_weights.tsv", ["gram", "weight"], _rows([learn(doubts)]))
    cries = [(plain(one.text), one.names) for one in asked if one.sort == "emergency"]
    by_number = [learn([Case(line, one in names) for line, names in cries]) for one in NUMBERS]
    _write("danger_numbers.tsv", ["gram", *NUMBERS], _rows(by_number))


def _tell(what: str, sums: Sequence[tuple[float, bool]]) -> None:
    right = [one for one, yes in sums if yes]
    others = [one for one, yes in sums if not yes]
    for bar in (-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3):
        caught = sum(one >= bar for one in right) / len(right)
        false = sum(one >= bar for one in others)
        sys.stdout.write(f"{bar:5} {what} {caught:.1%}, others {false} of {len(others)}\n")


def _rows(columns: Sequence[Mapping[str, float]]) -> list[list[str]]:
    """A row by gram, with its weight in each column."""
    known = sorted({gram for weights in columns for gram in weights})
    return [[gram, *(str(weights.get(gram, 0)) for weights in columns)] for gram in known]


def _write(name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    told = "# Learnt by camaug.procedures.search_learning, not edited by hand."
    lines = [told, *("\t".join(row) for row in (columns, *rows))]
    (DATA / name).write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
