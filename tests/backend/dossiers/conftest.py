"""Citizens, officers and filed dossiers for the tests of this folder."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import asyncpg
import pytest

from camaug.agencies.seed import agency_id
from camaug.documents import queries as documents
from camaug.documents.actions import NAME
from camaug.documents.schemas import NewDocument
from camaug.dossiers.service import DossiersService
from camaug.kernel import db
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.plugins.actions import sync
from camaug.plugins.mount import PluginHost
from camaug.procedures.actions import ProceduresService
from camaug_sdk.records import MANDATE, Answer, Organisation, Person, StaffMember, Submission

from .door import Door

AN_XUYEN, GANH_HAO = "32002", "31972"
BIRTH = "1.001193"
VALID: dict[str, Answer] = {
    "person_name": "Nguyễn Thị Đăng Nguyệt",
    "citizen_id": "096190999910",
    "phone": "0912345678",
    "address": "12 Lý Bôn, phường An Xuyên",
    "commune": AN_XUYEN,
    "email": "nguyet@vi-du.vn",
    "date": "2026-11-20",
    "number": 1,
    "money": 100_000,
    "text": "Kinh",
    "longtext": "Không có",
    "boolean": True,
}
COMPANY = Organisation(name="Công ty TNHH Tôm Năm Căn", tax_code="0314409058-001", role="employee")
MakeFile = Callable[[Person, str], Awaitable[UUID]]
Filer = Callable[..., Awaitable[Submission]]


@pytest.fixture
def dossiers(engines: Engines) -> DossiersService:
    return DossiersService(engines, plugin_id="submit-dossier")


@pytest.fixture
async def make_citizen(engines: Engines) -> Callable[[], Awaitable[Person]]:
    async def make() -> Person:
        citizen_id = uuid7()
        async with db.transaction(engines.pool) as conn:
            await conn.execute(
                "insert into citizen (citizen_id, phone_enc, phone_idx, created_at, updated_at)"
                " values ($1, $2, $3, now(), now())",
                citizen_id,
                engines.vault.seal_text("citizen|phone", citizen_id, "0912345678"),
                citizen_id.bytes,
            )
        return Person(citizen_id=citizen_id, assurance=1, session_id=uuid7())

    return make


@pytest.fixture
async def citizen(make_citizen: Callable[[], Awaitable[Person]]) -> Person:
    return await make_citizen()


async def officer_of(engines: Engines, commune: str) -> StaffMember:
    own = agency_id("people_committee", commune)
    staff_id = uuid7()
    async with db.transaction(engines.pool) as conn:
        await conn.execute(
            "insert into staff (staff_id, login, password_hash, full_name, created_at)"
            " values ($1, $2, 'none', 'Trần Hoàng Dự', now())",
            staff_id,
            f"officer-{staff_id}",
        )
    return StaffMember(staff_id=staff_id, session_id=uuid7(), agencies={"officer": (own,)})


@pytest.fixture
async def officer(engines: Engines) -> StaffMember:
    return await officer_of(engines, AN_XUYEN)


@pytest.fixture
async def stranger(engines: Engines) -> StaffMember:
    """An officer of another commune."""
    return await officer_of(engines, GANH_HAO)


@pytest.fixture
def make_file(engines: Engines) -> MakeFile:
    """A checked file of a person, as `documents.complete` leaves it, without its bytes."""

    async def make(owner: Person, purpose: str) -> UUID:
        return await checked_file(engines, owner.citizen_id, purpose)

    return make


async def checked_file(engines: Engines, owner_id: UUID, purpose: str) -> UUID:
    document_id, now = uuid7(), engines.clock.now()
    new = NewDocument(file_name="a.jpg", size=10, media_type="image/jpeg", purpose=purpose)
    async with db.transaction(engines.pool) as conn:
        name = engines.vault.seal_text(NAME, document_id, new.file_name)
        await documents.insert(conn, document_id, owner_id, new, name, now)
        await documents.set_checked(conn, document_id, "v1", bytes(32), now)
    return document_id


async def copied(conn: db.Conn, model: UUID, members: dict[str, Any]) -> None:
    """A dossier like another one but for some members; what the database makes is made anew."""
    rows = await conn.fetch(
        "select attname as name from pg_attribute where attrelid = 'dossier'::regclass"
        " and attnum > 0 and not attisdropped and attgenerated = ''"
    )
    names = [row["name"] for row in rows]
    await conn.execute(
        f"insert into dossier ({', '.join(names)})"  # noqa: S608  (names of columns)
        f" select {', '.join('(d).' + name for name in names)}"
        " from (select jsonb_populate_record(o, $2) as d from dossier o where dossier_id = $1) one",
        model,
        members,
    )


@pytest.fixture
def file_dossier(engines: Engines, dossiers: DossiersService, make_file: MakeFile) -> Filer:
    """File a procedure with valid answers and one file a place; `answers` replaces some.

    Every condition is answered with `case`; a paper whose condition is not met is not sent.
    """

    async def file(
        me: Person,
        code: str = BIRTH,
        *,
        key: str | None = None,
        case: bool = True,
        organisation: Organisation | None = None,
        mandate: bool | None = None,
        **answers: Answer,
    ) -> Submission:
        procedure = await ProceduresService(engines).get(code)
        given: dict[str, Answer] = {}
        for field in procedure.form_fields:
            if field.type == "choice":
                given[field.name] = field.options[0].value
            elif field.type != "file":
                given[field.name] = VALID[field.type]
        sent = [one for one in procedure.components if one.uploaded]
        papers = [one.id for one in sent if case or one.question is None]
        if organisation is not None if mandate is None else mandate:
            papers.append(MANDATE)
        places = papers + [one.name for one in procedure.form_fields if one.type == "file"]
        documents = {place: [await make_file(me, place)] for place in places}
        return await dossiers.submit(
            me,
            code,
            given | answers,
            documents,
            key=key or str(uuid7()),
            conditions=dict.fromkeys(procedure.conditions(), case),
            organisation=organisation,
        )

    return cast("Filer", file)


@pytest.fixture
async def door(engines: Engines) -> AsyncIterator[Door]:
    await sync(engines.pool, engines.clock.now())
    host = PluginHost()
    async with host.running(engines):
        yield Door(host, engines)


@pytest.fixture
async def migrator(environment: dict[str, str], database: str) -> AsyncIterator[Any]:
    """A connection that may change what the host may not."""
    path = urlsplit(database).path
    url = urlunsplit(urlsplit(environment["CAMAUG_MIGRATOR_URL"])._replace(path=path))
    conn = await asyncpg.connect(url)
    yield conn
    await conn.close()
