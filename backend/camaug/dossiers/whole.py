"""One dossier with everything in it, read by one statement."""

from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from camaug.documents.schemas import Row as FileRow
from camaug.dossiers.queries import COLUMNS, TABLES
from camaug.dossiers.schemas import EventRow, PaymentRow, SupplementRow, Whole
from camaug.kernel import db
from camaug_sdk.problems import NotFound

_FILES: LiteralString = """
    array(
        select row(f.document_id, f.owner_id, l.component_id, f.object_key, f.version_id,
                   f.file_name_enc, f.size, f.media_type, f.state)
        from dossier_document l join document f using (document_id)
        where l.dossier_id = d.dossier_id and l.part = '{part}'
          and l.replaced_at is {replaced}
        order by l.component_id, f.document_id
    ) as {name}
"""
_EVERYTHING: LiteralString = (
    COLUMNS  # noqa: S608
    + """
    , d.answers_enc, d.conditions_enc, d.pin_enc, d.handling_agency_id, d.procedure_valid_from,
    array(
        select row(e.seq, e.kind, e.status, e.at, e.actor_kind, w.full_name,
                   o.name_vi, o.name_en, e.note_enc,
                   e.actor_kind = 'citizen' and coalesce(e.actor_id <> d.citizen_id, false),
                   e.actor_id, e.agency_id,
                   exists (select from dossier_event u where u.dossier_id = e.dossier_id
                           and u.reverts = e.seq and u.kind = 'undone'),
                   c.text_enc, c.seq, c.at)
        from dossier_event e
        left join lateral (
            select n.text_enc, n.seq, n.at from dossier_correction n
            where n.dossier_id = e.dossier_id and n.of_seq = e.seq order by n.seq desc limit 1
        ) c on true
        left join staff w on e.actor_kind = 'staff' and w.staff_id = e.actor_id
        left join agency o on o.agency_id = e.agency_id
        where e.dossier_id = d.dossier_id order by e.seq
    ) as events,
    array(
        select row(supplement_id, requested_at, reason_enc, supplemented_at, ended_at)
        from supplement where dossier_id = d.dossier_id order by requested_at
    ) as supplements,
    """
    + _FILES.format(part="paper", name="papers", replaced="null")
    + ","
    + _FILES.format(part="result", name="results", replaced="null")
    + ","
    + _FILES.format(part="result", name="replaced", replaced="not null")
    + """
    , x.reason_enc as apology_enc, x.promised_at, x.apologised_at,
    array(select l.agency_id from dossier_escalation l where l.dossier_id = d.dossier_id) as told,
    array(select w.agency_id from proposal w
          where w.dossier_id = d.dossier_id and w.state = 'open') as deciding,
    array(
        select row(payment_id, requested_at, amount_vnd, reason_enc, paid_at, ended_at)
        from payment_request where dossier_id = d.dossier_id order by requested_at
    ) as payments,
    (select max(n.at) from dossier_correction n where n.dossier_id = d.dossier_id
        and n.what = 'result' and n.seq > (
            select max(e.seq) from dossier_event e
            where e.dossier_id = d.dossier_id and e.kind = 'completed')) as result_corrected_at,
    u.until as undo_until, u.staff_id as undo_staff_id, d.channel,
    f.half_minutes, f.most_minutes, f.finished as forecast_of,
    r.rating, r.comment_enc, r.rated_at
    """
    + TABLES
    + """
    left join dossier_undo u on u.dossier_id = d.dossier_id and u.version = d.version
        and u.left_at is null and u.looked_at is null and u.undone_at is null
        and u.seq = (select max(e.seq) from dossier_event e where e.dossier_id = d.dossier_id)
    left join dossier_apology x on x.dossier_id = d.dossier_id
    left join forecast f
        on f.agency_id = d.handling_agency_id and f.procedure_code = d.procedure_code
    left join dossier_rating r on r.dossier_id = d.dossier_id
    """
)
"""Inner rows are listed in the order of the members of their shapes."""
OF_CITIZEN: LiteralString = _EVERYTHING + " where d.dossier_id = $1 and d.citizen_id = $2"
# What the owner says of the handling is for the agency that has handled it.
AT_DESK: LiteralString = (
    _EVERYTHING + " and d.handling_agency_id = any($2)"  # noqa: S608
    " where d.dossier_id = $1 and (d.agency_id = any($2) or d.handling_agency_id = any($2)"
    " or exists (select from dossier_escalation l"
    " where l.dossier_id = d.dossier_id and l.agency_id = any($3))"
    " or exists (select from proposal w"
    " where w.dossier_id = d.dossier_id and w.agency_id = any($3) and w.state = 'open')"
    # What has ended lately may be reopened by the leaders of its agency, who must see it.
    " or d.status in (3, 8, 9) and d.finished_at >= $4"
    " and (d.agency_id = any($3) or d.handling_agency_id = any($3)))"
)
ALL_OF_CITIZEN: LiteralString = (
    _EVERYTHING
    + " where d.citizen_id = $1 and ($2::timestamptz is null"
    + " or (d.submitted_at, d.dossier_id) < ($2, $3::uuid))"
    + " order by d.submitted_at desc, d.dossier_id desc limit $4"
)


async def of_citizen(conn: db.Conn, citizen_id: UUID, dossier_id: UUID) -> Whole:
    """One own dossier. Raises `NotFound`."""
    return _whole(await conn.fetchrow(OF_CITIZEN, dossier_id, citizen_id))


async def at_desk(
    conn: db.Conn,
    agency_ids: list[UUID],
    led: list[UUID],
    dossier_id: UUID,
    since: datetime | None = None,
) -> Whole:
    """One dossier that one of the agencies receives or handles, or that `led` were told of.

    Leaders read what they are to decide on, and what has ended at their agency `since` then, too.
    Raises `NotFound`.
    """
    return _whole(await conn.fetchrow(AT_DESK, dossier_id, agency_ids, led, since))


async def all_of_citizen(
    conn: db.Conn, citizen_id: UUID, before: tuple[datetime, UUID] | None, limit: int
) -> list[Whole]:
    """The citizen's dossiers, newest first, from the keyset position on."""
    at, dossier_id = before or (None, None)
    return [
        _whole(row) for row in await conn.fetch(ALL_OF_CITIZEN, citizen_id, at, dossier_id, limit)
    ]


def _whole(row: Any) -> Whole:
    if row is None:
        raise NotFound
    read = dict(row)
    read["events"] = db.nested(EventRow, row["events"])
    read["supplements"] = db.nested(SupplementRow, row["supplements"])
    read["payments"] = db.nested(PaymentRow, row["payments"])
    read["replaced"] = db.nested(FileRow, row["replaced"])
    read["papers"] = db.nested(FileRow, row["papers"])
    read["results"] = db.nested(FileRow, row["results"])
    return Whole(**read)
