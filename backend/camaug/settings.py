"""Every setting, read once from the environment. `deploy/camaug.env` documents each of them."""

import os
import re
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec

ROOT = Path(__file__).resolve().parents[2]


SEE = "deploy/camaug.env shows how it is written"
PLACEHOLDERS = ("PASSWORD", "KEY", "SECRET", "simulated-key", "simulated-secret")
"""Words of deploy/camaug.env to be filled in, and what the simulators take."""


class SettingsError(Exception):
    """A setting is missing or cannot be right; the text is one line for a person."""


class Wrong(Exception):
    """Something of this installation is wrong; the text says what, `mend` how to mend it."""

    def __init__(self, what: str, mend: str) -> None:
        self.mend = mend
        super().__init__(what)

    @property
    def line(self) -> str:
        """Both, for a terminal."""
        return f"{self}; {self.mend}"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings by the name of their variable, without the prefix `CAMAUG_` and in lower case."""

    env: Literal["development", "test", "production"] = "production"
    database_url: str
    """Role `camaug_core`; `postgresql://user:password@host:port/name`."""
    redis_url: str
    s3_url: str
    """`http(s)://key:secret@host:port/bucket`."""
    s3_public_url: str
    """Origin under which browsers reach the store; part of the Content-Security-Policy."""
    keyring: str
    """Path of the keyring file, mode 0600, outside the data folder."""
    public_url: str = "http://127.0.0.1:8000"
    """Origin of the shell: issuer of tokens, allowed Origin of cookie requests."""
    listen: str = "127.0.0.1:8000"
    metrics_listen: str | None = None
    """Where `serve` answers `/metrics`, on the loopback device only; nowhere without it."""
    trusted_proxies: str = ""
    """Networks whose X-Forwarded-For is believed, by commas, such as `10.0.0.0/8`."""
    workers: Annotated[int, msgspec.Meta(ge=1, le=256)] = 2
    web_dir: str | None = None
    sms_url: str | None = None
    sms_key: str | None = None
    sms_secret: str | None = None
    sms_brand: str = "CAMAU-G"
    fcm_url: str = "https://fcm.googleapis.com"
    fcm_credentials: str | None = None
    """Path of the Google service-account file; push stays off without it."""
    simulators_url: str | None = None
    """Development only: where the shell gets a device token and people look at phones."""
    announce_hold_seconds: Annotated[int, msgspec.Meta(ge=0, le=86400)] = 120
    """How long an approved announcement waits, and can be withdrawn, before it is sent."""
    undo_seconds: Annotated[int, msgspec.Meta(ge=0, le=600)] = 60
    """How long an officer's act is told nobody outside and can be undone: a rule of this project.
    0 for no undo."""
    announce_quiet_hours: Annotated[
        str, msgspec.Meta(pattern=r"^(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d|off)$")
    ] = "21:00-06:00"
    """Local time in which no ordinary announcement is sent; `off` for none."""
    pool_size: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 8
    """Database connections of one process."""


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process. Raises `SettingsError` naming the variable."""
    given = {
        name: environ[f"CAMAUG_{name.upper()}"]
        for name in Settings.__struct_fields__
        if environ.get(f"CAMAUG_{name.upper()}")
    }
    required = [one.name for one in msgspec.structs.fields(Settings) if one.required]
    if missing := [f"CAMAUG_{name.upper()}" for name in required if name not in given]:
        raise SettingsError(f"not set: {', '.join(missing)}; see deploy/camaug.env")
    try:
        settings = msgspec.convert(given, Settings, strict=False)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$.")
        raise SettingsError(f"CAMAUG_{where.rstrip('`').upper()}: {what}; {SEE}") from None
    _readable(settings)
    trusted(settings)
    if settings.env == "production":
        _refuse_development(settings)
    return settings


def trusted(settings: Settings) -> list[str]:
    """The networks of our own proxies. Raises `SettingsError`."""
    networks = [one.strip() for one in settings.trusted_proxies.split(",") if one.strip()]
    for one in networks:
        try:
            ip_network(one)
        except ValueError as error:
            raise SettingsError(f"CAMAUG_TRUSTED_PROXIES: {error}; {SEE}") from None
    return networks


def listening(address: str) -> tuple[str, int]:
    """Host and port of `CAMAUG_LISTEN`. Raises `SettingsError`."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 2**16:
        raise SettingsError(f"CAMAUG_LISTEN: {address!r} is not host:port; {SEE}")
    return host.strip("[]"), int(port)


_SHAPES = {
    "database_url": r"postgres(ql)?://\S+",
    "redis_url": r"(rediss?|unix)://\S+",
    "s3_url": r"https?://[^/:@\s]+:[^/@\s]+@[^/@\s]+/[^/\s]+/?",
    "s3_public_url": r"https?://[^/@\s]+/?",
    "public_url": r"https?://[^/@\s]+",
}


def _readable(settings: Settings) -> None:
    """Refuse an address of another shape; it is not shown, as it may hold a password."""
    for name, shape in _SHAPES.items():
        value: str = getattr(settings, name)
        if not re.fullmatch(shape, value) or not _port_is_possible(value):
            raise SettingsError(f"CAMAUG_{name.upper()} is no such address; {SEE}")
    listening(settings.listen)
    if settings.metrics_listen and not _is_loopback(listening(settings.metrics_listen)[0]):
        raise SettingsError("CAMAUG_METRICS_LISTEN must be on the loopback device, as 127.0.0.1")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _port_is_possible(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _refuse_development(settings: Settings) -> None:
    if settings.simulators_url:
        raise SettingsError("CAMAUG_SIMULATORS_URL must not be set in production; remove it")
    for name in ("public_url", "s3_public_url"):
        if not getattr(settings, name).startswith("https://"):
            raise SettingsError(f"CAMAUG_{name.upper()} must be an https address in production")
    for name in ("sms_url", "fcm_url"):
        parts = urlsplit(getattr(settings, name) or "https:")
        if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
            raise SettingsError(f"CAMAUG_{name.upper()} must be an https address in production")
    for name in ("database_url", "s3_url"):
        address: str = getattr(settings, name)
        parts = urlsplit(address)
        _refuse_placeholder(name, parts.username, parts.password)
    _refuse_placeholder("sms_key", settings.sms_key)
    _refuse_placeholder("sms_secret", settings.sms_secret)
    if ".camaug" in Path(settings.keyring).parts:
        raise SettingsError(
            "CAMAUG_KEYRING is that of a development system; "
            "make one for production by `camaug keyring --ensure PATH`"
        )


def _refuse_placeholder(name: str, *values: str | None) -> None:
    if any(value in PLACEHOLDERS for value in values):
        raise SettingsError(
            f"CAMAUG_{name.upper()} holds a development secret; put the real one there"
        )
