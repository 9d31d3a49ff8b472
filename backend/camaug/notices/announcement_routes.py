"""Announcements on the wire: the operators' side in the console, the page that citizens read."""

from typing import Annotated
from uuid import UUID

from litestar import get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter

from camaug.identity.guards import Proven
from camaug.kernel.web import FromEngines
from camaug.notices import announcement_actions as actions
from camaug.notices import announcement_inbox, announcement_report, announcement_screens
from camaug.notices import announcement_queries as queries
from camaug.notices.announcement_pacing import FromPacing
from camaug.notices.announcement_schemas import Done, NewAnnouncement, Nothing, Rewriting, Seen
from camaug_sdk.actions import Go, Outcome, Refresh, Toast
from camaug_sdk.context import IdempotencyKey, Me, Officer, Visitor
from camaug_sdk.problems import NotFound
from camaug_sdk.records import Caller
from camaug_sdk.screens import Screen

PAGE = 30
After = Annotated[UUID | None, QueryParameter()]
"""Id of the last announcement shown on the page before."""
CONSOLE = announcement_screens.CONSOLE
Id = FromPath[UUID]


@get("/api/v1/screens/console/announcements")
async def list_announcements(
    engines: FromEngines, officer: Officer, visitor: Visitor, after: After = None
) -> Screen:
    """The announcements of the operator's agencies, newest first."""
    own = actions.agencies(officer)
    async with engines.pool.acquire() as conn:
        lines = await queries.page(conn, own, after, PAGE + 1)
        places = await queries.places(conn, own)
    return announcement_screens.listed(engines.texts, visitor.language, lines, places, PAGE)


@get("/api/v1/screens/console/announcements/new")
async def show_new_announcement(engines: FromEngines, officer: Officer, visitor: Visitor) -> Screen:
    """An empty announcement as a form."""
    async with engines.pool.acquire() as conn:
        places = await queries.places(conn, actions.agencies(officer))
    return announcement_screens.form(engines.texts, visitor.language, places, None)


@get("/api/v1/screens/console/announcements/{announcement_id:uuid}/edit")
async def show_announcement_form(
    engines: FromEngines, officer: Officer, visitor: Visitor, announcement_id: Id
) -> Screen:
    """An own announcement as a form."""
    own = actions.agencies(officer)
    async with engines.pool.acquire() as conn:
        found = await queries.get(conn, announcement_id, own)
        places = await queries.places(conn, own)
    if found.author_id != officer.staff_id:
        raise NotFound
    return announcement_screens.form(engines.texts, visitor.language, places, found)


@get("/api/v1/screens/console/announcements/{announcement_id:uuid}")
async def show_announcement(
    engines: FromEngines,
    officer: Officer,
    visitor: Visitor,
    pacing: FromPacing,
    announcement_id: Id,
) -> Screen:
    """What it says, whom it reaches, what happened, and what this operator may do now."""
    own = actions.agencies(officer)
    async with engines.pool.acquire() as conn:
        found = await queries.get(conn, announcement_id, own)
        view = announcement_report.View(
            found=found,
            mine=found.author_id == officer.staff_id,
            audience=await queries.audience(conn, found.communes),
            places=await queries.places(conn, own),
            story=await queries.story(conn, announcement_id),
            outcomes=await queries.outcomes(conn, announcement_id),
            reach=await queries.reach(conn, announcement_id),
            send_after=pacing.send_after(engines.clock.now()),
        )
    return announcement_report.shown(engines.texts, visitor.language, pacing, view)


@post("/api/v1/announcements", status_code=200)
async def write_announcement(
    engines: FromEngines,
    officer: Officer,
    visitor: Visitor,
    key: IdempotencyKey,
    data: JSONBody[NewAnnouncement],
) -> Outcome:
    """Write a draft; every error at once."""
    done = await actions.create(engines, officer, data, key)
    return _said(engines, visitor, "written", done)


@put("/api/v1/announcements/{announcement_id:uuid}")
async def rewrite_announcement(
    engines: FromEngines,
    officer: Officer,
    visitor: Visitor,
    key: IdempotencyKey,
    announcement_id: Id,
    data: JSONBody[Rewriting],
) -> Outcome:
    """Another content; it is a draft again."""
    done = await actions.rewrite(engines, officer, announcement_id, data, key)
    return _said(engines, visitor, "written", done)


@post("/api/v1/announcements/{announcement_id:uuid}/submit", status_code=200)
async def submit_announcement(
    engines: FromEngines,
    officer: Officer,
    visitor: Visitor,
    key: IdempotencyKey,
    announcement_id: Id,
    data: JSONBody[Seen],
) -> Outcome:
    """Ask for the approval of a second person."""
    await actions.submit(engines, officer, announcement_id, data, key)
    return _said(engines, visitor, "submitted")


@post("/api/v1/announcements/{announcement_id:uuid}/approve", status_code=200)
async def approve_announcement(  # noqa: PLR0917  (parts of one request)
    engines: FromEngines,
    proven: Proven,
    visitor: Visitor,
    pacing: FromPacing,
    key: IdempotencyKey,
    announcement_id: Id,
    data: JSONBody[Seen],
) -> Outcome:
    """Approve exactly the content and audience that were seen."""
    await actions.approve(engines, proven, announcement_id, pacing, data, key)
    return _said(engines, visitor, "approved")


@post("/api/v1/announcements/{announcement_id:uuid}/withdraw", status_code=200)
async def withdraw_announcement(
    engines: FromEngines,
    officer: Officer,
    visitor: Visitor,
    key: IdempotencyKey,
    announcement_id: Id,
    data: JSONBody[Nothing],
) -> Outcome:
    """Take it back before anything is sent."""
    del data
    await actions.withdraw(engines, officer, announcement_id, key)
    return _said(engines, visitor, "withdrawn")


@post("/api/v1/announcements/{announcement_id:uuid}/stop", status_code=200)
async def stop_announcement(
    engines: FromEngines,
    officer: Officer,
    visitor: Visitor,
    key: IdempotencyKey,
    announcement_id: Id,
    data: JSONBody[Nothing],
) -> Outcome:
    """Send to nobody further."""
    del data
    await actions.stop(engines, officer, announcement_id, key)
    return _said(engines, visitor, "stopped")


@get("/api/v1/screens/announcements/{announcement_id:uuid}")
async def read_announcement(
    engines: FromEngines, me: Me, visitor: Visitor, announcement_id: Id
) -> Screen:
    """An announcement of the citizen's own."""
    async with engines.pool.acquire() as conn:
        told = await announcement_inbox.get(conn, me.citizen_id, announcement_id)
    return announcement_screens.page(engines.texts, visitor.language, told)


def _said(engines: FromEngines, visitor: Caller, what: str, done: Done | None = None) -> Outcome:
    """Say what happened, then show it: here, or where `done` leads."""
    then = Go(href=f"{CONSOLE}/{done.announcement_id}", replace=True) if done else Refresh()
    said = engines.texts.text(visitor.language, f"announcement.said.{what}")
    return Outcome(then=then, toast=Toast(text=said))


routes = [
    list_announcements,
    show_new_announcement,
    show_announcement_form,
    show_announcement,
    write_announcement,
    rewrite_announcement,
    submit_announcement,
    approve_announcement,
    withdraw_announcement,
    stop_announcement,
    read_announcement,
]
