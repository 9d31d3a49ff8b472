"""Loads the catalogue and the table of desks; running it again changes nothing."""

from datetime import UTC, date, datetime

import msgspec

from camaug.agencies.seed import DATA, agency_id, read
from camaug.kernel import db
from camaug_sdk.records import Procedure

SOURCE = "copy of the national portal, 07/2026, not checked with the province"
IMPORTED_AT = datetime(2026, 11, 24, tzinfo=UTC)
IMPORTED = date(2026, 11, 24)
"""Validity starts on the day of the import: what was valid before is not known."""


async def seed(conn: db.Conn) -> None:
    """Procedures, then who receives and handles each."""
    kinds = {row["catalogue_text"]: row for row in read("agencies.tsv")}
    communes = [row["code"] for row in read("communes.tsv")]
    for procedure in catalogue():
        await _procedure(conn, procedure)
        await _desks(conn, procedure, kinds.get(procedure.agency), communes)


def _note(row: dict[str, str] | None) -> dict[str, object]:
    """What we add to a component of the catalogue."""
    if row is None:
        return {}
    return {"given": row["given"], "instead": [one for one in row["instead"].split("|") if one]}


def catalogue() -> list[Procedure]:
    """Every procedure of the copy, with what we add to its components."""
    bodies = msgspec.json.decode((DATA / "procedures.json").read_bytes())
    notes = {row["component_id"]: row for row in read("components.tsv")}
    for body in bodies:
        body["components"] = [one | _note(notes.get(one["id"])) for one in body["components"]]
    return msgspec.convert(bodies, list[Procedure])


async def _procedure(conn: db.Conn, procedure: Procedure) -> None:
    await db.run(
        conn,
        "insert into procedure (code, valid_from, body, source, imported_at)"
        " values ($1, $2, $3, $4, $5) on conflict (code, valid_from) do nothing",
        procedure.code,
        IMPORTED,
        msgspec.to_builtins(procedure),
        SOURCE,
        IMPORTED_AT,
    )


async def _desks(
    conn: db.Conn, procedure: Procedure, kind: dict[str, str] | None, communes: list[str]
) -> None:
    """Communes receive what the commune level does; the provincial centre receives the rest."""
    status = "assumed" if kind else "fallback"
    place = kind["place"] if kind else "province"
    handler = kind["kind"] if kind else "one_stop_centre"
    if place == "commune":
        desks = [
            (code, agency_id("people_committee", code), agency_id(handler, code))
            for code in communes
        ]
    else:
        centre = agency_id("one_stop_centre", "province")
        desks = [(None, centre, agency_id(handler, "province"))]
    await conn.executemany(
        "insert into procedure_agency (procedure_code, commune_code, receiving_agency_id,"
        " handling_agency_id, valid_from, status, source)"
        " values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        [
            (procedure.code, commune, receiving, handling, IMPORTED, status, "CaMau-G Open")
            for commune, receiving, handling in desks
        ],
    )
