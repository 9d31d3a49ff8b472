"""Asks twins of requests in random order, takes their times, and says whether they differ.

A twin is a request about something that exists and one about something that does not. What is
compared is what a stranger sees: status, headers, body, and the time until the answer is whole.
"""

import math
import random
import re
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from camaug.kernel.ids import uuid7

CHANCE = random.Random(31)  # noqa: S311  (an order, no secret)
LEAST_MS = 0.1
"""A difference that nobody sees who is allowed a hundred tries an hour from one address."""
LEAST_AUC, SIGMAS = 0.05, 4.0
"""So far from 0.5 chance does not bring it: four of its standard deviations, 0.05 for 2,000."""
OWN = ("x-request-id", "date", "ratelimit")
"""Headers that differ between any two answers."""


MADE = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""An id that was made for the answer."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One request as the client sends it."""

    method: str
    path: str
    body: object = None
    token: str = ""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back, and how long it took in milliseconds."""

    status: int
    headers: dict[str, str]
    body: bytes
    ms: float

    def told(self, *names: str) -> tuple[int, dict[str, str], bytes]:
        """All of it, without `names` that were sent and what differs between any two answers."""
        text = self.body.decode()
        for name in (self.headers.get("x-request-id", ""), *names):
            text = text.replace(name, "…") if name else text
        text = MADE.sub("…", text)
        kept = {name: value for name, value in self.headers.items() if name not in OWN}
        return self.status, kept | {"content-length": str(len(text))}, text.encode()


Ask = Callable[[Request, str], Awaitable[Answer]]
"""Sends a request from an address."""
Asked = tuple[Request, tuple[str, ...]]
"""A request, and what of it may come back in the answer."""
Make = Callable[[], Awaitable[Asked]]
"""Gives the next request of its kind."""


class Twin(msgspec.Struct, frozen=True, kw_only=True):
    """Two kinds of requests that a stranger must not tell apart."""

    name: str
    known: Make
    unknown: Make


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What the times of a twin say."""

    name: str
    number: int
    known_ms: float
    unknown_ms: float
    auc: float
    low_ms: float
    high_ms: float
    answers: int
    """Different answers; one is right."""

    @property
    def difference(self) -> float:
        """Of the medians, in milliseconds."""
        return self.known_ms - self.unknown_ms

    @property
    def tells(self) -> bool:
        """Whether an attacker would tell the two apart.

        By the answer; or by the time, when ranks and medians agree that it differs by something
        that can be used. Ranks alone would call a difference of microseconds one, as nothing
        lies between the clock and the application here.
        """
        half = self.number / 2
        chance = SIGMAS * math.sqrt((self.number + 1) / (12 * half * half))
        apart = abs(self.auc - 0.5) > max(LEAST_AUC, chance)
        sure = not self.low_ms <= 0 <= self.high_ms
        return self.answers > 1 or (apart and sure and abs(self.difference) > LEAST_MS)

    def line(self) -> str:
        """For a table."""
        return (
            f"{self.name:<44} n={self.number} known={self.known_ms:.3f} ms"
            f" unknown={self.unknown_ms:.3f} ms difference={self.difference:+.3f} ms"
            f" [{self.low_ms:+.3f}, {self.high_ms:+.3f}] AUC={self.auc:.3f}"
            f" answers={self.answers}"
        )


def source() -> str:
    """An address that has asked nothing yet."""
    number = uuid7().int
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


async def measured(twin: Twin, ask: Ask, number: int) -> Measured:
    """`number` requests in all, in random order, each from another address."""
    order = [True, False] * (number // 2)
    CHANCE.shuffle(order)
    times: dict[bool, list[float]] = {True: [], False: []}
    told: set[str] = set()
    for kind in (True, False, *order):
        request, names = await (twin.known if kind else twin.unknown)()
        answer = await ask(request, source())
        told.add(repr(answer.told(*names)))
        times[kind].append(answer.ms)
    known, unknown = times[True][1:], times[False][1:]
    low, high = interval(known, unknown)
    return Measured(
        name=twin.name,
        number=len(known) + len(unknown),
        known_ms=statistics.median(known),
        unknown_ms=statistics.median(unknown),
        auc=auc(known, unknown),
        low_ms=low,
        high_ms=high,
        answers=len(told),
    )


def auc(some: Sequence[float], others: Sequence[float]) -> float:
    """How often one of `some` took longer than one of `others`; 0.5 when nothing tells them apart.

    The Mann-Whitney statistic: a single slow answer weighs no more than any other.
    """
    ranked = sorted((value, kind) for kind, values in enumerate((others, some)) for value in values)
    ranks = sum(rank for rank, (_, kind) in enumerate(ranked, 1) if kind)
    return (ranks - len(some) * (len(some) + 1) / 2) / (len(some) * len(others))


def interval(
    some: Sequence[float], others: Sequence[float], again: int = 200
) -> tuple[float, float]:
    """The bootstrap's 95 % interval of the difference of the medians."""
    drawn = sorted(
        statistics.median(CHANCE.choices(some, k=len(some)))
        - statistics.median(CHANCE.choices(others, k=len(others)))
        for _ in range(again)
    )
    return drawn[again * 25 // 1000], drawn[again * 975 // 1000]


def within(served: Any, origin: str) -> Ask:
    """Asks an application in this process, through all of its layers."""
    host = origin.partition("//")[2]

    async def ask(request: Request, address: str) -> Answer:
        body = b"" if request.body is None else msgspec.json.encode(request.body)
        path, _, query = request.path.partition("?")
        headers = [("host", host), *sent(request, body)]
        scope: dict[str, Any] = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http",
            "method": request.method, "path": path, "raw_path": path.encode(), "root_path": "",
            "query_string": query.encode(), "client": (address, 1), "server": ("test", 80),
            "headers": [(name.encode(), text.encode()) for name, text in headers],
        }  # fmt: skip
        got: list[Any] = []
        waiting = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Any:
            return waiting.pop() if waiting else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            got.append(message)

        began = time.perf_counter()
        await served(scope, receive, send)
        took = time.perf_counter() - began
        seen = {name.decode().lower(): value.decode() for name, value in got[0]["headers"]}
        told = b"".join(part.get("body", b"") for part in got[1:])
        return Answer(status=got[0]["status"], headers=seen, body=told, ms=took * 1000)

    return ask


def sent(request: Request, body: bytes) -> list[tuple[str, str]]:
    """The headers of a native client."""
    headers = [
        ("accept-language", "vi"),
        ("idempotency-key", str(uuid7())),
        ("x-camaug-client", "native"),
        ("content-length", str(len(body))),
    ]
    if body:
        headers.append(("content-type", "application/json"))
    if request.token:
        headers.append(("authorization", f"Bearer {request.token}"))
    return headers
