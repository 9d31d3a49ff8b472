"""The whole table, with the communes that the core is seeded with."""

import csv

import pytest

from camaug.settings import ROOT
from camaug_address_converter.addresses import Reader
from camaug_address_converter.units import NewUnit, Table, known


@pytest.fixture(scope="session")
def communes() -> list[NewUnit]:
    text = (ROOT / "backend/camaug/data/communes.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t")
    return [
        NewUnit(code=row["code"], kind=row["unit_type"], name=row["name"])  # type: ignore[arg-type]
        for row in rows
    ]


@pytest.fixture(scope="session")
def table(communes: list[NewUnit]) -> Table:
    return Table(known(), communes)


@pytest.fixture(scope="session")
def reader(table: Table) -> Reader:
    return Reader(table)
