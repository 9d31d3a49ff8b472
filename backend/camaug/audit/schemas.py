"""Rows of the audit and of its seal."""

from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

import msgspec

from camaug.audit import merkle

NOTHING = bytes(32)
"""The head before the first batch."""


class AuditRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row as it was written."""

    audit_id: UUID
    at: datetime
    actor_kind: str
    actor_id: UUID | None
    action: str
    object_kind: str
    object_id: str
    agency_id: UUID | None
    detail: dict[str, str | int | float | bool | None]
    request_id: str | None

    def leaf(self) -> bytes:
        """The hash of its leaf: over JSON with the members by name, in UTF-8, without spaces."""
        return merkle.leaf_hash(msgspec.json.encode(self, order="sorted"))


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Leaves that were sealed together."""

    batch: int
    size: int
    root: bytes
    head: bytes
    sealed_at: datetime

    def expected(self, before: bytes) -> bytes:
        """What the head must be after the head `before`."""
        return chained(before, self.batch, self.size, self.root, self.sealed_at)


class LeafRow(msgspec.Struct, frozen=True, kw_only=True):
    """A leaf, and the row that it is of; None when the row is gone."""

    leaf: int
    audit_id: UUID
    hash: bytes
    row: AuditRow | None


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept outside the database: who changes the database cannot make it fit."""

    batch: int
    head: str
    """Hexadecimal."""
    sealed_at: datetime
    mac: str
    """Keyed by the keyring, over the others."""

    def signed(self) -> str:
        """What the mac is over."""
        return f"{self.batch}|{self.head}|{self.sealed_at.astimezone(UTC).isoformat()}"


def chained(before: bytes, batch: int, size: int, root: bytes, sealed_at: datetime) -> bytes:
    """The head of a batch: SHA-256 over the head before it and all that the batch says."""
    when = sealed_at.astimezone(UTC).isoformat(timespec="microseconds")
    return sha256(before + f"|{batch}|{size}|{when}|".encode() + root).digest()
