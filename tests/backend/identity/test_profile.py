"""The citizen's own data: kept sealed, checked member by member, shown to nobody else."""

import asyncio
import logging
from typing import Any

import pytest
from structlog.testing import capture_logs

from camaug.identity.actions import PeopleService
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug_sdk.records import Person, Profile

from .conftest import Phone, Shell

EDIT = "/api/v1/screens/profile/edit"
SHOW = "/api/v1/screens/profile"
PUT = "/api/v1/me/profile"
FULL: dict[str, Any] = {
    "version": 1,
    "full_name": "Nguyễn Thị Đăng Nguyệt",
    "citizen_id": "096190999910",
    "birth_date": "12/08/1990",
    "gender": "nu",
    "ethnicity": "Kinh",
    "email": "Dang.Nguyet@VI-DU.vn",
    "permanent_address": "12 Lý Bôn,\nkhóm 3",
    "permanent_commune": "32002",
    "current_address": "",
}


async def put(shell: Shell, access: str, change: dict[str, Any], **headers: str) -> Any:
    return await shell.write(PUT, change, method="PUT", authorization=access, **headers)


async def known(engines: Engines) -> Profile:
    citizen_id = await engines.pool.fetchval("select citizen_id from citizen")
    me = Person(citizen_id=citizen_id, assurance=1, session_id=uuid7())
    return await PeopleService(engines).profile(me)


async def test_a_new_citizen_has_a_phone_and_nothing_else(shell: Shell, engines: Engines):
    access = await shell.bearer()
    assert await known(engines) == Profile(phone="0912345678")
    screen = (await shell.get(SHOW, authorization=access)).json()
    assert screen["blocks"][0]["type"] == "callout"


async def test_a_profile_is_kept_in_its_normal_form(shell: Shell, engines: Engines):
    answer = await put(shell, await shell.bearer(), FULL)
    assert answer.status_code == 200
    assert answer.json()["then"]["href"] == "/profile"
    profile = await known(engines)
    assert str(profile.birth_date) == "1990-08-12"
    assert profile.email == "Dang.Nguyet@vi-du.vn"
    assert profile.permanent_address == "12 Lý Bôn, khóm 3"
    assert profile.current_address is None
    assert not profile.citizen_id_proven


async def test_the_screens_show_the_profile_and_mark_the_number_as_unproven(shell: Shell):
    access = await shell.bearer()
    await put(shell, access, FULL)
    shown = (await shell.get(SHOW, authorization=access)).json()
    facts = {one["label"]: one for one in shown["blocks"][0]["items"]}
    assert shown["title"] == "Nguyễn Thị Đăng Nguyệt"
    assert facts["Số định danh cá nhân"]["hint"] == "chưa xác thực"
    assert facts["Ngày sinh"]["value"] == "12/08/1990"
    assert facts["Xã, phường thường trú"]["value"] == "Phường An Xuyên"
    form = (await shell.get(EDIT, authorization=access, accept_language="en")).json()["blocks"][0]
    fields = {f["name"]: f for group in form["blocks"] for f in group["blocks"]}
    assert fields["birth_date"]["value"] == "1990-08-12"
    assert fields["permanent_commune"]["value_label"] == "An Xuyên Ward"
    assert form["submit"]["action"]["body"] == {"version": 2}


async def test_every_error_is_told_at_once_in_the_language_of_the_request(shell: Shell):
    wrong = FULL | {
        "full_name": "<b>",
        "citizen_id": "000190999910",
        "birth_date": "31/02/1990",
        "gender": "x",
        "email": "nobody",
        "permanent_commune": "99999",
        "permanent_address": "\u202eẤp 1",
    }
    answer = await put(shell, await shell.bearer(), wrong, accept_language="en")
    assert answer.status_code == 422
    errors = {one["pointer"]: one["code"] for one in answer.json()["errors"]}
    assert errors == {
        "/full_name": "name_characters",
        "/citizen_id": "citizen_id_province",
        "/birth_date": "date_format",
        "/gender": "not_a_choice",
        "/email": "email_format",
        "/permanent_commune": "not_a_commune",
        "/permanent_address": "hidden_characters",
    }
    assert all(one["message"] for one in answer.json()["errors"])


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"birth_date": "1991-08-12"}, "citizen_id_birth_year"),
        ({"gender": "nam"}, "citizen_id_gender"),
        ({"citizen_id": "096390999910", "birth_date": "", "gender": ""}, "citizen_id_future"),
    ],
)
async def test_a_number_of_another_person_is_noticed(
    shell: Shell, changed: dict[str, str], code: str
):
    answer = await put(shell, await shell.bearer(), FULL | changed)
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [
        ("/citizen_id", code)
    ]


async def test_an_older_version_does_not_overwrite_a_newer_one(shell: Shell, engines: Engines):
    access = await shell.bearer()
    await put(shell, access, FULL)
    answer = await put(shell, access, FULL | {"full_name": "Người Cũ"})
    assert answer.status_code == 409
    assert (await known(engines)).full_name == FULL["full_name"]


async def test_parallel_changes_of_one_version_leave_one(shell: Shell, engines: Engines):
    access = await shell.bearer()
    changes = [put(shell, access, FULL | {"ethnicity": f"Kinh {n}"}) for n in range(10)]
    statuses = [answer.status_code for answer in await asyncio.gather(*changes)]
    assert statuses.count(200) == 1
    assert await engines.pool.fetchval("select version from citizen") == 2


async def test_a_repeat_with_the_same_key_is_the_same_change(shell: Shell, engines: Engines):
    access, key = await shell.bearer(), str(uuid7())
    answers = [await put(shell, access, FULL, idempotency_key=key) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert await engines.pool.fetchval("select version from citizen") == 2


async def test_an_unproven_number_may_be_claimed_twice(shell: Shell, engines: Engines):
    for number in ("0911111111", "0922222222"):
        assert (await put(shell, await shell.bearer(number), FULL)).status_code == 200
    numbers = await engines.pool.fetch("select distinct number_idx from citizen")
    assert len(numbers) == 1


async def test_a_proven_number_is_not_changed_by_typing(shell: Shell, engines: Engines):
    access = await shell.bearer()
    await put(shell, access, FULL)
    await engines.pool.execute("update citizen set number_proven = true")
    await put(shell, access, FULL | {"version": 2, "citizen_id": "096190999911"})
    profile = await known(engines)
    assert (profile.citizen_id, profile.citizen_id_proven) == (FULL["citizen_id"], True)


async def test_members_that_nobody_may_set_are_refused(shell: Shell):
    access = await shell.bearer()
    for name, value in {"citizen_id_proven": True, "phone": "0900000000", "assurance": 2}.items():
        assert (await put(shell, access, FULL | {name: value})).status_code == 400


@pytest.mark.parametrize("path", [SHOW, EDIT, "/api/v1/screens/profile/devices"])
async def test_nobody_sees_a_profile_without_a_session(shell: Shell, path: str):
    answer = await shell.get(path)
    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthenticated"


async def test_the_database_holds_nothing_of_the_profile_in_the_clear(
    shell: Shell, engines: Engines
):
    await put(shell, await shell.bearer(), FULL)
    for table in ("citizen", "audit", "idempotency", "session"):
        rows = await engines.pool.fetch(f"select * from {table}")  # noqa: S608
        seen = b"|".join(
            one if isinstance(one, bytes) else str(one).encode() for row in rows for one in row
        )
        for name in ("full_name", "citizen_id", "email", "ethnicity"):
            assert FULL[name].encode() not in seen


async def test_no_personal_data_is_logged(
    shell: Shell, phone: Phone, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    with capture_logs() as events:
        access = await shell.bearer()
        await put(shell, access, FULL | {"email": "nobody"})
        await put(shell, access, FULL)
        phone.fault = "refuse"
        await shell.ask("0987654321")
    assert "sms_failed" in {one["event"] for one in events}
    logged = repr(events) + caplog.text
    code = phone.code("0912345678")
    personal = [FULL[name] for name in ("full_name", "citizen_id", "email", "birth_date")]
    for secret in [*personal, "0912345678", "0987654321", code, access.split()[1]]:
        assert secret not in logged


async def test_the_language_of_messages_is_the_persons_choice(shell: Shell, engines: Engines):
    access = await shell.bearer()
    answer = await shell.write(
        "/api/v1/me/language", {"language": "en"}, method="PUT", authorization=access
    )
    assert answer.json()["then"] == {"type": "refresh"}
    assert await engines.pool.fetchval("select language from citizen") == "en"
