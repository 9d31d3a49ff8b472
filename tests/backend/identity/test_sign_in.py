import asyncio
from collections import Counter
from datetime import timedelta
from urllib.parse import quote

import httpx
import pytest

from camaug.kernel.clock import HeldClock
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines

from .conftest import Phone, Shell

NUMBER = "0912345678"


def other(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def errors(answer: httpx.Response) -> list[tuple[str, str]]:
    return [(one["pointer"], one["code"]) for one in answer.json()["errors"]]


async def test_the_sign_in_asks_for_a_phone_and_the_consent(shell: Shell):
    answer = await shell.get("/api/v1/screens/sign-in?next=/inbox", accept_language="en")
    form = answer.json()["blocks"][0]
    assert [block["type"] for block in form["blocks"]] == ["phone-field", "boolean-field", "text"]
    assert form["submit"]["action"]["body"] == {"next": "/inbox"}


async def test_a_code_signs_a_citizen_in_and_sends_them_on(shell: Shell, phone: Phone):
    asked = await shell.write("/api/v1/session/otp", {"phone": "+84 912 345 678", "next": "/inbox"})
    answer = await shell.verify(asked, phone.code(NUMBER))
    assert answer.status_code == 200
    body = answer.json()
    assert body["type"] == "signed-in"
    assert body["expires_in"] == 600
    assert body["then"] == {"type": "go", "href": "/inbox", "replace": True}
    assert "refresh_token" not in body
    profile = await shell.get(
        "/api/v1/screens/profile", authorization=f"Bearer {body['access_token']}"
    )
    assert profile.status_code == 200


async def test_the_code_screen_shows_the_phone_masked(shell: Shell):
    asked = await shell.ask()
    assert "09•• ••• 678" in asked.json()["subtitle"]
    field = asked.json()["blocks"][0]["blocks"][0]
    assert field["autocomplete"] == "one-time-code"
    assert field["numeric"] is True


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_the_message_is_one_plain_sms(shell: Shell, phone: Phone, language: str):
    await shell.ask(accept_language=language)
    (message,) = phone.messages
    assert message["Content"].isascii()
    assert len(message["Content"]) <= 160
    assert message["SmsType"] == "2"
    assert message["Phone"] == NUMBER


async def test_the_database_keeps_neither_code_nor_phone_in_the_clear(
    shell: Shell, phone: Phone, engines: Engines
):
    await shell.sign_in()
    code = phone.code(NUMBER)
    for table in ("otp_challenge", "citizen", "session", "idempotency", "audit"):
        rows = await engines.pool.fetch(f"select * from {table}")  # noqa: S608
        assert rows
        seen = repr([list(row.values()) for row in rows])
        assert NUMBER not in seen
        assert f"'{code}'" not in seen


async def test_a_code_can_be_tried_five_times(shell: Shell, phone: Phone):
    asked = await shell.ask()
    code = phone.code(NUMBER)
    answers = [await shell.verify(asked, other(code)) for _ in range(5)]
    assert [errors(one)[0] for one in answers[:4]] == [("/code", "code_wrong")] * 4
    assert errors(answers[4]) == [("/code", "code_spent")]
    assert errors(await shell.verify(asked, code)) == [("/code", "code_over")]


async def test_a_wrong_code_tells_how_many_tries_are_left(shell: Shell, phone: Phone):
    asked = await shell.ask()
    wrong = other(phone.code(NUMBER))
    told = [(await shell.verify(asked, wrong, accept_language="en")).text for _ in range(4)]
    left = ("4 tries left", "3 tries left", "2 tries left", "1 try left")
    assert all(words in text for words, text in zip(left, told, strict=True))


async def test_fifty_parallel_guesses_get_five_tries(shell: Shell, phone: Phone, engines: Engines):
    asked = await shell.ask()
    code = int(phone.code(NUMBER))
    guesses = [f"{(code + n + 1) % 10**6:06d}" for n in range(50)]
    answers = await asyncio.gather(*(shell.verify(asked, guess) for guess in guesses))
    tried = [one for one in answers if errors(one)[0][1] != "code_over"]
    assert len(tried) == 5
    assert await engines.pool.fetchval("select tries from otp_challenge") == 5


async def test_fifty_parallel_right_codes_sign_in_once(
    shell: Shell, phone: Phone, engines: Engines
):
    asked = await shell.ask()
    code = phone.code(NUMBER)
    answers = await asyncio.gather(*(shell.verify(asked, code) for _ in range(50)))
    assert [one.status_code for one in answers].count(200) == 1
    assert await engines.pool.fetchval("select count(*) from session") == 1


@pytest.mark.parametrize("seconds", [300, 301])
async def test_a_code_is_over_after_five_minutes(
    shell: Shell, phone: Phone, clock: HeldClock, seconds: int
):
    asked = await shell.ask()
    clock.move(timedelta(seconds=seconds))
    assert errors(await shell.verify(asked, phone.code(NUMBER))) == [("/code", "code_over")]


async def test_a_code_is_good_until_the_last_second(shell: Shell, phone: Phone, clock: HeldClock):
    asked = await shell.ask()
    clock.move(timedelta(seconds=299))
    assert (await shell.verify(asked, phone.code(NUMBER))).status_code == 200


async def test_a_code_works_once(shell: Shell, phone: Phone):
    asked = await shell.ask()
    code = phone.code(NUMBER)
    assert (await shell.verify(asked, code)).status_code == 200
    assert errors(await shell.verify(asked, code)) == [("/code", "code_over")]


async def test_a_repeat_after_a_lost_answer_gives_the_same_session(
    shell: Shell, phone: Phone, engines: Engines
):
    asked = await shell.ask()
    code, key = phone.code(NUMBER), str(uuid7())
    first, second = [
        await shell.verify(asked, code, idempotency_key=key, x_camaug_client="native")
        for _ in range(2)
    ]
    assert first.status_code == second.status_code == 200
    assert first.json()["refresh_token"] == second.json()["refresh_token"]
    assert await engines.pool.fetchval("select count(*) from session") == 1


@pytest.mark.parametrize(("seconds", "status"), [(299, 200), (300, 401), (301, 401)])
async def test_a_repeat_gives_the_session_only_within_the_life_of_the_code(
    shell: Shell, phone: Phone, clock: HeldClock, seconds: int, status: int
):
    asked = await shell.ask()
    code, key = phone.code(NUMBER), str(uuid7())
    assert (await shell.verify(asked, code, idempotency_key=key)).status_code == 200
    clock.move(timedelta(seconds=seconds))
    assert (await shell.verify(asked, code, idempotency_key=key)).status_code == status


@pytest.mark.parametrize("path", ["refresh", "end"])
async def test_a_repeat_gives_no_session_that_has_moved_on(shell: Shell, phone: Phone, path: str):
    asked = await shell.ask()
    headers = {"idempotency_key": str(uuid7()), "x_camaug_client": "native"}
    first = (await shell.verify(asked, phone.code(NUMBER), **headers)).json()
    body = {"audience": "citizen", "refresh_token": first["refresh_token"]}
    if path == "end":
        bearer = {"authorization": f"Bearer {first['access_token']}"}
        await shell.write("/api/v1/session/end", {"audience": "citizen"}, **bearer)
    else:
        await shell.write("/api/v1/session/refresh", body, x_camaug_client="native")
    again = await shell.verify(asked, phone.code(NUMBER), **headers)
    assert (again.status_code, again.json()["code"]) == (401, "session_ended")


async def test_a_code_of_one_phone_does_not_open_the_challenge_of_another(
    shell: Shell, phone: Phone
):
    mine, theirs = await shell.ask("0911111111"), await shell.ask("0922222222")
    own_code = phone.code("0911111111")
    assert own_code != phone.code("0922222222")
    assert errors(await shell.verify(theirs, own_code)) == [("/code", "code_wrong")]
    assert (await shell.verify(mine, own_code)).status_code == 200


async def test_a_hundred_parallel_first_sign_ins_make_one_account(
    shell: Shell, phone: Phone, engines: Engines, clock: HeldClock
):
    challenges = []
    for _ in range(10):
        asked = await shell.ask()
        challenges.append((asked, phone.code(NUMBER)))
        clock.move(timedelta(minutes=13))
    await engines.pool.execute(
        "update otp_challenge set expires_at = $1", clock.now() + timedelta(hours=1)
    )
    answers = await asyncio.gather(
        *(shell.verify(asked, code) for asked, code in challenges for _ in range(10))
    )
    told = Counter(f"{one.status_code} {one.json().get('errors')}" for one in answers)
    assert [one.status_code for one in answers].count(200) == 10, told
    assert await engines.pool.fetchval("select count(*) from citizen") == 1


async def test_a_phone_gets_five_codes_an_hour_and_ten_a_day(shell: Shell, clock: HeldClock):
    first = [(await shell.ask()).status_code for _ in range(5)]
    refused = await shell.ask()
    assert first == [200] * 5
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "3600"
    clock.move(timedelta(hours=1))
    assert [(await shell.ask()).status_code for _ in range(6)] == [200] * 5 + [429]
    clock.move(timedelta(hours=1))
    assert (await shell.ask()).status_code == 429
    clock.move(timedelta(hours=22))
    assert (await shell.ask()).status_code == 200


async def test_one_waits_until_the_oldest_code_is_an_hour_old(shell: Shell, clock: HeldClock):
    for _ in range(5):
        assert (await shell.ask()).status_code == 200
        clock.move(timedelta(minutes=10))
    clock.move(timedelta(seconds=-30))
    refused = await shell.ask()
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "660")


async def test_twenty_parallel_requests_send_five_codes(shell: Shell, phone: Phone):
    answers = await asyncio.gather(*(shell.ask() for _ in range(20)))
    assert sorted(one.status_code for one in answers) == [200] * 5 + [429] * 15
    assert len(phone.messages) == 5


async def test_copies_of_one_request_send_one_message(shell: Shell, phone: Phone):
    key = str(uuid7())
    answers = await asyncio.gather(*(shell.ask(idempotency_key=key) for _ in range(10)))
    assert len({one.text for one in answers}) == 1
    assert len(phone.messages) == 1


async def test_a_known_and_an_unknown_phone_get_the_same_answer(shell: Shell):
    await shell.sign_in("0911111111")
    known, unknown = await shell.ask("0911111111"), await shell.ask("0922222222")
    shape = [block["type"] for block in known.json()["blocks"]]
    assert shape == [block["type"] for block in unknown.json()["blocks"]]
    assert known.status_code == unknown.status_code


async def test_a_refusing_gateway_is_told_and_does_not_count(shell: Shell, phone: Phone):
    phone.fault = "refuse"
    answers = [await shell.ask() for _ in range(6)]
    assert {one.status_code for one in answers} == {503}
    assert answers[0].json()["code"] == "sms"
    assert "sau một phút" in answers[0].json()["detail"]
    phone.fault = None
    assert (await shell.ask()).status_code == 200


async def test_a_silent_gateway_is_tried_once_more_and_the_try_counts(shell: Shell, phone: Phone):
    phone.fault = "break"
    for _ in range(5):
        assert (await shell.ask()).status_code == 503
    assert phone.calls == 10
    phone.fault = None
    assert (await shell.ask()).status_code == 429


async def test_a_lost_answer_of_the_gateway_sends_no_second_message(shell: Shell, phone: Phone):
    phone.fault = "lose"
    answer = await shell.ask()
    assert answer.status_code == 200
    assert phone.calls == 2
    assert len(phone.messages) == 1


@pytest.mark.parametrize(
    "number", ["", "02903831234", "+1 202 555 0100", "091234567", "٠٩١٢٣٤٥٦٧٨", "0912345678\u200b"]
)
async def test_what_cannot_get_a_message_is_refused_at_the_field(
    shell: Shell, phone: Phone, number: str
):
    answer = await shell.ask(number)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/phone"
    assert phone.calls == 0


OPEN_REDIRECTS = [
    "//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example",
    "javascript:alert(1)", "/\t/evil.example", "", "inbox", "/a\r\nSet-Cookie:x=1", "/" + "a" * 600,
]  # fmt: skip


@pytest.mark.parametrize("target", OPEN_REDIRECTS)
async def test_next_stays_inside_the_shell(shell: Shell, phone: Phone, target: str):
    asked = await shell.write("/api/v1/session/otp", {"phone": NUMBER, "next": target})
    assert asked.status_code == 422
    assert errors(asked) == [("/next", "path_format")]
    assert phone.calls == 0
    screen = await shell.get(f"/api/v1/screens/sign-in?next={quote(target)}")
    assert screen.json()["blocks"][0]["submit"]["action"]["body"] == {"next": "/"}


async def test_unknown_members_of_a_body_are_refused(shell: Shell):
    answer = await shell.write("/api/v1/session/otp", {"phone": NUMBER, "assurance": 2})
    assert answer.status_code == 400


async def test_old_codes_are_removed(shell: Shell, engines: Engines, clock: HeldClock):
    await shell.ask("0911111111")
    clock.move(timedelta(days=2))
    await shell.ask("0922222222")
    assert await engines.pool.fetchval("select count(*) from otp_challenge") == 1
