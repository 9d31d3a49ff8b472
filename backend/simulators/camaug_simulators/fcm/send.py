"""``messages:send``: from a request body to devices."""

import secrets
import time

import msgspec

from camaug_simulators.devices import Device
from camaug_simulators.fcm import errors
from camaug_simulators.fcm.conditions import parse_condition
from camaug_simulators.fcm.proto_json import Reader, Violation
from camaug_simulators.fcm.rules import JsonObject, broken_rules, member
from camaug_simulators.fcm.schema import SEND_REQUEST
from camaug_simulators.world import World

_FAULTS = {
    "fcm.quota_exceeded": "QUOTA_EXCEEDED",
    "fcm.unavailable": "UNAVAILABLE",
    "fcm.internal": "INTERNAL",
    "fcm.unregistered": "UNREGISTERED",
    "fcm.sender_id_mismatch": "SENDER_ID_MISMATCH",
    "fcm.invalid_argument": "INVALID_ARGUMENT",
}
_WITH_RETRY_AFTER = {"fcm.quota_exceeded", "fcm.unavailable"}


def read_request(body: bytes) -> tuple[JsonObject, bool]:
    """Return the message and whether it is only to be validated.

    Raises:
        errors.ApiError: the body is no request of ``messages:send``.
    """
    try:
        value: object = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        text = f"Invalid JSON payload received. {error}"
        raise errors.unreadable([Violation("", text)]) from error
    reader = Reader()
    request = reader.read(SEND_REQUEST, value, "")
    if reader.violations:
        raise errors.unreadable(reader.violations)
    request = member({"request": request}, "request")
    message = member(request, "message")
    violations = list(broken_rules(message))
    if violations:
        raise errors.invalid_argument(violations)
    return message, request.get("validate_only") is True


def receivers(world: World, message: JsonObject, project_id: str) -> list[Device]:
    """Return the devices that a message is for.

    Raises:
        errors.ApiError: the one device named is not there or not this sender's.
    """
    devices = world.devices
    if "topic" in message:
        return devices.subscribers(str(message["topic"]))
    if "condition" in message:
        condition = parse_condition(str(message["condition"]))
        return [d for d in devices.all() if condition(devices.topics_of(d))]
    device = devices.find(str(message.get("token") or message.get("fid")))
    if device is None:
        raise errors.fcm_error("UNREGISTERED")
    if device.project_id != project_id:
        raise errors.fcm_error("SENDER_ID_MISMATCH")
    _check_package(message, device)
    return [device]


def _check_package(message: JsonObject, device: Device) -> None:
    package = member(message, "android").get("restricted_package_name")
    if device.platform == "android" and package not in {None, device.app}:
        path = "message.android.restricted_package_name"
        text = f"Invalid package name: the token belongs to {device.app}"
        raise errors.invalid_argument([Violation(path, text)])


def misbehave(world: World, message: JsonObject) -> None:
    """Refuse an acceptable message when a switch says so.

    Raises:
        errors.ApiError: as the first switch that fires says.
    """
    names = target_names(world, message)
    for switch, code in _FAULTS.items():
        setting = world.switches.fires(switch, *names)
        if setting is None:
            continue
        if code == "INVALID_ARGUMENT":
            text = "Request contains an invalid argument."
            raise errors.invalid_argument([Violation("message.data", text)])
        wait = setting.retry_after_s if switch in _WITH_RETRY_AFTER else None
        raise errors.fcm_error(code, wait)


def target_names(world: World, message: JsonObject) -> tuple[str, ...]:
    """Return every name by which a switch may choose the receiver of a message."""
    target = str(
        next(message[kind] for kind in ("token", "fid", "topic", "condition") if kind in message)
    )
    device = world.devices.find(target)
    return (target,) if device is None else (device.token, device.fid, device.short_id)


def deliver(world: World, message: JsonObject, project_id: str, to: list[Device]) -> str:
    """Hand a message to devices, write the journal and return the message's name."""
    stamp = time.time_ns() // 1000
    name = f"projects/{project_id}/messages/0:{stamp}%{secrets.token_hex(8)}"
    for device in to:
        world.lock_screens.show(device, message)
        world.journal.record(
            "push", device.token, name=name, message=message, device=device.short_id
        )
    world.changes.announce()
    return name
