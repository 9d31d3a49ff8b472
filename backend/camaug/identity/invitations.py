"""One-time links by which staff set a password: after an invitation, or when it was forgotten.

A link is `<invitation>.<HMAC over it>`: the database opens no account, and a repeat of the request
that made it shows the same link. The newest link of a person is the only one that works, for an
hour, once.
"""

import base64
import hmac
from datetime import datetime, timedelta
from uuid import UUID

from camaug.audit.actions import Actor, record
from camaug.identity import invitation_queries, passwords, session_queries, staff_queries, values
from camaug.identity.people_schemas import Done, Invitation, NewPassword
from camaug.identity.staff_sign_in import SecondStep, second_step
from camaug.kernel import db, idempotency
from camaug.kernel.crypto import Vault, mac
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug_sdk.problems import FieldError, Invalid

LIFE = timedelta(hours=1)
PATH = "/console/invitation/"


def link(vault: Vault, invitation_id: UUID) -> str:
    """What stands behind `PATH` for this invitation."""
    return f"{invitation_id.hex}.{_signature(vault, invitation_id.hex)}"


def _signature(vault: Vault, text: str) -> str:
    digest = mac(vault.secret("otp"), "invitation", text)[:16]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def address(origin: str, vault: Vault, invitation_id: UUID) -> str:
    """The whole address to hand over."""
    return f"{origin}{PATH}{link(vault, invitation_id)}"


async def make(conn: db.Conn, staff_id: UUID, by: Actor, now: datetime) -> UUID:
    """A new invitation; earlier ones of the person stop working."""
    await invitation_queries.stop(conn, staff_id, now)
    invitation_id = uuid7()
    await invitation_queries.insert(conn, invitation_id, (staff_id, by.actor_id), now, now + LIFE)
    await record(conn, by, "staff.link_made", ("staff", staff_id), at=now)
    return invitation_id


async def find(engines: Engines, conn: db.Conn, typed: str) -> Invitation:
    """Whom a link is for. Raises `Invalid` for one that is used, over or not ours."""
    invitation_id = _read(engines.vault, typed)
    found = await invitation_queries.find_open(conn, invitation_id, engines.clock.now())
    if found is None:
        raise Invalid("link_over")
    return found


def _read(vault: Vault, typed: str) -> UUID:
    text, _, signature = typed.partition(".")
    expected = _signature(vault, text).encode()
    if not hmac.compare_digest(expected, signature.encode("utf-8", "replace")):
        raise Invalid("link_over")
    return UUID(hex=text)


async def accept(engines: Engines, new: NewPassword, key: str) -> tuple[SecondStep, list[UUID]]:
    """Set the password and use the link up; the next step of the sign-in, and what ended by it.

    Every session of the person ends. The same `key` sets it once. Raises `Invalid`.
    """
    invitation_id = _read(engines.vault, new.link)
    hashed = await _checked(engines, invitation_id, new)
    now = engines.clock.now()

    async def first_time() -> Done:
        found = await find(engines, conn, new.link)
        if not await invitation_queries.use(conn, invitation_id, now):
            raise Invalid("link_over")
        staff_id = found.staff_id
        await staff_queries.set_password(conn, staff_id, hashed)
        await staff_queries.clear_failures(conn, staff_id)
        ended = await session_queries.end(conn, ("staff", staff_id), None, "password", now)
        actor = Actor(kind="staff", actor_id=staff_id)
        await record(conn, actor, "password.set", ("staff", staff_id), at=now)
        return Done(staff_id=staff_id, ended=ended)

    async with db.transaction(engines.pool) as conn:
        done = await idempotency.once(
            conn,
            Done,
            first_time,
            scope=f"invitation|{invitation_id}",
            key=key,
            body=sealed_body(engines.vault, new.password),
            now=now,
        )
        staff = await staff_queries.signing_in(conn, done.staff_id)
    if staff is None:
        raise Invalid("link_over")
    return second_step(engines, staff), done.ended


async def _checked(engines: Engines, invitation_id: UUID, new: NewPassword) -> str:
    """The hash of an acceptable password. Whether the link still works is asked later."""
    async with engines.pool.acquire() as conn:
        login = await invitation_queries.login(conn, invitation_id)
    return await checked_password(new.password, new.again, login or "")


async def checked_password(password: str, again: str, login: str) -> str:
    """The hash of a password that was typed twice. Raises `Invalid` naming the field."""
    try:
        passwords.acceptable(password, login)
    except values.BadValue as bad:
        error = FieldError(pointer="/password", code=bad.code, args=bad.args_)
        raise Invalid(errors=[error]) from None
    if password != again:
        raise Invalid(errors=[FieldError(pointer="/again", code="password_again")])
    return await passwords.hash_password(password)


def sealed_body(vault: Vault, *typed: str) -> str:
    """Stands for passwords where repeats are compared, as a plain hash of them could be guessed."""
    return mac(vault.secret("otp"), "password-body", *typed).hex()
