"""Which act leads from which status to which, who may do it, and what the clock does.

After `data/statuses.tsv` (the national list of ten statuses; its next-state column is a proposal).
A supplement asked for before acceptance (status 5, never accepted) leads back to 2 or to 3; after
acceptance it leads back to 4. What is accepted may be stopped until it has a result; what is not is
refused. A payment asked for (status 6) pauses the clock, which is a rule of this project.

Reopening is a leader's, and a rule of this project as well: the list proposes nothing after an end.
What was refused is new again; what was finished or stopped is in process, and owes what it owed.
"""

from typing import Literal

import msgspec

from camaug_sdk.records import Status

Kind = Literal[
    "accept", "refuse", "ask_supplement", "process", "resume", "send_on", "finish", "return",
    "stop", "apologise", "ask_payment", "paid", "take_in", "reopen", "reopen_refused", "supply",
    "withdraw",
]  # fmt: skip
By = Literal["officer", "leader", "citizen"]
Accepted = Literal["yes", "no", "either"]


class Transition(msgspec.Struct, frozen=True, kw_only=True):
    """One act. `to` of None keeps the status; `accepted` asks whether the clock has started."""

    by: By
    start: frozenset[Status]
    to: Status | None
    event: str
    accepted: Accepted = "either"
    reason: bool = False
    clock: Literal["starts", "pauses", "goes on", "stops", "runs again", "as it is"] = "as it is"
    """`runs again`: what was promised stays promised, and the end is taken back."""


def _from(*statuses: Status) -> frozenset[Status]:
    return frozenset(statuses)


_NEW, _ACCEPTED, _RUNNING, _WAITING, _UNPAID = (
    Status.SUBMITTED,
    Status.ACCEPTED,
    Status.IN_PROCESS,
    Status.SUPPLEMENT_REQUESTED,
    Status.PAYMENT_REQUESTED,
)
UNDOABLE: frozenset[Kind] = frozenset(
    (
        "accept", "refuse", "ask_supplement", "process", "resume", "finish", "return", "stop",
        "ask_payment", "paid",
    )
)  # fmt: skip
"""Acts that their officer may take back while nothing of them has left the house."""

TRANSITIONS: dict[Kind, Transition] = {
    "accept": Transition(
        by="officer",
        start=_from(_NEW, _WAITING),
        to=Status.ACCEPTED,
        event="dossier.accepted",
        accepted="no",
        clock="starts",
    ),
    "refuse": Transition(
        by="officer",
        start=_from(_NEW, _WAITING),
        to=Status.REFUSED,
        event="dossier.refused",
        accepted="no",
        reason=True,
        clock="stops",
    ),
    "ask_supplement": Transition(
        by="officer",
        start=_from(_NEW, _ACCEPTED, _RUNNING),
        to=_WAITING,
        event="dossier.supplement_requested",
        reason=True,
        clock="pauses",
    ),
    "process": Transition(
        by="officer", start=_from(_ACCEPTED), to=_RUNNING, event="dossier.in_process"
    ),
    "resume": Transition(
        by="officer",
        start=_from(_WAITING),
        to=_RUNNING,
        event="dossier.in_process",
        accepted="yes",
        clock="goes on",
    ),
    "send_on": Transition(
        by="officer",
        start=_from(_NEW, _ACCEPTED, _RUNNING, _WAITING),
        to=None,
        event="dossier.sent_on",
        reason=True,
    ),
    "finish": Transition(
        by="officer",
        start=_from(_ACCEPTED, _RUNNING),
        to=Status.COMPLETED,
        event="dossier.completed",
        clock="stops",
    ),
    "return": Transition(
        by="officer", start=_from(Status.COMPLETED), to=Status.RETURNED, event="dossier.returned"
    ),
    "stop": Transition(
        by="officer",
        start=_from(_ACCEPTED, _RUNNING, _WAITING, _UNPAID),
        to=Status.STOPPED,
        event="dossier.stopped",
        accepted="yes",
        reason=True,
        clock="stops",
    ),
    "apologise": Transition(
        by="officer",
        start=_from(_ACCEPTED, _RUNNING),
        to=None,
        event="dossier.apologised",
        accepted="yes",
        reason=True,
    ),
    "ask_payment": Transition(
        by="officer",
        start=_from(_ACCEPTED, _RUNNING),
        to=_UNPAID,
        event="dossier.payment_requested",
        accepted="yes",
        reason=True,
        clock="pauses",
    ),
    "paid": Transition(
        by="officer",
        start=_from(_UNPAID),
        to=_RUNNING,
        event="dossier.paid",
        accepted="yes",
        reason=True,
        clock="goes on",
    ),
    "take_in": Transition(
        by="officer",
        start=_from(_WAITING),
        to=None,
        event="dossier.supplemented",
        reason=True,
        clock="goes on",
    ),
    "reopen": Transition(
        by="leader",
        start=_from(Status.STOPPED, Status.COMPLETED),
        to=_RUNNING,
        event="dossier.reopened",
        accepted="yes",
        reason=True,
        clock="runs again",
    ),
    "reopen_refused": Transition(
        by="leader",
        start=_from(Status.REFUSED),
        to=_NEW,
        event="dossier.reopened",
        accepted="no",
        reason=True,
        clock="runs again",
    ),
    "supply": Transition(
        by="citizen", start=_from(_WAITING), to=None, event="dossier.supplemented", clock="goes on"
    ),
    "withdraw": Transition(
        by="citizen",
        start=_from(_NEW, _ACCEPTED, _RUNNING, _WAITING, _UNPAID),
        to=Status.WITHDRAWN,
        event="dossier.withdrawn",
        clock="stops",
    ),
}


def allowed(rule: Transition, status: Status, *, accepted: bool) -> bool:
    """Whether the act may happen to a dossier in that status."""
    fits = rule.accepted == "either" or (rule.accepted == "yes") is accepted
    return status in rule.start and fits


def possible(by: str, status: Status, *, accepted: bool) -> list[Kind]:
    """The acts that an officer, a leader or a citizen may do now, in the order of the table."""
    return [
        kind
        for kind, rule in TRANSITIONS.items()
        if rule.by == by and allowed(rule, status, accepted=accepted)
    ]
