"""The step that asks for whom a person files: for oneself, or for an organisation as declared."""

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from camaug_sdk import FieldError, Words, tax_codes
from camaug_sdk.records import (
    MANDATE,
    Answer,
    FormFieldSpec,
    Option,
    Organisation,
    Procedure,
    Role,
)
from camaug_sdk.rules import All, Rule, Test
from camaug_sdk.screens import AnyBlock
from camaug_sdk.services import I18n
from camaug_submit_dossier.checks import Values, error, is_empty
from camaug_submit_dossier.papers import Paper
from camaug_submit_dossier.steps import BEHALF, Step

WHOM, NAME, TAX_CODE, ROLE = "for.whom", "for.name", "for.tax_code", "for.role"
ONESELF, ORGANISATION = "oneself", "organisation"
REPRESENTATIVE = "legal_representative"
ROLES = (REPRESENTATIVE, "employee", "agent")
FOR_ONE: Rule = Test(field=WHOM, op="eq", value=ORGANISATION)
FOR_ANOTHER: Rule = All(of=[FOR_ONE, Test(field=ROLE, op="in", value=[*ROLES[1:]])])


def step(i18n: I18n, procedure: Procedure) -> list[Step]:
    """The step; none for a procedure that only people file."""
    if not procedure.for_organisation():
        return []
    vi, en = Words(i18n, "vi"), Words(i18n, "en")

    def spec(name: str, kind: str, *choices: str) -> FormFieldSpec:
        return FormFieldSpec(
            name=name,
            label_vi=vi(name),
            label_en=en(name),
            type=cast("Any", kind),
            required=False,
            options=[
                Option(value=one, label=vi(f"{name}.{one}"), label_en=en(f"{name}.{one}"))
                for one in choices
            ],
        )

    whom = (ONESELF, ORGANISATION) if procedure.for_oneself() else (ORGANISATION,)
    mandate = Paper(
        place=MANDATE,
        label_vi=vi("for.mandate"),
        label_en=en("for.mandate"),
        kind="paper",
        required=False,
    )
    fields = (
        spec(WHOM, "choice", *whom),
        spec(NAME, "text"),
        spec(TAX_CODE, "text"),
        spec(ROLE, "choice", *ROLES),
    )
    return [Step(id=BEHALF, fields=fields, papers=(mandate,))]


def shown(blocks: list[AnyBlock]) -> list[AnyBlock]:
    """The fields with when each is shown and asked for; for oneself unless said otherwise."""
    rules: Mapping[str, Rule] = {
        NAME: FOR_ONE, TAX_CODE: FOR_ONE, ROLE: FOR_ONE, MANDATE: FOR_ANOTHER,
    }  # fmt: skip
    found: list[AnyBlock] = []
    for block in blocks:
        name = getattr(block, "name", None)
        changed: Any = block
        if name == WHOM:
            value = changed.value or changed.choices[0].value
            changed = msgspec.structs.replace(changed, value=value, required=True)
        elif rule := rules.get(str(name)):
            changed = msgspec.structs.replace(changed, show_when=rule, require_when=rule)
        found.append(changed)
    return found


def errors(values: Values) -> list[FieldError]:
    """What is missing or wrong, by the names of the form."""
    if values.get(WHOM) != ORGANISATION:
        return []
    found = [error(one, "required") for one in (NAME, TAX_CODE, ROLE) if is_empty(values.get(one))]
    code = values.get(TAX_CODE)
    if isinstance(code, str) and code.strip() and (fault := tax_codes.fault(code)):
        found.append(error(TAX_CODE, fault))
    if needs_mandate(values) and is_empty(values.get(MANDATE)):
        found.append(error(MANDATE, "file_missing"))
    return found


def needs_mandate(values: Values) -> bool:
    """Whether a paper must say that the person may file."""
    return values.get(WHOM) == ORGANISATION and values.get(ROLE) in ROLES[1:]


def organisation(values: Mapping[str, Answer]) -> Organisation | None:
    """What the core is told; None when the person files for oneself."""
    if values.get(WHOM) != ORGANISATION:
        return None
    name, code, role = (str(values.get(one) or "") for one in (NAME, TAX_CODE, ROLE))
    return Organisation(name=name, tax_code=code, role=cast("Role", role))


def is_hidden(name: str, values: Values) -> bool:
    """Whether a question or paper of this step does not belong to the case."""
    if name in (NAME, TAX_CODE, ROLE):
        return values.get(WHOM) != ORGANISATION
    return name == MANDATE and not needs_mandate(values)
