"""Proving who one is, for citizens: a one-time code that comes by message.

Whether a phone is known can be told neither from an answer nor from its time.
"""

import hmac
import secrets
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from camaug.identity import queries, session_queries, sessions
from camaug.identity.schemas import (
    Begun,
    Challenge,
    CodeTry,
    NewChallenge,
    SessionRow,
)
from camaug.identity.sms import Gateway, MaybeSent, NotSent
from camaug.kernel import db, guesses, idempotency
from camaug.kernel.crypto import Vault, mac
from camaug.kernel.guesses import Guess
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug_sdk.problems import FieldError, Invalid, TooMany, Unauthenticated
from camaug_sdk.records import Language

PHONE = "citizen|phone"
CODE_PHONE = "otp_challenge|phone"
CODE_LIFE = timedelta(minutes=5)
LIMITS = ((timedelta(hours=1), 5), (timedelta(days=1), 10))
"""How many codes one phone may get in how long."""

ASKED = Guess(name="code asked", most=1000)
"""Wide, because phones share addresses."""
CODES = Guess(name="code tried", most=100)


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """The language of a request, the device that it comes from, in words, and its address."""

    language: Language
    source: str
    device_label: str


async def send_code(engines: Engines, sms: Gateway, phone: str, visit: Visit, key: str) -> UUID:
    """Send a code to `phone` (normal form); the id under which it is tried.

    The same `key` sends once. Raises `TooMany`, and `Unavailable` when the gateway fails.
    """
    code = f"{secrets.randbelow(10**6):06d}"
    challenge_id = uuid7()
    now = engines.clock.now()
    new = NewChallenge(
        challenge_id=challenge_id,
        phone_enc=engines.vault.seal_text(CODE_PHONE, challenge_id, phone),
        phone_idx=engines.vault.index(PHONE, phone),
        code_mac=_code_mac(engines.vault, challenge_id, code),
        request_key=key,
        expires_at=now + CODE_LIFE,
    )
    async with db.transaction(engines.pool) as conn:
        await queries.lock_phone(conn, new.phone_idx)
        earlier = await queries.code_of_request(conn, new.phone_idx, key)
        if earlier is not None:
            return earlier
        await _refuse_flood(conn, new.phone_idx, now)
        await guesses.count(conn, engines.vault, ASKED, visit.source, now)
        await queries.insert_code(conn, new, now)
        await queries.delete_old_codes(conn, now - LIMITS[-1][0])
    await _deliver(engines, sms, phone, visit.language, (challenge_id, code))
    return challenge_id


async def _refuse_flood(conn: db.Conn, phone_idx: bytes, now: datetime) -> None:
    made = await queries.codes_since(conn, phone_idx, now - LIMITS[-1][0])
    for span, most in LIMITS:
        recent = [at for at in made if at > now - span]
        if len(recent) >= most:
            wait = recent[-most] + span - now
            minutes = max(1, -(-int(wait.total_seconds()) // 60))
            raise TooMany("too_many_codes", retry_after=minutes * 60, count=minutes)


async def _deliver(
    engines: Engines, sms: Gateway, phone: str, language: Language, made: tuple[UUID, str]
) -> None:
    challenge_id, code = made
    text = engines.texts.text(language, "identity.code.message", code=code)
    try:
        await sms.send(phone, text, challenge_id)
    except NotSent:
        async with db.transaction(engines.pool) as conn:
            await queries.delete_code(conn, challenge_id)
        raise
    except MaybeSent:
        async with db.transaction(engines.pool) as conn:
            await queries.forget_request(conn, challenge_id)
        raise


def _code_mac(vault: Vault, challenge_id: UUID, code: str) -> bytes:
    return mac(vault.secret("otp"), "code", str(challenge_id), code)


async def check_code(engines: Engines, tried: CodeTry, visit: Visit, key: str) -> SessionRow:
    """Begin a session with the right code; an account is made at the first time.

    Every try counts, also a failing one. A repeat under the same `key` within the life of the code
    gives the same session, as long as that has not moved on. Raises `Invalid`, `TooMany`.
    """
    now = engines.clock.now()
    async with db.transaction(engines.pool) as conn:
        await guesses.count(conn, engines.vault, CODES, visit.source, now)
        challenge = await queries.try_code(conn, tried.challenge_id, now)
    expected = _code_mac(engines.vault, tried.challenge_id, tried.code.strip())
    right = challenge is not None and hmac.compare_digest(challenge.code_mac, expected)

    async def first_time() -> Begun:
        if challenge is None or not right:
            raise _wrong_code(challenge)
        if not await queries.consume_code(conn, tried.challenge_id, now):
            raise _wrong_code(None)
        citizen_id = await _account(engines, conn, tried.challenge_id, challenge, visit)
        session = await sessions.begin(
            conn,
            ("citizen", citizen_id),
            assurance=1,
            device_label=visit.device_label,
            now=now,
            shared=tried.shared,
        )
        return Begun(session_id=session.session_id)

    async with db.transaction(engines.pool) as conn:
        scope = f"otp.verify|{tried.challenge_id}"
        begun = await idempotency.once(
            conn, Begun, first_time, scope=scope, key=key, body=tried, now=now
        )
        await guesses.take_back(conn, engines.vault, CODES, visit.source, now)
        session = await session_queries.find(conn, begun.session_id)
    if (
        session is None
        or session.ended_at
        or session.counter
        or session.created_at <= now - CODE_LIFE
    ):
        raise Unauthenticated("session_ended")
    return session


def _wrong_code(challenge: Challenge | None) -> Invalid:
    if challenge is None:
        return Invalid(errors=[FieldError(pointer="/code", code="code_over")])
    left = queries.MOST_TRIES - challenge.tries
    if left == 0:
        return Invalid(errors=[FieldError(pointer="/code", code="code_spent")])
    return Invalid(errors=[FieldError(pointer="/code", code="code_wrong", args={"count": left})])


async def _account(
    engines: Engines, conn: db.Conn, challenge_id: UUID, challenge: Challenge, visit: Visit
) -> UUID:
    phone = engines.vault.open_text(CODE_PHONE, challenge_id, challenge.phone_enc)
    fresh_id = uuid7()
    sealed = (engines.vault.seal_text(PHONE, fresh_id, phone), challenge.phone_idx)
    now = engines.clock.now()
    return await queries.citizen_of_phone(conn, fresh_id, sealed, visit.language, now)
