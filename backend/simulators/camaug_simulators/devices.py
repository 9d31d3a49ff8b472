"""Registered app instances: what the client's FCM SDK would have got from Google."""

import re
import secrets
from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from camaug_simulators.clock import utc_now
from camaug_simulators.state import StateFile

Platform = Literal["web", "android", "ios"]

# An installation id is 17 random bytes whose first four bits are 0111, in base64url, 22 letters;
# a token is that id, a colon and about 130 letters that begin with APA91b.
FID = re.compile(r"[cdef][A-Za-z0-9_-]{21}")
TOKEN = re.compile(FID.pattern + r":APA91b[A-Za-z0-9_-]{128}")

_BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


class NewDevice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an app tells when it registers. ``app`` is a package name or web origin."""

    app: Annotated[str, Meta(min_length=1, max_length=200)]
    platform: Platform
    label: Annotated[str, Meta(max_length=80)] = ""
    project_id: Annotated[str, Meta(max_length=60)] = ""


class Device(Struct, frozen=True, kw_only=True):
    """One registered app instance; ``project_id`` is the sender it accepts messages from."""

    token: str
    fid: str
    app: str
    platform: Platform
    label: str
    project_id: str
    registered_at: datetime

    @property
    def short_id(self) -> str:
        """First letters of the installation id, for addresses of pages."""
        return self.fid[:8]


def _random_letters(count: int) -> str:
    return "".join(secrets.choice(_BASE64URL) for _ in range(count))


class Devices:
    """The registry, with topics; kept over restarts when a state file is given."""

    def __init__(self, state: StateFile, default_project: str) -> None:
        self._state = state
        self._default_project = default_project
        self._by_token: dict[str, Device] = {}
        self._by_id: dict[str, Device] = {}
        self._topics: dict[str, set[str]] = {}
        for device in state.load("device", Device):
            self._index(device)
        for subscription in state.load("topic", Subscription):
            self._topics.setdefault(subscription.topic, set()).add(subscription.token)

    def _index(self, device: Device) -> None:
        self._by_token[device.token] = device
        self._by_id[device.fid] = self._by_id[device.short_id] = device

    def register(self, new: NewDevice) -> Device:
        """Issue a token."""
        fid = secrets.choice("cdef") + _random_letters(21)
        device = Device(
            token=f"{fid}:APA91b{_random_letters(128)}",
            fid=fid,
            app=new.app,
            platform=new.platform,
            label=new.label,
            project_id=new.project_id or self._default_project,
            registered_at=utc_now(),
        )
        self._index(device)
        self._state.save("device", device.token, device)
        return device

    def find(self, any_id: str) -> Device | None:
        """Find by token, installation id or short id."""
        return self._by_token.get(any_id) or self._by_id.get(any_id)

    def remove(self, any_id: str) -> Device | None:
        """End a registration; its token is UNREGISTERED from now on."""
        device = self.find(any_id)
        if device is None:
            return None
        del self._by_token[device.token], self._by_id[device.fid]
        self._by_id.pop(device.short_id, None)
        for topic in [name for name, tokens in self._topics.items() if device.token in tokens]:
            self.unsubscribe(device, topic)
        self._state.forget("device", device.token)
        return device

    def all(self) -> list[Device]:
        """Return all devices, the newest first."""
        return sorted(self._by_token.values(), key=lambda d: d.registered_at, reverse=True)

    def subscribe(self, device: Device, topic: str) -> bool:
        """Subscribe a device to a topic; False when it was already."""
        tokens = self._topics.setdefault(topic, set())
        if device.token in tokens:
            return False
        tokens.add(device.token)
        subscription = Subscription(token=device.token, topic=topic)
        self._state.save("topic", f"{topic} {device.token}", subscription)
        return True

    def unsubscribe(self, device: Device, topic: str) -> bool:
        """End a subscription; False when there was none."""
        tokens = self._topics.get(topic, set())
        if device.token not in tokens:
            return False
        tokens.remove(device.token)
        self._state.forget("topic", f"{topic} {device.token}")
        return True

    def subscribers(self, topic: str) -> list[Device]:
        """Return the devices that are subscribed to a topic."""
        return [self._by_token[token] for token in self._topics.get(topic, ())]

    def topics_of(self, device: Device) -> set[str]:
        """Return the topics that a device is subscribed to."""
        return {topic for topic, tokens in self._topics.items() if device.token in tokens}


class Subscription(Struct, frozen=True, kw_only=True):
    """A device's subscription to a topic."""

    token: str
    topic: str
