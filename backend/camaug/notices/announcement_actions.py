"""What operators do to announcements: each act one transaction, once a key, with audit and event.

Whoever is no operator has no agencies to act for; an announcement of another agency is not there.
"""

from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec

from camaug.audit.actions import Actor
from camaug.kernel import db, idempotency
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.notices import announcement_content
from camaug.notices import announcement_queries as queries
from camaug.notices.announcement_pacing import Pacing
from camaug.notices.announcement_queue import AnnounceJob, Subject, enqueue, note
from camaug.notices.announcement_schemas import (
    Announcement,
    Content,
    Done,
    NewAnnouncement,
    Nothing,
    Rewriting,
    Seen,
)
from camaug.notices.announcement_states import TRANSITIONS, Act, may
from camaug_sdk.problems import Conflict, Forbidden, Invalid
from camaug_sdk.records import StaffMember

ROLE = "operator"
DRIFT = 100
"""People may come and go between looking and pressing: one in a hundred, in large audiences."""
Do = Callable[[db.Conn, Announcement], Awaitable[Done]]


def agencies(officer: StaffMember) -> list[UUID]:
    """Where the person is an operator. Raises `Forbidden` when nowhere."""
    found = officer.at(ROLE)
    if not found:
        raise Forbidden
    return found


async def create(engines: Engines, officer: StaffMember, new: NewAnnouncement, key: str) -> Done:
    """Write a draft. Raises `Invalid` with every error at once."""
    own, now = agencies(officer), engines.clock.now()

    async def do() -> Done:
        announcement_id, agency_id = uuid7(), own[0]
        content = await _content(conn, own, new)
        content_hash = announcement_content.digest(announcement_id, 1, content)
        owner = (agency_id, officer.staff_id)
        await queries.insert(conn, announcement_id, owner, content, content_hash, now)
        subject = Subject(announcement_id=announcement_id, agency_id=agency_id, version=1)
        await note(conn, _actor(officer), "write", subject, now)
        return Done(announcement_id=announcement_id)

    scope = f"announcement|{officer.staff_id}|new"
    async with db.transaction(engines.pool) as conn:
        return await idempotency.once(conn, Done, do, scope=scope, key=key, body=new, now=now)


async def rewrite(
    engines: Engines, officer: StaffMember, announcement_id: UUID, new: Rewriting, key: str
) -> Done:
    """Another content, which takes any approval away. Raises as `create`, and `Conflict`."""

    async def do(conn: db.Conn, found: Announcement) -> Done:
        if found.version != new.version:
            raise Conflict
        content = await _content(conn, agencies(officer), new)
        version = found.version + 1
        content_hash = announcement_content.digest(announcement_id, version, content)
        await queries.rewrite(conn, announcement_id, version, content, content_hash)
        return Done(announcement_id=announcement_id)

    return await _act(engines, officer, ("write", announcement_id), new, key, do)


async def submit(
    engines: Engines, officer: StaffMember, announcement_id: UUID, seen: Seen, key: str
) -> Done:
    """Ask for the second person. Raises `Conflict` when content or audience were others."""

    async def do(conn: db.Conn, found: Announcement) -> Done:
        audience = await _seen(conn, found, seen)
        if audience == 0:
            raise Invalid("announcement_nobody")
        await queries.submit(conn, announcement_id, audience, engines.clock.now())
        return Done(announcement_id=announcement_id)

    return await _act(engines, officer, ("submit", announcement_id), seen, key, do)


async def approve(
    engines: Engines,
    officer: StaffMember,
    announcement_id: UUID,
    pacing: Pacing,
    seen: Seen,
    key: str,
) -> Done:
    """Approve exactly what was seen; it goes out after hold time and quiet hours."""

    async def do(conn: db.Conn, found: Announcement) -> Done:
        audience, now = await _seen(conn, found, seen), engines.clock.now()
        after = pacing.send_after(now)
        await queries.approve(conn, found, officer.staff_id, audience, (now, after))
        job = AnnounceJob(announcement_id=announcement_id, version=found.version)
        await enqueue(conn, job, after - now)
        return Done(announcement_id=announcement_id, send_after=after)

    return await _act(engines, officer, ("approve", announcement_id), seen, key, do)


async def withdraw(engines: Engines, officer: StaffMember, announcement_id: UUID, key: str) -> Done:
    """Take it back before anything was sent."""
    return await _end(engines, officer, ("withdraw", announcement_id), key)


async def stop(engines: Engines, officer: StaffMember, announcement_id: UUID, key: str) -> Done:
    """End the sending; waits for the chunk under way to be taken, and lets none follow."""
    return await _end(engines, officer, ("stop", announcement_id), key)


async def _end(engines: Engines, officer: StaffMember, what: tuple[Act, UUID], key: str) -> Done:
    act, announcement_id = what

    async def do(conn: db.Conn, found: Announcement) -> Done:
        state = TRANSITIONS[act].to
        await queries.end(conn, found.announcement_id, state, engines.clock.now())
        return Done(announcement_id=announcement_id)

    return await _act(engines, officer, what, Nothing(), key, do)


async def _act(
    engines: Engines,
    officer: StaffMember,
    what: tuple[Act, UUID],
    body: msgspec.Struct,
    key: str,
    do: Do,
) -> Done:
    """One act on an announcement that is held meanwhile."""
    act, announcement_id = what
    own, now = agencies(officer), engines.clock.now()

    async def held() -> Done:
        found = await queries.lock(conn, announcement_id, own)
        if not may(act, author=found.author_id == officer.staff_id):
            raise Forbidden("announcement_second_person")
        if found.state not in TRANSITIONS[act].start:
            raise Conflict
        done = await do(conn, found)
        subject = Subject(
            announcement_id=announcement_id,
            agency_id=found.agency_id,
            version=found.version + (act == "write"),
        )
        await note(conn, _actor(officer), act, subject, now)
        return done

    scope = f"announcement|{officer.staff_id}|{announcement_id}|{act}"
    async with db.transaction(engines.pool) as conn:
        return await idempotency.once(conn, Done, held, scope=scope, key=key, body=body, now=now)


async def _content(conn: db.Conn, own: list[UUID], new: NewAnnouncement) -> Content:
    places = await queries.places(conn, own)
    return announcement_content.read(new, [one.code for one in places])


async def _seen(conn: db.Conn, found: Announcement, seen: Seen) -> int:
    """The audience now. Raises `Conflict` when it, or the content, is not what was seen."""
    if seen.content != found.content_hash.hex():
        raise Conflict
    audience = await queries.audience(conn, found.communes)
    if abs(audience - seen.audience) * DRIFT > audience:
        raise Conflict("announcement_audience", n=audience)
    return audience


def _actor(officer: StaffMember) -> Actor:
    return Actor(kind="staff", actor_id=officer.staff_id)
