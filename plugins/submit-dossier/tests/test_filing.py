"""From the first step to the receipt, over HTTP; what is filed passes the core's own checks."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

from camaug_sdk.records import Procedure

Fill = Callable[[dict[str, Any]], dict[str, object]]
BIRTH = "1.001193"


def form_of(screen: dict[str, Any]) -> dict[str, Any]:
    return next(one for one in screen["blocks"] if one["type"] == "form")


def path(address: str) -> str:
    """The plugin's own path of an address of shell or API."""
    return address.removeprefix("/api/v1").removeprefix("/apps/submit-dossier")


async def walk(citizen: httpx.AsyncClient, code: str, fill: Fill) -> dict[str, Any]:
    """Answer every step; the review in the end."""
    screen = (await citizen.get(f"/{code}")).json()
    for _ in range(10):
        body = fill(screen)
        if "declaration" in body:
            return screen
        send = form_of(screen)["submit"]["action"]
        sent = await citizen.post(path(send["href"]), json=body)
        assert sent.status_code == 200, sent.text
        screen = (await citizen.get(path(sent.json()["then"]["href"]))).json()
    raise AssertionError("no end")


async def file(citizen: httpx.AsyncClient, review: dict[str, Any]) -> httpx.Response:
    send = form_of(review)["submit"]["action"]
    body = send["body"] | {"declaration": True}
    headers = {"Idempotency-Key": f"tap-on-{send['href']}"}
    return await citizen.post(path(send["href"]), json=body, headers=headers)


async def test_every_online_procedure_is_filed_with_valid_answers(
    citizen: httpx.AsyncClient, procedures: list[Procedure], dossiers: Any, answer: Fill
) -> None:
    online = [one for one in procedures if one.channel("online")]
    assert len(online) == 63
    for procedure in online:
        review = await walk(citizen, procedure.code, answer)
        filed = await file(citizen, review)
        assert filed.status_code == 200, (procedure.code, filed.text)
        assert filed.json()["type"] == "outcome", (procedure.code, filed.json()["blocks"])
    assert len(dossiers.filed) == 63


async def test_a_procedure_without_online_channel_is_not_opened(
    citizen: httpx.AsyncClient, procedures: list[Procedure]
) -> None:
    others = [one for one in procedures if not one.channel("online")]
    assert len(others) == 6
    for procedure in others:
        answered = await citizen.get(f"/{procedure.code}")
        assert answered.status_code == 403
        assert answered.json()["code"] == "no_online_channel"


async def test_the_form_is_filled_from_the_profile_and_says_so(citizen: httpx.AsyncClient) -> None:
    screen = (await citizen.get(f"/{BIRTH}")).json()
    assert screen["step"] == {"number": 1, "of": 6, "label": "Người nộp"}
    name = form_of(screen)["blocks"][0]
    assert name["value"] == "Nguyễn Thị Đăng Nguyệt"
    assert name["prefilled_from"] == "từ hồ sơ cá nhân"
    assert form_of(screen)["submit"]["label"] == "Tiếp: Em bé"


async def test_all_errors_of_a_step_come_at_once_and_what_was_typed_is_kept(
    citizen: httpx.AsyncClient, dossiers: Any
) -> None:
    body = {"applicant_name": "Nguyệt", "applicant_id": "123", "applicant_phone": "12"}
    sent = await citizen.post(f"/{BIRTH}/steps/applicant", json=body)
    assert sent.status_code == 422
    errors = {one["pointer"]: one["code"] for one in sent.json()["errors"]}
    assert errors == {
        "/applicant_id": "citizen_id_format",
        "/applicant_phone": "phone_format",
        "/receiving_commune": "required",
    }
    kept = dossiers.kept[BIRTH].answers
    assert (kept["applicant_id"], kept[".step"]) == ("123", "applicant")


async def test_saving_keeps_half_an_answer_and_refuses_what_was_not_asked(
    citizen: httpx.AsyncClient, dossiers: Any
) -> None:
    kept = await citizen.put(f"/{BIRTH}/steps/child", json={"child_name": "An"})
    assert kept.status_code == 200
    assert dossiers.kept[BIRTH].answers == {"child_name": "An", ".step": "child"}
    refused = await citizen.put(f"/{BIRTH}/steps/child", json={"mother_name": "Lan"})
    assert refused.json()["errors"] == [{"pointer": "/mother_name", "code": "unknown"}]


async def test_a_person_comes_back_to_the_step_where_they_stopped(
    citizen: httpx.AsyncClient,
) -> None:
    await citizen.put(f"/{BIRTH}/steps/parents", json={"mother_name": "Lan"})
    screen = (await citizen.get(f"/{BIRTH}")).json()
    assert screen["step"]["label"] == "Cha mẹ"
    assert form_of(screen)["blocks"][0]["value"] == "Lan"


async def test_an_answer_changed_from_the_review_leads_back_to_the_review(
    citizen: httpx.AsyncClient, answer: Fill
) -> None:
    await walk(citizen, BIRTH, answer)
    screen = (await citizen.get(f"/{BIRTH}/steps/child")).json()
    sent = await citizen.post(f"/{BIRTH}/steps/child", json=answer(screen))
    assert sent.json()["then"]["href"] == f"/apps/submit-dossier/{BIRTH}/review"


async def test_without_the_declaration_nothing_is_filed(
    citizen: httpx.AsyncClient, dossiers: Any, answer: Fill
) -> None:
    send = form_of(await walk(citizen, BIRTH, answer))["submit"]["action"]
    sent = await citizen.post(f"/{BIRTH}/submit", json=send["body"])
    assert sent.json()["errors"] == [{"pointer": "/declaration", "code": "declaration_missing"}]
    assert dossiers.filed == []


async def test_a_repeated_tap_files_the_same_again_though_the_draft_is_gone(
    citizen: httpx.AsyncClient, dossiers: Any, answer: Fill
) -> None:
    review = await walk(citizen, BIRTH, answer)
    first, second = await file(citizen, review), await file(citizen, review)
    assert first.json() == second.json()
    assert first.json()["then"]["href"].startswith(f"/apps/submit-dossier/{BIRTH}/filed/")
    assert len(dossiers.filed) == 1


async def test_a_paper_is_needed_only_when_its_condition_was_answered_with_yes(
    citizen: httpx.AsyncClient,
) -> None:
    screen = (await citizen.get(f"/{BIRTH}/steps/papers")).json()
    asks = {one["name"]: "no" for one in form_of(screen)["blocks"] if "ask." in one.get("name", "")}
    always = {f"{BIRTH}-TP02": [str(UUID(int=11))], f"{BIRTH}-TP03": [str(UUID(int=12))]}
    fine = await citizen.post(f"/{BIRTH}/steps/papers", json={**asks, **always})
    assert fine.status_code == 200
    body = {**asks, **always, "ask.tre-bi-bo-roi": "yes"}
    missing = await citizen.post(f"/{BIRTH}/steps/papers", json=body)
    assert missing.json()["errors"] == [{"pointer": f"/{BIRTH}-TP05", "code": "file_missing"}]


async def test_answers_to_conditions_are_filed_by_the_words_of_the_catalogue(
    citizen: httpx.AsyncClient, dossiers: Any, answer: Fill
) -> None:
    await file(citizen, await walk(citizen, BIRTH, answer))
    [filed] = dossiers.filed
    assert not any("." in name for name in filed.answers)
    assert filed.conditions["trẻ bị bỏ rơi"] is True
    assert len(filed.conditions) == 5
    assert set(filed.documents) == {f"{BIRTH}-TP0{number}" for number in range(3, 9)}


async def test_a_file_whose_condition_no_longer_holds_is_not_filed(
    citizen: httpx.AsyncClient, dossiers: Any, answer: Fill
) -> None:
    review = await walk(citizen, BIRTH, answer)
    send = form_of(review)["submit"]["action"]
    changed = {"declaration": True, "ask.tre-bi-bo-roi": "no"}
    await citizen.post(f"/{BIRTH}/submit", json=send["body"] | changed)
    [filed] = dossiers.filed
    assert f"{BIRTH}-TP05" not in filed.documents
    assert filed.conditions["trẻ bị bỏ rơi"] is False


async def test_what_the_core_refuses_is_shown_at_its_step(
    citizen: httpx.AsyncClient, answer: Fill
) -> None:
    review = await walk(citizen, BIRTH, answer)
    send = form_of(review)["submit"]["action"]
    body = send["body"] | {"declaration": True, "child_name": "<b>"}
    shown = (await citizen.post(f"/{BIRTH}/submit", json=body)).json()
    assert shown["step"]["label"] == "Em bé"
    name = form_of(shown)["blocks"][0]
    assert name["value"] == "<b>"
    assert name["error"]
    assert shown["blocks"][0]["type"] == "callout"


async def test_a_refused_file_keeps_the_dossier_from_being_filed(
    citizen: httpx.AsyncClient, dossiers: Any, files: Any, answer: Fill
) -> None:
    review = await walk(citizen, BIRTH, answer)
    files.state = "refused"
    shown = (await file(citizen, review)).json()
    assert shown["step"]["label"] == "Giấy tờ"
    assert dossiers.filed == []


async def test_the_review_says_what_is_missing_and_has_no_button_to_file(
    citizen: httpx.AsyncClient,
) -> None:
    review = (await citizen.get(f"/{BIRTH}/review")).json()
    assert not any(one["type"] == "form" for one in review["blocks"])
    missing = review["blocks"][-1]
    assert missing["title"] == "Còn thiếu trước khi nộp"
    assert missing["buttons"][0]["action"]["href"].endswith("/steps/applicant")


async def test_the_review_never_shows_an_unknown_fee_as_free(
    citizen: httpx.AsyncClient, procedures: list[Procedure]
) -> None:
    unknown = 0
    for procedure in procedures:
        channel = procedure.channel("online")
        if channel is None or channel.fee_vnd is not None:
            continue
        unknown += 1
        text = (await citizen.get(f"/{procedure.code}/review")).text
        assert "Chưa rõ mức phí" in text
    assert unknown > 0


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_texts_that_exist_in_vietnamese_only_are_marked_in_english(
    citizen: httpx.AsyncClient, language: str
) -> None:
    headers = {"Accept-Language": language}
    screen = (await citizen.get(f"/{BIRTH}/steps/child", headers=headers)).json()
    gender = next(one for one in form_of(screen)["blocks"] if one["name"] == "child_gender")
    langs = {choice.get("lang") for choice in gender["choices"]}
    assert langs == ({"vi"} if language == "en" else {None})
