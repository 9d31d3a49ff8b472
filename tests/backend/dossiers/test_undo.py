"""An officer's act is undone while nothing of it has left the house, as if it had never been."""

import random
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import msgspec
import pytest

from camaug.agencies.seed import agency_id
from camaug.dossiers import counting
from camaug.dossiers.service import DossiersService
from camaug.kernel.clock import HeldClock
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.notices import jobs
from camaug_sdk.problems import Conflict, NotFound, Problem
from camaug_sdk.records import Act, Person, StaffMember, Status

from .conftest import AN_XUYEN, GANH_HAO, Filer, checked_file, officer_of

OTHER = "1.000656"
MINUTE = timedelta(seconds=60)
NEAR, FAR = (agency_id("people_committee", code) for code in (AN_XUYEN, GANH_HAO))


async def rows(engines: Engines, sql: str, *values: Any) -> list[Mapping[str, Any]]:
    async with engines.pool.acquire() as conn:
        return [dict(row) for row in await conn.fetch(cast("Any", sql), *values)]


class Desk(msgspec.Struct, frozen=True):
    engines: Engines
    dossiers: DossiersService
    officer: StaffMember
    citizen: Person

    async def version(self, dossier_id: UUID) -> int:
        [one] = await rows(
            self.engines, "select version from dossier where dossier_id = $1", dossier_id
        )
        return one["version"]

    async def do(self, dossier_id: UUID, kind: str, **more: Any) -> None:
        papers: dict[str, list[UUID]] = {}
        if kind == "finish":
            papers["result"] = [await checked_file(self.engines, self.officer.staff_id, "result")]
        act = Act(
            kind=kind,
            version=await self.version(dossier_id),
            reason="Vì vậy",
            documents=papers,
            agency_id=FAR if kind == "send_on" else None,
            amount_vnd=50_000 if kind == "ask_payment" else None,
        )
        if kind in ("supply", "withdraw"):
            await self.dossiers.act(self.citizen, dossier_id, act, key=str(uuid7()))
        else:
            await self.dossiers.act_at_desk(self.officer, dossier_id, act, key=str(uuid7()))

    async def undo(self, dossier_id: UUID, officer: StaffMember | None = None) -> None:
        version = await self.version(dossier_id)
        await self.dossiers.undo(
            officer or self.officer, dossier_id, version=version, key=str(uuid7())
        )


@pytest.fixture
def desk(engines: Engines, citizen: Person, officer: StaffMember) -> Desk:
    made = msgspec.structs.replace(engines, undo=MINUTE)
    both = msgspec.structs.replace(officer, agencies={"officer": (NEAR, FAR)})
    return Desk(made, DossiersService(made, plugin_id="submit-dossier"), both, citizen)


@pytest.fixture
async def filed(desk: Desk, file_dossier: Filer) -> UUID:
    return (await file_dossier(desk.citizen, OTHER)).dossier_id


async def state(engines: Engines, dossier_id: UUID) -> dict[str, Any]:
    """Everything that an act changes, without the version and the trace."""
    [row] = await rows(engines, "select * from dossier where dossier_id = $1", dossier_id)
    found: dict[str, Any] = {
        "row": {name: one for name, one in row.items() if name != "version"},
        "supplements": await rows(
            engines, "select * from supplement where dossier_id = $1 order by 1", dossier_id
        ),
        "payments": await rows(
            engines, "select * from payment_request where dossier_id = $1 order by 1", dossier_id
        ),
        "files": await rows(
            engines,
            "select * from dossier_document where dossier_id = $1 order by document_id, part",
            dossier_id,
        ),
    }
    counts = await rows(engines, "select * from dossier_count order by 1, 2, 3, 4")
    numbers = ("month", "agency_id", "procedure_code", "channel")
    found["counts"] = [one for one in counts if any(v for k, v in one.items() if k not in numbers)]
    pending = await rows(engines, "select * from dossier_pending order by 1, 2, 3")
    found["pending"] = [one for one in pending if one["pending"]]
    return found


async def recounted(engines: Engines) -> list[counting.Difference]:
    async with engines.pool.acquire() as conn:
        return await counting.differences(conn)


async def test_an_act_is_undone_with_a_trace_that_the_owner_does_not_see(
    desk: Desk, filed: UUID
) -> None:
    before = await state(desk.engines, filed)
    await desk.do(filed, "accept")
    until = (await desk.dossiers.at_desk(desk.officer, filed)).undo_until
    assert until == desk.engines.clock.now() + MINUTE
    assert await state(desk.engines, filed) != before
    await desk.undo(filed)
    assert await state(desk.engines, filed) == before
    shown = await desk.dossiers.at_desk(desk.officer, filed)
    told = [(one.kind, one.undone) for one in shown.events]
    assert told == [("submitted", False), ("accepted", True), ("undone", False)]
    assert (shown.undo_until, "accept" in shown.acts) == (None, True)
    mine = await desk.dossiers.get(desk.citizen, filed)
    assert [one.kind for one in mine.events] == ["submitted"]
    audit = await rows(desk.engines, "select detail from audit where action = 'dossier.undone'")
    events = await rows(desk.engines, "select 1 from event where name = 'dossier.undone'")
    assert (len(audit), len(events)) == (1, 1)
    assert not await recounted(desk.engines)


async def jobs_of(engines: Engines, name: str) -> dict[str, float]:
    """The parts in which an event is delivered, and the seconds until each is."""
    found = await rows(
        engines,
        "select convert_from(payload, 'UTF8')::jsonb ->> 'part' as part,"
        " extract(epoch from execute_after - created)::float as after from pgqueuer"
        " where entrypoint = 'deliver' and convert_from(payload, 'UTF8')::jsonb ->> 'event_id'"
        " = (select event_id::text from event where name = $1)",
        name,
    )
    return {one["part"]: round(one["after"]) for one in found}


async def deliver(engines: Engines, name: str) -> list[str]:
    """Run the delivery to outside; the jobs that were made of it."""
    [event] = await rows(engines, "select event_id from event where name = $1", name)
    await jobs.deliver(engines, jobs.DeliverJob(event_id=event["event_id"], part="out"))
    made = await rows(engines, "select entrypoint from pgqueuer where entrypoint like 'on:%'")
    return [one["entrypoint"] for one in made]


async def test_what_is_undone_is_never_told_however_often_its_delivery_runs(
    desk: Desk, filed: UUID
) -> None:
    await desk.do(filed, "accept")
    assert await jobs_of(desk.engines, "dossier.accepted") == {"house": 0, "out": 60}
    await desk.undo(filed)
    for _ in range(2):
        assert await deliver(desk.engines, "dossier.accepted") == []


async def test_what_was_handed_out_is_not_undone(desk: Desk, filed: UUID) -> None:
    await desk.do(filed, "accept")
    assert await deliver(desk.engines, "dossier.accepted") == ["on:inbox"]
    with pytest.raises(Conflict) as refused:
        await desk.undo(filed)
    assert refused.value.code == "undo_too_late"


async def test_not_after_a_minute_not_twice_and_not_by_a_colleague(
    desk: Desk, filed: UUID, clock: HeldClock, engines: Engines, stranger: StaffMember
) -> None:
    await desk.do(filed, "accept")
    colleague = await officer_of(engines, AN_XUYEN)
    with pytest.raises(Conflict) as refused:
        await desk.undo(filed, colleague)
    assert refused.value.code == "undo_of_another"
    with pytest.raises(NotFound):
        await desk.undo(filed, stranger)
    await desk.undo(filed)
    with pytest.raises(Conflict) as refused:
        await desk.undo(filed)
    assert refused.value.code == "nothing_to_undo"
    await desk.do(filed, "accept")
    clock.move(timedelta(seconds=61))
    with pytest.raises(Conflict) as refused:
        await desk.undo(filed)
    assert refused.value.code == "undo_too_late"


@pytest.mark.parametrize("way", ["page", "list", "rating"])
async def test_not_after_the_citizen_has_looked(desk: Desk, filed: UUID, way: str) -> None:
    await desk.do(filed, "refuse")
    if way == "page":
        await desk.dossiers.get(desk.citizen, filed)
    elif way == "list":
        await desk.dossiers.mine(desk.citizen)
    else:
        await desk.dossiers.rate(desk.citizen, filed, 2, key=str(uuid7()))
    with pytest.raises(Conflict) as refused:
        await desk.undo(filed)
    assert refused.value.code == "undo_seen"
    assert (await desk.dossiers.at_desk(desk.officer, filed)).undo_until is None


async def test_what_follows_in_the_minute_is_told_after_the_act(desk: Desk, filed: UUID) -> None:
    await desk.do(filed, "accept")
    await desk.do(filed, "send_on")
    told = await rows(
        desk.engines,
        "select e.name from pgqueuer q cross join lateral"
        " (select convert_from(q.payload, 'UTF8')::jsonb as part) job"
        " join event e on e.event_id = (job.part ->> 'event_id')::uuid"
        " where q.entrypoint = 'deliver' and job.part ->> 'part' is distinct from 'house'"
        " order by q.execute_after",
    )
    # The acceptance is let out by what follows; its own delivery comes later and finds it done.
    names = list(dict.fromkeys(one["name"] for one in told))
    assert names == ["dossier.submitted", "dossier.accepted", "dossier.sent_on"]


async def test_neither_what_the_citizen_did_nor_what_was_sent_on_is_undone(
    desk: Desk, filed: UUID
) -> None:
    for kind in ("ask_supplement", "supply", "accept", "send_on"):
        await desk.do(filed, kind)
        if kind in ("supply", "send_on"):
            with pytest.raises(Conflict) as refused:
                await desk.undo(filed)
            assert refused.value.code == "nothing_to_undo"


async def test_a_claim_after_the_act_or_an_old_version_ends_undoing(
    desk: Desk, filed: UUID
) -> None:
    await desk.do(filed, "accept")
    with pytest.raises(Conflict) as refused:
        await desk.dossiers.undo(desk.officer, filed, version=1, key=str(uuid7()))
    assert refused.value.code == "conflict"
    version = await desk.version(filed)
    await desk.dossiers.give_back(desk.officer, filed, version=version, key=str(uuid7()))
    with pytest.raises(Conflict) as refused:
        await desk.undo(filed)
    assert refused.value.code == "nothing_to_undo"


KINDS = ["accept", "process", "finish", "return", "refuse", "stop", "ask_supplement", "resume",
         "ask_payment", "paid", "send_on", "supply", "accept", "process"]  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
async def test_a_history_with_undos_is_the_history_without_what_was_undone(
    desk: Desk, filed: UUID, clock: HeldClock, seed: int
) -> None:
    """After each undo the state is that before the act; the counters agree with a recount."""
    chance = random.Random(seed)  # noqa: S311 no secret
    undone = 0
    for _ in range(40):
        kind = chance.choice(KINDS)
        before = await state(desk.engines, filed)
        try:
            await desk.do(filed, kind)
        except Problem:
            continue
        clock.move(timedelta(seconds=20))
        if chance.random() < 0.6 or kind in ("refuse", "stop", "return"):
            try:
                await desk.undo(filed)
            except Conflict:
                assert kind in ("send_on", "supply")
            else:
                undone += 1
                assert await state(desk.engines, filed) == before
        clock.move(timedelta(hours=chance.randrange(40)))
    assert undone > 0
    assert not await recounted(desk.engines)
    [row] = await rows(desk.engines, "select status from dossier where dossier_id = $1", filed)
    assert Status(row["status"])
