"""The search box with the ways on, and what every page says of the table that it stands on."""

from camaug_address_converter.units import NewUnit, OldUnit, Table
from camaug_sdk import Go, Screen, Send, Words
from camaug_sdk.screens import Accordion, AnyBlock, ItemList, ListItem, SearchBox, Text

HOME = "/apps/address-converter/"
API = "/api/v1/apps/address-converter"


def start(t: Words, table: Table) -> Screen:
    """What to type, the two other ways to ask, and what the table does not know."""
    ways = [
        ListItem(
            title=t("many"), text=t("many_text"), icon="list-checks", action=Go(href=f"{HOME}many")
        ),
        ListItem(
            title=t("communes"),
            text=t("communes_text", count=len(table.new)),
            icon="map-pin",
            action=Go(href=f"{HOME}communes"),
        ),
    ]
    return Screen(
        title=t("title"),
        lang=t.language,
        back=Go(href="/"),
        tab="home",
        blocks=[
            box(t, ""),
            Text(text=t("intro"), tone="second"),
            ItemList(items=ways),
            doubts(t, table),
            source(t),
        ],
    )


def box(t: Words, typed: str) -> SearchBox:
    """An address may say where somebody lives: it goes out in a body, never in a web address."""
    return SearchBox(
        label=t("search"),
        placeholder=t("search_hint"),
        href=HOME,
        value=typed or None,
        send=Send(href=f"{API}/convert"),
    )


def source(t: Words) -> Text:
    """Where the mapping comes from, how old it is and how sure."""
    return Text(text=t("source"), tone="hint")


def doubts(t: Words, table: Table) -> Accordion:
    """The gaps of the table, by name."""
    old = table.old.values()
    gaps = [title(t, one) for one in old if not one.became]
    halves = [title(t, one) for one in old if not one.whole and len(one.became) == 1]
    split = sum(len(one.became) > 1 for one in old)
    lines: list[AnyBlock] = [
        Text(text=t("doubts_split", count=split)),
        Text(text=t("doubts_gap", names=", ".join(gaps))),
        Text(text=t("doubts_half", names=", ".join(halves))),
        Text(text=t("doubts_earlier")),
    ]
    return Accordion(title=t("doubts"), blocks=lines)


def title(t: Words, unit: OldUnit | NewUnit) -> str:
    """Kind and name in the language of the page."""
    return t(f"kind.{unit.kind}", name=unit.name)


def place(t: Words, unit: OldUnit) -> str:
    """Where an old unit lay."""
    return t("place", district=unit.district, province=unit.province)


def whole_name(t: Words, unit: OldUnit) -> str:
    """An old unit and where it lay."""
    where = t("place", district=unit.within, province=unit.province)
    return f"{title(t, unit)}, {where}"
