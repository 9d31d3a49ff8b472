"""The inbox, reading it, and the live stream."""

from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import Stream

from camaug.identity.tokens import FromTokens
from camaug.kernel.web import AnyRequest, FromEngines
from camaug.notices import (
    actions,
    announcement_inbox,
    announcement_routes,
    desk_routes,
    queries,
    screens,
)
from camaug.notices.live import Follower, FromLive
from camaug.notices.schemas import ReadUpTo
from camaug_sdk.actions import Go, Outcome, Refresh, Toast
from camaug_sdk.context import Me, Visitor
from camaug_sdk.problems import Unauthenticated
from camaug_sdk.records import Caller
from camaug_sdk.screens import Screen

PAGE = 20
Before = Annotated[int | None, QueryParameter(ge=0, le=2**53)]
"""Number of the last notice, or announcement, shown on the page before."""
STREAM = "text/event-stream"
LONGEST_ID = 15
"""Digits of a stream's id; a longer one is not ours."""


@get("/api/v1/screens/inbox")
async def show_inbox(
    engines: FromEngines,
    me: Me,
    visitor: Visitor,
    after: Before = None,
    announced: Before = None,
) -> Screen:
    """The citizen's notices and announcements, newest first.

    `after` and `announced` are the numbers of the last notice and announcement shown before.
    """
    async with engines.pool.acquire() as conn:
        state = await queries.inbox(conn, me.citizen_id)
        unread = await announcement_inbox.unread(conn, me.citizen_id)
        notices = await queries.page(conn, me.citizen_id, after, PAGE + 1)
        told = await announcement_inbox.page(conn, me.citizen_id, announced, PAGE + 1)
    shown = screens.mixed(notices, told, (after, announced), PAGE)
    return screens.inbox(engines.texts, visitor.language, (state, unread), shown)


@post("/api/v1/notices/read", status_code=200)
async def read_notices(
    engines: FromEngines, me: Me, visitor: Visitor, data: JSONBody[ReadUpTo]
) -> Outcome:
    """Mark everything up to a number as read; repeating it is safe."""
    await actions.read_up_to(engines, me, data.up_to_seq, data.up_to_announcement)
    said = engines.texts.text(visitor.language, "inbox.all_read")
    return Outcome(then=Refresh(), toast=Toast(text=said))


@post("/api/v1/notices/{notice_id:uuid}/read", status_code=200)
async def open_notice(engines: FromEngines, me: Me, notice_id: FromPath[UUID]) -> Outcome:
    """Mark one notice as read and go where it leads; repeating it is safe."""
    opened = await actions.open_notice(engines, me, notice_id)
    return Outcome(then=Go(href=opened.href) if opened.href else Refresh())


@get("/api/v1/live", media_type=STREAM)
async def follow_live(
    request: AnyRequest, live: FromLive, tokens: FromTokens, visitor: Visitor
) -> Stream:
    """The stream of changes of a citizen's inbox, or of an officer's desks."""
    follower(visitor)
    token = request.headers["authorization"].partition(" ")[2]
    last = request.headers.get("last-event-id", "")
    last_id = int(last) if last.isdecimal() and len(last) <= LONGEST_ID else None

    async def who() -> Follower:
        return follower(await tokens.caller(token, visitor.language))

    return Stream(
        live.follow(last_id, who),
        media_type=STREAM,
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def follower(caller: Caller) -> Follower:
    """Whose changes the caller may follow. Raises `Unauthenticated` for nobody."""
    if caller.me is not None:
        return Follower(citizen_id=caller.me.citizen_id)
    if caller.officer is not None:
        agencies = caller.officer.agencies.values()
        return Follower(agency_ids=tuple(sorted({one for held in agencies for one in held})))
    raise Unauthenticated


routes = [
    show_inbox,
    read_notices,
    open_notice,
    follow_live,
    *announcement_routes.routes,
    *desk_routes.routes,
]
