"""A PostgreSQL of its own whose databases stay: `.camaug/growth-<hash of the schema>`."""

import asyncio
import fcntl
import hashlib
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
from tests.journeys.system import ROOT

from camaug import embedded_postgres, migrate
from camaug.agencies import seed as agencies
from camaug.kernel import db
from camaug.procedures import seed as procedures
from camaug.supervise import Supervisor

GENERATOR = Path(__file__).with_name("growth.sql")
BYTES_A_DOSSIER = 5500
"""On the disk, with its timeline, audit, notice, file and indexes; twice that while it is made."""
QUICK = (
    "alter system set fsync = off",
    "alter system set full_page_writes = off",
    "alter system set max_wal_size = '6GB'",
    "alter system set checkpoint_timeout = '30min'",
    "alter system set autovacuum = off",
    "select pg_reload_conf()",
)
"""What is here can be made again; nothing that a read depends on is set."""


def say(text: str) -> None:
    """A line of progress; figures alone go to the standard output."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def fingerprint() -> str:
    """Eight hexadecimal digits of schema and generator."""
    files = [
        GENERATOR,
        *(ROOT / "alembic").glob("sql/*.sql"),
        *(ROOT / "alembic").glob("versions/*.py"),
    ]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:8]


def room(wanted: int) -> int:
    """As many of the wanted dossiers as the disk has room for."""
    free = shutil.disk_usage(ROOT).free
    return min(wanted, free // (2 * BYTES_A_DOSSIER))


class Cluster:
    """A running server; `database` leads to what it keeps."""

    def __init__(self, postgres: embedded_postgres.Postgres, password: str) -> None:
        self._postgres, self._password = postgres, password

    def url(self, role: str, database: str) -> str:
        """For asyncpg and libpq; every role has the same password here."""
        return self._postgres.url(role, self._password, database=database)

    async def size(self, database: str) -> int:
        """How many dossiers the database holds; none when it is not there or not whole."""
        conn = await asyncpg.connect(self.url("postgres", "postgres"))
        try:
            if not await conn.fetchval("select true from pg_database where datname = $1", database):
                return 0
        finally:
            await conn.close()
        conn = await asyncpg.connect(self.url("postgres", database))
        try:
            if not await conn.fetchval("select to_regclass('growth.whole') is not null"):
                return 0
            return int(await conn.fetchval("select dossiers from growth.made"))
        finally:
            await conn.close()

    async def make(self, database: str, count: int) -> None:
        """Generate `count` dossiers into a new database of that name."""
        admin = await asyncpg.connect(self.url("postgres", "postgres"))
        for sql in QUICK:
            await admin.execute(sql)
        await admin.execute(f"drop database if exists {database} with (force)")
        await admin.execute(
            f"create database {database} template camaug_empty owner camaug_migrator"
        )
        await admin.close()
        await asyncio.to_thread(migrate.upgrade, self.url("camaug_migrator", database))
        core = await db.connect(self.url("camaug_core", database), name="growth")
        async with core.transaction():
            await agencies.seed(core)
            await procedures.seed(core)
        await core.close()
        await generate(self.url("postgres", database), count)

    @asynccontextmanager
    async def connection(
        self, database: str
    ) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        """As a process of the product has it, without its limits of time."""
        made = await db.connect(self.url("camaug_core", database), name="growth")
        await made.execute("set statement_timeout = 0")
        try:
            yield made
        finally:
            await made.close()


@contextmanager
def cluster(*, fresh: bool) -> Iterator[Cluster]:
    """The kept server, started; clusters of other schemas go. Used from the main thread alone."""
    folder = ROOT / ".camaug" / f"growth-{fingerprint()}"
    for other in folder.parent.glob("growth-*"):
        if other.is_dir() and (fresh or other != folder) and (other / "postgres").exists():
            say(f"growth: removing {other.name}")
            shutil.rmtree(other)
    folder.mkdir(parents=True, exist_ok=True)
    with (
        (folder / "lock").open("w") as lock,
        tempfile.TemporaryDirectory(prefix="camaug-g-") as name,
    ):
        fcntl.flock(lock, fcntl.LOCK_EX)
        word = folder / "password"
        if not word.exists():
            word.touch(mode=0o600)
            word.write_text(secrets.token_urlsafe(24))
        password, supervisor = word.read_text(), Supervisor(folder / "log")
        try:
            postgres = embedded_postgres.Postgres(supervisor, folder / "postgres", Path(name))
            postgres.start(password)
            roles = dict.fromkeys(("camaug_migrator", "camaug_core"), password)
            postgres.prepare(password, roles, empty_template=True)
            yield Cluster(postgres, password)
        finally:
            supervisor.stop()


async def generate(url: str, count: int) -> None:
    """The statements of `growth.sql`, then the indexes, then what the planner knows."""
    conn = await asyncpg.connect(url)
    began = time.monotonic()
    await conn.execute(
        "set search_path = core, public; set session_replication_role = replica;"
        " set work_mem = '400MB'; set maintenance_work_mem = '1GB'; set synchronous_commit = off;"
        " set jit = off"
    )
    tables = await _without_indexes(conn)
    for text in GENERATOR.read_text().split("\n\n")[1:]:
        if text.startswith("-- "):
            say(f"growth: {time.monotonic() - began:4.0f} s {text[3 : text.index(chr(10))]}")
        given = (count, datetime.now(UTC)) if "$1" in text else ()
        await conn.execute(text, *given, timeout=None)
        if "insert into core.dossier (" in text:
            await conn.execute("analyze core.dossier", timeout=None)
    for name in tables:
        say(f"growth: {time.monotonic() - began:4.0f} s indexes of {name}")
        await conn.execute(f"reindex table core.{name}", timeout=None)
    say(f"growth: {time.monotonic() - began:4.0f} s vacuum")
    await conn.execute("vacuum (analyze, freeze)", timeout=None)
    await conn.execute("create table growth.whole (); checkpoint", timeout=None)
    await conn.execute("grant usage on schema growth to camaug_core")
    await conn.execute("grant select on all tables in schema growth to camaug_core")
    await conn.close()
    say(f"growth: {time.monotonic() - began:4.0f} s for {count} dossiers")


async def _without_indexes(conn: "asyncpg.Connection[asyncpg.Record]") -> list[str]:
    """Let no index of a large table be kept up while rows come in; `reindex` mends them."""
    tables = [
        "citizen", "dossier", "dossier_event", "document", "dossier_document", "supplement",
        "handover", "dossier_rating", "complaint", "delegation", "inbox", "desk_notice",
        "notice", "audit",
    ]  # fmt: skip
    await conn.execute(
        """
        update pg_index set indisready = false, indisvalid = false
        where indrelid in (
            select c.oid from pg_class c where c.relkind = 'r'
            and c.relnamespace = 'core'::regnamespace
            and (c.relname = any($1) or c.relname ~ '^(audit|notice)_'
                 and c.relispartition))
        """,
        tables,
    )
    return tables
