"""Tries a plugin out in a process of its own: `python -m camaug.plugins.probe ID`.

Imports it, makes its application as the host would, generates its OpenAPI, and writes what it
found as JSON to file descriptor `CAMAUG_PROBE_FD`, or to stdout. `trial` runs it within limits.
"""

import inspect
import os
import resource
import sys
from collections import Counter
from pathlib import Path

import msgspec
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.response import Response

from camaug.plugins import build, discovery, importing, source
from camaug.plugins.discovery import Refusal
from camaug.plugins.schemas import Checked, Finding, Found
from camaug_sdk.context import Context
from camaug_sdk.plugin import Plugin

CPU_SECONDS = 15
MEMORY_BYTES = 1024**3
LONGEST_DETAIL = 500


def main(plugin_id: str) -> None:
    """Report on the installed plugin of that id."""
    _limit()
    report = os.fdopen(int(os.environ.pop("CAMAUG_PROBE_FD", "1")), "wb", closefd=False)
    found = next((one for one in discovery.find() if one.plugin_id == plugin_id), None)
    if found is None:
        checked = Checked(finding="not_installed", detail=f"no entry point named {plugin_id}")
    else:
        checked = check(found)
    report.write(msgspec.json.encode(checked))
    report.flush()


def _limit() -> None:
    """A plugin that computes, grows or writes without end ends itself."""
    for what, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 1024**2),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def check(found: Found) -> Checked:
    """Everything that can be told about an installed plugin by looking, importing and building."""
    if found.finding:
        return Checked(finding=found.finding, detail=found.detail)
    try:
        source.check(found)
        plugin = _imported(found)
        _check_handlers(plugin)
        _check_background(found, plugin)
        _check_application(found, plugin)
    except Refusal as error:
        return Checked(finding=error.finding, detail=error.detail[:LONGEST_DETAIL])
    return Checked()


def _because(finding: Finding, error: BaseException) -> Refusal:
    return Refusal(finding, f"{type(error).__name__}: {error}")


def _imported(found: Found) -> Plugin:
    try:
        with importing.of(Path(found.folder).name, found.fingerprint):
            return build.imported(found.entry_point)
    except build.NoPlugin as error:
        raise Refusal("not_a_plugin", str(error)) from None
    except BaseException as error:  # noqa: BLE001  (SystemExit is one of them)
        raise _because("import_failed", error) from None


def _check_handlers(plugin: Plugin) -> None:
    """Only HTTP handlers that leave the loop free; each address once, and on its own side."""
    every: list[object] = [*plugin.routes, *plugin.desk]
    for one in every:
        if not isinstance(one, HTTPRouteHandler):
            raise Refusal("bad_handler", f"{one!r} is no HTTP route handler")
        if not inspect.iscoroutinefunction(one.fn) and not one.sync_to_thread:
            raise Refusal("bad_handler", f"{one.handler_name} is neither async nor sync_to_thread")
    citizen = [(method, path) for one in plugin.routes for method, path in _addresses(one)]
    desk = [(method, f"/desk{path}") for one in plugin.desk for method, path in _addresses(one)]
    for method, path in citizen:
        if path == "/desk" or path.startswith("/desk/"):
            raise Refusal("bad_path", f"{method} {path} belongs into `desk`, without the prefix")
    twice = [address for address, count in Counter(citizen + desk).items() if count > 1]
    if twice:
        raise Refusal("duplicate_route", ", ".join(" ".join(one) for one in twice))


def _check_background(found: Found, plugin: Plugin) -> None:
    """Events as the manifest lists them; jobs and events by async functions."""
    listed = set(found.manifest.x_camaug.events) if found.manifest else set[str]()
    if listed != set(plugin.events):
        different = ", ".join(sorted(listed ^ set(plugin.events)))
        raise Refusal("bad_handler", f"events differ from the manifest: {different}")
    own = f"{found.plugin_id}."
    if foreign := [one for one in listed if not one.startswith((own, "dossier."))]:
        raise Refusal("bad_handler", f"events of others: {', '.join(sorted(foreign))}")
    for name, one in [*plugin.events.items(), *plugin.jobs.items()]:
        if not inspect.iscoroutinefunction(one):
            raise Refusal("bad_handler", f"{name} is no async function")


def _addresses(handler: HTTPRouteHandler) -> list[tuple[str, str]]:
    return [(str(method), path) for method in handler.http_methods for path in handler.paths]


def _check_application(found: Found, plugin: Plugin) -> None:
    """Makes the application and its OpenAPI, and looks at what each handler says it returns."""
    if found.manifest is None:
        raise Refusal("manifest_missing", "no manifest")
    try:
        texts = build.texts(Path(found.folder))
    except (OSError, msgspec.MsgspecError, ValueError) as error:
        raise _because("locales_invalid", error) from None
    if lonely := texts.lonely():
        raise Refusal("locales_invalid", f"in one language only: {', '.join(lonely)}")
    ground = build.Ground(context=Context({}), texts=texts)
    openapi = OpenAPIConfig(
        title=found.plugin_id, version=found.version, path=build.NO_DOCS, render_plugins=[]
    )
    try:
        made = build.application(plugin, found.manifest, ground, openapi)
        _ = made.openapi_schema.to_schema()
        wrong = [str(one) for one in build.handlers(made) if not _answers(one)]
    except BaseException as error:  # noqa: BLE001  (whatever the annotations run into)
        raise _because("app_failed", error) from None
    if wrong:
        raise Refusal("bad_answer", f"neither Screen, Outcome nor Response: {', '.join(wrong)}")


def _answers(handler: HTTPRouteHandler) -> bool:
    """Whether a handler returns what the contract allows."""
    return build.shows(handler) or handler.parsed_fn_signature.return_type.is_subclass_of(Response)


if __name__ == "__main__":
    main(sys.argv[1])
