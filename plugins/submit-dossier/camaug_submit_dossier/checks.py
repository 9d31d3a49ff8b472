"""Checks answers and files before they are filed, all errors at once.

The core checks again when the dossier is filed; what is refused here is refused earlier and at the
right step. Codes are those of the catalogues (`field.<code>`).
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from camaug_sdk import FieldError
from camaug_sdk.records import Answer, Commune, Document, FormFieldSpec
from camaug_submit_dossier.fields import decimals, limits
from camaug_submit_dossier.papers import NO, YES, Paper
from camaug_submit_dossier.steps import Step

LONGEST = {"longtext": 2000, "address": 300, "person_name": 100, "email": 254}
LONGEST_LINE = 200
MOST = 10**15 - 1
_CITIZEN_ID = re.compile(r"\d{12}", re.ASCII)
_PHONE = re.compile(r"(?:\+?84|0)([35789]\d{8})", re.ASCII)
_SEPARATORS = re.compile(r"[ .()-]")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})

Values = Mapping[str, Answer]
"""Field name to answer; a place for files holds the ids of its documents."""


def step_errors(
    step: Step, values: Values, communes: Sequence[Commune], today: date
) -> list[FieldError]:
    """What is wrong or missing in one step, by `/<name>`."""
    found = [_field_error(one, values.get(one.name), communes, today) for one in step.fields]
    found += [_order_error(one, step, values) for one in step.fields]
    for question in step.questions:
        if values.get(question.name) not in (YES, NO):
            found.append(error(question.name, "required"))
    found += [_paper_error(paper, values) for paper in step.papers]
    return [one for one in found if one is not None]


def error(name: str, code: str, **args: str | int) -> FieldError:
    """An error of the field of that name."""
    escaped = name.replace("~", "~0").replace("/", "~1")
    return FieldError(pointer=f"/{escaped}", code=code, args=args)


def _field_error(
    spec: FormFieldSpec, value: Answer, communes: Sequence[Commune], today: date
) -> FieldError | None:
    if is_empty(value):
        return error(spec.name, "required") if spec.required else None
    code = _code(spec, value, communes, today)
    if code is None:
        return None
    limit = LONGEST.get(spec.type, LONGEST_LINE)
    return error(spec.name, code, **({"limit": limit} if code == "too_long" else {}))


def is_empty(value: Answer) -> bool:
    """Whether nothing was answered; white space is nothing."""
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def _code(
    spec: FormFieldSpec, value: Answer, communes: Sequence[Commune], today: date
) -> str | None:
    """The code of what is wrong with a given answer, or None."""
    match spec.type:
        case "boolean":
            return None if isinstance(value, bool) else "type"
        case "number" | "money":
            return _number(spec, value)
        case "choice":
            return None if value in [one.value for one in spec.options] else "not_a_choice"
        case "commune":
            known = any(one.code == value for one in communes)
            return None if known else "not_a_commune"
        case "date":
            return _date(spec.name, value, today)
        case _:
            return _text(spec, value, today)


def _number(spec: FormFieldSpec, value: Answer) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "type"
    whole = spec.type == "money" or decimals(spec.name) == 0
    if whole and value != int(value):
        return "not_whole"
    return None if 0 <= value <= MOST else "out_of_range"


def _date(name: str, value: Answer, today: date) -> str | None:
    text = value if isinstance(value, str) else ""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return "not_a_date"
    if day.isoformat() != text or not 1900 <= day.year <= 2100:  # noqa: PLR2004
        return "not_a_date"
    earliest, latest = limits(name, today)
    if latest is not None and day > latest:
        return "in_future"
    return "in_past" if earliest is not None and day < earliest else None


def _text(spec: FormFieldSpec, value: Answer, today: date) -> str | None:
    if not isinstance(value, str):
        return "type"
    kept = value.replace("\n", "") if spec.type == "longtext" else value
    # What can be printed holds none of them; that is told without a look at each character.
    if not kept.isprintable() and any(unicodedata.category(one) in _HIDDEN for one in kept):
        return "hidden_characters"
    if len(value.strip()) > LONGEST.get(spec.type, LONGEST_LINE):
        return "too_long"
    if spec.type == "citizen_id":
        return _citizen_id(value.replace(" ", ""), today)
    shape = SHAPES.get(spec.type)
    return shape[1] if shape and not shape[0](value) else None


def _is_phone(text: str) -> bool:
    return _PHONE.fullmatch(_SEPARATORS.sub("", text)) is not None


def _is_email(text: str) -> bool:
    return _EMAIL.fullmatch(text.strip()) is not None


def _is_name(text: str) -> bool:
    return not any(char.isdigit() for char in text)


SHAPES: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "phone": (_is_phone, "phone_format"),
    "email": (_is_email, "email_format"),
    "person_name": (_is_name, "name_characters"),
}
"""What a text of that type must look like, and the code when it does not."""


def _citizen_id(number: str, today: date) -> str | None:
    """Twelve digits: three of the place, one of century and gender, two of the year, six more."""
    if not _CITIZEN_ID.fullmatch(number) or number[:3] == "000":
        return "citizen_id_format"
    year = 1900 + 100 * (int(number[3]) // 2) + int(number[4:6])
    return "citizen_id_future" if year > today.year else None


def _order_error(spec: FormFieldSpec, step: Step, values: Values) -> FieldError | None:
    """An end before its beginning: `<thing>_to` before `<thing>_from` of the same step."""
    if spec.type != "date" or not spec.name.endswith("_to"):
        return None
    start = spec.name.removesuffix("_to") + "_from"
    begins, ends = values.get(start), values.get(spec.name)
    if start not in step.names() or not isinstance(begins, str) or not isinstance(ends, str):
        return None
    return error(spec.name, "before_start") if "" < ends < begins else None


def _paper_error(paper: Paper, values: Values) -> FieldError | None:
    if not is_asked(paper, values) or not is_empty(values.get(paper.place)):
        return None
    return error(paper.place, "file_missing") if is_needed(paper) else None


def is_asked(paper: Paper, values: Values) -> bool:
    """Whether the paper belongs to this case."""
    if any(values.get(question) == YES for question in paper.unless):
        return False
    return paper.question is None or values.get(paper.question) == YES


def is_needed(paper: Paper) -> bool:
    """Whether a paper that is asked for must be there."""
    return paper.required or paper.question is not None


def file_errors(step: Step, values: Values, files: Mapping[str, Document]) -> list[FieldError]:
    """Files that are not the person's own, or that the server has not found usable."""
    found: list[FieldError] = []
    for paper in step.papers:
        ids = values.get(paper.place)
        if is_asked(paper, values) and isinstance(ids, list):
            states = [files[one].state if one in files else "refused" for one in ids]
            if not {*states} <= {"checked", "clean"}:
                found.append(error(paper.place, "file_unusable"))
    return found
