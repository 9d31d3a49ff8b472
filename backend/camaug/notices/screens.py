"""The inbox as a screen; the words of a notice come from the catalogues when it is read."""

from collections.abc import Sequence

from camaug.kernel.i18n import Catalogue
from camaug.notices import live_topics
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
    "withdrawn": "undo-2",
}
BILINGUAL = {"procedure": "procedure_name", "agency": "agency_name"}
"""Placeholder of a text to the name of the event's member; the English one ends in `_en`."""


def inbox(
    texts: Catalogue,
    language: Language,
    state: InboxState,
    notices: Sequence[Notice],
    limit: int,
) -> Screen:
    """One page of notices; `notices` holds one more than `limit` when there is another page."""

    def t(text_id: str) -> str:
        return texts.text(language, f"inbox.{text_id}")

    shown = notices[:limit]
    more = None
    if len(notices) > limit:
        more = Link(label=t("more"), action=Go(href=f"/inbox?after={shown[-1].seq}"))
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
        action=Send(href="/api/v1/notices/read", body={"up_to_seq": state.last_seq}),
    )
    return Screen(
        title=t("title"),
        lang=language,
        tab="inbox",
        live=[live_topics.INBOX],
        tools=[read_all] if state.unread else [],
        blocks=[
            ItemList(
                label=t("title"),
                items=[_item(texts, language, one) for one in shown],
                empty=empty,
                more=more,
            )
        ],
    )


def _item(texts: Catalogue, language: Language, notice: Notice) -> ListItem:
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
    template = f"notice.{notice.template}"
    title = texts.text(language, f"{template}.title", **args)
    return title, texts.text(language, f"{template}.body", **args)
