"""New master and data keys while two processes serve: what was sealed opens, before and after."""

from datetime import timedelta
from pathlib import Path

import pytest

from camaug.kernel import db, keyring
from camaug.kernel.crypto import Vault
from camaug.kernel.ids import uuid7
from camaug.kernel.keyring import KeyMissing, Keyring
from camaug.kernel.web import Engines

PLACE = "citizen|number"


@pytest.fixture
async def path(engines: Engines, tmp_path: Path) -> Path:
    """A keyring whose first data key is the only one in the database."""
    path = tmp_path / "keyring.json"
    keyring.ensure(path)
    await engines.pool.execute("delete from data_key")
    async with db.transaction(engines.pool) as conn:
        await Vault(Keyring(path)).ensure_key(conn, engines.clock.now())
    return path


async def _vault(engines: Engines, path: Path) -> Vault:
    made = Vault(Keyring(path))
    await _read(engines, made)
    return made


def _forget(path: Path, *, version: int) -> None:
    path.write_text(path.read_text().replace(f'"{version}":', '"99":'))


async def _read(engines: Engines, vault: Vault) -> None:
    async with engines.pool.acquire() as conn:
        await vault.load(conn)


async def _rotate(engines: Engines, vault: Vault) -> None:
    async with db.transaction(engines.pool) as conn:
        await vault.rotate(conn)


async def test_both_keys_change_and_nothing_fails_to_open(engines: Engines, path: Path) -> None:
    one, other, row = await _vault(engines, path), await _vault(engines, path), uuid7()
    before = one.seal_text(PLACE, row, "096190999910")
    assert keyring.rotate(path) == 2
    await _rotate(engines, await _vault(engines, path))
    # one has read the new data key, the other not yet: nobody seals with it, both open everything
    await _read(engines, one)
    between = one.seal_text(PLACE, row, "096190999911")
    assert between[1:5] == before[1:5]
    assert other.open_text(PLACE, row, between) == "096190999911"
    await _read(engines, other)  # unwraps by a master key that its file had not at its start
    await engines.pool.execute(
        "update data_key set created_at = created_at - $1::interval", timedelta(minutes=5)
    )
    await _read(engines, one)
    after = one.seal_text(PLACE, row, "096190999912")
    assert after[1:5] != before[1:5]
    opened = [other.open_text(PLACE, row, sealed) for sealed in (before, between, after)]
    assert opened == ["096190999910", "096190999911", "096190999912"]
    assert one.index(PLACE, "x") == other.index(PLACE, "x")


async def test_after_a_rewrap_the_old_master_key_may_go(engines: Engines, path: Path) -> None:
    vault, row = await _vault(engines, path), uuid7()
    sealed = vault.seal_text(PLACE, row, "096190999910")
    keyring.rotate(path)
    await _rotate(engines, await _vault(engines, path))
    versions = await engines.pool.fetch("select distinct key_version from data_key")
    assert [one["key_version"] for one in versions] == [2]
    _forget(path, version=1)
    assert (await _vault(engines, path)).open_text(PLACE, row, sealed) == "096190999910"


async def test_a_master_key_that_is_nowhere_is_said(engines: Engines, path: Path) -> None:
    await engines.pool.execute("update data_key set key_version = 7")
    with pytest.raises(KeyMissing, match="version 7"):
        await _vault(engines, path)
