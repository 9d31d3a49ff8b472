"""Plugins behind the mount: who gets in, what comes out, what an error of one does to others."""

import asyncio
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from camaug.audit.actions import SYSTEM
from camaug.kernel import db
from camaug.plugins import actions, gate, guard, mount, rates
from camaug_sdk.records import Caller
from camaug_sdk.screens import MEDIA_TYPE

from .conftest import GOOD, Served, Site, citizen, manifest, officer

Start = Callable[[], Awaitable[Served]]
SOURCE = """
import asyncio
import threading
from uuid import UUID
from litestar import Response, get, post
from litestar.params import FromPath, JSONBody
import msgspec
from camaug_sdk import (
    AppContext, FieldError, IdempotencyKey, Invalid, Me, NotFound, Officer, Outcome, Plugin,
    Screen, Toast, Visitor,
)
from camaug_sdk.screens import Text

class Order(msgspec.Struct, forbid_unknown_fields=True):
    count: int

def page(language, title):
    return Screen(title=title, lang=language, blocks=[])

@get("/")
async def show_home(app: AppContext, visitor: Visitor) -> Screen:
    return page(visitor.language, app.i18n.text(visitor.language, "home.title"))

@get("/mine")
async def show_mine(me: Me) -> Screen:
    return page("vi", str(me.citizen_id))

@get("/items/{item_id:uuid}")
async def show_item(item_id: FromPath[UUID]) -> Screen:
    raise NotFound

@post("/orders")
async def place_order(me: Me, key: IdempotencyKey, data: JSONBody[Order]) -> Outcome:
    if data.count > 3:
        raise Invalid(errors=[FieldError(pointer="/count", code="too_greedy", args={"most": 3})])
    return Outcome(toast=Toast(text=key))

@get("/file")
async def read_file() -> Response[bytes]:
    return Response(b"x", headers={"Set-Cookie": "a=b", "Content-Security-Policy": "none"})

@get("/people")
async def touch_people(app: AppContext, me: Me) -> Screen:
    services = app
    await services.people.profile(me)

@get("/clock")
async def show_clock(app: AppContext) -> Screen:
    return page("vi", app.clock.now().isoformat())

@get("/lies")
async def lie() -> Screen:
    return {"secret": 1}

@get("/page", media_type="text/html")
async def send_page() -> Response[bytes]:
    headers = {"Content-Length": "1", "X-Own": "a"}
    return Response(b"<script>1</script>", media_type="text/html", headers=headers)

@get("/wrong")
async def be_wrong() -> Screen:
    return Screen(title=["secret"], lang="vi", blocks=[])

@get("/wrong-block")
async def be_wrong_below() -> Screen:
    return Screen(title="secret", lang="vi", blocks=[{"type": "secret"}])

@get("/big")
async def be_big() -> Screen:
    return Screen(title="secret", lang="vi", blocks=[Text(text="x" * 50_000_000)])

@get("/big-file")
async def send_much() -> Response[bytes]:
    return Response(bytes(50_000_000))

@get("/raises")
async def fail() -> Screen:
    raise RuntimeError("secret words")

@get("/exits")
async def leave() -> Screen:
    raise SystemExit(1)

@get("/interrupts", sync_to_thread=True)
def interrupt() -> Screen:
    raise KeyboardInterrupt

@get("/cancels")
async def cancel() -> Screen:
    raise asyncio.CancelledError

@get("/hangs")
async def hang() -> Screen:
    await asyncio.sleep(60)

@get("/")
async def show_desk(officer: Officer) -> Screen:
    return page("vi", "Desk")

plugin = Plugin(
    routes=[show_home, show_mine, show_item, place_order, read_file, touch_people, show_clock,
            send_page, lie, fail, be_wrong, be_wrong_below, be_big, send_much, leave,
            interrupt, cancel, hang],
    desk=[show_desk],
)
"""
TEXTS = {
    "vi": {"home.title": "Trang chính", "field.too_greedy": "Nhiều nhất {most}"},
    "en": {"home.title": "Front page", "field.too_greedy": "At most {most}"},
}


def install(site: Site, **own: Any) -> None:
    site.add("first-one", SOURCE, texts=TEXTS, says=manifest("first-one", **own))
    site.add("good-one")


async def test_a_screen_has_its_media_type_and_an_etag_that_spares_the_body(
    site: Site, plugin_host: Start
):
    install(site)
    served = await plugin_host()
    shown = await served.get("first-one/")
    assert shown.status_code == 200
    assert shown.headers["content-type"] == MEDIA_TYPE
    assert shown.headers["cache-control"] == "private, no-cache"
    assert shown.headers["vary"] == "Authorization, Accept-Language"
    assert shown.json()["title"] == "Trang chính"
    again = await served.get("first-one", if_none_match=shown.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    served.caller = Caller(language="en")
    assert (await served.get("first-one/")).json()["title"] == "Front page"


async def test_sign_in_is_asked_by_the_arguments_of_the_handler(site: Site, plugin_host: Start):
    install(site)
    served = await plugin_host()
    assert (await served.get("first-one/mine")).status_code == 401
    served.caller = officer("officer")
    assert (await served.get("first-one/mine")).status_code == 403
    served.caller = citizen()
    shown = await served.get("first-one/mine")
    assert served.caller.me is not None
    assert shown.json()["title"] == str(served.caller.me.citizen_id)


async def test_what_another_has_changed_for_all_is_put_back_and_blames_nobody(
    site: Site, plugin_host: Start
):
    install(site)
    served = await plugin_host()
    served.caller = citizen()
    for _ in range(30):
        sys.setrecursionlimit(guard.DEPTH + 1)  # as a task of another utility might
        assert (await served.get("first-one/mine")).status_code == 200
        assert sys.getrecursionlimit() == guard.DEPTH
    assert (await served.get("first-one/mine")).status_code == 200


async def test_a_person_who_calls_too_often_is_told_when_to_come_back(
    site: Site, plugin_host: Start, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(rates, "AT_ONCE", 3.0)
    stands = (lambda: 0.0,)  # however slow the machine, no bucket fills meanwhile
    monkeypatch.setattr(rates.Rates.__init__, "__defaults__", stands)
    install(site)
    served = await plugin_host()
    served.caller = citizen()
    answers = [await served.get("first-one/mine") for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    told = answers[-1]
    assert (told.json()["code"], told.headers["Retry-After"]) == ("plugin_rate", "1")
    assert "600" in told.json()["detail"]
    served.caller = citizen()
    assert (await served.get("first-one/mine")).status_code == 200


async def test_a_utility_that_requires_sign_in_asks_at_every_address(
    site: Site, plugin_host: Start
):
    install(site, sign_in="required")
    served = await plugin_host()
    assert (await served.get("first-one/")).status_code == 401
    served.caller = citizen()
    assert (await served.get("first-one/")).status_code == 200


async def test_the_desk_is_for_officers_with_one_of_its_roles(site: Site, plugin_host: Start):
    role = {"role": "triage", "name": {"vi": "Phân loại", "en": "Triage"}}
    install(site, audience=["citizen", "officer"], desk_roles=[role])
    served = await plugin_host()
    got = {}
    for name, caller in {
        "nobody": Caller(language="vi"),
        "citizen": citizen(),
        "another": officer("officer"),
        "holder": officer("triage"),
    }.items():
        served.caller = caller
        got[name] = (await served.get("first-one/desk/")).status_code
    assert got == {"nobody": 401, "citizen": 403, "another": 403, "holder": 200}


async def test_a_write_needs_a_key_and_says_what_is_wrong_in_the_plugins_words(
    site: Site, plugin_host: Start
):
    install(site)
    served = await plugin_host()
    served.caller = citizen()

    async def order(body: str, **headers: str) -> httpx.Response:
        return await served.ask("POST", "first-one/orders", body, **headers)

    assert (await order('{"count": 1}')).json()["code"] == "key_missing"
    done = await order('{"count": 1}', idempotency_key="abcdefgh")
    assert (done.status_code, done.json()["toast"]["text"]) == (200, "abcdefgh")
    greedy = await order('{"count": 4}', idempotency_key="abcdefgh", accept_language="en")
    assert greedy.status_code == 422
    assert greedy.json()["errors"] == [
        {"pointer": "/count", "code": "too_greedy", "message": "At most 3"}
    ]
    strange = await order('{"count": 1, "paid": true}', idempotency_key="abcdefgh")
    assert strange.status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "lies", "raises", "exits", "interrupts", "cancels",
        "wrong", "wrong-block", "big", "big-file",
    ],
)  # fmt: skip
async def test_whatever_a_handler_raises_is_a_500_of_its_own_only(
    site: Site, plugin_host: Start, path: str
):
    install(site)
    served = await plugin_host()
    failed = await served.get(f"first-one/{path}")
    assert (failed.status_code, failed.json()["code"]) == (500, "internal")
    assert "secret" not in failed.text
    assert (await served.get("first-one/")).status_code == 200
    assert (await served.get("good-one/")).status_code == 200


def limit(monkeypatch: pytest.MonkeyPatch, **limits: float) -> None:
    """Narrower gates for the plugins of this test."""
    monkeypatch.setattr(gate.Gate.__init__, "__kwdefaults__", limits)


async def imported(served: Served, *plugins: str) -> None:
    """Until each of them serves: what it takes to import one is no part of a call's time."""
    async with asyncio.timeout(30):
        for one in plugins:
            while (await served.get(f"{one}/")).status_code != 200:  # noqa: ASYNC110
                await asyncio.sleep(0.02)


async def test_a_handler_that_hangs_is_answered_for_in_time(
    site: Site, plugin_host: Start, monkeypatch: pytest.MonkeyPatch
):
    limit(monkeypatch, deadline=0.5, room=2, most_waiting=0, wait=1)
    install(site)
    served = await plugin_host()
    await imported(served, "first-one", "good-one")
    late, other, *turned_away = await asyncio.gather(
        served.get("first-one/hangs"),
        served.get("first-one/hangs"),
        served.get("first-one/"),
        served.get("first-one/clock"),
        served.get("good-one/"),
    )
    assert (late.status_code, other.status_code) == (504, 504)
    assert late.json()["code"] == "plugin_deadline"
    assert [one.status_code for one in turned_away] == [503, 503, 200]
    assert turned_away[0].json()["code"] == "plugin_busy"
    assert turned_away[0].headers["retry-after"] == "1"
    assert (await served.get("first-one/")).status_code == 200


async def test_a_call_waits_for_room_but_not_for_ever(
    site: Site, plugin_host: Start, monkeypatch: pytest.MonkeyPatch
):
    limit(monkeypatch, deadline=1.2, room=1, most_waiting=2, wait=1.8)
    install(site)
    served = await plugin_host()
    await imported(served, "first-one")
    calls = [served.get(f"first-one/{path}") for path in ("hangs", "hangs", "", "")]
    answers = await asyncio.gather(*calls)
    # The second hangs too: the third would wait 2.4 s and gives up; the fourth finds the line full.
    assert [one.status_code for one in answers] == [504, 504, 503, 503]
    hangs, clock = await asyncio.gather(served.get("first-one/hangs"), served.get("first-one/"))
    assert (hangs.status_code, clock.status_code) == (504, 200)


async def test_an_answer_carries_no_cookie_and_no_policy_of_the_plugin(
    site: Site, plugin_host: Start
):
    install(site)
    served = await plugin_host()
    file = await served.get("first-one/file")
    assert file.content == b"x"
    assert set(file.headers) == {"content-type", "content-length", "cache-control"}
    assert file.headers["cache-control"] == "private, no-store"


async def test_a_page_with_a_script_is_a_file_to_save_and_its_length_is_counted(
    site: Site, plugin_host: Start
):
    install(site)
    served = await plugin_host()
    sent = await served.get("first-one/page")
    assert sent.headers["content-type"] == "application/octet-stream"
    assert sent.headers["content-disposition"] == "attachment"
    assert sent.headers.get_list("content-length") == ["18"]
    assert "x-own" not in sent.headers


async def test_a_service_that_was_not_asked_for_is_not_granted(site: Site, plugin_host: Start):
    install(site)
    served = await plugin_host()
    served.caller = citizen()
    refused = await served.get("first-one/people")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_granted")


async def test_addresses_that_nobody_has_are_404_and_metrics_know_the_template(
    site: Site, plugin_host: Start
):
    install(site)
    served = await plugin_host()
    item = "first-one/items/019ab3f0-0000-7000-8000-000000000000"
    assert (await served.get(item)).status_code == 404
    assert served.state["route"] == "/api/v1/apps/first-one/items/{item_id}"
    assert (await served.get("first-one/nowhere/at/all")).status_code == 404
    assert served.state["route"] == "/api/v1/apps/first-one/*"
    assert (await served.get("no-one/")).status_code == 404
    assert served.state["route"] == "/api/v1/apps/unknown"
    assert (await served.get("")).status_code == 404
    assert (await served.ask("POST", "first-one/")).status_code == 405


async def test_disabling_and_enabling_need_no_restart(site: Site, plugin_host: Start):
    install(site)
    served = await plugin_host()
    now, pool = served.engines.clock.now(), served.engines.pool
    assert (await served.get("first-one/")).status_code == 200
    async with db.transaction(pool) as conn:
        await actions.disable(conn, "first-one", SYSTEM, "an error in the texts", now)
    await served.host.refresh()
    gone = await served.get("first-one/")
    assert (gone.status_code, gone.json()["code"]) == (503, "plugin_disabled")
    assert (await served.get("good-one/")).status_code == 200
    async with db.transaction(pool) as conn:
        await actions.enable(conn, "first-one", SYSTEM, "corrected", now)
    await served.host.refresh()
    assert (await served.get("first-one/")).status_code == 200


async def test_files_that_changed_after_the_check_are_not_run(site: Site, plugin_host: Start):
    install(site)
    served = await plugin_host()
    (site.folder / "camaug_first_one" / "__init__.py").write_text(GOOD)
    refused = await served.get("first-one/")
    assert (refused.status_code, refused.json()["code"]) == (503, "plugin_refused")
    assert (await served.get("good-one/")).status_code == 200


async def test_an_import_that_fails_only_here_leaves_the_process_alone(
    site: Site, plugin_host: Start
):
    source = "import sys\nif 'camaug.app' in sys.modules or 'pytest' in sys.modules:\n"
    site.add("bad-one", source + "    raise SystemExit(1)\n" + SOURCE, texts=TEXTS)
    site.add("good-one")
    served = await plugin_host()
    for _ in range(2):
        assert (await served.get("bad-one/")).json()["code"] == "plugin_refused"
    assert (await served.get("good-one/")).status_code == 200


async def test_an_import_that_hangs_only_here_holds_nobody_else(
    site: Site, plugin_host: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    limit(monkeypatch, deadline=0.5, room=2, most_waiting=0, wait=1)
    goes_on = tmp_path / "goes-on"
    source = f"import os, sys, time\nwhile not os.path.exists({str(goes_on)!r}):\n"
    source += "    if 'pytest' not in sys.modules:\n        break\n    time.sleep(0.02)\n"
    site.add("slow-one", source + GOOD)
    site.add("good-one")
    served = await plugin_host()
    await imported(served, "good-one")
    late, other = await asyncio.gather(served.get("slow-one/"), served.get("good-one/"))
    assert (late.status_code, other.status_code) == (504, 200)
    assert (await served.get("slow-one/")).status_code == 504
    assert [one.name for one in threading.enumerate()].count("plugin import") == 1
    goes_on.touch()
    await imported(served, "slow-one")


async def test_the_states_are_read_again_by_themselves(
    site: Site, plugin_host: Start, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(mount, "REFRESH_SECONDS", 0.05)
    site.add("good-one")
    served = await plugin_host()
    async with db.transaction(served.engines.pool) as conn:
        await actions.disable(conn, "good-one", SYSTEM, "x", served.engines.clock.now())
    async with asyncio.timeout(30):
        while (await served.get("good-one/")).status_code != 503:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
