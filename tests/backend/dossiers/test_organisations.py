"""A person files for an organisation: what is declared is checked, sealed, and found."""

import pytest
from msgspec.structs import replace

from camaug.dossiers.service import DossiersService
from camaug.kernel.web import Engines
from camaug_sdk.problems import Invalid
from camaug_sdk.records import MANDATE, Organisation, Person, QueueFilter, StaffMember

from .conftest import BIRTH, COMPANY, Filer

BUSINESS = "1.013225"
"""A building permit, received by the commune."""


async def errors(file_dossier: Filer, me: Person, given: Organisation | None, code: str = BUSINESS):
    with pytest.raises(Invalid) as caught:
        await file_dossier(me, code, organisation=given)
    return {error.pointer: error.code for error in caught.value.errors}


async def test_officer_and_citizen_see_the_organisation_as_declared(
    dossiers: DossiersService, citizen: Person, officer: StaffMember, file_dossier: Filer
) -> None:
    filed = await file_dossier(citizen, BUSINESS, organisation=COMPANY)
    for seen in (
        await dossiers.at_desk(officer, filed.dossier_id),
        await dossiers.get(citizen, filed.dossier_id),
    ):
        assert seen.organisation == COMPANY
        assert MANDATE in [one.purpose for one in seen.documents]
    [line] = (await dossiers.queue(officer, QueueFilter())).items
    assert line.applicant_name == "Nguyễn Thị Đăng Nguyệt"
    assert line.organisation_name == "Công ty TNHH Tôm Năm Căn"


async def test_what_is_declared_is_sealed_and_found_by_words_of_either_name(
    engines: Engines,
    dossiers: DossiersService,
    citizen: Person,
    officer: StaffMember,
    file_dossier: Filer,
) -> None:
    await file_dossier(citizen, BUSINESS, organisation=COMPANY)
    async with engines.pool.acquire() as conn:
        kept = await conn.fetchval("select organisation_enc from dossier")
    assert b"0314409058" not in kept
    for text, number in (("nam can tom", 1), ("Nguyệt", 1), ("tôm nguyệt", 1), ("cua", 0)):
        found = await dossiers.queue(officer, QueueFilter(text=text))
        assert len(found.items) == number, text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0314409058", "0314409058"),
        ("0314409058001", "0314409058-001"),
        ("0100 233 488", "0100233488"),
    ],
)
async def test_a_tax_code_is_kept_in_one_form(
    dossiers: DossiersService, citizen: Person, file_dossier: Filer, typed: str, kept: str
) -> None:
    filed = await file_dossier(citizen, BUSINESS, organisation=replace(COMPANY, tax_code=typed))
    seen = (await dossiers.get(citizen, filed.dossier_id)).organisation
    assert seen is not None
    assert seen.tax_code == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "required"),
        ("0314409059", "tax_code_check"),
        ("0314409059-001", "tax_code_check"),
        ("2000999901", "tax_code_prefix"),
        ("0314409058-000", "tax_code_format"),
        ("031440905", "tax_code_format"),
        ("\u0660\u0663\u0661\u0664\u0664\u0660\u0669\u0660\u0665\u0668", "tax_code_format"),
    ],
)
async def test_a_tax_code_that_cannot_be_one_is_refused(
    citizen: Person, file_dossier: Filer, typed: str, code: str
) -> None:
    found = await errors(file_dossier, citizen, replace(COMPANY, tax_code=typed))
    assert found == {"/organisation/tax_code": code}


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"name": " . "}, "/organisation/name", "required"),
        ({"name": "Tôm\u200bCua"}, "/organisation/name", "hidden_characters"),
        ({"name": "a" * 201}, "/organisation/name", "too_long"),
        ({"role": "cousin"}, "/organisation/role", "not_a_choice"),
    ],
)
async def test_name_and_role_are_checked(
    citizen: Person, file_dossier: Filer, change: dict[str, str], pointer: str, code: str
) -> None:
    assert await errors(file_dossier, citizen, replace(COMPANY, **change)) == {pointer: code}


async def test_a_procedure_for_people_only_is_not_filed_for_a_company(
    citizen: Person, file_dossier: Filer
) -> None:
    found = await errors(file_dossier, citizen, COMPANY, BIRTH)
    assert found["/organisation"] == "for_people_only"


async def test_only_a_legal_representative_needs_no_mandate(
    citizen: Person, file_dossier: Filer
) -> None:
    head = replace(COMPANY, role="legal_representative")
    assert (await file_dossier(citizen, BUSINESS, organisation=head, mandate=False)).code
    with pytest.raises(Invalid) as caught:
        await file_dossier(citizen, BUSINESS, organisation=COMPANY, mandate=False)
    [missing] = caught.value.errors
    assert (missing.pointer, missing.code) == (f"/documents/{MANDATE}", "file_missing")


async def test_a_mandate_of_nobody_is_not_taken(citizen: Person, file_dossier: Filer) -> None:
    with pytest.raises(Invalid) as caught:
        await file_dossier(citizen, BUSINESS, mandate=True)
    assert [one.code for one in caught.value.errors] == ["unknown"]
