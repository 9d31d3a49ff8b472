"""Corrections (đính chính) by officers: words of an entry, the result's files, the channel.

The old stays: words in their entry, files beside the new ones, the channel in the correction. What
another agency wrote is not ours to correct; what was sent on is corrected by who sent it. What a
leader approved is changed by a leader alone, who reopens the dossier.
"""

from uuid import UUID

import msgspec

from camaug.audit.actions import Actor, record
from camaug.dossiers import (
    correction_queries,
    counting,
    holding,
    proposals,
    queries,
    results,
    undoing,
)
from camaug.dossiers.acts import DESK_ROLES, LONGEST_REASON, NOTE
from camaug.dossiers.correction_queries import NewCorrection, Written
from camaug.dossiers.schemas import EventRow, Held, NewEvent
from camaug.kernel import db, idempotency, outbox
from camaug.kernel.clock import local_date
from camaug.kernel.crypto import Vault
from camaug.kernel.text import clean_lines, has_hidden
from camaug.kernel.web import Engines
from camaug_sdk.mistakes import Correction
from camaug_sdk.problems import Conflict, FieldError, Invalid
from camaug_sdk.records import StaffMember, Status

TEXT = "dossier_correction|text"
CHANNELS = (1, 2, 3)


class _Work(msgspec.Struct, frozen=True, kw_only=True):
    """One correction in hand; `seq` is that of its own entry."""

    engines: Engines
    conn: db.Conn
    officer: StaffMember
    held: Held
    seq: int


async def correct(
    engines: Engines, officer: StaffMember, dossier_id: UUID, what: Correction, key: str
) -> None:
    """See `Mistakes.correct`."""
    why = _words(what.why, "/why")
    async with db.transaction(engines.pool) as conn:

        async def do() -> bool:
            held = await holding.by_officer(conn, officer.at(*DESK_ROLES), dossier_id)
            if held.version != what.version:
                raise Conflict
            seq = await queries.last_seq(conn, dossier_id) + 1
            work = _Work(engines=engines, conn=conn, officer=officer, held=held, seq=seq)
            new = await _one(work, what)
            await _tell(work, new, why)
            await correction_queries.insert(conn, new, engines.clock.now())
            await correction_queries.touch(conn, dossier_id)
            return True

        await idempotency.once(
            conn,
            bool,
            do,
            scope=f"dossier.correct|{officer.staff_id}",
            key=key,
            body=(dossier_id, what),
            now=engines.clock.now(),
        )


def _words(said: str, pointer: str) -> str:
    text = clean_lines(said)
    if has_hidden(text):
        raise Invalid(errors=[FieldError(pointer=pointer, code="hidden_characters")])
    if len(text) > LONGEST_REASON:
        error = FieldError(pointer=pointer, code="too_long", args={"limit": LONGEST_REASON})
        raise Invalid(errors=[error])
    if not text:
        raise Invalid(errors=[FieldError(pointer=pointer, code="required")])
    return text


async def _one(work: _Work, what: Correction) -> NewCorrection:
    """Do the one thing that is asked for. Raises `Invalid`, `Conflict`."""
    asked = (what.seq is not None or what.text is not None, bool(what.results))
    if sum((*asked, what.channel is not None)) != 1:
        raise Invalid(errors=[FieldError(pointer="", code="not_a_choice")])
    if what.channel is not None:
        return await _channel(work, what.channel)
    if what.results:
        return await _results(work, list(what.results))
    return await _note(work, what.seq, what.text or "")


async def _note(work: _Work, seq: int | None, said: str) -> NewCorrection:
    dossier_id = work.held.dossier_id
    # No timeline is longer than what the column of its numbers holds.
    found = await correction_queries.entry(work.conn, dossier_id, min(max(seq or 0, 0), 2**31 - 1))
    if found is None or not found.has_note or found.actor_kind != "staff" or found.undone:
        raise Invalid(errors=[FieldError(pointer="/seq", code="not_a_choice")])
    if not writes(work.officer, found):
        raise Conflict("not_yours_to_correct")
    if found.approved:
        raise Conflict("approved_by_leader")
    return NewCorrection(
        dossier_id=dossier_id,
        seq=work.seq,
        what="note",
        of_seq=seq,
        text_enc=work.engines.vault.seal_text(TEXT, dossier_id, _words(said, "/text")),
    )


def writes(officer: StaffMember, entry: Written | EventRow) -> bool:
    """Whether the officer, or a colleague of the same agency, wrote the entry.

    A hand-over to another agency is dated there, and is the words of who sent it. What leaders
    wrote, and why something was corrected, stays as it is.
    """
    if entry.kind in ("corrected", "channel_corrected", "reopened", "sent_back"):
        return False
    if entry.actor_id == officer.staff_id:
        return True
    return entry.kind != "sent_on" and entry.agency_id in officer.at(*DESK_ROLES)


async def _results(work: _Work, wanted: list[UUID]) -> NewCorrection:
    held, now = work.held, work.engines.clock.now()
    if held.status != Status.COMPLETED:
        raise Conflict("not_possible_now")
    if await _bound(work):
        raise Conflict("approved_by_leader")
    await results.replace(work.conn, held.dossier_id, now)
    await results.attach(
        work.conn, held.dossier_id, work.officer.staff_id, wanted, pointer="/results"
    )
    return NewCorrection(dossier_id=held.dossier_id, seq=work.seq, what="result")


async def _bound(work: _Work) -> bool:
    """Whether a leader has approved the result, or must approve whatever is the result now."""
    held, conn = work.held, work.conn
    seq = await queries.end_seq(conn, held.dossier_id)
    end = await correction_queries.entry(conn, held.dossier_id, seq)
    place, today = held.handling_agency_id or held.agency_id, local_date(work.engines.clock.now())
    needed = await proposals.needed(conn, place, held.procedure_code, today)
    return (end is not None and end.approved) or "finish" in needed


async def _channel(work: _Work, channel: int) -> NewCorrection:
    dossier_id = work.held.dossier_id
    was = await correction_queries.channel(work.conn, dossier_id)
    if channel not in CHANNELS or channel == was:
        raise Invalid(errors=[FieldError(pointer="/channel", code="not_a_choice")])
    await counting.change_channel(work.conn, dossier_id, channel)
    return NewCorrection(dossier_id=dossier_id, seq=work.seq, what="channel", was_channel=was)


async def _tell(work: _Work, new: NewCorrection, why: str) -> None:
    """The entry, with why as its note, the audit row and the event."""
    held, now, conn = work.held, work.engines.clock.now(), work.conn
    own = held.acting_agency_id or held.agency_id
    name = "dossier.channel_corrected" if new.what == "channel" else "dossier.corrected"
    entry = NewEvent(
        kind=name.removeprefix("dossier."),
        status=held.status,
        at=now,
        actor_kind="staff",
        actor_id=work.officer.staff_id,
        agency_id=own,
        note_enc=work.engines.vault.seal_text(NOTE, held.dossier_id, why),
    )
    await queries.append(conn, held.dossier_id, entry)
    await record(
        conn,
        Actor(kind="staff", actor_id=work.officer.staff_id),
        name,
        ("dossier", held.dossier_id),
        at=now,
        agency_id=own,
        detail={"code": held.code, "what": new.what, "entry": new.of_seq or new.seq},
    )
    behind = await undoing.behind(conn, held.dossier_id, now)
    await outbox.emit(conn, name, await undoing.told(conn, held), at=now, kept_back=behind)


def words(vault: Vault, dossier_id: UUID, row: EventRow) -> str | None:
    """What the entry says after its last correction; None when it was never corrected."""
    if row.corrected_enc is None:
        return None
    return vault.open_text(TEXT, dossier_id, row.corrected_enc)
