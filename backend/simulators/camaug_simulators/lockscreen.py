"""What a phone shows of a message: the cards of its lock screen."""

from collections import deque
from datetime import datetime

from msgspec import Struct

from camaug_simulators.clock import utc_now
from camaug_simulators.devices import Device, Platform
from camaug_simulators.fcm.proto_json import is_object
from camaug_simulators.fcm.rules import JsonObject, member

_KEPT = 50
_EMERGENCY = "emergency"


class Card(Struct, frozen=True, kw_only=True):
    """One visible notification; an empty ``tag`` replaces nothing."""

    title: str
    body: str
    tag: str
    urgent: bool
    received_at: datetime


def _own_notification(message: JsonObject, platform: Platform) -> JsonObject:
    """Return the platform's own notification, in the names of the common one."""
    if platform == "android":
        return member(message, "android", "notification")
    if platform == "web":
        return member(message, "webpush", "notification")
    aps = member(message, "apns", "payload", "aps")
    alert = aps.get("alert")
    shown: JsonObject = alert if is_object(alert) else {"body": alert} if alert else {}
    return {**shown, "tag": member(message, "apns", "headers").get("apns-collapse-id", "")}


def card_of(message: JsonObject, platform: Platform) -> Card | None:
    """Return the card of a message, None for one of data only, which an app handles unseen."""
    own = _own_notification(message, platform)
    shown = {**member(message, "notification"), **own}
    if not shown.get("title") and not shown.get("body"):
        return None
    data = {**member(message, "data"), **member(message, "android", "data")}
    channel = member(message, "android", "notification").get("channel_id")
    return Card(
        title=str(shown.get("title", "")),
        body=str(shown.get("body", "")),
        tag=str(shown.get("tag", "")),
        urgent=_EMERGENCY in {channel, data.get("class")},
        received_at=utc_now(),
    )


class LockScreens:
    """The cards of each device, the newest first."""

    def __init__(self) -> None:
        self._cards: dict[str, deque[Card]] = {}

    def show(self, device: Device, message: JsonObject) -> None:
        """Put a message on a device's lock screen; one with the same tag makes way for it."""
        card = card_of(message, device.platform)
        if card is None:
            return
        cards = self._cards.setdefault(device.token, deque(maxlen=_KEPT))
        replaced = next((old for old in cards if card.tag and old.tag == card.tag), None)
        if replaced is not None:
            cards.remove(replaced)
        cards.appendleft(card)

    def cards(self, device: Device) -> list[Card]:
        """Return a device's cards, the newest first."""
        return list(self._cards.get(device.token, ()))

    def clear(self, device: Device) -> None:
        """Take all cards away, as a person does by "clear all"."""
        self._cards.pop(device.token, None)
