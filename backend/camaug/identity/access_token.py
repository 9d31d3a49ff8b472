"""The form of an access token: a JSON Web Token (RFC 9068, `at+jwt`) signed by ES256.

Everything that is not exactly what `encode` makes is refused before a key is touched: other
algorithms, unknown header members (`jku`, `crit`, ...), other spellings of base64, long texts.
"""

import base64
from typing import Literal, TypeVar
from uuid import UUID

import msgspec

from camaug.identity.keys import ES256, KeySet, SigningKey
from camaug_sdk.problems import Unauthenticated

LIFE_SECONDS = 600
SKEW_SECONDS = 30
"""How far the clock of another API process may be ahead of ours."""
LONGEST = 2048
T = TypeVar("T", bound=msgspec.Struct)
TokenAudience = Literal["camaug:citizen", "camaug:staff"]


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    alg: Literal["ES256"]
    typ: Literal["at+jwt"]
    kid: str


class Claims(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a token says; `sid` is the session, `aal` the assurance, times in seconds.

    `auth_time` is when the person last proved who they are (RFC 9068, 2.2.1).
    """

    iss: str
    aud: TokenAudience
    sub: UUID
    sid: UUID
    aal: Literal[1, 2]
    auth_time: int
    iat: int
    exp: int


def encode(claims: Claims, key: SigningKey) -> str:
    """The signed token."""
    header = _Header(alg="ES256", typ="at+jwt", kid=key.kid)
    signed = f"{_text(msgspec.json.encode(header))}.{_text(msgspec.json.encode(claims))}"
    return f"{signed}.{_text(ES256.sign(signed.encode(), key.private))}"


def decode(token: str, keys: KeySet, issuer: str, now: float) -> Claims:
    """The claims of a token that this installation signed. Raises `Unauthenticated`.

    Whether it is over is the caller's question: a remembered token is asked again each time.
    """
    parts = token.split(".") if len(token) <= LONGEST else []
    if len(parts) != 3:  # noqa: PLR2004  (header, claims, signature)
        raise Unauthenticated("token_invalid")
    try:
        header = _exactly(_bytes(parts[0]), _Header)
        key = keys.verifying(header.kid)
        signed = f"{parts[0]}.{parts[1]}".encode()
        if key is None or not ES256.verify(signed, key, _bytes(parts[2])):
            raise Unauthenticated("token_invalid")
        claims = _exactly(_bytes(parts[1]), Claims)
    except (msgspec.MsgspecError, ValueError):
        raise Unauthenticated("token_invalid") from None
    if claims.iss != issuer or not claims.iat <= now + SKEW_SECONDS:
        raise Unauthenticated("token_invalid")
    if not 0 < claims.exp - claims.iat <= LIFE_SECONDS:
        raise Unauthenticated("token_invalid")
    return claims


def _exactly(raw: bytes, shape: type[T]) -> T:
    """`raw` as `shape`, spelled as we spell it: no member twice, none else. Raises `ValueError`."""
    read = msgspec.json.decode(raw, type=shape)
    if msgspec.json.encode(read) != raw:
        raise ValueError("not as encoded")
    return read


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    """Base64url without padding, in the one spelling that `_text` gives. Raises `ValueError`."""
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _text(raw) != text:
        raise ValueError("not canonical base64url")
    return raw
