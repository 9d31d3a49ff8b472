"""What a person says of a finished dossier: the way to the form, the form, what was said."""

from camaug_sdk import Go, Screen, Send, Words
from camaug_sdk.fields import Choice, ChoiceField, LongTextField
from camaug_sdk.records import LONGEST_COMMENT, Dossier, DossierLine
from camaug_sdk.screens import AnyBlock, Button, Form, Heading, KeyValue, Pair

HOME = "/apps/track-dossier/"
API = "/api/v1/apps/track-dossier/"
BEST_FIRST = ("5", "4", "3", "2", "1")


def offer(t: Words, dossier: Dossier) -> list[AnyBlock]:
    """The button of the form, while the person may rate."""
    if not dossier.may_rate:
        return []
    there = Go(href=f"{HOME}{dossier.line.dossier_id}/rate")
    return [Button(label=t("rate.title"), icon="star", action=there)]


def said(t: Words, dossier: Dossier, title: str) -> list[AnyBlock]:
    """The rating under a heading; nothing when there is none."""
    given = dossier.rating
    if given is None:
        return []
    level, at = t(f"rate.{given.rating}"), t.moment(given.rated_at)
    pairs = [Pair(label=t("rate.level"), value=level, hint=at)]
    if given.comment:
        pairs.append(Pair(label=t("rate.comment"), value=given.comment))
    return [Heading(text=title), KeyValue(items=pairs, wide=True)]


def form(t: Words, line: DossierLine) -> Screen:
    """The form of the rating."""
    choices = [Choice(value=one, label=t(f"rate.{one}")) for one in BEST_FIRST]
    send = Button(
        label=t("rate.send"),
        icon="star",
        style="primary",
        action=Send(href=f"{API}{line.dossier_id}/rate", later=True),
    )
    return Screen(
        title=t("rate.title"),
        kicker=line.code,
        subtitle=t("rate.hint"),
        lang=t.language,
        back=Go(href=f"{HOME}{line.dossier_id}"),
        blocks=[
            Form(
                id=f"rate-{line.dossier_id}",
                blocks=[
                    ChoiceField(
                        name="rating", label=t("rate.question"), required=True, choices=choices
                    ),
                    LongTextField(
                        name="comment",
                        label=t("rate.comment"),
                        hint=t("rate.comment_hint"),
                        max_length=LONGEST_COMMENT,
                    ),
                ],
                submit=send,
            )
        ],
    )
