"""The control slip (phiếu kiểm soát quá trình giải quyết hồ sơ), for the printer.

After form 06 of the annex of Circular 03/2025/TT-VPCP, whose fields we know and whose exact layout
we do not. When a hand-over counts as early, on time or late is a rule of this project: against the
time promised when it was handed.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from camaug_sdk import Go, Screen, Words
from camaug_sdk.actions import Print
from camaug_sdk.handing import Handover, Slip
from camaug_sdk.records import Dossier, Procedure
from camaug_sdk.screens import AnyBlock, Button, Cell, Column, Empty, KeyValue, Pair, Row, Table
from camaug_sdk.screens import Text as Line
from camaug_track_dossier.desk_acts import HOME

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
COLUMNS = ("number", "from", "to", "handed", "received", "result", "note", "signed")


def page(
    t: Words, dossier: Dossier, slip: Slip, procedure: Procedure | None, now: datetime
) -> Screen:
    """The whole slip: whose dossier, and a row for each time it changed hands."""
    line = dossier.line
    pairs = [
        Pair(label=t("desk.column.code"), value=line.code),
        Pair(label=t("desk.column.applicant"), value=line.applicant_name or t("desk.no_name")),
        Pair(label=t("slip.phone"), value=_phone(dossier, procedure) or t("slip.none")),
        Pair(
            label=t("desk.column.procedure"),
            value=t.pick(line.procedure_name, line.procedure_name_en),
        ),
        Pair(label=t("lookup.submitted"), value=_at(line.submitted_at)),
    ]
    if line.accepted_at is not None:
        pairs.append(Pair(label=t("lookup.accepted"), value=_at(line.accepted_at)))
    if line.due_at is not None:
        pairs.append(Pair(label=t("slip.due"), value=_at(line.due_at)))
    pairs.append(Pair(label=t("slip.printed"), value=_at(now)))
    blocks: list[AnyBlock] = [
        Line(text=t("slip.letterhead"), tone="second"),
        KeyValue(items=pairs, wide=True),
        Table(
            caption=t("slip.caption"),
            columns=[Column(key=key, label=t(f"slip.column.{key}")) for key in COLUMNS],
            rows=_rows(t, dossier, slip),
            empty=Empty(title=t("slip.empty"), icon="clipboard-list"),
        ),
        Line(text=t("slip.rule"), tone="hint"),
    ]
    return Screen(
        title=t("slip.title"),
        kicker=line.code,
        subtitle=t.pick(line.agency_name_vi, line.agency_name_en),
        lang=t.language,
        back=Go(href=f"{HOME}{line.dossier_id}"),
        primary=Button(label=t("slip.print"), icon="printer", action=Print()),
        blocks=blocks,
    )


def result(one: Handover) -> str:
    """Whether it was handed on `early`, `on_time` (the promised day), `late`, or with no `none`."""
    if one.due_at is None:
        return "none"
    if one.handed_at > one.due_at:
        return "late"
    handed, due = (at.astimezone(LOCAL).date() for at in (one.handed_at, one.due_at))
    return "on_time" if handed == due else "early"


def _rows(t: Words, dossier: Dossier, slip: Slip) -> list[Row]:
    """From the hand-overs, and from the timeline what was sent on before there were any."""
    known = {one.handed_at for one in slip.handovers}
    cells = [(one.handed_at, _cells(t, one)) for one in slip.handovers]
    for event in dossier.events:
        if event.kind == "sent_on" and event.at not in known:
            to = t.pick(event.agency_name_vi or "", event.agency_name_en or "")
            told = {"from": event.actor_name or "", "to": to, "handed": _at(event.at)}
            cells.append((event.at, {key: Cell(text=one) for key, one in told.items()}))
    cells.sort(key=lambda one: one[0])
    return [
        Row(key=str(number), cells={"number": Cell(text=str(number)), **own})
        for number, (_, own) in enumerate(cells, 1)
    ]


def _cells(t: Words, one: Handover) -> dict[str, Cell]:
    giver = f"{one.from_name} · {t.pick(one.from_agency_vi, one.from_agency_en)}"
    agency = t.pick(one.to_agency_vi, one.to_agency_en)
    to = one.to_name or one.received_by
    if one.received_at is not None:
        received = _at(one.received_at)
    else:
        received = t("slip.not_received" if one.closed_at else "slip.waiting")
    return {
        "from": Cell(text=giver),
        "to": Cell(text=f"{to} · {agency}" if to else agency),
        "handed": Cell(text=_at(one.handed_at)),
        "received": Cell(text=received),
        "result": Cell(text=t(f"slip.result.{result(one)}")),
        "note": Cell(text=one.note or ""),
        "signed": Cell(text=""),
    }


def _at(moment: datetime) -> str:
    """Hour, minute and date, as the form asks."""
    return moment.astimezone(LOCAL).strftime("%H:%M %d/%m/%Y")


def _phone(dossier: Dossier, procedure: Procedure | None) -> str | None:
    """The number that the person gave in the form."""
    fields = procedure.form_fields if procedure else []
    numbers = [dossier.answers.get(one.name) for one in fields if one.type == "phone"]
    return next((str(one) for one in numbers if one), None)
