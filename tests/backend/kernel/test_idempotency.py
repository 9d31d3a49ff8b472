"""One answer for one key: repeats, other bodies, copies that come while the first one runs."""

import asyncio
from typing import Any

import pytest

from camaug.kernel import db, idempotency
from camaug.kernel.web import Engines
from camaug_sdk.problems import Conflict, Invalid


class Writer:
    """Writes under keys; each write that really happens answers with its number."""

    def __init__(self, engines: Engines) -> None:
        self.engines = engines
        self.writes = 0
        self.begun, self.going = asyncio.Event(), asyncio.Event()
        self.going.set()
        self.fault: Invalid | None = None

    async def _write(self) -> int:
        self.writes += 1
        self.begun.set()
        await self.going.wait()
        if self.fault:
            raise self.fault
        return self.writes

    async def send(self, body: Any, *, scope: str = "me|write", key: str = "one-tap") -> int:
        async with db.transaction(self.engines.pool) as conn:
            return await idempotency.once(
                conn, int, self._write, scope=scope, key=key, body=body,
                now=self.engines.clock.now(),
            )  # fmt: skip


@pytest.fixture
def writer(engines: Engines) -> Writer:
    return Writer(engines)


async def test_a_repeat_gets_the_first_answer(writer: Writer):
    assert [await writer.send({"a": 1}) for _ in range(3)] == [1, 1, 1]
    assert writer.writes == 1


@pytest.mark.parametrize(("first", "second"), [("a", "b"), ("b", "a"), (None, ""), ("", None)])
async def test_a_used_key_is_refused_for_any_other_body(writer: Writer, first: Any, second: Any):
    await writer.send(first)
    with pytest.raises(Invalid, match="key_reused"):
        await writer.send(second)
    assert await writer.send(first) == 1


async def test_the_key_of_somebody_else_is_another_key(writer: Writer):
    assert await writer.send("a") == 1
    assert await writer.send("b", scope="you|write") == 2
    assert await writer.send("b", key="another-tap") == 3


async def test_a_copy_is_told_to_come_again_while_the_first_one_runs(writer: Writer):
    writer.going.clear()
    first = asyncio.create_task(writer.send("a"))
    await writer.begun.wait()
    with pytest.raises(Conflict, match="still_running"):
        await writer.send("a")
    writer.going.set()
    assert await first == await writer.send("a") == 1


async def test_what_failed_is_done_again(writer: Writer):
    writer.fault = Invalid("not_now")
    with pytest.raises(Invalid, match="not_now"):
        await writer.send("a")
    writer.fault = None
    assert await writer.send("b") == 2
