"""People and assignments at the console, for administrators only."""

from urllib.parse import urlencode
from uuid import UUID

from litestar import delete, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from camaug.identity import (
    assigning,
    invitations,
    people,
    people_form_screens,
    people_queries,
    people_screens,
    role_request_queries,
)
from camaug.identity.guards import Proven
from camaug.identity.people_schemas import PEOPLE, Done, NewAssignment, NewPerson
from camaug.identity.tokens import FromTokens, Tokens
from camaug.kernel import i18n, qr
from camaug.kernel.clock import local_date
from camaug.kernel.text import fold
from camaug.kernel.web import Engines, FromEngines
from camaug_sdk.actions import Go, Outcome, Refresh, Toast
from camaug_sdk.context import IdempotencyKey, Officer, Visitor
from camaug_sdk.records import Caller, StaffMember
from camaug_sdk.screens import Screen

LONGEST_QUERY = 100


@get("/api/v1/screens/console/people")
async def show_people(
    engines: FromEngines,
    officer: Officer,
    visitor: Visitor,
    q: FromQuery[str] = "",
    after: FromQuery[UUID | None] = None,
) -> Screen:
    """Everybody with a role at the administrator's agencies, by name."""
    now, query = engines.clock.now(), q[:LONGEST_QUERY]
    async with engines.pool.acquire() as conn:
        scope = await people.administrator(engines, conn, officer)
        found = await people_queries.people(conn, scope, fold(query).split(), after)
        shown = found[: people_queries.PAGE]
        held = await people_queries.present_assignments(conn, [p.staff_id for p in shown], now)
        names = {one.role: one for one in await assigning.roles(conn, engines.texts)}
        waiting = await role_request_queries.waiting(conn, scope, None, now)
    more = None
    if len(found) > len(shown):
        more = f"{PEOPLE}?{urlencode({'q': query, 'after': str(shown[-1].staff_id)})}"
    table = people_screens.listing(engines.texts, visitor.language, shown, held, names, more)
    me = officer.staff_id
    return people_screens.people(engines.texts, visitor.language, table, waiting, me, query)


@get("/api/v1/screens/console/people/{staff_id:uuid}")
async def show_person(
    engines: FromEngines, officer: Officer, visitor: Visitor, staff_id: FromPath[UUID]
) -> Screen:
    """One person: account, roles, and what waits for a second administrator."""
    now, language = engines.clock.now(), visitor.language
    async with engines.pool.acquire() as conn:
        scope = await people.administrator(engines, conn, officer)
        one = await people_queries.person(conn, scope, staff_id)
        held = await people_queries.present_assignments(conn, [staff_id], now)
        names = {role.role: role for role in await assigning.roles(conn, engines.texts)}
        waiting = await role_request_queries.waiting(conn, scope, staff_id, now)
    more = people_screens.account(engines.texts, language, one, waiting, officer.staff_id)
    return people_screens.person(engines.texts, language, one, held, names, more)


@get("/api/v1/screens/console/people/invite")
async def show_invite(engines: FromEngines, officer: Officer, visitor: Visitor) -> Screen:
    """The form of an invitation."""
    async with engines.pool.acquire() as conn:
        scope = await people.administrator(engines, conn, officer)
        agencies = await people_queries.agencies(conn, scope)
        roles = await assigning.roles(conn, engines.texts)
    return people_form_screens.invite(engines.texts, visitor.language, roles, agencies)


@get("/api/v1/screens/console/people/{staff_id:uuid}/assign")
async def show_assign(
    engines: FromEngines, officer: Officer, visitor: Visitor, staff_id: FromPath[UUID]
) -> Screen:
    """The form of an assignment."""
    today = local_date(engines.clock.now())
    async with engines.pool.acquire() as conn:
        scope = await people.administrator(engines, conn, officer)
        one = await people_queries.person(conn, scope, staff_id)
        agencies = await people_queries.agencies(conn, scope)
        roles = await assigning.roles(conn, engines.texts)
    return people_form_screens.assign(engines.texts, visitor.language, one, roles, agencies, today)


@post("/api/v1/people", status_code=200)
async def invite_person(
    engines: FromEngines,
    tokens: FromTokens,
    proven: Proven,
    visitor: Visitor,
    key: IdempotencyKey,
    data: JSONBody[NewPerson],
) -> Screen:
    """Invite somebody; the answer shows the link to hand over."""
    done = await people.invite(engines, proven, data, key)
    return await _link(engines, tokens, proven, visitor, done)


@post("/api/v1/people/{staff_id:uuid}/link", status_code=200)
async def make_link(
    engines: FromEngines,
    tokens: FromTokens,
    proven: Proven,
    visitor: Visitor,
    key: IdempotencyKey,
    staff_id: FromPath[UUID],
) -> Screen:
    """A new link for somebody's password; the answer shows it."""
    done = await people.make_link(engines, proven, staff_id, key)
    return await _link(engines, tokens, proven, visitor, done)


async def _link(
    engines: Engines, tokens: Tokens, officer: StaffMember, visitor: Caller, done: Done
) -> Screen:
    """The page of a link that has just been made."""
    link_id = done.invitation_id or done.staff_id
    now = engines.clock.now()
    async with engines.pool.acquire() as conn:
        scope = await people.administrator(engines, conn, officer)
        one = await people_queries.person(conn, scope, done.staff_id)
    address = invitations.address(tokens.issuer, engines.vault, link_id)
    rows = qr.rows(address)
    until = i18n.moment(visitor.language, now + invitations.LIFE)
    return people_form_screens.link(
        engines.texts, visitor.language, one, until, address, rows, waits=done.waits
    )


@post("/api/v1/people/{staff_id:uuid}/assignments", status_code=200)
async def assign_role(
    engines: FromEngines,
    proven: Proven,
    visitor: Visitor,
    key: IdempotencyKey,
    staff_id: FromPath[UUID],
    data: JSONBody[NewAssignment],
) -> Outcome:
    """Give a role at an agency, or ask for administrator rights."""
    done = await people.assign(engines, proven, staff_id, data, key)
    said = "identity.assign.asked" if done.waits else "identity.assign.done"
    there = Go(href=f"{PEOPLE}/{staff_id}", replace=True)
    return Outcome(then=there, toast=Toast(text=engines.texts.text(visitor.language, said)))


@delete("/api/v1/people/{staff_id:uuid}/assignments/{assignment_id:uuid}", status_code=200)
async def end_assignment(
    engines: FromEngines,
    proven: Proven,
    visitor: Visitor,
    key: IdempotencyKey,
    staff_id: FromPath[UUID],
    assignment_id: FromPath[UUID],
) -> Outcome:
    """Take a role away, from now on."""
    await people.end_assignment(engines, proven, staff_id, assignment_id, key)
    return _said(engines, visitor, "identity.person.ended")


@post("/api/v1/people/{staff_id:uuid}/reset-factor", status_code=200)
async def reset_factor(
    engines: FromEngines,
    tokens: FromTokens,
    proven: Proven,
    visitor: Visitor,
    key: IdempotencyKey,
    staff_id: FromPath[UUID],
) -> Outcome:
    """Take the second factor away; the person's sessions end."""
    done = await people.reset_factor(engines, proven, staff_id, key)
    tokens.forget(done.ended)
    return _said(engines, visitor, "identity.person.reset_factor_done")


@post("/api/v1/people/{staff_id:uuid}/disable", status_code=200)
async def disable_person(
    engines: FromEngines,
    tokens: FromTokens,
    proven: Proven,
    visitor: Visitor,
    key: IdempotencyKey,
    staff_id: FromPath[UUID],
) -> Outcome:
    """Close an account with its roles and sessions."""
    done = await people.disable(engines, proven, staff_id, key)
    tokens.forget(done.ended)
    return _said(engines, visitor, "identity.person.disable_done")


@post("/api/v1/people/{staff_id:uuid}/enable", status_code=200)
async def enable_person(
    engines: FromEngines,
    proven: Proven,
    visitor: Visitor,
    key: IdempotencyKey,
    staff_id: FromPath[UUID],
) -> Outcome:
    """Open an account again, without any role."""
    await people.enable(engines, proven, staff_id, key)
    return _said(engines, visitor, "identity.person.enable_done")


@post("/api/v1/people/requests/{request_id:uuid}/confirm", status_code=200)
async def confirm_request(
    engines: FromEngines,
    proven: Proven,
    visitor: Visitor,
    key: IdempotencyKey,
    request_id: FromPath[UUID],
) -> Outcome:
    """Be the second administrator of a request for administrator rights."""
    await people.confirm(engines, proven, request_id, key)
    return _said(engines, visitor, "identity.requests.confirmed")


@post("/api/v1/people/requests/{request_id:uuid}/refuse", status_code=200)
async def refuse_request(
    engines: FromEngines,
    officer: Officer,
    visitor: Visitor,
    key: IdempotencyKey,
    request_id: FromPath[UUID],
) -> Outcome:
    """Turn a request down, or take one's own back."""
    await people.refuse(engines, officer, request_id, key)
    return _said(engines, visitor, "identity.requests.refused")


def _said(engines: Engines, visitor: Caller, text_id: str) -> Outcome:
    return Outcome(then=Refresh(), toast=Toast(text=engines.texts.text(visitor.language, text_id)))


routes = [
    show_people,
    show_person,
    show_invite,
    show_assign,
    invite_person,
    make_link,
    assign_role,
    end_assignment,
    reset_factor,
    disable_person,
    enable_person,
    confirm_request,
    refuse_request,
]
