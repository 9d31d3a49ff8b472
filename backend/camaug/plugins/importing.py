"""Imports the code of a plugin as its files are now, also when other files of it run already.

An upgrade needs no new process: the modules of the old version leave `sys.modules` and those of
the new one are imported. What is being answered meanwhile ends on the old ones, which it still
holds; they go when nobody does.
"""

import importlib
import sys
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import (
    ExtensionFileLoader,
    ModuleSpec,
    PathFinder,
    SourceFileLoader,
)
from types import CodeType, ModuleType


class _Source(SourceFileLoader):
    """Compiles what it reads: a compiled file is not among those that are checked.

    And it may be of another version: Python takes it for current when size and second agree.
    """

    def get_code(self, fullname: str) -> CodeType:
        """Of the source as it is now."""
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


class _Finder(MetaPathFinder):
    """Finds the modules of plugins, by their source alone."""

    def __init__(self) -> None:
        self.packages: set[str] = set()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """None for whatever is of no plugin. Raises `ImportError` for a lonely compiled file."""
        if fullname.partition(".")[0] not in self.packages:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.loader is None or isinstance(spec.loader, ExtensionFileLoader):
            return spec
        if isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Source(spec.loader.name, spec.loader.path)
            return spec
        raise ImportError(f"{fullname} has no source", name=fullname)


_finder = _Finder()
sys.meta_path.insert(0, _finder)
_running: dict[str, str] = {}
"""Fingerprint of the version whose modules are in `sys.modules`, by package."""
_one_at_a_time = threading.Lock()


@contextmanager
def of(package: str, fingerprint: str) -> Generator[None]:
    """What is imported of `package` within is of the version with that fingerprint.

    When it fails, the modules that were there are there again. One version of a package at a time:
    the host makes one application of a plugin after the other.
    """
    before = _own(package)
    _finder.packages.add(package)
    if _running.get(package, fingerprint) != fingerprint:
        _forget(package)
        with _one_at_a_time:  # two threads at once remove the same entry twice
            importlib.invalidate_caches()
    try:
        yield
    except BaseException:
        _forget(package)
        sys.modules.update(before)
        raise
    _running[package] = fingerprint


def _own(package: str) -> dict[str, ModuleType]:
    """Its modules that are imported."""
    return {
        name: module
        for name, module in list(sys.modules.items())
        if name == package or name.startswith(f"{package}.")
    }


def _forget(package: str) -> None:
    for name in _own(package):
        del sys.modules[name]
