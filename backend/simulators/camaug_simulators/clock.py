"""Time: UTC inside, Vietnam's wall clock for people."""

from datetime import UTC, datetime, timedelta, timezone

# Vietnam has had no change of offset since 1975, so that no zone database is needed.
VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")


def utc_now() -> datetime:
    """Return the present instant, in UTC."""
    return datetime.now(UTC)


def vietnam(instant: datetime) -> datetime:
    """Return ``instant`` on Vietnam's wall clock."""
    return instant.astimezone(VIETNAM)
