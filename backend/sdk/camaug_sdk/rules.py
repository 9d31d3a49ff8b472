"""When a field is shown, required or enabled: one closed grammar, run alike in shell and server.

`tests/vectors/rules.json` holds the shared cases of both implementations.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

Value = str | int | float | bool | list[str] | None


class Test(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="rule", tag="test"
):
    """Compare one field. `filled` and `empty` look at no `value`; `in` takes a list."""

    field: str
    op: Literal["eq", "ne", "in", "lt", "le", "gt", "ge", "filled", "empty"]
    value: Value = None


class All(msgspec.Struct, frozen=True, kw_only=True, tag_field="rule", tag="all"):
    """Every one of `of` holds; true when `of` is empty."""

    of: list["Rule"]


class AnyOf(msgspec.Struct, frozen=True, kw_only=True, tag_field="rule", tag="any"):
    """At least one of `of` holds; false when `of` is empty."""

    of: list["Rule"]


Rule = Test | All | AnyOf


def holds(rule: Rule, values: Mapping[str, object]) -> bool:
    """Whether `rule` holds for the values of a form (field name to value; missing means empty)."""
    match rule:
        case All(of=rules):
            return all(holds(one, values) for one in rules)
        case AnyOf(of=rules):
            return any(holds(one, values) for one in rules)
        case Test():
            return _compare(rule, values.get(rule.field))


def _compare(test: Test, actual: object) -> bool:
    empty = actual is None or actual in ("", [])
    match test.op:
        case "filled":
            return not empty
        case "empty":
            return empty
        case "eq":
            return _same(actual, test.value)
        case "ne":
            return not _same(actual, test.value)
        case "in":
            return isinstance(test.value, list) and actual in test.value
        case _:
            return _ordered(test, actual)


def _same(actual: object, wanted: Value) -> bool:
    """Equality without Python's `True == 1`, which no other language shares."""
    return isinstance(actual, bool) == isinstance(wanted, bool) and actual == wanted


def _ordered(test: Test, actual: object) -> bool:
    """Order numbers by size and text (ISO dates) by code point; other pairs never hold."""
    wanted = test.value
    if isinstance(actual, bool) or isinstance(wanted, bool):
        return False
    if isinstance(actual, int | float) and isinstance(wanted, int | float):
        return _in_order(test.op, actual < wanted, actual == wanted)
    if isinstance(actual, str) and isinstance(wanted, str) and actual:
        return _in_order(test.op, actual < wanted, actual == wanted)
    return False


def _in_order(op: str, less: bool, equal: bool) -> bool:
    return {"lt": less, "le": less or equal, "gt": not less and not equal, "ge": not less}[op]
