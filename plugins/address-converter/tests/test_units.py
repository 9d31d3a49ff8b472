"""Every old unit of the core's table of communes is in the utility's own, and nothing else."""

import csv
import re
from collections import Counter

import pytest

from camaug.settings import ROOT
from camaug_address_converter.units import FILE, KINDS, NewUnit, OldUnit, Table, known

OLD_UNIT = re.compile(r"(Phường|Xã|Thị trấn) (.+) \((\d{5})(, một phần)?\)")
GAPS = {"Xã Nguyễn Phích", "Xã Lợi An", "Xã Hoà Mỹ"}


def domain() -> list[dict[str, str]]:
    """The 64 rows that the core seeds its communes from."""
    text = (ROOT / "backend/camaug/data/communes.tsv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="\t"))


def test_every_row_of_the_domain_is_in_the_table_and_no_other(table: Table) -> None:
    rows = domain()
    said: list[tuple[str, str, str, bool]] = []
    for row in rows:
        for part in row["merged_from_old_units"].split("; "):
            match = OLD_UNIT.fullmatch(part)
            assert match, part
            kind, name, code, share = match.groups()
            said.append((f"{kind} {name}", code, row["code"], share is not None))
    ours = [
        (one.title, one.code, into, not one.whole)
        for one in table.old.values()
        for into in one.became
    ]
    assert Counter(ours) == Counter(said)
    assert (len(rows), len(said), len({code for _, code, _, _ in said})) == (64, 177, 161)


def test_each_old_unit_lay_where_its_commune_says(table: Table) -> None:
    rows = {row["code"]: row for row in domain()}
    for unit in table.old.values():
        for code in unit.became:
            assert unit.district in rows[code]["old_districts"].split("; "), unit.title
            assert unit.province == rows[code]["old_province"], unit.title


def test_every_district_of_a_commune_gave_it_a_unit(table: Table) -> None:
    for row in domain():
        gave = {one.district for one in table.made_of(row["code"])}
        assert gave == set(row["old_districts"].split("; ")), row["name"]


def test_the_units_that_the_domain_does_not_place_have_no_commune(table: Table) -> None:
    assert {one.title for one in table.old.values() if not one.became} == GAPS


def test_a_unit_is_whole_split_or_unknown(table: Table) -> None:
    def share(unit: OldUnit) -> str:
        return "whole" if unit.whole else f"part of {len(unit.became)}"

    counts = Counter(share(one) for one in table.old.values())
    assert counts == {"whole": 144, "part of 2": 16, "part of 1": 1, "part of 0": 3}


def test_the_file_names_its_source_and_says_what_is_not_checked() -> None:
    head = [line for line in FILE.read_text(encoding="utf-8").splitlines() if line[0] == "#"]
    assert "National Statistics Office" in " ".join(head)
    assert "Not checked with the province" in " ".join(head)


def test_a_commune_that_nobody_names_stops_the_table(communes: list[NewUnit]) -> None:
    with pytest.raises(ValueError, match=communes[0].code):
        Table(known(), communes[1:])


def test_today_has_wards_and_communes_only(communes: list[NewUnit]) -> None:
    assert Counter(one.kind for one in communes) == {"ward": 9, "commune": 55}
    assert set(KINDS) == {"ward", "commune", "township"}
