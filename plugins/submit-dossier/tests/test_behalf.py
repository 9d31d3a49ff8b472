"""Filing for an organisation: asked first, checked, and told to the core as declared."""

from typing import Any

import httpx
import pytest

from camaug_sdk.records import MANDATE, Organisation, Procedure

from .test_filing import BIRTH, Fill, file, walk

COMPANY = {
    "for.whom": "organisation",
    "for.name": "Công ty TNHH Tôm Năm Căn",
    "for.tax_code": "0314409058-001",
    "for.role": "employee",
}


def filling(answer: Fill, **changed: object) -> Fill:
    """The usual answers, with those of the first step changed."""

    def fill(screen: dict[str, Any]) -> dict[str, object]:
        body = answer(screen)
        return body | COMPANY | changed if "for.whom" in body else body

    return fill


@pytest.fixture
def for_organisations(procedures: list[Procedure]) -> list[Procedure]:
    return [one for one in procedures if one.channel("online") and one.for_organisation()]


async def test_every_procedure_that_organisations_may_file_is_filed_for_one(
    citizen: httpx.AsyncClient,
    for_organisations: list[Procedure],
    dossiers: Any,
    answer: Fill,
) -> None:
    assert len(for_organisations) == 33
    for procedure in for_organisations:
        filed = await file(citizen, await walk(citizen, procedure.code, filling(answer)))
        assert filed.json()["type"] == "outcome", (procedure.code, filed.text)
    given = {one.organisation for one in dossiers.filed}
    assert given == {
        Organisation(name=COMPANY["for.name"], tax_code="0314409058-001", role="employee")
    }
    assert all(MANDATE in one.documents for one in dossiers.filed)
    assert not any(name.startswith("for.") for one in dossiers.filed for name in one.answers)


async def test_a_legal_representative_needs_no_mandate(
    citizen: httpx.AsyncClient, for_organisations: list[Procedure], dossiers: Any, answer: Fill
) -> None:
    code = for_organisations[0].code
    fill = filling(answer, **{"for.role": "legal_representative"})
    await file(citizen, await walk(citizen, code, fill))
    [filed] = dossiers.filed
    assert MANDATE not in filed.documents


async def test_who_files_for_oneself_tells_of_no_organisation(
    citizen: httpx.AsyncClient, for_organisations: list[Procedure], dossiers: Any, answer: Fill
) -> None:
    fill = filling(answer, **{"for.whom": "oneself"})
    await file(citizen, await walk(citizen, for_organisations[0].code, fill))
    [filed] = dossiers.filed
    assert filed.organisation is None
    assert MANDATE not in filed.documents


@pytest.mark.parametrize(
    ("changed", "pointer", "code"),
    [
        ({"for.tax_code": "0314409059"}, "/for.tax_code", "tax_code_check"),
        ({"for.tax_code": "123"}, "/for.tax_code", "tax_code_format"),
        ({"for.name": " "}, "/for.name", "required"),
        ({"for.role": None}, "/for.role", "required"),
        ({"for.role": "king"}, "/for.role", "not_a_choice"),
        ({MANDATE: []}, f"/{MANDATE}", "file_missing"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(
    citizen: httpx.AsyncClient,
    for_organisations: list[Procedure],
    answer: Fill,
    changed: dict[str, object],
    pointer: str,
    code: str,
) -> None:
    address = f"/{for_organisations[0].code}"
    screen = (await citizen.get(f"{address}/steps/behalf")).json()
    body = filling(answer, **changed)(screen)
    sent = await citizen.post(f"{address}/steps/behalf", json=body)
    assert sent.status_code == 422
    assert [(one["pointer"], one["code"]) for one in sent.json()["errors"]] == [(pointer, code)]


async def test_a_procedure_for_people_does_not_ask(citizen: httpx.AsyncClient) -> None:
    assert (await citizen.get(f"/{BIRTH}/steps/behalf")).status_code == 404
