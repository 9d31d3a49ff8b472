"""From rows to what the service gives: opens what is sealed, counts the working time left."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import structs

from camaug.documents import actions as files
from camaug.dossiers import apologies, correcting, forecasts, rating
from camaug.dossiers import payments as paying
from camaug.dossiers.actions import ANSWERS, CONDITIONS, NAME, ORGANISATION, PIN
from camaug.dossiers.acts import LEADER, NOTE
from camaug.dossiers.effects import REASON, REOPENED_WITHIN
from camaug.dossiers.schemas import EventRow, Line, SupplementRow, Whole
from camaug.dossiers.transitions import By, Kind, possible
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
    StaffMember,
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
        "undone",
        "corrected",
        "channel_corrected",
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


async def whole(
    engines: Engines,
    row: Whole,
    *,
    owner: bool,
    acting: bool = True,
    officer: StaffMember | None = None,
) -> Dossier:
    """One dossier for its owner or an officer.

    Who is not `acting` reads where it stands and why: no answer and no file. All such a leader can
    do is to reopen it.
    """
    if not acting:
        read = await whole(engines, row, owner=owner, officer=officer)
        return structs.replace(
            read,
            answers={},
            conditions={},
            organisation=None,
            documents=[],
            results=[],
            replaced=[],
            undo_until=None,
            events=[structs.replace(one, correctable=False) for one in read.events],
            acts=_of_leader(engines, row, officer),
        )
    vault, dossier_id = engines.vault, row.dossier_id
    [line] = await lines(engines, [row], name=not owner)
    kept = row.conditions_enc
    payments = in_words(vault, row, "payment_requested")
    return Dossier(
        line=line,
        events=story(vault, row, None if owner else officer),
        answers=vault.open_json(ANSWERS, dossier_id, row.answers_enc, dict[str, Answer]),
        conditions=vault.open_json(CONDITIONS, dossier_id, kept, dict[str, bool]) if kept else {},
        organisation=_organisation(vault, dossier_id, row.organisation_enc),
        documents=[files.describe(engines, one) for one in row.papers],
        results=[files.describe(engines, one) for one in row.results],
        supplements=supplements(vault, row),
        payments=[paying.opened(vault, one, payments.get(n)) for n, one in enumerate(row.payments)],
        acts=[*able(row, "citizen" if owner else "officer"), *_of_leader(engines, row, officer)],
        pin=vault.open_text(PIN, dossier_id, row.pin_enc) if owner else None,
        rating=rating.opened(vault, row),
        may_rate=owner and row.rating is None and line.status in rating.FINISHED,
        apology=apologies.opened(vault, row, in_words(vault, row, "apologised").get(0)),
        replaced=[] if owner else [files.describe(engines, one) for one in row.replaced],
        result_corrected_at=row.result_corrected_at if row.results else None,
        undo_until=_undo_until(engines, row, officer),
        channel=None if owner else row.channel,
        forecast=forecasts.read(row),
    )


def able(row: Whole, by: By) -> list[Kind]:
    """What such a person may do now: by the table, and by what has been done already."""
    found = possible(by, Status(row.status), accepted=row.accepted_at is not None)
    over: set[Kind] = set() if row.supplemented_at is None else {"supply", "take_in"}
    if not apologies.is_open(row):
        over.add("apologise")
    return [one for one in found if one not in over]


def _of_leader(engines: Engines, row: Whole, officer: StaffMember | None) -> list[str]:
    """Reopening, for who leads one of its agencies, as long as the rule allows it."""
    led = officer.at(LEADER) if officer else []
    if row.finished_at is None or not {row.agency_id, row.handling_agency_id}.intersection(led):
        return []
    if engines.clock.now() - row.finished_at > REOPENED_WITHIN:
        return []
    accepted = row.accepted_at is not None
    return ["reopen"] if possible("leader", Status(row.status), accepted=accepted) else []


def _undo_until(engines: Engines, row: Whole, officer: StaffMember | None) -> datetime | None:
    if officer is None or row.undo_until is None or row.undo_staff_id != officer.staff_id:
        return None
    return row.undo_until if row.undo_until > engines.clock.now() else None


def story(vault: Vault, row: Whole, officer: StaffMember | None) -> list[DossierEvent]:
    """The timeline; without an officer as the owner may read it: no inner entry, nothing undone."""
    if officer is None:
        told = [one for one in row.events if one.kind not in INNER and not one.undone]
        return [event(vault, row.dossier_id, one) for one in told]
    before = [None, *(one.kind for one in row.events)]
    return [
        _at_desk(vault, row.dossier_id, one, officer, approved=kind == "approved")
        for one, kind in zip(row.events, before, strict=False)
    ]


def _at_desk(
    vault: Vault, dossier_id: UUID, row: EventRow, officer: StaffMember, *, approved: bool
) -> DossierEvent:
    """With what was written at first, and whether the officer may put it right."""
    was = row.note_enc and vault.open_text(NOTE, dossier_id, row.note_enc)
    able = row.actor_kind == "staff" and bool(was) and not row.undone and not approved
    return structs.replace(
        event(vault, dossier_id, row),
        undone=row.undone,
        was_note=was or None if row.corrected_enc else None,
        correctable=able and correcting.writes(officer, row),
    )


def in_words(vault: Vault, row: Whole, kind: str) -> dict[int, str]:
    """Which of the entries of a kind were put right, by their place among those not undone."""
    if all(one.corrected_enc is None for one in row.events):
        return {}
    found = [one for one in row.events if one.kind == kind and not one.undone]
    texts = {n: correcting.corrected(vault, row.dossier_id, one) for n, one in enumerate(found)}
    return {n: text for n, text in texts.items() if text is not None}


def supplements(vault: Vault, row: Whole) -> list[Supplement]:
    """The requests for papers, in the words of their last correction."""
    corrected = in_words(vault, row, "supplement_requested")
    return [_supplement(vault, one, corrected.get(n)) for n, one in enumerate(row.supplements)]


def _supplement(vault: Vault, row: SupplementRow, corrected: str | None) -> Supplement:
    return Supplement(
        requested_at=row.requested_at,
        reason=corrected or vault.open_text(REASON, row.supplement_id, row.reason_enc),
        supplemented_at=row.supplemented_at,
        ended_at=row.ended_at,
    )


def event(vault: Vault, dossier_id: UUID, row: EventRow) -> DossierEvent:
    """An entry of the timeline with its note."""
    note = correcting.corrected(vault, dossier_id, row)
    if note is None and row.note_enc:
        note = vault.open_text(NOTE, dossier_id, row.note_enc)
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
        corrected_at=row.corrected_at,
    )
