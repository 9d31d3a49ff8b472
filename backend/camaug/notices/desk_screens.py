"""The inbox of staff as a screen; its words come from the catalogues when it is read."""

from collections.abc import Sequence

from camaug.kernel.i18n import Catalogue
from camaug.notices import live_topics
from camaug.notices.schemas import DeskNotice, DeskState
from camaug.notices.screens import BILINGUAL, moments
from camaug_sdk.actions import Action, Go, Send
from camaug_sdk.records import Language
from camaug_sdk.screens import Button, Empty, ItemList, Link, ListItem, Screen

INBOX = "/console/inbox"
API = "/api/v1/staff/notices"
DESK = "/console/apps/track-dossier/"
ICONS = {
    "supplemented": "file-plus",
    "sent_on": "forward",
    "withdrawn": "undo-2",
    "due_soon": "clock",
    "overdue": "alarm-clock",
    "due_moved": "calendar-clock",
    "escalated_1": "triangle-alert",
    "escalated_2": "triangle-alert",
    "complaint_opened": "message-square",
    "handed_over": "handshake",
    "proposal_proposed": "stamp",
    "proposal_approved": "stamp",
    "proposal_sent_back": "undo-2",
    "proposal_void": "circle-x",
}


def inbox(
    texts: Catalogue,
    language: Language,
    state: DeskState,
    notices: Sequence[DeskNotice],
    limit: int,
) -> Screen:
    """One page; `notices` holds one more than `limit` when there are more."""

    def t(text_id: str) -> str:
        return texts.text(language, f"desk_inbox.{text_id}")

    shown, more = notices[:limit], None
    if len(notices) > limit:
        more = Link(label=t("more"), action=Go(href=f"{INBOX}?before={shown[-1].notice_id}"))
    read_all = Button(
        label=t("read_all"),
        icon="check-check",
        style="quiet",
        action=Send(href=f"{API}/read", body={"up_to": str(state.newest)}),
    )
    return Screen(
        title=t("title"),
        lang=language,
        live=[live_topics.DESK],
        tools=[read_all] if state.newest else [],
        blocks=[
            ItemList(
                label=t("title"),
                items=[_item(texts, language, one) for one in shown],
                empty=Empty(
                    title=t("empty"),
                    text=t("empty_text"),
                    icon="inbox",
                    button=Button(label=t("empty_step"), action=Go(href=DESK)),
                ),
                more=more,
            )
        ],
    )


def _item(texts: Catalogue, language: Language, notice: DeskNotice) -> ListItem:
    title, text = words(texts, language, notice)
    action: Action = go(notice)
    if notice.read_at is None:
        action = Send(href=f"{API}/{notice.notice_id}/read")
    return ListItem(
        title=title,
        text=text,
        icon=ICONS[notice.template],
        trailing=texts.moment(language, notice.created_at),
        unread=notice.read_at is None,
        action=action,
    )


def go(notice: DeskNotice) -> Go:
    """To the dossier, or to what the notice names beside it."""
    return Go(href=f"{DESK}{notice.args.get('path') or notice.dossier_id}")


def words(texts: Catalogue, language: Language, notice: DeskNotice) -> tuple[str, str]:
    """Title and body of a notice."""
    args = {name: value for name, value in notice.args.items() if value is not None}
    for placeholder, member in BILINGUAL.items():
        english = args.get(f"{member}_en") if language == "en" else None
        args[placeholder] = english or args.get(member, "")
    args |= moments(texts, language, args)
    template = f"desk_notice.{notice.template}"
    title = texts.text(language, f"{template}.title", **args)
    return title, texts.text(language, f"{template}.body", **args)
