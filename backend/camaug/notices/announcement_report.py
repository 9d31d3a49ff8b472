"""One announcement in the console: what it says, whom it reaches, how it went, what can be done."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import msgspec

from camaug.kernel.i18n import Catalogue, number
from camaug.notices import announcement_states
from camaug.notices.announcement_pacing import Pacing
from camaug.notices.announcement_schemas import Announcement, Outcomes, Place, Reach, Step
from camaug.notices.announcement_screens import CONSOLE, badge, people, place_name
from camaug.notices.announcement_states import Act
from camaug_sdk import screens
from camaug_sdk.actions import Confirm, Go, Send
from camaug_sdk.records import Language
from camaug_sdk.screens import (
    Accordion,
    AnyBlock,
    Button,
    Callout,
    Card,
    Cell,
    Column,
    Group,
    Heading,
    Row,
    Screen,
    Stat,
    Stats,
    Table,
    Text,
    Timeline,
)

MINUTE = timedelta(minutes=1)
REASONS = {"UNREGISTERED", "QUOTA_EXCEEDED", "UNAVAILABLE", "device_removed", "push_off", "too_old"}
"""Reasons of failure that have words; others are shown as the push service names them."""


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What the screen shows. `audience` is counted now; `send_after` holds if approved now."""

    found: Announcement
    mine: bool
    audience: int
    places: list[Place]
    story: list[Step]
    outcomes: list[Outcomes]
    reach: Reach
    send_after: datetime


def shown(texts: Catalogue, language: Language, pacing: Pacing, view: View) -> Screen:
    """The screen."""
    t = partial(texts.text, language)
    found = view.found
    sent = found.started_at is not None
    acts = announcement_states.possible(found.state, author=view.mine)
    middle = _report(t, language, view) if sent else _people(texts, language, view)
    main, others = _buttons(texts, language, view, acts)
    return Screen(
        title=found.title(language),
        kicker=t("announcement.kicker", author=found.author_name, version=found.version),
        lang=language,
        back=Go(href=CONSOLE),
        live=["desk"],
        primary=main,
        blocks=[
            _standing(texts, language, pacing, view),
            *middle,
            *_words(t, found),
            *([] if sent else [_places(texts, language, view)]),
            *others,
            _story(texts, language, view.story),
        ],
    )


def _standing(texts: Catalogue, language: Language, pacing: Pacing, view: View) -> Callout:
    """How it stands, and what comes next."""
    t, found = partial(texts.text, language), view.found
    name = f"announcement.standing.{found.state}"
    if found.state == "waiting":
        name += ".mine" if view.mine else ".other"
    after = texts.moment(language, found.send_after or view.send_after)
    text = t(name, at=after, approver=found.approver_name or "")
    if found.state in ("draft", "waiting"):
        text += "\n" + _rules(texts, language, pacing)
    mark = badge(texts, language, found.state)
    return Callout(title=mark.label, text=text, tone=mark.tone, icon=mark.icon)


def _rules(texts: Catalogue, language: Language, pacing: Pacing) -> str:
    """Hold time and quiet hours, as they are set."""
    t = partial(texts.text, language)
    seconds = int(pacing.hold.total_seconds())
    unit, count = (
        ("minutes", seconds // 60) if seconds and seconds % 60 == 0 else ("seconds", seconds)
    )
    said = [t("announcement.hold", time=t(f"announcement.{unit}", count=count))] if seconds else []
    if pacing.quiet is not None:
        begin, end = (f"{one:%H:%M}" for one in pacing.quiet)
        said.append(t("announcement.quiet", begin=begin, end=end))
    return " ".join(said)


def _people(texts: Catalogue, language: Language, view: View) -> list[AnyBlock]:
    """The exact number of people, now; nothing when it will reach nobody any more."""
    if view.found.state == "withdrawn":
        return []
    t = partial(texts.text, language)
    card = Card(
        title=t("announcement.reaches"),
        big=people(texts, language, view.audience),
        text=t("announcement.reaches_text", count=len(view.found.communes)),
        tone="neutral" if view.audience else "warn",
    )
    return [card]


def _words(t: Callable[..., str], found: Announcement) -> list[AnyBlock]:
    """The texts as citizens will see them, in both languages."""
    languages: tuple[Language, ...] = ("vi", "en")
    return [
        Group(
            legend=t(f"announcement.in.{one}"),
            blocks=[
                Heading(text=found.title(one), lang=one),
                Text(text=found.text(one), lang=one),
            ],
        )
        for one in languages
    ]


def _places(texts: Catalogue, language: Language, view: View) -> Accordion:
    """The communes with their people; open while they can be read at a glance."""
    t = partial(texts.text, language)
    chosen = [one for one in view.places if one.code in view.found.communes]
    glance = 8
    return Accordion(
        title=t("announcement.places", count=len(chosen)),
        open=len(chosen) <= glance,
        blocks=[
            Table(
                caption=t("announcement.places", count=len(chosen)),
                columns=[
                    Column(key="place", label=t("announcement.column.where")),
                    Column(key="people", label=t("announcement.column.people"), align="end"),
                ],
                rows=[
                    Row(
                        key=one.code,
                        cells={
                            "place": Cell(text=place_name(texts, language, one)),
                            "people": Cell(text=number(language, one.people)),
                        },
                    )
                    for one in chosen
                ],
            )
        ],
    )


def _report(t: Callable[..., str], language: Language, view: View) -> list[AnyBlock]:
    """Handed over, failed and why, not reached because it was stopped."""
    found, audience = view.found, view.found.audience or 0
    by_state: dict[str, int] = {}
    for one in view.outcomes:
        state = one.state if one.state in ("sent", "failed") else "open"
        by_state[state] = by_state.get(state, 0) + one.count
    numbers = {
        "left": max(audience - found.reached, 0),
        "inbox_only": max(found.reached - view.reach.with_device, 0),
        "sent": by_state.get("sent", 0),
        "open": by_state.get("open", 0),
        "failed": by_state.get("failed", 0),
        "opened": view.reach.opened,
    }
    left = "stopped" if found.state == "stopped" else "left"
    stats = [
        Stat(
            label=t(f"announcement.stat.{left if name == 'left' else name}"),
            value=number(language, count),
            tone="warn" if name == "failed" and count else "neutral",
        )
        for name, count in numbers.items()
    ]
    blocks: list[AnyBlock] = [_progress(t, language, found, audience), Stats(items=stats)]
    failures = [one for one in view.outcomes if one.state == "failed"]
    return [*blocks, _failures(t, language, failures)] if failures else blocks


def _progress(t: Callable[..., str], language: Language, found: Announcement, of: int) -> Card:
    counts = {"count": number(language, found.reached), "of": number(language, of)}
    return Card(
        title=t("announcement.progress"),
        big=t("announcement.progress_of", **counts),
        progress=min(found.reached / of, 1.0) if of else 1.0,
    )


def _failures(t: Callable[..., str], language: Language, failures: list[Outcomes]) -> Table:
    def why(error: str | None) -> str:
        known = error in REASONS
        return t(f"announcement.reason.{error}") if known else t("announcement.reason", error=error)

    return Table(
        caption=t("announcement.failures"),
        columns=[
            Column(key="why", label=t("announcement.column.why")),
            Column(key="count", label=t("announcement.column.devices"), align="end"),
        ],
        rows=[
            Row(
                key=one.error or "unknown",
                cells={
                    "why": Cell(text=why(one.error)),
                    "count": Cell(text=number(language, one.count)),
                },
            )
            for one in failures
        ],
    )


def _buttons(
    texts: Catalogue, language: Language, view: View, acts: list[Act]
) -> tuple[Button | None, list[Button]]:
    """The main button, and the others."""
    t = partial(texts.text, language)
    count = people(texts, language, view.audience)
    made: dict[Act, Button] = {act: _button(t, view, act, count) for act in acts if act != "write"}
    first: list[Act] = ["approve", "submit", "stop"]
    if view.found.state == "approved":  # the hold time is for taking it back
        first.append("withdraw")
    main = next((made.pop(act) for act in first if act in made), None)
    edit = Button(
        label=t("announcement.edit"),
        icon="pencil",
        action=Go(href=f"{CONSOLE}/{view.found.announcement_id}/edit"),
    )
    return main, [*([edit] if "write" in acts else []), *made.values()]


def _button(t: Callable[..., str], view: View, act: Act, count: str) -> Button:
    """An act with its question; submitting and approving name what the person has seen."""
    label = t(f"announcement.act.{act}", people=count)
    ask = Confirm(
        title=t(f"announcement.ask.{act}", people=count),
        text=t(f"announcement.ask.{act}_text"),
        accept=label,
    )
    href = f"/api/v1/announcements/{view.found.announcement_id}/{act}"
    main = act in ("submit", "approve")
    content = view.found.content_hash.hex()
    send = Send(href=href, confirm=ask)
    if main:
        seen = {"content": content, "audience": view.audience}
        send = Send(href=href, body=dict(seen), confirm=ask)
    return Button(
        label=label,
        icon={"submit": "user-check", "approve": "send", "stop": "octagon-x"}.get(act, "undo-2"),
        style="primary" if main else "danger",
        action=send,
    )


def _story(texts: Catalogue, language: Language, story: list[Step]) -> Timeline:
    """Who did what, when."""
    t = partial(texts.text, language)
    return Timeline(
        label=t("announcement.story"),
        items=[
            screens.Step(
                title=t(one.action.replace("announcement.", "announcement.did.")),
                text=one.name or t("announcement.by_system"),
                time=texts.moment(language, one.at),
            )
            for one in story
        ],
    )
