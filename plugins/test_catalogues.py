"""What must hold for every plugin of this repository."""

import json
from pathlib import Path

import pytest

from camaug_sdk import manifest

ROOT = Path(__file__).parent
FOLDERS = sorted(ROOT.glob("*/camaug_*"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda one: one.parent.name)
def test_both_languages_have_the_same_texts(folder: Path) -> None:
    vi = json.loads((folder / "locales/vi.json").read_text(encoding="utf-8"))
    en = json.loads((folder / "locales/en.json").read_text(encoding="utf-8"))
    assert list(vi) == list(en)
    for text_id, text in vi.items():
        assert isinstance(text, dict) == isinstance(en[text_id], dict), text_id


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda one: one.parent.name)
def test_the_manifest_is_valid_and_named_like_the_folder(folder: Path) -> None:
    read = manifest.read((folder / "manifest.json").read_bytes())
    assert read.app_id == folder.parent.name
    assert folder.name == f"camaug_{read.app_id.replace('-', '_')}"
