"""Divides the questions of a procedure into steps of one subject each, by a rule over names."""

from collections.abc import Sequence

import msgspec

from camaug_sdk.records import FormFieldSpec, Procedure
from camaug_submit_dossier.papers import Paper, Question, papers, questions

SUBJECTS: dict[str, tuple[str, ...]] = {
    "applicant": (
        "applicant_", "receiving_commune", "date_of_birth", "gender", "ethnicity",
        "permanent_address", "current_permanent_address",
    ),
    "child": ("child_",),
    "pupil": ("pupil_", "primary_school"),
    "parents": ("mother_", "father_", "parent_"),
    "couple": ("husband_", "wife_"),
    "spouse": ("spouse_",),
    "deceased": ("deceased_", "death_", "last_residence"),
    "ward": ("ward_", "guardian"),
    "record": ("record_", "register_"),
    "person": ("person_",),
    "guest": ("guest_",),
    "household": ("household_",),
    "stay": ("temporary_", "stay_", "current_expiry", "extend_to"),
    "absence": ("absent_", "absence_"),
    "owner": ("owner_",),
    "beneficiary": ("beneficiary_",),
    "facility": ("facility_",),
    "farm": ("farm_", "farming_", "pond_"),
    "land": ("land_", "parcel_number", "map_sheet_", "certificate_number"),
    "site": ("site_", "floor_area", "total_floor_area", "storeys", "height"),
    "vessel": (
        "vessel_", "boat_", "engine_power", "home_port", "length_m", "capacity", "build_year",
        "hull_material",
    ),
    "vehicle": ("vehicle_kind", "brand_model", "engine_number", "chassis_number", "plate_number"),
    "business": ("business_",),
    "parties": (
        "transferor_", "transferee_", "counterparty_", "other_party_", "previous_owner_",
        "co_owner_",
    ),
    "well": ("well_", "depth_m", "daily_volume"),
    "forest": ("forest_", "harvest_", "volume_m3"),
    "appointment": ("appointment_",),
    "result": ("copies_requested", "return_channel"),
}  # fmt: skip
"""Subject to the beginnings of the names of its fields; what fits nowhere is the matter itself."""
BEHALF, MATTER, PAPERS, RESULT, REVIEW = "behalf", "matter", "papers", "result", "review"
FEWEST = 2
"""A subject with fewer questions is no step of its own."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One page of the form: questions of one subject, or the papers."""

    id: str
    fields: tuple[FormFieldSpec, ...] = ()
    questions: tuple[Question, ...] = ()
    papers: tuple[Paper, ...] = ()

    def names(self) -> frozenset[str]:
        """Every name that the step's form sends."""
        groups = (
            [one.name for one in self.fields],
            [one.name for one in self.questions],
            [one.place for one in self.papers],
        )
        return frozenset(name for group in groups for name in group)


def steps(procedure: Procedure) -> list[Step]:
    """The steps in the order of their first question: the person, ..., papers, result."""
    asked = [field for field in procedure.form_fields if field.type != "file"]
    grouped: dict[str, list[FormFieldSpec]] = {"applicant": []}
    for field, subject in zip(asked, _subjects(asked), strict=True):
        grouped.setdefault(subject, []).append(field)
    result = grouped.pop(RESULT, [])
    found = [Step(id=key, fields=tuple(fields)) for key, fields in grouped.items() if fields]
    if wanted := papers(procedure):
        found.append(Step(id=PAPERS, questions=tuple(questions(procedure)), papers=tuple(wanted)))
    if result:
        found.append(Step(id=RESULT, fields=tuple(result)))
    return found


def _subjects(fields: Sequence[FormFieldSpec]) -> list[str]:
    """The subject of each field; those of too small a subject belong to the matter."""
    plain = [subject_of(field.name) for field in fields]
    own = {"applicant", RESULT}
    return [
        subject if subject in own or plain.count(subject) >= FEWEST else MATTER for subject in plain
    ]


def subject_of(name: str) -> str:
    """Whom or what a question is about, by the beginning of its name."""
    for subject, beginnings in SUBJECTS.items():
        if name.startswith(beginnings):
            return subject
    return MATTER


def is_newborn(procedure: Procedure) -> bool:
    """Whether the child of the form has just been born: only then its place of birth is asked."""
    return any(field.name == "child_birth_place" for field in procedure.form_fields)
