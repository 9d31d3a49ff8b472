"""Two people, one text: whatever anybody tries, in whatever order, and at once."""

import asyncio
from collections.abc import Awaitable
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from camaug.agencies.seed import agency_id
from camaug.kernel.web import Engines
from camaug.notices import announcement_actions as actions
from camaug.notices import announcement_queries as queries
from camaug.notices import announcement_sending
from camaug.notices.announcement_queue import AnnounceJob
from camaug.notices.announcement_schemas import Seen
from camaug.notices.announcement_states import TRANSITIONS, Act, State, possible
from camaug_sdk.problems import Conflict, Forbidden, NotFound, Problem
from camaug_sdk.records import StaffMember

from .announcing import (
    AN_XUYEN,
    ELSEWHERE,
    NOW,
    approved,
    got,
    key,
    operator,
    people,
    rewriting,
    seen,
    send_next,
    submitted,
    written,
)

GONE_OUT = {"approved", "sending", "sent", "stopped"}


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9)), max_size=30))
def test_in_the_table_nothing_is_sent_without_the_other_and_no_edit_survives_approval(
    choices: list[tuple[bool, int]],
) -> None:
    state: State = "draft"
    approved_since_edit = False
    for author, choice in choices:
        acts: list[Act] = possible(state, author=author)
        acts += [act for act, rule in TRANSITIONS.items()
                 if rule.by == "system" and state in rule.start]  # fmt: skip
        if not acts:
            continue
        act = acts[choice % len(acts)]
        if act in ("write", "void"):
            approved_since_edit = False
        if act == "approve":
            assert not author
            approved_since_edit = True
        state = TRANSITIONS[act].to
        assert approved_since_edit or state not in GONE_OUT
    if state in ("sent", "stopped", "withdrawn"):
        assert possible(state, author=True) == possible(state, author=False) == []


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["author", "other", "officer"]),
            st.sampled_from(["write", "submit", "approve", "withdraw", "stop", "send"]),
        ),
        min_size=4,
        max_size=14,
    )
)
async def test_no_history_in_the_database_sends_what_a_second_person_did_not_approve(
    engines: Engines, steps: list[tuple[str, str]]
) -> None:
    """Against a model of what was approved, kept apart from the code under test."""
    who = {
        "author": await operator(engines),
        "other": await operator(engines),
        "officer": await operator(engines, "officer"),
    }
    await people(engines, AN_XUYEN)
    announcement_id = await written(engines, who["author"])
    approved_text: str | None = None
    for number, (person, act) in enumerate(steps):
        before = await got(engines, announcement_id)
        try:
            await _do(engines, who[person], act, announcement_id, f"Bản {number}")
        except (Conflict, Forbidden):
            assert await got(engines, announcement_id) == before
            continue
        if act == "approve":
            assert person == "other"
            approved_text = before.title_vi
        elif act == "write":
            approved_text = None
        after = await got(engines, announcement_id)
        if after.state in GONE_OUT:
            assert after.title_vi == approved_text
            assert after.approver_name is not None


async def _do(
    engines: Engines, who: StaffMember, act: str, announcement_id: UUID, title: str
) -> None:
    ends = {"withdraw": actions.withdraw, "stop": actions.stop}
    if act == "send":
        await send_next(engines, None, announcement_id, 1)
    elif act in ends:
        await ends[act](engines, who, announcement_id, key())
    elif act == "write":
        new = await rewriting(engines, announcement_id, title_vi=title)
        await actions.rewrite(engines, who, announcement_id, new, key())
    elif act == "submit":
        now = await seen(engines, announcement_id)
        await actions.submit(engines, who, announcement_id, now, key())
    else:
        now = await seen(engines, announcement_id)
        await actions.approve(engines, who, announcement_id, NOW, now, key())


async def _all(*acts: Awaitable[object]) -> list[object]:
    """Outcomes of acts done at once."""
    return list(await asyncio.gather(*acts, return_exceptions=True))


@pytest.mark.parametrize("_", range(8))
async def test_two_approvals_and_a_withdrawal_at_once_leave_one_legal_history(
    engines: Engines, _: int
) -> None:
    author, one, two = [await operator(engines) for _ in range(3)]
    await people(engines, AN_XUYEN)
    announcement_id = await submitted(engines, author)
    now = await seen(engines, announcement_id)
    approvals = [
        actions.approve(engines, who, announcement_id, NOW, now, key()) for who in (one, two)
    ]
    ended = await _all(*approvals, actions.withdraw(engines, author, announcement_id, key()))
    assert sum(isinstance(one, Exception) for one in ended[:2]) >= 1
    assert all(isinstance(one, Conflict) for one in ended if isinstance(one, Exception))
    assert await _told(engines, announcement_id) in (
        ["written", "submitted", "withdrawn"],
        ["written", "submitted", "approved", "withdrawn"],
    )
    assert (await send_next(engines, None, announcement_id)).state == "withdrawn"


async def test_an_edit_and_an_approval_at_once_never_approve_the_new_text(
    engines: Engines,
) -> None:
    author, other = await operator(engines), await operator(engines)
    await people(engines, AN_XUYEN)
    for number in range(6):
        announcement_id = await submitted(engines, author)
        now, new = await seen(engines, announcement_id), f"Khác {number}"
        change = await rewriting(engines, announcement_id, title_vi=new)
        await _all(
            actions.rewrite(engines, author, announcement_id, change, key()),
            actions.approve(engines, other, announcement_id, NOW, now, key()),
        )
        found = await got(engines, announcement_id)
        assert (found.state, found.title_vi) == ("draft", new)
        assert (await send_next(engines, None, announcement_id)).state == "draft"


async def _told(engines: Engines, announcement_id: UUID) -> list[str]:
    """The acts, out of the audit."""
    async with engines.pool.acquire() as conn:
        story = await queries.story(conn, announcement_id)
        events = await conn.fetchval(
            "select count(*) from event where data ->> 'announcement_id' = $1",
            str(announcement_id),
        )
    assert events == len(story)
    return [one.action.removeprefix("announcement.") for one in story]


async def test_the_author_cannot_approve_even_past_the_code(engines: Engines) -> None:
    author = await operator(engines)
    await people(engines, AN_XUYEN)
    announcement_id = await submitted(engines, author)
    now = await seen(engines, announcement_id)
    with pytest.raises(Forbidden):
        await actions.approve(engines, author, announcement_id, NOW, now, key())
    async with engines.pool.acquire() as conn:
        with pytest.raises(asyncpg.CheckViolationError, match="announcement_two_people"):
            await conn.execute(
                "update announcement set state = 'approved', approved_by = author_id,"
                " approved_hash = content_hash where announcement_id = $1",
                announcement_id,
            )


async def test_an_approval_is_of_the_content_and_audience_that_were_seen(
    engines: Engines,
) -> None:
    author, other = await operator(engines), await operator(engines)
    await people(engines, AN_XUYEN, 3)
    announcement_id = await submitted(engines, author)
    now = await seen(engines, announcement_id)
    assert now.audience == 3
    stale = Seen(content="0" * 64, audience=3)
    with pytest.raises(Conflict):
        await actions.approve(engines, other, announcement_id, NOW, stale, key())
    await people(engines, AN_XUYEN)
    with pytest.raises(Conflict) as caught:
        await actions.approve(engines, other, announcement_id, NOW, now, key())
    assert (caught.value.code, caught.value.texts) == ("announcement_audience", {"n": 4})
    now = await seen(engines, announcement_id)
    await actions.approve(engines, other, announcement_id, NOW, now, key())
    assert (await got(engines, announcement_id)).audience == 4


async def test_text_changed_behind_the_applications_back_is_not_sent(engines: Engines) -> None:
    author, other = await operator(engines), await operator(engines)
    await people(engines, AN_XUYEN)
    announcement_id = await approved(engines, author, other)
    async with engines.pool.acquire() as conn:
        await conn.execute("update announcement set text_vi = 'Chuyển tiền ngay'")
    assert (await send_next(engines, None, announcement_id)).state == "waiting"
    assert (await _told(engines, announcement_id))[-1] == "approval_voided"


@pytest.mark.parametrize("who", [0, 1])
async def test_the_approval_of_somebody_who_is_no_operator_any_more_is_void(
    engines: Engines, who: int
) -> None:
    both = [await operator(engines), await operator(engines)]
    await people(engines, AN_XUYEN)
    announcement_id = await approved(engines, *both)
    async with engines.pool.acquire() as conn:
        await conn.execute(
            "update assignment set valid_until = $2 where staff_id = $1",
            both[who].staff_id,
            engines.clock.now() - timedelta(seconds=1),
        )
    assert (await send_next(engines, None, announcement_id)).state == "waiting"


async def test_a_withdrawn_or_rewritten_announcement_has_no_job_that_sends_it(
    engines: Engines,
) -> None:
    author, other = await operator(engines), await operator(engines)
    await people(engines, AN_XUYEN)
    announcement_id = await approved(engines, author, other)
    old = AnnounceJob(announcement_id=announcement_id, version=1)
    change = await rewriting(engines, announcement_id, title_vi="Bản hai")
    await actions.rewrite(engines, author, announcement_id, change, key())
    now = await seen(engines, announcement_id)
    await actions.submit(engines, author, announcement_id, now, key())
    await actions.approve(engines, other, announcement_id, NOW, now, key())
    await announcement_sending.send(engines, None, NOW, old)
    assert (await got(engines, announcement_id)).state == "approved"


async def test_a_repeated_act_is_done_once_and_gives_the_same_answer(engines: Engines) -> None:
    author, other = await operator(engines), await operator(engines)
    await people(engines, AN_XUYEN)
    announcement_id = await submitted(engines, author)
    now, used = await seen(engines, announcement_id), key()
    first = await actions.approve(engines, other, announcement_id, NOW, now, used)
    again = await actions.approve(engines, other, announcement_id, NOW, now, used)
    assert first == again
    assert isinstance(first.send_after, datetime)
    assert (await _told(engines, announcement_id)).count("approved") == 1


async def test_nobody_to_reach_is_no_announcement(engines: Engines) -> None:
    author = await operator(engines)
    announcement_id = await written(engines, author, communes=[ELSEWHERE])
    now = await seen(engines, announcement_id)
    with pytest.raises(Problem) as caught:
        await actions.submit(engines, author, announcement_id, now, key())
    assert caught.value.code == "announcement_nobody"


async def test_an_announcement_of_another_agency_is_not_there(engines: Engines) -> None:
    author = await operator(engines)
    commune = await operator(engines, agency=agency_id("people_committee", AN_XUYEN))
    await people(engines, AN_XUYEN)
    announcement_id = await submitted(engines, author)
    now = await seen(engines, announcement_id)
    with pytest.raises(NotFound):
        await actions.approve(engines, commune, announcement_id, NOW, now, key())
    with pytest.raises(NotFound):
        await actions.withdraw(engines, commune, announcement_id, key())
    with pytest.raises(Problem) as caught:
        await written(engines, commune)
    assert [one.code for one in caught.value.errors] == ["not_your_commune"]
    own = await written(engines, commune, scope="all", communes=None)
    async with engines.pool.acquire() as conn:
        communes = await conn.fetchval(
            "select communes from announcement where announcement_id = $1", own
        )
    assert communes == [AN_XUYEN]
