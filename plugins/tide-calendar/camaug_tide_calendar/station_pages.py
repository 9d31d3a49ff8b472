"""The stations to choose from."""

from collections.abc import Sequence

from camaug_sdk import Go, Screen, Words
from camaug_sdk.screens import AnyBlock, Heading, ItemList, ListItem, Text
from camaug_tide_calendar import wording
from camaug_tide_calendar.stations import COASTS, Coast, Station


def page(t: Words, known: Sequence[Station]) -> Screen:
    """The stations under their coasts, and what the numbers are made of."""
    blocks: list[AnyBlock] = [wording.warning(t)]
    for coast in COASTS:
        blocks += _coast(t, coast, [one for one in known if one.coast == coast])
    return Screen(
        title=t("title"),
        subtitle=t("subtitle"),
        lang=t.language,
        back=Go(href="/"),
        tab="home",
        blocks=[*blocks, Text(text=t("method"), tone="hint")],
    )


def _coast(t: Words, coast: Coast, known: Sequence[Station]) -> list[AnyBlock]:
    name = t(f"coast.{coast}")
    rows = [
        ListItem(
            title=one.name,
            text=t(f"tide.{coast}"),
            lang=None,
            icon="map-pin",
            action=Go(href=wording.station_path(one.station_id)),
        )
        for one in known
    ]
    return [Heading(text=name), ItemList(items=rows, label=name)]
