"""A plugin's own tables. Service `db`; the plugin has `migrations/0001_<what>.sql` in its package.

Statements run as the plugin's own role in its own schema, with five seconds each. Write the names
of tables without a schema, and take values by `$1`: never by putting them into the text.

    async with app.db.transaction() as tx:
        await tx.run("insert into report (report_id, text_enc) values ($1, $2)", report_id, text)
        await tx.audit("filed", ("report", report_id), who=me)
        await tx.notify(me.citizen_id, "received", {"code": code}, path=f"/{report_id}")
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any, Protocol, TypeVar
from uuid import UUID

import msgspec

from camaug_sdk.records import Person, StaffMember

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)
Codes = Mapping[str, str | int | None]
"""Ids and codes: nothing that names a person, nothing that somebody typed."""


class Reading(Protocol):
    """Statements that read; `shape` is a Struct with the columns as its members."""

    async def one(self, shape: type[S], sql: str, *args: Any) -> S:
        """The first row. Raises `NotFound`."""
        ...

    async def maybe(self, shape: type[S], sql: str, *args: Any) -> S | None:
        """The first row, or None."""
        ...

    async def many(self, shape: type[S], sql: str, *args: Any) -> list[S]:
        """Every row."""
        ...


class Transaction(Reading, Protocol):
    """All of it, or nothing: rows, audit, events, jobs, notices, files."""

    async def run(self, sql: str, *args: Any) -> int:
        """A statement that writes; how many rows it touched."""
        ...

    async def audit(
        self,
        action: str,
        what: tuple[str, object],
        *,
        who: Person | StaffMember | None,
        agency_id: UUID | None = None,
        detail: Codes | None = None,
    ) -> None:
        """Who did what to which thing (its kind and id); `action` is in the past tense: `filed`."""
        ...

    async def emit(self, event: str, data: Codes) -> None:
        """Tell others what happened: `filed` becomes the event `<id>.filed`."""
        ...

    async def enqueue(
        self, job: str, payload: msgspec.Struct, *, key: str, after: timedelta = timedelta()
    ) -> None:
        """Have `Plugin.jobs[job]` run; while one of the same key waits or runs, no second."""
        ...

    async def notify(
        self, citizen_id: UUID, template: str, args: Codes | None = None, *, path: str = "/"
    ) -> None:
        """A notice by a template of the manifest, leading to `path` of this utility."""
        ...

    async def attach(
        self,
        me: Person,
        document_ids: Sequence[UUID],
        object_id: object,
        role: str,
        agency_id: UUID,
    ) -> None:
        """Keep the citizen's checked files for a row; holders of `role` at the agency open them.

        Raises `NotFound` for a file that is another's or not checked.
        """
        ...

    async def hand_over(self, object_id: object, agency_id: UUID) -> None:
        """Let another agency's desk open the files of a row, and the one before no longer."""
        ...


class Database(Reading, Protocol):
    """The plugin's own tables. Service `db`."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Commits at the end, rolls back on any error."""
        ...

    async def once(
        self,
        shape: type[T],
        do: Callable[[Transaction], Awaitable[T]],
        *,
        who: Person | StaffMember,
        key: str,
        body: object,
    ) -> T:
        """Run `do` in a transaction at most once for this person and key; repeats get its answer.

        Raises `Conflict` while the first one runs, `Invalid` when `body` was another.
        """
        ...

    def seal(self, column: str, row: UUID, text: str) -> bytes:
        """Personal data for a bytea column, encrypted so that it opens in this row only."""
        ...

    def open(self, column: str, row: UUID, sealed: bytes) -> str:
        """What was sealed."""
        ...
