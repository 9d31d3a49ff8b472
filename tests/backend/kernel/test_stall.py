"""A process that is stuck says where, and ends."""

import subprocess
import sys

import pytest

PROGRAM = """
import asyncio, time
from camaug.asgi import watched

async def inner(scope, receive, send):
    await asyncio.sleep({busy})
    {block}
    await asyncio.sleep(0.3)
    print("ended in order")

asyncio.run(watched(inner, 1.5)({{"type": "lifespan"}}, None, None))
time.sleep({after})
print("afterwards")
"""


def run(block: str, busy: float = 0, after: float = 0) -> subprocess.CompletedProcess[str]:
    program = PROGRAM.format(block=block, busy=busy, after=after)
    return subprocess.run(  # noqa: S603  (our own program)
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(("busy", "after"), [(2.5, 0), (0, 2.5)], ids=["waits long", "stopped"])
def test_a_loop_that_turns_is_left_alone(busy: float, after: float) -> None:
    done = run("pass", busy, after)
    assert (done.returncode, done.stdout) == (0, "ended in order\nafterwards\n")


def test_a_loop_that_stands_ends_the_process_and_says_where() -> None:
    done = run("time.sleep(30)")
    assert (done.returncode, done.stdout) == (1, "")
    assert 'File "<string>", line 7 in inner' in done.stderr
