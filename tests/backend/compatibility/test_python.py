"""Every kind of change of the SDK's surface: found, or let pass."""

import json
from typing import Any

import pytest

from camaug.compatibility import surface
from camaug.compatibility.annotations import fits
from camaug.compatibility.python import Comparison, uses

from .edits import GONE, Edits, edited

BASE: dict[str, Any] = surface.contract()
BLOCKS, RECORDS = "modules|camaug_sdk.blocks", "modules|camaug_sdk.records"
ACTS = "modules|camaug_sdk.acts"
BUTTON = f"{BLOCKS}|Button|members"
LINE = f"{RECORDS}|DossierLine|members"
CALLER = f"{RECORDS}|Caller|members"
HOLDS = "modules|camaug_sdk.rules|holds"
ANSWER = "modules|camaug_sdk.services|Procedures|members|answer"
FIND = "modules|camaug_sdk.words|Words|members|find"
PROBLEM = "modules|camaug_sdk.problems|Conflict"
TEXT = {"kind": "field", "type": "str"}
OPTIONAL = {"kind": "field", "type": "None | str", "default": "None"}


def taken(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "kind": "keyword-only", "type": "str"} | more


METHOD = {"kind": "function", "async": False, "parameters": [], "returns": "str"}
BREAKING: dict[str, Edits] = {
    "a module removed": {"modules|camaug_sdk.tax_codes": GONE},
    "a name removed from the first page": {"modules|camaug_sdk|Words": GONE},
    "a class removed": {f"{BLOCKS}|Link": GONE},
    "a function removed": {HOLDS: GONE},
    "a name for another thing": {"modules|camaug_sdk|Go|as": "camaug_sdk.actions.Send"},
    "a class that became a function": {f"{BLOCKS}|Link": METHOD},
    "another value of a constant": {"modules|camaug_sdk.plugin|ENTRY_POINTS|value": "'x'"},
    "a narrower alias": {"modules|camaug_sdk.language|Language|type": "Literal['vi']"},
    "a wider argument of handlers": {
        "modules|camaug_sdk|Me|type": "Annotated[None | Person, 'Dependency']"
    },
    "a field removed": {f"{BUTTON}|icon": GONE},
    "a field newly required": {f"{BUTTON}|icon|default": GONE},
    "a field added and required": {f"{BUTTON}|new": TEXT},
    "another default of a field": {f"{BUTTON}|style|default": "'primary'"},
    "another name on the wire": {f"{BUTTON}|label|wire": "text"},
    "another type of a field that is made": {f"{BUTTON}|label|type": "int"},
    "a narrower field that is made": {f"{BUTTON}|icon|type": "str"},
    "a value less in a field that is made": {
        f"{BUTTON}|style|type": "Literal['danger', 'primary']"
    },
    "a wider field that is read": {f"{CALLER}|language|type": "None | str"},
    "null in a field that is read": {f"{LINE}|version|type": "None | int"},
    "a value more in a field that is read": {
        f"{RECORDS}|Commune|members|kind|type": "Literal['commune', 'town', 'ward']"
    },
    "another tag": {f"{BLOCKS}|Link|config|tag": "anchor"},
    "no longer frozen": {f"{BLOCKS}|Link|config|frozen": False},
    "a base class lost": {f"{PROBLEM}|bases": ["BaseException", "Exception"]},
    "another status of a problem": {f"{PROBLEM}|members|status|value": "400"},
    "another code of a problem": {f"{PROBLEM}|members|code|value": "'clash'"},
    "a value of an enumeration removed": {f"{ACTS}|Status|members|RETURNED": GONE},
    "another value of an enumeration": {f"{ACTS}|Status|members|RETURNED|value": "11"},
    "a value of an enumeration that is read added": {
        f"{ACTS}|Status|members|NEW": {"kind": "value", "value": "11"}
    },
    "a method removed": {f"{FIND}": GONE},
    "a method that became a property": {FIND: {"kind": "attribute", "type": "str"}},
    "a method that must be awaited": {f"{FIND}|async": True},
    "a method that answers more": {f"{FIND}|returns": "None | bytes | str"},
    "a parameter removed": {f"{ANSWER}|parameters|1": GONE},
    "a parameter renamed": {f"{ANSWER}|parameters|0|name": "words"},
    "a parameter newly required": {f"{ANSWER}|parameters|1|default": GONE},
    "a parameter added and required": {f"{ANSWER}|parameters|2": taken("new")},
    "another default of a parameter": {f"{ANSWER}|parameters|1|default": "20"},
    "a parameter by name only": {f"{ANSWER}|parameters|0|kind": "keyword-only"},
    "a narrower parameter": {f"{HOLDS}|parameters|0|type": "All | Test"},
    "parameters in another order": {
        f"{HOLDS}|parameters": BASE["modules"]["camaug_sdk.rules"]["holds"]["parameters"][::-1]
    },
    "a service that handlers no longer get": {
        "modules|camaug_sdk.context|Context|members|people": GONE
    },
}
HARMLESS: dict[str, Edits] = {
    "a module added": {"modules|camaug_sdk.more": {}},
    "a class added": {f"{BLOCKS}|Gauge": BASE["modules"]["camaug_sdk.blocks"]["Link"]},
    "a name added to the first page": {
        "modules|camaug_sdk|Link": {"kind": "same", "as": "camaug_sdk.blocks.Link"}
    },
    "a constant added": {
        "modules|camaug_sdk|MOST": {"kind": "constant", "type": "int", "value": "9"}
    },
    "a class moved, its name kept": {
        f"{BLOCKS}|Link": {"kind": "same", "as": "camaug_sdk.links.Link"},
        "modules|camaug_sdk.links": {"Link": BASE["modules"]["camaug_sdk.blocks"]["Link"]},
        "modules|camaug_sdk.screens|Link|as": "camaug_sdk.links.Link",
    },
    "a wider alias": {"modules|camaug_sdk.language|Language|type": "Literal['en', 'km', 'vi']"},
    "an alias in another order": {
        "modules|camaug_sdk.language|Language|type": "Literal['vi', 'en']"
    },
    "a narrower argument of handlers, wide as it was": {
        "modules|camaug_sdk|Officer": BASE["modules"]["camaug_sdk"]["Officer"]
    },
    "an optional field added": {f"{BUTTON}|new": OPTIONAL},
    "an optional field of a record added": {f"{LINE}|new": OPTIONAL},
    "a default where none stood": {f"{BUTTON}|label|default": "''"},
    "a wider field that is made": {f"{BUTTON}|label|type": "None | str"},
    "a value more in a field that is made": {
        f"{BUTTON}|style|type": "Literal['bare', 'danger', 'primary', 'quiet', 'secondary']"
    },
    "free text in a field that is made": {f"{BUTTON}|style|type": "str"},
    "a block more in a screen": {
        "modules|camaug_sdk.screens|Screen|members|blocks|type": BASE["modules"][
            "camaug_sdk.screens"
        ]["Screen"]["members"]["blocks"]["type"].replace("list[", "list[Gauge | ")
    },
    "a narrower field that is read": {f"{LINE}|due_at|type": "datetime.datetime"},
    "a value less in a field that is read": {
        f"{RECORDS}|Commune|members|kind|type": "Literal['ward']"
    },
    "limits off a field that is made": {"modules|camaug_sdk.manifest|PluginId|type": "str"},
    "a union in another order": {f"{BUTTON}|icon|type": "str | None"},
    "a base class more": {f"{PROBLEM}|bases": ["BaseException", "Exception", "Mixin", "Problem"]},
    "a class attribute added": {f"{PROBLEM}|members|hint": {"kind": "attribute", "type": "str"}},
    "a method added": {f"{FIND}_all": METHOD},
    "a method of a service added": {"modules|camaug_sdk.services|Procedures|members|all": METHOD},
    "a service added": {
        "modules|camaug_sdk.context|Context|members|maps": {"kind": "attribute", "type": "Maps"}
    },
    "a method that answers less": {f"{FIND}|returns": "str"},
    "an optional parameter added": {f"{ANSWER}|parameters|2": taken("new", default="''")},
    "any further parameters": {f"{ANSWER}|parameters|2": taken("more", kind="variadic keyword")},
    "a parameter by place too": {f"{ANSWER}|parameters|1|kind": "positional or keyword"},
    "a parameter no longer required": {f"{ANSWER}|parameters|0|default": "''"},
    "a wider parameter": {f"{HOLDS}|parameters|0|type": "All | AnyOf | None | Test"},
    "another version": {"version": "0.2"},
}


def found(edits: Edits) -> list[str]:
    return [str(one) for one in Comparison(BASE, edited(BASE, edits)).differences()]


@pytest.mark.parametrize("name", BREAKING)
def test_what_breaks_is_found(name: str) -> None:
    assert found(BREAKING[name]), name


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_harmless_passes(name: str) -> None:
    assert found(HARMLESS[name]) == []


def test_a_line_says_where_and_what() -> None:
    assert found({f"{BUTTON}|label|type": "int"}) == [
        "#/modules/camaug_sdk.blocks/Button/members/label: took str, takes int"
    ]


def test_every_name_and_every_member_that_is_gone_is_found() -> None:
    """A member of each class at once, as each comparison looks at the whole surface."""
    classes = {
        f"modules|{module}|{name}": sorted(entry.get("members", ()))
        for module, names in BASE["modules"].items()
        for name, entry in names.items()
    }
    rounds: list[list[str]] = [list(classes)]
    for turn in range(max(len(members) for members in classes.values())):
        at = [(path, members) for path, members in classes.items() if turn < len(members)]
        rounds.append([f"{path}|members|{members[turn]}" for path, members in at])
    for gone in rounds:
        lines = found(dict.fromkeys(gone, GONE))
        assert {f"#/{path.replace('|', '/')}: removed" for path in gone} <= set(lines)


def test_the_surface_is_the_same_each_time_and_compared_with_itself_is_clean() -> None:
    again = surface.contract()
    assert json.dumps(again, sort_keys=True) == json.dumps(BASE, sort_keys=True)
    assert " at 0x" not in json.dumps(BASE)
    assert found({}) == []


def test_what_plugins_make_and_what_they_read_is_told_apart() -> None:
    known = uses(BASE)
    assert known["Button"] == known["Form"] == known["FieldError"] == {"made"}
    assert known["Profile"] == known["Caller"] == known["Event"] == {"read"}
    assert known["Organisation"] == known["Person"] == {"made", "read"}


@pytest.mark.parametrize(
    ("given", "taken", "answer"),
    [
        ("str", "None | str", True),
        ("None | str", "str", False),
        ("list[A]", "list[A | B]", True),
        ("dict[str, list[A | B]]", "dict[str, list[A]]", False),
        ("Literal['a']", "Literal['a', 'b']", True),
        ("Literal[1]", "Literal['1']", False),
        ("Literal['a']", "str", True),
        ("int", "float", True),
        ("float", "int", False),
        ("A", "object", True),
        ("Any", "A", False),
        ("Annotated[str, 'Meta(1)']", "str", True),
        ("str", "Annotated[str, 'Meta(1)']", False),
        ("Annotated[str, 'Meta(1)']", "Annotated[str, 'Meta(2)']", False),
        ("Callable[[A], B]", "Callable[[A], B]", True),
        ("Callable[[A | C], B]", "Callable[[A], B]", False),
        ("tuple[A, ...]", "tuple[A, B]", False),
    ],
)
def test_whether_a_type_fits_another(given: str, taken: str, answer: bool) -> None:
    assert fits(given, taken) is answer
