"""Loads communes, agencies and holidays from `camaug/data`; running it again changes nothing."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID, uuid5

from camaug.kernel import db
from camaug.kernel.text import sort_key

DATA = Path(__file__).parent.parent / "data"
NAMESPACE = UUID("0e2a6b1c-6f0d-5d0b-9a57-7d2f7b0c9a10")
"""Agency ids are derived from the commune and kind, so that every installation has the same."""
VALID_FROM = date(2025, 7, 1)
FIRST_COMMUNE_CODE = 5
"""Provisional agency codes: H12.01 is the one-stop centre, communes follow from H12.05 on."""


def read(name: str) -> Iterator[dict[str, str]]:
    """Rows of a tab-separated file of `data`; lines that begin with `#` are notes."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(
            (line for line in file if not line.startswith("#")), delimiter="\t"
        )


def agency_id(kind: str, place: str) -> UUID:
    """The id of the agency of that kind at a commune code or at `province`."""
    return uuid5(NAMESPACE, f"{kind}|{place}")


async def seed(conn: db.Conn) -> None:
    """Communes, agencies, holidays."""
    communes = list(read("communes.tsv"))
    for row in communes:
        await _commune(conn, row)
    await _provincial(conn)
    for number, row in enumerate(communes, FIRST_COMMUNE_CODE):
        await _communal(conn, row, f"H12.{number:02d}")
    for row in read("holidays.tsv"):
        await db.run(
            conn,
            "insert into holiday (day, name_vi, kind, status, source) values ($1, $2, $3, $4, $5)"
            " on conflict (day) do nothing",
            date.fromisoformat(row["date"]),
            row["name_vi"],
            row["kind"],
            row["status"],
            row["source"],
        )


async def _commune(conn: db.Conn, row: dict[str, str]) -> None:
    await db.run(
        conn,
        "insert into commune (code, name, kind, sort_key, merged_from, has_partial, source)"
        " values ($1, $2, $3, $4, $5, $6, $7) on conflict (code) do nothing",
        row["code"],
        row["name"],
        row["unit_type"],
        sort_key(row["name"]),
        row["merged_from_old_units"],
        row["partial_old_units"] != "no",
        "National Statistics Office, 2025",
    )


def _kinds(place: str) -> list[dict[str, str]]:
    """One row a kind of agency at `commune` or `province`."""
    rows = {row["kind"]: row for row in read("agencies.tsv") if row["place"] == place}
    return list(rows.values())


async def _provincial(conn: db.Conn) -> None:
    for number, row in enumerate(_kinds("province")):
        code = "H12.01" if row["kind"] == "one_stop_centre" else f"H12.01.{number:02d}"
        names = (row["name_vi"], row["name_en"])
        await _agency(conn, row["kind"], "province", code, names)


async def _communal(conn: db.Conn, row: dict[str, str], code: str) -> None:
    ward = row["unit_type"] == "ward"
    unit = f"{'phường' if ward else 'xã'} {row['name']}"
    unit_en = f"{row['name']} {'Ward' if ward else 'Commune'}"
    for number, kind in enumerate(_kinds("commune")):
        names = (kind["name_vi"].format(unit=unit), kind["name_en"].format(unit_en=unit_en))
        own = code if number == 0 else f"{code}.{number:02d}"
        await _agency(conn, kind["kind"], row["code"], own, names)


async def _agency(conn: db.Conn, kind: str, place: str, code: str, names: tuple[str, str]) -> None:
    centre = agency_id("one_stop_centre", "province")
    own = agency_id(kind, place)
    await db.run(
        conn,
        "insert into agency (agency_id, code, code_status, kind, name_vi, name_en, commune_code,"
        " parent_id, valid_from, source) values ($1, $2, 'provisional', $3, $4, $5, $6, $7, $8, $9)"
        " on conflict (agency_id) do nothing",
        own,
        code,
        kind,
        *names,
        None if place == "province" else place,
        None if own == centre else centre,
        VALID_FROM,
        "CaMau-G Open, provisional",
    )
