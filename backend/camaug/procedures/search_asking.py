"""Whether to ask back: how near the second best procedure comes, weighed.

The weights (`data/asking_weights.tsv`) are learnt by `search_learning` from questions of which
somebody knew whether a clerk would have to ask.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from camaug.procedures.search_index import Found

ASK = 0.0
"""From this sum on we ask back: by cross-validation at three of four ties, half of them written to
be hard, and at one clear question in 15."""
BIAS = "="
NEXT = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.999)
"""Steps of how near the next best comes to the best."""
LEVELS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
UNITS, LENGTHS = range(1, 9), (2, 3, 4, 6, 8, 10, 14, 18)
ALIKE, LIKELY = 0.95, 0.85
MOST_ALIKE = 5


class Asking:
    """Weights, ready to judge."""

    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        self._weights = {row["gram"]: float(row["weight"]) for row in rows}

    def asks(self, ours: Sequence[Found], units: int, length: int) -> bool:
        """Whether a clerk would ask back; `ours` are procedures, the best first."""
        told = (BIAS, *signs(ours, units, length))
        return sum(self._weights.get(sign, 0.0) for sign in told) >= ASK


def signs(ours: Sequence[Found], units: int, length: int) -> list[str]:
    """What tells a tie from chance: `length` is of the question in words, `units` of meaning."""
    if len(ours) < 2:  # noqa: PLR2004  (nothing to ask between)
        return []
    best = ours[0]
    found = [
        *(f"{rank}.{name}>{step}" for rank, name, step in _ties(ours)),
        *(f"{name}>{step}" for name in ("score", "nearest", "fit") for step in LEVELS
          if getattr(best, name) >= step),
        *(f"units>{many}" for many in UNITS if units >= many),
        *(f"length>{many}" for many in LENGTHS if length >= many),
    ]  # fmt: skip
    nearest = max(one.nearest for one in ours)
    alike = sum(one.nearest >= ALIKE * nearest for one in ours)
    likely = sum(one.score >= LIKELY * best.score for one in ours)
    found += [f"alike>{many}" for many in range(1, MOST_ALIKE + 1) if alike >= many]
    found += [f"likely>{many}" for many in range(1, MOST_ALIKE + 1) if likely >= many]
    close = [one for one in ("2.score>0.93", "2.nearest>0.97") if one in found]
    deep = [one for one in found if one.startswith(("units", "nearest"))]
    return [*found, *(f"{one} & {other}" for one in close for other in deep)]


def _ties(ours: Sequence[Found]) -> Iterator[tuple[int, str, float]]:
    """Rank, measure and step that the second and third best reach, as shares of the best."""
    best = ours[0]
    for rank, other in enumerate(ours[1:3], 2):
        for name in ("score", "nearest", "fit"):
            whole: float = getattr(best, name)
            share = getattr(other, name) / whole if whole else 0.0
            yield from ((rank, name, step) for step in NEXT if share >= step)
