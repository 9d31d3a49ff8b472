"""Corrections (đính chính) by officers: words of an entry, the result's files, the channel.

The old stays: words in their entry, files beside the new ones, the channel in the correction. What
another agency wrote is not ours to correct; what was sent on is corrected by who sent it. What a
leader approved is changed by a leader alone, who reopens the dossier.
"""

from uuid import UUID

from msgspec import structs

from camaug.dossiers import (
    correction_queries,
    counting,
    deeds,
    proposals,
    queries,
    results,
)
from camaug.dossiers.acts import DESK_ROLES, LONGEST_REASON, NOTE
from camaug.dossiers.correction_queries import NewCorrection, Written
from camaug.dossiers.deeds import Happened, Work, words
from camaug.dossiers.schemas import EventRow
from camaug.kernel.clock import local_date
from camaug.kernel.crypto import Vault
from camaug.kernel.web import Engines
from camaug_sdk.mistakes import Correction
from camaug_sdk.problems import Conflict, FieldError, Invalid
from camaug_sdk.records import StaffMember, Status

TEXT = "dossier_correction|text"
CHANNELS = (1, 2, 3)


class _Work(Work, frozen=True, kw_only=True):
    """One correction in hand; `seq` is that of its own entry."""

    seq: int


async def correct(
    engines: Engines, officer: StaffMember, dossier_id: UUID, what: Correction, key: str
) -> None:
    """See `Mistakes.correct`."""
    why = words(what.why, "/why", LONGEST_REASON)

    async def deed(work: Work) -> None:
        work.as_seen(what.version)
        conn, seq = work.conn, await queries.last_seq(work.conn, dossier_id) + 1
        new = await _one(_Work(**structs.asdict(work), seq=seq), what)
        await _tell(work, new, why)
        await correction_queries.insert(conn, new, engines.clock.now())
        await correction_queries.touch(conn, dossier_id)

    given = ("dossier.correct", key)
    await deeds.at_desk(engines, officer, dossier_id, given, (dossier_id, what), deed)


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
        text_enc=work.engines.vault.seal_text(
            TEXT, dossier_id, words(said, "/text", LONGEST_REASON)
        ),
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


async def _tell(work: Work, new: NewCorrection, why: str) -> None:
    """Why is the note of the entry."""
    name = "dossier.channel_corrected" if new.what == "channel" else "dossier.corrected"
    note = work.engines.vault.seal_text(NOTE, work.held.dossier_id, why)
    detail = {"what": new.what, "entry": new.of_seq or new.seq}
    await deeds.tell(work, Happened(name=name, note_enc=note, detail=detail))


def corrected(vault: Vault, dossier_id: UUID, row: EventRow) -> str | None:
    """What the entry says after its last correction; None when it was never corrected."""
    if row.corrected_enc is None:
        return None
    return vault.open_text(TEXT, dossier_id, row.corrected_enc)
