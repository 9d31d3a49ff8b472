"""The apology for a late dossier, and how long such dossiers really take."""

from camaug_sdk import Words
from camaug_sdk.records import Dossier, Status
from camaug_sdk.screens import AnyBlock, Callout, Heading, KeyValue, Pair, Text
from camaug_track_dossier import times

UNDER_WAY = frozenset(
    {
        Status.SUBMITTED,
        Status.ACCEPTED,
        Status.IN_PROCESS,
        Status.SUPPLEMENT_REQUESTED,
        Status.PAYMENT_REQUESTED,
    }
)


def apology(t: Words, dossier: Dossier) -> list[AnyBlock]:
    """The letter: who apologises, why, both dates; nothing when there is none."""
    said, line = dossier.apology, dossier.line
    if said is None:
        return []
    agency = t.pick(line.agency_name_vi, line.agency_name_en)
    sent = t("apology.at", at=t.moment(said.apologised_at))
    return [
        Callout(
            title=t("apology.title"),
            text=f"{t('apology.text', agency=agency)}\n{t('apology.counted')}",
            tone="warn",
        ),
        KeyValue(
            items=[
                Pair(label=t("apology.promised"), value=t.moment(said.promised_at)),
                Pair(label=t("apology.appointed"), value=t.moment(said.appointed_at)),
                Pair(label=t("apology.reason"), value=said.reason, hint=sent),
            ],
            wide=True,
        ),
    ]


def payments(t: Words, dossier: Dossier) -> list[AnyBlock]:
    """What is to be paid, why and where, and what was paid; nothing when nothing was asked for."""
    found: list[AnyBlock] = []
    for one in dossier.payments:
        if one.paid_at is None and one.ended_at is not None:
            continue  # The dossier ended without it.
        pairs = [
            Pair(label=t("payment.amount"), value=t.money(one.amount_vnd)),
            Pair(label=t("payment.reason"), value=one.reason),
            Pair(label=t("payment.asked"), value=t.moment(one.requested_at)),
        ]
        if one.paid_at is None:
            agency = t.pick(dossier.line.agency_name_vi, dossier.line.agency_name_en)
            where = t("payment.where", agency=agency)
            found.append(Callout(title=t("payment.title"), text=where, tone="warn", icon="wallet"))
        else:
            pairs.append(Pair(label=t("payment.paid"), value=t.moment(one.paid_at)))
        found.append(KeyValue(items=pairs, wide=True))
    return found


def results(t: Words, dossier: Dossier) -> str:
    """The heading of the result; one that was put right says so, and when."""
    if dossier.result_corrected_at is None:
        return t("one.results")
    return t("one.results_corrected", at=t.moment(dossier.result_corrected_at))


def forecast(t: Words, dossier: Dossier) -> list[AnyBlock]:
    """One sentence on the real times, while the dossier is under way and enough are known."""
    known = dossier.forecast
    if known is None or dossier.line.status not in UNDER_WAY:
        return []
    said = t(
        "forecast.text",
        count=known.finished,
        half=times.within(t, known.half_minutes),
        most=times.within(t, known.most_minutes),
    )
    return [
        Heading(text=t("forecast.title")),
        Text(text=said),
        Text(text=t("forecast.hint"), tone="second"),
    ]
