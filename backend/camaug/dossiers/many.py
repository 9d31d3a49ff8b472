"""One act on many dossiers: each a transaction and a key of its own, and an answer of its own."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import msgspec

from camaug.kernel import db
from camaug.kernel.web import Engines
from camaug_sdk.handing import MOST_AT_ONCE, Done
from camaug_sdk.problems import FieldError, Invalid, Problem, Unavailable

One = Callable[[UUID, str], Awaitable[None]]
"""The act on one dossier under a key."""


class _Code(msgspec.Struct, frozen=True):
    dossier_id: UUID
    code: str


async def each(
    engines: Engines, agency_ids: list[UUID], dossier_ids: Sequence[UUID], key: str, do: One
) -> list[Done]:
    """What became of each, in the order asked. Raises `Invalid` for none or too many.

    What is refused changes nothing of the others. What may have been done or not ends the whole, as
    anything but a problem does; the same request again finds done what was done.
    """
    wanted = list(dict.fromkeys(dossier_ids))
    if not wanted:
        raise Invalid(errors=[FieldError(pointer="/dossiers", code="required")])
    if len(wanted) > MOST_AT_ONCE:
        error = FieldError(pointer="/dossiers", code="too_many", args={"limit": MOST_AT_ONCE})
        raise Invalid(errors=[error])
    refused: dict[UUID, Problem] = {}
    for one in wanted:
        try:
            await do(one, _key(key, one))
        except Unavailable:
            raise
        except Problem as problem:
            refused[one] = problem
    async with engines.pool.acquire() as conn:
        known = await _codes(conn, agency_ids, wanted)
    return [_done(one, known.get(one), refused.get(one)) for one in wanted]


def _key(key: str, dossier_id: UUID) -> str:
    """The key of one dossier's part of the request."""
    return hashlib.sha256(f"{key}|{dossier_id}".encode()).hexdigest()


async def _codes(conn: db.Conn, agency_ids: list[UUID], dossier_ids: list[UUID]) -> dict[UUID, str]:
    rows = await db.many(
        conn,
        _Code,
        "select dossier_id, code from dossier where dossier_id = any($2)"
        " and (agency_id = any($1) or handling_agency_id = any($1))",
        agency_ids,
        dossier_ids,
    )
    return {row.dossier_id: row.code for row in rows}


def _done(dossier_id: UUID, code: str | None, problem: Problem | None) -> Done:
    name = problem.texts.get("name") if problem else None
    return Done(
        dossier_id=dossier_id,
        code=code,
        problem=problem.code if problem else None,
        holder=str(name) if name else None,
    )
