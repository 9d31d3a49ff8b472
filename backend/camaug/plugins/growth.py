"""Whose calls a process grows by: what one plugin keeps is taken from all."""

import asyncio
import os
from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path

import structlog

from camaug.plugins.recorder import Recorder
from camaug.plugins.schemas import Trouble
from camaug.plugins.watchdog import Word

log = structlog.get_logger()
WEIGH_SECONDS = 0.25

MOST_MIB = 600
"""Resident; a process of fifty utilities has some 160."""
_PAGE_MIB = os.sysconf("SC_PAGE_SIZE") / 2**20


def resident_mib() -> float:
    """What this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_MIB


class Growth:
    """What grew while whom it worked for."""

    def __init__(self, most_mib: float = MOST_MIB) -> None:
        self._most = most_mib
        self._first = self._last = resident_mib()
        self._by = Counter[str]()

    @property
    def is_too_much(self) -> bool:
        """Whether the process had better be replaced."""
        return self._last > self._most

    def look(self, working: Collection[str]) -> None:
        """Note what was added since the last look, to all that were at work since."""
        now = resident_mib()
        for plugin_id in working:
            self._by[plugin_id] += max(0, int((now - self._last) * 1024))
        self._last = now

    def blame(self) -> Word | None:
        """The plugin by which most of it grew; None when none stands out."""
        grown = (self._last - self._first) * 1024
        for plugin_id, kib in self._by.most_common(1):
            if kib * 2 > grown:
                note = f"{kib // 1024} MiB"
                return Word(plugin_id=plugin_id, trouble="memory", note=note)
        return None


async def watch(
    recorder: Recorder,
    suspend: Callable[[str, Trouble, str], Awaitable[object]],
    leave: Callable[[], None],
) -> None:
    """Look at how this process grows; when it is too big, suspend who did it and leave."""
    growth = Growth()
    while not growth.is_too_much:
        before = {name for name, calls in recorder.working.items() if calls}
        await asyncio.sleep(WEIGH_SECONDS)
        growth.look(before | {name for name, calls in recorder.working.items() if calls})
    word = growth.blame()
    log.warning("process_too_big", plugin_id=word.plugin_id if word else None)
    if word is not None:
        await suspend(word.plugin_id, word.trouble, word.note)
    leave()
