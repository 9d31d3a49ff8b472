"""Judges search by questions: columns id, question, expected.

`expected` is a procedure code (`a|b`: either is right), `clarify:a|b` (asking back, with each of
these among what is offered), `out_of_scope`, or `emergency:114|115` (each of these numbers to call
at once, before anything else: in place of an answer or above it). A false emergency is one in place
of an answer. How often a cry takes the place of an answer, how often the number that stands out is
right, and how often a calm question is spared numbers, are shares of their own. Asking back where
one procedure was meant is not a right first answer.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from camaug.procedures import seed
from camaug.procedures.search import Finder
from camaug.vectors_report import Disagreement, Report, Share
from camaug_sdk.records import SearchAnswer

FIRST, THREE, ASK_BACK, NOT_OURS, DANGER, IN_PLACE, TOP, NO_DANGER, UNDISTURBED = (
    "first", "in the first three", "ask-back", "out of scope", "emergency",
    "emergency in place of an answer", "right number first", "no false emergency",
    "no numbers above a calm answer",
)  # fmt: skip
LEAST = {
    FIRST: 0.85, THREE: 0.95, ASK_BACK: 0.8, NOT_OURS: 0.8,
    DANGER: 1.0, IN_PLACE: 0.8, TOP: 0.8, NO_DANGER: 1.0, UNDISTURBED: 0.92,
}  # fmt: skip
MILD = {IN_PLACE, TOP, UNDISTURBED}
"""Where a row falls short and is answered all the same."""
IN_SIGHT = 3


class _Expected(NamedTuple):
    sort: str
    names: frozenset[str]


def judge(cases: Iterable[Mapping[str, str]]) -> Report:
    """Every question put to search over the product's own catalogue."""
    finder = Finder(seed.catalogue())
    verdicts: dict[str, list[bool]] = {name: [] for name in LEAST}
    wrong: list[Disagreement] = []
    total = 0
    for case in cases:
        total += 1
        answer = finder.answer(case["question"])
        found = _verdicts(_expected(case["expected"]), answer)
        for name, right in found.items():
            verdicts[name].append(right)
        if not all(right for name, right in found.items() if name not in MILD):
            told = Disagreement(case["id"], case["question"], case["expected"], _said(answer))
            wrong.append(told)
    shares = {name: Share(sum(v), len(v), LEAST[name]) for name, v in verdicts.items()}
    holds = all(share.holds for share in shares.values())
    return Report("questions", total - len(wrong), total, holds, wrong, shares)


def _expected(text: str) -> _Expected:
    sort, _, rest = text.strip().partition(":")
    if sort == "clarify":
        return _Expected(ASK_BACK, frozenset(rest.split("|")))
    if sort == "emergency":
        return _Expected(DANGER, frozenset(re.findall(r"\d{3}", rest)))
    if sort == "out_of_scope":
        return _Expected(NOT_OURS, frozenset())
    return _Expected(FIRST, frozenset(text.strip().split("|")))


def _verdicts(expected: _Expected, answer: SearchAnswer) -> dict[str, bool]:
    codes = [hit.code for hit in answer.hits]
    names = expected.names
    if expected.sort == DANGER:
        given = names <= set(answer.numbers)
        top = given and answer.numbers[0] in names
        return {DANGER: given, IN_PLACE: given and answer.kind == "emergency", TOP: top}
    calm = {NO_DANGER: answer.kind != "emergency", UNDISTURBED: not answer.numbers}
    if expected.sort == ASK_BACK:
        return {ASK_BACK: answer.kind == "clarify" and names <= set(codes)} | calm
    if expected.sort == NOT_OURS:
        return {NOT_OURS: answer.kind == "out_of_scope"} | calm
    return {
        FIRST: answer.kind == "hits" and codes[0] in names,
        THREE: not names.isdisjoint(codes[:IN_SIGHT]),
    } | calm


def _said(answer: SearchAnswer) -> str:
    what = answer.numbers or [f"{hit.code} {hit.short_name}" for hit in answer.hits[:IN_SIGHT]]
    return f"{answer.kind}: {', '.join(what)}" if what else answer.kind
