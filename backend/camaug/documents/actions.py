"""Uploads: announce, receive straight into the store, check what arrived, pin its version."""

import hashlib
from typing import Any
from uuid import UUID

import filetype

from camaug.audit.actions import Actor, record
from camaug.documents import queries
from camaug.documents.schemas import Begin, Begun, NewDocument, Row
from camaug.kernel import db, idempotency
from camaug.kernel.ids import uuid7
from camaug.kernel.text import clean_line, has_hidden
from camaug.kernel.web import Engines
from camaug_sdk.fields import FileRef
from camaug_sdk.problems import Conflict, FieldError, Invalid
from camaug_sdk.records import Document, Person, StaffMember

NAME = "document|file_name"
HEAD_BYTES = 8192
"""How much of a file is looked at to tell its type."""
EMOJI = "\ufe0f"
ENDINGS = {
    "image/jpeg": ("jpg", "jpeg", "jfif"),
    "image/png": ("png",),
    "application/pdf": ("pdf",),
}
OFFICER_ROLES = ("officer",)


async def begin(engines: Engines, owner_id: UUID, new: NewDocument, key: str) -> Begun:
    """Announce an upload; the answer allows exactly this size and type for 15 minutes."""
    if (code := _unfit_name(new)) is not None:
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
    upload = await engines.blobs.presign_upload(
        f"incoming/{begun.document_id}", media_type=new.media_type, size=new.size
    )
    return Begun(document_id=begun.document_id, url=upload.url, fields=upload.fields)


async def complete(engines: Engines, owner_id: UUID, document_id: UUID) -> FileRef:
    """Read what arrived and check it. Raises `Invalid` when it is not what was announced.

    Repeating it on a checked file answers the same; no connection is held while reading.
    """
    async with engines.pool.acquire() as conn:
        row = await queries.own(conn, owner_id, document_id)
    if row.state == "refused":
        raise Conflict("file_refused")
    if row.state == "incoming":
        await _check(engines, row)
        async with engines.pool.acquire() as conn:
            row = await queries.own(conn, owner_id, document_id)
    return FileRef(
        document_id=str(row.document_id),
        name=engines.vault.open_text(NAME, row.document_id, row.file_name_enc),
        size=row.size,
        media_type=row.media_type,
        state=row.state,
    )


async def _check(engines: Engines, row: Row) -> None:
    digest, head, size = hashlib.sha256(), b"", 0
    async with engines.blobs.read(row.object_key) as (stored, chunks):
        async for chunk in chunks:
            head = head or chunk[:HEAD_BYTES]
            digest.update(chunk)
            size += len(chunk)
    why = _refusal(row, size, head)
    now = engines.clock.now()
    async with db.transaction(engines.pool) as conn:
        if why is None:
            await queries.set_checked(
                conn, row.document_id, stored.version_id, digest.digest(), now
            )
        else:
            await queries.set_refused(conn, row.document_id, why, now)
    if why is not None:
        await engines.blobs.delete(row.object_key)
        raise Invalid(errors=[FieldError(pointer="/file", code=why)])


def _unfit_name(new: NewDocument) -> str | None:
    """Why the name is refused. It is only shown; the store knows the file by its id.

    The mark that makes a character an emoji may stand in it. An ending, if there is one, must
    promise the type of the content: whoever opens the download goes by it.
    """
    if has_hidden(new.file_name.replace(EMOJI, "")):
        return "hidden_characters"
    _, dot, ending = clean_line(new.file_name).rpartition(".")
    if dot and ending.lower() not in ENDINGS[new.media_type]:
        return "file_name_ending"
    return None


def _refusal(row: Row, size: int, head: bytes) -> str | None:
    """Why the file is refused, as a field error code."""
    if size != row.size:
        return "file_size_differs"
    found: Any = filetype.guess(head)  # pyright: ignore[reportUnknownMemberType]  (untyped)
    if found is None or found.mime != row.media_type:
        return "file_type_differs"
    return None


async def remove(engines: Engines, owner_id: UUID, document_id: UUID) -> None:
    """Delete an own file that no dossier holds. Deleting what is gone already is fine."""
    async with db.transaction(engines.pool) as conn:
        gone = await queries.delete_free(conn, owner_id, document_id)
    if gone:
        await engines.blobs.delete(f"incoming/{document_id}")


async def address(engines: Engines, row: Row) -> str:
    """A download address of the pinned version. Raises `Conflict` unless the file was checked."""
    if row.state not in ("checked", "clean"):
        raise Conflict("file_not_checked")
    name = engines.vault.open_text(NAME, row.document_id, row.file_name_enc)
    return await engines.blobs.presign_download(row.object_key, row.version_id, name)


async def address_for_citizen(engines: Engines, me: Person, document_id: UUID) -> str:
    """A download address of an own file or of a result."""
    async with engines.pool.acquire() as conn:
        row = await queries.given(conn, me.citizen_id, document_id)
    return await address(engines, row)


async def address_for_officer(engines: Engines, officer: StaffMember, document_id: UUID) -> str:
    """A download address of a file in a dossier of the officer's agencies; audited."""
    async with db.transaction(engines.pool) as conn:
        row = await queries.at_desk(conn, officer.at(*OFFICER_ROLES), document_id)
        await record(
            conn,
            Actor(kind="staff", actor_id=officer.staff_id),
            "document.opened",
            ("document", document_id),
            at=engines.clock.now(),
        )
    return await address(engines, row)


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
