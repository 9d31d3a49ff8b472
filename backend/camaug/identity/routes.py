"""Sign-in, sessions and the account, on the wire."""

from uuid import UUID

from litestar import Response, delete, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from camaug.identity import actions, queries, screens, sign_in_screens
from camaug.identity.people_routes import routes as people_routes
from camaug.identity.schemas import Device, LanguageChange, NewDevice, ProfileChange
from camaug.identity.session_routes import routes as session_routes
from camaug.identity.session_routes import shown_path
from camaug.identity.staff_profile_routes import routes as staff_profile_routes
from camaug.identity.tokens import FromTokens
from camaug.kernel.web import FromEngines
from camaug_sdk.actions import Go, Outcome, Refresh, Toast
from camaug_sdk.context import IdempotencyKey, Me, Visitor
from camaug_sdk.screens import Screen


@get("/api/v1/screens/sign-in")
async def show_sign_in(
    engines: FromEngines,
    visitor: Visitor,
    next: FromQuery[str] = "/",  # noqa: A002
) -> Screen:
    """The sign-in of citizens; `next` is where the shell goes afterwards."""
    return sign_in_screens.sign_in(engines.texts, visitor.language, shown_path(next, "/"))


@get("/api/v1/screens/console/sign-in")
async def show_staff_sign_in(
    engines: FromEngines,
    visitor: Visitor,
    next: FromQuery[str] = "/console",  # noqa: A002
) -> Screen:
    """The sign-in of staff; `next` is where the console goes afterwards."""
    return sign_in_screens.staff_sign_in(
        engines.texts, visitor.language, shown_path(next, "/console")
    )


@get("/api/v1/screens/profile")
async def show_profile(engines: FromEngines, me: Me, visitor: Visitor) -> Screen:
    """What we know about the person."""
    async with engines.pool.acquire() as conn:
        row = await queries.citizen(conn, me.citizen_id)
        commune = await queries.commune(conn, row.commune_code)
    known = actions.opened(engines, row)
    return screens.profile(engines.texts, visitor.language, known, commune, row.language)


@get("/api/v1/screens/profile/edit")
async def show_profile_form(engines: FromEngines, me: Me, visitor: Visitor) -> Screen:
    """The profile as a form."""
    async with engines.pool.acquire() as conn:
        row = await queries.citizen(conn, me.citizen_id)
        commune = await queries.commune(conn, row.commune_code)
    known = actions.opened(engines, row)
    return screens.edit(engines.texts, visitor.language, known, commune, row.version)


@put("/api/v1/me/profile")
async def change_profile(
    engines: FromEngines,
    me: Me,
    visitor: Visitor,
    key: IdempotencyKey,
    data: JSONBody[ProfileChange],
) -> Outcome:
    """Replace the profile; every error at once."""
    await actions.change_profile(engines, me, data, key)
    said = engines.texts.text(visitor.language, "identity.profile.saved")
    return Outcome(then=Go(href="/profile", replace=True), toast=Toast(text=said))


@put("/api/v1/me/language")
async def change_language(engines: FromEngines, me: Me, data: JSONBody[LanguageChange]) -> Outcome:
    """Choose the language for messages and notices."""
    await actions.set_language(engines, me, data.language)
    said = engines.texts.text(data.language, "identity.language.saved")
    return Outcome(then=Refresh(), toast=Toast(text=said))


@post("/api/v1/devices", status_code=200)
async def register_device(engines: FromEngines, me: Me, data: JSONBody[NewDevice]) -> Device:
    """Let push messages reach this device; repeating it gives the same id."""
    return Device(device_id=await actions.register_device(engines, me, data))


@delete("/api/v1/devices/{device_id:uuid}")
async def remove_device(engines: FromEngines, me: Me, device_id: FromPath[UUID]) -> None:
    """Stop pushing to an own device."""
    await actions.remove_device(engines, me, device_id)


@get("/.well-known/jwks.json")
async def read_jwks(tokens: FromTokens) -> Response[bytes]:
    """The public keys that verify access tokens (RFC 7517)."""
    return Response(
        tokens.jwks,
        media_type="application/jwk-set+json",
        headers={"Cache-Control": "public, max-age=600"},
    )


routes = [
    *session_routes,
    *people_routes,
    *staff_profile_routes,
    show_sign_in,
    show_staff_sign_in,
    show_profile,
    show_profile_form,
    change_profile,
    change_language,
    register_device,
    remove_device,
    read_jwks,
]
