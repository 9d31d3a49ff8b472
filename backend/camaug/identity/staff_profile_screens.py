"""A member of staff's own account, as screens."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from camaug.identity import people_form_screens
from camaug.identity.people_schemas import PersonLine
from camaug.identity.schemas import SessionLine
from camaug.kernel import i18n
from camaug.kernel.i18n import Catalogue
from camaug_sdk.actions import Confirm, Go, Send
from camaug_sdk.fields import TextField
from camaug_sdk.records import Language
from camaug_sdk.screens import (
    Badge,
    Button,
    Cell,
    Column,
    Form,
    Heading,
    KeyValue,
    Pair,
    Row,
    Screen,
    Table,
)

PROFILE = "/console/profile"


def profile(
    texts: Catalogue,
    language: Language,
    one: PersonLine,
    roles: Table,
    sessions: Table,
) -> Screen:
    """Who one is here, where one works, where one is signed in."""
    t = partial(texts.text, language)
    factor = t("identity.person.has_factor" if one.has_factor else "identity.person.no_factor")
    everywhere = Confirm(
        title=t("identity.devices.end_all"),
        text=t("identity.mine.end_all_text"),
        accept=t("identity.devices.end_all"),
    )
    return Screen(
        title=one.full_name,
        kicker=t("identity.mine.title"),
        lang=language,
        blocks=[
            KeyValue(
                items=[
                    Pair(label=t("identity.people.login"), value=one.login),
                    Pair(label=t("identity.person.factor"), value=factor),
                ]
            ),
            Button(
                label=t("identity.password.change"),
                icon="key-round",
                action=Go(href=f"{PROFILE}/password"),
            ),
            Heading(text=t("identity.person.roles")),
            roles,
            Heading(text=t("identity.devices.title")),
            sessions,
            Button(
                label=t("identity.devices.end_all"),
                icon="log-out",
                style="danger",
                action=Send(href="/api/v1/session/devices", method="DELETE", confirm=everywhere),
            ),
        ],
    )


def sessions(
    texts: Catalogue, language: Language, present: UUID, found: Sequence[SessionLine]
) -> Table:
    """Where one is signed in; every place but this one can be ended."""
    t = partial(texts.text, language)
    here = Badge(label=t("identity.devices.here"), tone="good", icon="check")
    return Table(
        caption=t("identity.devices.title"),
        columns=[
            Column(key=key, label=t(f"identity.mine.{key}")) for key in ("device", "since", "used")
        ],
        rows=[
            Row(
                key=str(one.session_id),
                cells={
                    "device": Cell(text=one.device_label or t("identity.devices.unknown")),
                    "since": Cell(text=i18n.moment(language, one.created_at)),
                    "used": Cell(badge=here)
                    if one.session_id == present
                    else Cell(text=i18n.moment(language, one.rotated_at)),
                },
                buttons=[] if one.session_id == present else [_end(texts, language, one)],
            )
            for one in found
        ],
    )


def _end(texts: Catalogue, language: Language, one: SessionLine) -> Button:
    t = partial(texts.text, language)
    name = one.device_label or t("identity.devices.unknown")
    ask = Confirm(
        title=t("identity.devices.end", device=name),
        text=t("identity.devices.end_text"),
        accept=t("identity.sign_out"),
    )
    href = f"/api/v1/session/devices/{one.session_id}"
    return Button(
        label=t("identity.sign_out"),
        style="danger",
        action=Send(href=href, method="DELETE", confirm=ask),
    )


def password(texts: Catalogue, language: Language) -> Screen:
    """The present password and a new one."""
    t = partial(texts.text, language)
    return Screen(
        title=t("identity.password.change"),
        subtitle=t("identity.password.change_why"),
        lang=language,
        back=Go(href=PROFILE),
        blocks=[
            Form(
                id="staff-password",
                blocks=[
                    TextField(
                        name="present",
                        label=t("identity.password.present"),
                        required=True,
                        secret=True,
                        max_length=256,
                        autocomplete="current-password",
                    ),
                    *people_form_screens.password_fields(t),
                ],
                submit=Button(
                    label=t("identity.password.change"),
                    style="primary",
                    action=Send(href="/api/v1/staff/me/password", method="PUT"),
                ),
                back=Go(href=PROFILE),
            )
        ],
    )
