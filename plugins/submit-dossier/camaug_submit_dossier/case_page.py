"""The officer's page of one case: who it is, the card, what to file, who stands there."""

from collections.abc import Sequence

from camaug_sdk import Go, Screen, Send, Words
from camaug_sdk.actions import Confirm
from camaug_sdk.counter import COUNTER_MANDATE, CardSeen, CounterCase, CounterPerson
from camaug_sdk.fields import (
    Choice,
    ChoiceField,
    CitizenIdField,
    FileField,
    FileRef,
    PersonNameField,
    TextField,
)
from camaug_sdk.records import Document
from camaug_sdk.rules import Test
from camaug_sdk.screens import AnyBlock, Button, Form, Group, KeyValue, Pair
from camaug_submit_dossier.counter_pages import API, HOME, card

ANOTHER = Test(field="by", op="in", value=["relative", "mandated"])


def person(t: Words, who: CounterPerson) -> KeyValue:
    """Whom the record is of, to compare with the card."""
    number = who.citizen_id or t("counter.none")
    proven = t("counter.proven") if who.citizen_id_proven else t("counter.unproven")
    born = f"{who.birth_date:%d/%m/%Y}" if who.birth_date else t("counter.none")
    return KeyValue(
        items=[
            Pair(label=t("counter.full_name"), value=who.full_name or t("counter.no_name")),
            Pair(label=t("counter.number"), value=number, hint=proven if who.citizen_id else None),
            Pair(label=t("counter.birth_date"), value=born),
            Pair(label=t("counter.phone"), value=who.phone or t("counter.no_phone")),
        ],
        wide=True,
    )


def page(
    t: Words,
    one: CounterCase,
    procedures: Sequence[tuple[str, str, str]],
    papers: Sequence[Document],
) -> Screen:
    """Who it is; the card when it was not seen yet; then what to file and who stands there."""
    blocks: list[AnyBlock] = [person(t, one.person)]
    if not one.person.citizen_id_proven:
        blocks.append(_proof(t, one))
    blocks.append(_begin(t, one, procedures, papers))
    blocks.append(_discard(t, one))
    return Screen(
        title=one.person.full_name or t("counter.no_name"),
        kicker=t("counter.title"),
        lang=t.language,
        back=Go(href=HOME),
        blocks=blocks,
    )


def _proof(t: Words, one: CounterCase) -> AnyBlock:
    born = one.person.birth_date
    known = CardSeen(
        full_name=one.person.full_name or "",
        citizen_id=one.person.citizen_id or "",
        birth_date=born.isoformat() if born else "",
    )
    return Group(
        legend=t("counter.card"),
        hint=t("counter.card_text"),
        blocks=[
            Form(
                id=f"card-{one.case_id}",
                blocks=card(t, known),
                submit=Button(
                    label=t("counter.card_seen"),
                    icon="id-card",
                    style="secondary",
                    action=Send(href=f"{API}counter/{one.case_id}/card"),
                ),
            )
        ],
    )


def _begin(
    t: Words,
    one: CounterCase,
    procedures: Sequence[tuple[str, str, str]],
    papers: Sequence[Document],
) -> Form:
    stands = one.mandate
    choices = [Choice(value=code, label=t.pick(vi, en)) for code, vi, en in procedures]
    return Form(
        id=f"begin-{one.case_id}",
        blocks=[
            ChoiceField(
                name="procedure_code",
                label=t("counter.procedure"),
                hint=t("counter.procedure_hint"),
                required=True,
                choices=choices,
                value=one.procedure_code,
            ),
            ChoiceField(
                name="by",
                label=t("counter.by"),
                required=True,
                choices=[
                    Choice(value=by, label=t(f"counter.by.{by}"))
                    for by in ("self", "relative", "mandated")
                ],
                value=stands.by if stands else "self",
            ),
            *_mandate(t, one, papers),
        ],
        submit=Button(
            label=t("counter.begin"),
            style="primary",
            action=Send(href=f"{API}counter/{one.case_id}"),
        ),
    )


def _mandate(t: Words, one: CounterCase, papers: Sequence[Document]) -> list[AnyBlock]:
    """Asked only when somebody else stands there."""
    stands = one.mandate
    found: list[AnyBlock] = [
        PersonNameField(
            name="name",
            label=t("counter.by_name"),
            value=stands and stands.name,
            show_when=ANOTHER,
            require_when=ANOTHER,
        ),
        CitizenIdField(
            name="number",
            label=t("counter.by_number"),
            value=stands and stands.number,
            show_when=ANOTHER,
            require_when=ANOTHER,
        ),
        TextField(
            name="relation",
            label=t("counter.relation"),
            hint=t("counter.relation_hint"),
            max_length=100,
            value=stands and stands.relation,
            show_when=ANOTHER,
            require_when=ANOTHER,
        ),
        FileField(
            name="paper",
            purpose=COUNTER_MANDATE,
            label=t("counter.paper"),
            hint=t("counter.paper_hint"),
            files=[
                FileRef(
                    document_id=str(paper.document_id),
                    name=paper.file_name,
                    size=paper.size,
                    media_type=paper.media_type,
                    state=paper.state,
                )
                for paper in papers
            ],
            show_when=ANOTHER,
            require_when=ANOTHER,
        ),
    ]
    return found


def _discard(t: Words, one: CounterCase) -> Button:
    return Button(
        label=t("counter.discard"),
        icon="trash-2",
        style="danger",
        action=Send(
            href=f"{API}counter/{one.case_id}",
            method="DELETE",
            confirm=Confirm(
                title=t("counter.discard_title"),
                text=t("counter.discard_text"),
                accept=t("counter.discard"),
            ),
        ),
    )
