"""One dossier as an officer sees it: facts, answers, files, story, and what may be done now."""

from datetime import datetime
from uuid import UUID

import msgspec

from camaug_sdk import Go, Screen, Words
from camaug_sdk.approvals import Approval
from camaug_sdk.handing import Slip
from camaug_sdk.notes import Note
from camaug_sdk.records import Dossier, DossierLine, Status
from camaug_sdk.screens import AnyBlock, Button, Card, Group, Heading, KeyValue, Pair
from camaug_track_dossier import (
    approval_pages,
    contents,
    desk_acts,
    holding,
    mistakes,
    note_pages,
    promises,
    rating_pages,
    story,
    times,
)
from camaug_track_dossier.contents import Names
from camaug_track_dossier.statuses import ENDED_WITH_REASON, officer_badge

HOME = "/console/apps/track-dossier/"
RECEIPTS = "/console/apps/submit-dossier/receipts/"


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A dossier, what the offices have beside it, and who looks; no slip for who only leads."""

    dossier: Dossier
    officer_id: UUID
    slip: Slip | None = None
    notes: list[Note] = []
    approval: Approval = Approval(needed=[], waiting=None)


def page(t: Words, seen: Seen, names: Names, now: datetime) -> Screen:
    """The whole dossier."""
    dossier, line = approval_pages.possible(seen.dossier, seen.approval), seen.dossier.line
    acts = desk_acts.others(t, dossier)
    blocks: list[AnyBlock] = [
        *mistakes.undo(t, dossier),
        *(holding.received(t, line, seen.slip) if seen.slip else []),
        *approval_pages.waiting(t, names, line, seen.approval),
        *approval_pages.returned(t, dossier),
        _now(t, line, now),
        KeyValue(items=[*facts(t, line), *contents.behalf(t, dossier)]),
        *promises.payments(t, dossier),
        *promises.apology(t, dossier),
        *promises.forecast(t, dossier),
        *([Group(legend=t("desk.acts"), blocks=acts)] if acts else []),
        *([holding.buttons(t, line, seen.officer_id)] if seen.slip else []),
        *mistakes.ways(t, dossier, works=seen.slip is not None),
        *contents.files(t, names, dossier.documents, t("desk.papers"), scanned=True),
        *_answers(t, dossier, names),
        *contents.conditions(t, dossier),
        *contents.files(t, names, dossier.results, t("one.results"), scanned=True),
        *contents.files(t, names, dossier.replaced, t("correct.replaced"), scanned=True),
        *rating_pages.said(t, dossier, t("rate.of_applicant")),
        *(note_pages.section(t, line.dossier_id, seen.notes) if seen.slip else []),
        Heading(text=t("story.title")),
        story.timeline(t, dossier),
    ]
    return Screen(
        title=t.pick(line.procedure_name, line.procedure_name_en),
        kicker=line.code,
        subtitle=line.applicant_name,
        lang=t.language,
        back=Go(href=HOME),
        tools=_tools(t, dossier),
        primary=desk_acts.primary(t, dossier),
        live=[f"dossier:{line.dossier_id}"],
        blocks=blocks,
    )


def _tools(t: Words, dossier: Dossier) -> list[Button]:
    """The receipt, for who works on the dossier."""
    if not dossier.answers:
        return []
    way = Go(href=f"{RECEIPTS}{dossier.line.dossier_id}")
    return [Button(label=t("desk.receipt"), icon="printer", action=way)]


def _answers(t: Words, dossier: Dossier, names: Names) -> list[AnyBlock]:
    """What was declared; leaders, who only follow the dossier, are given none of it."""
    if not dossier.answers:
        return []
    return [Heading(text=t("desk.answers")), contents.answers(t, names, dossier.answers)]


def _now(t: Words, line: DossierLine, now: datetime) -> Card:
    """How it stands and how much time is left."""
    late = times.is_late(line, now)
    return Card(
        title=t("one.now"),
        badge=officer_badge(t, line.status, late=late),
        big=times.left(t, line, now),
        text=_text(t, line),
        progress=times.passed(line, now),
        tone="bad" if late else "neutral",
    )


def _text(t: Words, line: DossierLine) -> str | None:
    """Where the reason is when an officer ended it, else what it waits for."""
    if line.status in ENDED_WITH_REASON:
        return t(f"hint.{int(line.status)}")
    if line.status is Status.SUPPLEMENT_REQUESTED:
        return t("desk.waits" if line.supplemented_at is None else "desk.supplied")
    return times.headline(t, line) if line.due_at else None


def facts(t: Words, line: DossierLine) -> list[Pair]:
    """Who filed, when, and who has it."""
    pairs = [
        Pair(label=t("desk.column.applicant"), value=line.applicant_name or t("desk.no_name")),
        Pair(label=t("lookup.submitted"), value=t.moment(line.submitted_at)),
        Pair(label=t("lookup.agency"), value=t.pick(line.agency_name_vi, line.agency_name_en)),
        Pair(label=t("desk.column.handler"), value=line.handler_name or t("desk.nobody")),
    ]
    if line.accepted_at is not None:
        pairs.insert(2, Pair(label=t("lookup.accepted"), value=t.moment(line.accepted_at)))
    return pairs
