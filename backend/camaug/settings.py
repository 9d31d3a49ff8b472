"""Every setting, read once from the environment. `deploy/camaug.env` documents each of them."""

import os
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

import msgspec

ROOT = Path(__file__).resolve().parents[2]


class SettingsError(Exception):
    """A setting is missing or cannot be right; the text is one line for a person."""


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
    trusted_proxies: str = ""
    """Networks whose X-Forwarded-For is believed, by commas, such as `10.0.0.0/8`."""
    workers: int = 2
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
    announce_quiet_hours: Annotated[
        str, msgspec.Meta(pattern=r"^(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d|off)$")
    ] = "21:00-06:00"
    """Local time in which no ordinary announcement is sent; `off` for none."""
    pool_size: int = 8
    """Database connections of one process."""


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process. Raises `SettingsError` naming the variable."""
    given = {
        name: environ[f"CAMAUG_{name.upper()}"]
        for name in Settings.__struct_fields__
        if environ.get(f"CAMAUG_{name.upper()}")
    }
    try:
        settings = msgspec.convert(given, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(f"settings (CAMAUG_...): {error}") from None
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
            raise SettingsError(f"CAMAUG_TRUSTED_PROXIES: {error}") from None
    return networks


def _refuse_development(settings: Settings) -> None:
    if settings.simulators_url:
        raise SettingsError("CAMAUG_SIMULATORS_URL must not be set in production")
    if not settings.public_url.startswith("https://"):
        raise SettingsError("CAMAUG_PUBLIC_URL must be an https address in production")
