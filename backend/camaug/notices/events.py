"""Who is told of which event. Past-tense facts; each subscriber has a job of its own.

A subscriber runs at least once for each event, in one transaction, and must be idempotent by the
event's id. It answers the channels to wake once that transaction is committed. Events that plugins
subscribe to become jobs of the plugin worker in the same place, `jobs.deliver`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from uuid import UUID

import msgspec

from camaug.kernel import db
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.notices import actions, announcement_states, live_topics, queries
from camaug.notices.schemas import Fact, NewNotice

Handle = Callable[[Engines, db.Conn, Fact], Awaitable[list[str]]]
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
    "dossier.withdrawn": Telling(template="withdrawn"),
}
ARGS = ("code", "procedure_name", "procedure_name_en", "agency_name", "agency_name_en")
"""What a notice keeps of an event: nothing that names a person."""


async def _tell_citizen(_: Engines, conn: db.Conn, event: Fact) -> list[str]:
    """One notice in the citizen's inbox, and a push to each of the citizen's devices."""
    telling, dossier_id = TELLINGS[event.name], str(event.data["dossier_id"])
    citizen_id = UUID(str(event.data["citizen_id"]))
    notice = NewNotice(
        notice_id=uuid7(),
        citizen_id=citizen_id,
        event_id=event.event_id,
        template=telling.template,
        args={name: event.data.get(name) for name in ARGS},
        topics=[live_topics.dossier(dossier_id)],
        href=f"{TRACK}{dossier_id}",
        created_at=event.at,
    )
    await actions.notify(conn, notice, push=telling.push)
    return [live_topics.citizen_channel(citizen_id)]


async def _tell_desks(_: Engines, conn: db.Conn, event: Fact) -> list[str]:
    """The desk that holds the dossier, and the one that has sent it on."""
    named = {event.data.get("agency_id"), event.data.get("from_agency_id")} - {None}
    agencies = sorted(UUID(str(one)) for one in named)
    for agency_id in agencies:
        await queries.count_desk_change(conn, event, agency_id)
    return [live_topics.desk_channel(one) for one in agencies]


INBOX = Subscriber(name="inbox", handle=_tell_citizen)
DESK = Subscriber(name="desk", handle=_tell_desks)
SUBSCRIBERS: Mapping[str, Sequence[Subscriber]] = {
    **dict.fromkeys(TELLINGS, (INBOX, DESK)),
    **dict.fromkeys(announcement_states.EVENTS, (DESK,)),
}
"""Event name to its subscribers in the core."""
BY_NAME: Mapping[str, Subscriber] = {
    one.name: one for several in SUBSCRIBERS.values() for one in several
}
