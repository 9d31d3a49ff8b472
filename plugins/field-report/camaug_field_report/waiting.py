"""Reports that nobody takes in hand: after three days their desk sees them first."""

from typing import Any
from uuid import UUID

import msgspec

from camaug_field_report import queries
from camaug_field_report.records import LONG_WAIT, Report
from camaug_sdk import Context, Event
from camaug_sdk.tables import Transaction


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """Which report to look at, while it is in the same stay at an agency."""

    report_id: UUID
    stay: int


async def watch(tx: Transaction, report: Report) -> None:
    """Have `remind` look at it when it has been at this agency for long."""
    look = Look(report_id=report.report_id, stay=report.stay)
    await tx.enqueue("remind", look, key=f"{look.report_id}.{look.stay}", after=LONG_WAIT)


async def remind(payload: dict[str, Any], app: Context) -> None:
    """Say that a report waits for long, if nobody has taken it in hand."""
    look = msgspec.convert(payload, Look)
    async with app.db.transaction() as tx:
        found = await queries.waits(tx, look.report_id, look.stay)
        if found is not None and not found.waiting_long:
            what = {"report_id": str(look.report_id), "code": found.code, "stay": look.stay}
            await tx.emit("waiting", what)


async def mark(event: Event, app: Context) -> None:
    """`field-report.waiting`: the desk shows the report first. Doing it again changes nothing."""
    report_id, stay = UUID(str(event.data["report_id"])), int(event.data["stay"] or 0)
    async with app.db.transaction() as tx:
        if await queries.mark_waiting(tx, report_id, stay):
            await tx.audit("marked_waiting", ("report", report_id), who=None)
