"""Where the master keys are: one Protocol, and the keyring file as its first implementation.

The file is JSON, mode 0600, outside the data folder: `{"current": 1, "wrapping": {"1": <base64>},
"secrets": {"index": ..., "refresh": ..., "otp": ..., "roles": ...}}`. Losing it loses the data.
"""

import base64
import os
import secrets
from pathlib import Path
from typing import Protocol

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SECRETS = ("index", "refresh", "otp", "roles")


class KeyService(Protocol):
    """Wraps data keys and gives the named secrets."""

    async def wrap(self, data_key: bytes) -> tuple[int, bytes]:
        """The data key encrypted under the current version, with that version."""
        ...

    async def unwrap(self, version: int, wrapped: bytes) -> bytes:
        """The data key. Raises `KeyMissing`."""
        ...

    def secret(self, name: str) -> bytes:
        """A named 32-byte secret. Raises `KeyMissing`."""
        ...


class KeyMissing(Exception):
    """A key of that version or name is not in the keyring."""


class _File(msgspec.Struct, kw_only=True):
    current: int
    wrapping: dict[str, str]
    secrets: dict[str, str]


class Keyring:
    """The keyring file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = _read(path)

    async def wrap(self, data_key: bytes) -> tuple[int, bytes]:
        """See `KeyService`."""
        nonce = secrets.token_bytes(12)
        version = self._file.current
        aad = f"data-key|{version}".encode()
        return version, nonce + self._cipher(version).encrypt(nonce, data_key, aad)

    async def unwrap(self, version: int, wrapped: bytes) -> bytes:
        """See `KeyService`."""
        aad = f"data-key|{version}".encode()
        return self._cipher(version).decrypt(wrapped[:12], wrapped[12:], aad)

    def secret(self, name: str) -> bytes:
        """See `KeyService`."""
        if name not in self._file.secrets:
            raise KeyMissing(f"keyring: no secret named {name}")
        return base64.b64decode(self._file.secrets[name])

    def _cipher(self, version: int) -> AESGCM:
        if str(version) not in self._file.wrapping:
            self._file = _read(self._path)  # rotated since we read it
        key = self._file.wrapping.get(str(version))
        if key is None:
            raise KeyMissing(f"keyring: no wrapping key of version {version}")
        return AESGCM(base64.b64decode(key))


def _read(path: Path) -> _File:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise KeyMissing(f"keyring {path}: {error.strerror}") from None
    if path.stat().st_mode & 0o077:
        raise KeyMissing(f"keyring {path}: readable by others")
    return msgspec.json.decode(raw, type=_File)


def rotate(path: Path) -> int:
    """Add a wrapping key and make it the current one; older ones stay. The new version."""
    file = _read(path)
    file.current = 1 + max(int(version) for version in file.wrapping)
    file.wrapping[str(file.current)] = _fresh()
    beside = path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)
    _write(beside, file)
    beside.replace(path)
    return file.current


def ensure(path: Path) -> None:
    """Make a keyring at `path` unless there is one. Never changes an existing file."""
    if path.exists():
        return
    made = _File(
        current=1,
        wrapping={"1": _fresh()},
        secrets={name: _fresh() for name in SECRETS},
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, made)


def _write(path: Path, made: _File) -> None:
    """On disk when this returns, for its owner only; never over an existing file."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.encode(made))
        file.flush()
        os.fsync(file.fileno())


def _fresh() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
