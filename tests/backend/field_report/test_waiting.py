"""After three days in nobody's hands a report stands first at its desk."""

from typing import Any
from uuid import UUID

import msgspec

from camaug.plugins import background, recorder
from camaug_sdk.records import Person, StaffMember

from .conftest import FAR, Office, deliver


class Waiting(msgspec.Struct):
    waiting_long: bool


async def run_all(office: Office, tmp_path: Any) -> None:
    """The jobs of the utility, as if their time had come, until none is left."""
    worker = background.Background(office.engines, recorder.Recorder(tmp_path / "seats"))
    await worker.refresh()
    for _ in range(3):
        async with office.engines.pool.acquire() as conn:
            jobs = await conn.fetch(
                "delete from pgqueuer where entrypoint = 'plugin:field-report' returning payload"
            )
        for one in jobs:
            await worker.run("field-report", one["payload"])
            await worker.run("field-report", one["payload"])
        await deliver(office.engines)


async def waits(office: Office, report: str) -> bool:
    found = await office.tables.one(
        Waiting, "select waiting_long from report where report_id = $1", UUID(report)
    )
    return found.waiting_long


async def test_what_nobody_takes_in_hand_is_marked(
    office: Office, me: Person, near: StaffMember, tmp_path: Any
) -> None:
    lies, taken, gone = [await office.file(me) for _ in range(3)]
    await office.act(near, taken, "taken", 1)
    await office.act(near, gone, "sent_on", 1, text="x", agency_id=str(FAR))
    async with office.engines.pool.acquire() as conn:
        await conn.execute(
            "delete from pgqueuer where dedupe_key = $1", f"plugin:field-report|remind|{gone}.2"
        )
    await run_all(office, tmp_path)
    assert await waits(office, lies)
    assert not await waits(office, taken)
    assert not await waits(office, gone)
    marked = "select count(*) from audit where action = 'field-report.marked_waiting'"
    assert await office.count(marked) == 1
    await office.act(near, lies, "taken", 1)
    assert not await waits(office, lies)
