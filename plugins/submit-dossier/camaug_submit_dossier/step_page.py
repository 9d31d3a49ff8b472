"""The page of one step: its questions, or the conditions with the papers they call for."""

from collections.abc import Mapping, Sequence

from camaug_sdk import FieldError, Go, Screen, Send
from camaug_sdk.screens import AnyBlock, Button, Callout, Form, Progress, Text
from camaug_submit_dossier import behalf, fields, forms
from camaug_submit_dossier.papers import Paper, Question
from camaug_submit_dossier.steps import BEHALF, Step


def page(form: forms.Form, step: Step, errors: Sequence[FieldError] = ()) -> Screen:
    """The step as a form that saves itself and leads on; `errors` were found when filing."""
    before, after = form.before(step), form.after(step)
    following = form.title(after.id) if after else None
    label = form.t("form.next", step=following) if following else form.t("form.to_review")
    blocks = _blocks(form, step, _messages(form, errors))
    return Screen(
        title=form.procedure.title(form.t.language),
        lang=form.t.language,
        back=Go(href=form.way_out),
        step=Progress(
            number=list(form.steps).index(step) + 1,
            of=len(form.steps) + 1,
            label=form.title(step.id),
        ),
        blocks=[
            *_warning(form, errors),
            Form(
                id=f"{form.case_id or form.procedure.code}-{step.id}",
                blocks=blocks,
                submit=Button(
                    label=label,
                    style="primary",
                    action=Send(href=form.api(f"steps/{step.id}")),
                ),
                save=Send(href=form.api(f"steps/{step.id}"), method="PUT"),
                back=Go(href=form.address(before.id)) if before else None,
            ),
        ],
    )


def _messages(form: forms.Form, errors: Sequence[FieldError]) -> dict[str, str]:
    """The first error of each field, in words."""
    found: dict[str, str] = {}
    for one in errors:
        name = one.pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
        found.setdefault(name, form.t(f"field.{one.code}", **one.args))
    return found


def _warning(form: forms.Form, errors: Sequence[FieldError]) -> list[AnyBlock]:
    if not errors:
        return []
    return [
        Callout(
            title=form.t("form.not_filed"),
            text=form.t("form.not_filed_text", count=len(errors)),
            tone="warn",
        )
    ]


def _blocks(form: forms.Form, step: Step, messages: Mapping[str, str]) -> list[AnyBlock]:
    asked = [form.ask(step, spec, messages) for spec in step.fields]
    found: list[AnyBlock] = [
        fields.question_field(form.t, one, form.communes, form.today) for one in asked
    ]
    if step.id == BEHALF:
        return behalf.shown([*found, *_papers(form, step, messages)])
    if step.papers:
        found.append(Text(text=form.t("form.papers_hint"), tone="second"))
        found += _papers(form, step, messages)
    return found


def _papers(form: forms.Form, step: Step, messages: Mapping[str, str]) -> list[AnyBlock]:
    """What everybody sends, then each condition followed by the papers that it calls for."""
    found: list[AnyBlock] = [
        _paper(form, one, messages) for one in step.papers if one.question is None
    ]
    for question in step.questions:
        found.append(_condition(form, question, messages))
        found += [
            _paper(form, one, messages) for one in step.papers if one.question == question.name
        ]
    return found


def _condition(form: forms.Form, question: Question, messages: Mapping[str, str]) -> AnyBlock:
    value, message = form.values.get(question.name), messages.get(question.name)
    return fields.condition_field(form.t, question, value, message)


def _paper(form: forms.Form, paper: Paper, messages: Mapping[str, str]) -> AnyBlock:
    names = (paper.place, *paper.also)
    message = next((messages[name] for name in names if name in messages), None)
    return fields.paper_field(form.t, paper, form.refs(paper.place), message)
