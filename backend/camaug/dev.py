"""The commands that run the system on one machine: `dev`, `test` and `engines`.

All three start the embedded engines under one supervisor, which ends everything with them.
"""

import argparse
import os
import signal
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from camaug import embedded, steps, supervise, webbuild
from camaug.embedded import Running
from camaug.place import AlreadyRunning, Place
from camaug.settings import ROOT
from camaug.steps import StepFailed
from camaug.supervise import Child, ChildEnded, Interrupted, NotReady, Supervisor

_HOST = "127.0.0.1"
_READY_S = 60.0
_INSTANCE = "CAMAUG_INSTANCE"
Work = Callable[[Supervisor, Place], int]


def run(args: argparse.Namespace) -> int:
    """`./camaug dev`: the whole system, until Ctrl-C. Ports from `args`."""
    return _supervised("dev", partial(_serve, args.port, args.simulators_port))


def run_tests(arguments: Sequence[str]) -> int:
    """`./camaug test`: pytest beside engines of its own; its exit code."""
    return _supervised("test", partial(_test, arguments))


def run_engines(command: Sequence[str]) -> int:
    """`./camaug engines -- CMD`: a command beside engines of its own; its exit code."""
    argv = list(command[1:] if command[:1] == ["--"] else command)
    if not argv:
        steps.complain("engines needs a command: ./camaug engines -- CMD ...")
        return 2
    return _supervised("engines", partial(_with_engines, argv))


def _supervised(name: str, work: Work) -> int:
    """Run `work` guarded and alone in its place; known failures are a few lines on stderr.

    `CAMAUG_INSTANCE` gives an instance another name, so that several run side by side.
    """
    place = Place(ROOT, os.environ.get(_INSTANCE) or name)
    try:
        lock = place.lock()
    except AlreadyRunning as other:
        steps.complain(
            f"{place.name} already runs here, as process {other.pid}; end that one first"
        )
        return 1
    except OSError as error:
        steps.complain(steps.os_error_cause(error))
        return 1
    try:
        return supervise.guarded(partial(_work, place, lock, work))
    finally:
        os.close(lock)


def _work(place: Place, lock: int, work: Work) -> int:
    at_once = False
    supervisor = Supervisor(place.logs, keep_open=[lock])
    try:
        return work(supervisor, place)
    except Interrupted as reason:
        at_once = reason.at_once
        return 0 if reason.signum == signal.SIGINT and place.name == "dev" else reason.exit_code
    except (ChildEnded, NotReady, StepFailed) as failure:
        steps.complain(str(failure))
    except OSError as error:
        steps.complain(steps.os_error_cause(error))
    finally:
        supervisor.stop(at_once=at_once)
    return 1


def _serve(port: int, simulators_port: int, supervisor: Supervisor, place: Place) -> int:
    for number, option in ((port, "--port"), (simulators_port, "--simulators-port")):
        _need_free(number, option)
    web = webbuild.build(ROOT)
    with steps.step("Engines (PostgreSQL, Valkey, object store)"):
        running = embedded.start(supervisor, place)
    env = _settings(place, running) | _development(place, web, port, simulators_port)
    _make_keys(supervisor, place, env)
    with steps.step("Database"):
        _must(supervisor, _command("migrate", env | _migrator(running)))
    with steps.step("Data and demo people"):
        _must(supervisor, _command("seed", env, "--demo"))
    with steps.step("API, worker, simulators"):
        _start_all(supervisor, place, env, port, simulators_port)
    _greet(place, port, simulators_port)
    supervisor.watch()


def _start_all(
    supervisor: Supervisor,
    place: Place,
    env: Mapping[str, str],
    port: int,
    simulators_port: int,
) -> None:
    state = str(place.data / "simulators")
    arguments = ("--port", str(simulators_port), "--state", state)
    supervisor.start(_simulators("simulators", *arguments))
    supervisor.start(_command("serve", env, "--listen", f"{_HOST}:{port}"))
    supervisor.start(_command("worker", env))
    for name, address in (
        ("serve", f"http://{_HOST}:{port}/health/ready"),
        ("simulators", f"http://{_HOST}:{simulators_port}/"),
    ):
        supervisor.wait_until(partial(_answers, address), name=name, timeout_s=_READY_S)


def _test(arguments: Sequence[str], supervisor: Supervisor, place: Place) -> int:
    env = {"CAMAUG_WEB_DIR": str(webbuild.build(ROOT))}
    with steps.step("Engines (PostgreSQL, Valkey, object store)"):
        running = embedded.start(supervisor, place, empty_template=True)
    env |= _settings(place, running) | _migrator(running)
    env |= {"CAMAUG_ENV": "test", "CAMAUG_TEST_ADMIN_URL": running.admin_url}
    _make_keys(supervisor, place, env)
    return supervisor.run(
        Child(
            name="pytest",
            argv=[sys.executable, "-m", "pytest", *arguments],
            env=env,
            cwd=ROOT,
            stop=signal.SIGINT,
            on_terminal=True,
        )
    )


def _with_engines(argv: Sequence[str], supervisor: Supervisor, place: Place) -> int:
    running = embedded.start(supervisor, place, empty_template=True)
    env = _settings(place, running) | _migrator(running)
    env |= {"CAMAUG_ENV": "test", "CAMAUG_TEST_ADMIN_URL": running.admin_url}
    _make_keys(supervisor, place, env)
    return supervisor.run(
        Child(name="command", argv=argv, env=env, stop=signal.SIGINT, on_terminal=True)
    )


def _settings(place: Place, running: Running) -> dict[str, str]:
    """The person's environment without their own CAMAUG_ settings, and the engines."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("CAMAUG_")}
    return own | running.environment() | {"CAMAUG_KEYRING": str(place.base / "keyring.json")}


def _migrator(running: Running) -> dict[str, str]:
    return {"CAMAUG_MIGRATOR_URL": running.migrator_url}


def _development(place: Place, web: Path, port: int, simulators_port: int) -> dict[str, str]:
    simulators = f"http://{_HOST}:{simulators_port}"
    return {
        "CAMAUG_ENV": "development",
        "CAMAUG_PUBLIC_URL": f"http://{_HOST}:{port}",
        "CAMAUG_WEB_DIR": str(web),
        "CAMAUG_SMS_URL": simulators,
        "CAMAUG_FCM_URL": simulators,
        "CAMAUG_FCM_CREDENTIALS": str(place.base / "fcm.json"),
        "CAMAUG_SIMULATORS_URL": simulators,
    }


def _make_keys(supervisor: Supervisor, place: Place, env: Mapping[str, str]) -> None:
    _must(supervisor, _command("keyring", env, "--ensure", env["CAMAUG_KEYRING"]))
    credentials = place.base / "fcm.json"
    if env.get("CAMAUG_FCM_CREDENTIALS") and not credentials.exists():
        _must(supervisor, _simulators("fcm-credentials", "--write-credentials", str(credentials)))


def _command(name: str, env: Mapping[str, str], *arguments: str) -> Child:
    argv = [sys.executable, "-m", "camaug.cli", name, *arguments]
    return Child(name=name, argv=argv, env=env, cwd=ROOT)


def _simulators(name: str, *arguments: str) -> Child:
    """The outside world gets none of our settings."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("CAMAUG_")}
    argv = [sys.executable, "-m", "camaug_simulators", *arguments]
    return Child(name=name, argv=argv, env=env, cwd=ROOT)


def _must(supervisor: Supervisor, child: Child) -> None:
    code = supervisor.run(child)
    if code != 0:
        lines = supervisor.last_lines(child.name)
        raise StepFailed(f"{child.name} failed with exit code {code}{lines}")


def _need_free(port: int, option: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            raise StepFailed(
                f"port {port} on {_HOST} is taken by another program; choose another by {option}"
            ) from None


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310  (our own)
            return answer.status == 200  # noqa: PLR2004
    except (OSError, urllib.error.URLError):
        return False


def _greet(place: Place, port: int, simulators_port: int) -> None:
    people = (place.logs / "seed.log").read_text().rstrip()
    steps.say(
        f"\nCaMau-G Open is running.\n"
        f"  Citizens    http://{_HOST}:{port}/\n"
        f"  Staff       http://{_HOST}:{port}/console\n"
        f"  Simulators  http://{_HOST}:{simulators_port}/  (text messages, lock screens)\n"
        f"  Logs        {place.logs}\n"
        f"Who can sign in:\n{people}\n"
        f"Ctrl-C ends everything."
    )
