"""Switches by which the simulated services misbehave.

A switch fires on an exact share of the requests it applies to: 30 % means three of every ten, in
the same places each time, so that a test can count.
"""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct


class Setting(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one switch is set.

    ``percent`` of the requests to ``targets`` (all when empty), at most ``times`` of them (no
    limit when null). The others are read by the switches that need them.
    """

    percent: Annotated[int, Meta(ge=0, le=100)] = 0
    targets: Annotated[tuple[str, ...], Meta(max_length=1000)] = ()
    times: Annotated[int, Meta(ge=0)] | None = None
    retry_after_s: Annotated[int, Meta(ge=0, le=86_400)] = 5
    latency_ms: Annotated[int, Meta(ge=0, le=120_000)] = 0
    code: Annotated[str, Meta(pattern=r"^\d{2,3}$")] = "103"
    amount: Annotated[int, Meta(ge=0)] = 0


_SHARE: frozenset[str] = frozenset({"percent", "targets", "times"})
_WAITED: frozenset[str] = _SHARE | {"retry_after_s"}

# Every switch, in the order of the page, with the fields it reads.
FIELDS: dict[str, frozenset[str]] = {
    "fcm.quota_exceeded": _WAITED,
    "fcm.unavailable": _WAITED,
    "fcm.internal": _SHARE,
    "fcm.unregistered": _SHARE,
    "fcm.invalid_argument": _SHARE,
    "fcm.sender_id_mismatch": _SHARE,
    "fcm.latency": _SHARE | {"latency_ms"},
    "fcm.drop": _SHARE,
    "fcm.lost_answer": _SHARE,
    "oauth.unavailable": _SHARE,
    "oauth.token_lifetime": frozenset({"amount"}),
    "sms.error": _SHARE | {"code"},
    "sms.latency": _SHARE | {"latency_ms"},
    "sms.drop": _SHARE,
    "sms.lost_answer": _SHARE,
    "sms.balance": frozenset({"amount"}),
}

DEFAULTS: dict[str, Setting] = {
    "oauth.token_lifetime": Setting(amount=3599),
    "sms.balance": Setting(amount=10_000_000),
}


class UnknownSwitch(KeyError):
    """No switch has this name."""


class FieldNotRead(ValueError):
    """The setting names a field that this switch does not read."""


class Switches:
    """The present setting of every switch."""

    def __init__(self) -> None:
        self._settings: dict[str, Setting] = {}
        self._carry: dict[str, int] = {}
        self._fired: dict[str, int] = {}
        self.reset()

    def reset(self) -> None:
        """Behave well again, everywhere."""
        self._settings = {name: DEFAULTS.get(name, Setting()) for name in FIELDS}
        self._carry.clear()
        self._fired.clear()

    def get(self, name: str) -> Setting:
        """Return the setting of a switch.

        Raises:
            UnknownSwitch: no switch has this name.
        """
        try:
            return self._settings[name]
        except KeyError:
            raise UnknownSwitch(name) from None

    def put(self, name: str, members: dict[str, object]) -> Setting:
        """Set a switch from JSON members; members left out take their default.

        Raises:
            UnknownSwitch: no switch has this name.
            FieldNotRead: a member is not read by this switch.
            msgspec.ValidationError: a value is out of range.
        """
        self.get(name)
        surplus = set(members) - FIELDS[name]
        if surplus:
            raise FieldNotRead(", ".join(sorted(surplus)))
        self._settings[name] = msgspec.convert(members, Setting)
        self._carry[name] = self._fired[name] = 0
        return self._settings[name]

    def spend(self, name: str, amount: int) -> bool:
        """Take ``amount`` from a switch that holds a balance; False when it holds less."""
        held = self._settings[name].amount
        if held < amount:
            return False
        self._settings[name] = msgspec.structs.replace(self._settings[name], amount=held - amount)
        return True

    def fires(self, name: str, *receivers: str) -> Setting | None:
        """Return the setting if this request, to any of ``receivers``, is to go wrong."""
        setting = self._settings[name]
        if not setting.percent or (setting.targets and not set(receivers) & set(setting.targets)):
            return None
        if setting.times is not None and self.fired(name) >= setting.times:
            return None
        carry = self._carry.get(name, 0) + setting.percent
        self._carry[name] = carry % 100
        if carry < 100:  # noqa: PLR2004 - percent
            return None
        self._fired[name] = self.fired(name) + 1
        return setting

    def fired(self, name: str) -> int:
        """Return how often a switch has fired since it was set."""
        return self._fired.get(name, 0)

    def all(self) -> dict[str, dict[str, object]]:
        """Return every switch with the fields it reads and how often it has fired."""
        return {
            name: {
                **{field: getattr(setting, field) for field in sorted(FIELDS[name])},
                "fired": self.fired(name),
            }
            for name, setting in self._settings.items()
        }
