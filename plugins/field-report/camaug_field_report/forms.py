"""Bodies of the writes, and what must be right about them."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

import msgspec

from camaug_field_report import texts
from camaug_field_report.records import Category
from camaug_sdk import FieldError, Invalid

MOST_PHOTOS = 3
MOST_SAID, MOST_PLACE, MOST_NOTE = 2000, 300, 2000
"""Characters."""
PICTURES = ("image/jpeg", "image/png")
DeskKind = Literal["taken", "answered", "refused", "duplicate", "sent_on"]


class NewReport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the form of a new report sends. `photos` are documents of the citizen."""

    category: Category
    said: str
    commune: str
    place: str
    position: str | None = None
    photos: list[UUID] = []

    def cleaned(self) -> "NewReport":
        """With its texts as they are kept. Raises `Invalid` naming each field that is wrong."""
        photos = list(dict.fromkeys(self.photos))
        new = msgspec.structs.replace(
            self, said=texts.clean(self.said), place=texts.clean(self.place), photos=photos
        )
        errors = [*_text("/said", new.said, MOST_SAID), *_text("/place", new.place, MOST_PLACE)]
        if new.position is not None and not texts.is_in_the_province(new.position):
            errors.append(FieldError(pointer="/position", code="outside"))
        if not photos:
            errors.append(FieldError(pointer="/photos", code="photo_missing"))
        if len(photos) > MOST_PHOTOS:
            limit: dict[str, str | int] = {"limit": MOST_PHOTOS}
            errors.append(FieldError(pointer="/photos", code="too_many_photos", args=limit))
        require(errors)
        return new


class Seen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The version of the report that the person had before the eyes."""

    version: int


class Remark(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the reporter adds, once."""

    text: str

    def cleaned(self) -> str:
        """As it is kept. Raises `Invalid`."""
        text = texts.clean(self.text)
        require(_text("/text", text, MOST_NOTE))
        return text


class Rating(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the reporter finds the answer; 5 is the best."""

    rating: Literal["1", "2", "3", "4", "5"]


class DeskAct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an officer does to a report, seen at `version`."""

    kind: DeskKind
    version: int
    text: str | None = None
    agency_id: UUID | None = None

    def cleaned(self) -> str | None:
        """The text as it is kept: what the reporter will read. Raises `Invalid`."""
        if self.kind == "taken":
            return None
        text = texts.clean(self.text or "")
        require(_text("/text", text, MOST_NOTE))
        return text


def _text(pointer: str, text: str, most: int) -> list[FieldError]:
    wrong = texts.fault(text, most)
    return [] if wrong is None else [msgspec.structs.replace(wrong, pointer=pointer)]


def require(errors: Sequence[FieldError]) -> None:
    """Raise `Invalid` with all the errors of a form, if there are any."""
    if errors:
        raise Invalid(errors=errors)
