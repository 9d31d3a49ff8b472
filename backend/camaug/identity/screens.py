"""Profile and devices, as screens."""

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from camaug.identity import values
from camaug.identity.schemas import CommuneName, SessionLine
from camaug.kernel import i18n
from camaug.kernel.i18n import Catalogue
from camaug_sdk.actions import Confirm, Go, Send
from camaug_sdk.fields import (
    AddressField,
    Choice,
    ChoiceField,
    CitizenIdField,
    CommuneField,
    DateField,
    EmailField,
    PersonNameField,
    TextField,
)
from camaug_sdk.records import Language, Profile
from camaug_sdk.screens import (
    AnyBlock,
    Badge,
    Button,
    Callout,
    Form,
    Group,
    ItemList,
    KeyValue,
    ListItem,
    Pair,
    Screen,
)

LANGUAGES: dict[Language, str] = {"vi": "Tiếng Việt", "en": "English"}


def profile(
    texts: Catalogue,
    language: Language,
    known: Profile,
    commune: CommuneName | None,
    messages: Language,
) -> Screen:
    """What we know about the person, and what belongs to the account."""
    t = partial(texts.text, language)
    facts = _facts(texts, language, known, commune)
    other: Language = "en" if messages == "vi" else "vi"
    account = [
        ListItem(
            title=t("identity.devices.title"),
            icon="smartphone",
            action=Go(href="/profile/devices"),
        ),
        ListItem(
            title=t("identity.language.title"),
            text=t("identity.language.now", language=LANGUAGES[messages]),
            trailing=LANGUAGES[other],
            icon="languages",
            action=Send(href="/api/v1/me/language", method="PUT", body={"language": other}),
        ),
        ListItem(
            title=t("identity.sign_out"),
            icon="log-out",
            action=Send(href="/api/v1/session/end", body={"audience": "citizen"}),
        ),
    ]
    empty = Callout(title=t("identity.profile.empty"), text=t("identity.profile.empty_text"))
    return Screen(
        title=known.full_name or t("identity.profile.title"),
        lang=language,
        tab="profile",
        blocks=[
            *([] if known.full_name else [empty]),
            KeyValue(items=facts, wide=True),
            Button(
                label=t("identity.profile.edit"),
                icon="pencil",
                action=Go(href="/profile/edit"),
            ),
            ItemList(items=account, label=t("identity.account")),
        ],
    )


def _facts(
    texts: Catalogue, language: Language, known: Profile, commune: CommuneName | None
) -> list[Pair]:
    t = partial(texts.text, language)
    proven = "identity.proven" if known.citizen_id_proven else "identity.unproven"
    born = known.birth_date and f"{known.birth_date:%d/%m/%Y}"
    place = commune and t(f"identity.place.{commune.kind}", name=commune.name)
    rows = [
        ("phone", known.phone, None),
        ("citizen_id", known.citizen_id, t(proven)),
        ("birth_date", born, None),
        ("gender", known.gender and t(f"identity.gender.{known.gender}"), None),
        ("ethnicity", known.ethnicity, None),
        ("email", known.email, None),
        ("permanent_address", known.permanent_address, None),
        ("permanent_commune", place, None),
        ("current_address", known.current_address, None),
    ]
    return [
        Pair(label=t(f"identity.{name}"), value=value, hint=hint)
        for name, value, hint in rows
        if value
    ]


def edit(
    texts: Catalogue,
    language: Language,
    known: Profile,
    commune: CommuneName | None,
    version: int,
) -> Screen:
    """The profile as a form."""
    t = partial(texts.text, language)
    send = Send(href="/api/v1/me/profile", method="PUT", body={"version": version})
    return Screen(
        title=t("identity.profile.edit"),
        subtitle=t("identity.profile.empty_text"),
        lang=language,
        back=Go(href="/profile"),
        blocks=[
            Form(
                id="profile",
                blocks=[
                    Group(legend=t("identity.group.person"), blocks=_person(t, known)),
                    Group(legend=t("identity.group.place"), blocks=_place(t, known, commune)),
                ],
                submit=Button(label=t("identity.profile.save"), style="primary", action=send),
                back=Go(href="/profile"),
            )
        ],
    )


def _person(t: Callable[..., str], known: Profile) -> list[AnyBlock]:
    genders = [Choice(value=one, label=t(f"identity.gender.{one}")) for one in ("nam", "nu")]
    number_hint = "identity.proven" if known.citizen_id_proven else "identity.citizen_id_hint"
    return [
        PersonNameField(name="full_name", label=t("identity.full_name"), value=known.full_name),
        CitizenIdField(
            name="citizen_id",
            label=t("identity.citizen_id"),
            hint=t(number_hint),
            value=known.citizen_id,
        ),
        DateField(
            name="birth_date",
            label=t("identity.birth_date"),
            value=known.birth_date and known.birth_date.isoformat(),
            earliest=values.EARLIEST_BIRTH.isoformat(),
            autocomplete="bday",
        ),
        ChoiceField(name="gender", label=t("identity.gender"), choices=genders, value=known.gender),
        TextField(
            name="ethnicity",
            label=t("identity.ethnicity"),
            value=known.ethnicity,
            max_length=100,
        ),
        EmailField(name="email", label=t("identity.email"), value=known.email),
    ]


def _place(t: Callable[..., str], known: Profile, commune: CommuneName | None) -> list[AnyBlock]:
    return [
        AddressField(
            name="permanent_address",
            label=t("identity.permanent_address"),
            value=known.permanent_address,
        ),
        CommuneField(
            name="permanent_commune",
            label=t("identity.permanent_commune"),
            value=known.permanent_commune,
            value_label=commune and t(f"identity.place.{commune.kind}", name=commune.name),
        ),
        AddressField(
            name="current_address",
            label=t("identity.current_address"),
            value=known.current_address,
        ),
    ]


def devices(
    texts: Catalogue, language: Language, open_sessions: Sequence[SessionLine], present: UUID
) -> Screen:
    """Where the person is signed in, with a way to end each."""
    t = partial(texts.text, language)
    everywhere = Confirm(
        title=t("identity.devices.end_all"),
        text=t("identity.devices.end_all_text"),
        accept=t("identity.devices.end_all"),
    )
    return Screen(
        title=t("identity.devices.title"),
        subtitle=t("identity.devices.why"),
        lang=language,
        back=Go(href="/profile"),
        blocks=[
            ItemList(
                items=[_device(texts, language, one, present) for one in open_sessions],
                label=t("identity.devices.title"),
            ),
            Button(
                label=t("identity.devices.end_all"),
                style="danger",
                action=Send(href="/api/v1/session/devices", method="DELETE", confirm=everywhere),
            ),
        ],
    )


def _device(texts: Catalogue, language: Language, one: SessionLine, present: UUID) -> ListItem:
    t = partial(texts.text, language)
    name = one.device_label or t("identity.devices.unknown")
    here = one.session_id == present
    ask = Confirm(
        title=t("identity.devices.end", device=name),
        text=t("identity.devices.end_text"),
        accept=t("identity.sign_out"),
    )
    href = f"/api/v1/session/devices/{one.session_id}"
    return ListItem(
        title=name,
        text=t("identity.devices.used", at=i18n.moment(language, one.rotated_at)),
        icon="smartphone",
        badge=Badge(label=t("identity.devices.here"), tone="good", icon="check") if here else None,
        trailing=None if here else t("identity.sign_out"),
        action=None if here else Send(href=href, method="DELETE", confirm=ask),
    )
