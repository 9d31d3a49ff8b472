"""The officer's queue: what is late and due today, filters with counts, rows to work through."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from camaug_sdk import Go, Screen, Send, Words
from camaug_sdk.handing import Colleague
from camaug_sdk.records import DossierLine, Page, ProcedureCount, QueueCounts
from camaug_sdk.screens import (
    Accordion,
    AnyBlock,
    Button,
    Cell,
    Chip,
    Chips,
    Column,
    Empty,
    Link,
    Row,
    SearchBox,
    Stat,
    Stats,
    Table,
)
from camaug_track_dossier import desk_acts, holding, times
from camaug_track_dossier.filters import HOME, LED, NOBODY, STATUSES, VIEWS, Filters
from camaug_track_dossier.statuses import officer_badge
from camaug_track_dossier.workload_page import number

COUNTER = "/console/apps/submit-dossier/"
FIND = "/api/v1/apps/track-dossier/desk/find"
COLUMNS = ("code", "procedure", "applicant", "status", "left", "handler")


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """What stands around the rows."""

    counts: QueueCounts
    procedures: list[ProcedureCount]
    agencies: list[str]
    colleagues: list[Colleague]
    works: bool = True
    leads: bool = False
    answers: bool = False
    """Whether this person may answer complaints."""


def page(t: Words, chosen: Filters, lines: Page[DossierLine], desk: Desk, now: datetime) -> Screen:
    """One view of the queue, the late ones first."""
    more = None
    if lines.next is not None:
        more = Link(label=t("desk.more"), action=Go(href=chosen.href(lines.next)))
    return Screen(
        title=t("desk.title"),
        kicker=" · ".join(desk.agencies) or None,
        lang=t.language,
        live=["desk"],
        tools=[
            *([complaints(t)] if desk.answers else []),
            Button(
                label=t("template.title"),
                icon="file-text",
                style="quiet",
                action=Go(href=f"{HOME}templates"),
            ),
            workload(t),
            *([at_counter(t)] if desk.works else []),
        ],
        blocks=[
            # Both say something of the desks where the person works.
            *([search(t, chosen), stats(t, desk.counts)] if desk.works else []),
            *narrower(t, chosen, desk.procedures),
            *found(t, chosen),
            *held_by(t, chosen, desk.colleagues),
            chips(t, chosen, desk),
            Table(
                caption=t(f"desk.view.{chosen.view}"),
                columns=[Column(key=key, label=t(f"desk.column.{key}")) for key in COLUMNS],
                rows=[row(t, line, now) for line in lines.items],
                empty=empty(t, chosen),
                more=more,
                marks=holding.marks(t) if desk.works else None,
            ),
        ],
    )


def complaints(t: Words) -> Button:
    """The way to what citizens say about the handling."""
    return Button(
        label=t("complaint.desk"), icon="message-square", action=Go(href=f"{HOME}complaints")
    )


def at_counter(t: Words) -> Button:
    """To filing for somebody who has come."""
    return Button(label=t("desk.at_counter"), icon="id-card", action=Go(href=COUNTER))


def search(t: Words, chosen: Filters) -> SearchBox:
    """By name or code, in every status; what is typed goes out in a body."""
    body = {"procedure": chosen.procedure}
    return SearchBox(
        label=t("desk.search"),
        placeholder=t("desk.search_hint"),
        href=HOME,
        value=chosen.text,
        send=Send(href=FIND, body={name: one for name, one in body.items() if one}),
    )


def found(t: Words, chosen: Filters) -> list[AnyBlock]:
    """Out of the search."""
    if not chosen.text:
        return []
    way = Go(href=chosen.href(find=None, view="to_do", status=None))
    return [Link(label=t("desk.end_search", text=chosen.text), icon="x", action=way)]


def held_by(t: Words, chosen: Filters, colleagues: Sequence[Colleague]) -> list[AnyBlock]:
    """Out of one officer's part of the queue, or out of nobody's."""
    if chosen.handler is None:
        return []
    known = {str(one.staff_id): one.name for one in colleagues}
    known[NOBODY] = t("desk.nobody")
    name = known.get(chosen.handler, t("load.gone"))
    way = Go(href=chosen.href(handler=None, view="to_do", status=None))
    return [Link(label=t("desk.end_handler", name=name), icon="x", action=way)]


def empty(t: Words, chosen: Filters) -> Empty:
    """Why there is nothing, and the step that may help."""
    if chosen.text:
        wide = chosen.view == "all" and not chosen.procedure and not chosen.status
        everywhere = Go(href=chosen.href(view="all", procedure=None, status=None))
        return Empty(
            title=t("desk.not_found", text=chosen.text),
            text=t("desk.not_found_text"),
            icon="search",
            button=None if wide else Button(label=t("desk.search_all"), action=everywhere),
        )
    if chosen.procedure or chosen.status or chosen.handler:
        without = Go(href=chosen.href(procedure=None, status=None, handler=None))
        button = Button(label=t("desk.no_filter"), action=without)
        return Empty(title=t("desk.empty_filter"), icon="inbox", button=button)
    return Empty(
        title=t(f"desk.empty.{chosen.view}"), text=t(f"desk.empty_text.{chosen.view}"), icon="inbox"
    )


def stats(t: Words, counts: QueueCounts) -> Stats:
    """What must be done now."""
    return Stats(
        items=[
            Stat(
                label=t("desk.overdue"),
                value=number(t, counts.overdue),
                tone="bad" if counts.overdue else "neutral",
            ),
            Stat(
                label=t("desk.due_today"),
                value=number(t, counts.due_today),
                tone="warn" if counts.due_today else "neutral",
            ),
        ]
    )


def workload(t: Words) -> Button:
    """Who holds how many, where the person works."""
    go = Go(href=f"{HOME}workload")
    return Button(label=t("load.title"), icon="users", style="quiet", action=go)


def chips(t: Words, chosen: Filters, desk: Desk) -> Chips:
    """One filter a view, with the number of its open dossiers; a search has one for all.

    What leaders were told of is for them; who only leads has no other view.
    """
    views = ("all", *VIEWS) if chosen.text else VIEWS
    if chosen.handler is not None:
        views = ("open", *(one for one in VIEWS if one != "mine"))
    views = (*(views if desk.works else ()), *(LED if desk.leads else ()))
    plain = chosen.text is None and chosen.handler is None
    items = [
        Chip(
            label=t(f"desk.view.{one}"),
            count=_number(t, desk.counts, one) if plain else None,
            selected=one == chosen.view,
            action=Go(href=chosen.href(view=one, status=None)),
        )
        for one in views
    ]
    return Chips(items=items, label=t("desk.views"))


def _number(t: Words, counts: QueueCounts, view: str) -> str | None:
    """What is done only grows; its number says nothing."""
    count = getattr(counts, view, None)
    return None if count is None else number(t, count)


def narrower(t: Words, chosen: Filters, procedures: Sequence[ProcedureCount]) -> list[AnyBlock]:
    """Status and procedure, closed until one of them is chosen."""
    groups: list[AnyBlock] = []
    statuses = STATUSES.get(chosen.view, ())
    if len(statuses) > 1:
        items = [
            Chip(
                label=t(f"status.{one}.officer"),
                selected=one == chosen.status,
                action=Go(href=chosen.href(status=None if one == chosen.status else one)),
            )
            for one in statuses
        ]
        groups.append(Chips(items=items, label=t("desk.column.status")))
    if procedures:
        items = [
            Chip(
                label=t.pick(one.name, one.name_en),
                count=number(t, one.count),
                selected=one.code == chosen.procedure,
                action=Go(
                    href=chosen.href(procedure=None if one.code == chosen.procedure else one.code)
                ),
            )
            for one in procedures
        ]
        groups.append(Chips(items=items, label=t("desk.column.procedure")))
    narrowed = bool(chosen.status or chosen.procedure)
    return [Accordion(title=t("desk.narrow"), blocks=groups, open=narrowed)] if groups else []


def row(t: Words, line: DossierLine, now: datetime) -> Row:
    """One dossier; A accepts the selected one while it is new, C claims it."""
    buttons = [desk_acts.accept(t, line)] if desk_acts.can_accept(line) else []
    if holding.is_free(line):
        buttons.append(holding.claim(t, line))
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
        buttons=buttons,
        mark=holding.mark(line),
        tone="bad" if late else "neutral",
    )
