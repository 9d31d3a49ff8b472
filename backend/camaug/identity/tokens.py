"""Access tokens: ES256 JSON Web Tokens, issued, verified, remembered, revoked.

A verified token is remembered, so that a warm check costs a dictionary look-up. What can change
under it (sessions that ended, roles of staff) is looked up for the whole process every two
seconds, never for a request; a process that cannot reach the database cannot serve data either.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import lru_cache
from typing import TypeAlias
from uuid import UUID

import msgspec
import structlog
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.types import ASGIApp, Receive, Scope, Send

from camaug.identity import access_token, keys, session_queries, staff_queries
from camaug.identity.access_token import LIFE_SECONDS, Claims, TokenAudience
from camaug.identity.keys import KeySet
from camaug.identity.schemas import Audience, SessionRow
from camaug.kernel import db
from camaug.kernel.i18n import negotiate
from camaug.kernel.problems import Problems
from camaug.kernel.web import Engines
from camaug_sdk.problems import Problem, Unauthenticated, Unavailable
from camaug_sdk.records import Caller, Language, Person, StaffMember

MOST_REMEMBERED = 10_000
LOOK_SECONDS = 2
KEYS_EVERY = 30
"""Looks between two readings of the signing keys."""
OVERLAP = timedelta(seconds=60)
"""An end may be committed this long after the instant that it carries."""
AUDIENCES: dict[Audience, TokenAudience] = {"citizen": "camaug:citizen", "staff": "camaug:staff"}
Roles = dict[str, tuple[UUID, ...]]
log = structlog.get_logger()


class _Known(msgspec.Struct, frozen=True):
    """A verified token: whose, of which session, until when, and when they proved it."""

    session_id: UUID
    expires: int
    proved_at: int
    person: Person | None
    staff_id: UUID | None


class Tokens:
    """Issues and checks the access tokens of one process. `issuer` is the public address."""

    def __init__(self, engines: Engines, issuer: str) -> None:
        self.issuer = issuer.rstrip("/")
        self._engines = engines
        self._keys = KeySet((), b"")
        self._known: dict[str, _Known] = {}
        self._ended: dict[UUID, int] = {}
        self._roles: dict[UUID, Roles | None] = {}
        self._looked_at = engines.clock.now() - timedelta(seconds=LIFE_SECONDS)

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator[None]:
        """Read keys and ended sessions, and keep looking until the end."""
        await self.read_keys()
        await self.look()
        looking = asyncio.create_task(self._keep_looking())
        try:
            yield
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)

    @property
    def jwks(self) -> bytes:
        """The JWK Set of the keys that verify."""
        return self._keys.jwks

    def issue(self, session: SessionRow) -> str:
        """An access token for the next ten minutes."""
        now = self._engines.clock.now()
        issued = int(now.timestamp())
        claims = Claims(
            iss=self.issuer,
            aud=AUDIENCES[session.audience],
            sub=session.subject_id,
            sid=session.session_id,
            aal=session.assurance,
            auth_time=int(session.proved_at.timestamp()),
            iat=issued,
            exp=issued + LIFE_SECONDS,
        )
        return access_token.encode(claims, self._keys.signing(now))

    async def caller(self, token: str, language: Language) -> Caller:
        """Who presents this token. Raises `Unauthenticated`."""
        now = self._engines.clock.now().timestamp()
        known = self._known.get(token)
        if known is None:
            known = self._remember(token, access_token.decode(token, self._keys, self.issuer, now))
        if known.expires <= now:
            raise Unauthenticated("token_expired")
        if known.session_id in self._ended:
            raise Unauthenticated("session_ended")
        if known.person is not None:
            return Caller(language=language, me=known.person, proved_at=known.proved_at)
        officer = await self._officer(known)
        return Caller(language=language, officer=officer, proved_at=known.proved_at)

    def forget(self, session_ids: list[UUID]) -> None:
        """Refuse these sessions here at once; other processes see it when they look."""
        now = int(self._engines.clock.now().timestamp())
        self._ended.update(dict.fromkeys(session_ids, now))

    async def read_keys(self) -> None:
        """Make the next key if it is time, and read those that verify."""
        now, vault = self._engines.clock.now(), self._engines.vault
        async with db.transaction(self._engines.pool) as conn:
            await keys.ensure(conn, vault, now)
            self._keys = await keys.read(conn, vault, now)

    async def look(self) -> None:
        """Learn which sessions ended and which roles changed; drop what has expired."""
        now = self._engines.clock.now()
        second = int(now.timestamp())
        self._known = {t: known for t, known in self._known.items() if known.expires > second}
        self._ended = {s: at for s, at in self._ended.items() if at > second - 2 * LIFE_SECONDS}
        staff = {known.staff_id for known in self._known.values() if known.staff_id is not None}
        async with self._engines.pool.acquire() as conn:
            ended = await session_queries.ended_since(conn, self._looked_at - OVERLAP)
            roles = await self._read_roles(conn, staff)
        self._ended.update({one.session_id: int(one.ended_at.timestamp()) for one in ended})
        self._roles = roles
        self._looked_at = now

    async def _keep_looking(self) -> None:
        looks = 0
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            looks += 1
            try:
                await self.look()
                if looks % KEYS_EVERY == 0:
                    await self.read_keys()
            except Exception as error:  # noqa: BLE001  (this must go on, whatever the database does)
                log.warning("session_look_failed", error=type(error).__name__)

    async def _officer(self, known: _Known) -> StaffMember:
        staff_id = known.staff_id
        assert staff_id is not None  # noqa: S101  (a token is of a citizen or of staff)
        if staff_id not in self._roles:
            try:
                async with self._engines.pool.acquire() as conn:
                    found = await self._read_roles(conn, {staff_id})
            except db.OUTAGES as error:
                raise Unavailable from error
            # A look may have replaced them all while this waited, and did not ask for this person.
            self._roles |= found
        roles = self._roles[staff_id]
        if roles is None:
            raise Unauthenticated("session_ended")
        return StaffMember(staff_id=staff_id, session_id=known.session_id, agencies=roles)

    async def _read_roles(self, conn: db.Conn, staff: set[UUID]) -> dict[UUID, Roles | None]:
        """Roles of each; None for somebody who is gone or disabled."""
        roles: dict[UUID, Roles | None] = dict.fromkeys(staff)
        if not staff:
            return roles
        for row in await staff_queries.assignments(conn, list(staff), self._engines.clock.now()):
            held = roles[row.staff_id] or {}
            if row.role is not None and row.agency_id is not None:
                held[row.role] = (*held.get(row.role, ()), row.agency_id)
            roles[row.staff_id] = held
        return roles

    def _remember(self, token: str, claims: Claims) -> _Known:
        while len(self._known) >= MOST_REMEMBERED:
            del self._known[next(iter(self._known))]
        if claims.aud == AUDIENCES["citizen"]:
            person = Person(citizen_id=claims.sub, assurance=claims.aal, session_id=claims.sid)
            known = _Known(claims.sid, claims.exp, claims.auth_time, person, None)
        else:
            known = _Known(claims.sid, claims.exp, claims.auth_time, None, claims.sub)
        self._known[token] = known
        return known


FromTokens: TypeAlias = NamedDependency[SkipValidation[Tokens]]
"""Argument `tokens`."""
OWN_PROOF = frozenset({"/api/v1/session/refresh", "/api/v1/session/end"})
"""Routes that a browser calls with an access token that may be over; they look at the refresh
token, so a bad access token counts as none there."""


class Authenticate:
    """Puts `camaug_sdk.records.Caller` into `scope["state"]["caller"]` of every request.

    Without a token the caller is nobody; a token that does not hold is a 401 problem on any route.
    """

    def __init__(self, inner: ASGIApp, tokens: Tokens, problems: Problems) -> None:
        self._inner = inner
        self._tokens = tokens
        self._problems = problems

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        credentials: list[bytes] = []
        languages = b""
        for name, value in scope["headers"]:
            if name == b"authorization":
                credentials.append(value)
            elif name == b"accept-language":
                languages = value
        caller = Caller(language=_language(languages))
        if credentials:
            try:
                caller = await self._tokens.caller(_bearer(credentials), caller.language)
            except Problem as problem:
                if scope["path"] not in OWN_PROOF:
                    await self._problems.send(scope, problem, send)
                    return
        scope.setdefault("state", {})["caller"] = caller
        await self._inner(scope, receive, send)


def _bearer(credentials: list[bytes]) -> str:
    """The token of the one `Authorization` header."""
    scheme, _, token = credentials[0].partition(b" ")
    if len(credentials) > 1 or scheme.lower() != b"bearer":
        raise Unauthenticated("token_invalid")
    return token.decode("latin-1")


@lru_cache(maxsize=256)
def _language(accepted: bytes) -> Language:
    return negotiate(accepted.decode("latin-1"))
