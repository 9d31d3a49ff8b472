"""People and their assignments, as an administrator sees them."""

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from camaug.identity import assignment_screens, role_request_screens
from camaug.identity.assignment_screens import Names
from camaug.identity.people_schemas import (
    API,
    PEOPLE,
    Assignment,
    PersonLine,
    RoleRequest,
    State,
)
from camaug.kernel import i18n
from camaug.kernel.clock import local_date
from camaug.kernel.i18n import Catalogue
from camaug_sdk.actions import Confirm, Go, Send, Tone
from camaug_sdk.records import Language
from camaug_sdk.screens import (
    AnyBlock,
    Badge,
    Button,
    Cell,
    Column,
    Empty,
    Heading,
    KeyValue,
    Link,
    Pair,
    Row,
    Screen,
    SearchBox,
    Table,
    Text,
)

STATES: dict[State, tuple[Tone, str]] = {
    "active": ("good", "check"),
    "invited": ("warn", "hourglass"),
    "disabled": ("neutral", "lock"),
}
"""Tone and icon; the word is `identity.state.<state>`."""
Words = Callable[..., str]


def listing(
    texts: Catalogue,
    language: Language,
    found: Sequence[PersonLine],
    held: Sequence[Assignment],
    names: Names,
    more: str | None,
) -> Table:
    """A page of people; `more` is the address of the next one."""
    t = partial(texts.text, language)
    columns = ("name", "login", "roles", "state")
    return Table(
        caption=t("identity.people.title"),
        columns=[Column(key=key, label=t(f"identity.people.{key}")) for key in columns],
        rows=[
            _person_row(t, language, one, [a for a in held if a.staff_id == one.staff_id], names)
            for one in found
        ],
        empty=Empty(
            title=t("identity.people.none"), text=t("identity.people.none_text"), icon="users-round"
        ),
        more=Link(label=t("identity.people.more"), action=Go(href=more)) if more else None,
    )


def people(
    texts: Catalogue,
    language: Language,
    table: Table,
    waiting: Sequence[RoleRequest],
    me: UUID,
    query: str,
) -> Screen:
    """What waits for a second administrator, then everybody of the administrator's agencies."""
    t = partial(texts.text, language)
    return Screen(
        title=t("identity.people.title"),
        lang=language,
        blocks=[
            SearchBox(label=t("identity.people.search"), href=PEOPLE, value=query or None),
            *role_request_screens.waiting_blocks(texts, language, waiting, me),
            table,
        ],
        primary=Button(
            label=t("identity.people.invite"),
            icon="user-plus",
            style="primary",
            action=Go(href=f"{PEOPLE}/invite"),
        ),
    )


def _person_row(
    t: Words, language: Language, one: PersonLine, held: Sequence[Assignment], names: Names
) -> Row:
    first = [
        f"{assignment_screens.role_name(names, a.role, language)} · {a.agency(language)}"
        for a in held[:1]
    ]
    rest = [t("identity.people.others", count=len(held) - 1)] if len(held) > 1 else []
    return Row(
        key=str(one.staff_id),
        cells={
            "name": Cell(text=one.full_name, strong=True),
            "login": Cell(text=one.login),
            "roles": Cell(text=", ".join(first + rest) or t("identity.people.no_role")),
            "state": Cell(badge=_state(t, one)),
        },
        action=Go(href=f"{PEOPLE}/{one.staff_id}"),
    )


def _state(t: Words, one: PersonLine) -> Badge:
    tone, icon = STATES[one.state]
    return Badge(label=t(f"identity.state.{one.state}"), tone=tone, icon=icon)


def person(
    texts: Catalogue,
    language: Language,
    one: PersonLine,
    held: Sequence[Assignment],
    names: Names,
    more: Sequence[AnyBlock],
) -> Screen:
    """One person: how the account stands, the roles, and `more` below."""
    t = partial(texts.text, language)
    facts = [
        Pair(label=t("identity.people.login"), value=one.login),
        Pair(label=t("identity.people.state"), value=t(f"identity.state.{one.state}")),
        Pair(
            label=t("identity.person.factor"),
            value=t(
                "identity.person.has_factor" if one.has_factor else "identity.person.no_factor"
            ),
        ),
        Pair(
            label=t("identity.person.since"), value=i18n.day(language, local_date(one.created_at))
        ),
    ]
    assign = Button(
        label=t("identity.person.assign"),
        icon="plus",
        style="primary",
        action=Go(href=f"{PEOPLE}/{one.staff_id}/assign"),
    )
    return Screen(
        title=one.full_name,
        kicker=t("identity.people.title"),
        lang=language,
        back=Go(href=PEOPLE),
        blocks=[
            KeyValue(items=facts),
            Heading(text=t("identity.person.roles")),
            assignment_screens.roles(texts, language, held, names, one),
            *more,
        ],
        primary=None if one.state == "disabled" else assign,
    )


def account(
    texts: Catalogue,
    language: Language,
    one: PersonLine,
    waiting: Sequence[RoleRequest],
    me: UUID,
) -> list[AnyBlock]:
    """What waits for the person, and what can be done to the account."""
    t = partial(texts.text, language)
    if one.staff_id == me:
        return [
            *role_request_screens.waiting_blocks(texts, language, waiting, me),
            Text(text=t("identity.person.own")),
        ]
    names = ["enable"] if one.state == "disabled" else ["link", "disable"]
    if one.has_factor and one.state != "disabled":
        names.insert(1, "reset_factor")
    return [
        *role_request_screens.waiting_blocks(texts, language, waiting, me),
        Heading(text=t("identity.person.account")),
        *(_command(t, one, name) for name in names),
    ]


ICONS = {"link": "link", "reset_factor": "smartphone", "disable": "lock", "enable": "undo-2"}


def _command(t: Words, one: PersonLine, name: str) -> Button:
    label = t(f"identity.person.{name}")
    return Button(
        label=label,
        icon=ICONS[name],
        style="danger" if name == "disable" else "secondary",
        action=Send(
            href=f"{API}/{one.staff_id}/{name.replace('_', '-')}",
            confirm=Confirm(
                title=t(f"identity.person.{name}_title", name=one.full_name),
                text=t(f"identity.person.{name}_text"),
                accept=label,
            ),
        ),
    )
