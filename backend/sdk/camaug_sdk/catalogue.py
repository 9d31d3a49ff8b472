"""The shapes of the catalogue of administrative procedures."""

from typing import Literal

import msgspec

from camaug_sdk.language import Language

IF_ANY = "nếu có"
"""The condition that asks nothing: who has such a paper sends it."""


class ProcedureTime(msgspec.Struct, frozen=True, kw_only=True):
    """Time limit; value and unit are None when the source gives no total."""

    value: int | float | None = None
    unit: Literal["same_day", "hour", "day", "working_day", "month"] | None = None
    note: str | None = None
    same_day_15h_rule: bool = False


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """A way to file. A fee of None is unknown, never free."""

    channel: Literal["online", "post", "counter"]
    fee_vnd: int | None = None
    fee_note: str | None = None


class Copies(msgspec.Struct, frozen=True, kw_only=True):
    """How many originals and copies the source asks for."""

    original: int = 0
    copy: int = 0


class Component(msgspec.Struct, frozen=True, kw_only=True):
    """A paper of the dossier (thành phần hồ sơ)."""

    id: str
    label: str
    required: Literal["always", "conditional"]
    kind: Literal["form", "paper", "id", "photo", "other"]
    condition: str | None = None
    copies: Copies | None = None
    in_source: bool = True
    given: Literal["upload", "on_site", "database"] = "upload"
    """Whether it is uploaded, made at the counter, or read by the agency itself."""
    instead: list[str] = []
    """Components that make this one needless when they are sent."""

    @property
    def uploaded(self) -> bool:
        """Whether the person sends it; the e-form itself covers components of kind `form`."""
        return self.kind != "form" and self.given == "upload"

    @property
    def question(self) -> str | None:
        """The condition that must be answered to know whether it is needed, if there is one."""
        asks = self.uploaded and self.required == "conditional" and self.condition != IF_ANY
        return self.condition if asks else None


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """One option of a choice; catalogue options exist in Vietnamese only."""

    value: str
    label: str
    label_en: str | None = None


class FormFieldSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A question of the e-form. `prefill` names a member of `Profile`."""

    name: str
    label_vi: str
    label_en: str
    type: Literal[
        "text", "longtext", "person_name", "citizen_id", "phone", "email", "address", "commune",
        "date", "number", "money", "boolean", "choice", "file",
    ]  # fmt: skip
    required: bool
    prefill: str | None = None
    options: list[Option] = []

    def label(self, language: Language) -> str:
        """The label in `language`."""
        return self.label_vi if language == "vi" else self.label_en


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What the citizen gets in the end."""

    name: str
    code: str | None = None


class Procedure(msgspec.Struct, frozen=True, kw_only=True):
    """An administrative procedure (thủ tục hành chính) as the catalogue holds it at one date."""

    code: str
    name: str
    short_name: str
    name_en: str
    field: str
    field_id: str
    level: Literal["commune", "province"]
    agency: str
    applicants: list[str]
    time: ProcedureTime
    channels: list[Channel]
    fee_status: str
    service_level: str
    components: list[Component]
    result: Result
    legal_basis: list[str]
    aliases: list[str]
    form_fields: list[FormFieldSpec]
    source_confidence: Literal["verified-secondary", "partial", "uncertain"]
    source_note: str | None = None

    def title(self, language: Language) -> str:
        """The everyday name in `language`."""
        return self.short_name if language == "vi" else self.name_en

    def conditions(self) -> list[str]:
        """Each condition that filing must answer, once, in the order of the papers."""
        asked = [one.question for one in self.components]
        return list(dict.fromkeys(one for one in asked if one))

    def for_oneself(self) -> bool:
        """Whether people file it for themselves or their household."""
        return not self.applicants or not {"citizen", "household"}.isdisjoint(self.applicants)

    def for_organisation(self) -> bool:
        """Whether a person may file it for an organisation or a business."""
        return not self.applicants or not {"organisation", "business"}.isdisjoint(self.applicants)

    def channel(self, kind: str) -> Channel | None:
        """The channel of that kind, or None when the source does not list it."""
        return next((one for one in self.channels if one.channel == kind), None)


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A procedure found by search, best first."""

    code: str
    short_name: str
    name_en: str
    field: str
    online: bool
    score: float


class SearchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What search makes of a question.

    `hits`: procedures, best first. `clarify`: `hits` fit about equally, ask which is meant.
    `out_of_scope`: nothing of the catalogue, and where to turn when that is known. `emergency`:
    somebody is in danger, `numbers` are to be called at once, the first one first. With another
    kind, `numbers` are offered above the answer, in case somebody is in danger after all.
    """

    kind: Literal["hits", "clarify", "out_of_scope", "emergency"]
    hits: list[Hit] = []
    numbers: list[str] = []
    advice_vi: str | None = None
    advice_en: str | None = None

    def advice(self, language: Language) -> str | None:
        """Where to turn with what is not ours, in `language`."""
        return self.advice_vi if language == "vi" else self.advice_en
