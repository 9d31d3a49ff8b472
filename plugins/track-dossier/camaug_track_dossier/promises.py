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
