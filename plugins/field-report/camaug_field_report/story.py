"""What both sides see of a report: how it stands, what was said, its photos, its story."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from camaug_field_report import acts, queries, texts
from camaug_field_report.records import OPEN, Photo, Report, State, Step
from camaug_sdk import Context, Words
from camaug_sdk.actions import Download, Tone
from camaug_sdk.records import Agency, Commune
from camaug_sdk.screens import (
    AnyBlock,
    Badge,
    Heading,
    ItemList,
    KeyValue,
    ListItem,
    Pair,
    Text,
    Timeline,
)
from camaug_sdk.screens import Step as Told

LOOKS: dict[State, tuple[Tone, str]] = {
    "received": ("info", "inbox"),
    "sent_on": ("info", "forward"),
    "handling": ("warn", "loader"),
    "answered": ("good", "circle-check"),
    "refused": ("bad", "circle-x"),
    "duplicate": ("neutral", "copy"),
    "withdrawn": ("neutral", "undo-2"),
}
STEPS = {
    "filed": "send",
    "taken": "loader",
    "sent_on": "forward",
    "answered": "message-square",
    "refused": "circle-x",
    "duplicate": "copy",
    "withdrawn": "undo-2",
    "remarked": "pencil",
    "rated": "star",
}


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """Communes by code and agencies by id."""

    communes: Mapping[str, Commune]
    agencies: Mapping[UUID, Agency]

    def commune(self, t: Words, code: str) -> str:
        """A commune with its kind."""
        found = self.communes.get(code)
        return t(f"commune.{found.kind}", name=found.name) if found else code

    def agency(self, t: Words, agency_id: UUID) -> str:
        """An agency; one that is no longer valid has no name here."""
        found = self.agencies.get(agency_id)
        return found.name(t.language) if found else t("agency.former")


class Whole(msgspec.Struct, frozen=True, kw_only=True):
    """A report with all that belongs to it, opened."""

    report: Report
    said: str
    place: str
    position: str | None
    steps: Sequence[tuple[Step, str | None]]
    photos: Sequence[Photo]
    names: Names

    def last_note(self) -> str | None:
        """What the officer wrote when the report was closed or sent on."""
        kinds = ("answered", "refused", "duplicate", "sent_on")
        found = [note for step, note in self.steps if step.kind in kinds and note]
        return found[-1] if found else None


async def names(app: Context) -> Names:
    """What communes and agencies are called."""
    return Names(
        communes={one.code: one for one in await app.agencies.communes()},
        agencies={one.agency_id: one for one in await app.agencies.offices()},
    )


async def whole(app: Context, report: Report) -> Whole:
    """Open what is sealed of a report that was fetched for whoever asks."""
    report_id = report.report_id
    steps = await queries.steps(app.db, report_id)
    sealed = report.position_enc
    return Whole(
        report=report,
        said=app.db.open("said", report_id, report.said_enc),
        place=app.db.open("place", report_id, report.place_enc),
        position=app.db.open("position", report_id, sealed) if sealed else None,
        steps=[(one, _note(app, report_id, one)) for one in steps],
        photos=await queries.photos(app.db, report_id),
        names=await names(app),
    )


def _note(app: Context, report_id: UUID, step: Step) -> str | None:
    if step.note_enc is None:
        return None
    return app.db.open(acts.note_column(step.seq), report_id, step.note_enc)


def badge(t: Words, state: State) -> Badge:
    """How a report stands."""
    tone, icon = LOOKS[state]
    return Badge(label=t(f"state.{state}"), tone=tone, icon=icon)


def content(t: Words, one: Whole) -> list[AnyBlock]:
    """What was said, where, and the photos."""
    pairs = [
        Pair(label=t("one.place"), value=one.place),
        Pair(label=t("one.commune"), value=one.names.commune(t, one.report.commune_code)),
    ]
    if one.position:
        hint = t("one.position_hint")
        value = texts.degrees(t, one.position)
        pairs.append(Pair(label=t("one.position"), value=value, hint=hint))
    photos = [
        ListItem(
            title=t("one.photo", number=photo.number),
            icon="image",
            action=Download(href=f"/api/v1/documents/{photo.document_id}/download"),
        )
        for photo in one.photos
    ]
    return [
        Heading(text=t("one.said")),
        Text(text=one.said),
        KeyValue(items=pairs, wide=True),
        Heading(text=t("one.photos")),
        ItemList(items=photos, label=t("one.photos")),
    ]


def timeline(t: Words, one: Whole) -> Timeline:
    """The story, and what comes next while it is open."""
    told = [_told(t, one, step, note) for step, note in one.steps]
    if one.report.state in OPEN:
        told.append(Told(title=t("story.next"), icon="message-square", state="next"))
    return Timeline(items=told, label=t("story.title"))


def _told(t: Words, one: Whole, step: Step, note: str | None) -> Told:
    """One step: by which agency, and what was written."""
    lines = [note or ""]
    if step.kind == "sent_on" and step.to_agency_id is not None:
        agencies = {
            "origin": one.names.agency(t, step.agency_id),
            "target": one.names.agency(t, step.to_agency_id),
        }
        lines.insert(0, t("story.from_to", **agencies))
    elif step.kind == "rated":
        lines.insert(0, t("story.rating", rating=one.report.rating or 0))
    elif step.kind not in ("remarked", "withdrawn"):
        lines.insert(0, one.names.agency(t, step.agency_id))
    return Told(
        title=t(f"story.{step.kind}"),
        text="\n".join(line for line in lines if line) or None,
        time=t.moment(step.at),
        icon=STEPS[step.kind],
        tone="warn" if step.kind == "refused" else "neutral",
    )
