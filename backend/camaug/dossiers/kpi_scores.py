"""The indicators of Decision 766/QĐ-TTg and the points they give, after `data/kpi766.json`.

Arithmetic is exact and rounded once, half up, to two decimals. What the copy does not know (a
maximum, a target) stays null here, and what has no denominator or is not measured gives null, never
0 or 100 %: an agency without dossiers is neither the best nor the worst.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import NamedTuple

import msgspec

from camaug.agencies.seed import DATA


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One indicator (chỉ số). `max` None: not known. `max` 0: followed, not scored."""

    id: str
    name_vi: str
    formula_vi: str
    max: Decimal | None
    target_percent: Decimal | None


class RuleGroup(msgspec.Struct, frozen=True, kw_only=True):
    """One of the six groups (nhóm chỉ số)."""

    no: str
    key: str
    name_vi: str
    max: Decimal
    indicators: tuple[Rule, ...]


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """The copy of the decision, with how sure its source is."""

    decision: str
    total: Decimal
    confidence: str
    groups: tuple[RuleGroup, ...]


class Ratio(NamedTuple):
    """What was counted. A `factor` of None is not known, and neither is the rate then."""

    numerator: int
    denominator: int
    factor: Decimal | None = Decimal(1)

    @property
    def exact(self) -> Fraction | None:
        """None when there is nothing to divide by."""
        if not self.denominator or self.factor is None:
            return None
        return Fraction(self.numerator, self.denominator) * Fraction(self.factor)


class Indicator(msgspec.Struct, frozen=True, kw_only=True):
    """One indicator of an agency or of all.

    `measured` false: the platform has no data for it. `conversion_uncertain`: the source gives no
    target, and the points are the ratio times the maximum, which is the common choice.
    """

    id: str
    name_vi: str
    max: Decimal | None
    target_percent: Decimal | None
    measured: bool
    conversion_uncertain: bool
    numerator: int | None = None
    denominator: int | None = None
    rate_percent: Decimal | None = None
    points: Decimal | None = None


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """Points of what gave points, the sum of the maxima of just that, and the maximum of the whole.

    `points` is None when nothing gave any. `complete`: all that is scored gave points.
    """

    points: Decimal | None
    measured_max: Decimal
    max: Decimal
    complete: bool


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """A group with its indicators."""

    no: str
    key: str
    name_vi: str
    score: Score
    indicators: list[Indicator]


def decision() -> Decision:
    """The product's own copy."""
    return msgspec.json.decode((DATA / "kpi766.json").read_bytes(), type=Decision)


def rounded(value: Fraction) -> Decimal:
    """Two decimals, half up, of a value that is not negative."""
    return Decimal(floor(value * 100 + Fraction(1, 2))).scaleb(-2)


def points(ratio: Fraction, most: Fraction, target: Fraction = Fraction(1)) -> Fraction:
    """All of them from the target on, in proportion below it."""
    return most if ratio >= target else ratio * most / target


def groups(law: Decision, ratios: Mapping[str, Ratio]) -> list[Group]:
    """Every group of the decision; an indicator without a ratio is not measured."""
    return [
        Group(
            no=group.no,
            key=group.key,
            name_vi=group.name_vi,
            score=_score(group.indicators, ratios, group.max),
            indicators=[_indicator(rule, ratios.get(rule.id)) for rule in group.indicators],
        )
        for group in law.groups
    ]


def total(law: Decision, ratios: Mapping[str, Ratio]) -> Score:
    """The score of the whole decision, of what is measured of its 100 points."""
    rules = [rule for group in law.groups for rule in group.indicators]
    return _score(rules, ratios, law.total)


def _indicator(rule: Rule, ratio: Ratio | None) -> Indicator:
    exact = ratio.exact if ratio else None
    got = _points(rule, ratio)
    return Indicator(
        id=rule.id,
        name_vi=rule.name_vi,
        max=rule.max,
        target_percent=rule.target_percent,
        measured=ratio is not None and ratio.factor is not None,
        conversion_uncertain=rule.target_percent is None,
        numerator=ratio.numerator if ratio else None,
        denominator=ratio.denominator if ratio else None,
        rate_percent=None if exact is None else rounded(exact * 100),
        points=None if got is None else rounded(got),
    )


def _points(rule: Rule, ratio: Ratio | None) -> Fraction | None:
    exact = ratio.exact if ratio else None
    if exact is None or not rule.max:
        return None
    if rule.target_percent is None:
        return points(exact, Fraction(rule.max))
    return points(exact, Fraction(rule.max), Fraction(rule.target_percent) / 100)


def _score(rules: Sequence[Rule], ratios: Mapping[str, Ratio], most: Decimal) -> Score:
    found = [(rule, _points(rule, ratios.get(rule.id))) for rule in rules]
    got = [(rule.max, one) for rule, one in found if rule.max is not None and one is not None]
    return Score(
        points=rounded(sum((one for _, one in got), Fraction())) if got else None,
        measured_max=sum((highest for highest, _ in got), Decimal()),
        max=most,
        complete=all(one is not None for rule, one in found if rule.max != 0),
    )
