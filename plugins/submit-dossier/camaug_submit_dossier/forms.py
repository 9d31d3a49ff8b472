"""One form in hand: what is asked, what is answered, and what is still missing."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import msgspec

from camaug_sdk import FieldError, Words
from camaug_sdk.fields import FileRef
from camaug_sdk.records import (
    Answer,
    Channel,
    Commune,
    Document,
    FormFieldSpec,
    Procedure,
    Profile,
)
from camaug_submit_dossier import behalf, checks, steps
from camaug_submit_dossier.draft import STOPPED_AT
from camaug_submit_dossier.fields import Asked
from camaug_submit_dossier.steps import BEHALF, REVIEW, Step

BASE = "/apps/submit-dossier/"
SEARCH = "/apps/procedure-search/procedures/"


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """The form of one procedure as one person has filled it so far."""

    t: Words
    procedure: Procedure
    steps: Sequence[Step]
    values: Mapping[str, Answer]
    files: Mapping[str, Document]
    """The person's own documents among the values, by id."""
    profile: Profile
    communes: Sequence[Commune]
    today: date
    case_id: UUID | None = None
    """The case at an officer's counter; None when the person fills the form."""

    def step(self, step_id: str) -> Step | None:
        """The step of that id."""
        return next((one for one in self.steps if one.id == step_id), None)

    def title(self, step_id: str) -> str:
        """The step's name: its subject in everyday words."""
        if step_id == "child" and steps.is_newborn(self.procedure):
            return self.t("step.newborn")
        return self.t(f"step.{step_id}")

    def errors(self, step: Step) -> list[FieldError]:
        """Everything that is wrong or missing in the step."""
        return [
            *answer_errors(step, self.values, self.communes, self.today),
            *checks.file_errors(step, self.values, self.files),
        ]

    def unfinished(self) -> Step | None:
        """The first step with something wrong or missing."""
        return next((one for one in self.steps if self.errors(one)), None)

    def stopped_at(self) -> Step | None:
        """The step where the person stopped; None when only the review is left."""
        where = self.values.get(STOPPED_AT)
        if where == REVIEW:
            return self.unfinished()
        found = self.step(where) if isinstance(where, str) else None
        return found or self.steps[0]

    def after(self, step: Step) -> Step | None:
        """The step that follows; None for the review, or when the person has come from there."""
        if self.values.get(STOPPED_AT) == REVIEW:
            return None
        index = list(self.steps).index(step)
        return self.steps[index + 1] if index + 1 < len(self.steps) else None

    def before(self, step: Step) -> Step | None:
        """The step that comes before."""
        index = list(self.steps).index(step)
        return self.steps[index - 1] if index else None

    def address(self, step_id: str | None = None) -> str:
        """Where the shell shows a step, or the review."""
        home = f"/console{BASE}counter/{self.case_id}" if self.case_id else self._own
        if step_id is None or step_id == REVIEW:
            return f"{home}/{REVIEW}"
        return f"{home}/steps/{step_id}"

    def api(self, path: str) -> str:
        """The address that a write goes to."""
        if self.case_id:
            return f"/api/v1{BASE}desk/counter/{self.case_id}/{path}"
        return f"/api/v1{self._own}/{path}"

    @property
    def _own(self) -> str:
        return f"{BASE}{self.procedure.code}"

    @property
    def way_out(self) -> str:
        """Where leaving the form leads."""
        if self.case_id:
            return f"/console{BASE}counter/{self.case_id}"
        return f"{SEARCH}{self.procedure.code}"

    @property
    def channel(self) -> Channel | None:
        """How it will be filed; the fee is that of the channel."""
        return self.procedure.channel("counter" if self.case_id else "online")

    def ask(self, step: Step, spec: FormFieldSpec, errors: Mapping[str, str]) -> Asked:
        """A question with its answer, or with what the profile knows when nothing is answered."""
        value = self.values.get(spec.name)
        known = _of_profile(self.profile, spec.prefill)
        untouched = not any(one.name in self.values for one in step.fields)
        if value is None and untouched:
            value = known
        same = known is not None and value == known
        return Asked(
            spec=spec,
            value=value,
            prefilled_from=self.t("form.from_profile") if same else None,
            error=errors.get(spec.name),
        )

    def refs(self, place: str) -> list[FileRef]:
        """The files at a place, as the shell shows them."""
        ids = self.values.get(place)
        found = [self.files.get(one) for one in ids] if isinstance(ids, list) else []
        return [
            FileRef(
                document_id=str(one.document_id),
                name=one.file_name,
                size=one.size,
                media_type=one.media_type,
                state=one.state,
            )
            for one in found
            if one is not None
        ]


def answer_errors(
    step: Step, values: Mapping[str, Answer], communes: Sequence[Commune], today: date
) -> list[FieldError]:
    """What is wrong or missing in the answers of the step; whether its files are good is not."""
    own = behalf.errors(values) if step.id == BEHALF else []
    return [*own, *checks.step_errors(step, values, communes, today)]


def _of_profile(profile: Profile, prefill: str | None) -> Answer:
    """The member of the profile that a question may take its answer from."""
    if prefill is None:
        return None
    value = getattr(profile, prefill.removeprefix("profile."), None)
    return value.isoformat() if isinstance(value, date) else value
