"""The receipt (giấy tiếp nhận hồ sơ và hẹn trả kết quả, form 01) as it is shown and printed.

What it names is form 01 as our sources have it; its exact layout of 2025 is uncertain there.
"""

from datetime import datetime

from camaug_sdk import Context, Go, NotFound, Screen, Words
from camaug_sdk.actions import Print
from camaug_sdk.counter import COUNTER_MANDATE, HandedIn, Receipt
from camaug_sdk.records import MANDATE, Procedure
from camaug_sdk.screens import (
    AnyBlock,
    Button,
    Cell,
    Column,
    KeyValue,
    Pair,
    Qr,
    Row,
    Table,
    Text,
)
from camaug_submit_dossier.counter_pages import API
from camaug_submit_dossier.opening import LOCAL

DESK = "/console/apps/track-dossier/"


async def procedure_of(app: Context, said: Receipt) -> Procedure | None:
    """The procedure, for the names of papers; None when it is gone."""
    try:
        return await app.procedures.get(said.procedure_code)
    except NotFound:
        return None


def page(t: Words, said: Receipt, procedure: Procedure | None, now: datetime) -> Screen:
    """Everything on one sheet."""
    accepted = said.accepted_at is not None
    blocks: list[AnyBlock] = [
        Qr(rows=said.qr, label=t("paper.qr", address=said.address)),
        KeyValue(
            items=[
                Pair(label=t("receipt.code"), value=said.code),
                Pair(label=t("receipt.pin"), value=said.pin, hint=t("paper.pin_hint")),
                *_people(t, said),
                Pair(
                    label=t("paper.procedure"),
                    value=t.pick(said.procedure_name, said.procedure_name_en),
                ),
            ],
            wide=True,
        ),
        papers(t, said, procedure),
        KeyValue(items=_terms(t, said), wide=True),
        KeyValue(
            items=[
                Pair(label=t("paper.submitter_signs"), value=_stood(said)),
                Pair(label=t("paper.officer_signs"), value=said.officer_name),
            ]
        ),
        Text(text=t("paper.bring"), tone="hint"),
        Text(text=t("paper.printed", moment=_moment(now)), tone="hint"),
    ]
    return Screen(
        title=t("paper.title") if accepted else t("paper.title_filed"),
        kicker=t("paper.letterhead"),
        subtitle=t.pick(said.agency_name_vi, said.agency_name_en),
        lang=t.language,
        back=Go(href=f"{DESK}{said.dossier_id}"),
        tools=[
            _print(t, said, "slip"),
        ],
        primary=_print(t, said, "a4"),
        blocks=blocks,
    )


def _print(t: Words, said: Receipt, paper: str) -> Button:
    return Button(
        label=t(f"paper.print.{paper}"),
        icon="printer",
        style="primary" if paper == "a4" else "secondary",
        action=Print(
            href=f"{API}receipts/{said.dossier_id}/prints", paper="a4" if paper == "a4" else "slip"
        ),
    )


def _stood(said: Receipt) -> str:
    return said.submitter.name or said.applicant_name


def _people(t: Words, said: Receipt) -> list[Pair]:
    """The applicant; and who stood there when it was somebody else."""
    pairs = [Pair(label=t("paper.applicant"), value=said.applicant_name or t("counter.no_name"))]
    mandate = said.submitter
    if mandate.by != "self":
        words = t(
            "paper.submitter_hint", relation=mandate.relation or "", number=mandate.number or ""
        )
        pairs.append(Pair(label=t("paper.submitter"), value=mandate.name or "", hint=words))
    return pairs


def papers(t: Words, said: Receipt, procedure: Procedure | None) -> Table:
    """What was handed in, as originals or copies."""
    rows = [
        Row(
            key=one.component_id,
            cells={
                "number": Cell(text=str(index)),
                "name": Cell(text=_named(t, one, procedure)),
                "kind": Cell(text=t("paper.original") if one.original else t("paper.copy")),
                "count": Cell(text=str(one.count)),
            },
        )
        for index, one in enumerate(said.papers, 1)
    ]
    return Table(
        caption=t("paper.papers"),
        columns=[
            Column(key=key, label=t(f"paper.column.{key}"))
            for key in ("number", "name", "kind", "count")
        ],
        rows=rows,
    )


def _named(t: Words, one: HandedIn, procedure: Procedure | None) -> str:
    """The name of the paper as the catalogue has it."""
    if one.component_id in (COUNTER_MANDATE, MANDATE):
        return t("counter.paper")
    for component in procedure.components if procedure else []:
        if component.id == one.component_id:
            return component.label
    for field in procedure.form_fields if procedure else []:
        if field.name == one.component_id:
            return field.label(t.language)
    return one.component_id


def _terms(t: Words, said: Receipt) -> list[Pair]:
    """When it was received, until when, by which channel and for how much."""
    appointed = _moment(said.due_at) if said.due_at else t("paper.no_due")
    received = said.accepted_at
    if received is None:
        appointed = t("paper.not_accepted")
    fee = t("review.fee.unknown") if said.fee_vnd is None else t.money(said.fee_vnd)
    return [
        Pair(label=t("receipt.filed"), value=_moment(said.submitted_at)),
        *([Pair(label=t("paper.received"), value=_moment(received))] if received else []),
        Pair(label=t("paper.due"), value=appointed),
        Pair(label=t("paper.channel"), value=t(f"paper.channel.{said.channel}")),
        Pair(label=t("paper.fee"), value=fee, hint=said.fee_note),
        Pair(label=t("receipt.place"), value=t.pick(said.agency_name_vi, said.agency_name_en)),
    ]


def _moment(at: datetime) -> str:
    """With its year: paper is kept for long."""
    return f"{at.astimezone(LOCAL):%H:%M, %d/%m/%Y}"
