"""The routes of internal notes."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, JSONBody

from camaug_sdk import (
    AppContext,
    Go,
    IdempotencyKey,
    NotFound,
    Officer,
    Outcome,
    Refresh,
    Screen,
    Toast,
    Visitor,
    Words,
)
from camaug_track_dossier import note_pages
from camaug_track_dossier.desk_acts import HOME
from camaug_track_dossier.forms import NoteText


@post("/{dossier_id:uuid}/notes", status_code=200)
async def write_note(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    key: IdempotencyKey,
    dossier_id: FromPath[UUID],
    data: JSONBody[NoteText],
) -> Outcome:
    """Add a note for the colleagues."""
    await app.dossiers.write_note(officer, dossier_id, data.text, key=key)
    t = Words(app.i18n, visitor.language)
    return Outcome(then=Refresh(), toast=Toast(text=t("note.added")))


@get("/{dossier_id:uuid}/notes/{note_id:uuid}")
async def show_note(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    dossier_id: FromPath[UUID],
    note_id: FromPath[UUID],
) -> Screen:
    """The own note, while it may be changed."""
    notes = await app.dossiers.notes(officer, dossier_id)
    found = next((one for one in notes if one.note_id == note_id and one.may_edit), None)
    if found is None:
        raise NotFound
    dossier = await app.dossiers.at_desk(officer, dossier_id)
    return note_pages.edit(Words(app.i18n, visitor.language), dossier.line, found)


@post("/{dossier_id:uuid}/notes/{note_id:uuid}", status_code=200)
async def edit_note(  # noqa: PLR0917  (injected by name)
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    key: IdempotencyKey,
    dossier_id: FromPath[UUID],
    note_id: FromPath[UUID],
    data: JSONBody[NoteText],
) -> Outcome:
    """Write the own note anew."""
    await app.dossiers.edit_note(officer, dossier_id, note_id, data.text, key=key)
    t = Words(app.i18n, visitor.language)
    there = Go(href=f"{HOME}{dossier_id}", replace=True)
    return Outcome(then=there, toast=Toast(text=t("note.saved")))


handlers = [write_note, show_note, edit_note]
