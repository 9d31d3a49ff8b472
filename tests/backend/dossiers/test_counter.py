"""An officer files for a citizen who came in person: all of it or nothing, and traced."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

import pytest

from camaug.agencies.current import DESKS
from camaug.agencies.seed import agency_id
from camaug.documents import queries as documents
from camaug.dossiers.counter_service import CounterService
from camaug.dossiers.service import DossiersService
from camaug.kernel import db
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.procedures.actions import ProceduresService
from camaug_sdk.counter import COUNTER_MANDATE, CardSeen, Mandate
from camaug_sdk.problems import Conflict, Forbidden, Invalid, NotFound, TooMany
from camaug_sdk.records import Answer, Person, StaffMember, Status, Submission

from .conftest import AN_XUYEN, GANH_HAO, VALID, Filer, checked_file

NUMBER, PHONE = "096185123456", "0987654321"
CARD = CardSeen(full_name="Lý Thị Sáu", citizen_id=NUMBER, birth_date="15/03/1985", phone=PHONE)
SON = Mandate(by="relative", name="Lý Văn Tèo", number="096205000001", relation="Con")
HERE = agency_id("people_committee", AN_XUYEN)
BIRTH = "1.001193"
At = Callable[..., Awaitable[Submission]]


@pytest.fixture
def counter(engines: Engines) -> CounterService:
    return CounterService(engines, plugin_id="submit-dossier")


async def rows(engines: Engines, sql: str, *values: Any) -> list[Mapping[str, Any]]:
    async with engines.pool.acquire() as conn:
        return [dict(row) for row in await conn.fetch(sql, *values)]


async def registered(counter: CounterService, officer: StaffMember, **more: Any) -> UUID:
    return await counter.register(officer, more.get("card", CARD), agency_id=HERE, key=str(uuid7()))


@pytest.fixture
def at_counter(engines: Engines, counter: CounterService) -> At:
    """Begin and file a case with valid answers and scans of the officer's."""

    async def file(
        officer: StaffMember,
        case_id: UUID,
        code: str = BIRTH,
        *,
        mandate: Mandate = SON,
        key: str | None = None,
        documents: dict[str, list[UUID]] | None = None,
        **more: Any,
    ) -> Submission:
        papers: list[UUID] = []
        if mandate.by != "self":
            papers = [await checked_file(engines, officer.staff_id, COUNTER_MANDATE)]
        procedure = await counter.begin(officer, case_id, code, mandate, papers)
        given: dict[str, Answer] = {
            one.name: one.options[0].value if one.type == "choice" else VALID[one.type]
            for one in procedure.form_fields
            if one.type != "file"
        } | more.pop("answers", {})
        places = [one.id for one in procedure.components if one.uploaded]
        places += [one.name for one in procedure.form_fields if one.type == "file"]
        sent = documents or {
            one: [await checked_file(engines, officer.staff_id, one)] for one in places
        }
        return await counter.file(
            officer,
            case_id,
            given,
            sent,
            key=key or str(uuid7()),
            procedure_code=code,
            conditions=dict.fromkeys(procedure.conditions(), True),
            **more,
        )

    return file


async def citizen_of(engines: Engines, case_id: UUID) -> UUID:
    [row] = await rows(engines, "select citizen_id from counter_case where case_id = $1", case_id)
    return row["citizen_id"]


async def test_the_dossier_is_the_citizens_and_says_who_filed_it(
    counter: CounterService,
    dossiers: DossiersService,
    engines: Engines,
    officer: StaffMember,
    at_counter: At,
) -> None:
    case_id = await registered(counter, officer)
    me = Person(citizen_id=await citizen_of(engines, case_id), assurance=1, session_id=uuid7())
    filed = await at_counter(officer, case_id)
    [line] = (await dossiers.mine(me)).items
    assert (line.code, line.status) == (filed.code, Status.SUBMITTED)
    mine = await dossiers.get(me, filed.dossier_id)
    [told] = mine.events
    assert (told.kind, told.actor_kind, told.actor_name) == ("submitted", "staff", "Trần Hoàng Dự")
    audits = await rows(
        engines,
        "select actor_kind, actor_id, agency_id, detail ->> 'channel' as channel from audit"
        " where action = 'dossier.submitted' and object_id = $1",
        str(filed.dossier_id),
    )
    assert audits == [
        {
            "actor_kind": "staff",
            "actor_id": officer.staff_id,
            "agency_id": HERE,
            "channel": "counter",
        }
    ]
    [event] = await rows(
        engines,
        "select data ->> 'filed_by' as by, data ->> 'citizen_id' as whose from event"
        " where name = 'dossier.submitted' and data ->> 'dossier_id' = $1",
        str(filed.dossier_id),
    )
    assert event == {"by": str(officer.staff_id), "whose": str(me.citizen_id)}
    with pytest.raises(NotFound):
        await counter.case(officer, case_id)
    # What the officer has scanned is the person's to open.
    async with engines.pool.acquire() as conn:
        for one in mine.documents:
            await documents.given(conn, me.citizen_id, one.document_id)
    assert COUNTER_MANDATE in {one.purpose for one in mine.documents}


async def test_acceptance_is_of_the_same_transaction(
    counter: CounterService, dossiers: DossiersService, officer: StaffMember, at_counter: At
) -> None:
    filed = await at_counter(officer, await registered(counter, officer), accept=True)
    seen = await dossiers.at_desk(officer, filed.dossier_id)
    assert seen.line.status == Status.ACCEPTED
    assert [one.kind for one in seen.events] == ["submitted", "accepted"]


async def test_nothing_is_there_when_the_acceptance_fails(
    counter: CounterService,
    engines: Engines,
    officer: StaffMember,
    at_counter: At,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("camaug.dossiers.acts.accept_within", broken)
    case_id = await registered(counter, officer)
    with pytest.raises(RuntimeError):
        await at_counter(officer, case_id, accept=True)
    assert await rows(engines, "select from dossier") == []
    assert await rows(engines, "select from counter_filing") == []
    assert (await counter.case(officer, case_id)).procedure_code == BIRTH


async def test_the_same_key_files_once(
    counter: CounterService, engines: Engines, officer: StaffMember, at_counter: At
) -> None:
    case_id, key = await registered(counter, officer), str(uuid7())
    procedure = await ProceduresService(engines).get(BIRTH)
    places = [one.id for one in procedure.components if one.uploaded]
    sent = {one: [await checked_file(engines, officer.staff_id, one)] for one in places}
    wanted = {"answers": {}, "documents": sent}
    first = await at_counter(officer, case_id, key=key, **wanted)
    papers: dict[str, list[UUID]] = sent
    given: dict[str, Answer] = {
        one.name: one.options[0].value if one.type == "choice" else VALID[one.type]
        for one in procedure.form_fields
        if one.type != "file"
    }
    again = await counter.file(
        officer,
        case_id,
        given,
        papers,
        key=key,
        procedure_code=BIRTH,
        conditions=dict.fromkeys(procedure.conditions(), True),
    )
    assert again == first
    assert len(await rows(engines, "select from dossier")) == 1


async def test_two_officers_who_register_one_number_make_one_record(
    counter: CounterService, engines: Engines, officer: StaffMember
) -> None:
    cases = await asyncio.gather(*(registered(counter, officer) for _ in range(4)))
    whose = {await citizen_of(engines, one) for one in cases}
    assert len(whose) == 1
    found = await rows(engines, "select number_proven from citizen where number_proven")
    assert len(found) == 1


async def test_who_is_known_is_found_by_card_and_by_phone_and_each_look_is_audited(
    counter: CounterService, engines: Engines, officer: StaffMember
) -> None:
    first = await registered(counter, officer)
    for by in ({"number": "096 185 123 456"}, {"phone": PHONE}):
        case_id = await counter.find(officer, agency_id=HERE, **by)
        assert case_id is not None
        assert await citizen_of(engines, case_id) == await citizen_of(engines, first)
    assert await counter.find(officer, agency_id=HERE, number="096185999999") is None
    looks = await rows(
        engines, "select detail ->> 'by' as by from audit where action = 'citizen.looked_up'"
    )
    assert [one["by"] for one in looks] == ["number", "phone", "number"]


async def test_a_number_that_was_only_typed_finds_nobody(
    counter: CounterService, engines: Engines, officer: StaffMember, citizen: Person
) -> None:
    async with db.transaction(engines.pool) as conn:
        await conn.execute(
            "update citizen set number_idx = $2, number_enc = $3 where citizen_id = $1",
            citizen.citizen_id,
            engines.vault.index("citizen|number", NUMBER),
            engines.vault.seal_text("citizen|number", citizen.citizen_id, NUMBER),
        )
    assert await counter.find(officer, agency_id=HERE, number=NUMBER) is None


async def test_looks_are_so_many_an_hour(counter: CounterService, officer: StaffMember) -> None:
    for _ in range(60):
        await counter.find(officer, agency_id=HERE, number=NUMBER)
    with pytest.raises(TooMany):
        await counter.find(officer, agency_id=HERE, number=NUMBER)


async def test_a_card_proves_the_number_of_a_phone_account_once(
    counter: CounterService, engines: Engines, officer: StaffMember, citizen: Person
) -> None:
    async with db.transaction(engines.pool) as conn:
        index = engines.vault.index("citizen|phone", PHONE)
        await conn.execute(
            "update citizen set phone_idx = $2 where citizen_id = $1", citizen.citizen_id, index
        )
    case_id = await counter.find(officer, agency_id=HERE, phone=PHONE)
    assert case_id is not None
    await counter.prove(officer, case_id, CARD, key="one")
    person = (await counter.case(officer, case_id)).person
    assert (person.full_name, person.citizen_id_proven) == ("Lý Thị Sáu", True)
    other = await registered(counter, officer, card=CARD)
    assert await citizen_of(engines, other) == citizen.citizen_id
    with pytest.raises(Invalid):
        await counter.prove(officer, case_id, CARD, key="two")


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"citizen_id": "12345"}, "/citizen_id", "citizen_id_format"),
        ({"citizen_id": "000185123456"}, "/citizen_id", "citizen_id_province"),
        ({"citizen_id": "096190123456"}, "/citizen_id", "citizen_id_birth_year"),
        ({"full_name": ""}, "/full_name", "required"),
        ({"birth_date": "31/02/1985"}, "/birth_date", "date_format"),
        ({"phone": "12"}, "/phone", "phone_format"),
    ],
)
async def test_a_card_that_cannot_be_is_refused(
    counter: CounterService,
    engines: Engines,
    officer: StaffMember,
    change: dict[str, str],
    pointer: str,
    code: str,
) -> None:
    with pytest.raises(Invalid) as refused:
        await registered(counter, officer, card=CardSeen(**_members(CARD) | change))
    assert [(one.pointer, one.code) for one in refused.value.errors] == [(pointer, code)]
    assert await rows(engines, "select from citizen") == []


def _members(card: CardSeen) -> dict[str, Any]:
    return {name: getattr(card, name) for name in card.__struct_fields__}


async def test_a_phone_of_somebody_else_is_not_taken_along(
    counter: CounterService, officer: StaffMember
) -> None:
    await registered(counter, officer)
    other = CardSeen(**_members(CARD) | {"citizen_id": "096185777777"})
    with pytest.raises(Invalid) as refused:
        await registered(counter, officer, card=other)
    assert refused.value.errors[0].code == "phone_taken"


@pytest.mark.parametrize(
    ("mandate", "wrong"),
    [
        (Mandate(by="relative"), ["name", "number", "relation", "paper"]),
        (
            Mandate(by="mandated", name="Lý Văn Tèo", number="1", relation="Con"),
            ["number", "paper"],
        ),
    ],
)
async def test_who_is_not_the_person_needs_name_number_relation_and_paper(
    counter: CounterService, officer: StaffMember, mandate: Mandate, wrong: list[str]
) -> None:
    case_id = await registered(counter, officer)
    with pytest.raises(Invalid) as refused:
        await counter.begin(officer, case_id, BIRTH, mandate, [])
    assert [one.pointer for one in refused.value.errors] == [f"/mandate/{one}" for one in wrong]


async def test_a_paper_of_somebody_else_is_no_mandate(
    counter: CounterService, engines: Engines, officer: StaffMember, stranger: StaffMember
) -> None:
    case_id = await registered(counter, officer)
    paper = await checked_file(engines, stranger.staff_id, COUNTER_MANDATE)
    await counter.begin(officer, case_id, BIRTH, SON, [paper])
    with pytest.raises(Invalid) as refused:
        await counter.file(officer, case_id, {}, {}, key="one", procedure_code=BIRTH)
    assert refused.value.errors[0].pointer == "/mandate/paper"


async def test_only_what_the_agency_takes_at_its_counter_can_be_chosen(
    counter: CounterService, engines: Engines, officer: StaffMember
) -> None:
    case_id, me = await registered(counter, officer), Mandate(by="self")
    offered = {one[0] for one in await counter.procedures(officer, case_id)}
    assert BIRTH in offered
    every = {one.procedure_code for one in await _desks(engines)}
    foreign = min(every - {one.procedure_code for one in await _desks(engines, HERE)})
    assert foreign not in offered
    for code, why in ((foreign, "not_received_here"), ("9.999999", "not_a_choice")):
        with pytest.raises(Invalid) as refused:
            await counter.begin(officer, case_id, code, me, [])
        assert [one.code for one in refused.value.errors] == [why]


async def _desks(engines: Engines, agency: UUID | None = None) -> list[Any]:
    table = await DESKS.get(engines)
    return [one for one in table.values() if agency in (None, one.receiving_id)]


async def test_a_procedure_without_a_counter_is_not_offered(
    counter: CounterService, engines: Engines, officer: StaffMember, at_counter: At
) -> None:
    case_id = await registered(counter, officer)
    async with db.transaction(engines.pool) as conn:
        await conn.execute(
            "update procedure set body = jsonb_set(body, '{channels}',"
            ' \'[{"channel": "online", "fee_vnd": 0}]\') where code = $1',
            BIRTH,
        )
    with pytest.raises(Invalid) as refused:
        await at_counter(officer, case_id)
    assert [one.code for one in refused.value.errors] == ["no_counter_channel"]


async def test_a_closed_version_is_not_filed(
    counter: CounterService, engines: Engines, officer: StaffMember, at_counter: At
) -> None:
    case_id = await registered(counter, officer)
    async with db.transaction(engines.pool) as conn:
        await conn.execute("update procedure set valid_until = valid_from where code = $1", BIRTH)
    with pytest.raises(Invalid) as refused:
        await at_counter(officer, case_id)
    assert [one.code for one in refused.value.errors] == ["not_a_choice"]


async def test_what_another_commune_receives_is_refused_at_its_question(
    counter: CounterService, engines: Engines, officer: StaffMember, at_counter: At
) -> None:
    procedure = await ProceduresService(engines).get(BIRTH)
    first = next(one.name for one in procedure.form_fields if one.type == "commune")
    with pytest.raises(Invalid) as refused:
        await at_counter(officer, await registered(counter, officer), answers={first: GANH_HAO})
    assert [(one.pointer, one.code) for one in refused.value.errors] == [
        (f"/answers/{first}", "not_received_here")
    ]


async def test_the_case_is_of_the_officer_who_opened_it(
    counter: CounterService, officer: StaffMember, stranger: StaffMember, at_counter: At
) -> None:
    case_id = await registered(counter, officer)
    for ask in (counter.case, counter.procedures, counter.procedure):
        with pytest.raises(NotFound):
            await ask(stranger, case_id)
    with pytest.raises(NotFound):
        await at_counter(stranger, case_id)
    with pytest.raises(Forbidden):
        await counter.find(stranger, agency_id=HERE, number=NUMBER)
    with pytest.raises(NotFound):
        await counter.discard(stranger, case_id)
    assert (await counter.case(officer, case_id)).case_id == case_id
    without = StaffMember(
        staff_id=officer.staff_id, session_id=officer.session_id, agencies={"officer": ()}
    )
    with pytest.raises(NotFound):
        await counter.case(without, case_id)


async def test_the_receipt_says_what_was_handed_in_and_each_print_is_audited(
    counter: CounterService,
    engines: Engines,
    officer: StaffMember,
    stranger: StaffMember,
    at_counter: At,
) -> None:
    procedure = await ProceduresService(engines).get(BIRTH)
    original = next(one.id for one in procedure.components if one.uploaded)
    case_id = await registered(counter, officer)
    filed = await at_counter(officer, case_id, originals=[original], accept=True)
    said = await counter.receipt(officer, filed.dossier_id)
    assert (said.code, said.pin, said.submitter) == (filed.code, filed.pin, SON)
    assert said.address.endswith(f"/q/{filed.code}")
    assert said.due_at is not None
    assert [one.component_id for one in said.papers if one.original] == [original]
    channel = procedure.channel("counter")
    assert channel is not None
    assert (said.channel, said.fee_vnd) == ("counter", channel.fee_vnd)
    await counter.note_print(officer, filed.dossier_id, "slip")
    for ask in (counter.receipt(stranger, filed.dossier_id),):
        with pytest.raises(NotFound):
            await ask
    printed = await rows(
        engines,
        "select action, detail ->> 'paper' as paper from audit"
        " where action like 'dossier.receipt%' order by at, audit_id",
    )
    assert printed == [
        {"action": "dossier.receipt_shown", "paper": None},
        {"action": "dossier.receipt_printed", "paper": "slip"},
    ]


async def test_what_was_filed_online_has_a_receipt_with_its_own_fee(
    counter: CounterService, officer: StaffMember, citizen: Person, file_dossier: Filer
) -> None:
    filed = await file_dossier(citizen)
    said = await counter.receipt(officer, filed.dossier_id)
    assert (said.channel, said.submitter.by) == ("online", "self")


async def test_an_original_that_nobody_asked_for_is_refused(
    counter: CounterService, officer: StaffMember, at_counter: At
) -> None:
    with pytest.raises(Invalid) as refused:
        await at_counter(officer, await registered(counter, officer), originals=["made-up"])
    assert [one.pointer for one in refused.value.errors] == ["/originals"]


async def test_one_case_is_filed_once_whatever_the_keys(
    counter: CounterService, engines: Engines, officer: StaffMember, at_counter: At
) -> None:
    case_id = await registered(counter, officer)
    done = await asyncio.gather(
        at_counter(officer, case_id), at_counter(officer, case_id), return_exceptions=True
    )
    assert sum(isinstance(one, Submission) for one in done) == 1
    assert any(isinstance(one, NotFound | Conflict) for one in done)
    assert len(await rows(engines, "select from dossier")) == 1
