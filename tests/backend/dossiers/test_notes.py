"""Internal notes: who reads them, who writes them anew, and where they never appear."""

import asyncio
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from camaug.dossiers.service import DossiersService
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug_sdk.notes import LONGEST_NOTE, MOST_NOTES
from camaug_sdk.problems import Conflict, Invalid, NotFound
from camaug_sdk.records import Person, StaffMember

from .conftest import AN_XUYEN, Filer, officer_of

TEXT = "Đã gọi chị Nguyệt, <script>chờ</script> bản sao {code}"


def new_key() -> str:
    return str(uuid7())


@pytest.fixture
async def dossier_id(citizen: Person, file_dossier: Filer) -> UUID:
    return (await file_dossier(citizen)).dossier_id


async def test_a_note_is_for_the_offices_and_sealed(
    engines: Engines, dossiers: DossiersService, dossier_id: UUID, citizen: Person,
    officer: StaffMember, stranger: StaffMember,
) -> None:  # fmt: skip
    key = new_key()
    ids = {await dossiers.write_note(officer, dossier_id, TEXT, key=key) for _ in range(2)}
    colleague = await officer_of(engines, AN_XUYEN)
    [note] = await dossiers.notes(colleague, dossier_id)
    assert (note.text, note.author, note.may_edit) == (TEXT, "Trần Hoàng Dự", False)
    assert ids == {note.note_id}
    leader = msgspec.structs.replace(colleague, agencies={"leader": colleague.agencies["officer"]})
    for who in (stranger, leader):
        with pytest.raises(NotFound):
            await dossiers.notes(who, dossier_id)
        with pytest.raises(NotFound):
            await dossiers.write_note(who, dossier_id, TEXT, key=new_key())
        with pytest.raises(NotFound):
            await dossiers.edit_note(who, dossier_id, note.note_id, TEXT, key=new_key())
    mine = msgspec.json.encode(await dossiers.get(citizen, dossier_id))
    taken = msgspec.json.encode(await dossiers.export(citizen))
    looked = await dossiers.looks(citizen, dossier_id)
    assert TEXT.encode() not in mine + taken
    assert looked.items == []
    async with engines.pool.acquire() as conn:
        kept = await conn.fetch(
            "select text_enc::text as said from dossier_note"
            " union all select data::text from event union all select detail::text from audit"
        )
    assert all("Nguyệt" not in row["said"] for row in kept)
    assert [one.kind for one in (await dossiers.at_desk(officer, dossier_id)).events] == [
        "submitted"
    ]


async def test_the_author_writes_it_anew_for_ten_minutes(
    engines: Engines, dossiers: DossiersService, dossier_id: UUID, officer: StaffMember
) -> None:
    note_id = await dossiers.write_note(officer, dossier_id, TEXT, key=new_key())
    colleague = await officer_of(engines, AN_XUYEN)
    with pytest.raises(NotFound):
        await dossiers.edit_note(colleague, dossier_id, note_id, "Khác", key=new_key())
    await dossiers.edit_note(officer, dossier_id, note_id, "Khác", key=new_key())
    [note] = await dossiers.notes(officer, dossier_id)
    assert (note.text, note.may_edit, note.edited_at is None) == ("Khác", True, False)
    async with engines.pool.acquire() as conn:
        await conn.execute(
            "update dossier_note set written_at = $1", engines.clock.now() - timedelta(minutes=10)
        )
    [note] = await dossiers.notes(officer, dossier_id)
    assert not note.may_edit
    with pytest.raises(Conflict, match="note_stands"):
        await dossiers.edit_note(officer, dossier_id, note_id, "Muộn", key=new_key())
    async with engines.pool.acquire() as conn:
        done = await conn.fetch("select action from audit where object_kind = 'dossier_note'")
    assert sorted(row["action"] for row in done) == ["note.edited", "note.written"]


@pytest.mark.parametrize(
    ("text", "code"),
    [(" \n", "required"), ("x" * (LONGEST_NOTE + 1), "too_long"), ("a\x00b", "hidden_characters")],
)
async def test_what_a_note_may_not_be(
    dossiers: DossiersService, dossier_id: UUID, officer: StaffMember, text: str, code: str
) -> None:
    with pytest.raises(Invalid) as wrong:
        await dossiers.write_note(officer, dossier_id, text, key=new_key())
    assert [(one.pointer, one.code) for one in wrong.value.errors] == [("/text", code)]


async def test_a_dossier_has_so_many_notes_and_no_more(
    dossiers: DossiersService, dossier_id: UUID, officer: StaffMember
) -> None:
    tries = [
        dossiers.write_note(officer, dossier_id, f"{number}", key=new_key())
        for number in range(MOST_NOTES + 3)
    ]
    done = await asyncio.gather(*tries, return_exceptions=True)
    refused = [one for one in done if isinstance(one, Conflict)]
    assert [one.code for one in refused] == ["too_many_notes"] * 3
    assert len(await dossiers.notes(officer, dossier_id)) == MOST_NOTES
