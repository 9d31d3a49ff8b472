"""Learns the weights of `search_doubt` anew: `python -m camaug.procedures.search_learning FILE...`.

The files have the columns question and expected. Logistic regression by AdaGrad; no library, and
the same files give the same weights. What it prints is judged by cross-validation: each question by
weights that never saw it.
"""

import csv
import math
import random
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from camaug.agencies.seed import DATA
from camaug.procedures import seed
from camaug.procedures.search import Finder
from camaug.procedures.search_doubt import BIAS, NUMBERS, grams, plain

FOLDS, ROUNDS, STEP, CRY_COUNTS = 8, 20, 0.07, 2
SLIGHT = 0.1
"""Weights below this are left out."""


class Case(NamedTuple):
    """The grams of a question, and whether it is a cry."""

    grams: Sequence[str]
    cry: bool


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
            error = (line.cry - chance) * (CRY_COUNTS if line.cry else 1)
            for gram in (BIAS, *line.grams):
                steepness[gram] += error * error
                weights[gram] += STEP * error / math.sqrt(steepness[gram])
    kept = {gram: round(one, 2) for gram, one in weights.items() if abs(one) >= SLIGHT}
    return dict(sorted(kept.items()))


def total(weights: Mapping[str, float], line: Case) -> float:
    """The sum by these weights."""
    return weights.get(BIAS, 0.0) + sum(weights.get(gram, 0.0) for gram in line.grams)


def questions(files: Iterable[Path]) -> list[tuple[str, frozenset[str]]]:
    """Each question with the numbers to call, none when it is calm.

    What the catalogue itself is called is left out: it fits too well to teach anything.
    """
    known: list[tuple[str, frozenset[str]]] = []
    for file in files:
        lines = [one for one in file.read_text("utf-8").splitlines() if one[:1] not in {"", "#"}]
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            sort, _, rest = row["expected"].partition(":")
            numbers = rest.split("|") if sort == "emergency" else []
            known.append((row["question"], frozenset(numbers)))
    return known


def judged(lines: Sequence[Case]) -> list[tuple[float, bool]]:
    """Sums by cross-validation."""
    mixed = list(lines)
    random.Random(2).shuffle(mixed)  # noqa: S311  (as above)
    found: list[tuple[float, bool]] = []
    for fold in range(FOLDS):
        weights = learn([one for at, one in enumerate(mixed) if at % FOLDS != fold])
        found += [(total(weights, one), one.cry) for one in mixed[fold::FOLDS]]
    return found


def main(paths: Sequence[str]) -> None:
    """Write the weights, and say what bars would do."""
    asked = questions(Path(path) for path in paths)
    finder = Finder(seed.catalogue())
    lines = [Case(grams(text, finder.signals(text)), bool(numbers)) for text, numbers in asked]
    sums = judged(lines)
    cries = [one for one, cry in sums if cry]
    calm = [one for one, cry in sums if not cry]
    for bar in (-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3):
        caught = sum(one >= bar for one in cries) / len(cries)
        false = sum(one >= bar for one in calm)
        sys.stdout.write(f"{bar:5} cries {caught:.1%}, calm {false} of {len(calm)}\n")
    danger = [[gram, str(weight)] for gram, weight in learn(lines).items()]
    _write("danger_words.tsv", ["gram", "weight"], danger)
    cried = [(plain(text), numbers) for text, numbers in asked if numbers]
    by_number = [learn([Case(line, one in numbers) for line, numbers in cried]) for one in NUMBERS]
    known = sorted({gram for weights in by_number for gram in weights})
    rows = [[gram, *(str(weights.get(gram, 0)) for weights in by_number)] for gram in known]
    _write("danger_numbers.tsv", ["gram", *NUMBERS], rows)


def _write(name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    told = "# Learnt by camaug.procedures.search_learning, not edited by hand."
    lines = [told, *("\t".join(row) for row in (columns, *rows))]
    (DATA / name).write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
