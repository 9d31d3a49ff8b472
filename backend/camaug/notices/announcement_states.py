"""Which act leads an announcement from which state to which, and who may do it.

An announcement needs two people: its author writes and submits, somebody else approves. Every
edit leads back to `draft`, so no approval outlives the text that it was given for.
"""

from typing import Literal

import msgspec

State = Literal["draft", "waiting", "approved", "sending", "sent", "stopped", "withdrawn"]
Act = Literal["write", "submit", "approve", "withdraw", "void", "begin", "finish", "stop"]
Doer = Literal["author", "other", "anyone", "system"]


class Transition(msgspec.Struct, frozen=True, kw_only=True):
    """One act. `anyone` is any operator of the agency, `other` any but the author."""

    by: Doer
    start: frozenset[State]
    to: State
    event: str


def _from(*states: State) -> frozenset[State]:
    return frozenset(states)


TRANSITIONS: dict[Act, Transition] = {
    "write": Transition(
        by="author",
        start=_from("draft", "waiting", "approved"),
        to="draft",
        event="announcement.written",
    ),
    "submit": Transition(
        by="author", start=_from("draft"), to="waiting", event="announcement.submitted"
    ),
    "approve": Transition(
        by="other", start=_from("waiting"), to="approved", event="announcement.approved"
    ),
    "withdraw": Transition(
        by="anyone",
        start=_from("draft", "waiting", "approved"),
        to="withdrawn",
        event="announcement.withdrawn",
    ),
    "void": Transition(
        by="system", start=_from("approved"), to="waiting", event="announcement.approval_voided"
    ),
    "begin": Transition(
        by="system", start=_from("approved"), to="sending", event="announcement.started"
    ),
    "finish": Transition(by="system", start=_from("sending"), to="sent", event="announcement.sent"),
    "stop": Transition(
        by="anyone", start=_from("sending"), to="stopped", event="announcement.stopped"
    ),
}
EVENTS = tuple(rule.event for rule in TRANSITIONS.values())


def may(act: Act, *, author: bool) -> bool:
    """Whether an operator may do the act at all; `author` tells whether the text is their own."""
    by = TRANSITIONS[act].by
    return by in {"anyone", "author" if author else "other"}


def possible(state: State, *, author: bool) -> list[Act]:
    """What an operator may do now, in the order of the table."""
    return [
        act for act, rule in TRANSITIONS.items() if state in rule.start and may(act, author=author)
    ]
