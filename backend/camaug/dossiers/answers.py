"""Checks the answers and files of an e-form against its procedure, all errors at once."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import NoReturn
from uuid import UUID

from camaug.dossiers import organisations
from camaug.dossiers.schemas import NewDossier
from camaug.identity import values
from camaug.kernel.text import clean_line, clean_lines, has_hidden
from camaug_sdk.problems import FieldError
from camaug_sdk.records import MANDATE, Answer, Document, FormFieldSpec, Procedure

LONGEST_LINE = 200
LONGEST_TEXT = 2000
MOST_MONEY = 10**15 - 1


class Bad(Exception):
    """An answer is not acceptable; `code` names why (`field.<code>`)."""

    def __init__(self, code: str, **args: str | int) -> None:
        self.code = code
        self.args_ = args
        super().__init__(code)


def check(
    procedure: Procedure, answers: Mapping[str, Answer], communes: frozenset[str], today: date
) -> tuple[dict[str, Answer], list[FieldError]]:
    """The answers in their normal form, and what is wrong with them by `/answers/<name>`."""
    known = {field.name: field for field in procedure.form_fields if field.type != "file"}
    clean: dict[str, Answer] = {}
    errors = [_error(name, "unknown") for name in answers if name not in known]
    for name, field in known.items():
        value = answers.get(name)
        if value is None or value == "":
            if field.required:
                errors.append(_error(name, "required"))
            continue
        try:
            clean[name] = _check_one(field, value, communes, today)
        except (Bad, values.BadValue) as bad:
            errors.append(_error(name, bad.code, **getattr(bad, "args_", {})))
    return clean, errors


def _error(name: str, code: str, **args: str | int) -> FieldError:
    return FieldError(pointer=f"/answers/{name}", code=code, args=args)


def _check_one(
    field: FormFieldSpec, value: Answer, communes: frozenset[str], today: date
) -> Answer:
    match field.type:
        case "boolean":
            return value if isinstance(value, bool) else _refuse("type")
        case "number" | "money":
            return _number(field, value)
        case "choice":
            return _one_of(value, {option.value for option in field.options}, "not_a_choice")
        case "commune":
            return _one_of(value, communes, "not_a_commune")
        case "date":
            return _date(value)
        case _:
            return _text(field, value, today)


def _refuse(code: str) -> NoReturn:
    raise Bad(code)


def _one_of(value: Answer, allowed: Collection[str], code: str) -> Answer:
    return value if isinstance(value, str) and value in allowed else _refuse(code)


def _number(field: FormFieldSpec, value: Answer) -> Answer:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Bad("type")
    if field.type == "money" and not isinstance(value, int):
        raise Bad("type")
    if not 0 <= value <= MOST_MONEY:
        raise Bad("out_of_range")
    return value


def _date(value: Answer) -> str:
    if not isinstance(value, str):
        raise Bad("type")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise Bad("not_a_date") from None
    if day.isoformat() != value or not 1900 <= day.year <= 2100:  # noqa: PLR2004
        raise Bad("not_a_date")
    return value


_NORMAL: dict[str, Callable[[str], str]] = {
    "citizen_id": values.citizen_id,
    "phone": values.phone,
    "person_name": values.person_name,
    "email": values.email,
    "address": values.address,
}


def _text(field: FormFieldSpec, value: Answer, _: date) -> str:
    if not isinstance(value, str):
        raise Bad("type")
    if field.type in _NORMAL:
        return _NORMAL[field.type](value)
    if has_hidden(value):
        raise Bad("hidden_characters")
    limit = LONGEST_TEXT if field.type == "longtext" else LONGEST_LINE
    clean = clean_lines(value) if field.type == "longtext" else clean_line(value)
    if len(clean) > limit:
        raise Bad("too_long", limit=limit)
    return clean


def places(procedure: Procedure) -> dict[str, bool]:
    """Where files may go, component or file field, and whether one is always needed there."""
    components = {one.id: one.required == "always" for one in procedure.components if one.uploaded}
    fields = {one.name: one.required for one in procedure.form_fields if one.type == "file"}
    return components | fields


def check_conditions(procedure: Procedure, given: Mapping[str, bool]) -> list[FieldError]:
    """Each condition of the catalogue has a yes or a no, by `/conditions/<condition>`."""
    asked = procedure.conditions()
    wrong = {one: "unknown" for one in given if one not in asked}
    wrong |= {one: "required" for one in asked if not isinstance(given.get(one), bool)}
    return [FieldError(pointer=_pointer("conditions", one), code=wrong[one]) for one in wrong]


def _pointer(*parts: str) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in parts)


def check_documents(
    procedure: Procedure,
    new: NewDossier,
    own: Mapping[UUID, Document],
) -> list[FieldError]:
    """What is wrong with the files by `/documents/<component>`.

    A yes to a condition needs its paper, which may take the place of another; after a no it is
    neither needed nor does it replace anything.
    """
    documents, allowed = new.documents, places(procedure)
    conditional = {one.id: one.question for one in procedure.components if one.question}
    holds = {place: new.conditions.get(asked) is True for place, asked in conditional.items()}
    allowed |= holds
    if new.organisation is not None:
        allowed[MANDATE] = organisations.needs_mandate(new.organisation)
    replaced = {
        one.id: any(holds.get(other, bool(documents.get(other))) for other in one.instead)
        for one in procedure.components
    }
    errors = [
        FieldError(pointer=_pointer("documents", place), code="unknown")
        for place in documents
        if place not in allowed
    ]
    for place, needed in allowed.items():
        files = documents.get(place, [])
        if needed and not files and not replaced.get(place):
            errors.append(FieldError(pointer=f"/documents/{place}", code="file_missing"))
        if any(one not in own or own[one].state not in ("checked", "clean") for one in files):
            errors.append(FieldError(pointer=f"/documents/{place}", code="file_unusable"))
    return errors


def check_supplement(
    procedure: Procedure,
    documents: Mapping[str, list[UUID]],
    own: Mapping[UUID, Document],
) -> list[FieldError]:
    """Like `check_documents`, but nothing in particular must be there; `other` is a free place."""
    allowed = {*places(procedure), "other"}
    errors: list[FieldError] = []
    for place, ids in documents.items():
        if place not in allowed:
            errors.append(FieldError(pointer=f"/documents/{place}", code="unknown"))
        elif any(one not in own or own[one].state not in ("checked", "clean") for one in ids):
            errors.append(FieldError(pointer=f"/documents/{place}", code="file_unusable"))
    return errors
