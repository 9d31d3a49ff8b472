"""Checks and normal forms of what people type, by example and by property."""

import string
import unicodedata
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from camaug.identity import values
from camaug.identity.values import BadValue

TODAY = date(2026, 11, 24)
HIDDEN = "\u0000\u0007\u0008\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2069\ufeff\u00ad"


def birth(text: str) -> str:
    return values.birth_date(text, TODAY).isoformat()


CHECKS: dict[str, tuple[Callable[[str], str], str]] = {
    "citizen_id": (values.citizen_id, "096085999901"),
    "phone": (values.phone, "0912345678"),
    "name": (values.person_name, "Nguyễn Văn Mẫu"),
    "address": (values.address, "Ấp 1, xã Tân Lộc"),
    "email": (values.email, "mau@vi-du.vn"),
    "birth": (birth, "1985-03-15"),
}


@pytest.mark.parametrize("kind", CHECKS)
@given(data=st.data())
def test_a_hidden_character_is_refused_wherever_it_stands(kind: str, data: st.DataObject):
    check, good = CHECKS[kind]
    at = data.draw(st.integers(0, len(good)))
    hidden = data.draw(st.sampled_from(HIDDEN))
    with pytest.raises(BadValue):
        check(good[:at] + hidden + good[at:])


@pytest.mark.parametrize("kind", CHECKS)
@given(text=st.text())
@example(text="a" * 2**20)
@example(text=" " * 2**20)
@example(text="\n" * 2**20)
def test_any_text_is_taken_in_a_stable_form_or_refused(kind: str, text: str):
    check, _ = CHECKS[kind]
    try:
        taken = check(text)
    except BadValue:
        return
    assert check(taken) == taken
    assert unicodedata.is_normalized("NFC", taken)
    assert taken == taken.strip()
    assert not set(taken) & set(HIDDEN)


@pytest.mark.parametrize("kind", CHECKS)
def test_the_normal_form_of_a_good_value_is_itself(kind: str):
    check, good = CHECKS[kind]
    assert check(good) == good
    assert check(f"  {unicodedata.normalize('NFD', good)}\u00a0") == good


@given(digits=st.text(string.digits, min_size=8, max_size=8), first=st.sampled_from("35789"))
def test_every_spelling_of_a_mobile_number_is_one_number(digits: str, first: str):
    number = f"0{first}{digits}"
    for prefix in ("0", "+84", "84"):
        assert values.mobile(f"{prefix}{number[1:]}") == number
    assert values.mobile(f"{number[:4]}.{number[4:7]}-{number[7:]}") == number
    assert values.masked(number).count("•") == 5


@pytest.mark.parametrize(
    "text",
    [
        "",
        "091234567",
        "09123456789",
        "0412345678",
        "+1 202 555 0100",
        "٠٩١٢٣٤٥٦٧٨",
        "０９１２３４５６７８",
    ],
)
def test_what_is_no_vietnamese_number_is_refused(text: str):
    with pytest.raises(BadValue):
        values.phone(text)


def test_a_landline_is_a_phone_but_gets_no_message():
    assert values.phone("0290 3831 234") == "02903831234"
    with pytest.raises(BadValue, match="phone_not_mobile"):
        values.mobile("02903831234")


@given(
    province=st.sampled_from(sorted(values.PROVINCES)),
    century=st.integers(0, 9),
    rest=st.text(string.digits, min_size=8, max_size=8),
)
def test_a_citizen_number_tells_province_sex_and_year(province: str, century: int, rest: str):
    read = values.read_citizen_id(f"{province}{century}{rest}")
    assert read.province == province
    assert read.gender == ("nam" if century % 2 == 0 else "nu")
    assert read.birth_year == 1900 + 100 * (century // 2) + int(rest[:2])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("09608599990", "citizen_id_format"),
        ("0960859999011", "citizen_id_format"),
        ("09608599990A", "citizen_id_format"),
        ("๐๙๖๐๘๕๙๙๙๙๐๑", "citizen_id_format"),
        ("096085999901.0", "citizen_id_format"),
        ("000085999901", "citizen_id_province"),
        ("003085999901", "citizen_id_province"),
        ("099085999901", "citizen_id_province"),
        ("999085999901", "citizen_id_province"),
        ("", "required"),
    ],
)
def test_what_is_no_citizen_number_is_refused(text: str, code: str):
    with pytest.raises(BadValue, match=code):
        values.citizen_id(text)


def test_a_birth_registered_abroad_and_a_serial_of_zeros_are_taken():
    assert values.citizen_id("157085999901") == "157085999901"
    assert values.citizen_id("096085000000") == "096085000000"


def test_a_citizen_number_is_compared_with_the_person():
    read = values.read_citizen_id("096085999901")
    born = date(1985, 3, 15)
    assert values.citizen_id_disagrees(read, today=TODAY, gender="nam", birth=born) is None
    wrong_year = values.citizen_id_disagrees(read, today=TODAY, birth=date(1986, 3, 15))
    assert wrong_year == "citizen_id_birth_year"
    assert values.citizen_id_disagrees(read, today=TODAY, gender="nu") == "citizen_id_gender"
    unborn = values.read_citizen_id("096227999901")
    assert values.citizen_id_disagrees(unborn, today=TODAY) == "citizen_id_future"


@pytest.mark.parametrize(
    "name",
    [
        "O'Brien", "O’Brien", "H'Hen Niê", "Y'Wang Mlô", "Rơ Châm Mẫu", "Giàng A Páo", "Ê-đê", "A",
        "Null", "Łukasz Mẫu", "Lê Thị Thu Hằng", "Thạch Sô Phia", "សុខ សុភា", "Jean-Luc",
        "J.R.R. Tolkien", "Martin Luther King Jr.", "Đỗ Đại Học", "ĐẶNG THỊ ÁNH", "'t Hooft",
        "Nguyễn  Văn   Mẫu",
    ],
)  # fmt: skip
def test_names_of_people_are_kept_as_they_are(name: str):
    assert values.person_name(name) == " ".join(name.split())


@pytest.mark.parametrize(
    "name",
    [
        "", "   ", "1", "Nguyễn Văn 2", "http://x.vn", "x.vn", "<b>A</b>", "${jndi:ldap://x/a}",
        "Robert'); DROP TABLE", "admin'--", "' or 'x", "A\tB\nC", "🙂", "-", "'", ".", "\u0301",
        "Nguyễn\ue000", "a" * 101, "Z\u0335\u0335\u0335\u0335\u0335\u0335",
    ],
)  # fmt: skip
def test_what_is_no_name_is_refused(name: str):
    with pytest.raises(BadValue):
        values.person_name(name)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1900-01-01", "1900-01-01"),
        ("15/03/1985", "1985-03-15"),
        ("5-3-1985", "1985-03-05"),
        ("29/02/2024", "2024-02-29"),
        ("2026-11-24", "2026-11-24"),
    ],
)
def test_a_date_of_birth_is_read_in_both_orders(text: str, day: str):
    assert birth(text) == day


@pytest.mark.parametrize(
    "text",
    ["", "03/15/1985", "1985-02-30", "1899-12-31", "2026-11-25", "15/3/85", "1985", "0000-00-00"],
)
def test_what_is_no_date_of_birth_is_refused(text: str):
    with pytest.raises(BadValue):
        birth(text)


@given(day=st.dates(date(1900, 1, 1), TODAY))
def test_every_day_since_1900_can_be_a_birthday(day: date):
    assert birth(day.isoformat()) == birth(f"{day:%d/%m/%Y}") == day.isoformat()


@pytest.mark.parametrize(
    "text", ["nobody", "a@b", "a@b..vn", "a b@c.vn", "a@-b.vn", "@c.vn", "ă@c.vn"]
)
def test_what_is_no_address_of_mail_is_refused(text: str):
    with pytest.raises(BadValue):
        values.email(text)


@given(text=st.text())
def test_a_local_path_is_read_by_nobody_as_another_host(text: str):
    try:
        path = values.local_path(f"/{text}")
    except BadValue:
        return
    assert path[1:2] not in {"/", "\\"}
    assert path.isascii()
    assert path.isprintable()
