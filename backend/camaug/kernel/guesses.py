"""How often one address may guess in an hour: counted in PostgreSQL, so that it outlives the cache.

A try is counted before anybody knows whether it is right, and taken back when it is. So tries at
once do not slip past the count, and a try about nothing writes as much as one about something.
"""

import math
from datetime import datetime, timedelta

import msgspec

from camaug.kernel import db
from camaug.kernel.crypto import Vault
from camaug_sdk.problems import TooMany

WINDOW = timedelta(hours=1)


class Guess(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of try, and how many of them an address has in an hour."""

    name: str
    most: int


async def count(conn: db.Conn, vault: Vault, kind: Guess, source: str, now: datetime) -> None:
    """Count one try from `source`; others from there wait for this transaction.

    Raises `TooMany`, which counts nothing.
    """
    idx = index(vault, kind, source)
    await db.lock(conn, idx.hex())
    oldest = await conn.fetchval(
        """
        with recent as (
            select at from pin_failure where code_idx = $1 and at > $2 order by at desc limit $4
        ), added as (
            insert into pin_failure (code_idx, source_idx, at)
            select $1, $1, $3 where (select count(*) from recent) < $4
        )
        select min(at) from recent having count(*) >= $4
        """,
        idx,
        now - WINDOW,
        now,
        kind.most,
    )
    if oldest is not None:
        minutes = max(1, math.ceil((oldest + WINDOW - now) / timedelta(minutes=1)))
        raise TooMany("too_many_guesses", retry_after=minutes * 60, count=minutes)


async def take_back(conn: db.Conn, vault: Vault, kind: Guess, source: str, at: datetime) -> None:
    """Forget a try that was counted at that instant: it was right."""
    await db.run(
        conn,
        "delete from pin_failure where ctid = (select ctid from pin_failure"
        " where code_idx = $1 and at = $2 limit 1)",
        index(vault, kind, source),
        at,
    )


def index(vault: Vault, kind: Guess, source: str) -> bytes:
    """Under what the tries of an address are counted."""
    return vault.index(f"guess|{kind.name}", source)
