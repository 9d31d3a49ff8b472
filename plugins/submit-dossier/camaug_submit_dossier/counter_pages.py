"""The officer's pages around the form: who has come, what is to be filed, who stands there."""

from collections.abc import Sequence
from uuid import UUID

from camaug_sdk import Go, Screen, Send, Words
from camaug_sdk.counter import CardSeen, CounterCase
from camaug_sdk.fields import (
    Choice,
    ChoiceField,
    CitizenIdField,
    DateField,
    PersonNameField,
    PhoneField,
)
from camaug_sdk.records import Agency
from camaug_sdk.screens import (
    AnyBlock,
    Button,
    Callout,
    Form,
    Heading,
    ItemList,
    ListItem,
    Text,
)

HOME = "/console/apps/submit-dossier/"
API = "/api/v1/apps/submit-dossier/desk/"


def start(t: Words, agencies: Sequence[Agency], cases: Sequence[CounterCase]) -> Screen:
    """Find who has come, or go on with an unfinished case."""
    return Screen(
        title=t("counter.title"),
        subtitle=t("counter.text"),
        lang=t.language,
        blocks=[
            Form(
                id="counter-find",
                blocks=[
                    *_agency(t, agencies),
                    CitizenIdField(
                        name="number", label=t("counter.number"), hint=t("counter.number_hint")
                    ),
                    PhoneField(
                        name="phone", label=t("counter.phone"), hint=t("counter.phone_hint")
                    ),
                    Text(text=t("counter.looks"), tone="hint"),
                ],
                submit=Button(
                    label=t("counter.find"),
                    icon="search",
                    style="primary",
                    action=Send(href=f"{API}find", body=_only(agencies)),
                ),
            ),
            *_unfinished(t, cases),
        ],
    )


def _agency(t: Words, agencies: Sequence[Agency]) -> list[AnyBlock]:
    """At which desk, for an officer of several."""
    if len(agencies) == 1:
        return []
    choices = [Choice(value=str(one.agency_id), label=one.name(t.language)) for one in agencies]
    label = t("counter.agency")
    return [ChoiceField(name="agency_id", label=label, required=True, choices=choices)]


def _only(agencies: Sequence[Agency]) -> dict[str, str | int | float | bool | list[str] | None]:
    return {"agency_id": str(agencies[0].agency_id)} if len(agencies) == 1 else {}


def _unfinished(t: Words, cases: Sequence[CounterCase]) -> list[AnyBlock]:
    if not cases:
        return []
    rows = [
        ListItem(
            title=one.person.full_name or t("counter.no_name"),
            text=t("drafts.saved", moment=t.moment(one.updated_at)),
            icon="file-pen",
            action=Go(href=f"{HOME}counter/{one.case_id}"),
        )
        for one in cases
    ]
    return [
        Heading(text=t("counter.unfinished")),
        ItemList(items=rows, label=t("counter.unfinished")),
        Text(text=t("counter.kept"), tone="hint"),
    ]


def not_there(t: Words, agency_id: UUID, number: str | None, phone: str | None) -> Screen:
    """Nobody is known by that; the card in hand makes a record."""
    return Screen(
        title=t("counter.not_there"),
        lang=t.language,
        back=Go(href=HOME),
        blocks=[
            Callout(title=t("counter.record"), text=t("counter.record_text"), icon="id-card"),
            Form(
                id="counter-card",
                blocks=[
                    *card(t, CardSeen(full_name="", citizen_id=number or "", birth_date="")),
                    PhoneField(
                        name="phone",
                        label=t("counter.phone_told"),
                        hint=t("counter.phone_told_hint"),
                        value=phone,
                    ),
                ],
                submit=Button(
                    label=t("counter.record_do"),
                    style="primary",
                    action=Send(href=f"{API}people", body={"agency_id": str(agency_id)}),
                ),
            ),
        ],
    )


def card(t: Words, known: CardSeen) -> list[AnyBlock]:
    found: list[AnyBlock] = [
        PersonNameField(
            name="full_name",
            label=t("counter.full_name"),
            required=True,
            value=known.full_name or None,
        ),
        CitizenIdField(
            name="citizen_id",
            label=t("counter.number"),
            required=True,
            value=known.citizen_id or None,
        ),
        DateField(
            name="birth_date",
            label=t("counter.birth_date"),
            required=True,
            value=known.birth_date or None,
        ),
    ]
    return found
