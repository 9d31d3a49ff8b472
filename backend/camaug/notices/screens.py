"""The inbox as a screen; the words of a notice come from the catalogues when it is read."""

import heapq
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode

import msgspec

from camaug.kernel.i18n import Catalogue
from camaug.notices import announcement_screens, live_topics
from camaug.notices.announcement_schemas import Told, Unread
from camaug.notices.schemas import InboxState, Notice
from camaug_sdk.actions import Action, Go, Send
from camaug_sdk.records import Language
from camaug_sdk.screens import Button, Empty, ItemList, Link, ListItem, Screen

ICONS = {
    "submitted": "send",
    "accepted": "badge-check",
    "refused": "circle-x",
    "supplement_requested": "circle-alert",
    "supplemented": "file-plus",
    "in_process": "loader",
    "sent_on": "forward",
    "completed": "check",
    "returned": "file-check",
    "stopped": "octagon-x",
    "withdrawn": "undo-2",
    "apologised": "hand-heart",
    "due_moved": "calendar-clock",
    "supplemented_by_relative": "file-plus",
    "supplemented_at_counter": "file-plus",
    "complaint_answered": "message-square",
}
BILINGUAL = {
    "procedure": "procedure_name",
    "agency": "agency_name",
    "title": "title",
    "body": "body",
}
"""Placeholder of a text to the name of the event's member; the English one ends in `_en`."""


class Mixed(msgspec.Struct, frozen=True):
    """One page of both kinds, and the query of the next page if there is one."""

    items: list[Notice | Told]
    next: str | None


def mixed(
    notices: Sequence[Notice],
    told: Sequence[Told],
    shown: tuple[int | None, int | None],
    limit: int,
) -> Mixed:
    """The newest `limit` of both; each holds one more than `limit` when there are more.

    `shown` are the numbers of the last notice and the last announcement of the page before.
    """
    every = list(heapq.merge(notices, told, key=lambda one: one.created_at, reverse=True))
    items = every[:limit]
    if len(every) <= limit:
        return Mixed(items, None)
    seqs = [one.seq for one in items if isinstance(one, Notice)]
    numbers = [one.number for one in items if isinstance(one, Told)]
    last = {
        "announced": numbers[-1] if numbers else shown[1],
        "after": seqs[-1] if seqs else shown[0],
    }
    return Mixed(items, urlencode({k: v for k, v in last.items() if v is not None}))


def inbox(
    texts: Catalogue, language: Language, states: tuple[InboxState, Unread], shown: Mixed
) -> Screen:
    """One page of notices and announcements."""

    def t(text_id: str) -> str:
        return texts.text(language, f"inbox.{text_id}")

    state, told = states
    more = shown.next and Link(label=t("more"), action=Go(href=f"/inbox?{shown.next}"))
    empty = Empty(
        title=t("empty"),
        text=t("empty_text"),
        icon="inbox",
        button=Button(label=t("empty_step"), action=Go(href="/apps/procedure-search/")),
    )
    read_all = Button(
        label=t("read_all"),
        icon="check-check",
        style="quiet",
        action=Send(
            href="/api/v1/notices/read",
            body={"up_to_seq": state.last_seq, "up_to_announcement": told.newest},
        ),
    )
    return Screen(
        title=t("title"),
        lang=language,
        tab="inbox",
        live=[live_topics.INBOX],
        tools=[read_all] if state.unread + told.count else [],
        blocks=[
            ItemList(
                label=t("title"),
                items=[_item(texts, language, one) for one in shown.items],
                empty=empty,
                more=more or None,
            )
        ],
    )


def _item(texts: Catalogue, language: Language, notice: Notice | Told) -> ListItem:
    if isinstance(notice, Told):
        return announcement_screens.in_inbox(texts, language, notice)
    title, text = words(texts, language, notice)
    action: Action | None = Go(href=notice.href) if notice.href else None
    if notice.read_at is None:
        action = Send(href=f"/api/v1/notices/{notice.notice_id}/read")
    return ListItem(
        title=title,
        text=text,
        icon=ICONS.get(notice.template, "bell"),
        trailing=texts.moment(language, notice.created_at),
        unread=notice.read_at is None,
        action=action,
    )


def words(texts: Catalogue, language: Language, notice: Notice) -> tuple[str, str]:
    """Title and body of a notice."""
    args = {name: value for name, value in notice.args.items() if value is not None}
    for placeholder, member in BILINGUAL.items():
        english = args.get(f"{member}_en") if language == "en" else None
        args[placeholder] = english or args.get(member, "")
    args |= moments(texts, language, args)
    template = f"notice.{notice.template}"
    title = texts.text(language, f"{template}.title", **args)
    return title, texts.text(language, f"{template}.body", **args)


def moments(
    texts: Catalogue, language: Language, args: Mapping[str, str | int]
) -> dict[str, str | int]:
    """The instants of a notice in words: `due_at` as `due`, and so on."""
    return {
        name.removesuffix("_at"): texts.moment(language, datetime.fromisoformat(str(value)))
        for name, value in args.items()
        if name.endswith("_at")
    }
