"""Ends a process whose event loop a plugin holds, and leaves word of which plugin it was.

In one process an exception can be contained, a loop that never yields cannot. A thread watches the
loop; the word is a file, since a process in that state can write to no database. The next process,
or another one, reads it and suspends the plugin.
"""

import asyncio
import os
import re
import sys
import threading
import time
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType, FrameType
from typing import Any, cast

import msgspec

from camaug.plugins.schemas import Trouble

FOLDER = "CAMAUG_WATCHDOG"
"""Where processes of one server leave word; set by `kept`, read by its children."""
BEAT_SECONDS = 0.25
MOST_MISSED = 4
"""Beats: a loop that has not turned for so long while the watchdog itself had time is held."""
WORKED_TICKS = os.sysconf("SC_CLK_TCK") // 2
"""Half a second of processor time; with less the thread is not at fault but the busy machine."""
Packages = Callable[[], Mapping[str, str]]
"""The id of each plugin by the folder of its package; asked for only in trouble."""
_LINE = re.compile(r'^  File "(.+)", line (\d+) in ', re.MULTILINE)


class Word(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one process says of a plugin before it ends."""

    plugin_id: str
    trouble: Trouble
    note: str


@contextmanager
def kept() -> Generator[None]:
    """A folder for what the processes that are started within say."""
    with TemporaryDirectory(prefix="camaug-watchdog-") as folder:
        os.environ[FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[FOLDER]


def leave(word: Word) -> None:
    """Write it, whole or not at all."""
    place = folder()
    if place is not None:
        half = place / f"{os.getpid()}.half"
        half.write_bytes(msgspec.json.encode(word))
        half.rename(place / f"{os.getpid()}-{time.monotonic_ns()}.word")


def words(packages: Packages) -> list[tuple[Path, Word]]:
    """What has been left, each with its file, which goes when it has been acted upon."""
    place = folder()
    if place is None:
        return []
    said: list[tuple[Path, Word]] = []
    for path in sorted(place.glob("*.word")):
        with suppress(FileNotFoundError):  # another process was quicker
            raw = path.read_bytes()
            try:
                said.append((path, msgspec.json.decode(raw, type=Word)))
            except msgspec.MsgspecError:  # not ours: whoever runs here may write here
                path.unlink()
    for path in place.glob("*.trace"):
        if Path(f"/proc/{path.stem}").exists():
            continue
        with suppress(FileNotFoundError):
            text = path.read_text()
            if text and (word := _traced(text, packages())):
                said.append((path, word))
            else:  # nobody's fault that could be named: for whoever reads the log
                sys.stderr.write(text)
                path.unlink()
    return said


def trace() -> Path | None:
    """Where the last resort of this process writes; it works when Python no longer runs."""
    place = folder()
    return None if place is None else place / f"{os.getpid()}.trace"


def folder() -> Path | None:
    """Where word is left; None when nobody would read it."""
    name = os.environ.get(FOLDER)
    return Path(name) if name else None


def _traced(text: str, packages: Mapping[str, str]) -> Word | None:
    """The plugin nearest to where the process stood; the main thread is the last one.

    Where that only waits, the one plugin that is at work in another thread holds the interpreter.
    """
    *others, main = [_nearest(thread, packages) for thread in text.split("\n\n")]
    elsewhere = [word for word in others if word]
    alone = len({word.plugin_id for word in elsewhere}) == 1
    return main or (elsewhere[0] if alone else None)


def _nearest(thread: str, packages: Mapping[str, str]) -> Word | None:
    """The plugin of the innermost frame that is one's."""
    words = (_owner(name, int(line), packages) for name, line in _LINE.findall(thread))
    return next((word for word in words if word), None)


def _owner(name: str, line: int, packages: Mapping[str, str]) -> Word | None:
    for folder, plugin_id in packages.items():
        if name.startswith(f"{folder}/"):
            return Word(plugin_id=plugin_id, trouble="blocked", note=_place(name, line))
    return None


def _place(name: str, line: int) -> str:
    path = Path(name)
    return f"{path.parent.name}/{path.name}:{line}"


def _worked(task: Path) -> tuple[int, bool]:
    """Processor time of a thread in ticks, and whether it waits for something (proc(5))."""
    fields = task.read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12]), fields[0] in "SD"


class Watchdog:
    """Watches the loop of this process. `gate` is the code that runs every call of a plugin."""

    def __init__(self, gate: CodeType, packages: Packages) -> None:
        self._gate = gate
        self._packages = packages
        self._beats = 0
        self._next: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """While the loop serves, and where somebody reads what is said."""
        if folder() is None:
            yield
            return
        self._beat(asyncio.get_running_loop())
        stop = threading.Event()
        main, task = (
            threading.get_ident(),
            Path(f"/proc/self/task/{threading.get_native_id()}/stat"),
        )
        watching = threading.Thread(target=self._watch, args=(main, task, stop), daemon=True)
        watching.start()
        try:
            yield
        finally:
            stop.set()
            if self._next is not None:
                self._next.cancel()

    def _beat(self, loop: asyncio.AbstractEventLoop) -> None:
        """No task, which would have to wait for two turns of a busy loop."""
        self._beats += 1
        self._next = loop.call_later(BEAT_SECONDS, self._beat, loop)

    def _watch(self, main: int, task: Path, stop: threading.Event) -> None:
        seen, missed, before, began, asleep = -1, 0, None, 0, 0
        while not stop.wait(BEAT_SECONDS):
            if self._beats != seen:
                seen, missed, before, asleep = self._beats, 0, None, 0
                began, _ = _worked(task)
                continue
            missed += 1
            worked, sleeps = _worked(task)
            asleep += sleeps
            held = asleep >= MOST_MISSED - 1 or worked - began >= WORKED_TICKS
            word = self._blame(cast("Any", sys)._current_frames().get(main))  # noqa: SLF001
            same = word and before and word.plugin_id == before.plugin_id
            if missed >= MOST_MISSED and held and word and same:
                leave(word)
                os._exit(1)
            before = word

    def _blame(self, frame: FrameType | None) -> Word | None:
        """The plugin whose call or task the innermost frame is part of, and where it stands."""
        stack: list[FrameType] = []
        while frame is not None:
            stack.append(frame)
            frame = frame.f_back
        for one in stack:
            if one.f_code is self._gate:
                note = _place(stack[0].f_code.co_filename, stack[0].f_lineno)
                plugin_id = one.f_locals["self"].plugin_id
                return Word(plugin_id=plugin_id, trouble="blocked", note=note)
        packages = self._packages()
        owners = (_owner(one.f_code.co_filename, one.f_lineno, packages) for one in stack)
        return next((word for word in owners if word), None)
