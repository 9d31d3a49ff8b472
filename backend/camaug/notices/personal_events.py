"""What people are told of rights of relatives and of complaints; nothing that names a person.

Owner and relative are both told of each change, each by a template of their own; who did it is not
woken by a push. A number without an account finds the offer when its owner signs in.
"""

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

import msgspec

from camaug.dossiers import complaint_desk, relative_queries
from camaug.dossiers.acts import LEADER
from camaug.kernel import db
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.notices import actions, desk_queries, live_topics, queries
from camaug.notices.schemas import Fact, NewDeskNotice, NewNotice

TRACK = "/apps/track-dossier/"
RELATIVES = f"{TRACK}relatives"
DELEGATIONS = f"{TRACK}delegations"


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to a right, and who did it. Templates: `relative_<what>` and `owner_<what>`."""

    what: str
    by: Literal["owner", "relative"]


TURNS: Mapping[str, Turn] = {
    "delegation.offered": Turn(what="offered", by="owner"),
    "delegation.accepted": Turn(what="accepted", by="relative"),
    "delegation.declined": Turn(what="declined", by="relative"),
    "delegation.ended": Turn(what="ended", by="owner"),
    "delegation.returned": Turn(what="returned", by="relative"),
}
COMPLAINTS: Mapping[str, tuple[str, bool]] = {
    "complaint.opened": ("complaint_opened", False),
    "complaint.answered": ("complaint_answered", True),
    "complaint.closed": ("complaint_closed", False),
    "complaint.withdrawn": ("complaint_withdrawn", False),
}
"""Template, and whether it is pushed."""


async def tell_of_right(_: Engines, conn: db.Conn, event: Fact) -> list[str]:
    """One notice for the owner, one for the relative's account if there is one."""
    turn, delegation_id = TURNS[event.name], UUID(str(event.data["delegation_id"]))
    owner_id = UUID(str(event.data["owner_id"]))
    relative_id = await relative_queries.account(conn, delegation_id)
    dossier_id = event.data.get("dossier_id")
    topics = [live_topics.dossier(str(dossier_id))] if dossier_id else []
    there = f"{TRACK}{dossier_id}/delegations" if dossier_id else DELEGATIONS
    told = [(owner_id, f"owner_{turn.what}", there, turn.by == "relative")]
    if relative_id is not None:
        told.append((relative_id, f"relative_{turn.what}", RELATIVES, turn.by == "owner"))
    for citizen_id, template, href, push in sorted(told, key=lambda one: one[0]):
        notice = NewNotice(
            notice_id=uuid7(),
            citizen_id=citizen_id,
            event_id=event.event_id,
            template=template,
            args={},
            topics=topics,
            href=href,
            created_at=event.at,
        )
        await actions.notify(conn, notice, push=push)
    return [live_topics.citizen_channel(citizen_id) for citizen_id, *_ in told]


async def tell_who_may_answer(_: Engines, conn: db.Conn, event: Fact) -> list[str]:
    """One notice for the leaders who may answer a complaint, or for the provincial centre."""
    complaint_id = UUID(str(event.data["complaint_id"]))
    place = await complaint_desk.answering(conn, complaint_id, event.at)
    notice = NewDeskNotice(
        notice_id=uuid7(),
        event_id=event.event_id,
        agency_id=place.agency_id,
        staff_id=None,
        role=LEADER if place.led else None,
        dossier_id=UUID(str(event.data["dossier_id"])),
        template="complaint_opened",
        args={name: event.data.get(name) for name in ("number", "code")}
        | {"path": f"complaints/{complaint_id}"},
        created_at=event.at,
    )
    await desk_queries.insert(conn, notice)
    await queries.count_desk_change(conn, event, place.agency_id)
    return [live_topics.desk_channel(place.agency_id)]


async def tell_of_complaint(_: Engines, conn: db.Conn, event: Fact) -> list[str]:
    """One notice for the citizen who has opened it."""
    template, push = COMPLAINTS[event.name]
    citizen_id, dossier_id = UUID(str(event.data["citizen_id"])), str(event.data["dossier_id"])
    notice = NewNotice(
        notice_id=uuid7(),
        citizen_id=citizen_id,
        event_id=event.event_id,
        template=template,
        args={name: event.data.get(name) for name in ("number", "code")},
        topics=[live_topics.dossier(dossier_id)],
        href=f"{TRACK}{dossier_id}/complaints",
        created_at=event.at,
    )
    await actions.notify(conn, notice, push=push)
    return [live_topics.citizen_channel(citizen_id)]
