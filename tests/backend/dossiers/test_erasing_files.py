"""The files of an erased dossier go from the store, unless something else still holds them."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from camaug.documents import actions as documents
from camaug.dossiers import erasing
from camaug.dossiers.service import DossiersService
from camaug.kernel.web import Engines
from camaug_sdk.problems import NotFound, Unavailable
from camaug_sdk.records import Person, StaffMember

from .conftest import Filer
from .erased import World

SHARED = """
    insert into core.dossier_document (dossier_id, document_id, component_id)
    values ($1, $2, 'shared')
"""


@pytest.fixture
async def world(
    dossiers: DossiersService,
    file_dossier: Filer,
    officer: StaffMember,
    citizen: Person,
    migrator: Any,
    engines: Engines,
) -> World:
    return World(engines, dossiers, file_dossier, officer, citizen, migrator)


async def stored(world: World, dossier_id: UUID) -> list[UUID]:
    """The files of a dossier, each with two versions and a mark of deletion in the store."""
    found = await world.rows(
        "select document_id from core.dossier_document where dossier_id = $1", dossier_id
    )
    files = [row["document_id"] for row in found]
    for one in files:
        for data in (b"one", b"two"):
            await world.engines.blobs.put(f"incoming/{one}", data, "image/jpeg")
        await world.engines.blobs.delete(f"incoming/{one}")
        assert await world.versions(one) == 3
    return files


@pytest.mark.usefixtures("store")
async def test_the_files_are_gone_from_the_store_in_every_version(world: World) -> None:
    one, other = await world.ended(), await world.ended(years=1)
    gone, kept = await stored(world, one), await stored(world, other)
    await world.rule()
    await world.erase()
    assert gone
    assert [await world.versions(file) for file in gone] == [0] * len(gone)
    assert [await world.versions(file) for file in kept] == [3] * len(kept)
    states = await world.rows(
        "select distinct state from core.document where document_id = any($1)", gone
    )
    assert [row["state"] for row in states] == ["erased"]
    [erasure] = await world.rows("select files_gone_at from core.dossier_erasure")
    assert erasure["files_gone_at"] is not None


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("after", [0, 1])
async def test_whoever_is_killed_before_the_files_is_followed_by_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    one = await world.ended()
    files = await stored(world, one)
    await world.rule()
    real, done = type(world.engines.blobs).erase, list[str]()

    async def dies(blobs: Any, key: str) -> int:
        if len(done) == after:
            raise Unavailable("store")
        done.append(key)
        return await real(blobs, key)

    with monkeypatch.context() as patch:
        patch.setattr(type(world.engines.blobs), "erase", dies)
        with pytest.raises(Unavailable):
            await world.erase()
    assert await world.is_erased(one)
    left = [await world.versions(file) for file in files]
    assert sum(left) == 3 * (len(files) - after) > 0
    with pytest.raises(NotFound):
        await documents.address_for_officer(world.engines, world.officer, files[0])
    assert await erasing.remove_files(world.engines) == 1
    assert [await world.versions(file) for file in files] == [0] * len(files)
    assert await erasing.remove_files(world.engines) == 0


@pytest.mark.usefixtures("store")
async def test_a_file_of_two_dossiers_goes_with_the_last_of_them(world: World) -> None:
    first, second = await world.ended(), await world.ended(years=1)
    [shared, *_] = await stored(world, first)
    await world.owner.execute(SHARED, second, shared)
    await world.rule()
    assert await world.erase() == 1
    assert await world.versions(shared) == 3
    [held] = await world.rows("select owner_id from core.document where document_id = $1", shared)
    assert held["owner_id"] == world.citizen.citizen_id
    # No way leads from the erased dossier to the person over the file that is still theirs.
    linked = await world.rows(
        "select owner_id from core.dossier_document join core.document using (document_id)"
        " where dossier_id = $1",
        first,
    )
    assert linked
    assert {row["owner_id"] for row in linked} == {None}
    await world.age(second, "20 years")
    assert await world.erase() == 1
    assert await world.versions(shared) == 0


@pytest.mark.usefixtures("store")
async def test_a_file_of_two_dossiers_that_go_at_once_is_kept_by_neither(world: World) -> None:
    first, second = await world.ended(), await world.ended()
    [shared, *_] = await stored(world, first)
    await world.owner.execute(SHARED, second, shared)
    await world.rule()
    done = await asyncio.gather(*(erasing.erase_one(world.engines, one) for one in (first, second)))
    assert done == [True, True]
    await erasing.remove_files(world.engines)
    assert await world.versions(shared) == 0


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    "holds",
    [
        """insert into core.draft values (gen_random_uuid(), $2, 'x', '',
           jsonb_build_object('paper', jsonb_build_array($1::uuid)), now())""",
        """insert into core.document_use select $1, 'p', 'o', 'officer', agency_id, now()
           from core.agency where $2::uuid is not null limit 1""",
    ],
)
async def test_a_file_that_is_in_use_elsewhere_stays_its_owners(world: World, holds: str) -> None:
    one = await world.ended()
    [held, *others] = await stored(world, one)
    me = world.citizen.citizen_id
    own = "update core.document set owner_id = $2 where document_id = $1"
    await world.owner.execute(own, held, me)
    await world.owner.execute(holds, held, me)
    await world.rule()
    assert await world.erase() == 1
    assert await world.versions(held) == 3
    assert [await world.versions(file) for file in others] == [0] * len(others)
    linked = "select from core.dossier_document where document_id = $1"
    assert await world.rows(linked, held) == []
