"""Internal notes on the desk's page: what officers wrote, and the forms to write and to change."""

from uuid import UUID

from camaug_sdk import Go, Screen, Send, Words
from camaug_sdk.fields import LongTextField
from camaug_sdk.notes import LONGEST_NOTE, MINUTES_TO_EDIT, MOST_NOTES, Note
from camaug_sdk.records import DossierLine
from camaug_sdk.screens import AnyBlock, Button, Form, Heading, KeyValue, Link, Pair, Text
from camaug_track_dossier.desk_acts import API, HOME

BEGINNING = 40
"""Characters of a note by which the way to change it is told from others."""


def section(t: Words, dossier_id: UUID, notes: list[Note]) -> list[AnyBlock]:
    """The notes, oldest first, and room for another one while there is."""
    blocks: list[AnyBlock] = [
        Heading(text=t("note.title")),
        Text(text=t("note.who"), tone="second"),
    ]
    if notes:
        blocks.append(KeyValue(items=[_pair(t, one) for one in notes], wide=True))
    blocks += [_change(t, dossier_id, one) for one in notes if one.may_edit]
    if len(notes) < MOST_NOTES:
        blocks.append(_form(t, f"note-{dossier_id}-{len(notes)}", f"{API}{dossier_id}/notes", None))
    return blocks


def _pair(t: Words, one: Note) -> Pair:
    agency = t.pick(one.agency_name_vi, one.agency_name_en)
    hint = f"{agency} · {t.moment(one.written_at)}"
    if one.edited_at is not None:
        hint += f" · {t('note.edited', at=t.moment(one.edited_at))}"
    return Pair(label=one.author, value=one.text, hint=hint)


def _change(t: Words, dossier_id: UUID, one: Note) -> Link:
    begins = one.text if len(one.text) <= BEGINNING else f"{one.text[:BEGINNING]}…"
    label = t("note.change", text=" ".join(begins.split()))
    return Link(
        label=label, icon="pencil", action=Go(href=f"{HOME}{dossier_id}/notes/{one.note_id}")
    )


def _form(t: Words, form_id: str, href: str, value: str | None, back: Go | None = None) -> Form:
    field = LongTextField(
        name="text",
        label=t("note.text"),
        required=True,
        max_length=LONGEST_NOTE,
        value=value,
    )
    label = t("note.add" if value is None else "note.save")
    style = "secondary" if value is None else "primary"
    submit = Button(label=label, icon="pencil", style=style, action=Send(href=href))
    return Form(id=form_id, blocks=[field], submit=submit, back=back)


def edit(t: Words, line: DossierLine, one: Note) -> Screen:
    """The own note, to be written anew."""
    back = Go(href=f"{HOME}{line.dossier_id}")
    href = f"{API}{line.dossier_id}/notes/{one.note_id}"
    return Screen(
        title=t("note.edit"),
        kicker=line.code,
        subtitle=t("note.edit_text", count=MINUTES_TO_EDIT),
        lang=t.language,
        back=back,
        blocks=[_form(t, f"note-{one.note_id}", href, one.text, back)],
    )
