"""A new dossier with all that belongs to it, written by one statement: one round trip.

The statement is its own transaction: number and code, idempotency key, dossier, files, timeline,
audit row, event, delivery job, counters, and the end of the draft are all there or none is. Nothing
is written, and no row comes back, when the key is used already.
"""

from typing import LiteralString
from uuid import UUID

import msgspec

from camaug.audit.actions import Actor
from camaug.dossiers.schemas import Filed
from camaug.kernel import db
from camaug.kernel.ids import uuid7

AT_COUNTER, ONLINE = 1, 2
"""Channels, as KPI 766 numbers them."""
# 1 scope, 2 key, 3 body_hash, 4 answer, 5 agency_id, 6 agency_code, 7 day, 8 at, 9 dossier_id,
# 10 citizen_id, 11 handling_agency_id, 12 procedure_code, 13 procedure_valid_from, 14 plugin_id,
# 15 answers_enc, 16 applicant_name_enc, 17 applicant_words, 18 pin_enc, 19 conditions_enc,
# 20 organisation_enc, 21 document_ids, 22 component_ids, 23 audit_id, 24 audit detail,
# 25 event_id, 26 event data, 27 job payload, 28 actor kind, 29 actor id, 30 channel
STATEMENT: LiteralString = """
    with claim as materialized (
        select pg_try_advisory_xact_lock(hashtextextended($1 || '|' || $2, 0)) as is_free
    ), number as (
        insert into dossier_counter (agency_id, day, last)
        select $5, $7, 1 from claim
        where is_free and not exists (select from idempotency where scope = $1 and key = $2)
        on conflict (agency_id, day) do update set last = dossier_counter.last + 1
        returning last
    ), named as (
        select $6 || '-' || to_char($7::date, 'YYMMDD') || '-'
               || lpad(last::text, greatest(4, length(last::text)), '0') as code
        from number
    ), claimed as (
        insert into idempotency (scope, key, body_hash, answer, created_at)
        select $1, $2, $3, $4, $8 from named
        on conflict do nothing
        returning key
    ), filed as (
        insert into dossier (
            dossier_id, code, citizen_id, agency_id, handling_agency_id, procedure_code,
            procedure_valid_from, plugin_id, status, submitted_at, answers_enc,
            applicant_name_enc, applicant_words, pin_enc, conditions_enc, organisation_enc,
            channel, first_handling_agency_id
        )
        select $9, code, $10, $5, $11, $12, $13, $14, 1, $8, $15, $16, $17, $18, $19, $20, $30, $11
        from named, claimed
        returning dossier_id, code
    ), files as (
        insert into dossier_document (dossier_id, document_id, component_id)
        select dossier_id, document_id, component_id
        from filed, unnest($21::uuid[], $22::text[]) as sent (document_id, component_id)
    ), story as (
        insert into dossier_event (dossier_id, seq, at, kind, status, actor_kind, actor_id,
                                   agency_id)
        select dossier_id, 1, $8, 'submitted', 1, $28, $29, $5 from filed
    ), audited as (
        insert into audit (audit_id, at, actor_kind, actor_id, action, object_kind, object_id,
                           agency_id, detail)
        select $23, $8, $28, $29, 'dossier.submitted', 'dossier', dossier_id::text, $5,
               $24::jsonb || jsonb_build_object('code', code)
        from filed
    ), emitted as (
        insert into event (event_id, name, version, at, data)
        select $25, 'dossier.submitted', 1, $8, $26::jsonb || jsonb_build_object('code', code)
        from filed
    ), job as (
        insert into pgqueuer (priority, entrypoint, payload, status)
        select 0, 'deliver', $27, 'queued' from filed
        returning id, entrypoint, priority
    ), logged as (
        insert into pgqueuer_log (job_id, status, entrypoint, priority)
        select id, 'queued', entrypoint, priority from job
    ), done as (
        delete from draft using filed where draft.citizen_id = $29 and draft.procedure_code = $12
    ), counted as (
        insert into dossier_count as kept (month, agency_id, procedure_code, channel, filed)
        select $7::date - (extract(day from $7::date)::int - 1), $11, $12, $30, 1 from filed
        on conflict (month, agency_id, procedure_code, channel)
        do update set filed = kept.filed + 1
    ), waiting as (
        insert into dossier_pending as kept (agency_id, procedure_code, channel, pending)
        select $11, $12, $30, 1 from filed
        on conflict (agency_id, procedure_code, channel) do update set pending = kept.pending + 1
    )
    select is_free, (select code from filed) as code from claim
"""


class Once(msgspec.Struct, frozen=True, kw_only=True):
    """The key of the request, and the answer that its repetitions get."""

    scope: str
    key: str
    body_hash: bytes
    answer: bytes


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """`code` is None when nothing was written: the key is used, or its first request still runs."""

    is_free: bool
    code: str | None


def arguments(
    new: Filed,
    documents: list[tuple[UUID, str]],
    once: Once,
    desk: dict[str, str | int | None],
    event: dict[str, str | int | None],
    actor: Actor,
) -> tuple[object, ...]:
    """For `STATEMENT`; `desk` goes into the audit row, `event` is the event's data.

    `actor` is who files: the citizen, or an officer for the citizen. Only an own draft ends.
    """
    event_id = uuid7()
    return (
        once.scope,
        once.key,
        once.body_hash,
        once.answer,
        new.agency_id,
        new.agency_code,
        new.day,
        new.submitted_at,
        new.dossier_id,
        new.citizen_id,
        new.handling_agency_id,
        new.procedure_code,
        new.procedure_valid_from,
        new.plugin_id,
        new.answers_enc,
        new.applicant_name_enc,
        new.applicant_words,
        new.pin_enc,
        new.conditions_enc,
        new.organisation_enc,
        [document_id for document_id, _ in documents],
        [component_id for _, component_id in documents],
        uuid7(),
        desk,
        event_id,
        event,
        msgspec.json.encode({"event_id": event_id}),
        actor.kind,
        actor.actor_id,
        AT_COUNTER if actor.kind == "staff" else ONLINE,
    )


async def file(pool: db.Pool, given: tuple[object, ...]) -> Outcome:
    """Write it. Raises `Unavailable` when the outcome is not known."""
    row = await db.commit(pool, STATEMENT, *given)
    return Outcome(**row)


async def file_within(conn: db.Conn, given: tuple[object, ...]) -> Outcome:
    """Write it in a transaction that the caller has begun."""
    return await db.one(conn, Outcome, STATEMENT, *given)
