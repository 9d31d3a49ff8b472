"""What no utility may do to the process, and threads of its own.

Each in a process of its own: an audit hook cannot be taken out.
"""

import subprocess
import sys
import textwrap

import pytest

BEFORE = """
import asyncio, os, resource, signal, subprocess, sys, threading, time
from camaug import processes
from camaug.kernel import threads
from camaug.plugins import guard
guard.set_up(processes.__file__)
"""


def run(program: str) -> str:
    done = subprocess.run(  # noqa: S603  (our own program)
        [sys.executable, "-c", BEFORE + textwrap.dedent(program)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "attack",
    [
        "os.kill(os.getpid(), signal.SIGSTOP)",
        "os.kill(os.getppid(), 0)",
        "os.killpg(os.getpgid(0), 0)",
        "signal.pthread_kill(threading.get_ident(), 0)",
        "os.fork()",
        "os.system('true')",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "os.execv('/bin/true', ['true'])",
        "subprocess.run(['true'])",
        "resource.setrlimit(resource.RLIMIT_NOFILE, (8, 8))",
    ],
)
def test_what_is_of_the_whole_process_is_refused(attack: str):
    program = f"""
    def try_it():
        try:
            {attack}
        except PermissionError as error:
            print("refused", error)
    try_it()
    thread = threading.Thread(target=try_it)
    thread.start()
    thread.join()
    """
    assert run(program).count("refused") == 2


def test_the_host_may_end_its_process():
    program = """
    signal.signal(signal.SIGTERM, lambda *_: print("told to end"))
    processes.kill(os.getpid(), signal.SIGTERM)
    """
    assert run(program) == "told to end\n"


def test_what_a_call_changed_for_all_is_put_back():
    program = """
    print(guard.restored())
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
    print(guard.restored(), signal.getitimer(signal.ITIMER_REAL))
    sys.setrecursionlimit(60)
    print(guard.restored(), sys.getrecursionlimit() == guard.DEPTH)
    """
    assert run(program) == "False\nTrue (0.0, 0.0)\nTrue True\n"


def test_a_utility_that_fills_its_threads_leaves_those_of_others():
    program = """
    async def call(whose, work):
        threads.WHOSE.set(whose)
        return await threads.run(work)

    async def main():
        for _ in range(threads.MOST + 20):
            asyncio.create_task(call("hangs", lambda: time.sleep(3600)))
        await asyncio.sleep(0.1)
        print(await asyncio.wait_for(call("good", lambda: threads.WHOSE.get()), 30))
        print(await asyncio.wait_for(call(None, lambda: "core"), 30))
        threads.POOL.shutdown()
        print(await asyncio.wait_for(call(None, lambda: "still there"), 30), flush=True)
        os._exit(0)

    asyncio.run(main())
    """
    assert run(program) == "good\ncore\nstill there\n"
