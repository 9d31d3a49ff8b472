"""The main job through the plugins as installed: file, queue, accept, follow, on real engines."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar.types import Receive, Scope, Send

from camaug.kernel.ids import uuid7
from camaug.kernel.problems import Problems
from camaug.kernel.web import Engines
from camaug.plugins.actions import sync
from camaug.plugins.mount import PluginHost
from camaug_sdk.records import Caller, Person, StaffMember

from .conftest import AN_XUYEN, BIRTH, VALID, checked_file

pytestmark = pytest.mark.plugin
APPS = "/api/v1/apps"


async def nowhere(scope: Scope, _: Receive, __: Send) -> None:
    """What stands behind the plugins."""
    raise AssertionError(scope)


class Door:
    """The mount of all plugins, asked by whoever `caller` says."""

    def __init__(self, host: PluginHost, engines: Engines) -> None:
        self.caller = Caller(language="vi")
        self._app = host.in_front_of(nowhere, Problems(engines.texts))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        state = {"caller": self.caller, "request_id": "r"}
        await self._app({**scope, "state": state}, receive, send)  # type: ignore[typeddict-item]

    async def ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """The answer as JSON; `path` is an address of shell, console or API."""
        transport = httpx.ASGITransport(self)  # pyright: ignore[reportArgumentType]
        address = path if path.startswith("/api/v1") else f"{APPS}{path.removeprefix('/apps')}"
        headers = {"Idempotency-Key": str(uuid7())}
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            answered = await client.request(method, address, json=body, headers=headers)
        assert answered.status_code == 200, answered.text
        return answered.json()


@pytest.fixture
async def door(engines: Engines) -> AsyncIterator[Door]:
    await sync(engines.pool, engines.clock.now())
    host = PluginHost()
    async with host.running(engines):
        yield Door(host, engines)


def form_of(screen: dict[str, Any]) -> dict[str, Any]:
    return next(one for one in screen["blocks"] if one["type"] == "form")


async def answers(engines: Engines, me: Person, screen: dict[str, Any]) -> dict[str, Any]:
    """What a person puts into the form: no to every condition, a file for what is needed."""
    given: dict[str, Any] = {}
    for field in form_of(screen)["blocks"]:
        match field["type"]:
            case "choice-field":
                given[field["name"]] = field["choices"][-1]["value"]
            case "file-field" if field.get("required"):
                owned = await checked_file(engines, me.citizen_id, field["purpose"])
                given[field["name"]] = [str(owned)]
            case kind if kind.endswith("-field"):
                key = kind.removesuffix("-field").replace("-", "_")
                given[field["name"]] = VALID.get(key)
            case _:
                continue
    return {name: value for name, value in given.items() if value is not None}


async def file(door: Door, engines: Engines, me: Person) -> UUID:
    """Birth registration from its first screen to the receipt; the dossier's id."""
    screen = await door.ask("GET", f"/apps/submit-dossier/{BIRTH}")
    while "declaration" not in (body := await answers(engines, me, screen)):
        went = await door.ask("POST", form_of(screen)["submit"]["action"]["href"], body)
        screen = await door.ask("GET", went["then"]["href"])
    send = form_of(screen)["submit"]["action"]
    filed = await door.ask("POST", send["href"], send["body"] | {"declaration": True})
    receipt = await door.ask("GET", filed["then"]["href"])
    assert receipt["blocks"][0]["big"].endswith("-261124-0001")
    return UUID(filed["then"]["href"].rpartition("/")[2])


async def test_a_dossier_is_filed_accepted_and_followed(
    door: Door, engines: Engines, citizen: Person, officer: StaffMember
):
    door.caller = Caller(language="vi", me=citizen)
    dossier_id = await file(door, engines, citizen)
    mine = await door.ask("GET", "/apps/track-dossier/")
    assert [one["badge"]["label"] for one in mine["blocks"][0]["items"]] == [
        "Đã gửi, chờ tiếp nhận"
    ]

    door.caller = Caller(language="vi", officer=officer)
    queue = await door.ask("GET", "/apps/track-dossier/desk/?view=new")
    rows = next(one for one in queue["blocks"] if one["type"] == "table")["rows"]
    assert [one["key"] for one in rows] == [str(dossier_id)]
    assert rows[0]["cells"]["applicant"]["text"] == VALID["person_name"]
    send = rows[0]["buttons"][0]["action"]
    accepted = await door.ask("POST", send["href"], send["body"])
    assert accepted["then"] == {"type": "refresh"}
    desk = await door.ask("GET", f"/apps/track-dossier/desk/{dossier_id}")
    assert desk["primary"]["label"] == "Chuyển xử lý"

    door.caller = Caller(language="vi", me=citizen)
    followed = await door.ask("GET", f"/apps/track-dossier/{dossier_id}")
    card = followed["blocks"][0]
    assert card["big"] == "Hẹn trả 17:00 thứ Tư 25/11"
    told = next(one for one in followed["blocks"] if one["type"] == "timeline")["items"]
    assert [one["title"] for one in told[:2]] == ["Đã nộp trực tuyến", "Đã tiếp nhận"]


async def test_the_office_of_the_chosen_commune_is_shown_before_filing(door: Door, citizen: Person):
    door.caller = Caller(language="vi", me=citizen)
    await door.ask(
        "PUT", f"/apps/submit-dossier/{BIRTH}/steps/applicant", {"receiving_commune": AN_XUYEN}
    )
    review = await door.ask("GET", f"/apps/submit-dossier/{BIRTH}/review")
    assert "An Xuyên" in str(review["blocks"])
