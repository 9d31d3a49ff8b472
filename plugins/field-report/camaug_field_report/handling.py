"""What an officer does to a report of an own agency; the reporter is told of each act."""

from uuid import UUID

from msgspec.structs import replace

from camaug_field_report import acts, queries, waiting
from camaug_field_report.forms import DeskAct, require
from camaug_field_report.records import ROLE, Report
from camaug_sdk import Conflict, Context, FieldError
from camaug_sdk.records import StaffMember
from camaug_sdk.tables import Transaction


async def look(app: Context, officer: StaffMember, report_id: UUID) -> Report:
    """A report of one of the officer's agencies; who looked is noted. Raises `NotFound`."""
    async with app.db.transaction() as tx:
        report = await queries.at_desk(tx, officer.at(ROLE), report_id)
        what = ("report", report_id)
        await tx.audit("opened", what, who=officer, agency_id=report.agency_id)
    return report


async def act(app: Context, officer: StaffMember, report_id: UUID, sent: DeskAct, key: str) -> None:
    """Do it, once. Raises `NotFound`, `Conflict`, `Invalid`."""
    note = sent.cleaned()

    async def write(tx: Transaction) -> None:
        old = await queries.at_desk(tx, officer.at(ROLE), report_id)
        if old.version != sent.version:
            raise Conflict
        new = acts.moved(old, sent.kind, acts.DESK)
        if sent.kind == "sent_on":
            agency_id = await _receiver(app, old, sent.agency_id)
            new = replace(new, agency_id=agency_id, stay=old.stay + 1, waiting_long=False)
            await tx.hand_over(report_id, agency_id)
            await waiting.watch(tx, new)
        await acts.do(tx, app, old, (sent.kind, new), officer, note)
        await tx.notify(old.citizen_id, sent.kind, {"code": old.code}, path=f"/{report_id}")

    await app.db.once(type(None), write, who=officer, key=key, body=[str(report_id), sent])


async def _receiver(app: Context, old: Report, agency_id: UUID | None) -> UUID:
    """The other agency. Raises `Invalid`."""
    offices = {one.agency_id for one in await app.agencies.offices()} - {old.agency_id}
    if agency_id is None or agency_id not in offices:
        require([FieldError(pointer="/agency_id", code="not_an_agency")])
        raise AssertionError  # not reached
    return agency_id
