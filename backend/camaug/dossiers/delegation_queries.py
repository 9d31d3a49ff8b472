"""Statements of offers and rights of relatives, as their owner and the relative turn them."""

from datetime import datetime
from uuid import UUID

import msgspec

from camaug.kernel import db
from camaug_sdk.relatives import Scope, Standing

RELATIVE_PHONE = "delegation|relative_phone"
MOST_SHOWN = 50


class NewRow(msgspec.Struct, frozen=True, kw_only=True):
    """An offer's row."""

    delegation_id: UUID
    owner_id: UUID
    dossier_id: UUID | None
    phone_enc: bytes
    phone_idx: bytes
    scope: Scope
    tells: bool
    offered_at: datetime
    until: datetime


class OwnRow(msgspec.Struct, frozen=True, kw_only=True):
    """What the owner reads of it."""

    delegation_id: UUID
    dossier_id: UUID | None
    code: str | None
    relative_phone_enc: bytes
    scope: Scope
    tells: bool
    standing: Standing
    offered_at: datetime
    until: datetime


class OfferRow(msgspec.Struct, frozen=True, kw_only=True):
    """What the relative reads of an offer."""

    delegation_id: UUID
    owner_id: UUID
    scope: Scope
    all_dossiers: bool
    until: datetime
    phone_enc: bytes
    profile_enc: bytes | None


class Turned(msgspec.Struct, frozen=True, kw_only=True):
    """An offer or right locked, to be answered or ended. `relative_id` None before acceptance."""

    delegation_id: UUID
    owner_id: UUID
    dossier_id: UUID | None
    relative_id: UUID | None
    state: str


async def own_code(conn: db.Conn, owner_id: UUID, dossier_id: UUID) -> str | None:
    """The code of an own dossier, None when it is not one's own."""
    return await conn.fetchval(
        "select code from dossier where dossier_id = $1 and citizen_id = $2", dossier_id, owner_id
    )


async def hold_own_code(conn: db.Conn, owner_id: UUID, dossier_id: UUID) -> str | None:
    """The same; the dossier stays one's own until the transaction ends, as nobody erases it."""
    return await conn.fetchval(
        "select code from dossier where dossier_id = $1 and citizen_id = $2 for key share",
        dossier_id,
        owner_id,
    )


async def phone_of(conn: db.Conn, citizen_id: UUID) -> bytes:
    """The blind index of the number by which the person signs in."""
    return bytes(
        await conn.fetchval("select phone_idx from citizen where citizen_id = $1", citizen_id)
    )


async def offered_since(conn: db.Conn, owner_id: UUID, since: datetime) -> int:
    """How many offers the person has made since then."""
    return int(
        await conn.fetchval(
            "select count(*) from delegation where owner_id = $1 and offered_at > $2",
            owner_id,
            since,
        )
    )


async def reaches(
    conn: db.Conn, owner_id: UUID, phone_idx: bytes, dossier_id: UUID | None, now: datetime
) -> bool:
    """Whether that number has an offer or right already to all that is to be offered."""
    return bool(
        await conn.fetchval(
            "select exists (select from delegation where owner_id = $1"
            " and relative_phone_idx = $2 and (dossier_id is null or dossier_id = $3)"
            " and state in ('offered', 'accepted') and until > $4)",
            owner_id,
            phone_idx,
            dossier_id,
            now,
        )
    )


async def relatives(conn: db.Conn, owner_id: UUID, dossier_id: UUID | None, now: datetime) -> int:
    """Offers and rights that reach the dossier; of all dossiers (None), the most of any one."""
    return int(
        await conn.fetchval(
            """
            with live as (
                select dossier_id from delegation
                where owner_id = $1 and state in ('offered', 'accepted') and until > $3
            )
            select (select count(*) from live where dossier_id is null) + coalesce((
                select max(number) from (
                    select count(*) as number from live
                    where dossier_id is not null and ($2::uuid is null or dossier_id = $2)
                    group by dossier_id
                ) each_dossier
            ), 0)
            """,
            owner_id,
            dossier_id,
            now,
        )
    )


async def insert(conn: db.Conn, new: NewRow) -> None:
    """Keep an offer."""
    await db.run(
        conn,
        "insert into delegation (delegation_id, owner_id, dossier_id, relative_phone_enc,"
        " relative_phone_idx, scope, tells, state, offered_at, until)"
        " values ($1, $2, $3, $4, $5, $6, $7, 'offered', $8, $9)",
        new.delegation_id,
        new.owner_id,
        new.dossier_id,
        new.phone_enc,
        new.phone_idx,
        new.scope,
        new.tells,
        new.offered_at,
        new.until,
    )


async def of_owner(
    conn: db.Conn, owner_id: UUID, dossier_id: UUID | None, now: datetime
) -> list[OwnRow]:
    """What the owner has offered, newest first; of a dossier, all that reach it."""
    return await db.many(
        conn,
        OwnRow,
        """
        select g.delegation_id, g.dossier_id, d.code, g.relative_phone_enc, g.scope, g.tells,
               case when g.state in ('offered', 'accepted') and g.until <= $3 then 'expired'
                    else g.state end as standing, g.offered_at, g.until
        from delegation g left join dossier d using (dossier_id)
        where g.owner_id = $1 and ($2::uuid is null or g.dossier_id is null or g.dossier_id = $2)
        order by g.offered_at desc, g.delegation_id desc limit $4
        """,
        owner_id,
        dossier_id,
        now,
        MOST_SHOWN,
    )


async def offers(conn: db.Conn, citizen_id: UUID, now: datetime) -> list[OfferRow]:
    """Offers to this person's number that wait."""
    return await db.many(
        conn,
        OfferRow,
        """
        select g.delegation_id, g.owner_id, g.scope, g.dossier_id is null as all_dossiers, g.until,
               o.phone_enc, o.profile_enc
        from citizen me
        join delegation g on g.relative_phone_idx = me.phone_idx and g.state = 'offered'
        join citizen o on o.citizen_id = g.owner_id
        where me.citizen_id = $1 and g.until > $2 and g.owner_id <> $1
        order by g.offered_at desc, g.delegation_id desc limit $3
        """,
        citizen_id,
        now,
        MOST_SHOWN,
    )


async def lock_of_owner(conn: db.Conn, owner_id: UUID, delegation_id: UUID) -> Turned:
    """Lock an own offer or right. Raises `NotFound`."""
    return await db.one(
        conn,
        Turned,
        "select delegation_id, owner_id, dossier_id, relative_id, state from delegation"
        " where delegation_id = $1 and owner_id = $2 for update",
        delegation_id,
        owner_id,
    )


async def lock_of_relative(
    conn: db.Conn, citizen_id: UUID, delegation_id: UUID, now: datetime
) -> Turned:
    """Lock an offer to this person's number, or a right that this account has. Raises `NotFound`.

    What nobody has accepted is the number's; what was answered is the account's.
    """
    return await db.one(
        conn,
        Turned,
        """
        select delegation_id, owner_id, dossier_id, relative_id, state from delegation
        where delegation_id = $1 and until > $3 and owner_id <> $2
          and coalesce(relative_id = $2, state = 'offered' and relative_phone_idx
                       = (select phone_idx from citizen where citizen_id = $2))
        for update
        """,
        delegation_id,
        citizen_id,
        now,
    )


async def is_relative(conn: db.Conn, owner_id: UUID, relative_id: UUID, now: datetime) -> bool:
    """Whether the one has let the other in."""
    return bool(
        await conn.fetchval(
            "select exists (select from delegation where owner_id = $1 and relative_id = $2"
            " and state = 'accepted' and until > $3)",
            owner_id,
            relative_id,
            now,
        )
    )


async def answer(
    conn: db.Conn, delegation_id: UUID, relative_id: UUID, state: str, at: datetime
) -> None:
    """Write what the relative says to an offer. The caller holds the row."""
    await db.run(
        conn,
        "update delegation set state = $3, relative_id = $2, answered_at = $4,"
        " ended_at = case when $3 = 'accepted' then null else $4::timestamptz end"
        " where delegation_id = $1",
        delegation_id,
        relative_id,
        state,
        at,
    )


async def end(conn: db.Conn, delegation_id: UUID, state: str, at: datetime) -> None:
    """End an offer or right. The caller holds the row."""
    await db.run(
        conn,
        "update delegation set state = $2, ended_at = $3 where delegation_id = $1",
        delegation_id,
        state,
        at,
    )
