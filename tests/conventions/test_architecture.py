"""The picture and the page of the architecture are what the code is."""

import re

import pytest

from camaug import architecture
from camaug.settings import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text()


def test_the_committed_picture_is_drawn_from_the_code_of_now():
    committed = architecture.PICTURE.read_text(encoding="utf-8")
    assert committed == architecture.picture(), "run ./camaug architecture and look at it"


def test_every_feature_and_every_utility_is_in_the_picture():
    host = ROOT / "backend" / "camaug"
    features = {one.parent.name for one in host.glob("*/__init__.py")}
    utilities = {one.name for one in ROOT.glob("plugins/*/camaug_*")}
    assert features | utilities <= architecture.graph().keys()


def test_a_utility_stands_on_the_sdk_alone_and_the_sdk_on_nothing():
    parts = architecture.graph()
    for name in (one.name for one in ROOT.glob("plugins/*/camaug_*")):
        assert parts[name] == {architecture.SDK}
    assert parts[architecture.SDK] == set()


def test_a_circle_of_imports_has_no_picture():
    with pytest.raises(ValueError, match="one > two > one"):
        architecture.layers({"one": {"two"}, "two": {"one"}})


def test_what_the_page_names_is_there():
    names = set(re.findall(r"`((?:backend|plugins|deploy|docs|alembic|miniapps)/[\w./-]+)`", PAGE))
    assert len(names) > 10
    assert [name for name in sorted(names) if not (ROOT / name).exists()] == []
