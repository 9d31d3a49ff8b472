"""Inviting and assigning, as forms, and the link that an administrator hands over."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from camaug.identity.people_schemas import (
    API,
    PEOPLE,
    AgencyLine,
    Invitation,
    PersonLine,
    Role,
)
from camaug.kernel import i18n
from camaug.kernel.i18n import Catalogue
from camaug_sdk.actions import Go, Send
from camaug_sdk.fields import Choice, ChoiceField, DateField, PersonNameField, TextField
from camaug_sdk.records import Language
from camaug_sdk.screens import (
    AnyBlock,
    Button,
    Callout,
    Form,
    Group,
    KeyValue,
    Pair,
    Qr,
    Screen,
    Text,
)

Words = Callable[..., str]


def invite(
    texts: Catalogue, language: Language, roles: Sequence[Role], agencies: Sequence[AgencyLine]
) -> Screen:
    """Who, and for which role."""
    t = partial(texts.text, language)
    return Screen(
        title=t("identity.people.invite"),
        subtitle=t("identity.invite.why"),
        lang=language,
        back=Go(href=PEOPLE),
        blocks=[
            Form(
                id="invite",
                blocks=[
                    Group(
                        legend=t("identity.invite.who"),
                        blocks=[
                            PersonNameField(
                                name="full_name", label=t("identity.full_name"), required=True
                            ),
                            TextField(
                                name="login",
                                label=t("identity.staff.login"),
                                hint=t("identity.invite.login_hint"),
                                required=True,
                                max_length=40,
                                autocomplete="off",
                            ),
                        ],
                    ),
                    Group(
                        legend=t("identity.invite.what"),
                        blocks=_role_fields(t, language, roles, agencies),
                        hint=t("identity.assign.second"),
                    ),
                ],
                submit=Button(
                    label=t("identity.invite.submit"), style="primary", action=Send(href=API)
                ),
                back=Go(href=PEOPLE),
            )
        ],
    )


def assign(
    texts: Catalogue,
    language: Language,
    one: PersonLine,
    roles: Sequence[Role],
    agencies: Sequence[AgencyLine],
    today: date,
) -> Screen:
    """Which role, where, and for how long."""
    t = partial(texts.text, language)
    own = f"{PEOPLE}/{one.staff_id}"
    dates: list[AnyBlock] = [
        DateField(
            name="valid_from",
            label=t("identity.assign.from"),
            hint=t("identity.assign.from_hint"),
            earliest=today.isoformat(),
        ),
        DateField(
            name="valid_until",
            label=t("identity.assign.until"),
            hint=t("identity.assign.until_hint"),
            earliest=today.isoformat(),
        ),
    ]
    return Screen(
        title=t("identity.person.assign"),
        subtitle=one.full_name,
        lang=language,
        back=Go(href=own),
        blocks=[
            Form(
                id=f"assign-{one.staff_id}",
                blocks=[
                    Group(
                        legend=t("identity.invite.what"),
                        blocks=_role_fields(t, language, roles, agencies),
                        hint=t("identity.assign.second"),
                    ),
                    Group(legend=t("identity.assign.when"), blocks=dates),
                ],
                submit=Button(
                    label=t("identity.person.assign"),
                    style="primary",
                    action=Send(href=f"{API}/{one.staff_id}/assignments"),
                ),
                back=Go(href=own),
            )
        ],
    )


def _role_fields(
    t: Words, language: Language, roles: Sequence[Role], agencies: Sequence[AgencyLine]
) -> list[AnyBlock]:
    return [
        ChoiceField(
            name="role",
            label=t("identity.person.role"),
            required=True,
            choices=[Choice(value=one.role, label=one.name(language)) for one in roles],
        ),
        ChoiceField(
            name="agency_id",
            label=t("identity.person.agency"),
            required=True,
            choices=[
                Choice(value=str(one.agency_id), label=one.name(language)) for one in agencies
            ],
        ),
    ]


def link(
    texts: Catalogue,
    language: Language,
    one: PersonLine,
    until: str,
    address: str,
    qr: list[str],
    *,
    waits: bool,
) -> Screen:
    """The one-time link, shown this once to be handed over."""
    t = partial(texts.text, language)
    later = Callout(
        tone="warn", icon="shield-question", text=t("identity.assign.waits", name=one.full_name)
    )
    return Screen(
        title=t("identity.link.title", name=one.full_name),
        subtitle=t("identity.link.why", until=until),
        lang=language,
        back=Go(href=f"{PEOPLE}/{one.staff_id}"),
        blocks=[
            *([later] if waits else []),
            KeyValue(
                items=[
                    Pair(label=t("identity.staff.login"), value=one.login),
                    Pair(label=t("identity.link.address"), value=address),
                ],
                wide=True,
            ),
            Qr(rows=qr, label=t("identity.link.qr")),
            Text(text=t("identity.link.once"), tone="hint"),
        ],
    )


def invitation(texts: Catalogue, language: Language, found: Invitation, typed: str) -> Screen:
    """What the link opens: the person chooses a password."""
    t = partial(texts.text, language)
    return Screen(
        title=t("identity.welcome.title", name=found.full_name),
        subtitle=t("identity.welcome.why", login=found.login),
        lang=language,
        blocks=[
            Form(
                id="invitation",
                blocks=password_fields(t),
                submit=Button(
                    label=t("identity.welcome.submit"),
                    style="primary",
                    action=Send(href="/api/v1/session/invitation", body={"link": typed}),
                ),
            ),
            Text(
                text=t("identity.welcome.until", until=i18n.moment(language, found.expires_at)),
                tone="hint",
            ),
        ],
    )


def password_fields(t: Words) -> list[AnyBlock]:
    """A new password, twice, since nobody sees what they type."""
    return [
        TextField(
            name="password",
            label=t("identity.password.new"),
            hint=t("identity.password.hint"),
            required=True,
            secret=True,
            max_length=256,
            autocomplete="new-password",
        ),
        TextField(
            name="again",
            label=t("identity.password.again"),
            required=True,
            secret=True,
            max_length=256,
            autocomplete="new-password",
        ),
    ]
