"""For whom a person files: an organisation as declared, and the paper that lets the person."""

from typing import get_args

from camaug.kernel.text import clean_line, has_hidden
from camaug_sdk import tax_codes
from camaug_sdk.problems import FieldError
from camaug_sdk.records import Organisation, Procedure, Role

LONGEST_NAME = 200


def check(
    procedure: Procedure, given: Organisation | None
) -> tuple[Organisation | None, list[FieldError]]:
    """The organisation in its normal form, and what is wrong by `/organisation/<member>`."""
    if given is None:
        missing = FieldError(pointer="/organisation", code="required")
        return None, [] if procedure.for_oneself() else [missing]
    if not procedure.for_organisation():
        return None, [FieldError(pointer="/organisation", code="for_people_only")]
    errors = _name(given.name)
    if fault := tax_codes.fault(given.tax_code):
        errors.append(_error("tax_code", fault if given.tax_code.strip() else "required"))
    if given.role not in get_args(Role):
        errors.append(_error("role", "not_a_choice"))
    clean = Organisation(
        name=clean_line(given.name), tax_code=tax_codes.normal(given.tax_code), role=given.role
    )
    return clean, errors


def needs_mandate(given: Organisation | None) -> bool:
    """Whether a paper must say that the person may file; a legal representative needs none."""
    return given is not None and given.role != "legal_representative"


def _name(name: str) -> list[FieldError]:
    if has_hidden(name):
        return [_error("name", "hidden_characters")]
    line = clean_line(name)
    if not any(char.isalnum() for char in line):
        return [_error("name", "required")]
    if len(line) > LONGEST_NAME:
        return [_error("name", "too_long", limit=LONGEST_NAME)]
    return []


def _error(member: str, code: str, **args: str | int) -> FieldError:
    return FieldError(pointer=f"/organisation/{member}", code=code, args=args)
