"""Refresh families: a sign-in begins one, each renewal counts it further, theft ends it.

A refresh token is `<session>.<counter>.<HMAC over both>`; the server keeps the counter only. The
previous token may come once more within 30 seconds (its answer was lost) and gets the very same
next token; any older one means that somebody else holds a copy, and the family ends.
"""

import base64
import hmac
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from camaug.audit.actions import Actor, record
from camaug.identity import session_queries as queries
from camaug.identity.schemas import Audience, SessionRow
from camaug.kernel import db
from camaug.kernel.crypto import Vault, mac
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug_sdk.problems import Unauthenticated

CITIZEN_LIFE = timedelta(days=30)
"""Without use; each renewal begins it anew."""
STAFF_LIFE = timedelta(hours=12)
"""From the sign-in on, a working day."""
SHARED_LIFE = timedelta(minutes=10)
"""On a device of several people, without use: a rule of this project."""
GRACE = timedelta(seconds=30)


class Ticket(msgspec.Struct, frozen=True):
    """What a genuine refresh token names."""

    session_id: UUID
    counter: int


def refresh_token(vault: Vault, session: SessionRow) -> str:
    """The refresh token of the family at its present counter."""
    text = f"{session.session_id.hex}.{session.counter}"
    return f"{text}.{_signature(vault, text)}"


def _signature(vault: Vault, text: str) -> str:
    digest = mac(vault.secret("refresh"), "refresh", text)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def read_ticket(vault: Vault, token: str) -> Ticket:
    """The family and counter of a token that we made. Raises `Unauthenticated`."""
    text, _, signature = token.rpartition(".")
    expected = _signature(vault, text).encode()
    if not hmac.compare_digest(expected, signature.encode("utf-8", "replace")):
        raise Unauthenticated("session_ended")
    session_id, _, counter = text.partition(".")
    return Ticket(UUID(hex=session_id), int(counter))


async def begin(
    conn: db.Conn,
    subject: tuple[Audience, UUID],
    *,
    assurance: Literal[1, 2],
    device_label: str,
    now: datetime,
    shared: bool = False,
) -> SessionRow:
    """A new family for somebody who has just proved who they are."""
    audience, subject_id = subject
    row = SessionRow(
        session_id=uuid7(),
        audience=audience,
        subject_id=subject_id,
        assurance=assurance,
        counter=0,
        rotated_at=now,
        created_at=now,
        proved_at=now,
        expires_at=now + _life(audience, shared=shared),
        ended_at=None,
        is_shared=shared,
    )
    await queries.insert(conn, row, device_label)
    what = ("session", row.session_id)
    await record(conn, actor(subject), "session.begun", what, at=now)
    return row


def _life(audience: Audience, *, shared: bool) -> timedelta:
    if shared:
        return SHARED_LIFE
    return CITIZEN_LIFE if audience == "citizen" else STAFF_LIFE


async def renew(engines: Engines, audience: Audience, token: str) -> SessionRow:
    """The family after one renewal. Raises `Unauthenticated`, and ends the family of a thief."""
    ticket = read_ticket(engines.vault, token)
    now = engines.clock.now()
    async with db.transaction(engines.pool) as conn:
        row = await queries.lock(conn, ticket.session_id)
        if row is None or row.audience != audience or row.ended_at or row.expires_at <= now:
            raise Unauthenticated("session_ended")
        if ticket.counter == row.counter:
            return await _rotate(conn, row, now)
        if ticket.counter == row.counter - 1 and now - row.rotated_at <= GRACE:
            return row
        await _end_family(conn, row, now)
    raise Unauthenticated("session_reused")


async def _rotate(conn: db.Conn, row: SessionRow, now: datetime) -> SessionRow:
    expires_at = row.expires_at
    if row.audience == "citizen":
        expires_at = now + _life(row.audience, shared=row.is_shared)
    await queries.rotate(conn, row.session_id, now, expires_at)
    return msgspec.structs.replace(
        row, counter=row.counter + 1, rotated_at=now, expires_at=expires_at
    )


async def _end_family(conn: db.Conn, row: SessionRow, now: datetime) -> None:
    subject = (row.audience, row.subject_id)
    await queries.end(conn, subject, row.session_id, "reuse", now)
    what = ("session", row.session_id)
    await record(conn, actor(subject), "session.reused", what, at=now)


async def end(
    engines: Engines, subject: tuple[Audience, UUID], session_id: UUID | None
) -> list[UUID]:
    """End one session of the subject, or every one; which ones ended."""
    now = engines.clock.now()
    async with db.transaction(engines.pool) as conn:
        ended = await queries.end(conn, subject, session_id, "signed_out", now)
        for one in ended:
            await record(conn, actor(subject), "session.ended", ("session", one), at=now)
    return ended


async def end_by_token(engines: Engines, audience: Audience, token: str) -> list[UUID]:
    """End the session that a refresh token belongs to; a token of nothing ends nothing."""
    try:
        ticket = read_ticket(engines.vault, token)
    except Unauthenticated:
        return []
    async with engines.pool.acquire() as conn:
        row = await queries.find(conn, ticket.session_id)
    if row is None or row.audience != audience:
        return []
    return await end(engines, (audience, row.subject_id), row.session_id)


BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "coc_coc": "Cốc Cốc",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}
"""Marks in a User-Agent to names, the telling ones first: most browsers also claim to be others."""


def device_label(user_agent: str) -> str:
    """Browser and system by which a person knows a device again; empty when we know neither."""
    found = [
        next((name for mark, name in names.items() if mark in user_agent), None)
        for names in (BROWSERS, SYSTEMS)
    ]
    return " · ".join(name for name in found if name)


def actor(subject: tuple[Audience, UUID]) -> Actor:
    """The subject as the audit names it."""
    return Actor(kind=subject[0], actor_id=subject[1])
