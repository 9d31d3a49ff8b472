"""Citizens, one-time codes and push devices."""

from datetime import datetime
from uuid import UUID

from camaug.identity.schemas import (
    Challenge,
    CitizenChange,
    CitizenRow,
    CommuneName,
    Found,
    NewChallenge,
    NewDevice,
)
from camaug.kernel import db
from camaug_sdk.records import Language

MOST_TRIES = 5


async def lock_phone(conn: db.Conn, phone_idx: bytes) -> None:
    """Let one request at a time count and add the codes of a phone, until the transaction ends."""
    await db.lock(conn, phone_idx.hex())


async def codes_since(conn: db.Conn, phone_idx: bytes, since: datetime) -> list[datetime]:
    """When codes were made for this phone, oldest first."""
    rows = await conn.fetch(
        "select created_at from otp_challenge where phone_idx = $1 and created_at > $2"
        " order by created_at",
        phone_idx,
        since,
    )
    return [row["created_at"] for row in rows]


async def code_of_request(conn: db.Conn, phone_idx: bytes, request_key: str) -> UUID | None:
    """The code that an earlier copy of the same request made."""
    found = await db.maybe(
        conn,
        Found,
        "select challenge_id as found_id from otp_challenge"
        " where phone_idx = $1 and request_key = $2",
        phone_idx,
        request_key,
    )
    return None if found is None else found.found_id


async def insert_code(conn: db.Conn, new: NewChallenge, now: datetime) -> None:
    """A new one-time code."""
    await db.run(
        conn,
        "insert into otp_challenge (challenge_id, phone_enc, phone_idx, code_mac, request_key,"
        " created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7)",
        new.challenge_id,
        new.phone_enc,
        new.phone_idx,
        new.code_mac,
        new.request_key,
        now,
        new.expires_at,
    )


async def delete_code(conn: db.Conn, challenge_id: UUID) -> None:
    """Forget a code that the gateway refused to send; it does not count."""
    await db.run(conn, "delete from otp_challenge where challenge_id = $1", challenge_id)


async def forget_request(conn: db.Conn, challenge_id: UUID) -> None:
    """Let a repeat of the request make a new code: nobody knows whether this one was sent."""
    await db.run(
        conn, "update otp_challenge set request_key = null where challenge_id = $1", challenge_id
    )


async def delete_old_codes(conn: db.Conn, before: datetime) -> None:
    """Remove some codes, and the phone numbers in them, that expired before that instant."""
    await db.run(
        conn,
        "delete from otp_challenge where challenge_id in (select challenge_id from otp_challenge"
        " where expires_at < $1 limit 50 for update skip locked)",
        before,
    )


async def try_code(conn: db.Conn, challenge_id: UUID, now: datetime) -> Challenge | None:
    """Count one try of a code that may still be tried; None when it may not."""
    return await db.maybe(
        conn,
        Challenge,
        "update otp_challenge set tries = tries + 1 where challenge_id = $1"
        " and consumed_at is null and expires_at > $2 and tries < $3"
        " returning phone_enc, phone_idx, code_mac, tries",
        challenge_id,
        now,
        MOST_TRIES,
    )


async def consume_code(conn: db.Conn, challenge_id: UUID, now: datetime) -> bool:
    """Use the code up; false when somebody else has."""
    return (
        await db.run(
            conn,
            "update otp_challenge set consumed_at = $2"
            " where challenge_id = $1 and consumed_at is null",
            challenge_id,
            now,
        )
        == 1
    )


async def citizen_of_phone(
    conn: db.Conn,
    citizen_id: UUID,
    phone: tuple[bytes, bytes],
    language: Language,
    now: datetime,
) -> UUID:
    """The citizen with that phone, made under `citizen_id` when there is none."""
    await db.run(
        conn,
        "insert into citizen (citizen_id, phone_enc, phone_idx, language, created_at, updated_at)"
        " values ($1, $2, $3, $4, $5, $5) on conflict (phone_idx) do nothing",
        citizen_id,
        *phone,
        language,
        now,
    )
    found = await db.one(
        conn, Found, "select citizen_id as found_id from citizen where phone_idx = $1", phone[1]
    )
    return found.found_id


async def citizen(conn: db.Conn, citizen_id: UUID) -> CitizenRow:
    """One citizen. Raises `NotFound`."""
    return await db.one(
        conn,
        CitizenRow,
        "select citizen_id, phone_enc, number_enc, number_proven, profile_enc, commune_code,"
        " language, version from citizen where citizen_id = $1",
        citizen_id,
    )


async def set_language(conn: db.Conn, citizen_id: UUID, language: Language, now: datetime) -> None:
    """The language in which the citizen gets messages and notices."""
    await db.run(
        conn,
        "update citizen set language = $2, updated_at = $3 where citizen_id = $1",
        citizen_id,
        language,
        now,
    )


async def change_citizen(
    conn: db.Conn, citizen_id: UUID, version: int, new: CitizenChange, now: datetime
) -> bool:
    """Replace the profile; false when `version` is not the present one.

    A proven number stays as it is, whatever `new` says.
    """
    return (
        await db.run(
            conn,
            "update citizen set profile_enc = $3, commune_code = $4, updated_at = $7,"
            " number_enc = case when number_proven then number_enc else $5 end,"
            " number_idx = case when number_proven then number_idx else $6 end,"
            " version = version + 1 where citizen_id = $1 and version = $2",
            citizen_id,
            version,
            new.profile_enc,
            new.commune_code,
            new.number_enc,
            new.number_idx,
            now,
        )
        == 1
    )


async def commune(conn: db.Conn, code: str | None) -> CommuneName | None:
    """Kind and name of a commune, or None when there is no such code."""
    return await db.maybe(conn, CommuneName, "select kind, name from commune where code = $1", code)


async def put_device(
    conn: db.Conn, device_id: UUID, owner: tuple[UUID, UUID], new: NewDevice, now: datetime
) -> UUID:
    """Register a push device for `owner` (citizen, session); a known token changes its owner."""
    found = await db.one(
        conn,
        Found,
        "insert into push_device (device_id, citizen_id, session_id, provider, token, platform,"
        " created_at) values ($1, $2, $3, $4, $5, $6, $7)"
        " on conflict (token) do update set citizen_id = $2, session_id = $3, provider = $4,"
        " platform = $6, removed_at = null, removed_why = null"
        " returning device_id as found_id",
        device_id,
        *owner,
        new.provider,
        new.token,
        new.platform,
        now,
    )
    return found.found_id


async def remove_device(conn: db.Conn, citizen_id: UUID, device_id: UUID, now: datetime) -> None:
    """Stop pushing to an own device."""
    await db.run(
        conn,
        "update push_device set removed_at = $3, removed_why = 'asked'"
        " where device_id = $2 and citizen_id = $1 and removed_at is null",
        citizen_id,
        device_id,
        now,
    )
