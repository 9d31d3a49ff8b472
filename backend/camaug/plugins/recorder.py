"""Which plugins a process is working for, kept where it outlives the process.

A plugin can end its process without a word: by a fault in C, by `os._exit`. The server's parent
process looks at what such a process was doing. One death proves nothing, since other plugins were
at work too; the one that was there each time is told apart by the second.
"""

import mmap
import os
import struct
import sys
from collections import Counter
from pathlib import Path

from camaug.plugins.watchdog import Word, folder, leave

SLOTS, NAME_BYTES = 1024, 60
LEAST_DEATHS = 2
NOT_ITS_OWN = frozenset((-9, -15))
"""Ends that come from outside: killed, told to end. One in order leaves no call under way."""
_COUNT = struct.Struct("I")
_SLOT = NAME_BYTES + _COUNT.size


class Recorder:
    """Counts the calls under way of each plugin, in a file of this process.

    The name behind them is of the call that ended last.
    """

    def __init__(self, path: Path | None) -> None:
        size = SLOTS * _SLOT + NAME_BYTES
        if path is None:
            self._map = mmap.mmap(-1, size)
        else:
            path.write_bytes(bytes(size))
            with path.open("r+b") as file:
                self._map = mmap.mmap(file.fileno(), size)
        self._places: dict[str, int] = {}
        self._last = ""
        self.working = Counter[str]()

    def begin(self, plugin_id: str) -> None:
        """A call begins."""
        self._put(plugin_id, 1)

    def end(self, plugin_id: str) -> None:
        """A call has ended."""
        self._put(plugin_id, -1)
        if plugin_id != self._last:
            self._last = plugin_id
            self._map[SLOTS * _SLOT :] = plugin_id.encode()[:NAME_BYTES].ljust(NAME_BYTES)

    def _put(self, plugin_id: str, by: int) -> None:
        self.working[plugin_id] += by
        at = self._places.get(plugin_id)
        if at is None:
            if len(self._places) == SLOTS:
                return
            at = self._places[plugin_id] = len(self._places) * _SLOT
            self._map[at : at + NAME_BYTES] = plugin_id.encode()[:NAME_BYTES].ljust(NAME_BYTES)
        _COUNT.pack_into(self._map, at + NAME_BYTES, self.working[plugin_id])


def end_with(_: object) -> None:
    """End this process with a task that must not end before it: somebody has cancelled it."""
    os._exit(1)


def own(pid: int) -> Path | None:
    """The file of a process; None when nobody keeps such files."""
    place = folder()
    return None if place is None else place / f"{pid}.calls"


def bury(pid: int, code: int | None) -> None:
    """Note what a process that has ended was doing, unless its end came from outside or is known.

    Called by the parent. Leaves word of the one plugin that was there most often, twice at least.
    """
    calls, place = own(pid), folder()
    if calls is None or place is None or not calls.exists():
        return
    working, last = _read(calls.read_bytes())
    calls.unlink()
    trace = place / f"{pid}.trace"
    known = list(place.glob(f"{pid}-*.word")) or (trace.exists() and trace.stat().st_size)
    working = working or (last if code else [])  # what a call left behind may be what ended it
    if code in NOT_ITS_OWN or known or not working:
        return
    sys.stderr.write(f"camaug: process {pid} died ({code}) working for {', '.join(working)}\n")
    (place / f"{pid}.dead").write_text("\n".join(working))
    deaths = list(place.glob("*.dead"))
    often = Counter(name for one in deaths for name in one.read_text().split()).most_common(2)
    (name, times), *others = often
    if times >= LEAST_DEATHS and (not others or others[0][1] < times):
        leave(Word(plugin_id=name, trouble="died", note=f"×{times}"))
        for one in deaths:
            one.unlink()


def _read(raw: bytes) -> tuple[list[str], list[str]]:
    """The plugins with calls under way, and the one, if any, whose call ended last."""
    last = raw[SLOTS * _SLOT :].rstrip(b" \0").decode()
    found: list[str] = []
    for at in range(0, SLOTS * _SLOT, _SLOT):
        name = raw[at : at + NAME_BYTES].rstrip(b" \0")
        if name and _COUNT.unpack_from(raw, at + NAME_BYTES)[0]:
            found.append(name.decode())
    return found, [last] if last else []
