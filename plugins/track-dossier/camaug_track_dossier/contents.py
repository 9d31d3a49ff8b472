"""What a dossier holds: files with their download, answers in the words of the form."""

from collections.abc import Sequence
from datetime import date

import msgspec

from camaug_sdk import Words
from camaug_sdk.actions import Download
from camaug_sdk.records import Answer, Commune, Document, Dossier, FormFieldSpec, Procedure
from camaug_sdk.screens import AnyBlock, Badge, Heading, ItemList, KeyValue, ListItem, Pair

KILOBYTE = 1024
STATES = {
    "incoming": Badge(label="", tone="neutral", icon="clock"),
    "checked": Badge(label="", tone="neutral", icon="shield-question"),
    "clean": Badge(label="", tone="good", icon="shield-check"),
    "refused": Badge(label="", tone="warn", icon="circle-x"),
}
"""How the state of a file looks; its word is `file.<state>`."""


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """Where the words for answers and papers come from; no procedure when it is gone."""

    procedure: Procedure | None
    communes: Sequence[Commune]

    def paper(self, t: Words, purpose: str) -> tuple[str, bool]:
        """The name of a place for files, and whether it is in Vietnamese only."""
        if self.procedure is not None:
            for component in self.procedure.components:
                if component.id == purpose:
                    return component.label, True
            for field in self.procedure.form_fields:
                if field.name == purpose:
                    return field.label(t.language), False
        return t.find(f"paper.{purpose}") or t("paper.other"), False


def files(
    t: Words, names: Names, documents: Sequence[Document], title: str, *, scanned: bool = False
) -> list[AnyBlock]:
    """The files under a heading; nothing when there are none. `scanned` shows their state."""
    if not documents:
        return []
    rows = [_file(t, names, one, scanned=scanned) for one in documents]
    return [Heading(text=title), ItemList(items=rows, label=title)]


def _file(t: Words, names: Names, document: Document, *, scanned: bool) -> ListItem:
    label, vietnamese = names.paper(t, document.purpose)
    look = STATES[document.state]
    badge = Badge(label=t(f"file.{document.state}"), tone=look.tone, icon=look.icon)
    return ListItem(
        title=label,
        text=f"{document.file_name} · {size(t, document.size)}",
        icon="paperclip",
        badge=badge if scanned else None,
        action=Download(href=f"/api/v1/documents/{document.document_id}/download"),
        lang=t.vietnamese if vietnamese else None,
    )


def size(t: Words, count: int) -> str:
    """A file's size in KB, or MB with one decimal."""
    if count < KILOBYTE * KILOBYTE:
        return f"{max(1, round(count / KILOBYTE))} KB"
    text = f"{count / KILOBYTE / KILOBYTE:.1f} MB"
    return t.pick(text.replace(".", ","), text)


def answers(t: Words, names: Names, given: dict[str, Answer]) -> KeyValue:
    """Every answer in the order of the form; what the form no longer has comes last."""
    fields = names.procedure.form_fields if names.procedure else []
    known = {one.name: one for one in fields}
    ordered = [name for name in known if name in given]
    ordered += [name for name in given if name not in known]
    return KeyValue(
        items=[_pair(t, names, known.get(one), one, given[one]) for one in ordered], wide=True
    )


def _pair(t: Words, names: Names, spec: FormFieldSpec | None, name: str, value: Answer) -> Pair:
    if spec is None:
        return Pair(label=name, value=str(value))
    return Pair(
        label=spec.label(t.language),
        value=_said(t, names, spec, value),
        lang=t.vietnamese if spec.type == "choice" else None,
    )


def _said(t: Words, names: Names, spec: FormFieldSpec, value: Answer) -> str:
    """The answer in words."""
    match spec.type:
        case "boolean":
            return t("answer.yes") if value is True else t("answer.no")
        case "choice":
            return next((one.label for one in spec.options if one.value == value), str(value))
        case "commune":
            found = next((one for one in names.communes if one.code == value), None)
            return t(f"answer.{found.kind}", name=found.name) if found else str(value)
        case "date":
            return f"{date.fromisoformat(str(value)):%d/%m/%Y}"
        case "number" | "money":
            return _amount(t, spec, value)
        case _:
            return str(value)


def _amount(t: Words, spec: FormFieldSpec, value: Answer) -> str:
    if spec.type == "money" and isinstance(value, int):
        return t.money(value)
    text = f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    return t.pick(text.replace(".", ","), text)


def behalf(t: Words, dossier: Dossier) -> list[Pair]:
    """The organisation that the dossier was filed for, as the person declared it."""
    given = dossier.organisation
    if given is None:
        return []
    role = t(f"desk.role.{given.role}")
    hint = t("desk.organisation_hint", code=given.tax_code, role=role)
    return [Pair(label=t("desk.organisation"), value=given.name, hint=hint)]


def conditions(t: Words, dossier: Dossier) -> list[AnyBlock]:
    """What the person answered to the conditions of the catalogue."""
    if not dossier.conditions:
        return []
    pairs = [
        Pair(label=text, value=t("desk.yes") if holds else t("desk.no"), lang=t.vietnamese)
        for text, holds in dossier.conditions.items()
    ]
    return [Heading(text=t("desk.conditions")), KeyValue(items=pairs, wide=True)]
