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

from .conftest import BIRTH, COMPANY, VALID, Filer, MakeFile

ALL_YES = dict.fromkeys(
    (
        "không có giấy chứng sinh",
        "trẻ bị bỏ rơi",
        "sinh do mang thai hộ",
        "không tra được dữ liệu dân cư",
        "nộp thay người khác",
    ),
    True,
)
ALL_NO = dict.fromkeys(ALL_YES, False)
"""Every condition of birth registration."""


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
    answers, documents = await _birth(engines, citizen, make_file)

    async def send_once() -> str:
        filed = await dossiers.submit(
            citizen, BIRTH, answers, documents, key="same-key-1", conditions=ALL_YES
        )
        return filed.code

    async def send() -> str:
        while True:
            try:
                return await send_once()
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
    for lacking in ("TP02", "TP05"):
        documents.pop(f"1.001193-{lacking}")
    with pytest.raises(Invalid) as caught:
        await dossiers.submit(
            citizen, BIRTH, answers, documents, key="any-key-1", conditions=ALL_YES
        )
    assert {error.pointer: error.code for error in caught.value.errors} == {
        "/answers/child_name": "required",
        "/answers/applicant_id": "citizen_id_format",
        "/answers/child_gender": "not_a_choice",
        "/answers/nonsense": "unknown",
        "/documents/1.001193-TP05": "file_missing",
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
    case = ALL_YES | {"trẻ bị bỏ rơi": False}
    filed = await dossiers.submit(
        citizen, BIRTH, answers, documents, key="no-certificate-1", conditions=case
    )
    assert filed.code


async def test_a_paper_for_a_case_that_is_not_the_persons_replaces_nothing(
    engines: Engines, dossiers: DossiersService, citizen: Person, make_file: MakeFile
) -> None:
    answers, documents = await _birth(engines, citizen, make_file)
    documents.pop("1.001193-TP02")
    with pytest.raises(Invalid) as caught:
        await dossiers.submit(
            citizen, BIRTH, answers, documents, key="no-paper-1", conditions=ALL_NO
        )
    assert [error.pointer for error in caught.value.errors] == ["/documents/1.001193-TP02"]


async def test_each_condition_is_answered_and_none_is_invented(
    engines: Engines, dossiers: DossiersService, citizen: Person, make_file: MakeFile
) -> None:
    answers, documents = await _birth(engines, citizen, make_file)
    case = ALL_NO | {"trăng tròn": True}
    del case["trẻ bị bỏ rơi"]
    with pytest.raises(Invalid) as caught:
        await dossiers.submit(citizen, BIRTH, answers, documents, key="case-1", conditions=case)
    assert {error.pointer: error.code for error in caught.value.errors} == {
        "/conditions/trăng tròn": "unknown",
        "/conditions/trẻ bị bỏ rơi": "required",
    }


async def test_the_officer_sees_what_was_answered_to_the_conditions(
    engines: Engines,
    dossiers: DossiersService,
    citizen: Person,
    officer: StaffMember,
    file_dossier: Filer,
) -> None:
    filed = await file_dossier(citizen, case=False)
    assert (await dossiers.at_desk(officer, filed.dossier_id)).conditions == ALL_NO
    async with engines.pool.acquire() as conn:
        kept = await conn.fetchval("select conditions_enc from dossier")
    assert "trẻ bị bỏ rơi".encode() not in kept


async def test_a_file_counts_once_at_a_place_and_may_stand_at_two(
    engines: Engines, dossiers: DossiersService, citizen: Person, make_file: MakeFile
) -> None:
    answers, documents = await _birth(engines, citizen, make_file)
    scan = documents["1.001193-TP02"][0]
    documents |= {"1.001193-TP02": [scan, scan], "1.001193-TP03": [scan]}
    filed = await dossiers.submit(
        citizen, BIRTH, answers, documents, key="twice-1", conditions=ALL_YES
    )
    seen = await dossiers.get(citizen, filed.dossier_id)
    places = [one.purpose for one in seen.documents if one.document_id == scan]
    assert places == ["1.001193-TP02", "1.001193-TP03"]


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
        await dossiers.submit(
            citizen, BIRTH, answers, documents, key="any-key-2", conditions=ALL_YES
        )
    assert [error.code for error in caught.value.errors] == ["file_unusable"]


async def test_every_online_procedure_can_be_filed_and_lands_at_a_desk(
    engines: Engines, citizen: Person, file_dossier: Filer
) -> None:
    async with engines.pool.acquire() as conn:
        rows = await conn.fetch(
            "select code, body -> 'channels' as channels, body -> 'applicants' as applicants"
            " from procedure"
        )
    landed: Counter[str] = Counter()
    refused, organisations = 0, 0
    for row in rows:
        online = any(channel["channel"] == "online" for channel in row["channels"])
        if not online:
            with pytest.raises(Forbidden, match="no_online_channel"):
                await file_dossier(citizen, row["code"])
            refused += 1
            continue
        for case in (True, False):
            landed[(await file_dossier(citizen, row["code"], case=case)).agency_name_vi] += 1
        if {"organisation", "business"} & set(row["applicants"]):
            organisations += 1
            await file_dossier(citizen, row["code"], organisation=COMPANY)
    assert (sum(landed.values()), refused, organisations) == (2 * 63, 6, 33)
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
