"""Home, its personal part, and the first page of the console."""

from collections.abc import Sequence

from camaug.dossiers.schemas import Line
from camaug.kernel.i18n import Catalogue
from camaug.plugins.schemas import Utility
from camaug.shell.schemas import NavEntry, Summary
from camaug_sdk.actions import Go, Tone
from camaug_sdk.records import Language, Profile, Status
from camaug_sdk.screens import (
    Badge,
    Card,
    Empty,
    Heading,
    ItemList,
    Link,
    ListItem,
    Screen,
    SearchBox,
    Tile,
    Tiles,
)

SEARCH = "/apps/procedure-search/"
TRACK = "/apps/track-dossier/"

STATUS: dict[Status, tuple[Tone, str]] = {
    Status.SUBMITTED: ("info", "send"),
    Status.ACCEPTED: ("info", "badge-check"),
    Status.IN_PROCESS: ("info", "loader"),
    Status.SUPPLEMENT_REQUESTED: ("warn", "circle-alert"),
    Status.PAYMENT_REQUESTED: ("warn", "wallet"),
    Status.COMPLETED: ("good", "check"),
}
"""Tone and icon of the statuses that home shows; the word is `shell.status.<n>`."""


def home(texts: Catalogue, language: Language, utilities: Sequence[Utility]) -> Screen:
    """Search, then the utilities. The person's own matters are added by the shell."""

    def t(text_id: str) -> str:
        return texts.text(language, f"shell.{text_id}")

    tiles = [
        Tile(
            label=one.tile,
            name=one.title,
            icon=one.icon,
            action=Go(href=f"/apps/{one.plugin_id}/"),
        )
        for one in utilities
    ]
    return Screen(
        title=t("home.title"),
        kicker=t("home.kicker"),
        lang=language,
        hero=True,
        tab="home",
        live=["inbox"],
        blocks=[
            SearchBox(label=t("home.search"), placeholder=t("home.search"), href=SEARCH),
            Heading(
                text=t("home.utilities"),
                more=Link(label=t("home.all"), action=Go(href="/utilities")),
            ),
            Tiles(items=tiles, label=t("home.utilities")),
        ],
    )


def summary(
    texts: Catalogue,
    language: Language,
    profile: Profile,
    place: tuple[str, str] | None,
    unread: int,
    waiting: Sequence[Line],
) -> Summary:
    """What belongs to the person on home."""
    greeting = texts.text(language, "shell.home.title")
    if profile.full_name:
        greeting = texts.text(language, "shell.home.greeting", name=profile.full_name)
    return Summary(
        greeting=greeting,
        place=place and texts.text(language, f"shell.place.{place[0]}", name=place[1]),
        unread=unread,
        blocks=[_matter(texts, language, line) for line in waiting],
    )


def _matter(texts: Catalogue, language: Language, line: Line) -> Card:
    """One running dossier as a card."""
    tone, icon = STATUS[Status(line.status)]
    name = line.procedure_name if language == "vi" else line.procedure_name_en
    agency = line.agency_name_vi if language == "vi" else line.agency_name_en
    text = texts.text(language, "shell.matter.where", code=line.code, agency=agency)
    if line.due_at is not None:
        due = texts.moment(language, line.due_at)
        text = texts.text(language, "shell.matter.due", due=due, agency=agency)
    return Card(
        title=name,
        text=text,
        badge=Badge(
            label=texts.text(language, f"shell.status.{line.status}"), tone=tone, icon=icon
        ),
        tone="warn" if tone == "warn" else "neutral",
        action=Go(href=f"{TRACK}{line.dossier_id}"),
    )


def utilities(texts: Catalogue, language: Language, found: Sequence[Utility]) -> Screen:
    """Every utility by its full name."""
    title = texts.text(language, "shell.home.utilities")
    return Screen(
        title=title,
        lang=language,
        tab="home",
        back=Go(href="/"),
        blocks=[
            ItemList(
                label=title,
                items=[
                    ListItem(
                        title=one.title, icon=one.icon, action=Go(href=f"/apps/{one.plugin_id}/")
                    )
                    for one in found
                ],
            )
        ],
    )


def console(
    texts: Catalogue, language: Language, agencies: Sequence[str], nav: Sequence[NavEntry]
) -> Screen:
    """The console's first page: where the person works, and what they can open."""
    title = texts.text(language, "shell.console.title")
    entries = [ListItem(title=one.label, icon=one.icon, action=Go(href=one.href)) for one in nav]
    empty = Empty(
        title=texts.text(language, "shell.console.empty"),
        text=texts.text(language, "shell.console.empty_text"),
        icon="inbox",
    )
    return Screen(
        title=title,
        kicker=" · ".join(agencies) or None,
        lang=language,
        blocks=[ItemList(label=title, items=entries, empty=empty)],
    )
