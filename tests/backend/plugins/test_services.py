"""A plugin has the services of its manifest, method by method, and no others."""

from typing import Any, cast

import msgspec
import pytest

from camaug.kernel.i18n import Catalogue
from camaug.kernel.web import Engines
from camaug.plugins import services, source
from camaug_sdk.context import Context
from camaug_sdk.manifest import Manifest
from camaug_sdk.problems import NotGranted
from camaug_sdk.services import Dossiers, Procedures

from .conftest import asks, manifest


class Whole:
    """Every method of every service, and what no Protocol has."""

    def __init__(self, plugin_id: str) -> None:
        self.plugin_id = plugin_id

    def __getattr__(self, name: str) -> str:
        return f"{self.plugin_id}.{name}"


class Clocks(msgspec.Struct):
    """Stands for the engines, of which only the clock is taken."""

    clock: str = "clock"


MAKERS: services.Makers = dict.fromkeys(source.PROTOCOLS, lambda _, plugin_id: Whole(plugin_id))


def granted(*asked: str) -> Any:
    says = msgspec.convert(manifest("some-one", permissions=asks(*asked)), Manifest)
    texts = Catalogue({"vi": {}, "en": {}})
    made: Context = services.context(says, cast("Engines", Clocks()), MAKERS, texts)
    return made


def test_the_sides_of_a_service_are_told_apart_by_who_asks():
    sides = source.methods(Dossiers)
    assert (sides["mine"], sides["submit"]) == ("", "")
    assert (sides["queue"], sides["at_desk"], sides["accept"]) == (".desk", ".desk", ".desk")
    assert set(source.methods(Procedures).values()) == {""}


def test_what_was_asked_for_is_there_and_made_for_this_plugin():
    app = granted("procedures", "dossiers")
    assert app.procedures.answer == "some-one.answer"
    assert app.dossiers.mine == "some-one.mine"
    assert app.clock == "clock"


@pytest.mark.parametrize(
    ("asked", "service", "method", "named"),
    [
        ((), "people", "profile", "people"),
        (("dossiers",), "dossiers", "queue", "dossiers.desk"),
        (("dossiers.desk",), "dossiers", "mine", "dossiers"),
    ],
)
def test_what_was_not_asked_for_raises_when_touched(
    asked: tuple[str, ...], service: str, method: str, named: str
):
    with pytest.raises(NotGranted) as refused:
        getattr(getattr(granted(*asked), service), method)
    assert refused.value.texts == {"service": named}


def test_what_no_protocol_has_is_not_there():
    with pytest.raises(AttributeError):
        _ = granted("procedures").procedures.plugin_id


def test_every_service_of_the_manifest_has_a_maker_and_a_protocol():
    assert set(services.CORE) == set(source.PROTOCOLS)
