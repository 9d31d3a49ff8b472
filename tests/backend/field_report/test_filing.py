"""Filing: what is written, once, and what is refused."""

import asyncio
import unicodedata
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from tests.backend.dossiers.conftest import checked_file

from camaug.kernel.clock import HeldClock
from camaug_field_report import queries
from camaug_sdk.records import Person, StaffMember

from .conftest import AN_XUYEN, HOME, PLACE, SAID, SPOT, WARD, Office, blocks


class Row(msgspec.Struct):
    code: str
    said_enc: bytes
    place_enc: bytes
    position_enc: bytes | None


ROWS = "select code, said_enc, place_enc, position_enc from report order by code"
WRITTEN = (
    "select (select count(*) from audit where action like 'field-report.%')"
    " + (select count(*) from event where name like 'field-report.%' or name like 'plugin.%')"
    " + (select count(*) from document_use)"
    " + (select count(*) from pgqueuer where entrypoint = 'plugin:field-report')"
)


async def test_a_report_is_kept_sealed_and_everybody_who_must_know_is_told(
    office: Office, me: Person
) -> None:
    report = await office.file(me)
    (row,) = await office.tables.many(Row, ROWS)
    assert row.code == "PA-261124-0001"
    for text, sealed in ((SAID, row.said_enc), (PLACE, row.place_enc), (SPOT, row.position_enc)):
        assert text.encode() not in (sealed or b"")
        assert text.encode()[:12] not in (sealed or b"")
    async with office.engines.pool.acquire() as conn:
        audit = await conn.fetchrow(
            "select actor_kind, actor_id, action, object_id, agency_id, detail from audit"
            " where action like 'field-report.%'"
        )
        events = await conn.fetch("select name, data::text as data from event order by name")
        use = await conn.fetchrow("select role, agency_id, object_id from document_use")
        after = await conn.fetchval(
            "select execute_after - now() from pgqueuer where entrypoint = 'plugin:field-report'"
        )
    assert audit is not None
    assert tuple(audit)[:5] == ("citizen", me.citizen_id, "field-report.filed", report, WARD)
    assert [one["name"] for one in events] == ["field-report.filed", "plugin.notice_wanted"]
    told = str(dict(audit)) + "".join(one["data"] for one in events)
    assert not any(word in told for word in ("đèn", "Bảy", "9.17"))
    assert use is not None
    assert tuple(use) == ("field_report_officer", WARD, report)
    assert 71 < after.total_seconds() / 3600 <= 72


@pytest.mark.usefixtures("no_limit")
async def test_fifty_at_once_get_fifty_codes(office: Office, me: Person) -> None:
    bodies = [await office.body(me) for _ in range(50)]
    answers = await asyncio.gather(*(office.ask(me, "POST", HOME, body) for body in bodies))
    assert Counter(one.status_code for one in answers) == {200: 50}
    codes = [one.code for one in await office.tables.many(Row, ROWS)]
    assert codes == [f"PA-261124-{number:04d}" for number in range(1, 51)]


async def test_ten_reports_a_day_and_no_more(office: Office, me: Person, clock: HeldClock) -> None:
    bodies = [await office.body(me) for _ in range(14)]
    answers = await asyncio.gather(*(office.ask(me, "POST", HOME, body) for body in bodies))
    assert Counter(one.status_code for one in answers) == {200: 10, 429: 4}
    clock.move(timedelta(hours=23))
    refused = await office.ask(me, "POST", HOME, bodies[0])
    assert (refused.status_code, refused.json()["code"]) == (429, "report_limit")
    assert int(refused.headers["Retry-After"]) in range(3590, 3603)
    assert len(await office.tables.many(Row, ROWS)) == 10
    clock.move(timedelta(hours=1, seconds=2))
    assert (await office.ask(me, "POST", HOME, await office.body(me))).status_code == 200


async def test_a_repeated_key_files_once(office: Office, me: Person) -> None:
    body, key = await office.body(me), str(uuid4())
    first = await office.ask(me, "POST", HOME, body, key)
    again = await office.ask(me, "POST", HOME, body, key)
    assert first.json() == again.json()
    other = await office.ask(me, "POST", HOME, body | {"said": "Khác"}, key)
    assert other.status_code == 422
    assert len(await office.tables.many(Row, ROWS)) == 1


@pytest.mark.parametrize(
    ("own", "pointer"),
    [
        ({"said": " \n "}, "/said"),
        ({"said": "a" * 2001}, "/said"),
        ({"said": "a\u202eb"}, "/said"),
        ({"said": "a\x07b"}, "/said"),
        ({"said": "a\x00b"}, "/said"),
        ({"said": 7}, "/said"),
        ({"place": ""}, "/place"),
        ({"place": "a" * 301}, "/place"),
        ({"commune": "00000"}, "/commune"),
        ({"commune": "?"}, "/commune"),
        ({"commune": "32002\x00"}, "/commune"),
        ({"category": "murder"}, "/category"),
        ({"position": "21.02850,105.85420"}, "/position"),
        ({"position": "9.17680;105.15240"}, "/position"),
        ({"position": "NaN,105.15240"}, "/position"),
        ({"position": "105.15240,9.17680"}, "/position"),
        ({"position": "9" * 4000 + ",105.15240"}, "/position"),
        ({"photos": []}, "/photos"),
        ({"photos": [str(uuid4())]}, "/photos"),
        ({"photos": [str(uuid4()) for _ in range(4)]}, "/photos"),
        ({"photos": ["x"]}, "/photos/0"),
        ({"agency_id": str(WARD)}, "/agency_id"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(
    office: Office, me: Person, own: dict[str, Any], pointer: str
) -> None:
    answer = await office.ask(me, "POST", HOME, await office.body(me, **own))
    assert answer.status_code in (400, 422)
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert await office.tables.many(Row, ROWS) == []
    assert await office.count(WRITTEN) == 0


async def test_all_that_is_wrong_is_said_at_once(office: Office, me: Person) -> None:
    body = await office.body(me, said="", place="", position="0,0")
    answer = await office.ask(me, "POST", HOME, body)
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/said", "/place", "/position"]


async def test_photos_are_the_persons_own(office: Office, me: Person, stranger: Person) -> None:
    theirs = await checked_file(office.engines, stranger.citizen_id, "field-report")
    answer = await office.ask(me, "POST", HOME, await office.body(me, photos=[str(theirs)]))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "photo_unusable")


async def test_a_megabyte_is_refused(office: Office, me: Person) -> None:
    answer = await office.ask(me, "POST", HOME, await office.body(me, said="a" * 1024 * 1024))
    assert answer.status_code == 413
    answer = await office.ask(me, "POST", HOME, await office.body(me, said="a" * 900_000))
    assert answer.status_code == 422


async def test_text_is_shown_as_it_was_typed(office: Office, me: Person, near: StaffMember) -> None:
    said = unicodedata.normalize(
        "NFD", "<script>alert(1)</script> Đường hỏng\r\n👨‍👩‍👧 ❤️ '; drop table report"
    )
    report = await office.file(me, said=said)
    kept = unicodedata.normalize("NFC", said).replace("\r\n", "\n")
    for who, path in ((me, f"{HOME}{report}"), (near, f"{HOME}desk/{report}")):
        screen = await office.shown(who, path)
        assert kept in [one["text"] for one in blocks(screen, "text")]


async def test_a_failure_in_the_middle_leaves_nothing(
    office: Office, me: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(queries, "add_photo", fail)
    answer = await office.ask(me, "POST", HOME, await office.body(me))
    assert answer.status_code == 500
    assert await office.tables.many(Row, ROWS) == []
    assert await office.count(WRITTEN) == 0
    monkeypatch.undo()
    await office.file(me)
    (row,) = await office.tables.many(Row, ROWS)
    assert row.code == "PA-261124-0001"


async def test_a_report_goes_to_the_committee_of_its_commune(office: Office, me: Person) -> None:
    await office.file(me)
    async with office.engines.pool.acquire() as conn:
        row = await conn.fetchrow(
            "select a.kind, a.commune_code from audit join agency a using (agency_id)"
            " where action like 'field-report.%'"
        )
    assert row is not None
    assert tuple(row) == ("people_committee", AN_XUYEN)
