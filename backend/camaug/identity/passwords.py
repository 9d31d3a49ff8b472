"""Passwords of staff: how they are kept, compared, and which are taken."""

import asyncio
import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from camaug.identity.values import BadValue
from camaug.kernel import threads
from camaug.kernel.text import fold, has_hidden

LEAST = 12
LONGEST = 256
LEAST_DIFFERENT = 5
"""Different characters that a password has at least."""
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""Argon2id at the OWASP minimum: 19 MiB, so that a few sign-ins at once fit into one process."""
_hashing = asyncio.Semaphore(2)

COMMON = frozenset(
    (
        "123456789012", "1234567890123", "12345678901234", "1234567890123456", "012345678901",
        "0123456789012", "123123123123", "123456123456", "112233445566", "111222333444",
        "123qweasdzxc", "123456abcdef", "987654321098", "1q2w3e4r5t6y", "1q2w3e4r5t6y7u",
        "1qaz2wsx3edc", "1qazxsw23edc", "qazwsxedcrfv", "qazwsxedc123", "qwertyuiop12",
        "qwertyuiop123", "qwertyuiop1234", "qwertyuiopasdfghjkl", "qwerty123456", "qwerty1234567",
        "qwertyqwerty", "qweasdzxc123", "asdfghjkl123", "asdfghjkl1234", "asdfghjklzxcvbnm",
        "zxcvbnm12345", "zxcvbnm123456", "abcdefghijkl", "abcdefghijklm", "abcd12345678",
        "abcdef123456", "abc123456789", "a123456789012", "password1234", "password12345",
        "password123456", "passwordpassword", "passw0rd1234", "password2024", "password2025",
        "password2026", "administrator", "administrator1", "administrator123", "admin1234567",
        "admin12345678", "admin123456789", "adminadminadmin", "welcome12345", "welcome123456",
        "letmein12345", "changeme1234", "changemenow12", "iloveyou1234", "iloveyou12345",
        "football1234", "superman1234", "matkhau12345", "matkhau123456", "matkhau1234567",
        "matkhaumatkhau", "matkhaumoi123", "matkhaucuatoi", "khongcomatkhau", "khongbiet123",
        "anhyeuem1234", "anhyeuem12345", "emyeuanh1234", "yeuemnhieulam", "toiyeuvietnam",
        "toiyeuvietnam1", "vietnamvodich", "vietnam12345", "vietnam123456", "camaucamau12",
        "camau1234567", "camau12345678", "camau123456789", "tinhcamau123", "tinhcamau2025",
        "tinhcamau2026", "datmuicamau1", "datmuicamau123", "ubndtinhcamau", "ubndcamau123",
        "canbo1234567", "canbo12345678", "motcua123456", "motcua1234567", "hanhchinhcong",
        "hanhchinhcong1", "dichvucong123", "quantri12345", "quantri123456", "saigon123456",
        "hanoi12345678", "xinchao12345", "xinchaovietnam", "concacontrai", "doremifasolasi",
    )
)  # fmt: skip
"""Passwords of twelve and more characters that lists of leaked ones and people here begin with;
shorter ones are refused by their length. Compared without marks, case, spaces and signs."""


async def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    async with _hashing:
        return await threads.run(HASHER.hash, _normal(password))


async def matches(stored: str | None, password: str) -> bool:
    """Whether `password` is the one that `stored` is the hash of; as slow when there is none."""
    async with _hashing:
        return await threads.run(_matches, stored, _normal(password))


def acceptable(password: str, login: str) -> None:
    """Whether somebody may choose this password. Raises `BadValue`."""
    normal = unicodedata.normalize("NFC", password)
    if has_hidden(normal):
        raise BadValue("hidden_characters")
    if len(normal) < LEAST:
        raise BadValue("password_short", limit=LEAST)
    if len(normal) > LONGEST:
        raise BadValue("too_long", limit=LONGEST)
    bare = fold(normal).replace(" ", "").replace("_", "")
    own = fold(login).replace(" ", "").replace("_", "")
    if bare in COMMON or len(set(normal)) < LEAST_DIFFERENT:
        raise BadValue("password_common")
    if own and own in bare and len(bare) - len(own) < LEAST // 2:
        raise BadValue("password_login")


def _normal(password: str) -> str:
    """Keyboards disagree on how `ế` is put together; the person typed the same word."""
    return unicodedata.normalize("NFC", password)[:LONGEST]


@cache
def _nobody() -> str:
    """The hash of a password that nobody knows, for logins that are not there."""
    return HASHER.hash(secrets.token_urlsafe(32))


def _matches(stored: str | None, password: str) -> bool:
    nobody = _nobody()  # made at the first try of a process, whoever that is about
    try:
        return HASHER.verify(stored or nobody, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False
