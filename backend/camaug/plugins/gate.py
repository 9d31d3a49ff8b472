"""What stands around every call of a plugin: deadline, room, and what its failure becomes.

Nothing that a handler raises gets past the gate but a problem, `SystemExit` included. How
its calls ended is told to a breaker.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, Literal, NoReturn
from uuid import UUID

import structlog
from litestar.types import Message, Send
from prometheus_client import Counter

from camaug.kernel.threads import WHOSE
from camaug.plugins import guard
from camaug.plugins.accounting import Use
from camaug.plugins.breaker import Breaker
from camaug.plugins.rates import PER_MINUTE, Rates
from camaug.plugins.recorder import Recorder
from camaug_sdk.problems import Problem, TooMany, Unavailable

log = structlog.get_logger()
FAILURES = Counter("camaug_plugin_failures_total", "Failed calls", ["plugin_id", "kind"])
DEADLINE_SECONDS = 10.0
MOST_BYTES = 8 * 1024 * 1024
"""Of one answer; files come from the object store."""
MOST_AT_ONCE = 32
"""Calls of one plugin that one process runs at a time."""
MOST_WAITING = 96
"""Calls that wait for room besides; a busy second is served late, more is turned away."""
WAIT_SECONDS = 3.0
"""So long a call waits for room, of its own deadline nothing is used up."""
HEADERS = frozenset(
    (
        b"allow", b"cache-control", b"content-disposition", b"content-encoding",
        b"content-language", b"content-type", b"etag", b"last-modified",
        b"location", b"retry-after", b"vary",
    )
)  # fmt: skip
"""What a plugin's answer may carry; cookies and security headers are the host's."""
TYPES = re.compile(
    rb"(application/(vnd\.camaug\.screen\+json|problem\+json|json|pdf|octet-stream)"
    rb"|image/(png|jpeg|webp)|text/(plain|csv|calendar))(;.*)?"
)
"""What a plugin may answer; anything else, such as a page with a script, is a file to save."""
LONGEST_HEADER = 4096
NO_BODY = (204, 304)
Failure = Literal["error", "deadline"]


class TooBig(Exception):
    """The plugin answers more than anybody wants."""


class TooSlow(Problem):
    """The plugin did not answer in time."""

    status: ClassVar[int] = 504
    code = "plugin_deadline"


class Answer:
    """Sends on what a plugin answers, without the headers that are not its own to set."""

    __slots__ = ("_send", "_start", "size", "status")

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0
        self.size = 0
        self._start: Any = None

    async def __call__(self, message: Message) -> None:
        """One ASGI message."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = _kept(list(message["headers"]))
            self._start = message  # until there is a body that may follow it
            return
        if message["type"] == "http.response.body":
            self.size += len(message.get("body", b""))
            if self.size > MOST_BYTES:
                raise TooBig(self.size)
        if self._start is not None:
            start, self._start = self._start, None
            if not message.get("more_body") and self.status not in NO_BODY:
                start["headers"] = [*start["headers"], (b"content-length", b"%d" % self.size)]
            await self._send(start)
        await self._send(message)


def _kept(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Those that a plugin may set. The length is counted, not believed."""
    kept = [
        (name.lower(), value)
        for name, value in headers
        if name.lower() in HEADERS and len(value) <= LONGEST_HEADER
    ]
    found = dict(kept)
    if b"cache-control" not in found:
        kept.append((b"cache-control", b"private, no-store"))
    if not TYPES.fullmatch(found.get(b"content-type", b"application/octet-stream").lower()):
        kept = [pair for pair in kept if pair[0] not in (b"content-type", b"content-disposition")]
        kept += [
            (b"content-type", b"application/octet-stream"),
            (b"content-disposition", b"attachment"),
        ]
    return kept


class Gate:
    """The limits of one plugin in this process."""

    def __init__(
        self,
        plugin_id: str,
        give_up: Callable[[str], None],
        recorder: Recorder,
        *,
        deadline: float = DEADLINE_SECONDS,
        room: int = MOST_AT_ONCE,
        most_waiting: int = MOST_WAITING,
        wait: float = WAIT_SECONDS,
    ) -> None:
        self.plugin_id = plugin_id
        self._give_up = give_up
        self._recorder = recorder
        self._breaker = Breaker()
        self._rates = Rates()
        self.use = Use()
        self._deadline = deadline
        self._room = asyncio.Semaphore(room)
        self._most_waiting = most_waiting
        self._wait = wait
        self._waiting = 0

    async def run(
        self, work: Callable[[Send], Awaitable[None]], send: Send, who: UUID | None = None
    ) -> None:
        """Run one call. Raises `Problem`s only, and the cancellation of the request itself.

        `who` is the account that calls; of those who are nobody the address has a limit.
        """
        if who is not None and (seconds := self._rates.wait(who)):
            self._turn_away("rate", TooMany("plugin_rate", retry_after=seconds, many=PER_MINUTE))
        if self._room.locked():
            await self._wait_for_room()
        else:
            await self._room.acquire()
        self._recorder.begin(self.plugin_id)
        whose = WHOSE.set(self.plugin_id)
        tokens = structlog.contextvars.bind_contextvars(plugin_id=self.plugin_id)
        try:
            with self.use.timed():
                await self._within(work, Answer(send))
        finally:
            if guard.restored():  # by this call or by what another left behind: nobody is blamed
                log.warning("process_restored")
            structlog.contextvars.reset_contextvars(**tokens)
            WHOSE.reset(whose)
            self._recorder.end(self.plugin_id)
            self._room.release()

    def forget(self) -> None:
        """Begin anew: what failed before a rest says nothing about what is served after it."""
        self._breaker.forget()

    async def _wait_for_room(self) -> None:
        if self._waiting < self._most_waiting:
            self._waiting += 1
            try:
                async with asyncio.timeout(self._wait):
                    await self._room.acquire()
            except TimeoutError:
                pass
            else:
                return
            finally:
                self._waiting -= 1
        self._turn_away("busy", Unavailable("plugin_busy", retry_after=1))

    def _turn_away(self, why: str, problem: Problem) -> NoReturn:
        """Raise the problem; it is no failure of the utility."""
        FAILURES.labels(self.plugin_id, why).inc()
        self.use.turned_away += 1
        raise problem

    async def _within(self, work: Callable[[Send], Awaitable[None]], answer: Answer) -> None:
        limit = asyncio.timeout(self._deadline)
        try:
            async with limit:
                await work(answer)
        except (Problem, GeneratorExit):
            raise
        except BaseException as error:
            if limit.expired():
                self._failed("deadline")
                raise TooSlow from None
            if isinstance(error, asyncio.CancelledError) and _cancelled():
                raise
            self._failed("error")
            log.exception("plugin_failed", error=type(error).__name__)
            raise Problem from error
        if answer.status == 500:  # noqa: PLR2004  (its own error; 503 is that of something behind)
            self._failed("error")
        else:
            self._breaker.add(failed=False)

    def _failed(self, failure: Failure) -> None:
        """Count a failure; one too many and the plugin is given up, with a word on what was seen.

        Being busy is none: what many people want at once must not be taken from them for it.
        """
        FAILURES.labels(self.plugin_id, failure).inc()
        self.use.failed += failure == "error"
        self.use.late += failure == "deadline"
        if self._breaker.add(failed=True):
            failed, calls = self._breaker.share
            self._breaker.forget()
            self._give_up(f"{failed}/{calls}")


def _cancelled() -> bool:
    """Whether somebody asked this task to end; a plugin may raise `CancelledError` by itself."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
