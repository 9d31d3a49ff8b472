"""Shapes of uploads."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec

MAX_BYTES = 10 * 1024 * 1024
MediaType = Literal["image/jpeg", "image/png", "application/pdf"]


class NewDocument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is about to be uploaded; `purpose` is the component that the file satisfies."""

    file_name: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
    size: Annotated[int, msgspec.Meta(gt=0, le=MAX_BYTES)]
    media_type: MediaType
    purpose: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._-]{1,80}$")]


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """Where to send the file: multipart with `fields` first, then `file`, to `url`."""

    document_id: UUID
    url: str
    fields: dict[str, str]


class Begin(msgspec.Struct, frozen=True, kw_only=True):
    """What an idempotent repeat of a begin gives again."""

    document_id: UUID


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """A download address, valid for a minute."""

    url: str


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A document as stored."""

    document_id: UUID
    owner_id: UUID
    purpose: str
    object_key: str
    version_id: str | None
    file_name_enc: bytes
    size: int
    media_type: MediaType
    state: Literal["incoming", "checked", "clean", "refused"]


class RowAtDesk(Row, frozen=True, kw_only=True):
    """A document as an officer may open it, with the agency by which."""

    agency_id: UUID


class RowOfRelative(Row, frozen=True, kw_only=True):
    """A result, and the right by which somebody opens it whose dossier it is not."""

    delegation_id: UUID
