"""A late dossier and its apology: once, with a new day, while the first promise stays."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from camaug.dossiers import apologies
from camaug.dossiers.service import DossiersService
from camaug.kernel.clock import HeldClock
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.notices import jobs
from camaug.notices import queries as notices
from camaug.notices.jobs import EventJob
from camaug.notices.screens import words
from camaug.procedures.deadlines import WorkCalendar
from camaug_sdk.problems import Conflict, Invalid, NotFound
from camaug_sdk.records import Act, Caller, Person, StaffMember

from .conftest import Filer
from .door import Door

REASON = "Cán bộ phụ trách nghỉ ốm; xin lỗi bà Nguyệt"
WORK = WorkCalendar(
    holidays=frozenset({date(2026, 11, 24)}), worked=frozenset({date(2026, 11, 28)})
)
HOME = "/apps/track-dossier/"
API = f"/api/v1{HOME}"
DESK = f"{HOME}desk/"


@pytest.fixture
async def late(
    dossiers: DossiersService,
    officer: StaffMember,
    citizen: Person,
    file_dossier: Filer,
    clock: HeldClock,
) -> UUID:
    """An accepted dossier a day after its promised moment."""
    made = await file_dossier(citizen)
    await dossiers.accept(officer, made.dossier_id, version=1, key=str(uuid7()))
    due = (await dossiers.get(citizen, made.dossier_id)).line.due_at
    assert due is not None
    clock.move(due - clock.now() + timedelta(hours=12))
    return made.dossier_id


DAY = date(2026, 12, 1)
"""A Tuesday; the dossier was due on Wednesday 25 November."""


async def apologise(
    dossiers: DossiersService, officer: StaffMember, dossier_id: UUID, day: date | None, **more: Any
) -> None:
    version = more.pop("version", 2)
    act = Act(
        kind="apologise", version=version, reason=more.pop("reason", REASON), appointed_on=day
    )
    await dossiers.act_at_desk(officer, dossier_id, act, key=more.pop("key", str(uuid7())))


async def rows(engines: Engines, sql: str) -> list[Any]:
    async with engines.pool.acquire() as conn:
        return await conn.fetch(sql)


async def test_the_owner_reads_it_and_the_first_promise_stays(
    engines: Engines, dossiers: DossiersService, officer: StaffMember, citizen: Person, late: UUID
) -> None:
    before = await dossiers.get(citizen, late)
    assert "apologise" in (await dossiers.at_desk(officer, late)).acts
    await apologise(dossiers, officer, late, DAY)
    seen = await dossiers.get(citizen, late)
    assert seen.apology is not None
    appointed = datetime(2026, 12, 1, 10, tzinfo=UTC)
    assert (seen.apology.reason, seen.apology.appointed_at) == (REASON, appointed)
    assert seen.apology.promised_at == before.line.due_at == seen.line.due_at
    assert (seen.line.appointed_at, seen.line.status) == (appointed, before.line.status)
    assert [one.kind for one in seen.events][-1] == "apologised"
    assert seen.line.version == 3
    (audit,) = await rows(engines, "select * from audit where action = 'dossier.apologised'")
    assert datetime.fromisoformat(audit["detail"]["due_at"]) == before.line.due_at
    assert "Nguyệt" not in str(dict(audit))
    (event,) = await rows(engines, "select * from event where name = 'dossier.apologised'")
    assert datetime.fromisoformat(event["data"]["appointed_at"]) == appointed
    assert "ốm" not in str(event["data"])
    (kept,) = await rows(engines, "select reason_enc from dossier_apology")
    assert "ốm".encode() not in kept["reason_enc"]


async def test_it_is_made_once_and_the_desk_offers_no_second(
    engines: Engines, dossiers: DossiersService, officer: StaffMember, late: UUID
) -> None:
    await apologise(dossiers, officer, late, DAY, key="one")
    await apologise(dossiers, officer, late, DAY, key="one")
    assert "apologise" not in (await dossiers.at_desk(officer, late)).acts
    with pytest.raises(Conflict) as caught:
        await apologise(dossiers, officer, late, DAY, version=3)
    assert caught.value.code == "dossier_apologised"
    assert len(await rows(engines, "select from dossier_apology")) == 1
    assert len(await rows(engines, "select from event where name = 'dossier.apologised'")) == 1


@pytest.mark.parametrize(
    ("days", "code"),
    [(None, "required"), (-1, "appointed_too_early"), (400, "appointed_too_far")],
)
async def test_a_bad_day_is_refused_and_changes_nothing(
    engines: Engines,
    dossiers: DossiersService,
    officer: StaffMember,
    late: UUID,
    days: int | None,
    code: str,
) -> None:
    before = await rows(engines, "select xmin from dossier")
    day = None if days is None else engines.clock.now().date() + timedelta(days=days)
    with pytest.raises(Invalid) as caught:
        await apologise(dossiers, officer, late, day)
    assert [(one.pointer, one.code) for one in caught.value.errors] == [("/appointed_on", code)]
    assert await rows(engines, "select xmin from dossier") == before
    assert await rows(engines, "select from dossier_apology") == []
    assert await rows(engines, "select from event where name = 'dossier.apologised'") == []


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2026, 11, 24), "not_a_working_day"),
        (date(2026, 11, 29), "not_a_working_day"),
        (date(2026, 11, 23), "appointed_too_early"),
        (date(2026, 12, 19), "not_a_working_day"),
        (date(2026, 12, 22), "appointed_too_far"),
        (date.max, "appointed_too_far"),
        (date.min, "appointed_too_early"),
    ],
)
def test_which_days_may_be_appointed(day: date, code: str) -> None:
    now = datetime(2026, 11, 23, 2, tzinfo=UTC)  # a Monday; the 24th is off, Saturday 28th worked
    with pytest.raises(Invalid) as caught:
        apologies.appointed(
            day, now + timedelta(days=-1 if day.month != 11 else 0, hours=9), now, WORK
        )
    assert caught.value.errors[0].code == code


def test_worked_saturdays_and_the_last_day_may_be_appointed() -> None:
    now = datetime(2026, 11, 23, 2, tzinfo=UTC)
    for day in (date(2026, 11, 28), date(2026, 12, 21)):
        moment = apologies.appointed(day, now, now, WORK)
        assert moment == datetime(day.year, day.month, day.day, 10, tzinfo=UTC)


async def test_other_acts_take_no_day_and_others_cannot_apologise(
    dossiers: DossiersService,
    officer: StaffMember,
    stranger: StaffMember,
    citizen: Person,
    late: UUID,
) -> None:
    with pytest.raises(NotFound):
        await apologise(dossiers, stranger, late, DAY)
    with pytest.raises(Invalid):
        await apologise(dossiers, officer, late, DAY, reason=" ")
    with pytest.raises(Conflict):
        await apologise(dossiers, officer, late, DAY, version=1)
    own = Act(kind="apologise", version=2, reason="x", appointed_on=DAY)
    with pytest.raises(Invalid):
        await dossiers.act(citizen, late, own, key=str(uuid7()))
    other = Act(kind="process", version=2, appointed_on=DAY)
    with pytest.raises(Invalid) as caught:
        await dossiers.act_at_desk(officer, late, other, key=str(uuid7()))
    assert caught.value.errors[0].pointer == "/appointed_on"


async def test_the_citizen_is_told_both_dates_in_both_languages(
    engines: Engines, dossiers: DossiersService, officer: StaffMember, citizen: Person, late: UUID
) -> None:
    await apologise(dossiers, officer, late, DAY)
    (event,) = await rows(engines, "select event_id from event where name = 'dossier.apologised'")
    for _ in range(2):
        await jobs.run_subscriber(engines, "inbox", EventJob(event_id=event["event_id"]))
    async with engines.pool.acquire() as conn:
        (notice,) = await notices.page(conn, citizen.citizen_id, None, 10)
    seen = await dossiers.get(citizen, late)
    assert seen.line.due_at is not None
    assert seen.line.appointed_at is not None
    for language, title in (("vi", "Xin lỗi bạn"), ("en", "Sorry")):
        said = words(engines.texts, language, notice)
        assert said[0].startswith(title)
        for moment in (seen.line.due_at, seen.line.appointed_at):
            assert engines.texts.moment(language, moment) in said[1]
        assert "ốm" not in str(said)


@pytest.mark.plugin
async def test_through_the_desks_form_to_the_citizens_page(
    engines: Engines,
    dossiers: DossiersService,
    door: Door,
    officer: StaffMember,
    citizen: Person,
    late: UUID,
) -> None:
    door.caller = Caller(language="vi", officer=officer)
    form = await door.ask("GET", f"{DESK}{late}/acts/apologise")
    send = form["blocks"][1]["submit"]["action"]
    fields = [one["name"] for one in form["blocks"][1]["blocks"]]
    assert fields == ["appointed_on", "reason"]
    body = send["body"] | {"reason": REASON}
    for bad in ("", "mai", "2026-02-30", None):
        answer = await door.answer("POST", send["href"], body | {"appointed_on": bad})
        assert 400 <= answer.status_code < 500, bad
    await door.ask("POST", send["href"], body | {"appointed_on": str(DAY)})
    again = await door.answer("GET", f"{DESK}{late}/acts/apologise")
    assert again.status_code == 404
    promised = (await dossiers.get(citizen, late)).line.due_at
    assert promised is not None
    for language, big in (("vi", "Hẹn lại"), ("en", "New date")):
        door.caller = Caller(language=language, me=citizen)
        page = await door.ask("GET", f"{HOME}{late}")
        card, letter, facts = page["blocks"][:3]
        assert card["big"].startswith(big)
        assert (letter["type"], letter["tone"]) == ("callout", "warn")
        assert REASON in str(facts)
        assert engines.texts.moment(
            language, (await dossiers.get(citizen, late)).line.due_at
        ) in str(facts)
