"""What FCM asks of a message beyond the types of its fields."""

import re
from collections.abc import Iterator

import msgspec

from camaug_simulators.devices import FID, TOKEN
from camaug_simulators.fcm.conditions import TOPIC_NAME, BadCondition, parse_condition
from camaug_simulators.fcm.proto_json import Violation, is_object

MAX_TTL_S = 2_419_200
MAX_PAYLOAD_BYTES = 4096
MAX_TOPIC_PAYLOAD_BYTES = 2048

_TARGETS = ("fid", "token", "topic", "condition")
_RESERVED_KEYS = frozenset({"from", "message_type"})
_RESERVED_PREFIXES = ("google", "gcm")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_ANALYTICS_LABEL = re.compile(r"[a-zA-Z0-9\-_.~%]{1,50}")

JsonObject = dict[str, object]


def member(message: JsonObject, *path: str) -> JsonObject:
    """Return the object at a path, empty where there is none."""
    here: object = message
    for name in path:
        here = here.get(name) if is_object(here) else None
    return here if is_object(here) else {}


def broken_rules(message: JsonObject) -> Iterator[Violation]:
    """Yield each rule that a well-typed message breaks."""
    yield from _target(message)
    for path in ((), ("android",), ("webpush",)):
        yield from _data_keys(member(message, *path, "data"), ".".join(("message", *path, "data")))
    for path in ((), ("android",), ("webpush",), ("apns",)):
        yield from _analytics_label(message, path)
    yield from _android(member(message, "android"))
    yield from _webpush_and_apns(message)
    yield from _size(message)


def _target(message: JsonObject) -> Iterator[Violation]:
    kind = next((name for name in _TARGETS if name in message), None)
    if kind is None or not message[kind]:
        yield Violation("message", "Recipient of the message is not set.")
        return
    value = str(message[kind])
    path = f"message.{kind}"
    if kind == "token" and not TOKEN.fullmatch(value):
        text = "The registration token is not a valid FCM registration token"
        yield Violation(path, text)
    elif kind == "fid" and not FID.fullmatch(value):
        yield Violation(path, "The fid is not a valid Firebase installation ID")
    elif kind == "topic" and not TOPIC_NAME.fullmatch(value):
        yield Violation(path, "Invalid topic name.")
    elif kind == "condition":
        try:
            parse_condition(value)
        except BadCondition:
            yield Violation(path, "Invalid condition expression provided.")


def _data_keys(data: JsonObject, path: str) -> Iterator[Violation]:
    for key in data:
        if key in _RESERVED_KEYS or key.lower().startswith(_RESERVED_PREFIXES):
            yield Violation(path, f"Invalid data payload key: {key}")


def _analytics_label(message: JsonObject, path: tuple[str, ...]) -> Iterator[Violation]:
    label = member(message, *path, "fcm_options").get("analytics_label")
    if label is not None and not _ANALYTICS_LABEL.fullmatch(str(label)):
        where = ".".join(("message", *path, "fcm_options.analytics_label"))
        yield Violation(where, f"Invalid analytics label: {label}")


def _android(android: JsonObject) -> Iterator[Violation]:
    ttl = android.get("ttl")
    if ttl is not None and not 0 <= float(str(ttl).removesuffix("s")) <= MAX_TTL_S:
        yield Violation("message.android.ttl", f"TTL must be between 0 and {MAX_TTL_S} seconds")
    notification = member(android, "notification")
    color = notification.get("color")
    if color is not None and not _COLOR.fullmatch(str(color)):
        yield Violation("message.android.notification.color", f"Invalid color: {color}")
    lights = notification.get("light_settings")
    if is_object(lights):
        for name in ("color", "light_on_duration", "light_off_duration"):
            if name not in lights:
                path = f"message.android.notification.light_settings.{name}"
                yield Violation(path, f"{name} is required")


def _webpush_and_apns(message: JsonObject) -> Iterator[Violation]:
    link = member(message, "webpush", "fcm_options").get("link")
    if link is not None and not str(link).startswith("https://"):
        yield Violation("message.webpush.fcm_options.link", "Link must be an HTTPS URL")
    apns = member(message, "apns")
    priority = member(apns, "headers").get("apns-priority")
    if priority is not None and priority not in {"1", "5", "10"}:
        yield Violation("message.apns.headers", f"Invalid apns-priority: {priority}")
    payload = apns.get("payload")
    if is_object(payload) and not is_object(payload.get("aps")):
        yield Violation("message.apns.payload", "The payload has no aps dictionary")


def payload_bytes(message: JsonObject) -> int:
    """Return the size of the largest payload that any platform would get, keys and values."""
    shown = member(message, "notification")
    data = member(message, "data")
    android = member(message, "android")
    webpush = member(message, "webpush")
    payload = member(message, "apns", "payload")
    return max(
        _bytes({**shown, **member(android, "notification")}) + _bytes(android.get("data", data)),
        _bytes({**shown, **member(webpush, "notification")}) + _bytes(webpush.get("data", data)),
        len(msgspec.json.encode(payload)) + _bytes(data) if payload else 0,
    )


def _bytes(value: object) -> int:
    if is_object(value):
        return sum(len(key.encode()) + _bytes(inner) for key, inner in value.items())
    return len(value.encode()) if isinstance(value, str) else len(msgspec.json.encode(value))


def _size(message: JsonObject) -> Iterator[Violation]:
    to_topic = "topic" in message or "condition" in message
    limit = MAX_TOPIC_PAYLOAD_BYTES if to_topic else MAX_PAYLOAD_BYTES
    size = payload_bytes(message)
    if size > limit:
        yield Violation("message", f"Message too big: {size} bytes, the limit is {limit} bytes")
