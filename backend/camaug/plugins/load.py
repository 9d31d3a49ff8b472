"""Loads a plugin that was taken in: verifies its files, imports it, makes its application."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from litestar import Litestar

from camaug.kernel.web import Engines
from camaug.plugins import build, discovery, fingerprint, importing, queries, services
from camaug.plugins.schemas import Seat
from camaug_sdk.context import Context
from camaug_sdk.manifest import Manifest
from camaug_sdk.plugin import Plugin

T = TypeVar("T")


class Broken(Exception):
    """A plugin that was taken in cannot be loaded, because of an error of its own."""


class Changed(Broken):
    """Its files are not those that were checked: not yet here, or not yet checked."""


async def application(seat: Seat, engines: Engines, makers: services.Makers) -> Litestar:
    """The application of one plugin, of the version that was checked. Raises `Broken`."""
    async with engines.pool.acquire() as conn:
        manifest = msgspec.convert(await queries.manifest(conn, seat.plugin_id), Manifest)
    return await _in_thread(lambda: _make(seat, manifest, engines, makers))


def _make(seat: Seat, manifest: Manifest, engines: Engines, makers: services.Makers) -> Litestar:
    def make(folder: Path) -> Litestar:
        own = build.texts(folder)
        context = services.context(manifest, engines, makers, own)
        ground = build.Ground(context=context, texts=own.over(engines.texts))
        return build.application(build.imported(seat.entry_point), manifest, ground)

    return _of_version(seat, make)


def _of_version(seat: Seat, make: Callable[[Path], T]) -> T:
    """What `make` gives for the files that were checked. Raises `Changed`."""
    package = seat.entry_point.partition(":")[0].partition(".")[0]
    with importing.of(package, seat.fingerprint):
        folder = _checked(seat)
        try:
            return make(folder)
        finally:
            _checked(seat)  # whatever came of it, they may have been replaced meanwhile


def _checked(seat: Seat) -> Path:
    """The folder of the package, if it holds what was checked. Raises `Changed`."""
    try:
        folder = discovery.package(seat.plugin_id, seat.entry_point)
        if fingerprint.of(folder, seat.entry_point) == seat.fingerprint:
            return folder
    except (OSError, discovery.Refusal):  # an installer is at work
        pass
    raise Changed("the files are not those that were checked; run camaug migrate")


async def background(
    seat: Seat, engines: Engines, makers: services.Makers
) -> tuple[Plugin, Context]:
    """What runs a plugin's jobs and events. Raises `Broken`."""
    async with engines.pool.acquire() as conn:
        manifest = msgspec.convert(await queries.manifest(conn, seat.plugin_id), Manifest)
    return await _in_thread(lambda: _background(seat, manifest, engines, makers))


def _background(
    seat: Seat, manifest: Manifest, engines: Engines, makers: services.Makers
) -> tuple[Plugin, Context]:
    def make(folder: Path) -> tuple[Plugin, Context]:
        context = services.context(manifest, engines, makers, build.texts(folder))
        return build.imported(seat.entry_point), context

    return _of_version(seat, make)


async def _in_thread(make: Callable[[], T]) -> T:
    """Run in a thread of its own, which may hang without holding the loop, a pool or the exit.

    Whatever is raised there arrives as `Broken`: a `SystemExit` would end the loop.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def run() -> None:
        try:
            value = make()
        except Changed as error:
            loop.call_soon_threadsafe(_unless_gone, future, future.set_exception, error)
        except BaseException as error:  # noqa: BLE001  (SystemExit at import is one of them)
            broken = Broken(f"{type(error).__name__}: {error}")
            broken.__cause__ = error
            loop.call_soon_threadsafe(_unless_gone, future, future.set_exception, broken)
        else:
            loop.call_soon_threadsafe(_unless_gone, future, future.set_result, value)

    threading.Thread(target=run, name="plugin import", daemon=True).start()
    return await future


def _unless_gone(future: asyncio.Future[T], settle: Callable[[Any], None], value: object) -> None:
    """Settle a future that nobody has cancelled meanwhile."""
    if not future.done():
        settle(value)
