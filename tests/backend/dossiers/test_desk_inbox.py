"""What staff are told of their dossiers, from the act to the console, over HTTP."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from tests.backend.notices.announcing import Desk, operator, signed_in

from camaug.agencies.seed import agency_id
from camaug.app import catalogue
from camaug.dossiers import warnings
from camaug.dossiers.service import DossiersService
from camaug.kernel.clock import HeldClock
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.notices import events, jobs
from camaug.notices.jobs import EventJob
from camaug.settings import Settings
from camaug_sdk.records import Act, Person, StaffMember, Submission

from .conftest import AN_XUYEN, GANH_HAO, Filer

WARD, OTHER = agency_id("people_committee", AN_XUYEN), agency_id("people_committee", GANH_HAO)
INBOX = "/api/v1/screens/console/inbox"
SignIn = Callable[[StaffMember], Awaitable[Desk]]
Hire = Callable[..., Awaitable[tuple[StaffMember, Desk]]]


@pytest.fixture
def sign_in(engines: Engines, client: httpx.AsyncClient, settings: Settings) -> SignIn:
    """The console of somebody who signs in now."""
    return lambda who: signed_in(engines, settings, client, who)


@pytest.fixture
def hire(engines: Engines, sign_in: SignIn) -> Hire:
    """An officer of an agency, signed in at the console."""

    async def make(agency: UUID = WARD, role: str = "officer") -> tuple[StaffMember, Desk]:
        who = await operator(engines, role, agency)
        return who, await sign_in(who)

    return make


async def deliver(engines: Engines) -> None:
    """Let the desks' subscriber hear of every event so far, twice."""
    async with engines.pool.acquire() as conn:
        rows = await conn.fetch("select event_id from event order by event_id")
    for row in [*rows, *rows]:
        await jobs.run_subscriber(engines, "desk", EventJob(event_id=row["event_id"]))


async def shown(desk: Desk, path: str = INBOX) -> list[dict[str, Any]]:
    answer = await desk.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()["blocks"][0]["items"]


async def unread(desk: Desk) -> str | None:
    """The number at the inbox in the rail of the console."""
    nav = (await desk.get("/api/v1/staff/summary")).json()["nav"]
    return next(one for one in nav if one["href"] == "/console/inbox").get("count")


class Story:
    """One dossier, and what people do to it."""

    def __init__(self, service: DossiersService, filed: Submission, citizen: Person) -> None:
        self.service, self.filed, self.citizen = service, filed, citizen
        self.version = 1

    async def by(self, officer: StaffMember, kind: str, **more: Any) -> None:
        act = Act(kind=kind, version=self.version, **more)
        await self.service.act_at_desk(officer, self.filed.dossier_id, act, key=str(uuid7()))
        self.version += 1

    async def by_citizen(self, kind: str, **more: Any) -> None:
        act = Act(kind=kind, version=self.version, **more)
        await self.service.act(self.citizen, self.filed.dossier_id, act, key=str(uuid7()))
        self.version += 1


@pytest.fixture
async def story(dossiers: DossiersService, citizen: Person, file_dossier: Filer) -> Story:
    return Story(dossiers, await file_dossier(citizen), citizen)


async def test_the_handler_alone_is_told_of_a_supplement_and_reads_it(
    engines: Engines, hire: Hire, story: Story
) -> None:
    (officer, own), (_, colleague) = await hire(), await hire()
    await story.by(officer, "ask_supplement", reason="Ảnh mờ")
    await story.by_citizen("supply", reason="Tôi đã chụp lại")
    await deliver(engines)
    (notice,) = await shown(own)
    assert notice["title"] == f"Hồ sơ {story.filed.code} đã được bổ sung"
    assert notice["unread"] is True
    assert (await unread(own), await unread(colleague)) == ("1", None)
    assert await shown(colleague) == []
    assert "Nguyệt" not in str(notice)

    href = notice["action"]["href"]
    assert (await colleague.send(href, {})).status_code == 404
    opened = await own.send(href, {})
    assert opened.json()["then"]["href"] == f"/console/apps/track-dossier/{story.filed.dossier_id}"
    assert (await own.send(href, {})).status_code == 200
    assert await unread(own) is None
    (notice,) = await shown(own)
    assert "unread" not in notice
    assert notice["action"]["type"] == "go"


async def test_without_a_handler_everybody_at_the_desk_is_told_and_reads_alone(
    engines: Engines, hire: Hire, story: Story
) -> None:
    (_, own), (_, colleague), (_, stranger) = await hire(), await hire(), await hire(OTHER)
    await story.by_citizen("withdraw")
    await deliver(engines)
    assert [await unread(one) for one in (own, colleague, stranger)] == ["1", "1", None]
    screen = (await own.get(INBOX)).json()
    read_all = screen["tools"][0]["action"]
    assert (await own.send(read_all["href"], read_all["body"])).status_code == 200
    assert [await unread(one) for one in (own, colleague, stranger)] == [None, "1", None]
    assert "tools" not in (await own.get(INBOX)).json()


async def test_a_dossier_sent_on_is_told_where_it_goes_and_no_longer_where_it_was(
    engines: Engines, hire: Hire, story: Story
) -> None:
    (officer, own), (_, target) = await hire(), await hire(OTHER)
    await story.by(officer, "accept")
    await story.by(officer, "send_on", reason="Thuộc xã Gành Hào", agency_id=OTHER)
    await deliver(engines)
    (notice,) = await shown(target)
    assert notice["title"] == f"Hồ sơ {story.filed.code} được chuyển đến"
    assert await shown(own) == []


async def test_a_handler_who_has_left_the_desk_is_not_told_in_vain(
    engines: Engines, hire: Hire, story: Story
) -> None:
    (officer, _), (_, colleague) = await hire(), await hire()
    await story.by(officer, "ask_supplement", reason="Ảnh mờ")
    async with engines.pool.acquire() as conn:
        await conn.execute(
            "update assignment set valid_until = $2 where staff_id = $1",
            officer.staff_id,
            engines.clock.now(),
        )
    await story.by_citizen("supply", reason="Tôi đã chụp lại")
    await deliver(engines)
    assert await unread(colleague) == "1"


async def test_half_a_working_day_before_the_promised_time_the_handler_is_warned_once(
    engines: Engines, hire: Hire, sign_in: SignIn, story: Story, clock: HeldClock
) -> None:
    officer, own = await hire()
    await story.by(officer, "accept")  # due on Wednesday 25 November at 17:00
    for at, told in (((25, 4), 0), ((25, 6, 30), 1), ((25, 8), 1), ((26, 2), 1)):
        clock.move(datetime(2026, 11, *at, tzinfo=UTC) - clock.now())
        own = await sign_in(officer)
        await warnings.warn(engines)
        await deliver(engines)
        assert len(await shown(own)) == told, at
    (notice,) = await shown(own)
    assert notice["title"] == f"Hồ sơ {story.filed.code} sắp đến hạn"
    assert "17:00 thứ Tư 25/11" in notice["text"]
    async with engines.pool.acquire() as conn:
        audited = await conn.fetchval(
            "select count(*) from audit where action = 'dossier.due_soon'"
        )
        assert audited == 1
        version = await conn.fetchval("select version from dossier")
    assert version == story.version


async def test_what_is_late_already_is_told_as_late(
    engines: Engines, hire: Hire, sign_in: SignIn, story: Story, clock: HeldClock
) -> None:
    officer, _ = await hire()
    await story.by(officer, "accept")
    clock.move(timedelta(days=9))
    assert await warnings.warn(engines) == 1
    assert await warnings.warn(engines) == 0
    await deliver(engines)
    (notice,) = await shown(await sign_in(officer))
    assert notice["title"] == f"Hồ sơ {story.filed.code} đã quá hạn"


async def test_staff_without_a_desk_have_no_inbox(hire: Hire) -> None:
    _, announcing = await hire(role="operator")
    assert (await announcing.get(INBOX)).status_code == 403
    nav = (await announcing.get("/api/v1/staff/summary")).json()["nav"]
    assert "/console/inbox" not in [one["href"] for one in nav]


async def test_older_notices_come_page_by_page(
    engines: Engines, hire: Hire, dossiers: DossiersService, citizen: Person, file_dossier: Filer
) -> None:
    _, own = await hire()
    for _ in range(32):
        one = Story(dossiers, await file_dossier(citizen), citizen)
        await one.by_citizen("withdraw")
    await deliver(engines)
    first = (await own.get(INBOX)).json()["blocks"][0]
    more = first["more"]["action"]["href"].replace("/console", "/api/v1/screens/console", 1)
    titles = [one["title"] for one in [*first["items"], *await shown(own, more)]]
    assert len(titles) == len(set(titles)) == 32


@pytest.mark.parametrize("template", [*events.DESK_TELLINGS.values(), "escalated_1", "escalated_2"])
def test_every_telling_has_its_words_in_both_languages(template: str) -> None:
    for language in ("vi", "en"):
        for part in ("title", "body"):
            words = catalogue().text(
                language,
                f"desk_notice.{template}.{part}",
                code="C",
                procedure="P",
                agency="A",
                due="D",
                was_due="W",
            )
            assert "{" not in words
