"""What is told of a plugin without running its code."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from camaug.plugins import discovery
from camaug.plugins.actions import settle
from camaug.plugins.schemas import Found, Row
from camaug_sdk import manifest as manifests

from .conftest import Site, manifest


def found(plugin_id: str) -> Found:
    return next(one for one in discovery.find() if one.plugin_id == plugin_id)


def test_a_good_plugin_is_found_and_not_imported(site: Site):
    package = site.add("good-one")
    one = found("good-one")
    assert (one.finding, one.distribution, one.folder) == (None, "camaug_good_one", str(package))
    assert one.manifest is not None
    assert one.manifest.app_id == "good-one"
    assert "camaug_good_one" not in sys.modules


@pytest.mark.parametrize(
    ("says", "finding", "words"),
    [
        (b"{", "manifest_invalid", "truncated"),
        (b'{"app_id": "' + b"x" * 5_000_000 + b'"}', "manifest_invalid", "larger than"),
        (b"[" * 100_000, "manifest_invalid", ""),
        (manifest("other-one"), "id_mismatch", "other-one"),
        (manifest("bad-one", color="red"), "manifest_invalid", "color"),
        (manifest("bad-one", api=">=0.9,<1"), "incompatible", ">=0.9,<1"),
        (manifest("bad-one", api="any"), "manifest_invalid", "api"),
    ],
)
def test_a_bad_manifest_is_named_with_its_reason(
    site: Site, says: dict[str, object] | bytes, finding: str, words: str
):
    site.add("bad-one", says=says)
    site.add("good-one")
    one = found("bad-one")
    assert one.finding == finding
    assert words in one.detail
    assert found("good-one").finding is None


def test_a_missing_manifest_is_named(site: Site):
    (site.add("bad-one") / "manifest.json").unlink()
    assert found("bad-one").finding == "manifest_missing"


@pytest.mark.parametrize(
    ("plugin_id", "entry_point", "finding"),
    [
        ("Bad_One", "camaug_bad_one:plugin", "id_invalid"),
        ("bad-one", "json:plugin", "package_mismatch"),
        ("bad-one", "camaug.plugins:plugin", "package_mismatch"),
        ("bad-one", "camaug_bad_one:plugin", "package_missing"),
    ],
)
def test_an_entry_point_must_lead_into_the_package_of_its_id(
    site: Site, plugin_id: str, entry_point: str, finding: str
):
    site.describe("bad", plugin_id, entry_point)
    assert found(plugin_id).finding == finding


def test_the_package_must_belong_to_the_distribution(site: Site):
    site.add("good-one")
    site.describe("thief", "good-one", "camaug_good_one:plugin")
    (site.folder / "thief-1.0.dist-info" / "RECORD").write_text("thief.py,,\n")
    claims = {one.distribution: one.finding for one in discovery.find()}
    assert claims["camaug_good_one"] is None
    assert claims["thief"] == "package_mismatch"


def test_a_distribution_that_cannot_be_read_hides_no_other(site: Site):
    site.add("good-one")
    site.describe("ruin", "any", "camaug_any:plugin")
    (site.folder / "ruin-1.0.dist-info" / "entry_points.txt").write_text("[camaug.plugins]\nx\n")
    assert found("good-one").finding is None


def test_any_changed_file_changes_the_fingerprint_and_compiled_ones_do_not(site: Site):
    package = site.add("good-one")
    before = found("good-one").fingerprint
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "x.pyc").write_bytes(b"x")
    assert found("good-one").fingerprint == before
    (package / "locales" / "vi.json").write_text("{ }")
    assert found("good-one").fingerprint != before


def test_a_package_beyond_the_limit_is_refused(site: Site):
    package = site.add("bad-one")
    with (package / "big.bin").open("wb") as file:
        file.truncate(40 * 1024 * 1024)
    assert found("bad-one").finding == "files_too_big"


def test_of_two_claimants_the_one_that_has_the_id_keeps_it(site: Site):
    site.add("good-one")
    site.describe("newcomer", "good-one", "camaug_good_one:plugin")
    both = [one for one in discovery.find() if one.plugin_id == "good-one"]
    assert {one.distribution for one in both} == {"camaug_good_one", "newcomer"}
    (nobody,) = settle(both, {})
    assert nobody.finding == "duplicate_id"
    (kept,) = settle(both, {"good-one": _row("camaug_good_one", both[0].fingerprint)})
    assert (kept.distribution, kept.finding) == ("camaug_good_one", None)
    (changed,) = settle(both, {"good-one": _row("camaug_good_one", "another")})
    assert changed.finding == "duplicate_id"


def _row(distribution: str, fingerprint: str) -> Row:
    return Row(
        plugin_id="good-one",
        distribution=distribution,
        version="1.0",
        entry_point="camaug_good_one:plugin",
        fingerprint=fingerprint,
        state="active",
        reason=None,
        finding=None,
        detail=None,
        manifest=None,
        updated_at=datetime(2026, 11, 24, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("api", "version", "holds"),
    [
        (">=0.1,<1", "0.1", True),
        (">=0.1,<0.2", "0.2", False),
        (">=0.9,<0.10", "0.9", True),
        (">=0.2,<1", "0.1", False),
        (">=1.0,<2", "1.4", True),
    ],
)
def test_a_range_of_versions_holds_what_it_says(api: str, version: str, holds: bool):
    assert manifests.covers(api, version) is holds


@pytest.mark.parametrize("kind", ["link", "linked folder", "pipe"])
def test_a_package_holds_plain_files_only(site: Site, tmp_path: Path, kind: str):
    package = site.add("odd-one")
    site.add("good-one")
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside" / "more.py").write_text("")
    if kind == "pipe":
        os.mkfifo(package / "more.py")
    elif kind == "link":
        (package / "more.py").symlink_to(tmp_path / "beside" / "more.py")
    else:
        (package / "more").symlink_to(tmp_path / "beside")
    found = {one.plugin_id: one.finding for one in discovery.find()}
    assert (found["odd-one"], found["good-one"]) == ("package_missing", None)


def test_what_a_package_says_of_itself_can_be_stored(site: Site):
    site.add("good-one")
    says = manifest("nul-one")
    says["name"] = "a\0b"
    site.add("nul-one", says=says)
    site.describe("odd", "nul\0id" + "x" * 300, "camaug_good_one:plugin")
    found = {one.plugin_id: one for one in discovery.find()}
    assert found["nul-one"].finding == "manifest_invalid"
    assert all("\0" not in one and len(one) <= 200 for one in found)
