"""Fetches a form from the services, and keeps it there."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from camaug_sdk import Context, Forbidden, NotFound, Words
from camaug_sdk.records import Agency, Answer, Caller, Document, Person, Procedure
from camaug_submit_dossier import behalf, draft, steps
from camaug_submit_dossier.forms import Form, answer_errors
from camaug_submit_dossier.steps import Step

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


async def online(app: Context, code: str, *, channel: str = "online") -> Procedure:
    """The procedure. Raises `NotFound`, and `Forbidden` when it cannot be filed that way."""
    procedure = await app.procedures.get(code)
    if procedure.channel(channel) is None:
        raise Forbidden(f"no_{channel}_channel")
    return procedure


_divided: dict[str, tuple[Procedure, list[Step]]] = {}
"""The steps of each procedure, with the record that they were made of."""


def steps_of(app: Context, procedure: Procedure) -> list[Step]:
    """For whom, where that is a question, then what the catalogue asks for.

    They are made once for each record of the catalogue, which is the same as long as it is valid.
    """
    kept = _divided.get(procedure.code)
    if kept is None or kept[0] is not procedure:
        found = [*behalf.step(app.i18n, procedure), *steps.steps(procedure)]
        kept = _divided[procedure.code] = (procedure, found)
    return kept[1]


async def opened(app: Context, me: Person, visitor: Caller, code: str) -> Form:
    """The form with the person's draft of it."""
    procedure = await online(app, code)
    values = draft.values(await app.dossiers.draft(me, code))
    return await _form(app, me, visitor, procedure, steps_of(app, procedure), values)


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What the review has sent, whatever the draft holds."""

    procedure: Procedure
    steps: list[Step]
    values: Mapping[str, Answer]


async def sent(app: Context, code: str, body: draft.Body, *, channel: str = "online") -> Sent:
    """What was sent, in the types of the catalogue. Raises `Invalid` for what nobody asked."""
    procedure = await online(app, code, channel=channel)
    found = steps_of(app, procedure)
    return Sent(procedure=procedure, steps=found, values=draft.all_received(found, body))


async def is_answered(app: Context, what: Sent) -> bool:
    """Whether every step is answered, as far as that can be told without a look at the files."""
    communes, now = await app.agencies.communes(), today(app)
    return not any(answer_errors(one, what.values, communes, now) for one in what.steps)


async def form(app: Context, me: Person, visitor: Caller, what: Sent) -> Form:
    """The form with what was sent, to show it."""
    return await _form(app, me, visitor, what.procedure, what.steps, what.values)


def today(app: Context) -> date:
    return app.clock.now().astimezone(LOCAL).date()


async def _form(
    app: Context,
    me: Person,
    visitor: Caller,
    procedure: Procedure,
    found: list[Step],
    values: Mapping[str, Answer],
) -> Form:
    return Form(
        t=Words(app.i18n, visitor.language),
        procedure=procedure,
        steps=found,
        values=values,
        files=await _files(app, me, found, values),
        profile=await app.people.profile(me),
        communes=await app.agencies.communes(),
        today=today(app),
    )


async def replaced(app: Context, me: Person, form: Form, values: Mapping[str, Answer]) -> Form:
    """The same form with other values."""
    files = await _files(app, me, form.steps, values)
    return msgspec.structs.replace(form, values=values, files=files)


async def _files(
    app: Context, me: Person, found: Sequence[Step], values: Mapping[str, Answer]
) -> dict[str, Document]:
    """The person's own documents that the values name, by id."""
    documents = draft.kept(found, values, "").documents
    ids: list[UUID] = [one for listed in documents.values() for one in listed]
    own = await app.documents.mine(me, ids) if ids else []
    return {str(one.document_id): one for one in own}


def step(form: Form, step_id: str) -> Step:
    """The step of that id. Raises `NotFound`."""
    found = form.step(step_id)
    if found is None:
        raise NotFound
    return found


async def save(
    app: Context, me: Person, procedure: Procedure, values: Mapping[str, Answer], stopped_at: str
) -> None:
    """Keep the values as the person's draft."""
    what = draft.kept(steps_of(app, procedure), values, stopped_at)
    await app.dossiers.save_draft(me, procedure.code, what.answers, what.documents)


async def desk(app: Context, form: Form) -> Agency | None:
    """The office that would receive the dossier; the first commune of the form decides."""
    communes = [one.name for one in form.procedure.form_fields if one.type == "commune"]
    named = [value for name in communes if isinstance(value := form.values.get(name), str)]
    try:
        return await app.agencies.receiving(form.procedure.code, named[0] if named else None)
    except NotFound:
        return None
