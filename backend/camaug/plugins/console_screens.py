"""The utilities and how they stand, for administrators of the province."""

from collections.abc import Callable, Sequence
from functools import partial

from camaug.kernel.i18n import Catalogue
from camaug.plugins.accounting import Jobs, Use
from camaug.plugins.console_actions import LONGEST_REASON
from camaug.plugins.gate import DEADLINE_SECONDS, MOST_AT_ONCE
from camaug.plugins.schemas import Happened, Line, State
from camaug_sdk.actions import Confirm, Go, Send, Tone
from camaug_sdk.fields import TextField
from camaug_sdk.records import Language
from camaug_sdk.screens import (
    AnyBlock,
    Badge,
    Button,
    Cell,
    Column,
    Empty,
    Form,
    Heading,
    KeyValue,
    Pair,
    Row,
    Screen,
    Step,
    Table,
    Timeline,
)

BASE = "/console/plugins"
MOST_JOBS = 10_000
"""That may wait; `host.enqueue` refuses more."""
API = "/api/v1/plugins"
LOOKS: dict[State, tuple[Tone, str]] = {
    "active": ("good", "check"),
    "suspended": ("bad", "circle-alert"),
    "refused": ("bad", "circle-x"),
    "disabled": ("neutral", "lock"),
    "uninstalled": ("neutral", "x"),
}
"""Tone and icon; the word is `plugins.state.<state>`."""
TOLD = frozenset(("failing", "blocked", "died", "memory", "operator", "not_installed"))
"""Reasons with words of their own; all others are findings of a check."""
Words = Callable[..., str]


def listing(texts: Catalogue, language: Language, found: Sequence[Line]) -> Screen:
    """All of them; what is in trouble comes first."""
    t = partial(texts.text, language)
    columns = ("name", "state", "reason", "since", "version")
    return Screen(
        title=t("plugins.title"),
        subtitle=t("plugins.why"),
        lang=language,
        blocks=[
            Table(
                caption=t("plugins.title"),
                columns=[Column(key=key, label=t(f"plugins.{key}")) for key in columns],
                rows=[_row(t, texts, language, one) for one in found],
                empty=Empty(title=t("plugins.none"), icon="layout-grid"),
            )
        ],
    )


def _row(t: Words, texts: Catalogue, language: Language, one: Line) -> Row:
    return Row(
        key=one.plugin_id,
        cells={
            "name": Cell(text=one.title, strong=True),
            "state": Cell(badge=_badge(t, one.state)),
            "reason": Cell(text=_reason(t, one.reason) or t("plugins.no_reason")),
            "since": Cell(text=texts.moment(language, one.updated_at)),
            "version": Cell(text=one.version),
        },
        action=Go(href=f"{BASE}/{one.plugin_id}"),
    )


def _badge(t: Words, state: State) -> Badge:
    tone, icon = LOOKS[state]
    return Badge(label=t(f"plugins.state.{state}"), tone=tone, icon=icon)


def _reason(t: Words, reason: str | None) -> str | None:
    if reason is None:
        return None
    return t(f"plugins.reason.{reason}" if reason in TOLD else "plugins.reason.finding")


def one(
    texts: Catalogue,
    language: Language,
    line: Line,
    history: Sequence[Happened],
    work: tuple[Use, Jobs],
) -> Screen:
    """One utility: how it stands and why, what can be done, what has happened."""
    t = partial(texts.text, language)
    return Screen(
        title=line.title,
        subtitle=line.plugin_id,
        lang=language,
        back=Go(href=BASE),
        blocks=[
            KeyValue(items=_facts(t, texts, language, line)),
            *_turning(t, line),
            Heading(text=t("plugins.use")),
            KeyValue(items=_use(t, *work)),
            Heading(text=t("plugins.history")),
            Timeline(
                label=t("plugins.history"),
                items=[_step(t, texts, language, each) for each in history],
            ),
        ],
    )


def _facts(t: Words, texts: Catalogue, language: Language, line: Line) -> list[Pair]:
    facts = {
        "state": t(f"plugins.state.{line.state}"),
        "reason": _reason(t, line.reason),
        "resumes": texts.moment(language, line.resume_at) if line.resume_at else None,
        "found": f"{line.finding}: {line.detail or ''}".rstrip(": ") if line.finding else None,
        "since": texts.moment(language, line.updated_at),
        "distribution": f"{line.distribution} {line.version}",
    }
    return [Pair(label=t(f"plugins.{key}"), value=text) for key, text in facts.items() if text]


def _use(t: Words, use: Use, jobs: Jobs) -> list[Pair]:
    """What it was asked in a day, beside what it may take."""
    mean = round(1000 * use.seconds / use.calls) if use.calls else 0
    figures = {
        "calls": t("plugins.calls.of", count=use.calls, mean=mean),
        "failed": str(use.failed),
        "late": t("plugins.late.of", count=use.late, most=round(DEADLINE_SECONDS)),
        "turned_away": t("plugins.turned_away.of", count=use.turned_away, most=MOST_AT_ONCE),
        "waiting": t("plugins.waiting.of", count=jobs.waiting, most=MOST_JOBS),
        "dead": str(jobs.dead),
    }
    return [Pair(label=t(f"plugins.{key}"), value=text) for key, text in figures.items()]


def _turning(t: Words, line: Line) -> list[AnyBlock]:
    """A form with the one thing that can be done; nothing for what is not installed."""
    if line.state == "uninstalled":
        return []
    to = "disable" if line.state == "active" else "enable"
    confirm = Confirm(
        title=t(f"plugins.{to}.ask", name=line.title),
        text=t(f"plugins.{to}.effect"),
        accept=t(f"plugins.{to}"),
    )
    return [
        Form(
            id=to,
            blocks=[
                TextField(
                    name="reason",
                    label=t("plugins.typed_reason"),
                    hint=t("plugins.typed_reason_hint"),
                    required=True,
                    max_length=LONGEST_REASON,
                )
            ],
            submit=Button(
                label=t(f"plugins.{to}"),
                style="danger" if to == "disable" else "primary",
                action=Send(href=f"{API}/{line.plugin_id}/{to}", confirm=confirm),
            ),
        )
    ]


def _step(t: Words, texts: Catalogue, language: Language, each: Happened) -> Step:
    tone, icon = LOOKS[each.to_state]
    said = (_reason(t, each.reason), each.note, each.who or t("plugins.by_itself"))
    return Step(
        title=t(f"plugins.state.{each.to_state}"),
        text=" · ".join(part for part in said if part),
        time=texts.moment(language, each.at),
        icon=icon,
        tone=tone,
    )
