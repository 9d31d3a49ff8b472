"""Signing in, renewing, signing out: the routes that hand out and take back tokens.

A browser keeps the refresh token in an HttpOnly cookie that only these routes ever see, and every
use of the cookie must come from our own origin. On a shared device there is no cookie: the page has
the token while it is open. Native clients (`X-Camaug-Client: native`) send and get it in the body.
"""

from uuid import UUID

from litestar import Response, delete, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath, JSONBody

from camaug.identity import (
    factor_screens,
    screens,
    session_queries,
    sessions,
    sign_in,
    sign_in_screens,
    staff_sign_in,
    values,
)
from camaug.identity.access_token import LIFE_SECONDS
from camaug.identity.schemas import (
    Audience,
    CodeRequest,
    CodeTry,
    FactorTry,
    Renewal,
    SessionLine,
    SessionRow,
    SignedIn,
    StaffSignIn,
)
from camaug.identity.sms import FromSms
from camaug.identity.tokens import FromTokens, Tokens
from camaug.kernel.web import AnyRequest, Engines, FromEngines, address_of
from camaug_sdk.actions import Go, Outcome, Refresh, Toast
from camaug_sdk.context import IdempotencyKey, Me, Visitor
from camaug_sdk.problems import FieldError, Forbidden, Invalid, NotFound, Unauthenticated
from camaug_sdk.records import Caller
from camaug_sdk.screens import Screen

COOKIE_PATH = "/api/v1/session"
SIGN_IN: dict[Audience, str] = {"citizen": "/", "staff": "/console/sign-in"}
NO_STORE = {"Cache-Control": "no-store"}


@post("/api/v1/session/otp", status_code=200)
async def send_code(
    request: AnyRequest,
    engines: FromEngines,
    sms: FromSms,
    visitor: Visitor,
    key: IdempotencyKey,
    data: JSONBody[CodeRequest],
) -> Screen:
    """Send a one-time code; the answer asks for it, whether or not the phone is known."""
    after = _wanted_path(data.next, "/")
    try:
        phone = values.mobile(data.phone)
    except values.BadValue as bad:
        error = FieldError(pointer="/phone", code=bad.code, args=bad.args_)
        raise Invalid(errors=[error]) from None
    challenge_id = await sign_in.send_code(engines, sms, phone, _visit(request, visitor), key)
    wanted = CodeRequest(phone=phone, next=after, shared=data.shared)
    return sign_in_screens.code(engines.texts, visitor.language, challenge_id, wanted)


@post("/api/v1/session/otp/verify", status_code=200)
async def check_code(
    request: AnyRequest,
    engines: FromEngines,
    tokens: FromTokens,
    visitor: Visitor,
    key: IdempotencyKey,
    data: JSONBody[CodeTry],
) -> Response[SignedIn]:
    """Sign a citizen in with the code."""
    _refuse_foreign(request, tokens)
    after = _wanted_path(data.next, "/")
    session = await sign_in.check_code(engines, data, _visit(request, visitor), key)
    return _signed_in(request, engines, tokens, session, Go(href=after, replace=True))


@post("/api/v1/session/staff", status_code=200)
async def check_password(
    request: AnyRequest,
    engines: FromEngines,
    tokens: FromTokens,
    visitor: Visitor,
    data: JSONBody[StaffSignIn],
) -> Screen:
    """The first step of staff; the answer asks for the code, or shows how to get an app."""
    _refuse_foreign(request, tokens)
    after = _wanted_path(data.next, "/console")
    step = await staff_sign_in.check_password(engines, data, address_of(request))
    return factor_screens.second_step(engines.texts, visitor.language, step, after)


@post("/api/v1/session/staff/code", status_code=200)
async def check_factor(
    request: AnyRequest,
    engines: FromEngines,
    tokens: FromTokens,
    visitor: Visitor,
    key: IdempotencyKey,
    data: JSONBody[FactorTry],
) -> Response[SignedIn]:
    """The second step of staff: sign in with the code of the app."""
    _refuse_foreign(request, tokens)
    after = _wanted_path(data.next, "/console")
    session = await staff_sign_in.check_factor(engines, data, _visit(request, visitor), key)
    return _signed_in(request, engines, tokens, session, Go(href=after, replace=True))


@post("/api/v1/session/refresh", status_code=200)
async def renew_session(
    request: AnyRequest, engines: FromEngines, tokens: FromTokens, data: JSONBody[Renewal]
) -> Response[SignedIn]:
    """The next access token, and the next refresh token with it."""
    token = _refresh_token(request, tokens, data)
    session = await sessions.renew(engines, data.audience, token or "")
    return _signed_in(request, engines, tokens, session, None)


@post("/api/v1/session/end", status_code=200)
async def end_session(
    request: AnyRequest,
    engines: FromEngines,
    tokens: FromTokens,
    visitor: Visitor,
    data: JSONBody[Renewal],
) -> Response[Outcome]:
    """Sign out here; repeating it is safe."""
    subject, present = _subject(visitor)
    if subject is not None and subject[0] == data.audience:
        ended = await sessions.end(engines, subject, present)
    else:
        token = _refresh_token(request, tokens, data)
        ended = await sessions.end_by_token(engines, data.audience, token or "")
    tokens.forget(ended)
    outcome = Outcome(then=Go(href=SIGN_IN[data.audience], replace=True))
    gone = session_cookie(tokens, data.audience, "", 0)
    return Response(outcome, headers=NO_STORE, cookies=[gone])


@get("/api/v1/session/devices")
async def list_sessions(engines: FromEngines, visitor: Visitor) -> list[SessionLine]:
    """Where the person is signed in, the latest used first."""
    subject, _ = _subject(visitor)
    if subject is None:
        raise Unauthenticated
    async with engines.pool.acquire() as conn:
        return await session_queries.open_of(conn, subject, engines.clock.now())


@delete("/api/v1/session/devices/{session_id:uuid}", status_code=200)
async def end_other_session(
    engines: FromEngines, tokens: FromTokens, visitor: Visitor, session_id: FromPath[UUID]
) -> Outcome:
    """Sign out on another device. Raises `NotFound` when it is not one's own or over already."""
    subject, _ = _subject(visitor)
    if subject is None:
        raise Unauthenticated
    ended = await sessions.end(engines, subject, session_id)
    if not ended:
        raise NotFound
    tokens.forget(ended)
    said = engines.texts.text(visitor.language, "identity.devices.ended")
    return Outcome(then=Refresh(), toast=Toast(text=said))


@delete("/api/v1/session/devices", status_code=200)
async def end_every_session(engines: FromEngines, tokens: FromTokens, visitor: Visitor) -> Outcome:
    """Sign out on every device, this one included."""
    subject, _ = _subject(visitor)
    if subject is None:
        raise Unauthenticated
    tokens.forget(await sessions.end(engines, subject, None))
    return Outcome(then=Go(href=SIGN_IN[subject[0]], replace=True))


@get("/api/v1/screens/profile/devices")
async def show_sessions(engines: FromEngines, me: Me, visitor: Visitor) -> Screen:
    """Where the citizen is signed in."""
    async with engines.pool.acquire() as conn:
        found = await session_queries.open_of(conn, ("citizen", me.citizen_id), engines.clock.now())
    return screens.devices(engines.texts, visitor.language, found, me.session_id)


def shown_path(wanted: str, otherwise: str) -> str:
    """`wanted` if it is an address inside the shell, as a link may carry any text."""
    try:
        return values.local_path(wanted)
    except values.BadValue:
        return otherwise


def _wanted_path(wanted: str | None, otherwise: str) -> str:
    try:
        return otherwise if wanted is None else values.local_path(wanted)
    except values.BadValue as bad:
        raise Invalid(errors=[FieldError(pointer="/next", code=bad.code)]) from None


def _subject(visitor: Caller) -> tuple[tuple[Audience, UUID] | None, UUID | None]:
    """Who is signed in and in which session."""
    if visitor.me is not None:
        return ("citizen", visitor.me.citizen_id), visitor.me.session_id
    if visitor.officer is not None:
        return ("staff", visitor.officer.staff_id), visitor.officer.session_id
    return None, None


def _visit(request: AnyRequest, visitor: Caller) -> sign_in.Visit:
    label = sessions.device_label(request.headers.get("user-agent", ""))
    source = address_of(request)
    return sign_in.Visit(language=visitor.language, device_label=label, source=source)


def _is_native(request: AnyRequest) -> bool:
    return request.headers.get("x-camaug-client") == "native"


def _refuse_foreign(request: AnyRequest, tokens: Tokens) -> None:
    """A page of another origin must not sign a browser in (login CSRF)."""
    origin = request.headers.get("origin")
    if origin not in (None, tokens.issuer) and not _is_native(request):
        raise Forbidden("foreign_origin")


def _refresh_token(request: AnyRequest, tokens: Tokens, data: Renewal) -> str | None:
    """The refresh token of the request. Raises `Forbidden` for a cookie that another site sent."""
    if _is_native(request) or data.refresh_token is not None:
        _refuse_foreign(request, tokens)
        return data.refresh_token
    token = request.cookies.get(f"camaug_{data.audience}")
    if token is not None and request.headers.get("origin") != tokens.issuer:
        raise Forbidden("foreign_origin")
    return token


def _signed_in(
    request: AnyRequest, engines: Engines, tokens: Tokens, session: SessionRow, then: Go | None
) -> Response[SignedIn]:
    refresh = sessions.refresh_token(engines.vault, session)
    in_body = _is_native(request) or session.is_shared
    body = SignedIn(
        access_token=tokens.issue(session),
        expires_in=LIFE_SECONDS,
        then=then,
        refresh_token=refresh if in_body else None,
        shared=session.is_shared,
    )
    if in_body:
        # Nothing of an earlier person's session stays in a browser that others use.
        gone = [] if _is_native(request) else [session_cookie(tokens, session.audience, "", 0)]
        return Response(body, headers=NO_STORE, cookies=gone)
    left = session.expires_at - engines.clock.now()
    cookie = session_cookie(tokens, session.audience, refresh, int(left.total_seconds()))
    return Response(body, headers=NO_STORE, cookies=[cookie])


def session_cookie(tokens: Tokens, audience: Audience, value: str, seconds: int) -> Cookie:
    """A refresh token that scripts cannot read and other sites cannot send."""
    return Cookie(
        key=f"camaug_{audience}",
        value=value,
        path=COOKIE_PATH,
        max_age=seconds,
        httponly=True,
        secure=tokens.issuer.startswith("https:"),
        samesite="strict",
    )


routes = [
    send_code,
    check_code,
    check_password,
    check_factor,
    renew_session,
    end_session,
    list_sessions,
    end_other_session,
    end_every_session,
    show_sessions,
]
