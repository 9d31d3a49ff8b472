"""The end of the officer's review: what was handed in, what the person confirms, accepting."""

from camaug_sdk import Send
from camaug_sdk.counter import CounterCase
from camaug_sdk.fields import BooleanField, Choice, ChoicesField
from camaug_sdk.screens import AnyBlock, Button, Form, KeyValue, Pair
from camaug_submit_dossier import forms
from camaug_submit_dossier.checks import is_asked
from camaug_submit_dossier.review_page import DECLARATION, shown

ORIGINALS, ACCEPT, PROCEDURE = "counter.originals", "counter.accept", "counter.procedure"
"""Names beside those of the catalogue. The procedure is sent along for a repeated request."""


def block(form: forms.Form) -> AnyBlock:
    """In the place of the person's declaration."""
    t = form.t
    components = {one.id for one in form.procedure.components}
    papers = [
        one
        for step in form.steps
        for one in step.papers
        if one.place in components and is_asked(one, form.values)
    ]
    body = shown(form) | {PROCEDURE: form.procedure.code}
    fields: list[AnyBlock] = []
    if papers:
        choices = [
            Choice(value=one.place, label=one.label(t.language), lang=t.vietnamese)
            for one in papers
        ]
        fields.append(
            ChoicesField(
                name=ORIGINALS,
                label=t("counter.originals"),
                hint=t("counter.originals_hint"),
                choices=choices,
            )
        )
    return Form(
        id=f"{form.case_id}-review",
        blocks=[
            *fields,
            BooleanField(name=ACCEPT, label=t("counter.accept"), value=True),
            BooleanField(name=DECLARATION, label=t("counter.declaration"), required=True),
        ],
        submit=Button(
            label=t("counter.file"),
            icon="send",
            style="primary",
            action=Send(href=form.api("submit"), body=body),
        ),
    )


def stands(form: forms.Form, case: CounterCase) -> KeyValue:
    """For whom it is filed and who stands there."""
    t, mandate = form.t, case.mandate
    who = t("counter.by.self")
    if mandate is not None and mandate.by != "self":
        who = t("counter.by_said", name=mandate.name or "", relation=mandate.relation or "")
    name = case.person.full_name or t("counter.no_name")
    return KeyValue(
        items=[
            Pair(label=t("counter.for"), value=name),
            Pair(label=t("counter.by"), value=who),
        ],
        wide=True,
    )
