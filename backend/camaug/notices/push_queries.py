"""Which push goes to which device, and what became of it."""

from uuid import UUID

from camaug.kernel import db
from camaug.notices.schemas import Claim, DeliveryState, PushTarget

LEASE_SECONDS = 15
"""How long one attempt has before another begins; more than `push.Sender.send` takes."""


async def target(conn: db.Conn, notice_id: UUID, device_id: UUID) -> PushTarget | None:
    """What to push; a device that meanwhile signed out or changed hands is `removed`."""
    return await db.maybe(
        conn,
        PushTarget,
        """
        select notice_id, device_id, token, language, template, href, notice.created_at,
               device.removed_at is not null or device.citizen_id <> notice.citizen_id as removed
        from notice
        join citizen using (citizen_id)
        join push_device device on device.device_id = $2
        where notice_id = $1
        """,
        notice_id,
        device_id,
    )


async def claim(conn: db.Conn, notice_id: UUID, device_id: UUID) -> Claim:
    """Take the delivery for one attempt, unless it is settled or in the hands of another."""
    return await db.one(
        conn,
        Claim,
        """
        with taken as (
            insert into push_delivery as delivery
                (notice_id, device_id, state, attempts, updated_at)
            values ($1, $2, 'sending', 1, now())
            on conflict (notice_id, device_id) do update
                set state = 'sending', attempts = delivery.attempts + 1, updated_at = now()
                where delivery.state in ('waiting', 'unknown')
                   or delivery.state = 'sending'
                      and delivery.updated_at < now() - make_interval(secs => $3)
            returning state, attempts
        )
        select state, attempts, true as taken from taken
        union all
        select state, attempts, false from push_delivery
        where notice_id = $1 and device_id = $2 and not exists (select from taken)
        """,
        notice_id,
        device_id,
        LEASE_SECONDS,
    )


async def settle(
    conn: db.Conn,
    notice_id: UUID,
    device_id: UUID,
    state: DeliveryState,
    *,
    name: str | None = None,
    error: str | None = None,
) -> None:
    """Note how an attempt ended. `name` is FCM's id of the message."""
    await db.run(
        conn,
        "update push_delivery set state = $3, message_name = $4, error = $5, updated_at = now()"
        " where notice_id = $1 and device_id = $2",
        notice_id,
        device_id,
        state,
        name,
        error,
    )


async def remove_device(conn: db.Conn, device_id: UUID, token: str) -> None:
    """FCM no longer knows this token; a device that has got a new one meanwhile stays."""
    await db.run(
        conn,
        "update push_device set removed_at = now(), removed_why = 'unregistered'"
        " where device_id = $1 and token = $2 and removed_at is null",
        device_id,
        token,
    )
