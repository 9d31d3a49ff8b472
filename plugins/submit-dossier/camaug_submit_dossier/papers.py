"""Which files a procedure asks for, and which conditions have to be asked first.

A component of kind `form` is covered by the e-form and never uploaded. A file field of the e-form
and a component that mean the same thing are asked for once, and the files go to both places.
"""

import re
import unicodedata
from functools import lru_cache

import msgspec

from camaug_sdk.records import Component, FormFieldSpec, Language, Procedure

YES, NO = "yes", "no"


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A condition of the catalogue, asked as yes or no; `slug` finds its everyday words."""

    condition: str
    slug: str

    @property
    def name(self) -> str:
        """Its name in the form; the full stop keeps it apart from names of the catalogue."""
        return f"ask.{self.slug}"


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """One place for files. `question` names the condition under which they are needed."""

    place: str
    label_vi: str
    label_en: str | None
    kind: str
    required: bool
    question: str | None = None
    unless: tuple[str, ...] = ()
    """Questions whose "yes" brings another paper in its stead."""
    also: tuple[str, ...] = ()
    """Further places that the same files satisfy."""
    in_source: bool = True

    def label(self, language: Language) -> str:
        """The label; names of components exist in Vietnamese only."""
        return self.label_en if language == "en" and self.label_en else self.label_vi


def papers(procedure: Procedure) -> list[Paper]:
    """Every place for files: the components first, then file fields that no component covers."""
    fields = [one for one in procedure.form_fields if one.type == "file"]
    components = [one for one in procedure.components if one.uploaded]
    covered = {
        field.name: component.id
        for field in fields
        for component in components
        if covers(component, field)
    }
    asked = {one.id: _question(one) for one in components}
    from_components = [_of_component(one, fields, covered, asked) for one in components]
    rest = [_of_field(one) for one in fields if one.name not in covered]
    return from_components + rest


def questions(procedure: Procedure) -> list[Question]:
    """Each condition once, in the order of the catalogue."""
    return [Question(condition=one, slug=slug(one)) for one in procedure.conditions()]


def covers(component: Component, field: FormFieldSpec) -> bool:
    """Whether a component means the same files as a file field: it has all the field's words."""
    if component.kind == "photo" and field.name == "portrait":
        return True
    return words(field.label_vi) <= words(component.label)


def words(text: str) -> frozenset[str]:
    """The words of a label, without case and marks."""
    return frozenset(slug(text).split("-"))


@lru_cache(1024)
def slug(text: str) -> str:
    """The text in ASCII letters and hyphens: `không có giấy` becomes `khong-co-giay`."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")


def _of_component(
    component: Component,
    fields: list[FormFieldSpec],
    covered: dict[str, str],
    asked: dict[str, str | None],
) -> Paper:
    same = [one for one in fields if covered.get(one.name) == component.id]
    replacing = [asked.get(one) for one in component.instead]
    return Paper(
        place=component.id,
        label_vi=component.label,
        label_en=None,
        kind=component.kind,
        required=component.required == "always" or any(one.required for one in same),
        question=asked[component.id],
        unless=tuple(one for one in replacing if one is not None),
        also=tuple(one.name for one in same),
        in_source=component.in_source,
    )


def _question(component: Component) -> str | None:
    """The form's name of the condition under which the paper is needed."""
    return f"ask.{slug(component.question)}" if component.question else None


def _of_field(field: FormFieldSpec) -> Paper:
    return Paper(
        place=field.name,
        label_vi=field.label_vi,
        label_en=field.label_en,
        kind="photo" if field.label_vi.startswith("Ảnh") else "other",
        required=field.required,
    )
