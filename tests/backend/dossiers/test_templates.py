"""Templates of reasons: who makes them, what they may say, what an officer is offered."""

import asyncio
from uuid import UUID

import msgspec
import pytest

from camaug.agencies.seed import agency_id
from camaug.dossiers.service import DossiersService
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug_sdk.problems import Conflict, Invalid, NotFound
from camaug_sdk.reasons import MOST_TEMPLATES, NewTemplate
from camaug_sdk.records import Act, Person, StaffMember

from .conftest import AN_XUYEN, GANH_HAO, Filer, officer_of

WARD, FAR = (agency_id("people_committee", one) for one in (AN_XUYEN, GANH_HAO))
CENTRE = agency_id("one_stop_centre", "province")
BLURRED = NewTemplate(
    title="Ảnh mờ",
    text="Hồ sơ {code} ({procedure}): ảnh {paper} bị mờ.",
    acts=["ask_supplement", "refuse"],
)
PLAIN = NewTemplate(title="Sai nơi", text="<b>Nộp</b> nơi khác", acts=["refuse"])


def new_key() -> str:
    return str(uuid7())


async def leader_at(engines: Engines, agency: UUID) -> StaffMember:
    made = await officer_of(engines, AN_XUYEN)
    return msgspec.structs.replace(made, agencies={"leader": (agency,)})


@pytest.fixture
async def leader(engines: Engines) -> StaffMember:
    return await leader_at(engines, WARD)


async def test_a_template_is_filled_in_for_the_dossier_once_for_each_paper(
    dossiers: DossiersService, citizen: Person, officer: StaffMember, leader: StaffMember,
    file_dossier: Filer,
) -> None:  # fmt: skip
    filed = await file_dossier(citizen)
    await dossiers.make_template(leader, WARD, BLURRED, key=new_key())
    await dossiers.make_template(leader, WARD, PLAIN, key=new_key())
    found = await dossiers.suggestions(officer, filed.dossier_id, "ask_supplement")
    papers = [one.paper for one in found]
    assert "Giấy chứng sinh" in " ".join(one or "" for one in papers)
    assert len(papers) == len(set(papers)) > 1
    line = (await dossiers.at_desk(officer, filed.dossier_id)).line
    for one in found:
        assert one.text == (f"Hồ sơ {line.code} ({line.procedure_name}): ảnh {one.paper} bị mờ.")
    refusing = await dossiers.suggestions(officer, filed.dossier_id, "refuse")
    assert [one.text for one in refusing if one.paper is None] == ["<b>Nộp</b> nơi khác"]
    assert await dossiers.suggestions(officer, filed.dossier_id, "stop") == []


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"title": " "}, "/title", "required"),
        ({"title": "x" * 81}, "/title", "too_long"),
        ({"text": "x" * 1501}, "/text", "too_long"),
        ({"text": "a\u202eb"}, "/text", "hidden_characters"),
        ({"text": "Gửi {name}"}, "/text", "unknown_placeholder"),
        ({"text": "Gửi {code"}, "/text", "unknown_placeholder"),
        ({"text": "Gửi {code.x}"}, "/text", "unknown_placeholder"),
        ({"text": "Gửi {{code}}"}, "/text", "unknown_placeholder"),
        ({"acts": []}, "/acts", "required"),
        ({"acts": ["accept"]}, "/acts", "not_a_choice"),
        ({"procedure_code": "9.999999"}, "/procedure_code", "not_a_choice"),
    ],
)
async def test_what_a_template_may_not_say(
    dossiers: DossiersService,
    leader: StaffMember,
    change: dict[str, object],
    pointer: str,
    code: str,
) -> None:
    bad = msgspec.structs.replace(PLAIN, **change)
    with pytest.raises(Invalid) as wrong:
        await dossiers.make_template(leader, WARD, bad, key=new_key())
    assert [(one.pointer, one.code) for one in wrong.value.errors] == [(pointer, code)]


async def test_leaders_make_those_of_their_agency_and_the_centre_those_of_the_province(
    engines: Engines, dossiers: DossiersService, officer: StaffMember, leader: StaffMember,
    stranger: StaffMember,
) -> None:  # fmt: skip
    for who, place in ((officer, WARD), (leader, FAR), (leader, None), (leader, CENTRE)):
        with pytest.raises(NotFound):
            await dossiers.make_template(who, place, PLAIN, key=new_key())
    made = await dossiers.make_template(leader, WARD, PLAIN, key=new_key())
    centre = await leader_at(engines, CENTRE)
    everywhere = await dossiers.make_template(centre, None, BLURRED, key=new_key())
    assert [one.template_id for one in await dossiers.templates(officer)] == [made, everywhere]
    assert [one.template_id for one in await dossiers.templates(stranger)] == [everywhere]
    assert [one.may_change for one in await dossiers.templates(leader)] == [True, False]
    far = await leader_at(engines, FAR)
    for who, one in ((officer, made), (far, made), (leader, everywhere), (centre, made)):
        with pytest.raises(NotFound):
            await dossiers.change_template(who, one, PLAIN, key=new_key())
        with pytest.raises(NotFound):
            await dossiers.end_template(who, one, key=new_key())
        with pytest.raises(NotFound):
            await dossiers.template(who, one)


async def test_a_change_is_a_new_version_and_uses_are_counted_over_all(
    engines: Engines, dossiers: DossiersService, citizen: Person, officer: StaffMember,
    leader: StaffMember, file_dossier: Filer,
) -> None:  # fmt: skip
    filed = [await file_dossier(citizen) for _ in range(3)]
    first = await dossiers.make_template(leader, WARD, PLAIN, key=new_key())

    async def refuse(number: int, template_id: UUID, who: StaffMember = officer) -> None:
        act = Act(kind="refuse", version=1, reason="Sai nơi", template_id=template_id)
        await dossiers.act_at_desk(who, filed[number].dossier_id, act, key=new_key())

    await refuse(0, first)
    second = await dossiers.change_template(leader, first, BLURRED, key=new_key())
    with pytest.raises(Conflict, match="template_ended"):
        await dossiers.change_template(leader, first, PLAIN, key=new_key())
    await asyncio.gather(refuse(1, first), refuse(2, second))
    [one] = await dossiers.templates(officer)
    assert (one.template_id, one.version, one.uses, one.title) == (second, 2, 3, "Ảnh mờ")
    await dossiers.end_template(leader, second, key=new_key())
    assert await dossiers.templates(officer) == []
    with pytest.raises(NotFound):
        await dossiers.template(leader, second)
    async with engines.pool.acquire() as conn:
        told = await conn.fetch("select data from event where name like 'reason_template.%'")
    assert len(told) == 3


async def test_a_template_of_another_agency_or_act_is_no_choice(
    engines: Engines, dossiers: DossiersService, citizen: Person, officer: StaffMember,
    leader: StaffMember, file_dossier: Filer,
) -> None:  # fmt: skip
    filed = await file_dossier(citizen)
    far = await leader_at(engines, FAR)
    theirs = await dossiers.make_template(far, FAR, PLAIN, key=new_key())
    mine = await dossiers.make_template(leader, WARD, PLAIN, key=new_key())
    for kind, one in (("refuse", theirs), ("ask_supplement", mine), ("refuse", uuid7())):
        act = Act(kind=kind, version=1, reason="Sai nơi", template_id=one)
        with pytest.raises(Invalid) as wrong:
            await dossiers.act_at_desk(officer, filed.dossier_id, act, key=new_key())
        assert wrong.value.errors[0].pointer == "/template_id"
    act = Act(kind="withdraw", version=1, template_id=mine)
    with pytest.raises(Invalid):
        await dossiers.act(citizen, filed.dossier_id, act, key=new_key())
    assert (await dossiers.at_desk(officer, filed.dossier_id)).line.version == 1


async def test_an_agency_has_so_many_templates_and_no_more(
    dossiers: DossiersService, leader: StaffMember
) -> None:
    for _ in range(MOST_TEMPLATES - 1):
        await dossiers.make_template(leader, WARD, PLAIN, key=new_key())
    tries = [dossiers.make_template(leader, WARD, PLAIN, key=new_key()) for _ in range(2)]
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, Conflict) for one in done) == 1
    assert len(await dossiers.templates(leader)) == MOST_TEMPLATES
