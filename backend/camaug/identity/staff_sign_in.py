"""Proving who one is, for staff: a password, then the code of an authenticator app.

Whether a login is known can be told neither from an answer nor from its time. Between the steps the
shell holds a ticket that only we can open; the first sign-in makes the factor, whose secret travels
in that ticket until a right code shows that the person's app has it.
"""

import base64
import hmac
import struct
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from camaug.audit.actions import Actor, record
from camaug.identity import passwords, session_queries, sessions, staff_queries, totp, values
from camaug.identity.schemas import Begun, FactorTry, Proof, SessionRow, StaffAttempt, StaffSignIn
from camaug.identity.sign_in import Visit
from camaug.kernel import db, guesses, idempotency
from camaug.kernel.crypto import Sealed, Vault, mac
from camaug.kernel.guesses import Guess
from camaug.kernel.web import Engines
from camaug_sdk.problems import FieldError, Invalid, Unauthenticated, Unavailable
from camaug_sdk.records import StaffMember

FACTOR = "staff|totp"
TICKET = "staff_ticket|body"
BLOCK = timedelta(minutes=15)
TICKET_LIFE = timedelta(minutes=10)
PASSWORDS = Guess(name="password", most=100)


class SecondStep(msgspec.Struct, frozen=True, kw_only=True):
    """What the second step needs; `secret` is that of a factor to be made, None when there is one.

    `login` names the account in the app.
    """

    ticket: str
    login: str
    secret: bytes | None


class _Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """What a ticket holds. `password` marks the password that it was given for."""

    expires: int
    password: bytes
    secret: bytes | None


async def check_password(engines: Engines, typed: StaffSignIn, source: str) -> SecondStep:
    """The first step.

    An unknown login, a wrong password and a blocked login get the same answer: `Invalid`. Raises
    `TooMany` after many of them from one address.
    """
    now = engines.clock.now()
    try:
        login = values.plain(typed.login)
    except values.BadValue:
        login = ""
    async with db.transaction(engines.pool) as conn:
        await guesses.count(conn, engines.vault, PASSWORDS, source, now)
        attempt = await staff_queries.try_staff(conn, login, now, now + BLOCK)
    stored = None if attempt is None else attempt.password_hash
    right = await passwords.matches(stored, typed.password)
    if attempt is None or not right:
        raise Invalid("sign_in_failed")
    async with db.transaction(engines.pool) as conn:
        await staff_queries.uncount(conn, attempt.staff_id)
        await guesses.take_back(conn, engines.vault, PASSWORDS, source, now)
    return second_step(engines, attempt)


def second_step(engines: Engines, staff: StaffAttempt) -> SecondStep:
    """The ticket of somebody whose password is right, good for ten minutes."""
    secret = totp.new_secret() if staff.totp_enc is None else None
    body = _Ticket(
        expires=int((engines.clock.now() + TICKET_LIFE).timestamp()),
        password=_mark(engines.vault, staff),
        secret=secret,
    )
    sealed = engines.vault.seal_json(TICKET, staff.staff_id, body)
    ticket = base64.urlsafe_b64encode(staff.staff_id.bytes + sealed).decode()
    return SecondStep(ticket=ticket, login=staff.login, secret=secret)


async def check_factor(engines: Engines, tried: FactorTry, visit: Visit, key: str) -> SessionRow:
    """The second step: begin a session with the right code, which is used up by it.

    Every try counts as a failure of the sign-in until it is right. A repeat under the same `key`
    gives the same session, as long as that has not moved on and the ticket is not over. Raises
    `Invalid`.
    """
    now = engines.clock.now()
    staff_id, ticket = _opened(engines.vault, tried.ticket, now)
    async with engines.pool.acquire() as conn:
        staff = await staff_queries.try_staff(conn, staff_id, now, now + BLOCK)
    if staff is not None and not hmac.compare_digest(_mark(engines.vault, staff), ticket.password):
        raise Invalid("ticket_over")

    async def first_time() -> Begun:
        await _use_code(engines, conn, staff, ticket, tried.code)
        session = await sessions.begin(
            conn, ("staff", staff_id), assurance=2, device_label=visit.device_label, now=now
        )
        return Begun(session_id=session.session_id)

    async with db.transaction(engines.pool) as conn:
        scope = f"staff.code|{staff_id}"
        begun = await idempotency.once(
            conn, Begun, first_time, scope=scope, key=key, body=tried, now=now
        )
        await staff_queries.clear_failures(conn, staff_id)
        session = await session_queries.find(conn, begun.session_id)
    if session is None or session.ended_at or session.counter:
        raise Unauthenticated("session_ended")
    return session


async def prove(engines: Engines, officer: StaffMember, tried: Proof, key: str) -> SessionRow:
    """Show the second factor again in a session, which then counts as proved anew.

    A try counts like one of the second step. A repeat under the same `key` uses no second code.
    Raises `Invalid`, and `Unauthenticated` when the session is over.
    """
    now = engines.clock.now()
    async with engines.pool.acquire() as conn:
        staff = await staff_queries.try_staff(conn, officer.staff_id, now, now + BLOCK)

    async def first_time() -> Begun:
        if staff is None or staff.totp_enc is None:
            raise _wrong_code()
        await _use_step(engines, conn, staff, staff.totp_enc, tried.code)
        await session_queries.prove(conn, officer.session_id, now)
        what = ("session", officer.session_id)
        await record(
            conn, sessions.actor(("staff", staff.staff_id)), "session.proved", what, at=now
        )
        return Begun(session_id=officer.session_id)

    async with db.transaction(engines.pool) as conn:
        scope = f"staff.proof|{officer.session_id}"
        await idempotency.once(conn, Begun, first_time, scope=scope, key=key, body=tried, now=now)
        await staff_queries.clear_failures(conn, officer.staff_id)
        session = await session_queries.find(conn, officer.session_id)
    if session is None or session.ended_at or session.expires_at <= now:
        raise Unauthenticated("session_ended")
    return session


async def _use_code(
    engines: Engines, conn: db.Conn, staff: StaffAttempt | None, ticket: _Ticket, typed: str
) -> None:
    """Use the code up, and keep the factor if it is new. Raises `Invalid`."""
    now = engines.clock.now()
    if staff is None:
        raise _wrong_code()
    if (ticket.secret is None) != (staff.totp_enc is not None):
        raise Invalid("ticket_over")
    if staff.totp_enc is not None:
        await _use_step(engines, conn, staff, staff.totp_enc, typed)
        return
    secret = ticket.secret or b""
    step = totp.matching(secret, typed, now, None)
    if step is None:
        raise _wrong_code()
    await keep_factor(engines, conn, staff.staff_id, secret, step)


async def _use_step(
    engines: Engines, conn: db.Conn, staff: StaffAttempt, totp_enc: bytes, typed: str
) -> None:
    """Use up a code of the person's factor. Raises `Invalid`."""
    secret = engines.vault.open(FACTOR, staff.staff_id, totp_enc)
    step = totp.matching(secret, typed, engines.clock.now(), staff.totp_step)
    if step is None or not await staff_queries.use_step(conn, staff.staff_id, totp_enc, step):
        raise _wrong_code()


async def keep_factor(
    engines: Engines, conn: db.Conn, staff_id: UUID, secret: bytes, step: int | None
) -> None:
    """Give somebody a second factor. Raises `Invalid` when they have one already."""
    sealed = engines.vault.seal(FACTOR, staff_id, secret)
    if not await staff_queries.enrol(conn, staff_id, sealed, step):
        raise Invalid("ticket_over")
    actor = Actor(kind="staff", actor_id=staff_id)
    await record(conn, actor, "factor.enrolled", ("staff", staff_id), at=engines.clock.now())


def _wrong_code() -> Invalid:
    return Invalid(errors=[FieldError(pointer="/code", code="factor_wrong")])


def _mark(vault: Vault, staff: StaffAttempt) -> bytes:
    """Changes with the password, so that a ticket ends with it."""
    return mac(vault.secret("otp"), "ticket", staff.password_hash or "")[:16]


def _opened(vault: Vault, ticket: str, now: datetime) -> tuple[UUID, _Ticket]:
    """Whose a ticket is, and what it holds. Raises `Invalid` for one that is over or not ours."""
    try:
        raw = base64.b64decode(ticket, altchars=b"-_", validate=True)
        staff_id = UUID(bytes=raw[:16])
        body = vault.open_json(TICKET, staff_id, raw[16:], _Ticket)
    except (ValueError, struct.error, Sealed, Unavailable, msgspec.MsgspecError):
        raise Invalid("ticket_over") from None
    if body.expires <= now.timestamp():
        raise Invalid("ticket_over")
    return staff_id, body
