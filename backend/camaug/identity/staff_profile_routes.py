"""Invitations taken up, and one's own account at the console."""

from litestar import Response, get, post, put
from litestar.params import FromPath, JSONBody

from camaug.identity import (
    assigning,
    assignment_screens,
    factor_screens,
    invitations,
    people_form_screens,
    people_queries,
    session_queries,
    staff_profile,
    staff_profile_screens,
    staff_sign_in,
)
from camaug.identity.access_token import LIFE_SECONDS
from camaug.identity.people_schemas import NewPassword, PasswordChange
from camaug.identity.schemas import Proof, SignedIn
from camaug.identity.staff_profile_screens import PROFILE
from camaug.identity.tokens import FromTokens
from camaug.kernel.web import FromEngines
from camaug_sdk.actions import Go, Outcome, Toast
from camaug_sdk.context import IdempotencyKey, Officer, Visitor
from camaug_sdk.screens import Screen


@get("/api/v1/screens/console/invitation/{link:str}")
async def show_invitation(engines: FromEngines, visitor: Visitor, link: FromPath[str]) -> Screen:
    """What a one-time link opens."""
    async with engines.pool.acquire() as conn:
        found = await invitations.find(engines, conn, link)
    return people_form_screens.invitation(engines.texts, visitor.language, found, link)


@post("/api/v1/session/invitation", status_code=200)
async def accept_invitation(
    engines: FromEngines,
    tokens: FromTokens,
    visitor: Visitor,
    key: IdempotencyKey,
    data: JSONBody[NewPassword],
) -> Screen:
    """Set the password; the answer is the second step of the sign-in."""
    step, ended = await invitations.accept(engines, data, key)
    tokens.forget(ended)
    return factor_screens.second_step(engines.texts, visitor.language, step, "/console")


@get("/api/v1/screens/console/profile")
async def show_staff_profile(engines: FromEngines, officer: Officer, visitor: Visitor) -> Screen:
    """One's own name, roles and sessions."""
    now, me = engines.clock.now(), officer.staff_id
    async with engines.pool.acquire() as conn:
        one = await people_queries.oneself(conn, me)
        held = await people_queries.present_assignments(conn, [me], now)
        names = {role.role: role for role in await assigning.roles(conn, engines.texts)}
        found = await session_queries.open_of(conn, ("staff", me), now)
    texts, language = engines.texts, visitor.language
    roles = assignment_screens.roles(texts, language, held, names)
    sessions = staff_profile_screens.sessions(texts, language, officer.session_id, found)
    return staff_profile_screens.profile(texts, language, one, roles, sessions)


@get("/api/v1/screens/console/profile/password")
async def show_password_form(engines: FromEngines, officer: Officer, visitor: Visitor) -> Screen:
    """The form of a change of password."""
    assert officer.staff_id  # noqa: S101  (the argument is what lets staff in and nobody else)
    return staff_profile_screens.password(engines.texts, visitor.language)


@put("/api/v1/staff/me/password")
async def change_password(
    engines: FromEngines,
    tokens: FromTokens,
    officer: Officer,
    visitor: Visitor,
    key: IdempotencyKey,
    data: JSONBody[PasswordChange],
) -> Outcome:
    """Another password; every other session ends."""
    done = await staff_profile.change_password(engines, officer, data, key)
    tokens.forget(done.ended)
    said = engines.texts.text(visitor.language, "identity.password.changed")
    return Outcome(then=Go(href=PROFILE, replace=True), toast=Toast(text=said))


@post("/api/v1/staff/me/proof", status_code=200)
async def prove_again(
    engines: FromEngines,
    tokens: FromTokens,
    officer: Officer,
    key: IdempotencyKey,
    data: JSONBody[Proof],
) -> Response[SignedIn]:
    """Show the second factor again; the answer's access token says so."""
    session = await staff_sign_in.prove(engines, officer, data, key)
    body = SignedIn(access_token=tokens.issue(session), expires_in=LIFE_SECONDS)
    return Response(body, headers={"Cache-Control": "no-store"})


routes = [
    prove_again,
    show_invitation,
    accept_invitation,
    show_staff_profile,
    show_password_form,
    change_password,
]
