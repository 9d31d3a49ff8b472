"""Identifiers: UUID version 7 (RFC 9562), so that keys of new rows are close together."""

import secrets
import time
from uuid import UUID

PIN_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without 0 O 1 I L, which are confused when read aloud or written by hand."""


def uuid7() -> UUID:
    """A new UUIDv7: 48 bits of milliseconds, 12 of the part of one that has gone by, 62 random.

    So ids that a process makes one after the other rise, also those of one millisecond (RFC 9562,
    section 6.2, method 3): what one transaction writes twice is read in its order.
    """
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    value = (milliseconds & (2**48 - 1)) << 80
    value |= 0x7 << 76 | rest * 4096 // 1_000_000 << 64
    value |= 0b10 << 62 | secrets.randbits(62)
    return UUID(int=value)


def pin() -> str:
    """Six characters for looking up a dossier by its code, 29.7 bits."""
    return "".join(secrets.choice(PIN_ALPHABET) for _ in range(6))
