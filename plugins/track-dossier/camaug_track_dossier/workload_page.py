"""How much everybody at the desk has in hand; a row leads to that part of the queue."""

from collections.abc import Sequence

from camaug_sdk import Go, Screen, Words
from camaug_sdk.handing import MOST_COUNTED, Workload
from camaug_sdk.screens import Badge, Cell, Column, Row, Table
from camaug_track_dossier.filters import HOME, NOBODY, Filters

NUMBERS = ("open", "overdue", "due_today", "waiting", "finished")


def number(t: Words, count: int) -> str:
    """A count, or that it is beyond what is counted."""
    return t("desk.more_than") if count > MOST_COUNTED else str(count)


def page(t: Words, people: Sequence[Workload], *, works: bool) -> Screen:
    """One row a person, and what nobody holds; who only leads cannot open their part of the queue.

    `works` says whether the reader works at a desk.
    """
    columns = [Column(key="name", label=t("desk.column.handler"))]
    columns += [Column(key=key, label=t(f"load.{key}"), align="end") for key in NUMBERS]
    return Screen(
        title=t("load.title"),
        subtitle=t("load.text" if works else "load.text_led"),
        lang=t.language,
        back=Go(href=HOME),
        live=["desk"],
        blocks=[
            Table(
                caption=t("load.title"),
                columns=columns,
                rows=[_row(t, one, works=works) for one in people],
            )
        ],
    )


def _row(t: Words, one: Workload, *, works: bool) -> Row:
    handler = str(one.staff_id) if one.staff_id else NOBODY
    gone = None if one.seated else Badge(label=t("load.gone"), tone="warn", icon="log-out")
    cells = {"name": Cell(text=one.name or t("desk.nobody"), strong=True, badge=gone)}
    cells |= {key: Cell(text=number(t, getattr(one, key))) for key in NUMBERS}
    if one.staff_id is None:
        cells["finished"] = Cell(text="–")
    return Row(
        key=handler,
        cells=cells,
        action=Go(href=Filters(view="open", handler=handler).href()) if works else None,
        tone="bad" if one.overdue else "neutral",
    )
