"""Uploads: announce, receive straight into the store, check what arrived, pin its version."""

import hashlib
from uuid import UUID

from camaug.audit.actions import Actor, record
from camaug.documents import content, names, queries
from camaug.documents.schemas import Begin, Begun, NewDocument, Row
from camaug.kernel import db, idempotency, threads
from camaug.kernel.blobs import Stored
from camaug.kernel.ids import uuid7
from camaug.kernel.text import clean_line
from camaug.kernel.web import Engines
from camaug_sdk.fields import FileRef
from camaug_sdk.problems import Conflict, FieldError, Invalid, NotFound, Unavailable
from camaug_sdk.records import Document, Person, StaffMember

NAME = "document|file_name"
UNPINNED = (None, "", "null")
"""Versions of a bucket that keeps none."""
OFFICER_ROLES = ("officer",)


async def begin(engines: Engines, owner_id: UUID, new: NewDocument, key: str) -> Begun:
    """Announce an upload; the answer allows exactly this size and type for 15 minutes."""
    if (code := names.unfit(new)) is not None:
        raise Invalid(errors=[FieldError(pointer="/file_name", code=code)])
    now = engines.clock.now()

    async def insert() -> Begin:
        document_id = uuid7()
        name = engines.vault.seal_text(NAME, document_id, clean_line(new.file_name))
        await queries.insert(conn, document_id, owner_id, new, name, now)
        return Begin(document_id=document_id)

    async with db.transaction(engines.pool) as conn:
        begun = await idempotency.once(
            conn,
            Begin,
            insert,
            scope=f"document.begin|{owner_id}",
            key=key,
            body=new,
            now=now,
        )
    upload = engines.blobs.presign_upload(
        f"incoming/{begun.document_id}", media_type=new.media_type, size=new.size
    )
    return Begun(document_id=begun.document_id, url=upload.url, fields=upload.fields)


async def complete(engines: Engines, owner_id: UUID, document_id: UUID) -> FileRef:
    """Read what arrived and check it. Raises `Invalid` when it is not what was announced.

    Repeating it on a checked file answers the same; no connection is held while reading.
    """
    async with engines.pool.acquire() as conn:
        row = await queries.own(conn, owner_id, document_id)
    if row.state == "incoming":
        await _check(engines, row)
        async with engines.pool.acquire() as conn:
            row = await queries.own(conn, owner_id, document_id)
    if row.state == "refused":  # now, before, or by a check that ran beside this one
        raise Conflict("file_refused")
    return FileRef(
        document_id=str(row.document_id),
        name=engines.vault.open_text(NAME, row.document_id, row.file_name_enc),
        size=row.size,
        media_type=row.media_type,
        state=row.state,
    )


async def _check(engines: Engines, row: Row) -> None:
    async with engines.blobs.read(row.object_key, row.size) as (stored, data):
        if stored.version_id in UNPINNED:
            raise Unavailable("store")  # what is sent later would take the place of what was read
        why, digest = await threads.run(_look, row, stored, data)
    now = engines.clock.now()
    async with db.transaction(engines.pool) as conn:
        if why is None:
            await queries.set_checked(conn, row.document_id, stored.version_id, digest, now)
        else:
            await queries.set_refused(conn, row.document_id, why, now)
    if why is not None:
        await engines.blobs.delete(row.object_key)
        raise Invalid(errors=[FieldError(pointer="/file", code=why)])


def _look(row: Row, stored: Stored, data: bytearray) -> tuple[str | None, bytes]:
    """Why the file is refused, as a field error code, and its SHA-256."""
    digest = hashlib.sha256(data).digest()
    if len(data) != row.size:
        return "file_size_differs", digest
    if stored.encoding:
        return "file_type_differs", digest
    return content.refusal(row.media_type, data), digest


async def remove(engines: Engines, owner_id: UUID, document_id: UUID) -> None:
    """Delete an own file that no dossier holds. Deleting what is gone already is fine."""
    async with db.transaction(engines.pool) as conn:
        gone = await queries.delete_free(conn, owner_id, document_id)
    if gone:
        await engines.blobs.delete(f"incoming/{document_id}")


async def address(engines: Engines, row: Row, name: str | None = None) -> str:
    """A download address of the pinned version, under its own name or another.

    Raises `Conflict` unless the file was checked.
    """
    if row.state not in ("checked", "clean"):
        raise Conflict("file_not_checked")
    if name is None:
        name = engines.vault.open_text(NAME, row.document_id, row.file_name_enc)
    return engines.blobs.presign_download(
        row.object_key,
        row.version_id,
        disposition=names.disposition(name, row.media_type),
        media_type=row.media_type,
    )


async def address_for_citizen(engines: Engines, me: Person, document_id: UUID) -> str:
    """A download address of an own file or of a result; audited when the result is a relative's."""
    try:
        async with engines.pool.acquire() as conn:
            row = await queries.given(conn, me.citizen_id, document_id)
    except NotFound:
        row = await _of_relative(engines, me, document_id)
    return await address(engines, row)


async def _of_relative(engines: Engines, me: Person, document_id: UUID) -> Row:
    async with db.transaction(engines.pool) as conn:
        now = engines.clock.now()
        row = await queries.given_to_relative(conn, me.citizen_id, document_id, now)
        await record(
            conn,
            Actor(kind="citizen", actor_id=me.citizen_id),
            "document.opened",
            ("document", document_id),
            at=now,
            detail={"role": "relative", "delegation_id": str(row.delegation_id)},
        )
    return row


async def address_for_officer(engines: Engines, officer: StaffMember, document_id: UUID) -> str:
    """A download address of a file that a desk of the officer's holds; audited."""
    async with db.transaction(engines.pool) as conn:
        held = [(role, one) for role, several in officer.agencies.items() for one in several]
        row = await queries.at_desk(conn, officer.at(*OFFICER_ROLES), held, document_id)
        await record(
            conn,
            Actor(kind="staff", actor_id=officer.staff_id),
            "document.opened",
            ("document", document_id),
            at=engines.clock.now(),
            agency_id=row.agency_id,
        )
        lent = await queries.is_lent(conn, document_id)
    # A name of a file may name a person, and who reports to a utility's desk may not be known.
    return await address(engines, row, str(document_id) if lent else None)


def describe(engines: Engines, row: Row) -> Document:
    """The SDK's record of a stored file."""
    return Document(
        document_id=row.document_id,
        file_name=engines.vault.open_text(NAME, row.document_id, row.file_name_enc),
        size=row.size,
        media_type=row.media_type,
        state=row.state,
        purpose=row.purpose,
    )


class DocumentsService:
    """Implements `camaug_sdk.services.Documents`."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    async def mine(self, me: Person, document_ids: list[UUID]) -> list[Document]:
        """See the Protocol."""
        async with self._engines.pool.acquire() as conn:
            rows = await queries.own_many(conn, me.citizen_id, document_ids)
        return [describe(self._engines, row) for row in rows]
