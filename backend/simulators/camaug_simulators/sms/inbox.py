"""The text messages that phones have got."""

from datetime import datetime, timedelta

from msgspec import Struct

from camaug_simulators.clock import utc_now

_REQUEST_ID_BLOCKS_FOR = timedelta(hours=24)


class Sms(Struct, frozen=True, kw_only=True):
    """One text message; it is on the phone from ``due_at`` on."""

    sms_id: str
    phone: str
    sender: str
    content: str
    parts: int
    request_id: str
    due_at: datetime


class Inbox:
    """Messages by phone, in the order of sending."""

    def __init__(self) -> None:
        self._by_phone: dict[str, list[Sms]] = {}

    def add(self, sms: Sms) -> None:
        """Keep a message."""
        # The phone that got something last comes first.
        messages = self._by_phone.pop(sms.phone, [])
        self._by_phone[sms.phone] = [*messages, sms]

    def of(self, phone: str) -> list[Sms]:
        """Return what a phone has got by now, the oldest first."""
        now = utc_now()
        return [sms for sms in self._by_phone.get(phone, ()) if sms.due_at <= now]

    def latest(self) -> list[Sms]:
        """Return the last message of each phone, the newest first."""
        conversations = (self.of(phone) for phone in reversed(self._by_phone))
        return [messages[-1] for messages in conversations if messages]


class RequestIds:
    """Request ids of the last 24 hours, each with its SMSID."""

    def __init__(self) -> None:
        self._seen: dict[str, datetime] = {}

    def seen(self, request_id: str) -> bool:
        """Tell whether an id is blocked now."""
        since = self._seen.get(request_id)
        return since is not None and utc_now() - since < _REQUEST_ID_BLOCKS_FOR

    def block(self, request_id: str) -> None:
        """Block an id from now on."""
        self._seen[request_id] = utc_now()
