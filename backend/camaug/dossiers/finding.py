"""What an officer typed to find a dossier: words of a name, or a code or its end.

A name never stands in an address. What was typed goes out as a sealed text instead, which only the
same officer can use; its nonce makes two searches for one name look different.
"""

import base64
import binascii
import re
import struct
from uuid import UUID

from camaug.dossiers.actions import NAME
from camaug.kernel.crypto import Sealed, Vault
from camaug.kernel.text import clean_line, has_hidden
from camaug_sdk.problems import FieldError, Invalid, NotFound

PLACE = "queue|text"
LONGEST = 200
_CODE = re.compile(r"[A-Z0-9.-]*[0-9][A-Z0-9.-]*")
_NOBODY = [b""]
"""The hash of no word."""


def seal(vault: Vault, staff_id: UUID, text: str) -> str:
    """What was typed, as a text for addresses. Raises `Invalid`."""
    if has_hidden(text):
        raise Invalid(errors=[FieldError(pointer="/q", code="hidden_characters")])
    clean = clean_line(text)
    if len(clean) > LONGEST:
        error = FieldError(pointer="/q", code="too_long", args={"limit": LONGEST})
        raise Invalid(errors=[error])
    sealed = vault.seal_text(PLACE, staff_id, clean)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def opened(vault: Vault, staff_id: UUID, sealed: str) -> str:
    """What this officer typed. Raises `NotFound` for another's or a changed one."""
    try:
        padded = sealed + "=" * (-len(sealed) % 4)
        return vault.open_text(PLACE, staff_id, base64.urlsafe_b64decode(padded))
    except (binascii.Error, ValueError, struct.error, Sealed):
        raise NotFound from None


def parts(vault: Vault, text: str | None) -> tuple[list[bytes] | None, str | None]:
    """Hashes of the words of a name, or the end of a code; neither when nothing was typed."""
    if text is None or not (typed := clean_line(text)):
        return None, None
    if _CODE.fullmatch(typed.upper()):
        return None, typed.upper()
    return vault.words(NAME, typed) or _NOBODY, None
