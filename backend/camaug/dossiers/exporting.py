"""A person takes the own dossiers along: everything but the bytes of files, nobody else's name."""

import math
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from camaug.agencies.current import COMMUNES
from camaug.audit.actions import Actor, record
from camaug.dossiers import complaint_queries, complaints, looks, shaping, undo_queries, whole
from camaug.dossiers.complaint_queries import ComplaintRow
from camaug.dossiers.schemas import Whole
from camaug.kernel import db
from camaug.kernel.web import Engines
from camaug.procedures import queries as procedures
from camaug_sdk.complaints import Complaint
from camaug_sdk.looks import (
    ExportedAnswer,
    ExportedComplaint,
    ExportedDossier,
    ExportedFile,
    ExportedStatus,
)
from camaug_sdk.problems import TooMany
from camaug_sdk.records import (
    Answer,
    Document,
    Dossier,
    DossierEvent,
    Export,
    FormFieldSpec,
    Look,
    Person,
)

WINDOW, MOST = timedelta(hours=1), 3
"""So many exports of one person in so long."""
MOST_BYTES = 8 * 1024 * 1024
ROOM = 64 * 1024
"""Bytes that are left for what stands around the dossiers."""
BATCH = 20
"""Dossiers that are read at a time; between two batches other requests have their turn."""
MOST_LOOKS = 100


class _Words(msgspec.Struct, frozen=True, kw_only=True):
    """Where the names of questions and communes come from."""

    forms: dict[tuple[str, date], dict[str, FormFieldSpec]]
    communes: Mapping[str, str]


class _Beside(msgspec.Struct, frozen=True, kw_only=True):
    """What is not in the row of a dossier."""

    looks: list[Look]
    complaints: list[ComplaintRow]


async def export(engines: Engines, me: Person) -> Export:
    """The dossiers, newest first, as many as fit. Raises `TooMany`."""
    now = engines.clock.now()
    async with db.transaction(engines.pool) as conn:
        await _count(conn, me.citizen_id, now)
        actor = Actor(kind="citizen", actor_id=me.citizen_id)
        await record(conn, actor, "dossier.exported", ("citizen", me.citizen_id), at=now)
    communes = {one.code: one.name for one in await COMMUNES.get(engines)}
    words = _Words(forms={}, communes=communes)
    taken: list[ExportedDossier] = []
    room, before = MOST_BYTES - ROOM, None
    while True:
        async with engines.pool.acquire() as conn:
            rows = await whole.all_of_citizen(conn, me.citizen_id, before, BATCH + 1)
            ids = [row.dossier_id for row in rows]
            await undo_queries.look(conn, ids, now)
            seen = await looks.latest(conn, engines.vault, me.citizen_id, ids, MOST_LOOKS)
            said = await complaint_queries.of_dossiers(conn, me.citizen_id, ids)
            await _learn(conn, words, rows)
        for row in rows[:BATCH]:
            beside = _Beside(
                looks=seen.get(row.dossier_id, []),
                complaints=[one for one in said if one.dossier_id == row.dossier_id],
            )
            one = await _exported(engines, words, row, beside)
            room -= len(msgspec.json.encode(one)) + 1
            if room < 0:
                return Export(exported_at=now, dossiers=taken, more=True)
            taken.append(one)
        if len(rows) <= BATCH:
            return Export(exported_at=now, dossiers=taken, more=False)
        before = (rows[BATCH - 1].submitted_at, rows[BATCH - 1].dossier_id)


async def _count(conn: db.Conn, citizen_id: UUID, now: datetime) -> None:
    """Refuse what is one too many. The rows of audit are the count; exports at once wait here."""
    await db.lock(conn, f"dossier.export|{citizen_id}")
    oldest = await conn.fetchval(
        "select min(at) from (select at from audit where object_kind = 'citizen'"
        " and object_id = $1 and action = 'dossier.exported' and at > $2"
        " order by at desc limit $3) recent having count(*) >= $3",
        str(citizen_id),
        now - WINDOW,
        MOST,
    )
    if oldest is not None:
        seconds = max(1, math.ceil((oldest + WINDOW - now).total_seconds()))
        minutes = math.ceil(seconds / 60)
        raise TooMany("too_many_exports", retry_after=seconds, count=minutes)


async def _learn(conn: db.Conn, words: _Words, rows: list[Whole]) -> None:
    """The forms under which these dossiers were filed."""
    for row in rows:
        key = (row.procedure_code, row.procedure_valid_from)
        if key not in words.forms:
            procedure = (await procedures.get(conn, *key)).procedure
            words.forms[key] = {one.name: one for one in procedure.form_fields}


async def _exported(
    engines: Engines, words: _Words, row: Whole, beside: _Beside
) -> ExportedDossier:
    dossier = await shaping.whole(engines, row, owner=True)
    form = words.forms[row.procedure_code, row.procedure_valid_from]
    return ExportedDossier(
        code=row.code,
        procedure_code=row.procedure_code,
        procedure_vi=row.procedure_name,
        procedure_en=row.procedure_name_en,
        agency_vi=row.agency_name_vi,
        agency_en=row.agency_name_en,
        status=row.status,
        submitted_at=row.submitted_at,
        accepted_at=row.accepted_at,
        due_at=row.due_at,
        appointed_at=row.appointed_at,
        finished_at=row.finished_at,
        statuses=[_status(one) for one in dossier.events],
        organisation=dossier.organisation,
        answers=_answers(words, form, dossier.answers),
        conditions=dossier.conditions,
        files=_files(dossier),
        payments=dossier.payments,
        apology=dossier.apology,
        rating=dossier.rating,
        complaints=[_complaint(complaints.opened(engines.vault, one)) for one in beside.complaints],
        looks=beside.looks[:MOST_LOOKS],
    )


def _complaint(one: Complaint) -> ExportedComplaint:
    return ExportedComplaint(
        number=one.number,
        about=one.kind,
        state=one.state,
        said=one.text,
        opened_at=one.opened_at,
        answer=one.answer,
        upheld=one.upheld,
        answered_at=one.answered_at,
    )


def _status(event: DossierEvent) -> ExportedStatus:
    return ExportedStatus(
        kind=event.kind,
        status=int(event.status),
        at=event.at,
        by=event.actor_kind,
        agency_vi=event.agency_name_vi,
        agency_en=event.agency_name_en,
        reason=event.note,
    )


def _answers(
    words: _Words, form: Mapping[str, FormFieldSpec], given: Mapping[str, Answer]
) -> list[ExportedAnswer]:
    """In the order of the form; what it does not know comes last, under its key."""
    ordered = [name for name in form if name in given]
    ordered += [name for name in given if name not in form]
    return [
        ExportedAnswer(
            key=name,
            label=form[name].label_vi if name in form else name,
            value=given[name],
            text=_text(words, form.get(name), given[name]),
        )
        for name in ordered
    ]


def _text(words: _Words, spec: FormFieldSpec | None, value: Answer) -> str | None:
    """What a code stands for."""
    if spec is None or not isinstance(value, str):
        return None
    if spec.type == "commune":
        return words.communes.get(value)
    return next((one.label for one in spec.options if one.value == value), None)


def _files(dossier: Dossier) -> list[ExportedFile]:
    return [
        *(_file("paper", one) for one in dossier.documents),
        *(_file("result", one) for one in dossier.results),
    ]


def _file(part: Literal["paper", "result"], document: Document) -> ExportedFile:
    return ExportedFile(
        part=part,
        place=document.purpose,
        name=document.file_name,
        size=document.size,
        media_type=document.media_type,
    )
