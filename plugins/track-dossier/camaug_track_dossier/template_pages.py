"""Templates of reasons at the desk: the list, the form, and what a form of an act suggests."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from camaug_sdk import Go, Screen, Send, Words
from camaug_sdk.actions import Confirm
from camaug_sdk.fields import (
    Choice,
    ChoiceField,
    ChoicesField,
    LongTextField,
    Suggestion,
    TextField,
)
from camaug_sdk.reasons import (
    LONGEST_TEMPLATE,
    LONGEST_TITLE,
    TEMPLATE_ACTS,
    Suggested,
    Template,
)
from camaug_sdk.screens import AnyBlock, Button, Empty, Form, ItemList, ListItem, Text
from camaug_track_dossier.desk_acts import API as DESK_API
from camaug_track_dossier.desk_acts import HOME as DESK

HOME, API = f"{DESK}templates", f"{DESK_API}templates"


def suggestions(t: Words, found: Sequence[Suggested]) -> list[Suggestion]:
    """What the field of a reason offers."""
    return [
        Suggestion(
            key=f"{one.template_id}",
            label=f"{one.title} · {one.paper}" if one.paper else one.title,
            text=one.text,
            lang=t.vietnamese,
        )
        for one in found
    ]


def listed(
    t: Words, found: Sequence[Template], agencies: Mapping[UUID, str], *, makes: bool
) -> Screen:
    """What is in force; who may makes more."""
    new = Button(
        label=t("template.new"), icon="plus", style="primary", action=Go(href=f"{HOME}/new")
    )
    none = Empty(title=t("template.none"), text=t("template.none_text"), icon="file-text")
    rows = [_row(t, one, agencies) for one in found]
    return Screen(
        title=t("template.title"),
        subtitle=t("template.subtitle"),
        lang=t.language,
        back=Go(href=DESK),
        primary=new if makes else None,
        blocks=[ItemList(items=rows, label=t("template.title"), empty=none)],
    )


def _row(t: Words, one: Template, agencies: Mapping[UUID, str]) -> ListItem:
    place = agencies.get(one.agency_id, "") if one.agency_id else t("template.province")
    acts = ", ".join(t(f"act.{kind}") for kind in one.acts)
    facts = [place, t("template.version", number=one.version), t("template.uses", count=one.uses)]
    return ListItem(
        title=one.title,
        text=f"{one.text}\n{acts}\n{' · '.join(facts)}",
        icon="file-text",
        action=Go(href=f"{HOME}/{one.template_id}") if one.may_change else None,
        lang=t.vietnamese,
    )


def form(
    t: Words,
    places: Sequence[tuple[str, str]],
    procedures: Sequence[tuple[str, str]],
    given: Template | None = None,
) -> Screen:
    """A new one, or a new version; `places` and `procedures` are value and word."""
    href = API if given is None else f"{API}/{given.template_id}"
    title = t("template.new" if given is None else "template.edit")
    blocks: list[AnyBlock] = [Text(text=t("template.hint"), tone="second")]
    if given is None:
        blocks.append(_place(t, places))
    submit = Button(label=t("template.save"), icon="check", style="primary", action=Send(href=href))
    blocks.append(
        Form(
            id=f"template-{given.template_id if given else 'new'}",
            blocks=[*([blocks.pop()] if given is None else []), *_fields(t, procedures, given)],
            submit=submit,
            back=Go(href=HOME),
        )
    )
    if given is not None:
        blocks.append(_end(t, given))
    return Screen(title=title, lang=t.language, back=Go(href=HOME), blocks=blocks)


def _place(t: Words, places: Sequence[tuple[str, str]]) -> ChoiceField:
    return ChoiceField(
        name="agency",
        label=t("template.for"),
        required=True,
        choices=[Choice(value=value, label=label) for value, label in places],
        value=places[0][0] if len(places) == 1 else None,
    )


def _fields(
    t: Words, procedures: Sequence[tuple[str, str]], given: Template | None
) -> list[AnyBlock]:
    return [
        TextField(
            name="title",
            label=t("template.name"),
            required=True,
            max_length=LONGEST_TITLE,
            value=given.title if given else None,
        ),
        LongTextField(
            name="text",
            label=t("template.text"),
            hint=t("template.text_hint"),
            required=True,
            max_length=LONGEST_TEMPLATE,
            value=given.text if given else None,
        ),
        ChoicesField(
            name="acts",
            label=t("template.acts"),
            required=True,
            choices=[Choice(value=kind, label=t(f"act.{kind}")) for kind in TEMPLATE_ACTS],
            value=given.acts if given else None,
        ),
        ChoiceField(
            name="procedure",
            label=t("template.procedure"),
            hint=t("template.procedure_hint"),
            choices=[
                Choice(value=code, label=label, lang=t.vietnamese) for code, label in procedures
            ],
            value=given.procedure_code if given else None,
        ),
    ]


def _end(t: Words, given: Template) -> Button:
    sure = Confirm(
        title=t("template.end_title", name=given.title),
        text=t("template.end_text"),
        accept=t("template.end"),
    )
    send = Send(href=f"{API}/{given.template_id}/end", confirm=sure)
    return Button(label=t("template.end"), icon="x", style="danger", action=send)
