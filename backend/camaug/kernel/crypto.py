"""Encryption of personal data in columns, blind indexes, and word hashes of names.

A sealed value is `1 | data key id (4 bytes) | nonce (12) | ciphertext and tag`, AES-256-GCM with
associated data `table|column|row`, so that a value moved to another row or column does not open.
Data keys are stored wrapped by the key service (envelope). A process reads them at its start and
every minute; a new one seals five minutes after it was made, when every process can open it.
"""

import hashlib
import hmac
import secrets
import struct
from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from camaug.kernel import db
from camaug.kernel.keyring import KeyService
from camaug.kernel.text import fold
from camaug_sdk.problems import Unavailable

T = TypeVar("T")
_HEAD = struct.Struct(">BI")
_READ = (
    "select data_key_id, key_version, wrapped, created_at <= now() - interval '5 minutes' as seals"
    " from data_key"
)


class Sealed(Exception):
    """A value does not open: another row, another column, or a changed byte."""


class _DataKey(msgspec.Struct):
    data_key_id: int
    key_version: int
    wrapped: bytes
    seals: bool
    """Whether every process has had the time to read it."""


class Vault:
    """Seals and opens values with the data keys that were loaded at start."""

    def __init__(self, keys: KeyService) -> None:
        self._keys = keys
        self._ciphers: dict[int, AESGCM] = {}
        self._current = 0
        self._index = keys.secret("index")

    def secret(self, name: str) -> bytes:
        """A named secret of the key service."""
        return self._keys.secret(name)

    async def load(self, conn: db.Conn) -> None:
        """Unwrap every new data key. Raises `KeyMissing` for a version that is gone."""
        stored = await db.many(conn, _DataKey, _READ)
        for key in stored:
            if key.data_key_id not in self._ciphers:
                plain = await self._keys.unwrap(key.key_version, key.wrapped)
                self._ciphers[key.data_key_id] = AESGCM(plain)
        ready = [key.data_key_id for key in stored if key.seals]
        self._current = max(ready, default=min(self._ciphers, default=0))

    async def ensure_key(self, conn: db.Conn, now: datetime) -> None:
        """Make the first data key, once; two processes at a time make one."""
        version, wrapped = await self._keys.wrap(secrets.token_bytes(32))
        await db.run(
            conn,
            "insert into data_key (data_key_id, key_version, wrapped, created_at)"
            " values (1, $1, $2, $3) on conflict do nothing",
            version,
            wrapped,
            now,
        )

    async def rotate(self, conn: db.Conn) -> None:
        """Wrap every data key by the newest master key, and make a new one. Needs a transaction."""
        stored = await db.many(conn, _DataKey, f"{_READ} for update")
        for key in stored:
            plain = await self._keys.unwrap(key.key_version, key.wrapped)
            version, wrapped = await self._keys.wrap(plain)
            await db.run(
                conn,
                "update data_key set key_version = $2, wrapped = $3 where data_key_id = $1",
                key.data_key_id,
                version,
                wrapped,
            )
        version, wrapped = await self._keys.wrap(secrets.token_bytes(32))
        await db.run(
            conn,
            "insert into data_key (data_key_id, key_version, wrapped, created_at)"
            " values ($1, $2, $3, now())",
            1 + max((key.data_key_id for key in stored), default=0),
            version,
            wrapped,
        )

    def seal(self, place: str, row: UUID, plain: bytes) -> bytes:
        """Encrypt for `place` (`table|column`) of `row`."""
        if not self._ciphers:
            raise Unavailable("key_service")
        data_key_id = self._current
        nonce = secrets.token_bytes(12)
        body = self._ciphers[data_key_id].encrypt(nonce, plain, _aad(place, row))
        return _HEAD.pack(1, data_key_id) + nonce + body

    def open(self, place: str, row: UUID, sealed: bytes) -> bytes:
        """Decrypt. Raises `Sealed`, or `Unavailable` when the data key is not loaded."""
        _, data_key_id = _HEAD.unpack_from(sealed)
        cipher = self._ciphers.get(data_key_id)
        if cipher is None:
            raise Unavailable("key_service")
        nonce, body = sealed[5:17], sealed[17:]
        try:
            return cipher.decrypt(nonce, body, _aad(place, row))
        except Exception as error:
            raise Sealed(place) from error

    def seal_text(self, place: str, row: UUID, text: str) -> bytes:
        """`seal` for text."""
        return self.seal(place, row, text.encode())

    def open_text(self, place: str, row: UUID, sealed: bytes) -> str:
        """`open` for text."""
        return self.open(place, row, sealed).decode()

    def seal_json(self, place: str, row: UUID, value: object) -> bytes:
        """`seal` for a JSON value or Struct."""
        return self.seal(place, row, msgspec.json.encode(value))

    def open_json(self, place: str, row: UUID, sealed: bytes, shape: type[T]) -> T:
        """`open` for a JSON value of `shape`."""
        return msgspec.json.decode(self.open(place, row, sealed), type=shape)

    def index(self, place: str, text: str) -> bytes:
        """A keyed hash for equality search in `place`; `text` must be in its normal form."""
        return self._mac(place, text)[:16]

    def words(self, place: str, name: str) -> list[bytes]:
        """One keyed hash for each folded word of a name, for search by whole words in any order."""
        return sorted({self._mac(place, word)[:8] for word in fold(name).split()})

    def _mac(self, place: str, text: str) -> bytes:
        return hmac.digest(self._index, f"{place}|{text}".encode(), hashlib.sha256)


def _aad(place: str, row: UUID) -> bytes:
    return f"{place}|{row}".encode()


def mac(secret: bytes, *parts: str | Sequence[str]) -> bytes:
    """HMAC-SHA256 over parts joined unambiguously."""
    flat = msgspec.json.encode(parts)
    return hmac.digest(secret, flat, hashlib.sha256)
