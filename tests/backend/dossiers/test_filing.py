import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable

import pytest

from camaug.dossiers.service import DossiersService
from camaug.kernel.web import Engines
from camaug.procedures import queries as procedures
from camaug_sdk.problems import Conflict, Forbidden, Invalid
from camaug_sdk.records import Person, StaffMember, Status

from .conftest import BIRTH, VALID, Filer, MakeFile


async def test_a_filed_dossier_has_code_pin_timeline_audit_and_event(
    engines: Engines, dossiers: DossiersService, citizen: Person, file_dossier: Filer
) -> None:
    filed = await file_dossier(citizen)
    assert re.fullmatch(r"H12\.\d\d-261124-0001", filed.code)
    assert len(filed.pin) == 6
    seen = await dossiers.get(citizen, filed.dossier_id)
    assert seen.line.status is Status.SUBMITTED
    assert seen.line.agency_name_vi == "UBND phường An Xuyên"
    assert [event.kind for event in seen.events] == ["submitted"]
    assert seen.pin == filed.pin
    assert seen.answers["child_name"] == "Nguyễn Thị Đăng Nguyệt"
    async with engines.pool.acquire() as conn:
        assert await conn.fetchval("select count(*) from event where name = 'dossier.submitted'")
        assert (
            await conn.fetchval("select count(*) from pgqueuer where entrypoint = 'deliver'") == 1
        )
        action = await conn.fetchval("select action from audit where object_kind = 'dossier'")
    assert action == "dossier.submitted"


async def test_fifty_parallel_copies_of_one_submit_make_one_dossier(
    engines: Engines, dossiers: DossiersService, citizen: Person, make_file: MakeFile
) -> None:
    request = await _birth(engines, citizen, make_file)

    async def send() -> str:
        while True:
            try:
                return (await dossiers.submit(citizen, BIRTH, *request, key="same-key-1")).code
            except Conflict as problem:
                assert problem.code == "still_running"  # noqa: PT017  (the code is the point)
                await asyncio.sleep(0.02)

    codes = await asyncio.gather(*(send() for _ in range(50)))
    assert len(set(codes)) == 1
    async with engines.pool.acquire() as conn:
        assert await conn.fetchval("select count(*) from dossier") == 1
        assert await conn.fetchval("select count(*) from event") == 1
        assert await conn.fetchval("select count(*) from idempotency") == 1


async def _birth(engines: Engines, me: Person, make_file: MakeFile):  # noqa: ANN202
    async with engines.pool.acquire() as conn:
        dated = await procedures.get(conn, BIRTH, engines.clock.now().date())
    answers = {
        field.name: field.options[0].value if field.type == "choice" else VALID[field.type]
        for field in dated.procedure.form_fields
    }
    papers = [one.id for one in dated.procedure.components if one.kind != "form"]
    return answers, {one: [await make_file(me, one)] for one in papers}


async def test_another_body_under_a_used_key_is_refused(
    citizen: Person, file_dossier: Filer
) -> None:
    await file_dossier(citizen, key="used-key-1")
    with pytest.raises(Invalid, match="key_reused"):
        await file_dossier(citizen, key="used-key-1", child_name="Lê An")


async def test_all_that_is_wrong_is_said_at_once(
    engines: Engines, dossiers: DossiersService, citizen: Person, make_file: MakeFile
) -> None:
    answers, documents = await _birth(engines, citizen, make_file)
    answers |= {"child_name": "", "applicant_id": "12", "child_gender": "x", "nonsense": "1"}
    for lacking in ("TP02", "TP04", "TP05"):
        documents.pop(f"1.001193-{lacking}")
    with pytest.raises(Invalid) as caught:
        await dossiers.submit(citizen, BIRTH, answers, documents, key="any-key-1")
    assert {error.pointer: error.code for error in caught.value.errors} == {
        "/answers/child_name": "required",
        "/answers/applicant_id": "citizen_id_format",
        "/answers/child_gender": "not_a_choice",
        "/answers/nonsense": "unknown",
        "/documents/1.001193-TP02": "file_missing",
    }
    async with engines.pool.acquire() as conn:
        told = "select count(*) from audit where object_kind = 'dossier'"
        assert await conn.fetchval(told) == 0
        for table in ("dossier", "event", "idempotency", "dossier_counter"):
            assert await conn.fetchval(f"select count(*) from {table}") == 0  # noqa: S608


async def test_a_birth_without_a_certificate_is_filed_with_what_replaces_it(
    engines: Engines, dossiers: DossiersService, citizen: Person, make_file: MakeFile
) -> None:
    answers, documents = await _birth(engines, citizen, make_file)
    for lacking in ("TP02", "TP05"):
        documents.pop(f"1.001193-{lacking}")
    filed = await dossiers.submit(citizen, BIRTH, answers, documents, key="no-certificate-1")
    assert filed.code


async def test_a_foreign_file_cannot_be_attached(
    make_citizen: Callable[[], Awaitable[Person]],
    engines: Engines,
    dossiers: DossiersService,
    citizen: Person,
    make_file: MakeFile,
) -> None:
    answers, documents = await _birth(engines, citizen, make_file)
    documents["1.001193-TP02"] = [await make_file(await make_citizen(), "1.001193-TP02")]
    with pytest.raises(Invalid) as caught:
        await dossiers.submit(citizen, BIRTH, answers, documents, key="any-key-2")
    assert [error.code for error in caught.value.errors] == ["file_unusable"]


async def test_every_online_procedure_can_be_filed_and_lands_at_a_desk(
    engines: Engines, citizen: Person, file_dossier: Filer
) -> None:
    async with engines.pool.acquire() as conn:
        rows = await conn.fetch("select code, body -> 'channels' as channels from procedure")
    landed: Counter[str] = Counter()
    refused = 0
    for row in rows:
        online = any(channel["channel"] == "online" for channel in row["channels"])
        if not online:
            with pytest.raises(Forbidden, match="no_online_channel"):
                await file_dossier(citizen, row["code"])
            refused += 1
            continue
        landed[(await file_dossier(citizen, row["code"])).agency_name_vi] += 1
    assert (sum(landed.values()), refused) == (63, 6)
    assert set(landed) == {
        "UBND phường An Xuyên", "Trung tâm Phục vụ hành chính công tỉnh",
    }  # fmt: skip


async def test_two_hundred_parallel_submits_to_one_agency_get_two_hundred_codes(
    citizen: Person, file_dossier: Filer
) -> None:
    filed = await asyncio.gather(*(file_dossier(citizen) for _ in range(200)))
    assert len({one.code for one in filed}) == 200


async def test_an_officer_accepts_and_the_clock_starts(
    dossiers: DossiersService, citizen: Person, officer: StaffMember, file_dossier: Filer
) -> None:
    filed = await file_dossier(citizen)
    line = await dossiers.accept(officer, filed.dossier_id, version=1, key="accept-1")
    assert line.status is Status.ACCEPTED
    assert line.applicant_name == "Nguyễn Thị Đăng Nguyệt"
    assert line.due_at is not None
    assert line.due_at.isoformat() == "2026-11-25T10:00:00+00:00"  # 24/11 is a holiday
    again = await dossiers.accept(officer, filed.dossier_id, version=1, key="accept-1")
    assert again == line
    with pytest.raises(Conflict):
        await dossiers.accept(officer, filed.dossier_id, version=1, key="accept-2")
