"""The parts of a development system: settings, processes, and whether its data is up to date."""

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from camaug.place import Place
from camaug.settings import ROOT
from camaug.steps import StepFailed
from camaug.supervise import Child, Supervisor

if TYPE_CHECKING:  # an installation has no engines of its own
    from camaug.embedded import Running

HOST = "127.0.0.1"
_SMS_KEY, _SMS_SECRET = "simulated-key", "simulated-secret"
_SOURCES = ("backend/camaug", "backend/sdk", "alembic", "plugins")


def settings(place: Place, running: "Running") -> dict[str, str]:
    """The person's environment without their own CAMAUG_ settings, and the engines."""
    return _outside() | running.environment() | {"CAMAUG_KEYRING": str(_keyring(place))}


def migrator(running: "Running") -> dict[str, str]:
    """The setting that lets a process change the schema."""
    return {"CAMAUG_MIGRATOR_URL": running.migrator_url}


def addresses(place: Place, web: Path, port: int, simulators_port: int) -> dict[str, str]:
    """Where the system and the simulated outside world are."""
    simulators = f"http://{HOST}:{simulators_port}"
    return {
        "CAMAUG_ENV": "development",
        "CAMAUG_PUBLIC_URL": f"http://{HOST}:{port}",
        "CAMAUG_WEB_DIR": str(web),
        "CAMAUG_SMS_URL": simulators,
        "CAMAUG_SMS_KEY": _SMS_KEY,
        "CAMAUG_SMS_SECRET": _SMS_SECRET,
        "CAMAUG_FCM_URL": simulators,
        "CAMAUG_FCM_CREDENTIALS": str(_fcm_credentials(place, simulators_port)),
        "CAMAUG_SIMULATORS_URL": simulators,
    }


def remember(place: Place, env: Mapping[str, str]) -> None:
    """Note the settings of the running system, for commands that people give beside it."""
    own = {name: value for name, value in env.items() if name.startswith("CAMAUG_")}
    path = _noted(place)
    path.touch(mode=0o600)
    path.write_text(json.dumps(own))


def environment() -> dict[str, str]:
    """This process's environment; without settings in it, with those of the system running here."""
    given = dict(os.environ)
    noted = _noted(Place(ROOT, given.get("CAMAUG_INSTANCE") or "dev"))
    if "CAMAUG_DATABASE_URL" in given or not noted.exists():
        return given
    return given | json.loads(noted.read_text())


def command(name: str, env: Mapping[str, str], *arguments: str) -> Child:
    """One of our own commands."""
    argv = [sys.executable, "-m", "camaug.cli", name, *arguments]
    return Child(name=name, argv=argv, env=env, cwd=ROOT)


def must(supervisor: Supervisor, child: Child) -> None:
    """Run a child to its end. Raises `StepFailed` with its last lines if that is no success."""
    code = supervisor.run(child)
    if code != 0:
        lines = supervisor.last_lines(child.name)
        raise StepFailed(f"{child.name} failed with exit code {code}{lines}")


def make_keyring(supervisor: Supervisor, place: Place, env: Mapping[str, str]) -> None:
    """Make the keys that personal data is encrypted under, unless there are some."""
    if not _keyring(place).exists():
        must(supervisor, command("keyring", env, "--ensure", str(_keyring(place))))


def start_simulators(supervisor: Supervisor, place: Place, port: int) -> None:
    """Start the outside world, which gets none of our settings; its credentials are made first."""
    credentials = _fcm_credentials(place, port)
    base = [sys.executable, "-m", "camaug_simulators", "--port", str(port)]
    if not credentials.exists():
        argv = [*base, "--write-credentials", str(credentials)]
        must(supervisor, Child(name="credentials", argv=argv, env=_outside(), cwd=ROOT))
    place.data.mkdir(parents=True, exist_ok=True)
    argv = [*base, "--credentials", str(credentials)]
    argv += ["--sms-key", _SMS_KEY, "--sms-secret", _SMS_SECRET]
    argv += ["--state", str(place.data / "simulators.sqlite")]
    supervisor.start(Child(name="simulators", argv=argv, env=_outside(), cwd=ROOT))


def fingerprint() -> str:
    """Changes with whatever `migrate` and `seed` depend on: our sources and what is installed."""
    digest = hashlib.sha256()
    for distribution in sorted(f"{one.name} {one.version}" for one in metadata.distributions()):
        digest.update(distribution.encode())
    for path in sorted(path for folder in _SOURCES for path in _files(ROOT / folder)):
        digest.update(f"\0{path}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in {"__pycache__", "tests"}]
        yield from (Path(parent, name) for name in files)


def _keyring(place: Place) -> Path:
    return place.base / "keyring.json"


def _noted(place: Place) -> Path:
    return place.base / "settings.json"


def _fcm_credentials(place: Place, port: int) -> Path:
    """They name the address at which they are valid."""
    return place.base / f"fcm-{port}.json"


def _outside() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("CAMAUG_")}
