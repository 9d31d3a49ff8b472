"""Named synthetic people for development and demonstrations; never for production.

Citizen numbers have serials from 999910 on, which mark invented persons throughout the project.
Passwords and second factors are derived from the keyring: they differ between installations, and
running the seed again tells the same ones. `camaug staff code LOGIN` stands for the phone of staff.
"""

import base64

import msgspec

from camaug.agencies import queries as agencies
from camaug.agencies.seed import agency_id
from camaug.audit.actions import SYSTEM
from camaug.identity import actions, queries, sign_in, staff_queries, staff_sign_in, totp
from camaug.identity.schemas import ProfileChange
from camaug.kernel import db
from camaug.kernel.crypto import Vault, mac
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines

AN_XUYEN = "32002"
GANH_HAO = "31972"
CENTRE = ("one_stop_centre", "province")


class DemoPerson(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to sign in as. `secret` is None for citizens: their code comes by message."""

    login: str
    secret: str | None
    name: str
    role: str
    place: str

    def __str__(self) -> str:
        secret = self.secret or "code by message"
        return f"{self.role:<14} {self.login:<20} {secret:<16} {self.name}, {self.place}"


CITIZENS: list[tuple[str, str, ProfileChange | None]] = [
    (
        "0990000001",
        "An Xuyên, full profile",
        ProfileChange(
            version=1,
            full_name="Nguyễn Thị Đăng Nguyệt",
            citizen_id="096190999910",
            birth_date="1990-08-12",
            gender="nu",
            ethnicity="Kinh",
            email="dang.nguyet@vi-du.vn",
            permanent_address="12 Lý Bôn, khóm 3, phường An Xuyên, tỉnh Cà Mau",
            permanent_commune=AN_XUYEN,
            current_address="12 Lý Bôn, khóm 3, phường An Xuyên, tỉnh Cà Mau",
        ),
    ),
    ("0990000002", "no profile yet", None),
    (
        "0990000003",
        "Gành Hào, full profile",
        ProfileChange(
            version=1,
            full_name="Thạch Sô Phia",
            citizen_id="095185999912",
            birth_date="1985-03-15",
            gender="nu",
            ethnicity="Khmer",
            permanent_address="Ấp 2, xã Gành Hào, tỉnh Cà Mau",
            permanent_commune=GANH_HAO,
        ),
    ),
]
STAFF: list[tuple[str, str, str, tuple[str, str]]] = [
    ("can-bo.an-xuyen", "Trần Hoàng Dự", "officer", ("people_committee", AN_XUYEN)),
    ("can-bo.ganh-hao", "Lâm Thị Kiều Mẫu", "officer", ("people_committee", GANH_HAO)),
    ("can-bo.tinh", "Phạm Quốc Thí Dụ", "officer", CENTRE),
    ("dieu-hanh.1", "Võ Minh Mẫu", "operator", CENTRE),
    ("dieu-hanh.2", "Huỳnh Ngọc Thí Dụ", "operator", CENTRE),
    ("xet-duyet.1", "Đặng Thu Mẫu", "reviewer", CENTRE),
    ("xet-duyet.2", "Bùi Gia Thí Dụ", "reviewer", CENTRE),
    ("phat-trien", "Ngô Lập Trình Mẫu", "developer", CENTRE),
    ("quan-tri", "Cao Quản Trị Mẫu", "administrator", CENTRE),
]
MORE_ROLES: dict[str, tuple[str, ...]] = {
    "can-bo.an-xuyen": ("field_report_officer", "leader"),
    "can-bo.ganh-hao": ("field_report_officer", "leader"),
}
"""Roles of utilities at the same agency, so that their desks have somebody."""


async def seed_people(conn: db.Conn, engines: Engines) -> list[DemoPerson]:
    """Make those who are not there yet; everybody, with what one signs in by."""
    citizens = [
        await _citizen(conn, engines, phone, place, change) for phone, place, change in CITIZENS
    ]
    return citizens + [await _staff(conn, engines, *row) for row in STAFF]


async def _citizen(
    conn: db.Conn, engines: Engines, phone: str, place: str, change: ProfileChange | None
) -> DemoPerson:
    fresh_id = uuid7()
    sealed = engines.vault.seal_text(sign_in.PHONE, fresh_id, phone)
    index = engines.vault.index(sign_in.PHONE, phone)
    now = engines.clock.now()
    citizen_id = await queries.citizen_of_phone(conn, fresh_id, (sealed, index), "vi", now)
    if change is not None and citizen_id == fresh_id:
        await actions.put_profile(engines, conn, citizen_id, change)
    name = (change and change.full_name) or "(no name)"
    return DemoPerson(login=phone, secret=None, name=name, role="citizen", place=place)


async def _staff(
    conn: db.Conn, engines: Engines, login: str, name: str, role: str, agency: tuple[str, str]
) -> DemoPerson:
    secret = _password(engines.vault, login)
    staff_id = await actions.create_staff(engines, conn, login, secret, name, SYSTEM)
    known = await staff_queries.signing_in(conn, staff_id)
    if known is not None and known.totp_enc is None:
        factor = mac(engines.vault.secret("roles"), "demo-factor", login)[: totp.SECRET_BYTES]
        await staff_sign_in.keep_factor(engines, conn, staff_id, factor, None)
    for one in (role, *MORE_ROLES.get(login, ())):
        await actions.assign(engines, conn, staff_id, one, agency_id(*agency), SYSTEM)
    place = (await agencies.get(conn, agency_id(*agency))).name_vi
    return DemoPerson(login=login, secret=secret, name=name, role=role, place=place)


def _password(vault: Vault, login: str) -> str:
    """Twelve letters and digits, 60 bits."""
    digest = mac(vault.secret("roles"), "demo-password", login)
    letters = base64.b32encode(digest).decode().lower()
    return "-".join((letters[:4], letters[4:8], letters[8:12]))
