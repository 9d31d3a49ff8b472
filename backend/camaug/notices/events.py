"""Who is told of which event. Past-tense facts; each subscriber has a job of its own.

A subscriber runs at least once for each event, in one transaction, and must be idempotent by the
event's id. It answers the channels to wake once that transaction is committed. Events that plugins
subscribe to become jobs of the plugin worker in the same place, `jobs.deliver`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

import msgspec
import structlog

from camaug.dossiers import relative_queries
from camaug.dossiers.acts import COUNTER, DESK_ROLES, LEADER, RELATIVE
from camaug.kernel import db, outbox
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.notices import (
    actions,
    announcement_states,
    desk_queries,
    live_topics,
    personal_events,
    plugin_notices,
    queries,
)
from camaug.notices.schemas import Fact, NewDeskNotice, NewNotice

Handle = Callable[[Engines, db.Conn, Fact], Awaitable[list[str]]]
log = structlog.get_logger()
DAY = timedelta(days=1)
MOST_A_DAY = 20
"""Notices of one plugin to one citizen; more is a fault of the plugin."""
WANTED = "plugin.notice_wanted"
"""What a plugin asks for comes after what the core has to tell."""
TRACK = "/apps/track-dossier/"


class Subscriber(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who wants to know; its jobs have the entrypoint `on:<name>`."""

    name: str
    handle: Handle


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """How a citizen is told of an event. Texts: `notice.<template>` and `push.<template>`."""

    template: str
    push: bool = True


TELLINGS: Mapping[str, Telling] = {
    "dossier.submitted": Telling(template="submitted"),
    "dossier.accepted": Telling(template="accepted"),
    "dossier.refused": Telling(template="refused"),
    "dossier.supplement_requested": Telling(template="supplement_requested"),
    "dossier.supplemented": Telling(template="supplemented", push=False),
    "dossier.in_process": Telling(template="in_process", push=False),
    "dossier.sent_on": Telling(template="sent_on", push=False),
    "dossier.completed": Telling(template="completed"),
    "dossier.returned": Telling(template="returned"),
    "dossier.stopped": Telling(template="stopped"),
    "dossier.withdrawn": Telling(template="withdrawn"),
    "dossier.payment_requested": Telling(template="payment_requested"),
    "dossier.paid": Telling(template="paid", push=False),
    "dossier.reopened": Telling(template="reopened"),
    "dossier.corrected": Telling(template="corrected", push=False),
    "dossier.apologised": Telling(template="apologised"),
    "dossier.due_moved": Telling(template="due_moved"),
}
BY_RELATIVE = Telling(template="supplemented_by_relative")
"""How the owner is told that a relative has sent a supplement."""
AT_COUNTER = Telling(template="supplemented_at_counter")
"""How the owner is told that somebody has brought papers to a counter."""
OF_RELATIVE = {"dossier.completed": "relative_result", "dossier.returned": "relative_result"}
"""What a relative is told of somebody else's dossier; of all other events `relative_news`."""
ARGS = ("code", "procedure_name", "procedure_name_en", "agency_name", "agency_name_en")
"""What a notice keeps of an event: nothing that names a person."""
MOMENTS = ("due_at", "appointed_at", "was_due_at")
"""Instants of an event that a notice says in words."""
PROPOSALS = tuple(
    f"proposal.{one}" for one in ("proposed", "taken_back", "sent_back", "approved", "void")
)
"""What happens to an act that waits for a leader."""
DESK_TELLINGS: Mapping[str, str] = {
    "dossier.supplemented": "supplemented",
    "dossier.sent_on": "sent_on",
    "dossier.handed_over": "handed_over",
    "dossier.withdrawn": "withdrawn",
    "dossier.due_soon": "due_soon",
    "dossier.overdue": "overdue",
    "dossier.due_moved": "due_moved",
}
"""What staff are told, and the template: `desk_notice.<template>`."""


async def _tell_citizen(engines: Engines, conn: db.Conn, event: Fact) -> list[str]:
    """One notice in the citizen's inbox, and a push to each of the citizen's devices.

    The same for relatives whom the owner lets be told, as long as they have the right.
    """
    telling, dossier_id = TELLINGS[event.name], str(event.data["dossier_id"])
    if event.data.get("by") == RELATIVE:
        telling = BY_RELATIVE
    elif event.data.get("by") == COUNTER:
        telling = AT_COUNTER
    citizen_id = UUID(str(event.data["citizen_id"]))
    notice = NewNotice(
        notice_id=uuid7(),
        citizen_id=citizen_id,
        event_id=event.event_id,
        template=telling.template,
        args={name: event.data.get(name) for name in ARGS} | _moments(event),
        topics=[live_topics.dossier(dossier_id)],
        href=f"{TRACK}{dossier_id}",
        created_at=event.at,
    )
    await actions.notify(conn, notice, push=telling.push)
    others = await relative_queries.told(conn, UUID(dossier_id), engines.clock.now())
    for relative_id in others:
        other = msgspec.structs.replace(
            notice,
            notice_id=uuid7(),
            citizen_id=relative_id,
            template=OF_RELATIVE.get(event.name, "relative_news"),
            href=f"{personal_events.RELATIVES}/{dossier_id}",
        )
        await actions.notify(conn, other, push=telling.push)
    return [live_topics.citizen_channel(one) for one in (citizen_id, *others)]


def _moments(event: Fact) -> dict[str, str | int | None]:
    return {name: event.data[name] for name in MOMENTS if name in event.data}


async def _tell_desks(_: Engines, conn: db.Conn, event: Fact) -> list[str]:
    """The desk that holds the dossier, and the one that has sent it on.

    Notice and change are one transaction, so that a shell that is woken finds both.
    """
    named = {event.data.get("agency_id"), event.data.get("from_agency_id")} - {None}
    agencies = {UUID(str(one)) for one in named}
    if event.name in DESK_TELLINGS:
        agencies |= await _tell_staff(conn, event, DESK_TELLINGS[event.name])
    for agency_id in sorted(agencies):
        await queries.count_desk_change(conn, event, agency_id)
    return [live_topics.desk_channel(one) for one in sorted(agencies)]


async def _tell_staff(conn: db.Conn, event: Fact, template: str) -> set[UUID]:
    """One notice a desk: for the dossier's handler, or for all of the desk; the agencies."""
    dossier_id = UUID(str(event.data["dossier_id"]))
    places = await desk_queries.places(conn, dossier_id, list(DESK_ROLES), event.at)
    for place in places:
        notice = NewDeskNotice(
            notice_id=uuid7(),
            event_id=event.event_id,
            agency_id=place.agency_id,
            staff_id=place.staff_id,
            dossier_id=dossier_id,
            template=template,
            args={name: event.data.get(name) for name in ARGS} | _moments(event),
            created_at=event.at,
        )
        await desk_queries.insert(conn, notice)
    return {place.agency_id for place in places}


async def _tell_leaders(_: Engines, conn: db.Conn, event: Fact) -> list[str]:
    """The leaders of the agency that the event names, and the desk that holds the dossier."""
    told, held = (UUID(str(event.data[name])) for name in ("to_agency_id", "agency_id"))
    notice = NewDeskNotice(
        notice_id=uuid7(),
        event_id=event.event_id,
        agency_id=told,
        staff_id=None,
        role=LEADER,
        dossier_id=UUID(str(event.data["dossier_id"])),
        template=f"escalated_{event.data['level']}",
        args={name: event.data.get(name) for name in ARGS} | _moments(event),
        created_at=event.at,
    )
    await desk_queries.insert(conn, notice)
    for agency_id in sorted({told, held}):
        await queries.count_desk_change(conn, event, agency_id)
    return [live_topics.desk_channel(one) for one in sorted({told, held})]


async def _tell_by_plugin(_: Engines, conn: db.Conn, event: Fact) -> list[str]:
    """What a plugin wants a citizen to know, by a template of its manifest."""
    args = {name: value for name, value in event.data.items() if not name.startswith("_")}
    plugin_id, citizen_id = str(event.data["_plugin"]), UUID(str(event.data["_citizen"]))
    told = await plugin_notices.template(conn, plugin_id, str(event.data["_template"]))
    if await plugin_notices.since(conn, citizen_id, plugin_id, event.at - DAY) >= MOST_A_DAY:
        log.warning("plugin_tells_too_much", plugin_id=plugin_id)
        return []
    notice = NewNotice(
        notice_id=uuid7(),
        citizen_id=citizen_id,
        event_id=event.event_id,
        template=plugin_notices.TEMPLATE,
        args=plugin_notices.words(told, args) | {"plugin": plugin_id},
        topics=[],
        href=f"/apps/{plugin_id}{event.data['_path']}".rstrip("/"),
        created_at=event.at,
    )
    await actions.notify(conn, notice, push=told.push)
    return [live_topics.citizen_channel(citizen_id)]


async def _tell_of_proposal(_: Engines, conn: db.Conn, event: Fact) -> list[str]:
    """Leaders of what waits for them, the officer of what became of it; both desks' queues."""
    decides, works = (UUID(str(event.data[name])) for name in ("agency_id", "from_agency_id"))
    to_leaders = event.name == "proposal.proposed"
    if event.name != "proposal.taken_back":
        notice = NewDeskNotice(
            notice_id=uuid7(),
            event_id=event.event_id,
            agency_id=decides if to_leaders else works,
            staff_id=None if to_leaders else UUID(str(event.data["proposed_by"])),
            role=LEADER if to_leaders else None,
            dossier_id=UUID(str(event.data["dossier_id"])),
            template=event.name.replace(".", "_"),
            args={name: event.data.get(name) for name in ARGS},
            created_at=event.at,
        )
        await desk_queries.insert(conn, notice)
    for agency_id in sorted({decides, works}):
        await queries.count_desk_change(conn, event, agency_id)
    return [live_topics.desk_channel(one) for one in sorted({decides, works})]


INBOX = Subscriber(name="inbox", handle=_tell_citizen)
DESK = Subscriber(name="desk", handle=_tell_desks)
LEADERS = Subscriber(name="leaders", handle=_tell_leaders)
PROPOSAL = Subscriber(name="proposal", handle=_tell_of_proposal)
RIGHT = Subscriber(name="right", handle=personal_events.tell_of_right)
COMPLAINT = Subscriber(name="complaint", handle=personal_events.tell_of_complaint)
ANSWERING = Subscriber(name="answering", handle=personal_events.tell_who_may_answer)
SUBSCRIBERS: Mapping[str, Sequence[Subscriber]] = {
    **dict.fromkeys(DESK_TELLINGS, (DESK,)),
    **dict.fromkeys(TELLINGS, (INBOX, DESK)),
    **dict.fromkeys(announcement_states.EVENTS, (DESK,)),
    **dict.fromkeys(personal_events.TURNS, (RIGHT,)),
    **dict.fromkeys(personal_events.COMPLAINTS, (COMPLAINT, DESK)),
    "complaint.opened": (COMPLAINT, ANSWERING, DESK),
    **dict.fromkeys(
        (
            "dossier.rated",
            "dossier.claimed",
            "dossier.given_back",
            "dossier.received",
            "dossier.undone",
            "dossier.channel_corrected",
        ),
        (DESK,),
    ),
    **dict.fromkeys(("note.written", "note.edited"), (DESK,)),
    **dict.fromkeys(PROPOSALS, (PROPOSAL,)),
    "dossier.escalated": (LEADERS,),
    WANTED: (Subscriber(name="plugin_notice", handle=_tell_by_plugin),),
}
"""Event name to its subscribers in the core."""
BY_NAME: Mapping[str, Subscriber] = {
    one.name: one for several in SUBSCRIBERS.values() for one in several
}


def part(subscriber: Subscriber) -> outbox.Part:
    """Whether the subscriber tells our own offices or somebody outside."""
    return "house" if subscriber in (DESK, LEADERS) else "out"
