"""KPI 766 of an agency: the points of what can be counted, and what cannot."""

from decimal import Decimal

from camaug_sdk import Words
from camaug_sdk.measures import Kpi, KpiIndicator
from camaug_sdk.screens import Accordion, AnyBlock, Badge, Card, Heading, ItemList, ListItem


def blocks(t: Words, kpi: Kpi) -> list[AnyBlock]:
    """The score first; then each indicator, the counted ones before the others."""
    counted = [one for one in kpi.indicators if one.state == "counted"]
    others = [one for one in kpi.indicators if one.state != "counted"]
    score = Card(
        title=t("kpi.so_far"),
        big=t("kpi.points", points=_number(t, kpi.points), most=_number(t, kpi.measured_max))
        if counted
        else t("none"),
        text=t("kpi.text", decision=kpi.decision, most=_number(t, kpi.max)),
    )
    shown: list[AnyBlock] = [Heading(text=t("kpi")), score]
    if counted:
        shown.append(ItemList(items=[_row(t, one) for one in counted], label=t("kpi.counted")))
    rest = ItemList(items=[_row(t, one) for one in others], label=t("kpi.others"))
    shown.append(Accordion(title=t("kpi.missing", count=len(others)), blocks=[rest]))
    return shown


def _row(t: Words, one: KpiIndicator) -> ListItem:
    if one.state == "counted":
        text = t("kpi.rate", rate=_number(t, one.rate_percent))
        trailing = t("kpi.points", points=_number(t, one.points), most=_number(t, one.max))
        return ListItem(
            title=f"{one.id} {one.name_vi}", text=text, trailing=trailing, lang=t.vietnamese
        )
    return ListItem(
        title=f"{one.id} {one.name_vi}", badge=Badge(label=t(f"kpi.{one.state}")), lang=t.vietnamese
    )


def _number(t: Words, value: Decimal | None) -> str:
    """At most two decimals, by the language."""
    if value is None:
        return "–"
    text = f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"
    return text.replace(".", ",") if t.language == "vi" else text
