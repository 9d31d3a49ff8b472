"""The page of one procedure: the answers first, then papers, ways to file, law and source."""

from urllib.parse import quote

from camaug_procedure_search import papers
from camaug_sdk import Go, Screen, Words
from camaug_sdk.records import Agency, Channel, Procedure, ProcedureTime
from camaug_sdk.screens import (
    Accordion,
    AnyBlock,
    Button,
    Callout,
    Heading,
    ItemList,
    KeyValue,
    ListItem,
    Pair,
    Text,
)

SUBMIT = "/apps/submit-dossier/"
CHANNEL_ICONS = {"online": "smartphone", "post": "mail", "counter": "building-2"}


def page(t: Words, procedure: Procedure, desk: Agency | None) -> Screen:
    """Everything that the catalogue says, and what it does not say."""
    online = procedure.channel("online") is not None
    return Screen(
        title=procedure.title(t.language),
        kicker=t.pick(f"{procedure.field} · {procedure.code}", procedure.code),
        lang=t.language,
        back=Go(href="/apps/procedure-search/"),
        primary=_file_button(t, procedure) if online else None,
        blocks=[
            *([] if online else [_counter_only(t, procedure, desk)]),
            KeyValue(items=facts(t, procedure, desk)),
            *_doubts(t, procedure),
            *papers.blocks(t, procedure),
            Heading(text=t("procedure.channels")),
            ItemList(
                items=[_channel(t, one) for one in procedure.channels],
                label=t("procedure.channels"),
            ),
            *_law(t, procedure),
            Text(text=t("procedure.source"), tone="hint"),
        ],
    )


def facts(t: Words, procedure: Procedure, desk: Agency | None) -> list[Pair]:
    """Time, fee, place, result; the official name where it differs from the everyday one."""
    pairs = [
        time_pair(t, procedure.time),
        _fee_pair(t, procedure),
        _place_pair(t, procedure, desk),
        Pair(label=t("procedure.result"), value=procedure.result.name, lang=t.vietnamese),
    ]
    if procedure.name != procedure.title(t.language):
        official = Pair(label=t("procedure.official_name"), value=procedure.name, lang=t.vietnamese)
        pairs.append(official)
    return pairs


def time_pair(t: Words, time: ProcedureTime) -> Pair:
    """The time limit with its rule; a limit that the source does not give is said to be open."""
    label = t("procedure.time")
    if time.value is None or time.unit is None:
        return Pair(label=label, value=t("procedure.time.unknown"), hint=time.note)
    number = f"{time.value:g}"
    amount = t(f"procedure.time.{time.unit}", count=int(time.value), number=number)
    rule = t("procedure.time.after_15h") if time.same_day_15h_rule else time.note
    return Pair(label=label, value=amount, hint=rule)


def fee(t: Words, channel: Channel) -> str:
    """The fee in words; unknown stays unknown."""
    if channel.fee_vnd is None:
        return t("procedure.fee.unknown")
    return t.money(channel.fee_vnd)


def _fee_pair(t: Words, procedure: Procedure) -> Pair:
    """The fee of filing online; of the counter where there is no online channel."""
    channel = procedure.channel("online") or procedure.channel("counter")
    if channel is None:
        return Pair(label=t("procedure.fee"), value=t("procedure.fee.unknown"))
    return Pair(
        label=t(f"procedure.fee.{channel.channel}"),
        value=fee(t, channel),
        hint=_fee_note(t, procedure, channel),
    )


def _fee_note(t: Words, procedure: Procedure, channel: Channel) -> str | None:
    if channel.fee_note:
        return channel.fee_note
    return t("procedure.fee.by_province") if procedure.fee_status == "set_by_province" else None


def _place_pair(t: Words, procedure: Procedure, desk: Agency | None) -> Pair:
    label = t("procedure.place")
    if desk is None:
        return Pair(
            label=label,
            value=procedure.agency,
            hint=t("procedure.place.by_commune"),
            lang=t.vietnamese,
        )
    return Pair(label=label, value=desk.name(t.language))


def _file_button(t: Words, procedure: Procedure) -> Button:
    return Button(
        label=t("procedure.file"),
        icon="arrow-right",
        style="primary",
        action=Go(href=f"{SUBMIT}{quote(procedure.code)}"),
    )


def _counter_only(t: Words, procedure: Procedure, desk: Agency | None) -> Callout:
    place = desk.name(t.language) if desk else procedure.agency
    return Callout(
        title=t("procedure.counter_only"),
        text=t("procedure.counter_only_text", place=place),
        icon="building-2",
    )


def _doubts(t: Words, procedure: Procedure) -> list[AnyBlock]:
    """What the source itself leaves open, before anybody relies on it."""
    if procedure.source_confidence == "verified-secondary":
        return []
    title = t(f"procedure.confidence.{procedure.source_confidence}")
    text = procedure.source_note or t("procedure.confidence.text")
    lang = t.vietnamese if procedure.source_note else None
    return [Callout(title=title, text=text, tone="warn", lang=lang)]


def _channel(t: Words, channel: Channel) -> ListItem:
    return ListItem(
        title=t(f"procedure.channel.{channel.channel}"),
        text=channel.fee_note,
        icon=CHANNEL_ICONS[channel.channel],
        trailing=fee(t, channel),
    )


def _law(t: Words, procedure: Procedure) -> list[AnyBlock]:
    if not procedure.legal_basis:
        return []
    rows = [ListItem(title=one, icon="scale") for one in procedure.legal_basis]
    label = t("procedure.law", count=len(rows))
    return [Accordion(title=label, blocks=[ItemList(items=rows, label=label)])]
