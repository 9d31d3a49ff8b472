"""Templates of reasons (mẫu lý do): made by leaders, filled in for one dossier by the server.

A change is a new version; what a dossier was told stays with the dossier. A text is plain: nothing
in it is markup, and of what stands in braces only `PLACEHOLDERS` are known.
"""

import re
from collections.abc import Iterator
from uuid import UUID

import msgspec

from camaug.agencies import queries as agencies
from camaug.audit.actions import Actor, record
from camaug.dossiers import deeds
from camaug.dossiers import template_queries as queries
from camaug.dossiers.acts import DESK_ROLES, LEADER, LONGEST_REASON
from camaug.dossiers.template_queries import Row
from camaug.kernel import db, outbox
from camaug.kernel.ids import uuid7
from camaug.kernel.text import clean_line, clean_lines, has_hidden
from camaug.kernel.web import Engines
from camaug.procedures import queries as procedures
from camaug_sdk.problems import Conflict, FieldError, Invalid, NotFound
from camaug_sdk.reasons import (
    LONGEST_TEMPLATE,
    LONGEST_TITLE,
    MOST_TEMPLATES,
    PLACEHOLDERS,
    TEMPLATE_ACTS,
    NewTemplate,
    Suggested,
    Template,
)
from camaug_sdk.records import Procedure, StaffMember

MOST_SUGGESTED = 60
_BRACES = re.compile(r"\{[^{}]*\}|[{}]")
_KNOWN = frozenset(f"{{{one}}}" for one in PLACEHOLDERS)


async def places(engines: Engines, officer: StaffMember) -> list[UUID | None]:
    """See `Reasons.makes_templates`."""
    async with engines.pool.acquire() as conn:
        return await _places(conn, officer)


async def _places(conn: db.Conn, officer: StaffMember) -> list[UUID | None]:
    led = officer.at(LEADER)
    for one in led:
        place = await agencies.get(conn, one)
        if place.kind == "one_stop_centre" and place.commune_code is None:
            return [*led, None]
    return list(led)


async def in_force(engines: Engines, officer: StaffMember) -> list[Template]:
    """See `Reasons.templates`."""
    own = [*officer.at(*DESK_ROLES), *officer.at(LEADER)]
    async with engines.pool.acquire() as conn:
        may = await _places(conn, officer)
        return [_template(row, may) for row in await queries.valid(conn, own)]


async def one(engines: Engines, officer: StaffMember, template_id: UUID) -> Template:
    """See `Reasons.template`."""
    async with engines.pool.acquire() as conn:
        may = await _places(conn, officer)
        row = await _own(conn, may, template_id)
        if row.ended:
            raise NotFound
    return _template(row, may)


async def _own(conn: db.Conn, may: list[UUID | None], template_id: UUID) -> Row:
    led = [one for one in may if one is not None]
    return await queries.made(conn, template_id, led, province=None in may)


def _template(row: Row, may: list[UUID | None]) -> Template:
    return Template(
        template_id=row.template_id,
        version=row.version,
        agency_id=row.agency_id,
        title=row.title,
        text=row.text,
        acts=row.acts,
        procedure_code=row.procedure_code,
        made_at=row.made_at,
        uses=row.uses,
        may_change=row.agency_id in may,
    )


async def make(
    engines: Engines, officer: StaffMember, agency_id: UUID | None, new: NewTemplate, key: str
) -> UUID:
    """See `Reasons.make_template`."""
    clean = checked(new)

    async def do(conn: db.Conn) -> UUID:
        if agency_id not in await _places(conn, officer):
            raise NotFound
        await _procedure(conn, clean)
        await queries.lock_place(conn, agency_id)
        if await queries.valid_count(conn, agency_id) >= MOST_TEMPLATES:
            raise Conflict("too_many_templates", count=MOST_TEMPLATES)
        template_id = uuid7()
        place = (template_id, template_id, 1, agency_id)
        row = queries.draft(clean, place, engines.clock.now())
        await queries.insert(conn, row, officer.staff_id)
        await _tell(engines, conn, officer, row, "made")
        return template_id

    given = ("reason_template.make", officer.staff_id, key)
    return await deeds.answer(engines, UUID, given, (agency_id, clean), do)


async def change(
    engines: Engines, officer: StaffMember, template_id: UUID, new: NewTemplate, key: str
) -> UUID:
    """See `Reasons.change_template`."""
    clean = checked(new)

    async def do(conn: db.Conn) -> UUID:
        row = await _ended(engines, conn, officer, template_id)
        await _procedure(conn, clean)
        following = uuid7()
        place = (following, row.line_id, row.version + 1, row.agency_id)
        after = queries.draft(clean, place, engines.clock.now())
        await queries.insert(conn, after, officer.staff_id)
        await _tell(engines, conn, officer, after, "changed")
        return following

    given = ("reason_template.change", officer.staff_id, key)
    return await deeds.answer(engines, UUID, given, (template_id, clean), do)


async def end(engines: Engines, officer: StaffMember, template_id: UUID, key: str) -> None:
    """See `Reasons.end_template`."""

    async def do(conn: db.Conn) -> UUID:
        row = await _ended(engines, conn, officer, template_id)
        await _tell(engines, conn, officer, row, "ended")
        return template_id

    given = ("reason_template.end", officer.staff_id, key)
    await deeds.answer(engines, UUID, given, template_id, do)


async def _ended(engines: Engines, conn: db.Conn, officer: StaffMember, template_id: UUID) -> Row:
    """A version that was in force until now. Raises `NotFound`, `Conflict`."""
    row = await _own(conn, await _places(conn, officer), template_id)
    await queries.lock_place(conn, row.agency_id)
    if not await queries.end(conn, template_id, officer.staff_id, engines.clock.now()):
        raise Conflict("template_ended")
    return row


def checked(new: NewTemplate) -> NewTemplate:
    """The template as it is kept. Raises `Invalid` with everything that is wrong."""
    title, text = clean_line(new.title), clean_lines(new.text)
    wrong = [
        *_faults("/title", title, LONGEST_TITLE),
        *_faults("/text", text, LONGEST_TEMPLATE),
    ]
    if unknown := [one for one in _BRACES.findall(text) if one not in _KNOWN]:
        args: dict[str, str | int] = {"name": unknown[0][:LONGEST_TITLE]}
        wrong.append(FieldError(pointer="/text", code="unknown_placeholder", args=args))
    acts = [one for one in TEMPLATE_ACTS if one in new.acts]
    if len(acts) != len(set(new.acts)):
        wrong.append(FieldError(pointer="/acts", code="not_a_choice"))
    elif not acts:
        wrong.append(FieldError(pointer="/acts", code="required"))
    if wrong:
        raise Invalid(errors=wrong)
    return msgspec.structs.replace(new, title=title, text=text, acts=acts)


def _faults(pointer: str, text: str, longest: int) -> Iterator[FieldError]:
    if not text:
        yield FieldError(pointer=pointer, code="required")
    if has_hidden(text):
        yield FieldError(pointer=pointer, code="hidden_characters")
    if len(text) > longest:
        yield FieldError(pointer=pointer, code="too_long", args={"limit": longest})


async def _procedure(conn: db.Conn, new: NewTemplate) -> None:
    code = new.procedure_code
    if code is not None and not await queries.has_procedure(conn, code):
        raise Invalid(errors=[FieldError(pointer="/procedure_code", code="not_a_choice")])


async def suggest(
    engines: Engines, officer: StaffMember, dossier_id: UUID, kind: str
) -> list[Suggested]:
    """See `Reasons.suggestions`."""
    async with engines.pool.acquire() as conn:
        about = await queries.about(conn, officer.at(*DESK_ROLES), dossier_id)
        rows = await queries.for_act(conn, about, kind, MOST_SUGGESTED)
        if not rows:
            return []
        dated = await procedures.get(conn, about.procedure_code, about.procedure_valid_from)
    found = [one for row in rows for one in filled(row, about.code, dated.procedure)]
    return found[:MOST_SUGGESTED]


def filled(row: Row, code: str, procedure: Procedure) -> Iterator[Suggested]:
    """The template for one dossier; one that names a paper once for each paper of the procedure."""
    papers: list[str | None] = [None]
    if "{paper}" in row.text:
        papers = [one.label for one in procedure.components if one.uploaded]
    for paper in papers:
        words = {"{code}": code, "{procedure}": procedure.short_name, "{paper}": paper or ""}
        text = _BRACES.sub(lambda found, words=words: words.get(found[0], found[0]), row.text)
        if len(text) <= LONGEST_REASON:
            yield Suggested(template_id=row.template_id, title=row.title, paper=paper, text=text)


async def _tell(
    engines: Engines, conn: db.Conn, officer: StaffMember, row: Row, happened: str
) -> None:
    """Audit row and event: ids and numbers."""
    now = engines.clock.now()
    detail: dict[str, str | int | None] = {"version": row.version, "line_id": str(row.line_id)}
    actor = Actor(kind="staff", actor_id=officer.staff_id)
    what = ("reason_template", row.template_id)
    action = f"reason_template.{happened}"
    await record(conn, actor, action, what, at=now, agency_id=row.agency_id, detail=detail)
    place = str(row.agency_id) if row.agency_id else None
    data = {"template_id": str(row.template_id), "agency_id": place} | detail
    await outbox.emit(conn, action, data, at=now)
