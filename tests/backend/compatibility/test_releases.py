"""What a version excuses, what the check says, and how a release is made."""

import json
from pathlib import Path
from typing import Any

import pytest

from camaug import contracts
from camaug.compatibility import releases
from camaug.compatibility.operations import Break, Excuse
from camaug.compatibility.schemas import Difference

from .edits import GONE, Edits, edited

Contracts = dict[str, dict[str, Any]]
OPTIONAL = {"type": "string"}


@pytest.fixture(scope="module")
def released() -> Contracts:
    return releases.read(contracts.RELEASED)


def of(excuse: Excuse) -> Break:
    return Break(Difference("#/x", "removed"), ("GET /api/v1/x",), excuse)


@pytest.mark.parametrize(
    ("excuse", "before", "now", "answer"),
    [
        ("version", "0.1", "0.1", False),
        ("version", "0.1", "0.2", True),
        ("version", "0.1.0", "0.1.9", False),
        ("version", "0.1.0", "0.2.0", True),
        ("version", "0.9.3", "0.10.0", True),
        ("version", "0.2.0", "0.1.0", False),
        ("version", "0.2.0", "1.0.0", True),
        ("version", "1.2.0", "1.3.0", False),
        ("version", "1.2.0", "2.0.0", True),
        ("version below 1.0", "0.1.0", "0.1.1", False),
        ("version below 1.0", "0.1.0", "0.2.0", True),
        ("version below 1.0", "0.9.0", "1.0.0", True),
        ("version below 1.0", "1.0.0", "2.0.0", False),
        ("none", "0.1.0", "0.2.0", False),
        ("none", "0.1.0", "1.0.0", False),
        ("none", "1.0.0", "2.0.0", False),
    ],
)
def test_what_a_version_excuses(excuse: Excuse, before: str, now: str, answer: bool) -> None:
    assert releases.excused(of(excuse), before, now) is answer


MUTATIONS: dict[str, tuple[str, Edits]] = {
    "API": (releases.HOST, {"components|schemas|Send|properties|later": GONE}),
    "Screen": (releases.SCREEN, {"$defs|Send|properties|later": GONE}),
    "Screen kept": (releases.SCREEN, {"$defs|Tile|required|0": "badge"}),
    "manifest": (releases.MANIFEST, {"$defs|Camaug|required|0": "contacts"}),
    "SDK": (releases.SDK, {"modules|camaug_sdk|Words": GONE}),
}


@pytest.mark.parametrize("what", MUTATIONS)
def test_a_breaking_change_of_each_contract_fails_until_the_version_says_so(
    released: Contracts, what: str
) -> None:
    name, edits = MUTATIONS[what]
    present = released | {name: edited(released[name], edits)}
    (line,) = releases.unsaid(released, present)
    assert line.startswith(f"{name} #/")
    assert line.endswith("needs version 0.2")
    assert releases.refusals(released, present)
    present[releases.SDK] = present[releases.SDK] | {"version": "0.2"}
    present[releases.HOST] = edited(present[releases.HOST], {"info|version": "0.2.0"})
    assert releases.unsaid(released, present) == []
    assert releases.refusals(released, present) == []


def test_a_harmless_change_passes_but_is_released_under_a_new_version_only(
    released: Contracts,
) -> None:
    edits = {"$defs|Send|properties|new": OPTIONAL}
    present = released | {releases.SCREEN: edited(released[releases.SCREEN], edits)}
    assert releases.unsaid(released, present) == []
    (line,) = releases.refusals(released, present)
    assert line == "screen.schema.json: 0.1 is released already and differs; raise the version"


def test_a_contract_that_is_gone_or_a_version_that_went_back_fails(released: Contracts) -> None:
    fewer = {name: one for name, one in released.items() if name != releases.MANIFEST}
    assert releases.unsaid(released, fewer) == ["manifest.schema.json: the whole contract is gone"]
    back = released | {releases.SDK: released[releases.SDK] | {"version": "0.0"}}
    assert "sdk.json: version 0.0 is below the released 0.1" in releases.unsaid(released, back)


def test_what_the_comparer_cannot_read_fails_at_any_version(released: Contracts) -> None:
    strange = edited(released[releases.SCREEN], {"$defs|Send|properties|href": {"not": OPTIONAL}})
    present = released | {
        releases.SCREEN: strange,
        releases.SDK: released[releases.SDK] | {"version": "9.0"},
    }
    (line,) = releases.unsaid(released, present)
    assert "teach camaug.compatibility.views" in line


def test_every_released_contract_compared_with_itself_is_clean(released: Contracts) -> None:
    for name, one in released.items():
        # A word that says nothing: contracts that are quite alike are not looked through.
        assert releases.breaks(name, one, edited(one, {"$comment": "looked through"})) == []


def test_the_released_versions_are_those_that_the_contracts_say(released: Contracts) -> None:
    written = json.loads((contracts.RELEASED / releases.VERSIONS).read_text())
    assert written == releases.versions(released)
    assert set(released) == {releases.HOST, releases.MANIFEST, releases.SCREEN, releases.SDK}


def test_every_member_of_the_manifest_that_is_gone_is_found(released: Contracts) -> None:
    manifest = released[releases.MANIFEST]
    for shape, schema in manifest["$defs"].items():
        for name in schema["properties"]:
            path = f"$defs|{shape}|properties|{name}"
            found = releases.breaks(releases.MANIFEST, manifest, edited(manifest, {path: GONE}))
            assert any(f"{name}: removed" in str(one.difference) for one in found)


def test_the_first_release_is_written_and_a_second_needs_a_version(
    released: Contracts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contracts, "RELEASED", tmp_path / "released")
    assert contracts.release(released) == []
    assert releases.read(tmp_path / "released") == released
    name, edits = MUTATIONS["SDK"]
    broken = released | {name: edited(released[name], edits)}
    assert contracts.release(broken)
    assert releases.read(tmp_path / "released") == released


def test_the_check_fails_where_there_is_no_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contracts, "RELEASED", tmp_path)
    assert "openapi/released/ is empty; run ./camaug openapi --release" in contracts.errors()
