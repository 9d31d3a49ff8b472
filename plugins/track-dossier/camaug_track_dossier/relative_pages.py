"""Relatives: whom the owner lets in, offers that wait, and the list of relatives' dossiers.

Every page with a form says that this is a convenience of the app and no power of attorney.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from uuid import UUID

from camaug_sdk import Go, Screen, Send, Words
from camaug_sdk.actions import Confirm
from camaug_sdk.fields import BooleanField, Choice, ChoiceField, DateField, PhoneField
from camaug_sdk.records import DossierLine, Page, Status
from camaug_sdk.relatives import LONGEST_MONTHS, Delegation, Offer, RelativeLine, Scope, Standing
from camaug_sdk.screens import (
    AnyBlock,
    Badge,
    Button,
    Callout,
    Card,
    Empty,
    Form,
    Heading,
    ItemList,
    Link,
    ListItem,
    Text,
)
from camaug_track_dossier import times
from camaug_track_dossier.statuses import badge, word

HOME = "/apps/track-dossier/"
API = "/api/v1/apps/track-dossier/"
LOCAL = timezone(timedelta(hours=7))
"""Of Cà Mau, all year round."""
LOOKS: dict[Standing, Badge] = {
    "offered": Badge(label="", tone="info", icon="hourglass"),
    "accepted": Badge(label="", tone="good", icon="user-check"),
    "declined": Badge(label="", tone="neutral", icon="circle-x"),
    "ended": Badge(label="", tone="neutral", icon="undo-2"),
    "returned": Badge(label="", tone="neutral", icon="undo-2"),
    "expired": Badge(label="", tone="neutral", icon="clock"),
}
"""How a right looks; its word is `delegation.<standing>`."""
LIVE = ("offered", "accepted")


def last_day(until: datetime) -> str:
    """The last day of a right that ends at that instant."""
    return f"{(until - timedelta(microseconds=1)).astimezone(LOCAL):%d/%m/%Y}"


def links(t: Words, dossier_id: UUID) -> list[AnyBlock]:
    """The ways from an own dossier to its relatives and to what is wrong with it."""
    here = f"{HOME}{dossier_id}"
    return [
        Link(label=t("delegation.title"), icon="users", action=Go(href=f"{here}/delegations")),
        Link(
            label=t("complaint.title"), icon="message-square", action=Go(href=f"{here}/complaints")
        ),
    ]


def waiting(t: Words, offers: Sequence[Offer]) -> list[AnyBlock]:
    """Above the own dossiers, while somebody waits for an answer."""
    if not offers:
        return []
    text = t("relative.waiting", count=len(offers))
    row = ListItem(title=text, icon="user-plus", action=Go(href=f"{HOME}relatives"))
    return [ItemList(items=[row], label=text)]


def ways(t: Words) -> list[AnyBlock]:
    """Below the own dossiers: those of relatives, and who is let in."""
    return [
        Link(label=t("relative.title"), icon="users-round", action=Go(href=f"{HOME}relatives")),
        Link(label=t("delegation.all"), icon="user-plus", action=Go(href=f"{HOME}delegations")),
    ]


def mine(t: Words, page: Page[RelativeLine], offers: Sequence[Offer], now: datetime) -> Screen:
    """Offers that wait, and dossiers of relatives."""
    more = None
    if page.next is not None:
        action = Go(href=f"{HOME}relatives?after={page.next}")
        more = Link(label=t("mine.more"), action=action)
    none = Empty(title=t("relative.none"), text=t("relative.none_text"), icon="users-round")
    return Screen(
        title=t("relative.title"),
        lang=t.language,
        back=Go(href=HOME),
        tab="dossiers",
        live=["inbox"],
        blocks=[
            *(block for one in offers for block in _offer(t, one)),
            Text(text=t("relative.text"), tone="second"),
            ItemList(
                items=[_row(t, one, now) for one in page.items],
                label=t("relative.title"),
                empty=none,
                more=more,
            ),
        ],
    )


def _offer(t: Words, offer: Offer) -> list[AnyBlock]:
    what = t("relative.offer_all") if offer.all_dossiers else t("relative.offer_one")
    day = last_day(offer.until)
    send = f"{API}delegations/{offer.delegation_id}/answer"
    accept = Button(
        label=t("relative.accept"),
        icon="check",
        style="primary",
        action=Send(href=send, body={"accept": True}),
    )
    decline = Button(
        label=t("relative.decline"), icon="x", action=Send(href=send, body={"accept": False})
    )
    text = "\n".join(
        [what, t(f"delegation.scope.{offer.scope}_text"), t("relative.until", day=day)]
    )
    return [
        Callout(
            title=t("relative.offer", name=offer.owner),
            text=f"{text}\n{t('delegation.law')}",
            icon="user-plus",
            buttons=[accept, decline],
        )
    ]


def standing(t: Words, line: DossierLine, scope: Scope) -> str:
    """How it stands; whom it waits for is said to whoever may do something."""
    if scope == "view" and line.status == Status.SUPPLEMENT_REQUESTED:
        return word(t, line.status, "citizen")
    return times.headline(t, line)


def _row(t: Words, one: RelativeLine, now: datetime) -> ListItem:
    line = one.line
    scope = t(f"delegation.scope.{one.scope}")
    lines = [
        t("relative.of", name=one.owner),
        standing(t, line, one.scope),
        f"{line.code} · {scope} · {t('relative.until', day=last_day(one.until))}",
    ]
    if times.is_late(line, now):
        lines.insert(2, times.left(t, line, now))
    return ListItem(
        title=t.pick(line.procedure_name, line.procedure_name_en),
        text="\n".join(lines),
        badge=badge(t, line.status, "citizen"),
        action=Go(href=f"{HOME}relatives/{line.dossier_id}"),
    )


def given(t: Words, rights: Sequence[Delegation], dossier_id: UUID | None) -> Screen:
    """Whom the owner has let in, of one dossier or of all."""
    here = f"{HOME}{dossier_id}/delegations" if dossier_id else f"{HOME}delegations"
    live = [one for one in rights if one.standing in LIVE]
    over = [one for one in rights if one.standing not in LIVE]
    new = Button(
        label=t("delegation.new"),
        icon="user-plus",
        style="primary",
        action=Go(href=f"{here}/new"),
    )
    blocks: list[AnyBlock] = [
        Callout(text=t("delegation.law"), title=t("delegation.law_title"), icon="info"),
        *(_right(t, one) for one in live),
        *([] if live else [_nobody(t)]),
        new,
    ]
    if over:
        blocks += [
            Heading(text=t("delegation.over")),
            ItemList(items=[_past(t, one) for one in over], label=t("delegation.over")),
        ]
    return Screen(
        title=t("delegation.title") if dossier_id else t("delegation.all"),
        lang=t.language,
        back=Go(href=f"{HOME}{dossier_id}" if dossier_id else HOME),
        tab="dossiers",
        live=["inbox"],
        blocks=blocks,
    )


def _nobody(t: Words) -> ItemList:
    empty = Empty(title=t("delegation.none"), text=t("delegation.none_text"), icon="users")
    return ItemList(items=[], label=t("delegation.title"), empty=empty)


def _badge(t: Words, standing: Standing) -> Badge:
    look = LOOKS[standing]
    return Badge(label=t(f"delegation.{standing}"), tone=look.tone, icon=look.icon)


def _reach(t: Words, right: Delegation) -> str:
    return t("delegation.one", code=right.code) if right.code else t("delegation.every")


def _right(t: Words, right: Delegation) -> Card:
    """A right that holds or is offered, with the button that ends it."""
    lines = [
        _reach(t, right),
        t(f"delegation.scope.{right.scope}"),
        t("relative.until", day=last_day(right.until)),
    ]
    if right.tells:
        lines.append(t("delegation.tells"))
    end = Button(
        label=t("delegation.end"),
        icon="x",
        style="danger",
        action=Send(
            href=f"{API}delegations/{right.delegation_id}/end",
            confirm=Confirm(
                title=t("delegation.end_title", phone=right.phone),
                text=t("delegation.end_text"),
                accept=t("delegation.end"),
            ),
        ),
    )
    return Card(
        title=right.phone,
        badge=_badge(t, right.standing),
        text="\n".join(lines),
        button=end,
    )


def _past(t: Words, right: Delegation) -> ListItem:
    return ListItem(
        title=right.phone,
        text=f"{_reach(t, right)}\n{t(f'delegation.scope.{right.scope}')}",
        badge=_badge(t, right.standing),
    )


def form(t: Words, dossier_id: UUID | None, today: date) -> Screen:
    """The form by which a relative is invited."""
    here = f"{dossier_id}/delegations" if dossier_id else "delegations"
    scopes = [
        Choice(
            value=one, label=t(f"delegation.scope.{one}"), hint=t(f"delegation.scope.{one}_text")
        )
        for one in ("view", "act")
    ]
    send = Button(
        label=t("delegation.send"),
        icon="user-plus",
        style="primary",
        action=Send(href=f"{API}{here}"),
    )
    hint = t("delegation.until_hint", months=LONGEST_MONTHS)
    return Screen(
        title=t("delegation.new"),
        subtitle=t("delegation.new_one") if dossier_id else t("delegation.new_all"),
        lang=t.language,
        back=Go(href=f"{HOME}{here}"),
        blocks=[
            Callout(text=t("delegation.law"), title=t("delegation.law_title"), icon="info"),
            Form(
                id=f"delegate-{dossier_id or 'all'}",
                blocks=[
                    PhoneField(
                        name="phone",
                        label=t("delegation.phone"),
                        hint=t("delegation.phone_hint"),
                        required=True,
                    ),
                    ChoiceField(
                        name="scope", label=t("delegation.scope"), required=True, choices=scopes
                    ),
                    DateField(
                        name="until",
                        label=t("delegation.until"),
                        hint=hint,
                        required=True,
                        earliest=today.isoformat(),
                    ),
                    BooleanField(name="tells", label=t("delegation.tells_question")),
                ],
                submit=send,
            ),
        ],
    )
