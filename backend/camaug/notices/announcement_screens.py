"""Announcements as screens: the operators' list and form, the citizen's row and page."""

from collections.abc import Sequence
from functools import partial

from camaug.kernel.i18n import Catalogue, number
from camaug.notices.announcement_content import TEXT_LENGTH, TITLE_LENGTH
from camaug.notices.announcement_schemas import Announcement, Line, Place, Told
from camaug.notices.announcement_states import State
from camaug_sdk.actions import Go, Send, Tone
from camaug_sdk.fields import Choice, ChoiceField, ChoicesField, LongTextField, TextField
from camaug_sdk.records import Language
from camaug_sdk.rules import Test
from camaug_sdk.screens import (
    AnyBlock,
    Badge,
    Button,
    Cell,
    Column,
    Empty,
    Form,
    Group,
    Link,
    ListItem,
    Row,
    Screen,
    Table,
    Text,
)

CONSOLE = "/console/announcements"
BADGES: dict[State, tuple[Tone, str]] = {
    "draft": ("neutral", "pencil"),
    "waiting": ("warn", "user-check"),
    "approved": ("info", "clock"),
    "sending": ("info", "send"),
    "sent": ("good", "check"),
    "stopped": ("warn", "octagon-x"),
    "withdrawn": ("neutral", "undo-2"),
}
FEW = 3
"""Communes that are named one by one."""


def people(texts: Catalogue, language: Language, count: int) -> str:
    """So many people, in words."""
    shown = number(language, count)
    return texts.text(language, "announcement.people", count=count, n=shown)


def badge(texts: Catalogue, language: Language, state: State) -> Badge:
    """The state as icon, word and tone."""
    tone, icon = BADGES[state]
    return Badge(label=texts.text(language, f"announcement.state.{state}"), tone=tone, icon=icon)


def place_name(texts: Catalogue, language: Language, place: Place) -> str:
    """A commune with its kind."""
    return texts.text(language, f"announcement.place.{place.kind}", name=place.name)


def where(
    texts: Catalogue, language: Language, codes: Sequence[str], places: Sequence[Place]
) -> str:
    """Whom it is for, in a few words."""
    chosen = [place_name(texts, language, one) for one in places if one.code in codes]
    if len(chosen) == len(places) > 1:
        return texts.text(language, "announcement.where.all", count=len(places))
    if len(chosen) <= FEW:
        return ", ".join(chosen)
    return texts.text(
        language, "announcement.where.some", first=", ".join(chosen[:2]), count=len(chosen) - 2
    )


def listed(
    texts: Catalogue,
    language: Language,
    lines: Sequence[Line],
    places: Sequence[Place],
    limit: int,
) -> Screen:
    """The operators' list; `lines` holds one more than `limit` when there is another page."""
    t = partial(texts.text, language)
    shown, more = lines[:limit], None
    if len(lines) > limit:
        href = f"{CONSOLE}?after={shown[-1].announcement_id}"
        more = Link(label=t("announcement.more"), action=Go(href=href))
    write = Button(
        label=t("announcement.new"),
        icon="pencil",
        style="primary",
        action=Go(href=f"{CONSOLE}/new"),
    )
    names = ("title", "state", "where", "people", "author", "at")
    ends = ("people", "at")
    return Screen(
        title=t("announcement.list"),
        lang=language,
        live=["desk"],
        primary=write,
        blocks=[
            Table(
                caption=t("announcement.list"),
                columns=[
                    Column(
                        key=name,
                        label=t(f"announcement.column.{name}"),
                        align="end" if name in ends else "start",
                    )
                    for name in names
                ],
                rows=[_row(texts, language, one, places) for one in shown],
                empty=Empty(
                    title=t("announcement.empty"),
                    text=t("announcement.empty_text"),
                    icon="megaphone",
                ),
                more=more,
            )
        ],
    )


def _row(texts: Catalogue, language: Language, line: Line, places: Sequence[Place]) -> Row:
    count = "" if line.audience is None else number(language, line.audience)
    return Row(
        key=str(line.announcement_id),
        action=Go(href=f"{CONSOLE}/{line.announcement_id}"),
        cells={
            "title": Cell(text=line.title_vi if language == "vi" else line.title_en, strong=True),
            "state": Cell(badge=badge(texts, language, line.state)),
            "where": Cell(text=where(texts, language, line.communes, places)),
            "people": Cell(text=count),
            "author": Cell(text=line.author_name),
            "at": Cell(text=texts.moment(language, line.at)),
        },
    )


def form(
    texts: Catalogue, language: Language, places: Sequence[Place], found: Announcement | None
) -> Screen:
    """A new announcement, or the author's own to change."""
    t = partial(texts.text, language)
    back = Go(href=CONSOLE if found is None else f"{CONSOLE}/{found.announcement_id}")
    send = Send(href="/api/v1/announcements")
    if found is not None:
        send = Send(
            href=f"/api/v1/announcements/{found.announcement_id}",
            method="PUT",
            body={"version": found.version},
        )
    key = "new" if found is None else f"{found.announcement_id}-{found.version}"
    return Screen(
        title=t("announcement.new" if found is None else "announcement.edit"),
        subtitle=t("announcement.form_text"),
        lang=language,
        back=back,
        blocks=[
            Form(
                id=f"announcement-{key}",
                blocks=[
                    _words(texts, language, "vi", found),
                    _words(texts, language, "en", found),
                    _audience(texts, language, places, found),
                ],
                submit=Button(
                    label=t("announcement.save"), icon="users", style="primary", action=send
                ),
                back=back,
            )
        ],
    )


def _words(
    texts: Catalogue, shown_in: Language, language: Language, found: Announcement | None
) -> Group:
    """Title and text in `language`, asked for in the language of the screen."""
    t = partial(texts.text, shown_in)
    return Group(
        legend=t(f"announcement.in.{language}"),
        hint=t("announcement.words_hint") if language == "vi" else None,
        blocks=[
            TextField(
                name=f"title_{language}",
                label=t(f"announcement.title.{language}"),
                hint=t("announcement.title_hint", limit=number(shown_in, TITLE_LENGTH)),
                required=True,
                max_length=TITLE_LENGTH,
                value=found and found.title(language),
            ),
            LongTextField(
                name=f"text_{language}",
                label=t(f"announcement.text.{language}"),
                hint=t("announcement.text_hint", limit=number(shown_in, TEXT_LENGTH)),
                required=True,
                max_length=TEXT_LENGTH,
                value=found and found.text(language),
            ),
        ],
    )


def _audience(
    texts: Catalogue, language: Language, places: Sequence[Place], found: Announcement | None
) -> Group:
    t = partial(texts.text, language)
    codes = None if found is None else found.communes
    scope = None
    if codes is not None:
        scope = "all" if len(codes) == len(places) else "chosen"
    total = sum(one.people for one in places)
    blocks: list[AnyBlock] = [
        ChoiceField(
            name="scope",
            label=t("announcement.scope"),
            required=True,
            value=scope,
            choices=[
                Choice(value="chosen", label=t("announcement.scope.chosen")),
                Choice(
                    value="all",
                    label=t("announcement.scope.all", count=len(places)),
                    hint=people(texts, language, total),
                ),
            ],
        ),
        ChoicesField(
            name="communes",
            label=t("announcement.communes"),
            value=codes,
            show_when=Test(field="scope", op="eq", value="chosen"),
            require_when=Test(field="scope", op="eq", value="chosen"),
            choices=[
                Choice(
                    value=one.code,
                    label=place_name(texts, language, one),
                    hint=people(texts, language, one.people),
                )
                for one in places
            ],
        ),
    ]
    return Group(
        legend=t("announcement.audience"), hint=t("announcement.audience_hint"), blocks=blocks
    )


def in_inbox(texts: Catalogue, language: Language, told: Told) -> ListItem:
    """One row of a citizen's inbox."""
    href = f"/announcements/{told.announcement_id}"
    mark = Send(href=f"/api/v1/notices/{told.announcement_id}/read")
    return ListItem(
        title=told.title_vi if language == "vi" else told.title_en,
        text=told.agency_name_vi if language == "vi" else told.agency_name_en,
        icon="megaphone",
        trailing=texts.moment(language, told.created_at),
        unread=not told.read,
        action=Go(href=href) if told.read else mark,
    )


def page(texts: Catalogue, language: Language, told: Told) -> Screen:
    """The announcement as the citizen reads it."""
    agency = told.agency_name_vi if language == "vi" else told.agency_name_en
    at = texts.moment(language, told.created_at)
    return Screen(
        title=told.title_vi if language == "vi" else told.title_en,
        kicker=texts.text(language, "announcement.from", agency=agency, at=at),
        lang=language,
        tab="inbox",
        back=Go(href="/inbox"),
        blocks=[Text(text=told.text_vi if language == "vi" else told.text_en)],
    )
