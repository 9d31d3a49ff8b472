"""What the core's own check has refused, shown at the step that asked for it."""

from camaug_sdk import FieldError, Invalid, Screen
from camaug_submit_dossier import step_page
from camaug_submit_dossier.forms import Form
from camaug_submit_dossier.steps import Step


def at_its_step(form: Form, refused: Invalid) -> Screen:
    """The first step with a refused answer or file, all its errors marked.

    What our own check finds too is told in its words.

    Raises `refused` again when no step asks for what it names.
    """
    wrong = form.unfinished()
    if wrong is not None:
        return step_page.page(form, wrong, form.errors(wrong))
    for step in form.steps:
        errors = [one for one in refused.errors if _name(one) in _names(step)]
        if errors:
            return step_page.page(form, step, errors)
    raise refused


def _names(step: Step) -> frozenset[str]:
    return step.names().union(name for paper in step.papers for name in paper.also)


def _name(error: FieldError) -> str:
    """The field or place that a pointer such as `/answers/child_name` ends in."""
    group, _, member = error.pointer.removeprefix("/").partition("/")
    if group == "organisation":
        return f"for.{member or 'whom'}"
    return error.pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
