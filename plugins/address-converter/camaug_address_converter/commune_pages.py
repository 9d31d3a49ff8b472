"""The other way round: today's communes, and the old units that each is made of."""

from camaug_address_converter.start_pages import HOME, place, source, title
from camaug_address_converter.units import NewUnit, OldUnit, Table
from camaug_sdk import Go, Screen, Words
from camaug_sdk.records import Agency
from camaug_sdk.screens import (
    AnyBlock,
    Badge,
    Callout,
    Heading,
    ItemList,
    KeyValue,
    ListItem,
    Pair,
)


def communes(t: Words, table: Table) -> Screen:
    """All communes and wards, in the order of the alphabet."""
    rows = [
        ListItem(
            title=title(t, one),
            text=t("commune_merged", count=len(table.made_of(one.code))),
            action=Go(href=f"{HOME}communes/{one.code}"),
        )
        for one in table.new.values()
    ]
    return Screen(
        title=t("communes"),
        lang=t.language,
        back=Go(href=HOME),
        tab="home",
        blocks=[ItemList(items=rows, label=t("communes")), source(t)],
    )


def commune(t: Words, table: Table, unit: NewUnit, office: Agency | None) -> Screen:
    """One commune: its code, whom to ask, and the old units, whole or in part."""
    made_of = table.made_of(unit.code)
    label = t("commune_old", count=len(made_of))
    facts = [Pair(label=t("new_code"), value=unit.code)]
    if office:
        facts.append(Pair(label=t("ask_at"), value=office.name(t.language)))
    caveat: list[AnyBlock] = []
    if any(not one.whole for one in made_of):
        caveat.append(Callout(text=t("commune_caveat"), tone="warn"))
    return Screen(
        title=title(t, unit),
        lang=t.language,
        back=Go(href=HOME),
        tab="home",
        blocks=[
            KeyValue(items=facts),
            Heading(text=label),
            *caveat,
            ItemList(items=[_old(t, table, one, unit) for one in made_of], label=label),
            source(t),
        ],
    )


def _old(t: Words, table: Table, old: OldUnit, unit: NewUnit) -> ListItem:
    """One old unit, and for a part of one where the rest went."""
    lines = [f"{place(t, old)} · {t('old_code', code=old.code)}"]
    if not old.whole:
        rest = [title(t, one) for one in table.became(old) if one != unit]
        lines.append(t("part_go", names=", ".join(rest)) if rest else t("part_unknown"))
    whole = Badge(label=t("whole"), tone="good", icon="check")
    part = Badge(label=t("part"), tone="warn", icon="circle-alert")
    return ListItem(title=title(t, old), text="\n".join(lines), badge=whole if old.whole else part)
