"""Each notice has its words, and those at desks their picture."""

import msgspec
import pytest

from camaug.notices import desk_screens
from camaug.settings import ROOT

LOCALES = ROOT / "backend/camaug/notices/locales"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_notice_of_a_desk_has_a_picture(language: str) -> None:
    texts = msgspec.json.decode((LOCALES / f"{language}.json").read_bytes(), type=dict[str, object])
    told = {one.split(".")[1] for one in texts if one.startswith("desk_notice.")}
    assert told == set(desk_screens.ICONS)
