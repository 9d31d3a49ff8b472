"""What may be done to a report, by whom, and in which state; one table for pages and writes."""

from uuid import UUID

import msgspec
from msgspec.structs import replace

from camaug_field_report import queries
from camaug_field_report.records import OPEN, UNHANDLED, Report, State, Step
from camaug_sdk import Conflict, Context
from camaug_sdk.records import Person, StaffMember
from camaug_sdk.tables import Transaction


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """From which states to which; `to` None leaves the state as it is."""

    states: tuple[State, ...]
    to: State | None = None


DESK: dict[str, Act] = {
    "taken": Act(states=UNHANDLED, to="handling"),
    "answered": Act(states=OPEN, to="answered"),
    "sent_on": Act(states=OPEN, to="sent_on"),
    "duplicate": Act(states=OPEN, to="duplicate"),
    "refused": Act(states=OPEN, to="refused"),
}
OWN: dict[str, Act] = {
    "remarked": Act(states=OPEN),
    "withdrawn": Act(states=UNHANDLED, to="withdrawn"),
    "rated": Act(states=("answered",)),
}


def at_desk(report: Report) -> list[str]:
    """What the officer may do now."""
    return [kind for kind, act in DESK.items() if report.state in act.states]


def of_citizen(report: Report) -> list[str]:
    """What the reporter may do now: a remark and a rating once each."""
    done = {"remarked": report.remarked, "rated": report.rating is not None}
    return [
        kind
        for kind, act in OWN.items()
        if report.state in act.states and not done.get(kind, False)
    ]


async def do(
    tx: Transaction,
    app: Context,
    old: Report,
    change: tuple[str, Report],
    who: Person | StaffMember,
    note: str | None = None,
) -> None:
    """Move the report, and write its step and audit. Raises `Conflict` when it has changed.

    `change` is the kind of the act and the report as it shall be; its version is the next one.
    """
    kind, new = change
    if not await queries.move(tx, old, new):
        raise Conflict
    seq = old.version + 1
    sealed = None
    if note is not None:
        sealed = app.db.seal(note_column(seq), old.report_id, note)
    step = Step(
        seq=seq,
        kind=kind,
        at=app.clock.now(),
        agency_id=old.agency_id,
        to_agency_id=new.agency_id if new.agency_id != old.agency_id else None,
        note_enc=sealed,
    )
    staff_id: UUID | None = who.staff_id if isinstance(who, StaffMember) else None
    await queries.add_step(tx, old.report_id, step, staff_id)
    await tx.audit(
        kind, ("report", old.report_id), who=who, agency_id=new.agency_id, detail={"seq": seq}
    )
    await tx.emit(kind, {"report_id": str(old.report_id), "code": old.code, "seq": seq})


def moved(old: Report, kind: str, table: dict[str, Act]) -> Report:
    """The report after the act. Raises `Conflict` that says why its state does not allow that."""
    act = table[kind]
    if old.state not in act.states:
        raise Conflict(f"report_{old.state}")
    to = act.to or old.state
    return replace(old, state=to, waiting_long=old.waiting_long and to in UNHANDLED)


def once(old: Report, kind: str) -> None:
    """Raise `Conflict` that says why the reporter may not do this now, if so."""
    moved(old, kind, OWN)
    if kind not in of_citizen(old):
        raise Conflict(f"report_{kind}")


def note_column(seq: int) -> str:
    """Under which name the note of a step is sealed."""
    return f"step {seq}"
