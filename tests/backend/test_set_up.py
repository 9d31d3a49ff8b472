"""What a person who sets the system up does wrong ends in one line that says how to mend it."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from camaug.settings import ROOT

Environment = dict[str, str]


@pytest.fixture
def here(environment: Environment, database: str) -> Environment:
    """A sound installation: every command would go on from here."""
    return environment | {"CAMAUG_DATABASE_URL": database, "CAMAUG_ENV": "development"}


@pytest.fixture
def taken() -> Iterator[str]:
    """An address where somebody else answers."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield f"127.0.0.1:{other.getsockname()[1]}"


def said(command: str, env: Environment) -> str:
    """The one line of a command that cannot go on."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "camaug.cli", *command.split()],
        env=env | {"PATH": os.defpath},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    lines = done.stderr.strip().splitlines()
    assert done.returncode == 1, done.stderr
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return lines[0]


def changed(url: str, **parts: str) -> str:
    """The address of a server with another user, password, place or name."""
    old = urlsplit(url)
    user, secret = parts.get("user", old.username), parts.get("password", old.password)
    where = parts.get("where", old.netloc.rpartition("@")[2])
    path = f"/{parts['name']}" if "name" in parts else old.path
    query = "" if "where" in parts else old.query
    return urlunsplit(old._replace(netloc=f"{user}:{secret}@{where}", path=path, query=query))


@pytest.mark.parametrize(
    ("command", "parts", "cause", "mend"),
    [
        ("serve", {"where": "127.0.0.1:1"}, "does not let us in", "start it, or check"),
        (
            "worker",
            {"password": "wrong"},
            "refuses camaug_core or the password",
            "CAMAUG_DATABASE_URL",
        ),
        ("serve", {"name": "nowhere"}, "no database nowhere", "make it"),
        ("worker", {"name": "camaug_empty"}, "the schema is at None", "run camaug migrate"),
    ],
    ids=["away", "password", "no-database", "schema"],
)
def test_a_database_that_is_not_ready(
    here: Environment, command: str, parts: dict[str, str], cause: str, mend: str
) -> None:
    url = changed(here["CAMAUG_DATABASE_URL"], **parts)
    line = said(command, here | {"CAMAUG_DATABASE_URL": url})
    assert cause in line
    assert mend in line
    assert "wrong" not in line.replace("is wrong", "")


def test_a_missing_setting(here: Environment) -> None:
    del here["CAMAUG_S3_URL"]
    assert "CAMAUG_S3_URL" in said("serve", here)


def test_a_port_in_use(here: Environment, taken: str) -> None:
    line = said(f"serve --listen {taken}", here)
    assert f"{taken} is in use" in line
    assert "CAMAUG_LISTEN" in line


def test_production_takes_no_secret_of_the_simulators(here: Environment) -> None:
    here |= {"CAMAUG_ENV": "production", "CAMAUG_SMS_KEY": "simulated-key"}
    assert "production" in said("serve", here)


def test_a_keyring_that_others_can_read(here: Environment, tmp_path: Path) -> None:
    copy = tmp_path / "keyring.json"
    copy.write_bytes(Path(here["CAMAUG_KEYRING"]).read_bytes())
    copy.chmod(0o644)
    assert "0600" in said("serve", here | {"CAMAUG_KEYRING": str(copy)})


def test_a_keyring_that_is_not_there(here: Environment, tmp_path: Path) -> None:
    line = said("serve", here | {"CAMAUG_KEYRING": str(tmp_path / "none.json")})
    assert "none.json" in line


def test_a_migration_without_its_database(here: Environment) -> None:
    url = changed(here["CAMAUG_MIGRATOR_URL"], where="127.0.0.1:1")
    assert "CAMAUG_MIGRATOR_URL" in said("migrate", here | {"CAMAUG_MIGRATOR_URL": url})
