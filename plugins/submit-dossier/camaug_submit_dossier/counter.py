"""A case at a counter as the form in hand: the same steps and checks, the officer's files."""

from collections.abc import Mapping
from typing import cast
from uuid import UUID

import msgspec

from camaug_sdk import Context, Words
from camaug_sdk.counter import COUNTER_MANDATE, CounterCase, Mandate, Print, Standing
from camaug_sdk.records import Answer, Caller, Document, Draft, Profile, StaffMember
from camaug_submit_dossier import draft, opening
from camaug_submit_dossier.forms import Form
from camaug_submit_dossier.steps import Step

Name = str | None


class Look(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom the officer looks for: a whole number from the card, or a phone."""

    agency_id: UUID
    number: Name = None
    phone: Name = None


class Card(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the officer reads from a card."""

    full_name: str
    citizen_id: str
    birth_date: str
    phone: Name = None


class NewCard(Card, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A card of somebody who is not known yet."""

    agency_id: UUID


class Begin(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be filed, and who stands there."""

    procedure_code: str
    by: Standing
    name: Name = None
    number: Name = None
    relation: Name = None
    paper: list[UUID] = []

    def mandate(self) -> Mandate:
        """As the core keeps it."""
        return Mandate(by=self.by, name=self.name, number=self.number, relation=self.relation)


class Printing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """On what the receipt is printed."""

    paper: Print


async def opened(app: Context, officer: StaffMember, visitor: Caller, case_id: UUID) -> Form:
    """The form of a case. Raises `NotFound`, and `Invalid` when it cannot be filed any more."""
    case = await app.counter.case(officer, case_id)
    procedure = await app.counter.procedure(officer, case_id)
    steps = opening.steps_of(app, procedure)
    values = draft.values(as_draft(case))
    return Form(
        t=Words(app.i18n, visitor.language),
        procedure=procedure,
        steps=steps,
        values=values,
        files=await _files(app, officer, steps, values),
        profile=profile(case),
        communes=await app.agencies.communes(),
        today=opening.today(app),
        case_id=case_id,
    )


def as_draft(case: CounterCase) -> Draft:
    """What is typed so far; the paper of the mandate is no paper of the form."""
    return Draft(
        draft_id=case.case_id,
        procedure_code=case.procedure_code or "",
        answers=case.answers,
        documents={place: ids for place, ids in case.documents.items() if place != COUNTER_MANDATE},
        updated_at=case.updated_at,
    )


def profile(case: CounterCase) -> Profile:
    """What the card says, for filling in."""
    person = case.person
    return Profile(
        full_name=person.full_name,
        citizen_id=person.citizen_id,
        citizen_id_proven=person.citizen_id_proven,
        birth_date=person.birth_date,
        gender=person.gender,
        phone=person.phone,
    )


async def replaced(
    app: Context, officer: StaffMember, form: Form, values: Mapping[str, Answer]
) -> Form:
    """The same form with other values."""
    files = await _files(app, officer, list(form.steps), values)
    return msgspec.structs.replace(form, values=values, files=files)


async def _files(
    app: Context, officer: StaffMember, found: list[Step], values: Mapping[str, Answer]
) -> dict[str, Document]:
    documents = draft.kept(found, values, "").documents
    ids: list[UUID] = [one for listed in documents.values() for one in listed]
    own = await app.counter.files(officer, ids) if ids else []
    return {str(one.document_id): one for one in own}


async def save(
    app: Context, officer: StaffMember, form: Form, values: Mapping[str, Answer], where: str
) -> None:
    """Keep the values in the case."""
    what = draft.kept(form.steps, values, where)
    await app.counter.save(officer, cast("UUID", form.case_id), what.answers, what.documents)
