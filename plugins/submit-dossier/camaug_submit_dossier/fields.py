"""Draws a question of the catalogue as a field of the Screen language, and says an answer again."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from camaug_sdk import Words
from camaug_sdk.fields import (
    AddressField,
    BooleanField,
    Choice,
    ChoiceField,
    CitizenIdField,
    CommuneField,
    DateField,
    EmailField,
    FileField,
    FileRef,
    FormField,
    LongTextField,
    MoneyField,
    NumberField,
    PersonNameField,
    PhoneField,
    TextField,
)
from camaug_sdk.records import Answer, Commune, FormFieldSpec, Option
from camaug_sdk.rules import All, Rule, Test
from camaug_submit_dossier.papers import NO, YES, Paper, Question

Limits = tuple[date | None, date | None]
LONG_AGO = date(1900, 1, 1)
PAST = ("birth_date", "date_of_birth", "death_date", "lost_date", "use_since", "permit_date")
"""Ends of names of dates that lie in the past or are today."""
FUTURE = ("appointment_date", "wanted_date")
"""Ends of names of dates that are today or later."""
WHOLE = (
    "_count", "_requested", "_year", "_months", "_since", "size", "storeys", "workers",
    "children_at_school",
)  # fmt: skip
"""Ends of names of numbers that count things or name a year."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One question with its answer so far."""

    spec: FormFieldSpec
    value: Answer = None
    prefilled_from: str | None = None
    error: str | None = None


def question_field(t: Words, asked: Asked, communes: Sequence[Commune], today: date) -> FormField:
    """The field for a question of any type but `file`."""
    spec, value = asked.spec, asked.value
    head: dict[str, Any] = {
        "name": spec.name,
        "label": spec.label(t.language),
        "required": spec.required,
        "prefilled_from": asked.prefilled_from,
        "error": asked.error,
    }
    text = value if isinstance(value, str) else None
    if spec.type in LINES:
        return LINES[spec.type](**head, value=text)
    match spec.type:
        case "date":
            return _date(head, spec, text, limits(spec.name, today))
        case "number" | "money":
            return _amount(head, spec, value)
        case "boolean":
            return _boolean(t, head, required=spec.required, value=value)
        case "commune":
            return CommuneField(**head, value=text, value_label=commune_name(t, communes, value))
        case _:
            return ChoiceField(**head, value=text, choices=_choices(t, spec))


LINES: Mapping[str, Callable[..., FormField]] = {
    "text": TextField,
    "longtext": LongTextField,
    "person_name": PersonNameField,
    "citizen_id": CitizenIdField,
    "phone": PhoneField,
    "email": EmailField,
    "address": AddressField,
}
"""Types whose value is plain text."""


def _amount(head: dict[str, Any], spec: FormFieldSpec, value: Answer) -> FormField:
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
    if spec.type == "money":
        return MoneyField(**head, value=number if isinstance(number, int) else None)
    return NumberField(**head, value=number, minimum=0, decimals=decimals(spec.name))


def _date(
    head: dict[str, Any], spec: FormFieldSpec, text: str | None, allowed: Limits
) -> DateField:
    earliest, latest = (day.isoformat() if day else None for day in allowed)
    autofill = "bday" if spec.prefill == "profile.birth_date" else None
    return DateField(**head, value=text, earliest=earliest, latest=latest, autocomplete=autofill)


def limits(name: str, today: date) -> Limits:
    """Earliest and latest day of a date, where its name tells them."""
    if name.endswith(PAST):
        return LONG_AGO, today
    return (today, None) if name.endswith(FUTURE) else (None, None)


def decimals(name: str) -> int:
    """Digits behind the comma: none for counts and years, two for measures."""
    return 0 if name.endswith(WHOLE) else 2


def _boolean(
    t: Words, head: dict[str, Any], *, required: bool, value: Answer
) -> BooleanField | ChoiceField:
    """A question that must be answered has a yes and a no; another is a box to tick."""
    if not required:
        return BooleanField(**head, value=value is True)
    chosen = {True: YES, False: NO}.get(value) if isinstance(value, bool) else None
    return ChoiceField(**head, value=chosen, choices=yes_no(t))


def yes_no(t: Words) -> list[Choice]:
    """The two answers of a question."""
    return [Choice(value=YES, label=t("form.yes")), Choice(value=NO, label=t("form.no"))]


def _choices(t: Words, spec: FormFieldSpec) -> list[Choice]:
    return [_choice(t, one) for one in spec.options]


def _choice(t: Words, one: Option) -> Choice:
    """An option in the person's language, where it has that one."""
    if t.language == "en" and one.label_en:
        return Choice(value=one.value, label=one.label_en)
    return Choice(value=one.value, label=one.label, lang=t.vietnamese)


def condition_field(t: Words, question: Question, value: Answer, error: str | None) -> FormField:
    """A condition of the catalogue as yes or no, in everyday words where we have them."""
    label = t.find(f"ask.{question.slug}") or t("form.ask", condition=question.condition)
    return ChoiceField(
        name=question.name,
        label=label,
        required=True,
        choices=yes_no(t),
        value=value if value in (YES, NO) else None,
        error=error,
    )


def paper_field(
    t: Words, paper: Paper, files: list[FileRef], error: str | None = None
) -> FileField:
    """A place for photos or scans; shown only when its condition was answered with yes."""
    rule: Rule | None = None
    if paper.question:
        rule = Test(field=paper.question, op="eq", value=YES)
    elif paper.unless:
        rule = All(of=[Test(field=one, op="ne", value=YES) for one in paper.unless])
    return FileField(
        name=paper.place,
        purpose=paper.place,
        label=paper.label(t.language),
        hint=paper_hint(t, paper),
        required=paper.required and not paper.question,
        show_when=rule,
        require_when=rule if paper.question else None,
        files=files,
        error=error,
    )


def paper_hint(t: Words, paper: Paper) -> str:
    """How to give the paper, and that an original is shown when the result is fetched."""
    known = t.find(f"form.paper.{paper.kind}") or t("form.paper.other")
    return known if paper.in_source else f"{known} {t('form.paper.added')}"


def commune_name(t: Words, communes: Sequence[Commune], code: Answer) -> str | None:
    """The commune's name with its kind: "Phường An Xuyên"."""
    found = next((one for one in communes if one.code == code), None)
    return found and t(f"form.{found.kind}", name=found.name)


def said(t: Words, spec: FormFieldSpec, value: Answer, communes: Sequence[Commune]) -> str:
    """The answer in words, for reading it once more."""
    match spec.type:
        case "boolean":
            return t("form.yes") if value is True else t("form.no")
        case "choice":
            chosen = next((one for one in spec.options if one.value == value), None)
            return _choice(t, chosen).label if chosen else str(value)
        case "commune":
            return commune_name(t, communes, value) or str(value)
        case "date":
            return _day(str(value))
        case "number" | "money":
            return _amount_said(t, spec, value)
        case _:
            return str(value)


def _amount_said(t: Words, spec: FormFieldSpec, value: Answer) -> str:
    if spec.type == "money" and isinstance(value, int):
        return t.money(value)
    text = f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    return t.pick(text.replace(".", ","), text)


def _day(text: str) -> str:
    try:
        return f"{date.fromisoformat(text):%d/%m/%Y}"
    except ValueError:
        return text
