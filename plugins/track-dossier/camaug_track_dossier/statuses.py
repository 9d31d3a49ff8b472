"""The ten statuses of a dossier: how each looks and what it is called; the only such table here.

Words stand in the catalogues, after the national list (`statuses.tsv`): `status.<n>.citizen` and
`status.<n>.officer`.
"""

from typing import Literal

import msgspec

from camaug_sdk import Words
from camaug_sdk.actions import Tone
from camaug_sdk.records import DossierLine, Status
from camaug_sdk.screens import Badge

Reader = Literal["citizen", "officer"]


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """Icon and tone; never one without the word."""

    icon: str
    tone: Tone


LOOKS: dict[Status, Look] = {
    Status.SUBMITTED: Look(icon="inbox", tone="neutral"),
    Status.ACCEPTED: Look(icon="badge-check", tone="info"),
    Status.REFUSED: Look(icon="circle-x", tone="warn"),
    Status.IN_PROCESS: Look(icon="loader", tone="info"),
    Status.SUPPLEMENT_REQUESTED: Look(icon="pause", tone="warn"),
    Status.PAYMENT_REQUESTED: Look(icon="wallet", tone="warn"),
    Status.WITHDRAWN: Look(icon="undo-2", tone="neutral"),
    Status.STOPPED: Look(icon="octagon-x", tone="warn"),
    Status.COMPLETED: Look(icon="check", tone="good"),
    Status.RETURNED: Look(icon="gift", tone="good"),
}
RUNNING = frozenset({Status.ACCEPTED, Status.IN_PROCESS})
"""The clock runs."""


def runs(line: DossierLine) -> bool:
    """Whether the clock runs: also when papers have come that the officer has not decided on."""
    return line.status in RUNNING or line.supplemented_at is not None


ENDED_WITH_REASON = frozenset({Status.REFUSED, Status.STOPPED})
"""An officer ended it; the reason stands in the story."""
REASONED = ENDED_WITH_REASON | {Status.SUPPLEMENT_REQUESTED}
"""Statuses with an officer's words, which may name people and so are for the owner alone."""


def word(t: Words, status: Status, reader: Reader) -> str:
    """What the status is called."""
    return t(f"status.{int(status)}.{reader}")


def badge(t: Words, status: Status, reader: Reader) -> Badge:
    """Icon, word and tone."""
    look = LOOKS[status]
    return Badge(label=word(t, status, reader), tone=look.tone, icon=look.icon)


def officer_badge(t: Words, status: Status, *, late: bool) -> Badge:
    """The badge of a dossier at the desk; one that is late says so instead of its status."""
    if late:
        return Badge(label=t("desk.late"), tone="bad", icon="alarm-clock")
    return badge(t, status, "officer")


def elsewhere(t: Words, status: Status) -> str | None:
    """Where the owner reads what the lookup by code does not tell; None when there is nothing."""
    if status is Status.PAYMENT_REQUESTED:
        return t("lookup.payment")
    return t("lookup.reason") if status in REASONED else None
