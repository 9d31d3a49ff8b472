"""What the queue of an officer holds, in numbers."""

from typing import Literal

import msgspec

QueueView = Literal[
    "to_do",
    "new",
    "in_process",
    "waiting",
    "mine",
    "open",
    "done",
    "all",
    "escalated",
    "approval",
    "ended",
]


class QueueCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many dossiers the views of what is open hold; 1,001 stands for more than 1,000."""

    to_do: int
    new: int
    in_process: int
    waiting: int
    mine: int
    overdue: int
    due_today: int
    escalated: int = 0
    """What the person is told of as a leader, and still runs."""
    approval: int = 0
    """What waits for the person's approval as a leader."""


class ProcedureCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many open dossiers of one procedure a queue holds."""

    code: str
    name: str
    name_en: str
    count: int
