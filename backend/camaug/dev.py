"""The commands that run the system on one machine: `dev`, `test` and `engines`.

All three start the embedded engines under one supervisor, which ends everything with them.
"""

import argparse
import os
import signal
import socket
import sys
import textwrap
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from camaug import development, embedded, steps, supervise, webbuild
from camaug.development import HOST
from camaug.embedded import Running
from camaug.place import AlreadyRunning, Place
from camaug.settings import ROOT
from camaug.steps import StepFailed
from camaug.supervise import Child, ChildEnded, Interrupted, NotReady, Supervisor

_READY_S = 120.0
_IN_PARALLEL = ("--numprocesses=2", "--dist=worksteal")
Work = Callable[[Supervisor, Place], int]


def run(args: argparse.Namespace) -> int:
    """`./camaug dev`: the whole system, until Ctrl-C. Ports from `args`."""
    return _supervised("dev", partial(_serve, args.port, args.simulators_port), web=True)


def run_tests(arguments: Sequence[str]) -> int:
    """`./camaug test`: pytest beside engines of its own; its exit code."""
    return _supervised("test", partial(_test, arguments), web=True)


def run_bench(arguments: Sequence[str]) -> int:
    """`./camaug bench`: measure beside engines of its own; the exit code of the bench."""
    argv = [sys.executable, "-m", "tests.bench.main", *arguments]
    return _supervised("bench", partial(_with_engines, argv, web=True), web=True)


def run_tool(module: str, arguments: Sequence[str]) -> int:
    """A program of `tests/tools` beside engines of its own; its exit code."""
    name = module.rpartition(".")[2]
    argv = [sys.executable, "-m", module, *arguments]
    return _supervised(name, partial(_with_engines, argv, web=True, in_memory=True), web=True)


def run_live_vectors(program: str, file: Path, json_path: Path | None) -> int:
    """`./camaug vectors` of a kind that needs a running system: beside engines of its own."""
    more = [] if json_path is None else [str(json_path.resolve())]
    argv = [sys.executable, "-m", program, str(file.resolve()), *more]
    return _supervised("vectors", partial(_with_engines, argv))


def run_engines(command: Sequence[str]) -> int:
    """`./camaug engines -- CMD`: a command beside engines of its own; its exit code."""
    argv = list(command[1:] if command[:1] == ["--"] else command)
    if not argv:
        steps.complain("engines needs a command: ./camaug engines -- CMD ...")
        return 2
    return _supervised("engines", partial(_with_engines, argv))


def _supervised(name: str, work: Work, *, web: bool = False) -> int:
    """Run `work` guarded and alone in its place; known failures are a few lines on stderr.

    `CAMAUG_INSTANCE` gives an instance another name, so that several run side by side.
    """
    try:
        place = Place(ROOT, os.environ.get("CAMAUG_INSTANCE") or name)
        lock = place.lock()
    except AlreadyRunning as other:
        steps.complain(f"{name} already runs here as process {other.pid}; end that one first")
        return 1
    except StepFailed as failure:
        steps.complain(str(failure))
        return 1
    except OSError as error:
        steps.complain(steps.os_error_cause(error))
        return 1
    try:
        return supervise.guarded(partial(_work, place, lock, work, web))
    finally:
        place.forget_memory()
        os.close(lock)


def _work(place: Place, lock: int, work: Work, web: bool) -> int:
    try:
        if web:
            webbuild.build(ROOT)  # while signals still interrupt; afterwards it only tells where
        return _watched(place, lock, work)
    except (ChildEnded, NotReady, StepFailed) as failure:
        steps.complain(str(failure))
    except OSError as error:
        steps.complain(steps.os_error_cause(error))
    return 1


def _watched(place: Place, lock: int, work: Work) -> int:
    supervisor = Supervisor(place.logs, keep_open=[lock])
    at_once = False
    try:
        return work(supervisor, place)
    except Interrupted as reason:
        at_once = reason.at_once
        raise
    finally:
        supervisor.stop(at_once=at_once)


def _serve(port: int, simulators_port: int, supervisor: Supervisor, place: Place) -> int:
    need_free(simulators_port, "--simulators-port")
    need_free(port, "--port")
    held = hold(port)
    web = webbuild.build(ROOT)
    with steps.step("Engines (PostgreSQL, Valkey, object store)"):
        development.start_simulators(supervisor, place, simulators_port)
        running = embedded.start(supervisor, place)
    env = development.settings(place, running)
    env |= development.addresses(place, web, port, simulators_port)
    development.make_keyring(supervisor, place, env)
    development.remember(place, env | development.migrator(running))
    _prepare_data(supervisor, place, env, running)
    with steps.step("API and worker"):
        supervisor.start(development.command("serve", env, "--listen", f"{HOST}:{port}"))
        supervisor.start(development.command("worker", env))
        ready = f"http://{HOST}:{port}/health/ready"
        supervisor.wait_until(partial(_answers, ready), name="serve", timeout_s=_READY_S)
        outside = f"http://{HOST}:{simulators_port}/"
        supervisor.wait_until(partial(_answers, outside), name="simulators", timeout_s=_READY_S)
    held.close()
    _greet(place, port, simulators_port)
    try:
        supervisor.watch()
    except Interrupted as reason:
        if reason.at_once:
            raise
        steps.say("\nEnding …")
        return 0  # this is how it is meant to end


def _prepare_data(
    supervisor: Supervisor, place: Place, env: Mapping[str, str], running: Running
) -> None:
    """Migrate and seed, unless nothing of what these depend on has changed since the last time."""
    mark, now = place.data / "prepared", development.fingerprint()
    if steps.is_done(mark, now):
        return
    with steps.step("Database"):
        migrator = development.migrator(running)
        development.must(supervisor, development.command("migrate", {**env, **migrator}))
    with steps.step("Catalogue and demo people"):
        development.must(supervisor, development.command("seed", env, "--demo"))
    people = place.base / "people.txt"
    people.touch(mode=0o600)
    people.write_bytes((place.logs / "seed.log").read_bytes())
    mark.write_text(now)


def _test(arguments: Sequence[str], supervisor: Supervisor, place: Place) -> int:
    """Pytest; a whole run in two processes, which take work from each other."""
    web = webbuild.build(ROOT)
    with steps.step("Engines (PostgreSQL, Valkey, object store)"):
        env = _start_for_tests(supervisor, place, in_memory=True)
    return supervisor.run(
        Child(
            name="pytest",
            argv=[sys.executable, "-m", "pytest", *(arguments or _IN_PARALLEL)],
            env=env | {"CAMAUG_WEB_DIR": str(web)},
            cwd=ROOT,
            stop=signal.SIGINT,
            on_terminal=True,
        )
    )


def _with_engines(
    argv: Sequence[str],
    supervisor: Supervisor,
    place: Place,
    *,
    web: bool = False,
    in_memory: bool = False,
) -> int:
    env = _start_for_tests(supervisor, place, in_memory=in_memory)
    if web:
        env |= {"CAMAUG_WEB_DIR": str(webbuild.build(ROOT))}
    return supervisor.run(
        Child(name="command", argv=argv, env=env, stop=signal.SIGINT, on_terminal=True)
    )


def _start_for_tests(
    supervisor: Supervisor, place: Place, *, in_memory: bool = False
) -> dict[str, str]:
    """Engines with all their settings, that of the superuser included, who clones databases."""
    running = embedded.start(supervisor, place, empty_template=True, in_memory=in_memory)
    env = development.settings(place, running) | development.migrator(running)
    env |= {"CAMAUG_ENV": "test", "CAMAUG_TEST_ADMIN_URL": running.admin_url}
    development.make_keyring(supervisor, place, env)
    return env


def need_free(port: int, option: str) -> None:
    """Raise `StepFailed` if another program has this port; `option` chooses another one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise StepFailed(
                f"port {port} on {HOST} cannot be used ({error.strerror}); "
                f"choose another one by {option}"
            ) from None


def hold(port: int) -> socket.socket:
    """Keep a free port from other launchers until our server, which shares its port, has it too.

    It shares it among its own processes by SO_REUSEPORT, and so would take that of another
    instance without an error. This socket does not listen: no connection ever comes to it.
    """
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    with suppress(OSError):  # a connection that is just closing bars us for a while, not the server
        held.bind((HOST, port))
    return held


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310  (our own)
            return answer.status == 200  # noqa: PLR2004
    except (OSError, urllib.error.URLError):
        return False


def _greet(place: Place, port: int, simulators_port: int) -> None:
    people = textwrap.indent((place.base / "people.txt").read_text().rstrip(), "  ")
    steps.say(
        f"\nCaMau-G Open is running.\n"
        f"  Citizens    http://{HOST}:{port}/\n"
        f"  Staff       http://{HOST}:{port}/console\n"
        f"  Simulators  http://{HOST}:{simulators_port}/  (text messages, lock screens)\n"
        f"  Logs        {place.logs}\n"
        f"\nWho can sign in (here only, these people are invented):\n{people}\n"
        f"  The code that the app of one of the staff shows: ./camaug staff code LOGIN\n"
        f"\nCtrl-C ends everything."
    )
