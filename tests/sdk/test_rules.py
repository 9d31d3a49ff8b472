"""The rules of forms, on the cases that the web shells run too (`tests/web/rules.test.ts`)."""

from pathlib import Path

import msgspec
import pytest

from camaug_sdk.rules import Rule, Value, holds


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of the vector file."""

    why: str
    rule: Rule
    values: dict[str, Value]
    holds: bool


VECTORS = Path(__file__).parent.parent / "vectors" / "rules.json"
CASES = msgspec.json.decode(VECTORS.read_bytes(), type=list[Case])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.why)
def test_a_rule_holds_as_its_vector_says(case: Case) -> None:
    assert holds(case.rule, case.values) is case.holds


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 40
