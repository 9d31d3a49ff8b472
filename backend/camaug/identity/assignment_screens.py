"""Roles at agencies, as a table."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial

from camaug.identity.people_schemas import API, Assignment, PersonLine, Role
from camaug.kernel.clock import local_date
from camaug.kernel.i18n import Catalogue
from camaug_sdk.actions import Confirm, Send
from camaug_sdk.records import Language
from camaug_sdk.screens import Button, Cell, Column, Empty, Row, Table

Names = Mapping[str, Role]
Words = Callable[..., str]
_MOMENT = timedelta(microseconds=1)


def role_name(names: Names, role: str, language: Language) -> str:
    """The name of a role; its id when the plugin that declared it is gone."""
    known = names.get(role)
    return role if known is None else known.name(language)


def roles(
    texts: Catalogue,
    language: Language,
    held: Sequence[Assignment],
    names: Names,
    whose: PersonLine | None = None,
) -> Table:
    """Assignments; with `whose`, each can be ended."""
    t = partial(texts.text, language)
    columns = ("role", "agency", "from", "until")
    return Table(
        caption=t("identity.person.roles"),
        columns=[Column(key=key, label=t(f"identity.person.{key}")) for key in columns],
        rows=[
            Row(
                key=str(a.assignment_id),
                cells={
                    "role": Cell(text=role_name(names, a.role, language), strong=True),
                    "agency": Cell(text=a.agency(language)),
                    "from": Cell(text=f"{local_date(a.valid_from):%d/%m/%Y}"),
                    "until": Cell(text=_until(t, a)),
                },
                buttons=[]
                if whose is None
                else [_end(t, whose, a, role_name(names, a.role, language))],
            )
            for a in held
        ],
        empty=Empty(
            title=t("identity.people.no_role"), text=t("identity.person.no_role_text"), icon="users"
        ),
    )


def _until(t: Words, a: Assignment) -> str:
    """The last day; an end at midnight belongs to the day before."""
    if a.valid_until is None:
        return t("identity.person.for_good")
    last = local_date(a.valid_until - _MOMENT)
    return f"{last:%d/%m/%Y}"


def _end(t: Words, whose: PersonLine, a: Assignment, role: str) -> Button:
    return Button(
        label=t("identity.person.end"),
        style="danger",
        action=Send(
            href=f"{API}/{whose.staff_id}/assignments/{a.assignment_id}",
            method="DELETE",
            confirm=Confirm(
                title=t("identity.person.end_title", role=role, name=whose.full_name),
                text=t("identity.person.end_text"),
                accept=t("identity.person.end"),
            ),
        ),
    )
