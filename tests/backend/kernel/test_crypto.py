import stat
from pathlib import Path

import pytest

from camaug.kernel import keyring
from camaug.kernel.crypto import Sealed
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines


def test_a_keyring_is_made_once_and_only_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "keyring.json"
    keyring.ensure(path)
    first = path.read_bytes()
    keyring.ensure(path)
    assert path.read_bytes() == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_keyring_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keyring.json"
    keyring.ensure(path)
    path.chmod(0o640)
    with pytest.raises(keyring.KeyMissing, match="readable by others"):
        keyring.Keyring(path)


async def test_a_sealed_value_opens_only_in_its_own_row_and_column(engines: Engines) -> None:
    vault, row = engines.vault, uuid7()
    sealed = vault.seal_text("citizen|number", row, "096190999910")
    assert b"096190999910" not in sealed
    assert vault.open_text("citizen|number", row, sealed) == "096190999910"
    with pytest.raises(Sealed):
        vault.open_text("citizen|number", uuid7(), sealed)
    with pytest.raises(Sealed):
        vault.open_text("citizen|phone", row, sealed)
    with pytest.raises(Sealed):
        vault.open_text("citizen|number", row, sealed[:-1] + bytes([sealed[-1] ^ 1]))


async def test_two_seals_of_one_value_differ_and_its_index_does_not(engines: Engines) -> None:
    vault, row = engines.vault, uuid7()
    assert vault.seal_text("a|b", row, "x") != vault.seal_text("a|b", row, "x")
    assert vault.index("a|b", "x") == vault.index("a|b", "x") != vault.index("a|c", "x")


async def test_names_are_found_by_whole_words_in_any_order(engines: Engines) -> None:
    words = engines.vault.words
    stored = set(words("dossier|name", "Nguyễn Thị Đăng Nguyệt"))
    assert set(words("dossier|name", "nguyet dang")) <= stored
    assert not set(words("dossier|name", "nguy")) <= stored
