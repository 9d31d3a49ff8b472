"""Every way to ask whether something exists, as a twin: about a known thing and an unknown one."""

import itertools
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.backend.authorisation.world import FAR, file

from camaug.audit.actions import SYSTEM
from camaug.identity import (
    actions,
    invitations,
    passwords,
    queries,
    session_queries,
    sign_in,
    values,
)
from camaug.identity.schemas import NewChallenge, ProfileChange, SessionRow
from camaug.kernel import db
from camaug.kernel.ids import PIN_ALPHABET, uuid7
from camaug.kernel.web import Engines
from camaug_sdk.records import Person

from .attacked import Attacked
from .measure import Asked, Make, Request, Twin

BIRTH = "1.001193"
LOOKUP = "/api/v1/apps/track-dossier/lookup"
PASSWORD = "lúa chín bên sông"
TRIES_OF_A_CODE = 25
"""Wrong PINs that one code takes from all addresses, and a few to spare."""


async def citizen(engines: Engines, phone: str, commune: str = "32002") -> Person:
    """An account with that phone."""
    citizen_id = uuid7()
    async with db.transaction(engines.pool) as conn:
        await conn.execute(
            "insert into citizen (citizen_id, phone_enc, phone_idx, commune_code, created_at,"
            " updated_at) values ($1, $2, $3, $4, now(), now())",
            citizen_id,
            engines.vault.seal_text(sign_in.PHONE, citizen_id, phone),
            engines.vault.index(sign_in.PHONE, phone),
            commune,
        )
    return Person(citizen_id=citizen_id, assurance=1, session_id=uuid7())


def number() -> str:
    """A mobile number that nobody has used yet."""
    return f"09{secrets.randbelow(10**8):08d}"


def wrong_pin() -> str:
    """A guess."""
    return "".join(secrets.choice(PIN_ALPHABET) for _ in range(6))


def post(path: str, *names: str, token: str = "", **body: object) -> Asked:
    """A write, and what of it may come back."""
    return Request(method="POST", path=path, body=body, token=token), names


def each(values: list[str], make: Callable[[str], Asked]) -> Make:
    """Requests about one value after another, from the beginning again after the last."""
    turn = itertools.cycle(values)

    async def following() -> Asked:
        return make(next(turn))

    return following


async def lookup(engines: Engines, count: int) -> Twin:
    """A wrong PIN for a dossier's code, and for a code that no dossier has."""
    me = await citizen(engines, number())
    codes = [(await file(engines, me)).code for _ in range(-(-count // 2 // TRIES_OF_A_CODE) + 1)]
    others = [f"{code[:-4]}{9000 + place}" for place, code in enumerate(codes)]
    return Twin(
        name="POST track-dossier/lookup: code",
        known=each(codes, lambda code: post(LOOKUP, code=code, pin=wrong_pin())),
        unknown=each(others, lambda code: post(LOOKUP, code=code, pin=wrong_pin())),
    )


async def asking(engines: Engines, count: int) -> Twin:
    """A code for a phone with an account, and for one without."""
    phones = [number() for _ in range(count // 2 // 4 + 1)]
    for one in phones:
        await citizen(engines, one)
    others = [number() for _ in phones]
    code = "/api/v1/session/otp"
    return Twin(
        name="POST session/otp: phone",
        known=each(phones, lambda phone: post(code, *shown(phone), phone=phone)),
        unknown=each(others, lambda phone: post(code, *shown(phone), phone=phone)),
    )


def shown(phone: str) -> tuple[str, ...]:
    """How a screen may write a phone number."""
    return phone, values.masked(phone)


async def trying(engines: Engines, count: int) -> Twin:
    """A wrong code for a phone with an account, and for one without."""
    known, unknown = [], []
    for _ in range(count // 2 + 1):
        phone = number()
        await citizen(engines, phone)
        known.append(await challenge(engines, phone))
        unknown.append(await challenge(engines, number()))
    verify = "/api/v1/session/otp/verify"
    return Twin(
        name="POST session/otp/verify: phone",
        known=each(known, lambda one: post(verify, challenge_id=one, code="no-code")),
        unknown=each(unknown, lambda one: post(verify, challenge_id=one, code="no-code")),
    )


async def challenge(engines: Engines, phone: str) -> str:
    """A code that was sent to the phone."""
    made, now = uuid7(), engines.clock.now()
    new = NewChallenge(
        challenge_id=made,
        phone_enc=engines.vault.seal_text(sign_in.CODE_PHONE, made, phone),
        phone_idx=engines.vault.index(sign_in.PHONE, phone),
        code_mac=bytes(32),
        request_key=str(made),
        expires_at=now + timedelta(minutes=5),
    )
    async with db.transaction(engines.pool) as conn:
        await queries.insert_code(conn, new, now)
    return str(made)


STATES = {
    "unblocked": "failures = 0, blocked_until = null, disabled_at = null, password_hash = $2",
    "blocked": "failures = 0, blocked_until = now() + interval '9 years', disabled_at = null,"
    " password_hash = $2",
    "disabled": "failures = 0, blocked_until = null, disabled_at = now(), password_hash = $2",
    "invited": "failures = 0, blocked_until = null, disabled_at = null, password_hash = null,"
    " full_name = coalesce(full_name, $2)",
}


async def logins(engines: Engines, state: str, typed: str = "sai mật khẩu") -> Twin:
    """A login that somebody has, in one of its states, and one that nobody has."""
    login = f"known.{uuid7().hex}"
    hashed = await passwords.hash_password(PASSWORD)
    async with db.transaction(engines.pool) as conn:
        await actions.create_staff(engines, conn, login, PASSWORD, "Lê Mẫu", SYSTEM)
    nobody = f"known.{uuid7().hex}"
    sql = f"update staff set {STATES[state]} where login = $1"  # noqa: S608  (constants only)

    async def known() -> Asked:
        await engines.pool.execute(sql, login, hashed)
        return post("/api/v1/session/staff", login=login, password=typed)

    async def unknown() -> Asked:
        await engines.pool.execute(sql, login, hashed)
        return post("/api/v1/session/staff", login=nobody, password=typed)

    right = ", right password" if typed == PASSWORD else ""
    return Twin(name=f"POST session/staff: {state} login{right}", known=known, unknown=unknown)


async def links(engines: Engines) -> list[Twin]:
    """Invitations with a signature that is not ours."""
    async with db.transaction(engines.pool) as conn:
        staff = await actions.create_staff(
            engines, conn, f"new.{uuid7().hex}", PASSWORD, "Trần Mẫu", SYSTEM
        )
        made = await invitations.make(conn, staff, SYSTEM, engines.clock.now())

    def look(link: str) -> Asked:
        return get(f"/api/v1/screens/console/invitation/{link}"), ()

    def take(link: str) -> Asked:
        return post("/api/v1/session/invitation", link=link, password=PASSWORD, again=PASSWORD)

    known, unknown = f"{made.hex}.{'x' * 22}", f"{uuid7().hex}.{'x' * 22}"
    return [
        Twin(name=name, known=each([known], make), unknown=each([unknown], make))
        for name, make in (("GET console/invitation", look), ("POST session/invitation", take))
    ]


async def renewing(engines: Engines) -> Twin:
    """A refresh token with a signature that is not ours."""
    me = await citizen(engines, number())
    row = await session(engines, me.citizen_id, "citizen")

    def make(one: str) -> Asked:
        token = f"{UUID(one).hex}.0.{'x' * 43}"
        return post("/api/v1/session/refresh", audience="citizen", refresh_token=token)

    return Twin(
        name="POST session/refresh: session",
        known=each([str(row.session_id)], make),
        unknown=each([str(uuid7())], make),
    )


def get(path: str, token: str = "") -> Request:
    """A read."""
    return Request(method="GET", path=path, token=token)


async def session(engines: Engines, subject: UUID, audience: Any) -> SessionRow:
    """Somebody signed in."""
    now = engines.clock.now()
    row = SessionRow(
        session_id=uuid7(), audience=audience, subject_id=subject, counter=0, rotated_at=now,
        assurance=2 if audience == "staff" else 1, created_at=now, proved_at=now,
        expires_at=now + timedelta(days=1), ended_at=None,
    )  # fmt: skip
    async with db.transaction(engines.pool) as conn:
        await session_queries.insert(conn, row, "Chrome")
    return row


EACH = 200
"""Requests of one account, below what its limit lets through at once."""


class Strangers:
    """Gives tokens of people of a kind who have nothing, a new one after some requests."""

    def __init__(self, attacked: Attacked) -> None:
        self._attacked = attacked
        self._tokens: dict[str, tuple[int, str]] = {}

    async def token(self, kind: str) -> str:
        """Of a citizen of another commune, or of staff elsewhere with that role."""
        used, token = self._tokens.get(kind, (EACH, ""))
        if used >= EACH:
            used, token = 0, await self._new(kind)
        self._tokens[kind] = used + 1, token
        return token

    async def _new(self, kind: str) -> str:
        engines = self._attacked.engines
        if kind == "citizen":
            who = (await citizen(engines, number(), "31972")).citizen_id
        else:
            async with db.transaction(engines.pool) as conn:
                who = await actions.create_staff(
                    engines, conn, f"far.{uuid7().hex}", PASSWORD, "Võ Mẫu", SYSTEM
                )
                await actions.assign(engines, conn, who, kind, FAR, SYSTEM)
        audience = "citizen" if kind == "citizen" else "staff"
        return self._attacked.tokens.issue(await session(engines, who, audience))


API = "/api/v1"
TRACK = "/api/v1/apps/track-dossier"
SEEN = {"version": 1}
FOREIGN: list[tuple[str, str, str, str, object]] = [
    ("citizen", "GET", TRACK + "/{}", "dossier_id", None),
    ("citizen", "GET", TRACK + "/{}/supply", "dossier_id", None),
    ("citizen", "POST", TRACK + "/{}/supply", "dossier_id", {"version": 1, "reason": "Tôi gửi."}),
    ("citizen", "POST", TRACK + "/{}/withdraw", "dossier_id", SEEN),
    ("citizen", "GET", TRACK + "/{}/rate", "dossier_id", None),
    ("citizen", "POST", TRACK + "/{}/rate", "dossier_id", {"rating": "5"}),
    ("citizen", "GET", TRACK + "/{}/delegations", "dossier_id", None),
    ("citizen", "GET", TRACK + "/{}/delegations/new", "dossier_id", None),
    ("citizen", "GET", TRACK + "/relatives/{}", "dossier_id", None),
    ("citizen", "GET", TRACK + "/{}/complaints", "dossier_id", None),
    ("citizen", "POST", TRACK + "/{}/complaints", "dossier_id", {"kind": "late", "text": "Trễ."}),
    ("citizen", "GET", API + "/apps/submit-dossier/1.001193/filed/{}", "dossier_id", None),
    ("citizen", "POST", API + "/documents/{}/complete", "document_id", None),
    ("citizen", "DELETE", API + "/documents/{}", "document_id", None),
    ("citizen", "GET", API + "/documents/{}/download", "document_id", None),
    ("citizen", "POST", API + "/notices/{}/read", "notice_id", None),
    ("citizen", "GET", API + "/screens/announcements/{}", "sent_id", None),
    ("citizen", "DELETE", API + "/session/devices/{}", "session_id", None),
    ("citizen", "DELETE", API + "/devices/{}", "device_id", None),
    ("officer", "GET", TRACK + "/desk/{}", "dossier_id", None),
    ("officer", "POST", TRACK + "/desk/{}/accept", "dossier_id", SEEN),
    ("officer", "GET", TRACK + "/desk/{}/acts/refuse", "dossier_id", None),
    ("officer", "POST", TRACK + "/desk/{}/acts", "dossier_id",
     {"kind": "refuse", "version": 1, "reason": "Không đúng nơi."}),
    ("officer", "GET", API + "/documents/{}/download", "document_id", None),
    ("officer", "POST", API + "/staff/notices/{}/read", "staff_notice_id", None),
    ("operator", "GET", API + "/screens/console/announcements/{}", "announcement_id", None),
    ("operator", "GET", API + "/screens/console/announcements/{}/edit", "announcement_id", None),
    ("operator", "POST", API + "/announcements/{}/withdraw", "announcement_id", None),
    ("administrator", "GET", API + "/screens/console/people/{}", "staff_id", None),
    ("administrator", "GET", API + "/screens/console/people/{}/assign", "staff_id", None),
    ("administrator", "POST", API + "/people/{}/disable", "staff_id", None),
    ("administrator", "POST", API + "/people/{}/link", "staff_id", None),
    ("administrator", "POST", API + "/people/requests/{}/confirm", "request_id", None),
]  # fmt: skip
"""Who asks, method, address, the id that is somebody else's, body."""


def foreign(attacked: Attacked, ids: dict[str, str]) -> list[Twin]:
    """Ids of what belongs to somebody else, and of nothing."""
    strangers = Strangers(attacked)

    def make(row: tuple[str, str, str, str, object], wanted: str) -> Make:
        kind, method, path, _, body = row

        async def following() -> Asked:
            token = await strangers.token(kind)
            request = Request(method=method, path=path.format(wanted), body=body, token=token)
            return request, (wanted,)

        return following

    return [
        Twin(
            name=f"{row[1]} {row[2].removeprefix(API)[1:]} ({row[0]})",
            known=make(row, ids[row[3]]),
            unknown=make(row, str(uuid7())),
        )
        for row in FOREIGN
    ]


async def papers(attacked: Attacked) -> Twin:
    """Somebody else's file in a form of one's own, and a file that is not there."""
    strangers = Strangers(attacked)
    row = await attacked.engines.pool.fetchrow(
        "select document_id, component_id from dossier_document limit 1"
    )
    assert row is not None
    place = row["component_id"]

    def make(wanted: str) -> Make:
        async def following() -> Asked:
            token = await strangers.token("citizen")
            path = f"/api/v1/apps/submit-dossier/{BIRTH}/steps/papers"
            body = {place: [wanted]}
            return Request(method="POST", path=path, body=body, token=token), (wanted,)

        return following

    return Twin(
        name="POST submit-dossier/steps/papers: file",
        known=make(str(row["document_id"])),
        unknown=make(str(uuid7())),
    )


async def numbers(attacked: Attacked) -> Twin:
    """A citizen number that somebody has, in a stranger's profile, and one that nobody has."""
    engines = attacked.engines
    known, unknown = "096190999910", "096190999928"
    owner = await citizen(engines, number())
    async with db.transaction(engines.pool) as conn:
        await actions.put_profile(
            engines, conn, owner.citizen_id, ProfileChange(version=1, citizen_id=known)
        )
        sql = "update citizen set number_proven = true where citizen_id = $1"
        await conn.execute(sql, owner.citizen_id)

    def make(typed: str) -> Make:
        async def following() -> Asked:
            me = await citizen(engines, number())
            token = attacked.tokens.issue(await session(engines, me.citizen_id, "citizen"))
            body = {"version": 1, "citizen_id": typed}
            request = Request(method="PUT", path="/api/v1/me/profile", body=body, token=token)
            return request, (typed,)

        return following

    return Twin(name="PUT me/profile: citizen number", known=make(known), unknown=make(unknown))
