"""Time-based one-time passwords (RFC 6238): SHA-1, steps of 30 seconds, six digits.

These are the parameters that every authenticator app understands; SHA-1 inside HMAC is not broken.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

from camaug.kernel import qr

STEP_SECONDS = 30
DIGITS = 6
WINDOW = 1
"""Steps by which the clocks of phone and server may differ, each way."""
SECRET_BYTES = 20
"""The length of SHA-1's output, as RFC 4226 recommends."""
ISSUER = "CaMau-G"


def new_secret() -> bytes:
    """A secret for one person."""
    return secrets.token_bytes(SECRET_BYTES)


def step_at(at: datetime) -> int:
    """The number of the step that holds the instant."""
    return int(at.timestamp()) // STEP_SECONDS


def code(secret: bytes, step: int) -> str:
    """The code of a step: the HOTP value (RFC 4226, section 5.3) of its number."""
    digest = hmac.digest(secret, step.to_bytes(8), hashlib.sha1)
    offset = digest[-1] & 0x0F
    value = int.from_bytes(digest[offset : offset + 4]) & 0x7FFF_FFFF
    return f"{value % 10**DIGITS:0{DIGITS}d}"


def matching(secret: bytes, typed: str, at: datetime, last: int | None) -> int | None:
    """The step whose code was typed, out of those near `at` and after `last`; None if none is.

    Spaces are ignored, since apps show `123 456`. Every candidate is compared, in constant time.
    """
    given = "".join(typed.split()).encode("utf-8", "replace")
    now = step_at(at)
    found = None
    for step in range(now - WINDOW, now + WINDOW + 1):
        right = hmac.compare_digest(code(secret, step).encode(), given)
        if right and (last is None or step > last):
            found = step
    return found


def as_text(secret: bytes) -> str:
    """The secret as people type it into an app: base32 in groups of four."""
    letters = base64.b32encode(secret).decode()
    return " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def as_qr(secret: bytes, login: str) -> list[str]:
    """The secret as a QR code that apps scan: rows of `1` (dark) and `0`."""
    what = urlencode({"secret": base64.b32encode(secret).decode(), "issuer": ISSUER})
    uri = f"otpauth://totp/{ISSUER}:{quote(login, safe='')}?{what}"
    return qr.rows(uri, error="m")
