"""The timeline: what has happened, then what is still to come."""

from camaug_sdk import Words
from camaug_sdk.records import Dossier, DossierEvent, DossierLine, Status
from camaug_sdk.relatives import RelativeDossier
from camaug_sdk.screens import Step, Timeline
from camaug_track_dossier.statuses import LOOKS, word

ICONS = {
    "submitted": "send",
    "accepted": "badge-check",
    "refused": "circle-x",
    "supplement_requested": "circle-alert",
    "supplemented": "paperclip",
    "in_process": "loader",
    "sent_on": "forward",
    "completed": "stamp",
    "returned": "gift",
    "stopped": "octagon-x",
    "withdrawn": "undo-2",
    "apologised": "hand-heart",
    "escalated": "triangle-alert",
    "due_moved": "calendar-clock",
    "claimed": "hand",
    "given_back": "undo-2",
    "handed_over": "handshake",
    "received": "user-check",
    "receipt_shown": "eye",
    "receipt_printed": "printer",
    "proposed": "stamp",
    "approved": "stamp",
    "sent_back": "undo-2",
    "taken_back": "undo-2",
    "payment_requested": "wallet",
    "paid": "check",
    "reopened": "rotate-ccw",
    "undone": "undo-2",
    "corrected": "pencil",
    "channel_corrected": "pencil",
}
WARNING = frozenset(
    {"supplement_requested", "refused", "stopped", "apologised", "escalated", "payment_requested"}
)
AFTER: dict[Status, tuple[str, ...]] = {
    Status.SUBMITTED: ("accepted", "completed", "returned"),
    Status.ACCEPTED: ("in_process", "completed", "returned"),
    Status.IN_PROCESS: ("completed", "returned"),
    Status.SUPPLEMENT_REQUESTED: ("completed", "returned"),
    Status.PAYMENT_REQUESTED: ("paid", "completed", "returned"),
    Status.COMPLETED: ("returned",),
}
"""What normally follows a status; final statuses have nothing after them."""


def timeline(t: Words, dossier: Dossier | RelativeDossier) -> Timeline:
    """The whole story, oldest first."""
    told = [_happened(t, one) for one in dossier.events]
    return Timeline(items=[*told, *_to_come(t, dossier.line)], label=t("story.title"))


def _happened(t: Words, event: DossierEvent) -> Step:
    agency = event.agency_name_vi and t.pick(event.agency_name_vi, event.agency_name_en or "")
    if agency and event.kind == "sent_on":
        agency = t("story.to", agency=agency)
    who = [one for one in (event.actor_name, agency) if one]
    if event.by_relative:
        who.insert(0, t("story.by_relative"))
    lines = [" · ".join(who), event.note or ""]
    if event.corrected_at is not None:
        lines.append(t("story.was_corrected", at=t.moment(event.corrected_at)))
    if event.was_note:
        lines.append(t("story.was", text=event.was_note))
    if event.undone:
        lines.append(t("story.was_undone"))
    return Step(
        title=t.find(f"story.{_kind(event)}") or word(t, event.status, "citizen"),
        text="\n".join(one for one in lines if one) or None,
        time=t.moment(event.at),
        icon=ICONS.get(event.kind, LOOKS[event.status].icon),
        tone="warn" if event.kind in WARNING else "neutral",
    )


def _kind(event: DossierEvent) -> str:
    """What an officer filed or took in came to a counter."""
    at_counter = event.kind in ("submitted", "supplemented") and event.actor_kind == "staff"
    return f"{event.kind}_counter" if at_counter else event.kind


def _to_come(t: Words, line: DossierLine) -> list[Step]:
    kinds = list(AFTER.get(line.status, ()))
    if line.status == Status.SUPPLEMENT_REQUESTED and line.accepted_at is None:
        kinds.insert(0, "accepted")
    return [_coming(t, kind, line) for kind in kinds]


def _coming(t: Words, kind: str, line: DossierLine) -> Step:
    when = None
    if kind == "completed" and line.due_at is not None and not _broken(line):
        due = max(line.due_at, line.appointed_at or line.due_at)
        when = t("story.expected", due=t.moment(due))
    return Step(title=t(f"story.next.{kind}"), time=when, icon=ICONS[kind], state="next")


def _broken(line: DossierLine) -> bool:
    """Whether the promised time has passed and no new one was given: nothing is expected then."""
    minutes = line.work_minutes_left
    return minutes is not None and minutes < 0 and line.appointed_at is None
