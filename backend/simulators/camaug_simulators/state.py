"""Registrations kept in a SQLite file, so that a restart does not make every token dead."""

import sqlite3
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

T = TypeVar("T", bound=Struct)


class StateFile:
    """Records by kind and key; in memory when no file is given."""

    def __init__(self, path: Path | None = None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path or ":memory:", isolation_level=None)
        # Each statement is its own transaction; losing the last one in a power cut costs one
        # registration of a simulator, so that no write waits for the disk.
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = off")
        self._db.execute(
            "create table if not exists record ("
            " kind text not null, key text not null, body blob not null,"
            " primary key (kind, key)) without rowid"
        )

    def load(self, kind: str, shape: type[T]) -> list[T]:
        """Return all records of a kind."""
        rows = self._db.execute("select body from record where kind = ?", (kind,))
        return [msgspec.json.decode(body, type=shape) for (body,) in rows]

    def save(self, kind: str, key: str, record: Struct) -> None:
        """Insert or replace a record."""
        self._db.execute(
            "insert or replace into record values (?, ?, ?)",
            (kind, key, msgspec.json.encode(record)),
        )

    def forget(self, kind: str, key: str) -> None:
        """Delete a record if it is there."""
        self._db.execute("delete from record where kind = ? and key = ?", (kind, key))

    def close(self) -> None:
        """Close the file."""
        self._db.close()
