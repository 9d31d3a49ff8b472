"""From rows to what the service gives: opens what is sealed, counts the working time left."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import structs

from camaug.documents import actions as files
from camaug.dossiers import apologies, forecasts, rating
from camaug.dossiers.actions import ANSWERS, CONDITIONS, NAME, ORGANISATION, PIN
from camaug.dossiers.acts import NOTE
from camaug.dossiers.effects import REASON
from camaug.dossiers.schemas import EventRow, Line, SupplementRow, Whole
from camaug.dossiers.transitions import possible
from camaug.kernel.crypto import Vault
from camaug.kernel.web import Engines
from camaug.procedures import deadlines
from camaug.procedures.current import CALENDAR
from camaug_sdk.records import (
    Answer,
    Dossier,
    DossierEvent,
    DossierLine,
    Organisation,
    Status,
    Supplement,
)

RUNNING = frozenset({Status.ACCEPTED, Status.IN_PROCESS})
INNER = frozenset(
    {
        "claimed",
        "given_back",
        "handed_over",
        "received",
        "proposed",
        "sent_back",
        "taken_back",
        "approved",
    }
)
"""What officers do among themselves; it is no news to the owner."""


async def lines(engines: Engines, rows: Sequence[Line], *, name: bool) -> list[DossierLine]:
    """The rows for a list; `name` opens the applicants' names, which are for officers."""
    left = await _minutes_left(engines, rows)
    return [_line(engines.vault, row, left.get(row.dossier_id), name=name) for row in rows]


async def _minutes_left(engines: Engines, rows: Sequence[Line]) -> dict[UUID, int]:
    """Working minutes until each row that runs is due. An answered request runs again."""
    due = {
        row.dossier_id: row.due_at
        for row in rows
        if row.due_at is not None and (row.status in RUNNING or row.supplemented_at is not None)
    }
    if not due:
        return {}
    now, work = engines.clock.now(), await CALENDAR.get(engines)
    return {one: deadlines.left(at, now, work) for one, at in due.items()}


def _line(vault: Vault, row: Line, minutes: int | None, *, name: bool) -> DossierLine:
    dossier_id = row.dossier_id
    declared = _organisation(vault, dossier_id, row.organisation_enc)
    return DossierLine(
        dossier_id=dossier_id,
        code=row.code,
        procedure_code=row.procedure_code,
        procedure_name=row.procedure_name,
        procedure_name_en=row.procedure_name_en,
        agency_id=row.agency_id,
        agency_name_vi=row.agency_name_vi,
        agency_name_en=row.agency_name_en,
        status=Status(row.status),
        submitted_at=row.submitted_at,
        accepted_at=row.accepted_at,
        due_at=row.due_at,
        appointed_at=row.appointed_at,
        version=row.version,
        applicant_name=vault.open_text(NAME, dossier_id, row.applicant_name_enc) if name else None,
        handler_id=row.handler_id if name else None,
        handler_name=row.handler_name,
        organisation_name=declared.name if declared else None,
        supplemented_at=row.supplemented_at,
        work_minutes_left=minutes,
    )


def _organisation(vault: Vault, dossier_id: UUID, sealed: bytes | None) -> Organisation | None:
    return (sealed and vault.open_json(ORGANISATION, dossier_id, sealed, Organisation)) or None


async def whole(engines: Engines, row: Whole, *, owner: bool, acting: bool = True) -> Dossier:
    """One dossier for its owner or an officer.

    Who is not `acting` reads where it stands and why: no answer and no file, and can do nothing.
    """
    if not acting:
        read = await whole(engines, row, owner=owner)
        return structs.replace(
            read, answers={}, conditions={}, organisation=None, documents=[], results=[], acts=[]
        )
    vault, dossier_id = engines.vault, row.dossier_id
    [line] = await lines(engines, [row], name=not owner)
    kept = row.conditions_enc
    accepted = row.accepted_at is not None
    acts = possible("citizen" if owner else "officer", line.status, accepted=accepted)
    acts = [one for one in acts if one != "apologise" or apologies.is_open(row)]
    return Dossier(
        line=line,
        events=[
            event(vault, dossier_id, one) for one in row.events if not (owner and one.kind in INNER)
        ],
        answers=vault.open_json(ANSWERS, dossier_id, row.answers_enc, dict[str, Answer]),
        conditions=vault.open_json(CONDITIONS, dossier_id, kept, dict[str, bool]) if kept else {},
        organisation=_organisation(vault, dossier_id, row.organisation_enc),
        documents=[files.describe(engines, one) for one in row.papers],
        results=[files.describe(engines, one) for one in row.results],
        supplements=[supplement(vault, one) for one in row.supplements],
        acts=list(acts),
        pin=vault.open_text(PIN, dossier_id, row.pin_enc) if owner else None,
        rating=rating.opened(vault, row),
        may_rate=owner and row.rating is None and line.status in rating.FINISHED,
        apology=apologies.opened(vault, row),
        forecast=forecasts.read(row),
    )


def supplement(vault: Vault, row: SupplementRow) -> Supplement:
    """A request for papers with its reason."""
    return Supplement(
        requested_at=row.requested_at,
        reason=vault.open_text(REASON, row.supplement_id, row.reason_enc),
        supplemented_at=row.supplemented_at,
        ended_at=row.ended_at,
    )


def event(vault: Vault, dossier_id: UUID, row: EventRow) -> DossierEvent:
    """An entry of the timeline with its note."""
    note = row.note_enc and vault.open_text(NOTE, dossier_id, row.note_enc)
    return DossierEvent(
        seq=row.seq,
        kind=row.kind,
        status=Status(row.status),
        at=row.at,
        actor_kind=row.actor_kind,
        actor_name=row.actor_name,
        agency_name_vi=row.agency_name_vi,
        agency_name_en=row.agency_name_en,
        note=note or None,
        by_relative=row.by_relative,
    )
