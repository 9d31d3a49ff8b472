"""The console's page of utilities: who may, what is said, what is written."""

import typing
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import pytest

from camaug.app import catalogue
from camaug.kernel import db
from camaug.plugins import actions, console_actions, console_queries, console_screens
from camaug.plugins.accounting import Jobs, Use
from camaug.plugins.console_actions import Why
from camaug.plugins.schemas import Change, State, Trouble
from camaug_sdk.problems import Conflict, Forbidden, Invalid, NotFound
from camaug_sdk.records import StaffMember

from .conftest import Served, Site

Start = Callable[[], Awaitable[Served]]


@pytest.fixture
async def served(site: Site, plugin_host: Start) -> Served:
    """Two utilities."""
    site.add("first-one")
    site.add("good-one")
    return await plugin_host()


async def administrator(served: Served, *, top: bool = True) -> StaffMember:
    """Of an agency that is, or is not, below another."""
    async with served.engines.pool.acquire() as conn:
        ids = [uuid4(), uuid4()]
        for agency_id, parent in ((ids[0], None), (ids[1], ids[0])):
            await conn.execute(
                "insert into agency (agency_id, code, code_status, kind, name_vi, name_en,"
                " parent_id, valid_from, source) values ($1, $2, 'provisional',"
                " 'peoples_committee', 'Ủy ban', 'Committee', $3, '2026-01-01', 'test')",
                agency_id,
                str(agency_id)[-12:],
                parent,
            )
        staff_id: UUID = await conn.fetchval(
            "insert into staff (staff_id, login, password_hash, full_name, created_at)"
            " values ($1, $2, '', 'Trần Hoàng Dự', now()) returning staff_id",
            uuid4(),
            f"qt-{str(ids[0])[-8:]}",
        )
    return StaffMember(
        staff_id=staff_id,
        session_id=uuid4(),
        agencies={"administrator": (ids[0] if top else ids[1],)},
    )


async def turn(
    served: Served,
    who: StaffMember,
    to: typing.Literal["disable", "enable"],
    why: str = "đang sửa",
    key: str = "k",
) -> Change:
    return await console_actions.turn(served.engines, who, "first-one", to, Why(reason=why), key)


async def test_turning_off_and_on_is_told_to_the_history_with_name_and_reason(served: Served):
    who = await administrator(served)
    assert (await turn(served, who, "disable")).to_state == "disabled"
    await served.host.refresh()
    assert (await served.get("first-one/")).json()["code"] == "plugin_disabled"
    assert (await served.get("good-one/")).status_code == 200
    assert (await turn(served, who, "enable", key="l")).to_state == "active"
    await served.host.refresh()
    assert (await served.get("first-one/")).status_code == 200
    async with served.engines.pool.acquire() as conn:
        history = await console_queries.history(conn, "first-one")
        line = await console_queries.line(conn, "first-one", "vi")
    assert [(one.to_state, one.note, one.who) for one in history] == [
        ("active", None, None),
        ("disabled", "đang sửa", "Trần Hoàng Dự"),
        ("active", "đang sửa", "Trần Hoàng Dự"),
    ]
    shown = str(
        console_screens.one(
            served.engines.texts, "vi", line, history, (Use(), Jobs(waiting=0, dead=0))
        )
    )
    assert "Quản trị viên tắt · đang sửa · Trần Hoàng Dự" in shown


async def test_the_same_key_acts_once(served: Served):
    who = await administrator(served)
    await turn(served, who, "disable")
    await turn(served, who, "disable")
    async with served.engines.pool.acquire() as conn:
        assert len(await console_queries.history(conn, "first-one")) == 2
    with pytest.raises((Invalid, Conflict)):
        await turn(served, who, "disable", "khác")


async def test_only_administrators_of_the_province(served: Served):
    below = await administrator(served, top=False)
    nobody = StaffMember(staff_id=uuid4(), session_id=uuid4(), agencies={})
    for who in (below, nobody):
        with pytest.raises(Forbidden):
            await turn(served, who, "disable")
    async with served.engines.pool.acquire() as conn:
        assert len(await console_queries.history(conn, "first-one")) == 1


@pytest.mark.parametrize("why", ["", "  ", "x" * 201, "a\u202eb"])
async def test_the_reason_must_say_something(served: Served, why: str):
    who = await administrator(served)
    with pytest.raises(Invalid) as refused:
        await turn(served, who, "disable", why)
    assert [one.pointer for one in refused.value.errors] == ["/reason"]


async def test_a_utility_that_nobody_has_is_not_found(served: Served):
    who = await administrator(served)
    with pytest.raises(NotFound):
        await console_actions.turn(served.engines, who, "no-such", "disable", Why(reason="x"), "k")


async def test_what_is_in_trouble_comes_first_with_its_reason_in_words(served: Served):
    now = served.engines.clock.now()
    async with db.transaction(served.engines.pool) as conn:
        await actions.suspend(conn, "good-one", "failing", "10/10", now)
    async with served.engines.pool.acquire() as conn:
        lines = await console_queries.lines(conn, "en")
        line = await console_queries.line(conn, "good-one", "en")
        history = await console_queries.history(conn, "good-one")
    assert lines[0].plugin_id == "good-one"
    listed = str(console_screens.listing(served.engines.texts, "en", lines))
    assert "Too many calls failed" in listed
    page = console_screens.one(
        served.engines.texts, "en", line, history, (Use(), Jobs(waiting=0, dead=0))
    )
    assert "Resumes by itself at" in str(page)
    assert "10/10 · the system" in str(page)


def test_every_reason_and_state_has_words() -> None:
    texts = catalogue()
    for language in ("vi", "en"):
        for state in typing.get_args(State):
            assert texts.text(language, f"plugins.state.{state}")
        for trouble in typing.get_args(Trouble):
            assert texts.text(language, f"plugins.reason.{trouble}")
