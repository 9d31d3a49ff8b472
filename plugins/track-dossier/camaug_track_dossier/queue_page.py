"""The officer's queue: what is late and due today, filters with counts, rows to work through."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from camaug_sdk import Go, Screen, Words
from camaug_sdk.records import DossierLine, Page, QueueCounts
from camaug_sdk.screens import (
    Cell,
    Chip,
    Chips,
    Column,
    Empty,
    Link,
    Row,
    Stat,
    Stats,
    Table,
)
from camaug_track_dossier import desk_acts, times
from camaug_track_dossier.statuses import officer_badge

HOME = "/console/apps/track-dossier/"
View = Literal["to_do", "new", "in_process", "waiting", "done"]
VIEWS: tuple[View, ...] = ("to_do", "new", "in_process", "waiting", "done")
COLUMNS = ("code", "procedure", "applicant", "status", "left", "handler")


def page(
    t: Words,
    view: View,
    lines: Page[DossierLine],
    counts: QueueCounts,
    agencies: Sequence[str],
    now: datetime,
) -> Screen:
    """One view of the queue, the late ones first."""
    more = None
    if lines.next is not None:
        way = Go(href=f"{HOME}?view={view}&after={lines.next}")
        more = Link(label=t("desk.more"), action=way)
    return Screen(
        title=t("desk.title"),
        kicker=" · ".join(agencies) or None,
        lang=t.language,
        live=["queue"],
        blocks=[
            stats(t, counts),
            chips(t, view, counts),
            Table(
                caption=t(f"desk.view.{view}"),
                columns=[Column(key=key, label=t(f"desk.column.{key}")) for key in COLUMNS],
                rows=[row(t, line, now) for line in lines.items],
                empty=Empty(title=t(f"desk.empty.{view}"), text=t("desk.empty_text"), icon="inbox"),
                more=more,
            ),
        ],
    )


def stats(t: Words, counts: QueueCounts) -> Stats:
    """What must be done now."""
    return Stats(
        items=[
            Stat(
                label=t("desk.overdue"),
                value=str(counts.overdue),
                tone="bad" if counts.overdue else "neutral",
            ),
            Stat(
                label=t("desk.due_today"),
                value=str(counts.due_today),
                tone="warn" if counts.due_today else "neutral",
            ),
        ]
    )


def chips(t: Words, view: View, counts: QueueCounts) -> Chips:
    """One filter a view, with the number of its dossiers."""
    numbers = {
        "to_do": counts.to_do,
        "new": counts.new,
        "in_process": counts.in_process,
        "waiting": counts.waiting,
        "done": counts.done,
    }
    items = [
        Chip(
            label=t(f"desk.view.{one}"),
            count=str(numbers[one]),
            selected=one == view,
            action=Go(href=f"{HOME}?view={one}"),
        )
        for one in VIEWS
    ]
    return Chips(items=items, label=t("desk.views"))


def row(t: Words, line: DossierLine, now: datetime) -> Row:
    """One dossier; A accepts the selected one while it is new."""
    late = times.is_late(line, now)
    cells = {
        "code": Cell(text=line.code),
        "procedure": Cell(text=t.pick(line.procedure_name, line.procedure_name_en), strong=True),
        "applicant": Cell(text=line.applicant_name or t("desk.no_name")),
        "status": Cell(badge=officer_badge(t, line.status, late=late)),
        "left": Cell(text=times.left(t, line, now)),
        "handler": Cell(text=line.handler_name or t("desk.nobody")),
    }
    return Row(
        key=str(line.dossier_id),
        cells=cells,
        action=Go(href=f"{HOME}{line.dossier_id}"),
        buttons=[desk_acts.accept(t, line)] if desk_acts.can_accept(line) else [],
        tone="bad" if late else "neutral",
    )
