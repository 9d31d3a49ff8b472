"""What officers and reporters do to a report, and who is told."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from msgspec.structs import replace

from camaug.kernel.clock import HeldClock
from camaug.notices import queries as notices
from camaug.notices import screens
from camaug_field_report import queries
from camaug_sdk.records import Person, StaffMember

from .conftest import DESK, FAR, HOME, Office, blocks, deliver

ANSWER = "Đã thay bóng đèn lúc 16 giờ."


class Row(msgspec.Struct):
    state: str
    version: int
    agency_id: UUID
    waiting_long: bool
    rating: int | None


class Id(msgspec.Struct):
    report_id: UUID


async def row(office: Office, report: str) -> Row:
    return await office.tables.one(
        Row,
        "select state, version, agency_id, waiting_long, rating from report where report_id = $1",
        UUID(report),
    )


async def told(office: Office, me: Person) -> list[tuple[str, str | None]]:
    """Titles and addresses of the person's notices, the latest first."""
    await deliver(office.engines)
    async with office.engines.pool.acquire() as conn:
        page = await notices.page(conn, me.citizen_id, None, 50)
    return [(screens.words(office.engines.texts, "vi", one)[0], one.href) for one in page]


def titles(screen: dict[str, Any]) -> list[str]:
    return [one["title"] for one in blocks(screen, "timeline")[0]["items"]]


async def test_the_officer_answers_and_the_reporter_is_told(
    office: Office, me: Person, near: StaffMember
) -> None:
    report = await office.file(me)
    assert (await office.act(near, report, "taken", 1)).status_code == 200
    assert (await office.act(near, report, "answered", 2, text=ANSWER)).status_code == 200
    shown = await office.shown(me, f"{HOME}{report}")
    assert blocks(shown, "card")[0]["text"] == ANSWER
    assert titles(shown) == ["Đã gửi phản ánh", "Cán bộ nhận xử lý", "Đã trả lời"]
    assert set(await told(office, me)) == {
        (title.format("PA-261124-0001"), f"/apps/field-report/{report}")
        for title in (
            "Đã nhận phản ánh {}",
            "Phản ánh {} đang được xử lý",
            "Phản ánh {} đã được trả lời",
        )
    }
    async with office.engines.pool.acquire() as conn:
        said = await conn.fetchval(
            "select string_agg(data::text, ' ')"
            " || (select string_agg(detail::text, ' ') from audit) from event"
        )
        acts = await conn.fetch(
            "select action from audit where actor_id = $1 order by audit_id", near.staff_id
        )
    assert "bóng" not in said
    assert [one["action"] for one in acts] == ["field-report.taken", "field-report.answered"]


@pytest.mark.parametrize("kind", ["refused", "duplicate"])
async def test_a_closed_report_says_why(
    office: Office, me: Person, near: StaffMember, kind: str
) -> None:
    report = await office.file(me)
    without = await office.act(near, report, kind, 1, text="  ")
    assert (without.status_code, without.json()["errors"][0]["pointer"]) == (422, "/text")
    assert (await office.act(near, report, kind, 1, text="Đã có người báo.")).status_code == 200
    shown = await office.shown(me, f"{HOME}{report}")
    assert blocks(shown, "card")[0]["text"] == "Đã có người báo."
    assert blocks(shown, "button") == []
    assert len(await told(office, me)) == 2
    for again in ("taken", "answered", "refused", "duplicate"):
        assert (await office.act(near, report, again, 2, text="x")).status_code == 409


async def test_a_report_that_is_sent_on_goes_with_its_photos(
    office: Office, me: Person, near: StaffMember, far: StaffMember
) -> None:
    report = await office.file(me)
    for agency in (None, str(uuid4()), str(near.at("field_report_officer")[0])):
        refused = await office.act(near, report, "sent_on", 1, text="Đường tỉnh", agency_id=agency)
        assert refused.json()["errors"][0]["pointer"] == "/agency_id"
    done = await office.act(near, report, "sent_on", 1, text="Thuộc xã bạn", agency_id=str(FAR))
    assert done.json()["then"]["href"] == "/console/apps/field-report/"
    assert (await office.ask(near, "GET", f"{DESK}{report}")).status_code == 404
    assert blocks(await office.shown(near, DESK), "table")[0]["rows"] == []
    (line,) = blocks(await office.shown(far, DESK), "table")[0]["rows"]
    assert line["key"] == report
    assert await office.count("select count(*) from document_use where agency_id = $1", FAR) == 1
    shown = await office.shown(me, f"{HOME}{report}")
    last = blocks(shown, "timeline")[0]["items"][1]
    assert "UBND phường An Xuyên chuyển đến UBND xã Gành Hào" in last["text"]
    assert "Thuộc xã bạn" in last["text"]
    assert (await office.act(far, report, "answered", 2, text=ANSWER)).status_code == 200


async def test_two_officers_at_once_and_a_repeated_key_act_once(
    office: Office, me: Person, near: StaffMember
) -> None:
    report, key = await office.file(me), str(uuid4())
    body = {"kind": "taken", "version": 1}
    at = f"{DESK}{report}/acts"
    first = await office.ask(near, "POST", at, body, key)
    again = await office.ask(near, "POST", at, body, key)
    assert first.json() == again.json()
    answers = await asyncio.gather(
        *(office.act(near, report, "answered", 2, text=f"{n}") for n in range(8))
    )
    assert sorted(one.status_code for one in answers) == [200] + [409] * 7
    assert (await row(office, report)).version == 3
    assert len(await told(office, me)) == 3


async def test_who_read_an_older_version_changes_nothing(
    office: Office, me: Person, near: StaffMember
) -> None:
    report = UUID(await office.file(me))
    agencies = near.at("field_report_officer")
    read = [await queries.at_desk(office.tables, agencies, report) for _ in range(2)]
    done: list[bool] = []
    for old in read:
        async with office.tables.transaction() as tx:
            done.append(await queries.move(tx, old, replace(old, state="handling")))
    assert done == [True, False]


async def test_a_report_is_withdrawn_while_nobody_has_it_in_hand(
    office: Office, me: Person, near: StaffMember
) -> None:
    kept, gone = await office.file(me), await office.file(me)
    await office.act(near, kept, "taken", 1)
    for version in (1, 2):
        late = await office.ask(me, "POST", f"{HOME}{kept}/withdraw", {"version": version})
        assert (late.status_code, late.json()["code"]) == (409, "report_handling")
    done = await office.ask(me, "POST", f"{HOME}{gone}/withdraw", {"version": 1})
    assert done.status_code == 200
    assert (await row(office, gone)).state == "withdrawn"
    again = await office.ask(me, "POST", f"{HOME}{gone}/withdraw", {"version": 1})
    assert (again.status_code, again.json()["code"]) == (409, "report_withdrawn")
    assert "đã rút" in again.json()["detail"]
    assert (await office.act(near, gone, "taken", 2)).status_code == 409


async def test_one_remark_and_one_rating(office: Office, me: Person, near: StaffMember) -> None:
    report = await office.file(me)
    early = await office.ask(me, "POST", f"{HOME}{report}/rate", {"rating": "5"})
    assert early.status_code == 409
    assert (await office.ask(me, "GET", f"{HOME}{report}/rate")).status_code == 404
    for status in (200, 409):
        sent = await office.ask(me, "POST", f"{HOME}{report}/remark", {"text": "Nay tắt cả dãy."})
        assert sent.status_code == status
    assert (await office.act(near, report, "taken", 1)).status_code == 409
    at_desk = await office.shown(near, f"{DESK}{report}")
    assert "Nay tắt cả dãy." in str(blocks(at_desk, "timeline"))
    await office.act(near, report, "answered", 2, text=ANSWER)
    for rating in ("0", "6", 5):
        wrong = await office.ask(me, "POST", f"{HOME}{report}/rate", {"rating": rating})
        assert wrong.status_code == 400
    for status in (200, 409):
        sent = await office.ask(me, "POST", f"{HOME}{report}/rate", {"rating": "4"})
        assert sent.status_code == status
    assert (await row(office, report)).rating == 4
    assert "4 trên 5" in str(await office.shown(near, f"{DESK}{report}"))


@pytest.mark.usefixtures("no_limit")
async def test_the_queue_is_by_age_and_in_pages(
    office: Office, me: Person, near: StaffMember, clock: HeldClock
) -> None:
    for number in range(25):
        clock.move(timedelta(minutes=number % 3))
        await office.file(me, category="road" if number % 5 else "tree")
    rows = await office.tables.many(Id, "select report_id from report order by filed_at, report_id")
    reports = [str(one.report_id) for one in rows]
    trees = await office.tables.many(
        Id, "select report_id from report where category = 'tree' order by filed_at, report_id"
    )
    await office.tables_run(
        "update report set waiting_long = true where report_id = $1", reports[7]
    )
    expected = [reports[7], *reports[:7], *reports[8:]]
    assert await walked(office, near, DESK) == expected
    assert await walked(office, near, f"{DESK}?category=tree") == [
        str(one.report_id) for one in trees
    ]
    await office.act(near, reports[3], "taken", 1)
    await office.act(near, reports[4], "refused", 1, text="Không thuộc xã.")
    assert await walked(office, near, f"{DESK}?view=handling") == [reports[3]]
    assert await walked(office, near, f"{DESK}?view=closed") == [reports[4]]
    chips = blocks(await office.shown(near, DESK), "chips")[-1]["items"]
    assert [one.get("count") for one in chips] == ["24", "23", "1", None]
    mine = await office.shown(me, HOME)
    more = blocks(mine, "list")[0]["more"]["action"]["href"]
    rest = await office.shown(me, more.replace("/apps/", "/api/v1/apps/"))
    lines = [*blocks(mine, "list")[0]["items"], *blocks(rest, "list")[0]["items"]]
    found = [one["action"]["href"].rpartition("/")[2] for one in lines]
    assert found == reports[::-1]
    for odd in ("x", "1.1.1", "2.1." + "0" * 32, "1." + "9" * 40 + "." + "0" * 32, "..", "%00"):
        answer = await office.ask(near, "GET", f"{DESK}?after={odd}")
        assert answer.status_code in (200, 404)


async def walked(office: Office, who: StaffMember, path: str) -> list[str]:
    """The keys of every row, page by page."""
    found: list[str] = []
    while True:
        table = blocks(await office.shown(who, path), "table")[0]
        found += [one["key"] for one in table["rows"]]
        if "more" not in table:
            return found
        href = table["more"]["action"]["href"]
        path = href.replace("/console/apps/field-report/", DESK)
