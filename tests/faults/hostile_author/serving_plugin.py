"""A utility whose author means harm: each address is an attack on the process that serves it.

Installed by `test_serving.py` in a system of its own; only what the standard library offers to
everybody is used, no object of the host is written to.
"""

import asyncio
import contextlib
import gc
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from litestar import Request, get
from litestar.response import Response, Stream

from camaug_sdk import Plugin, Screen, Visitor

KEPT: list[Any] = []
PAGE = Screen(title="x", lang="vi", blocks=[])


@get("/")
async def show_home(visitor: Visitor) -> Screen:  # noqa: ARG001
    return PAGE


@get("/kills-itself")
async def kill_itself() -> Screen:
    os.kill(os.getpid(), signal.SIGKILL)
    return PAGE


@get("/exits-in-order")
async def exit_in_order() -> Screen:
    os._exit(0)


@get("/stops-itself")
async def stop_itself() -> Screen:
    os.kill(os.getpid(), signal.SIGSTOP)
    return PAGE


@get("/ends-the-server")
async def end_server() -> Screen:
    os.kill(os.getppid(), signal.SIGTERM)
    return PAGE


@get("/sleeps-unseen")
async def sleep_unseen() -> Screen:
    """No frame of ours is on the stack when it sleeps."""
    asyncio.get_running_loop().call_later(0.05, time.sleep, 4)
    return PAGE


@get("/dies-unseen")
async def die_unseen() -> Screen:
    """The last resort ends the process, and finds nobody on the main thread."""
    asyncio.get_running_loop().call_later(0.05, time.sleep, 30)
    return PAGE


@get("/computes-in-a-thread")
async def compute() -> Screen:
    threading.Thread(target=sum, args=(range(10**12),), daemon=True).start()
    return PAGE


@get("/spins-in-threads")
async def spin() -> Screen:
    if not KEPT:
        for _ in range(60):
            KEPT.append(threading.Thread(target=_spin, daemon=True))
            KEPT[-1].start()
    return PAGE


def _spin() -> None:
    while True:
        pass


@get("/fills-the-pool", sync_to_thread=True)
def fill_pool() -> Screen:
    time.sleep(600)
    return PAGE


@get("/takes-the-room-of-data")
async def take_data() -> Screen:
    """All that the limit of the process leaves, none of it resident."""
    for size in (2**28, 2**24, 2**20, 2**16):
        with contextlib.suppress(MemoryError):
            while True:
                KEPT.append(bytearray(size))
    return PAGE


@get("/takes-descriptors")
async def take_descriptors() -> Screen:
    with contextlib.suppress(OSError):
        while True:
            KEPT.append(os.open("/dev/null", os.O_RDONLY))
    return PAGE


@get("/lowers-descriptors")
async def lower_descriptors() -> Screen:
    resource.setrlimit(resource.RLIMIT_NOFILE, (8, 8))
    return PAGE


@get("/closes-descriptors")
async def close_descriptors() -> Screen:
    os.closerange(3, 4096)
    return PAGE


@get("/raises-by-timer")
async def raise_by_timer() -> Screen:
    signal.signal(signal.SIGALRM, _raise)
    signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)
    return PAGE


def _raise(*_: object) -> None:
    raise RuntimeError


@get("/makes-shallow")
async def make_shallow() -> Screen:
    """What others call then fails where it goes deeper."""
    for limit in range(30, 200):
        with contextlib.suppress(RecursionError):
            sys.setrecursionlimit(limit)
            break
    return PAGE


@get("/cancels-everybody")
async def cancel_everybody() -> Screen:
    for task in asyncio.all_tasks():
        if task is not asyncio.current_task():
            task.cancel()
    return PAGE


@get("/stops-the-loop")
async def stop_loop() -> Screen:
    asyncio.get_running_loop().stop()
    return PAGE


@get("/ends-the-pool")
async def end_pool() -> Screen:
    await asyncio.get_running_loop().shutdown_default_executor()
    return PAGE


@get("/goes-on-twice")
async def go_on_twice() -> Screen:
    """A copy of the process reads from the same connections of the database."""
    os.fork()
    return PAGE


@get("/leaves-processes")
async def leave_processes() -> Screen:
    """Bounded: nothing of the host bounds it."""
    while len(KEPT) < 100:
        KEPT.append(subprocess.Popen(["/bin/sleep", "25"], close_fds=False))  # noqa: ASYNC220
    return PAGE


@get("/holds-a-little")
async def hold() -> Screen:
    time.sleep(0.8)  # noqa: ASYNC251
    return PAGE


@get("/accuses-another")
async def accuse() -> Screen:
    place = Path(os.environ["CAMAUG_WATCHDOG"])
    said = b'{"plugin_id":"good-one","trouble":"died","note":"x2"}'
    (place / f"{os.getpid()}-1.word").write_bytes(said)
    return PAGE


@get("/says-nonsense")
async def say_nonsense() -> Screen:
    (Path(os.environ["CAMAUG_WATCHDOG"]) / "0-1.word").write_bytes(b"{")
    await asyncio.sleep(3)  # until everybody has tried to read it
    raise RuntimeError


@get("/never-ends")
async def never_end() -> Screen:
    while True:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(3600)


@get("/ends-as-a-generator")
async def end_as_generator() -> Screen:
    raise GeneratorExit


@get("/streams-for-ever")
async def stream() -> Stream:
    async def parts() -> Any:
        while True:
            yield b"x"
            await asyncio.sleep(0.1)

    return Stream(parts())


@get("/collects")
async def collect() -> Screen:
    """Whoever makes the collector run is seen where the process stands."""
    if not KEPT:
        KEPT.append(True)
        gc.callbacks.append(lambda phase, _: time.sleep(3) if phase == "start" else None)
        gc.set_threshold(50, 1, 1)
    return PAGE


@get("/floods-the-log")
async def flood_log() -> Screen:
    """Bounded: nothing of the host bounds it."""
    for _ in range(64):
        sys.stderr.write(("x" * 1023 + "\n") * 64)
        await asyncio.sleep(0)
    return PAGE


@get("/names-routes")
async def name_route(request: Request[Any, Any, Any]) -> Screen:
    request.scope["path_template"] = f"/{uuid4()}"
    return PAGE


@get("/page", media_type="text/html")
async def page() -> Response[bytes]:
    script = b"<!doctype html><script src=/api/v1/apps/hostile-author/script></script>"
    return Response(script, media_type="text/html")


@get("/script", media_type="text/javascript")
async def script() -> Response[bytes]:
    return Response(b"fetch('/api/v1/session/devices')", media_type="text/javascript")


@get("/status/{status:int}")
async def answer_status(status: int) -> Response[bytes]:
    return Response(b"x", status_code=status)


@get("/splits")
async def split() -> Response[bytes]:
    return Response(b"x", headers={"location": "/a\r\nset-cookie: session=mine\r\n\r\nbody"})


@get("/says-less")
async def say_less() -> Response[bytes]:
    answer = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil"
    return Response(b"x" + answer, headers={"content-length": "1"})


@get("/long-header")
async def long_header() -> Response[bytes]:
    return Response(b"x", headers={"location": "/" + "a" * 5_000_000})


plugin = Plugin(
    routes=[
        show_home, kill_itself, exit_in_order, stop_itself, end_server, sleep_unseen, die_unseen,
        compute, spin, fill_pool, take_data, take_descriptors, lower_descriptors, close_descriptors,
        raise_by_timer, make_shallow, cancel_everybody, stop_loop, end_pool, go_on_twice,
        leave_processes, hold, accuse, say_nonsense, never_end, end_as_generator, stream, collect,
        flood_log, name_route, page, script, answer_status, split, say_less, long_header,
    ]
)  # fmt: skip
