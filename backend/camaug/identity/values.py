"""Checks and normal forms of what people type about themselves.

Each function gives the value as it is stored or raises `BadValue` with the code of a catalogue
text (`field.<code>`). Spaces at the ends are dropped; a character that cannot be seen is refused,
never removed, since removing it would store another value than the person sees.
"""

import re
import unicodedata
from datetime import date
from functools import lru_cache
from typing import Literal, get_args

import msgspec

from camaug.kernel.text import clean_line, has_hidden

LONGEST_NAME = 100
LONGEST_ADDRESS = 300
LONGEST_EMAIL = 254
EARLIEST_BIRTH = date(1900, 1, 1)
Gender = Literal["nam", "nu"]

_PROVINCE_NUMBERS = (
    1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36,
    37, 38, 40, 42, 44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74,
    75, 77, 79, 80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94, 95, 96,
)  # fmt: skip
PROVINCES = frozenset(f"{number:03d}" for number in _PROVINCE_NUMBERS)
"""Where a birth was registered: the 63 provinces before July 2025 (Circular 07/2016/TT-BCA)."""
ABROAD = range(101, 400)
"""Births registered abroad carry a country's number; we have no verified list of these."""


class BadValue(Exception):
    """A value cannot be accepted; `code` names why, `args_` fill its text."""

    def __init__(self, code: str, **args: str | int) -> None:
        self.code = code
        self.args_ = args
        super().__init__(code)


class CitizenNumber(msgspec.Struct, frozen=True, kw_only=True):
    """What a personal identification number (số định danh cá nhân) says."""

    number: str
    province: str
    gender: Gender
    birth_year: int


def _visible(text: str, limit: int) -> str:
    """One clean line of at most `limit` characters, with nothing hidden in it."""
    if len(text) > limit * 4:
        raise BadValue("too_long", limit=limit)
    if has_hidden(text):
        raise BadValue("hidden_characters")
    line = clean_line(text)
    if not line:
        raise BadValue("required")
    if len(line) > limit:
        raise BadValue("too_long", limit=limit)
    return line


_NUMBER = re.compile(r"[0-9]{12}")


def read_citizen_id(text: str) -> CitizenNumber:
    """The parts of a citizen number: province, century and gender, year, six digits.

    There is no check digit. Serial 000000 is taken: no law excludes it. Whether the year lies in
    the future depends on today, see `citizen_id_disagrees`.
    """
    number = _visible(text, 20).replace(" ", "")
    if not _NUMBER.fullmatch(number):
        raise BadValue("citizen_id_format")
    if number[:3] not in PROVINCES and int(number[:3]) not in ABROAD:
        raise BadValue("citizen_id_province")
    century, female = divmod(int(number[3]), 2)
    return CitizenNumber(
        number=number,
        province=number[:3],
        gender="nu" if female else "nam",
        birth_year=1900 + 100 * century + int(number[4:6]),
    )


def citizen_id(text: str) -> str:
    """Twelve ASCII digits of a known province."""
    return read_citizen_id(text).number


def citizen_id_disagrees(
    read: CitizenNumber, *, today: date, gender: Gender | None = None, birth: date | None = None
) -> str | None:
    """Why the number cannot be that of such a person, as a code, or None when it can."""
    if read.birth_year > today.year:
        return "citizen_id_future"
    if birth is not None and birth.year != read.birth_year:
        return "citizen_id_birth_year"
    if gender is not None and gender != read.gender:
        return "citizen_id_gender"
    return None


_SEPARATORS = re.compile(r"[ .()-]")
_PHONE = re.compile(r"(?:\+?84|0)((?:[35789][0-9]{8})|(?:2[0-9]{9}))")
_MOBILE = re.compile(r"0[35789][0-9]{8}")


def phone(text: str) -> str:
    """A Vietnamese number, mobile or landline, as `0` and nine or ten digits."""
    found = _PHONE.fullmatch(_SEPARATORS.sub("", _visible(text, 24)))
    if found is None:
        raise BadValue("phone_format")
    return f"0{found[1]}"


def mobile(text: str) -> str:
    """A Vietnamese mobile number, which can get a message, as `0` and nine digits."""
    number = phone(text)
    if not _MOBILE.fullmatch(number):
        raise BadValue("phone_not_mobile")
    return number


def masked(number: str) -> str:
    """A phone number that its owner recognises and nobody else learns: `09•• ••• 678`."""
    return f"{number[:2]}•• ••• {number[-3:]}"


_SYLLABLE = "am{0,4}"
_WORD = rf"'?(?:{_SYLLABLE})+(?:['-](?:{_SYLLABLE})+)*\.?|(?:{_SYLLABLE}\.){{2,}}"
_NAME = re.compile(rf"(?:{_WORD})(?: (?:{_WORD}))*")
_APOSTROPHES = "'\u2018\u2019"


@lru_cache(maxsize=1024)
def _class(char: str) -> str:
    """The kind of a character of a name: letter, mark, apostrophe, itself, or `x`."""
    kind = unicodedata.category(char)
    if kind[0] == "L":
        return "a"
    if kind in {"Mn", "Mc"}:
        return "m"
    if char in _APOSTROPHES:
        return "'"
    return char if char in " -." else "x"


def person_name(text: str) -> str:
    """A full name as the person writes it, NFC; letters of every script, never recased.

    Words of letters with marks, joined by single spaces; `'` and `-` inside a word (H'Hen, Ê-đê),
    a full stop behind an abbreviation. Digits and other signs are no part of a name.
    """
    name = _visible(text, LONGEST_NAME)
    if not _NAME.fullmatch("".join(map(_class, name))):
        raise BadValue("name_characters")
    return name


_ONE_LINE = str.maketrans("\r\n", "  ")


def address(text: str) -> str:
    """An address as one line of plain text; line breaks become spaces."""
    line = _visible(text.translate(_ONE_LINE), LONGEST_ADDRESS)
    kinds = {unicodedata.category(char) for char in line}
    if kinds & {"Cc", "Cn", "Co", "Cs"}:
        raise BadValue("hidden_characters")
    if not any(kind[0] in "LN" for kind in kinds):
        raise BadValue("address_format")
    return line


_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63})"
)
_LONGEST_LOCAL_PART = 64


def email(text: str) -> str:
    """An ASCII e-mail address; the domain in lower case, the rest as typed."""
    line = _visible(text, LONGEST_EMAIL)
    found = _EMAIL.fullmatch(line)
    local, _, domain = line.rpartition("@")
    if found is None or len(local) > _LONGEST_LOCAL_PART:
        raise BadValue("email_format")
    return f"{local}@{domain.lower()}"


_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_VIETNAMESE = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")


def any_date(text: str) -> date:
    """A day, ISO (`1985-03-15`) or in Vietnamese order (`15/03/1985`)."""
    line = _visible(text, 10)
    if found := _ISO.fullmatch(line):
        year, month, day = map(int, found.groups())
    elif found := _VIETNAMESE.fullmatch(line):
        day, month, year = map(int, found.groups())
    else:
        raise BadValue("date_format")
    try:
        return date(year, month, day)
    except ValueError:
        raise BadValue("date_format") from None


def birth_date(text: str, today: date) -> date:
    """A day from 1900 to today, written as `any_date` reads it."""
    born = any_date(text)
    if not EARLIEST_BIRTH <= born <= today:
        raise BadValue("date_range")
    return born


def gender(text: str) -> Gender:
    """`nam` or `nu`, as the register of births has it."""
    if text not in get_args(Gender):
        raise BadValue("not_a_choice")
    return "nam" if text == "nam" else "nu"


def plain(text: str) -> str:
    """One line of at most 100 visible characters."""
    return _visible(text, 100)


_LOGIN = re.compile(r"[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*")


def login(text: str) -> str:
    """A sign-in name of staff: 3 to 40 small ASCII letters, digits and single `.`, `-`, `_`."""
    name = _visible(text, 40).lower()
    if len(name) < 3 or not _LOGIN.fullmatch(name):  # noqa: PLR2004
        raise BadValue("login_format")
    return name


_LOCAL_PATH = re.compile(r"/(?![/\\])[A-Za-z0-9._~!$&'()*+,;=:@%/?-]{0,511}")


def local_path(text: str) -> str:
    """An address inside the shell; nothing that a browser could read as another host."""
    if not _LOCAL_PATH.fullmatch(text):
        raise BadValue("path_format")
    return text
