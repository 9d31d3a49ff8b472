"""The last page before filing: everything once more, where it goes, what it costs, how long."""

from collections.abc import Sequence

from camaug_sdk import Go, Screen, Send
from camaug_sdk.fields import BooleanField
from camaug_sdk.records import Agency, Procedure
from camaug_sdk.screens import (
    AnyBlock,
    Button,
    Callout,
    Form,
    Heading,
    ItemList,
    KeyValue,
    Link,
    ListItem,
    Pair,
    Progress,
    Text,
)
from camaug_submit_dossier import forms
from camaug_submit_dossier.behalf import is_hidden
from camaug_submit_dossier.checks import is_asked, is_empty
from camaug_submit_dossier.draft import Body
from camaug_submit_dossier.fields import said
from camaug_submit_dossier.steps import Step

DECLARATION = "declaration"


def page(form: forms.Form, desk: Agency | None, ending: AnyBlock | None = None) -> Screen:
    """The review. The form carries all that is shown: what a person declares is what is filed.

    `ending` takes the place of the declaration when it is an officer who files.
    """
    missing = [step for step in form.steps if form.errors(step)]
    blocks: list[AnyBlock] = []
    for step in form.steps:
        blocks += _step(form, step)
    blocks += [Heading(text=form.t("review.filing")), KeyValue(items=_terms(form, desk), wide=True)]
    blocks += [_missing(form, missing)] if missing else [ending or _declaration(form)]
    last = form.steps[-1]
    return Screen(
        title=form.procedure.title(form.t.language),
        lang=form.t.language,
        back=Go(href=form.address(last.id)),
        step=Progress(
            number=len(form.steps) + 1, of=len(form.steps) + 1, label=form.t("step.review")
        ),
        blocks=blocks,
    )


def _step(form: forms.Form, step: Step) -> list[AnyBlock]:
    """What was answered in one step, with the way back to it."""
    change = Link(
        label=form.t("review.change"), action=Go(href=form.address(step.id)), icon="pencil"
    )
    found: list[AnyBlock] = [Heading(text=form.title(step.id), more=change)]
    if pairs := _answers(form, step):
        found.append(KeyValue(items=pairs, wide=True))
    if step.papers:
        title = form.title(step.id)
        found.append(ItemList(items=_papers(form, step), label=title))
    return found


def _answers(form: forms.Form, step: Step) -> list[Pair]:
    t = form.t
    return [
        Pair(
            label=spec.label(t.language),
            value=said(t, spec, value, form.communes),
            lang=t.vietnamese if spec.type == "choice" else None,
        )
        for spec in step.fields
        if not is_empty(value := form.values.get(spec.name))
        and not is_hidden(spec.name, form.values)
    ]


def _papers(form: forms.Form, step: Step) -> list[ListItem]:
    """Each paper of this case with the names of its files, or that it is missing."""
    t = form.t
    found: list[ListItem] = []
    for paper in step.papers:
        refs = form.refs(paper.place)
        if not is_asked(paper, form.values) or is_hidden(paper.place, form.values):
            continue
        names = ", ".join(one.name for one in refs)
        found.append(
            ListItem(
                title=paper.label(t.language),
                text=names or t("review.no_file"),
                icon="file-check" if refs else "file",
                lang=t.vietnamese if paper.label_en is None else None,
            )
        )
    return found


def _terms(form: forms.Form, desk: Agency | None) -> list[Pair]:
    """Where it goes, the fee of the channel, the time."""
    t, procedure = form.t, form.procedure
    place = (
        Pair(label=t("review.place"), value=desk.name(t.language))
        if desk
        else Pair(label=t("review.place"), value=procedure.agency, lang=t.vietnamese)
    )
    return [
        place,
        fee(form),
        time(form, procedure),
        Pair(label=t("review.result"), value=procedure.result.name, lang=t.vietnamese),
    ]


def fee(form: forms.Form) -> Pair:
    """The fee of the channel; one that is not known is never shown as free."""
    t, channel = form.t, form.channel
    known = channel.fee_vnd if channel else None
    value = t("review.fee.unknown") if known is None else t.money(known)
    label = t("counter.fee") if form.case_id else t("review.fee")
    return Pair(label=label, value=value, hint=channel.fee_note if channel else None)


def time(form: forms.Form, procedure: Procedure) -> Pair:
    """The time limit and when it starts; one that the source does not give is said to be open."""
    t, limit = form.t, procedure.time
    label = t("review.time")
    if limit.value is None or limit.unit is None:
        return Pair(label=label, value=t("review.time.unknown"), hint=limit.note)
    amount = t(f"review.time.{limit.unit}", count=int(limit.value), number=f"{limit.value:g}")
    return Pair(label=label, value=amount, hint=t("review.time.starts"))


def _missing(form: forms.Form, steps: Sequence[Step]) -> Callout:
    """What keeps the dossier from being filed, with the way to mend it."""
    names = ", ".join(form.title(step.id) for step in steps)
    first = steps[0]
    return Callout(
        title=form.t("review.missing"),
        text=form.t("review.missing_text", steps=names),
        tone="warn",
        buttons=[
            Button(
                label=form.t("review.mend", step=form.title(first.id)),
                action=Go(href=form.address(first.id)),
            )
        ],
    )


def _declaration(form: forms.Form) -> Form:
    """The declaration and the main button."""
    t = form.t
    body = shown(form)
    return Form(
        id=f"{form.procedure.code}-review",
        blocks=[
            BooleanField(name=DECLARATION, label=t("review.declaration"), required=True),
            Text(text=t("review.after"), tone="second"),
        ],
        submit=Button(
            label=t("review.file"),
            icon="send",
            style="primary",
            action=Send(href=form.api("submit"), body=body, later=True),
        ),
        back=Go(href=form.address(form.steps[-1].id)),
    )


def shown(form: forms.Form) -> Body:
    """Every value that the review shows."""
    names = frozenset[str]().union(*(step.names() for step in form.steps))
    return {name: value for name, value in form.values.items() if name in names}
