"""The inbox of staff with a desk role."""

from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from camaug.kernel import db
from camaug.kernel.web import FromEngines
from camaug.notices import desk_queries as queries
from camaug.notices import desk_screens as screens
from camaug.notices.schemas import UpTo
from camaug_sdk.actions import Outcome, Refresh, Toast
from camaug_sdk.context import Officer, Visitor
from camaug_sdk.problems import Forbidden
from camaug_sdk.records import StaffMember
from camaug_sdk.screens import Screen

PAGE = 30
Before = Annotated[UUID | None, QueryParameter()]
"""Id of the last notice shown on the page before."""


@get("/api/v1/screens/console/inbox")
async def show_staff_inbox(
    engines: FromEngines, officer: Officer, visitor: Visitor, before: Before = None
) -> Screen:
    """What has happened to the officer's dossiers, newest first."""
    own, me = _agencies(officer), officer.staff_id
    async with engines.pool.acquire() as conn:
        state = await queries.state(conn, me, own)
        notices = await queries.page(conn, me, own, before, PAGE + 1)
    return screens.inbox(engines.texts, visitor.language, state, notices, PAGE)


@post("/api/v1/staff/notices/read", status_code=200)
async def read_staff_notices(
    engines: FromEngines, officer: Officer, visitor: Visitor, data: JSONBody[UpTo]
) -> Outcome:
    """Mark everything up to a notice as read; repeating it is safe."""
    async with db.transaction(engines.pool) as conn:
        now = engines.clock.now()
        await queries.mark_read(conn, officer.staff_id, _agencies(officer), data.up_to, now)
    said = engines.texts.text(visitor.language, "inbox.all_read")
    return Outcome(then=Refresh(), toast=Toast(text=said))


@post("/api/v1/staff/notices/{notice_id:uuid}/read", status_code=200)
async def open_staff_notice(
    engines: FromEngines, officer: Officer, notice_id: FromPath[UUID]
) -> Outcome:
    """Mark one notice as read and go to its dossier; repeating it is safe."""
    async with db.transaction(engines.pool) as conn:
        found = await queries.get(conn, officer.staff_id, _agencies(officer), notice_id)
        await queries.mark_one(conn, officer.staff_id, notice_id, engines.clock.now())
    return Outcome(then=screens.go(found))


def _agencies(officer: StaffMember) -> queries.Desks:
    """Where the officer has a desk. Raises `Forbidden` for staff without one."""
    own = queries.desks(officer)
    if not (own.worked or own.led):
        raise Forbidden
    return own


routes = [show_staff_inbox, read_staff_notices, open_staff_notice]
