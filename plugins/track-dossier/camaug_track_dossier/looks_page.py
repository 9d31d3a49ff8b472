"""Who looked at a dossier: offices and what for, never the name of an officer."""

from camaug_sdk import Go, Screen, Words
from camaug_sdk.records import Look, Looks
from camaug_sdk.screens import Empty, ItemList, Link, ListItem, Text
from camaug_track_dossier.story import ICONS

HOME = "/apps/track-dossier/"
OPENINGS = {"opened": "eye", "file": "paperclip"}


def page(t: Words, looks: Looks) -> Screen:
    """The looks, newest first; below them what is counted and what is not told."""
    here = f"{HOME}{looks.dossier_id}"
    more = None
    if looks.next is not None:
        more = Link(label=t("mine.more"), action=Go(href=f"{here}/looks?after={looks.next}"))
    return Screen(
        title=t("looks.title"),
        kicker=looks.code,
        lang=t.language,
        back=Go(href=here),
        tab="dossiers",
        blocks=[
            Text(text=t("looks.text"), tone="second"),
            ItemList(
                items=[_row(t, one) for one in looks.items],
                label=t("looks.title"),
                empty=Empty(title=t("looks.none"), text=t("looks.none_text"), icon="eye"),
                more=more,
            ),
        ],
    )


def _row(t: Words, look: Look) -> ListItem:
    if look.role == "relative":
        return _of_relative(t, look)
    agency = t.pick(look.agency_name_vi or "", look.agency_name_en or "") or t("looks.agency")
    role = t.find(f"looks.role.{look.role}")
    when = t.moment(look.last_at)
    if look.count > 1:
        when = t("looks.span", first=t.moment(look.first_at), last=when)
    return ListItem(
        title=_deed(t, look),
        text="\n".join([" · ".join(one for one in (agency, role) if one), when]),
        icon=OPENINGS.get(look.kind) or ICONS.get(look.kind, "file-check"),
    )


def _of_relative(t: Words, look: Look) -> ListItem:
    """A look of whom the owner has let in, by masked number."""
    when = t.moment(look.last_at)
    if look.count > 1:
        when = t("looks.span", first=t.moment(look.first_at), last=when)
    who = " · ".join(one for one in (t("looks.role.relative"), look.relative) if one)
    return ListItem(title=_deed(t, look), text=f"{who}\n{when}", icon="users")


def _deed(t: Words, look: Look) -> str:
    """What was done, as the timeline calls it, and how often."""
    if look.kind not in OPENINGS:
        return t.find(f"story.{look.kind}") or t("looks.act")
    deed = t(f"looks.{look.kind}")
    return deed if look.count == 1 else t("looks.times", deed=deed, count=look.count)
