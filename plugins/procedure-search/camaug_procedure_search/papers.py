"""The papers of a dossier (thành phần hồ sơ): what is always asked for, then what may be."""

from camaug_sdk import Words
from camaug_sdk.records import Component, Copies, Procedure
from camaug_sdk.screens import Accordion, AnyBlock, Heading, ItemList, ListItem, Text

ICONS = {
    "form": "file-pen",
    "paper": "file-check",
    "id": "id-card",
    "photo": "image",
    "other": "file",
}


def blocks(t: Words, procedure: Procedure) -> list[AnyBlock]:
    """One list of the papers that everybody needs, and one, closed, of the others."""
    always = [one for one in procedure.components if one.required == "always"]
    sometimes = [one for one in procedure.components if one.required == "conditional"]
    title = t("papers.title")
    found: list[AnyBlock] = [Heading(text=title)]
    if always:
        found.append(ItemList(items=[row(t, one) for one in always], label=title))
    else:
        found.append(Text(text=t("papers.none"), tone="second"))
    if sometimes:
        label = t("papers.sometimes", count=len(sometimes))
        rows = [row(t, one) for one in sometimes]
        found.append(Accordion(title=label, blocks=[ItemList(items=rows, label=label)]))
    return found


def row(t: Words, component: Component) -> ListItem:
    """One paper: when it is needed, how it is given, and whether the source asks for it."""
    parts: list[str] = []
    if component.condition:
        parts.append(t("papers.when", condition=component.condition))
    parts.append(_given(t, component))
    if not component.in_source:
        parts.append(t("papers.added"))
    return ListItem(
        title=component.label,
        text="\n".join(parts),
        icon=ICONS[component.kind],
        lang=t.vietnamese,
    )


def _given(t: Words, component: Component) -> str:
    if component.kind == "form":
        return t("papers.form")
    if component.given != "upload":
        return t(f"papers.{component.given}")
    copies = _copies(t, component.copies) if component.copies else ""
    return " · ".join(part for part in (t(f"papers.given.{component.kind}"), copies) if part)


def _copies(t: Words, copies: Copies) -> str:
    parts: list[str] = []
    if copies.original:
        parts.append(t("papers.originals", count=copies.original))
    if copies.copy:
        parts.append(t("papers.copies", count=copies.copy))
    return ", ".join(parts)
