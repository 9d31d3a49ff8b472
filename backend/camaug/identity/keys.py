"""Keys that sign access tokens: made, sealed, rotated, published.

A key is made at the first start and after every 90 days, under a lock, an hour before it signs, so
that every process and every reader of the JWKS knows it by then. The one before it verifies for an
hour more.
"""

from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from jwt.algorithms import ECAlgorithm

from camaug.identity import session_queries as queries
from camaug.identity.schemas import KeyRow
from camaug.kernel import db
from camaug.kernel.crypto import Vault
from camaug.kernel.ids import uuid7

ES256 = ECAlgorithm(ECAlgorithm.SHA256, SECP256R1)
LIFE = timedelta(days=90)
AHEAD = timedelta(hours=1)
SEALED_IN = "signing_key|private"


class SigningKey(msgspec.Struct, frozen=True):
    """A pair of keys with the time from which it signs."""

    kid: str
    private: EllipticCurvePrivateKey
    public: EllipticCurvePublicKey
    signs_from: datetime


class KeySet(msgspec.Struct, frozen=True):
    """The keys that verify now, the newest first."""

    keys: tuple[SigningKey, ...]
    jwks: bytes
    """The public halves as a JWK Set (RFC 7517)."""

    def verifying(self, kid: str) -> EllipticCurvePublicKey | None:
        """The public key of that id."""
        return next((key.public for key in self.keys if key.kid == kid), None)

    def signing(self, now: datetime) -> SigningKey:
        """The newest key whose time has come."""
        return next((key for key in self.keys if key.signs_from <= now), self.keys[-1])


async def ensure(conn: db.Conn, vault: Vault, now: datetime) -> None:
    """Make a key when there is none, or when the newest is 90 days old. Needs a transaction."""
    await queries.lock_keys(conn)
    known = await queries.keys(conn, now)
    if not known:
        await queries.insert_key(conn, _made(vault, now), now, now)
    elif known[0].signs_from + LIFE <= now:
        await queries.insert_key(conn, _made(vault, now + AHEAD), now + 2 * AHEAD, now)


async def read(conn: db.Conn, vault: Vault, now: datetime) -> KeySet:
    """The present keys, unsealed."""
    rows = await queries.keys(conn, now)
    jwks = msgspec.json.encode({"keys": [row.public_jwk for row in rows]})
    return KeySet(tuple(_opened(vault, row) for row in rows), jwks)


def _made(vault: Vault, signs_from: datetime) -> KeyRow:
    private = generate_private_key(SECP256R1())
    kid = str(uuid7())
    jwk = ECAlgorithm.to_jwk(private.public_key(), as_dict=True)
    plain = private.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return KeyRow(
        kid=kid,
        public_jwk={**jwk, "kid": kid, "alg": "ES256", "use": "sig"},
        private_enc=vault.seal(SEALED_IN, UUID(kid), plain),
        signs_from=signs_from,
        verifies_until=None,
    )


def _opened(vault: Vault, row: KeyRow) -> SigningKey:
    plain = vault.open(SEALED_IN, UUID(row.kid), row.private_enc)
    private = cast(
        "EllipticCurvePrivateKey", serialization.load_der_private_key(plain, password=None)
    )
    return SigningKey(row.kid, private, private.public_key(), row.signs_from)
