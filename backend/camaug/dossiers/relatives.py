"""What a relative sees of a dossier and does for its owner; every look is in the audit.

No answers, no papers, no PIN, whatever the scope; what people wrote only to whom may act, with
citizen numbers in it hidden.
"""

import re
from datetime import datetime
from uuid import UUID

import msgspec

from camaug.audit.actions import Actor, record
from camaug.documents import actions as files
from camaug.dossiers import (
    acts,
    cursors,
    delegation_queries,
    holding,
    relative_queries,
    shaping,
    undoing,
    whole,
)
from camaug.dossiers.delegation_queries import RELATIVE_PHONE, OwnRow
from camaug.dossiers.relative_queries import RelativeRow, Right
from camaug.dossiers.schemas import Held, Whole
from camaug.identity import values
from camaug.identity.actions import DATA
from camaug.identity.schemas import ProfileData
from camaug.identity.sign_in import PHONE
from camaug.kernel import db
from camaug.kernel.crypto import Vault
from camaug.kernel.web import Engines
from camaug_sdk.problems import FieldError, Invalid, NotFound
from camaug_sdk.records import Act, DossierEvent, DossierLine, Page, Person, Status, Supplement
from camaug_sdk.relatives import Delegation, Offer, RelativeDossier, RelativeLine

PAGE = 20
ACTS = frozenset({"supply"})
"""What a relative may do; withdrawing, rating, complaining and letting others in never."""
HAS_RESULT = frozenset({Status.COMPLETED, Status.RETURNED})
_NUMBER = re.compile(r"(?<!\d)\d{9}(?=\d{3}(?!\d))")


async def given(engines: Engines, me: Person, dossier_id: UUID | None) -> list[Delegation]:
    """See `Relatives.delegations`. Raises `NotFound` for a dossier that is not one's own."""
    async with engines.pool.acquire() as conn:
        own = dossier_id and await delegation_queries.own_code(conn, me.citizen_id, dossier_id)
        if dossier_id is not None and own is None:
            raise NotFound
        now = engines.clock.now()
        rows = await delegation_queries.of_owner(conn, me.citizen_id, dossier_id, now)
    return [_delegation(engines.vault, one) for one in rows]


def _delegation(vault: Vault, row: OwnRow) -> Delegation:
    phone = vault.open_text(RELATIVE_PHONE, row.delegation_id, row.relative_phone_enc)
    return Delegation(
        delegation_id=row.delegation_id,
        dossier_id=row.dossier_id,
        code=row.code,
        phone=values.masked(phone),
        scope=row.scope,
        tells=row.tells,
        standing=row.standing,
        offered_at=row.offered_at,
        until=row.until,
    )


async def offers(engines: Engines, me: Person) -> list[Offer]:
    """See `Relatives.offers`."""
    async with engines.pool.acquire() as conn:
        rows = await delegation_queries.offers(conn, me.citizen_id, engines.clock.now())
    return [
        Offer(
            delegation_id=one.delegation_id,
            owner=_name(engines.vault, one.owner_id, one.phone_enc, one.profile_enc),
            scope=one.scope,
            all_dossiers=one.all_dossiers,
            until=one.until,
        )
        for one in rows
    ]


def _name(vault: Vault, owner_id: UUID, phone: bytes, profile: bytes | None) -> str:
    """What the owner is called: the name of the profile, else the masked phone number."""
    if profile is not None:
        name = vault.open_json(DATA, owner_id, profile, ProfileData).full_name
        if name:
            return name
    return values.masked(vault.open_text(PHONE, owner_id, phone))


async def mine(engines: Engines, me: Person, after: str | None) -> Page[RelativeLine]:
    """See `Relatives.of_relatives`."""
    before = cursors.position(after)
    async with engines.pool.acquire() as conn:
        now = engines.clock.now()
        rows = await relative_queries.page(conn, me.citizen_id, now, before, PAGE + 1)
    await undoing.seen(engines, [one.dossier_id for one in rows[:PAGE]])
    lines = await shaping.lines(engines, rows[:PAGE], name=False)
    items = [
        _relative_line(engines.vault, row, line)
        for row, line in zip(rows[:PAGE], lines, strict=True)
    ]
    last = lines[-1] if len(rows) > PAGE else None
    return Page(
        items=items, next=cursors.cursor(last.submitted_at, last.dossier_id) if last else None
    )


def _relative_line(vault: Vault, row: RelativeRow, line: DossierLine) -> RelativeLine:
    return RelativeLine(
        line=_bare(line),
        owner=_name(vault, row.owner_id, row.phone_enc, row.profile_enc),
        scope=row.scope,
        until=row.until,
    )


def _bare(line: DossierLine) -> DossierLine:
    """Without for whom it was filed, which is an answer of the owner's."""
    return msgspec.structs.replace(line, organisation_name=None)


async def one(engines: Engines, me: Person, dossier_id: UUID) -> RelativeDossier:
    """See `Relatives.of_relative`."""
    async with db.transaction(engines.pool) as conn:
        now = engines.clock.now()
        right = await relative_queries.right(conn, me.citizen_id, dossier_id, now)
        row = await whole.of_citizen(conn, right.owner_id, dossier_id)
        owner = await relative_queries.owner(conn, right.owner_id)
        await _look(conn, me, right, dossier_id, now)
    await undoing.seen(engines, [dossier_id])
    name = _name(engines.vault, right.owner_id, owner.phone_enc, owner.profile_enc)
    return await _shaped(engines, row, right, name)


async def _look(conn: db.Conn, me: Person, right: Right, dossier_id: UUID, now: datetime) -> None:
    await record(
        conn,
        Actor(kind="citizen", actor_id=me.citizen_id),
        "dossier.opened",
        ("dossier", dossier_id),
        at=now,
        detail={"role": acts.RELATIVE, "delegation_id": str(right.delegation_id)},
    )


async def _shaped(engines: Engines, row: Whole, right: Right, name: str) -> RelativeDossier:
    [line] = await shaping.lines(engines, [row], name=False)
    vault, may_act = engines.vault, right.scope == "act"
    events = shaping.story(vault, row, None)
    asked = shaping.supplements(vault, row) if may_act else []
    shows = may_act and line.status in HAS_RESULT
    return RelativeDossier(
        delegation_id=right.delegation_id,
        line=_bare(line),
        owner=name,
        scope=right.scope,
        until=right.until,
        events=[_event(one, may_act=may_act) for one in events],
        supplements=[_supplement(one) for one in asked],
        results=[files.describe(engines, one) for one in row.results] if shows else [],
        acts=[one for one in shaping.able(row, "citizen") if one in ACTS] if may_act else [],
    )


def _event(event: DossierEvent, *, may_act: bool) -> DossierEvent:
    note = hidden(event.note) if event.note and may_act else None
    return msgspec.structs.replace(event, note=note)


def _supplement(one: Supplement) -> Supplement:
    return msgspec.structs.replace(one, reason=hidden(one.reason))


def hidden(text: str) -> str:
    """The text with all but the last three digits of citizen numbers hidden."""
    return _NUMBER.sub("•" * 9, text)


async def act(engines: Engines, me: Person, dossier_id: UUID, what: Act, key: str) -> None:
    """See `Relatives.act_for_relative`."""
    if what.kind not in ACTS:
        raise Invalid(errors=[FieldError(pointer="/kind", code="not_a_choice")])

    async def hold(conn: db.Conn) -> Held:
        now = engines.clock.now()
        right = await relative_queries.right_to_act(conn, me.citizen_id, dossier_id, now)
        held = await holding.by_citizen(conn, right.owner_id, dossier_id)
        return msgspec.structs.replace(held, delegation_id=right.delegation_id)

    actor = Actor(kind="citizen", actor_id=me.citizen_id)
    await acts.perform(engines, actor, what, key, (dossier_id, hold))
