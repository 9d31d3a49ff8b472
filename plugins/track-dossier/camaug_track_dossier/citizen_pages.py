"""The citizen's dossiers, one dossier, and the public lookup."""

from collections.abc import Sequence
from datetime import datetime

from camaug_sdk import Go, Screen, Send, Words
from camaug_sdk.actions import Confirm, Download
from camaug_sdk.fields import FileField, LongTextField, TextField
from camaug_sdk.records import Dossier, DossierLine, Page, PublicDossier, Status
from camaug_sdk.relatives import Offer
from camaug_sdk.screens import (
    Accordion,
    AnyBlock,
    Button,
    Callout,
    Card,
    Empty,
    Form,
    Heading,
    ItemList,
    KeyValue,
    Link,
    ListItem,
    Pair,
)
from camaug_track_dossier import (
    contents,
    promises,
    rating_pages,
    relative_pages,
    story,
    times,
)
from camaug_track_dossier.contents import Names
from camaug_track_dossier.statuses import RUNNING, badge, elsewhere

HOME = "/apps/track-dossier/"
API = "/api/v1/apps/track-dossier/"
SEARCH = "/apps/procedure-search/"
FILING = "/apps/submit-dossier/"


def mine(
    t: Words,
    page: Page[DossierLine],
    now: datetime,
    *,
    drafts: int = 0,
    offers: Sequence[Offer] = (),
) -> Screen:
    """The person's dossiers, newest first, or the first step towards one.

    Above them the way to what the person has begun and not filed, and to who waits for an answer.
    """
    more = None
    if page.next is not None:
        more = Link(label=t("mine.more"), action=Go(href=f"{HOME}?after={page.next}"))
    blocks: list[AnyBlock] = [
        ItemList(
            items=[_row(t, line, now) for line in page.items],
            label=t("mine.title"),
            empty=_nothing(t),
            more=more,
        )
    ]
    if drafts:
        text = t("mine.drafts", count=drafts)
        row = ListItem(title=text, icon="file-pen", action=Go(href=FILING))
        blocks.insert(0, ItemList(items=[row], label=text))
    blocks = [*relative_pages.waiting(t, offers), *blocks, *relative_pages.ways(t)]
    if page.items:
        save = Download(href=f"{API}export")
        blocks.append(Link(label=t("mine.export"), icon="download", action=save))
    return Screen(
        title=t("mine.title"),
        lang=t.language,
        tab="dossiers",
        live=["inbox"],
        tools=[Button(label=t("lookup.title"), icon="search", action=Go(href=f"{HOME}lookup"))],
        blocks=blocks,
    )


def _nothing(t: Words) -> Empty:
    return Empty(
        title=t("mine.none"),
        text=t("mine.none_text"),
        icon="folder-open",
        button=Button(label=t("mine.find"), icon="search", action=Go(href=SEARCH)),
    )


def _row(t: Words, line: DossierLine, now: datetime) -> ListItem:
    """One dossier: what it is, how it stands, what comes next."""
    headline = times.headline(t, line)
    lines = [headline, f"{line.code} · {t.pick(line.agency_name_vi, line.agency_name_en)}"]
    if times.is_late(line, now):
        lines.insert(1, times.left(t, line, now))
    return ListItem(
        title=t.pick(line.procedure_name, line.procedure_name_en),
        text="\n".join(lines),
        badge=badge(t, line.status, "citizen"),
        action=Go(href=f"{HOME}{line.dossier_id}"),
    )


def one(t: Words, dossier: Dossier, names: Names, now: datetime) -> Screen:
    """One dossier: now, the story, what it holds, how to look it up."""
    line = dossier.line
    behalf = contents.behalf(t, dossier)
    blocks: list[AnyBlock] = [
        _now(t, dossier, now),
        *promises.payments(t, dossier),
        *promises.apology(t, dossier),
        *rating_pages.offer(t, dossier),
        *promises.forecast(t, dossier),
        Heading(text=t("story.title")),
        story.timeline(t, dossier),
        *contents.files(t, names, dossier.results, promises.results(t, dossier)),
        *contents.files(t, names, dossier.documents, t("one.papers")),
        *rating_pages.said(t, dossier, t("rate.own")),
        Heading(text=t("one.lookup")),
        KeyValue(items=_lookup(t, dossier)),
        Accordion(
            title=t("one.answers"),
            blocks=[
                *([KeyValue(items=behalf, wide=True)] if behalf else []),
                contents.answers(t, names, dossier.answers),
                *contents.conditions(t, dossier),
            ],
        ),
        Link(label=t("looks.title"), icon="eye", action=Go(href=f"{HOME}{line.dossier_id}/looks")),
        *relative_pages.links(t, line.dossier_id),
    ]
    if "withdraw" in dossier.acts:
        blocks.append(_withdraw(t, line))
    return Screen(
        title=t.pick(line.procedure_name, line.procedure_name_en),
        kicker=line.code,
        subtitle=t.pick(line.agency_name_vi, line.agency_name_en),
        lang=t.language,
        back=Go(href=HOME),
        tab="dossiers",
        live=[f"dossier:{line.dossier_id}"],
        blocks=blocks,
    )


def _now(t: Words, dossier: Dossier, now: datetime) -> Card:
    """What the dossier waits for, with the one button when it waits for the person."""
    line = dossier.line
    asked = [one for one in dossier.supplements if one.ended_at is None]
    waiting = "supply" in dossier.acts
    button = Button(
        label=t("one.supply"), icon="camera", action=Go(href=f"{HOME}{line.dossier_id}/supply")
    )
    text = asked[-1].reason if waiting and asked else _hint(t, line, now)
    return Card(
        title=t("one.now"),
        badge=badge(t, line.status, "citizen"),
        big=times.headline(t, line),
        text=text,
        progress=times.passed(line, now),
        tone="warn" if waiting or times.is_late(line, now) else "neutral",
        button=button if waiting else None,
    )


def _hint(t: Words, line: DossierLine, now: datetime) -> str:
    """What the big line leaves open: time left while the clock runs, else what happens next."""
    if line.supplemented_at is not None or (line.status in RUNNING and line.due_at is not None):
        return times.left(t, line, now)
    return t(f"hint.{int(line.status)}")


def _lookup(t: Words, dossier: Dossier) -> list[Pair]:
    pairs = [Pair(label=t("one.code"), value=dossier.line.code)]
    if dossier.pin:
        pairs.append(Pair(label=t("one.pin"), value=dossier.pin))
    return pairs


def _withdraw(t: Words, line: DossierLine) -> Button:
    return Button(
        label=t("one.withdraw"),
        icon="undo-2",
        style="danger",
        action=Send(
            href=f"{API}{line.dossier_id}/withdraw",
            body={"version": line.version},
            confirm=Confirm(
                title=t("one.withdraw_title"),
                text=t("one.withdraw_text"),
                accept=t("one.withdraw"),
            ),
        ),
    )


def supply(t: Words, dossier: Dossier, names: Names) -> Screen:
    """The form by which the person sends what was asked for."""
    line = dossier.line
    asked = [one for one in dossier.supplements if one.supplemented_at is None]
    places = (
        [one for one in names.procedure.components if one.kind != "form"] if names.procedure else []
    )
    fields: list[AnyBlock] = [
        FileField(name=one.id, purpose=one.id, label=one.label) for one in places
    ]
    fields.append(FileField(name="other", purpose="other", label=t("supply.other")))
    fields.append(LongTextField(name="reason", label=t("supply.note")))
    reason = Callout(title=t("supply.asked"), text=asked[-1].reason, tone="warn") if asked else None
    return Screen(
        title=t("supply.title"),
        kicker=line.code,
        lang=t.language,
        back=Go(href=f"{HOME}{line.dossier_id}"),
        blocks=[
            *([reason] if reason else []),
            Form(
                id=f"supply-{line.dossier_id}",
                blocks=fields,
                submit=Button(
                    label=t("supply.send"),
                    icon="send",
                    style="primary",
                    action=Send(
                        href=f"{API}{line.dossier_id}/supply",
                        body={"version": line.version},
                        later=True,
                    ),
                ),
            ),
        ],
    )


def lookup(t: Words, code: str | None = None) -> Screen:
    """The form of the public lookup."""
    return Screen(
        title=t("lookup.title"),
        subtitle=t("lookup.text"),
        lang=t.language,
        back=Go(href="/"),
        blocks=[
            Form(
                id="lookup",
                blocks=[
                    TextField(
                        name="code", label=t("one.code"), required=True, max_length=64, value=code
                    ),
                    TextField(name="pin", label=t("one.pin"), required=True, max_length=12),
                ],
                submit=Button(
                    label=t("lookup.find"),
                    icon="search",
                    style="primary",
                    action=Send(href=f"{API}lookup"),
                ),
            )
        ],
    )


def found(t: Words, dossier: PublicDossier) -> Screen:
    """What code and PIN show: no name, no answer, no file."""
    facts = [
        Pair(
            label=t("lookup.agency"), value=t.pick(dossier.agency_name_vi, dossier.agency_name_en)
        ),
        Pair(label=t("lookup.submitted"), value=t.moment(dossier.submitted_at)),
    ]
    if dossier.accepted_at is not None:
        facts.append(Pair(label=t("lookup.accepted"), value=t.moment(dossier.accepted_at)))
    due = t.moment(dossier.due_at) if dossier.due_at else t("left.no_due")
    if dossier.status in (Status.ACCEPTED, Status.IN_PROCESS):
        facts.append(Pair(label=t("lookup.due"), value=due))
        if dossier.appointed_at is not None:
            again = t.moment(dossier.appointed_at)
            facts.append(Pair(label=t("lookup.appointed"), value=again))
    return Screen(
        title=t.pick(dossier.procedure_name, dossier.procedure_name_en),
        kicker=dossier.code,
        lang=t.language,
        back=Go(href=f"{HOME}lookup"),
        blocks=[
            Card(
                title=t("one.now"),
                big=t(f"status.{int(dossier.status)}.citizen"),
                badge=badge(t, dossier.status, "citizen"),
                text=elsewhere(t, dossier.status),
            ),
            KeyValue(items=facts, wide=True),
        ],
    )
