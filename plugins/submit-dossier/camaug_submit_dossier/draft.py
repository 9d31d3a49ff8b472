"""Between the form, which is flat, and the draft, which keeps answers and files apart.

Among the answers a draft keeps those to conditions (`ask.<slug>`) and where the person stopped
(`.step`); conditions are filed by their own words, where the person stopped is not filed.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

import msgspec

from camaug_sdk import Invalid
from camaug_sdk.records import Answer, Draft, FormFieldSpec
from camaug_submit_dossier.behalf import is_hidden
from camaug_submit_dossier.checks import Values, error, is_asked, is_empty
from camaug_submit_dossier.papers import NO, YES
from camaug_submit_dossier.steps import BEHALF, Step

STOPPED_AT = ".step"
Body = dict[str, Answer]


class Filing(msgspec.Struct, frozen=True, kw_only=True):
    """What the core is given: answers by field, documents by place, conditions by their text."""

    answers: dict[str, Answer]
    documents: dict[str, list[UUID]]
    conditions: dict[str, bool] = {}


def values(draft: Draft) -> dict[str, Answer]:
    """All that the draft holds, flat."""
    files = {place: [str(one) for one in ids] for place, ids in draft.documents.items()}
    return {**draft.answers, **files}


def received(step: Step, body: Body) -> dict[str, Answer]:
    """What a step's form has sent, in the types of the catalogue.

    Raises `Invalid` for names that the step does not ask for and for files that are no ids.
    """
    names = step.names()
    places = {paper.place for paper in step.papers}
    errors = [error(name, "unknown") for name in body if name not in names]
    errors += [
        error(name, "type")
        for name, value in body.items()
        if name in places and value is not None and not _are_ids(value)
    ]
    if errors:
        raise Invalid(errors=errors)
    typed = {one.name: one for one in step.fields}
    read = {name: _read(typed.get(name), value) for name, value in body.items()}
    return {name: value for name, value in read.items() if not is_empty(value)}


def all_received(steps: Iterable[Step], body: Body) -> dict[str, Answer]:
    """What the review has sent: every step's values at once. Raises `Invalid`."""
    found: dict[str, Answer] = {}
    unknown = set(body)
    for step in steps:
        own = {name: body[name] for name in step.names() if name in body}
        found |= received(step, own)
        unknown.difference_update(own)
    if errors := [error(name, "unknown") for name in body if name in unknown]:
        raise Invalid(errors=errors)
    return found


def _read(spec: FormFieldSpec | None, value: Answer) -> Answer:
    """The answer to a yes-or-no question is kept as a boolean."""
    if spec is not None and spec.type == "boolean" and isinstance(value, str):
        return {YES: True, NO: False}.get(value, value)
    return value


def _are_ids(value: Answer) -> bool:
    if not isinstance(value, list):
        return False
    try:
        return len({UUID(one) for one in value}) == len(value)
    except ValueError:
        return False


def merged(kept: Values, step: Step, sent: Values) -> dict[str, Answer]:
    """The values with one step replaced by what its form has sent."""
    names = step.names()
    rest = {name: value for name, value in kept.items() if name not in names}
    return {**rest, **sent}


def kept(steps: Iterable[Step], flat: Values, stopped_at: str) -> Filing:
    """The flat values as a draft keeps them."""
    places = {paper.place for step in steps for paper in step.papers}
    answers = {name: value for name, value in flat.items() if name not in places}
    return Filing(answers={**answers, STOPPED_AT: stopped_at}, documents=_documents(flat, places))


def filed(steps: Iterable[Step], flat: Values) -> Filing:
    """The flat values as the core files them: only answers of the catalogue, only asked papers."""
    every = list(steps)
    names = {spec.name for step in every if step.id != BEHALF for spec in step.fields}
    papers = [
        one
        for step in every
        for one in step.papers
        if is_asked(one, flat) and not is_hidden(one.place, flat)
    ]
    documents = _documents(flat, {one.place for one in papers})
    for paper in papers:
        if files := documents.get(paper.place):
            documents |= dict.fromkeys(paper.also, files)
    return Filing(
        answers={name: value for name, value in flat.items() if name in names},
        documents=documents,
        conditions={
            one.condition: flat.get(one.name) == YES for step in every for one in step.questions
        },
    )


def _documents(flat: Mapping[str, Answer], places: Iterable[str]) -> dict[str, list[UUID]]:
    found = {place: flat.get(place) for place in places}
    return {
        place: [UUID(one) for one in ids]
        for place, ids in found.items()
        if isinstance(ids, list) and ids
    }
