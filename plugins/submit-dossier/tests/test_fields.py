"""Each type of question as a field, and the checks of what people answer."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from camaug_sdk import Words
from camaug_sdk.fields import FormField
from camaug_sdk.records import Commune, FormFieldSpec, Language, Option, Procedure
from camaug_submit_dossier import checks, fields
from camaug_submit_dossier.steps import Step

Speak = Callable[[str, Language], Words]
TODAY = date(2026, 11, 24)
COMMUNES = [Commune(code="31999", name="An Xuyên", kind="ward")]


def spec(kind: Any, name: str = "thing", *, required: bool = True) -> FormFieldSpec:
    return FormFieldSpec(
        name=name,
        label_vi="Mục",
        label_en="Thing",
        type=kind,
        required=required,
        options=[Option(value="a", label="A")] if kind == "choice" else [],
    )


def drawn(t: Words, asked: FormFieldSpec, value: Any = None) -> FormField:
    return fields.question_field(t, fields.Asked(spec=asked, value=value), COMMUNES, TODAY)


def test_every_type_of_the_catalogue_has_a_field_of_its_own(
    procedures: list[Procedure], words: Speak
) -> None:
    types = {field.type for one in procedures for field in one.form_fields}
    assert len(types) == 14
    t = words("submit-dossier", "vi")
    tags = {
        kind: type(drawn(t, spec(kind, required=False))).__struct_config__.tag
        for kind in types - {"file"}
    }
    assert len(set(tags.values())) == 13
    assert tags["commune"] == "commune-field"
    assert tags["longtext"] == "long-text-field"


def test_a_question_that_must_be_answered_has_a_yes_and_a_no(words: Speak) -> None:
    t = words("submit-dossier", "vi")
    asked = drawn(t, spec("boolean"), value=False)
    assert isinstance(asked, fields.ChoiceField)
    assert asked.value == "no"


@pytest.mark.parametrize(
    ("name", "limits"),
    [
        ("child_birth_date", (date(1900, 1, 1), TODAY)),
        ("appointment_date", (TODAY, None)),
        ("ceremony_date", (None, None)),
    ],
)
def test_dates_know_whether_they_lie_in_the_past(name: str, limits: fields.Limits) -> None:
    assert fields.limits(name, TODAY) == limits


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("citizen_id", "096190000001", None),
        ("citizen_id", "09619000000", "citizen_id_format"),
        ("citizen_id", "٠٩٦١٩٠٠٠٠٠٠١", "citizen_id_format"),
        ("citizen_id", "096390000001", "citizen_id_future"),
        ("citizen_id", 96190000001, "type"),
        ("phone", "0912 345 678", None),
        ("phone", "+84912345678", None),
        ("phone", "0212345678", "phone_format"),
        ("email", "a@b", "email_format"),
        ("email", "a@b.vn", None),
        ("person_name", "Nguyễn Văn 2", "name_characters"),
        ("person_name", "H'Hen Niê", None),
        ("text", "a\u200bb", "hidden_characters"),
        ("text", "a" * 201, "too_long"),
        ("longtext", "hai\ndòng", None),
        ("date", "2026-02-30", "not_a_date"),
        ("date", "20261124", "not_a_date"),
        ("date", "2026-11-24", None),
        ("number", -1, "out_of_range"),
        ("number", 2.5, None),
        ("number", True, "type"),
        ("number", "2", "type"),
        ("money", 2.5, "not_whole"),
        ("money", 10**15, "out_of_range"),
        ("choice", "b", "not_a_choice"),
        ("commune", "00000", "not_a_commune"),
        ("boolean", "yes", "type"),
        ("text", "   ", "required"),
        ("text", None, "required"),
    ],
)
def test_an_answer_is_refused_with_the_code_of_what_is_wrong(
    kind: str, value: Any, code: str | None
) -> None:
    step = Step(id="matter", fields=(spec(kind),))
    found = checks.step_errors(step, {"thing": value}, COMMUNES, TODAY)
    assert [one.code for one in found] == ([code] if code else [])
    assert all(one.pointer == "/thing" for one in found)


def test_an_end_before_its_beginning_is_refused() -> None:
    step = Step(id="stay", fields=(spec("date", "stay_from"), spec("date", "stay_to")))
    values = {"stay_from": "2026-12-02", "stay_to": "2026-12-01"}
    found = checks.step_errors(step, values, COMMUNES, TODAY)
    assert [(one.pointer, one.code) for one in found] == [("/stay_to", "before_start")]


def test_counts_are_whole_and_measures_are_not() -> None:
    assert fields.decimals("copies_requested") == 0
    assert fields.decimals("land_area") == 2


def test_answers_are_read_back_in_the_words_of_the_language(words: Speak) -> None:
    vi, en = words("submit-dossier", "vi"), words("submit-dossier", "en")
    assert fields.said(vi, spec("money"), 8000, COMMUNES) == "8.000 đ"
    assert fields.said(vi, spec("number"), 12.5, COMMUNES) == "12,5"
    assert fields.said(en, spec("number"), 12.5, COMMUNES) == "12.5"
    assert fields.said(vi, spec("number"), 2026, COMMUNES) == "2026"
    assert fields.said(vi, spec("date"), "2026-11-24", COMMUNES) == "24/11/2026"
    assert fields.said(vi, spec("commune"), "31999", COMMUNES) == "Phường An Xuyên"
