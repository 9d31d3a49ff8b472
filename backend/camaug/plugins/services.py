"""Gives each plugin the services that its manifest asks for, and nothing beside them."""

from collections.abc import Callable, Mapping
from typing import Any

from camaug.agencies.actions import AgenciesService
from camaug.documents.actions import DocumentsService
from camaug.dossiers.counter_service import CounterService
from camaug.dossiers.measuring import MeasuresService
from camaug.dossiers.service import DossiersService
from camaug.identity.actions import PeopleService
from camaug.kernel.i18n import Catalogue
from camaug.kernel.web import Engines
from camaug.plugins.source import PROTOCOLS, methods
from camaug.plugins.tables import PluginDatabase
from camaug.procedures.actions import ProceduresService
from camaug_sdk.context import Context
from camaug_sdk.manifest import Manifest
from camaug_sdk.problems import NotGranted

Makers = Mapping[str, Callable[[Engines, str], object]]
"""Service to what makes it for the plugin of an id."""

CORE: Makers = {
    "procedures": lambda engines, _: ProceduresService(engines),
    "agencies": lambda engines, _: AgenciesService(engines),
    "people": lambda engines, _: PeopleService(engines),
    "documents": lambda engines, _: DocumentsService(engines),
    "dossiers": lambda engines, plugin_id: DossiersService(engines, plugin_id=plugin_id),
    "measures": lambda engines, _: MeasuresService(engines),
    "counter": lambda engines, plugin_id: CounterService(engines, plugin_id=plugin_id),
    "db": PluginDatabase,
}
"""The core's own implementations; tests pass others."""


class _Part:
    """The granted methods of one service; its others raise `NotGranted`."""

    def __init__(self, granted: Mapping[str, object], refused: Mapping[str, str]) -> None:
        self.__dict__.update(granted)
        self._refused = refused

    def __getattr__(self, name: str) -> Any:
        if name in self._refused:
            raise NotGranted(service=self._refused[name])
        raise AttributeError(name)


def context(manifest: Manifest, engines: Engines, makers: Makers, texts: Catalogue) -> Context:
    """The `app` argument of every handler of one plugin."""
    asked = {permission.service for permission in manifest.x_camaug.permissions}
    services: dict[str, object] = {"clock": engines.clock, "i18n": texts}
    for name, protocol in PROTOCOLS.items():
        needs = {method: name + side for method, side in methods(protocol).items()}
        if asked.intersection(needs.values()):
            whole = makers[name](engines, manifest.app_id)
            services[name] = _Part(
                {method: getattr(whole, method) for method in needs if needs[method] in asked},
                {method: need for method, need in needs.items() if need not in asked},
            )
    return Context(services)
