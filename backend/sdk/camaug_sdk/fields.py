"""Form fields. Each has a `name` (the key in the body that a form sends) and an own value type.

A field says what is asked, never how it looks; the renderer uses the browser's native inputs.
"""

import msgspec

from camaug_sdk.rules import Rule


class Field(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    """What every field has. `error` is shown above the input and in the summary."""

    name: str
    label: str
    hint: str | None = None
    required: bool = False
    prefilled_from: str | None = None
    """Where a value that the person did not type comes from, in words ("từ hồ sơ cá nhân")."""
    error: str | None = None
    show_when: Rule | None = None
    require_when: Rule | None = None
    enable_when: Rule | None = None


class TextField(Field, frozen=True, kw_only=True, tag="text-field"):
    """One line of text."""

    value: str | None = None
    max_length: int = 200
    autocomplete: str | None = None
    """A token of the HTML autofill list, such as `one-time-code` or `username`."""
    numeric: bool = False
    """Digits only: phones show the number pad; the value stays text."""
    secret: bool = False


class Suggestion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A text to begin with; `key` tells it from the others, `label` is what the list shows."""

    key: str
    label: str
    text: str
    lang: str | None = None


class LongTextField(Field, frozen=True, kw_only=True, tag="long-text-field"):
    """Several lines of text; the person may insert one of `suggestions` and go on from there.

    The key of the one inserted last goes into the body as `suggestion_name`, if that is given.
    """

    value: str | None = None
    max_length: int = 2000
    suggestions: list[Suggestion] = []
    suggestion_name: str | None = None


class PersonNameField(Field, frozen=True, kw_only=True, tag="person-name-field"):
    """A full name as the card spells it; never changed, NFC."""

    value: str | None = None


class EmailField(Field, frozen=True, kw_only=True, tag="email-field"):
    """An e-mail address."""

    value: str | None = None


class PhoneField(Field, frozen=True, kw_only=True, tag="phone-field"):
    """A Vietnamese phone number, `0xxxxxxxxx` or `+84xxxxxxxxx`."""

    value: str | None = None


class AddressField(Field, frozen=True, kw_only=True, tag="address-field"):
    """House number, street or hamlet, commune, province, as one line of text."""

    value: str | None = None


class NumberField(Field, frozen=True, kw_only=True, tag="number-field"):
    """A number; `decimals` 0 means integers. `unit` stands behind the input."""

    value: int | float | None = None
    minimum: int | float | None = None
    maximum: int | float | None = None
    decimals: int = 0
    unit: str | None = None


class MoneyField(Field, frozen=True, kw_only=True, tag="money-field"):
    """An amount in đồng, an integer."""

    value: int | None = None


class DateField(Field, frozen=True, kw_only=True, tag="date-field"):
    """A calendar date, ISO 8601 (`2026-11-24`), local to Asia/Ho_Chi_Minh."""

    value: str | None = None
    earliest: str | None = None
    latest: str | None = None
    autocomplete: str | None = None


class BooleanField(Field, frozen=True, kw_only=True, tag="boolean-field"):
    """Yes or no, as one checkbox; `required` means it must be ticked."""

    value: bool | None = None


class Choice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One option; `lang` marks a text that exists in Vietnamese only."""

    value: str
    label: str
    hint: str | None = None
    lang: str | None = None


class ChoiceField(Field, frozen=True, kw_only=True, tag="choice-field"):
    """One of a few: radio buttons up to five options, a native select above."""

    choices: list[Choice]
    value: str | None = None


class ChoicesField(Field, frozen=True, kw_only=True, tag="choices-field"):
    """Any number of a few: checkboxes; the value is a list."""

    choices: list[Choice]
    value: list[str] | None = None


class CommuneField(Field, frozen=True, kw_only=True, tag="commune-field"):
    """One of the province's communes, by its five-digit code; the shell has the list.

    Searchable without diacritics; options come from `GET /api/v1/communes` (cached for offline).
    """

    value: str | None = None
    value_label: str | None = None


class PlaceField(Field, frozen=True, kw_only=True, tag="place-field"):
    """Where the person is, from the device: `latitude,longitude` in degrees, `9.17680,105.15240`.

    WGS 84. The device asks the person first and may have no answer: a form asks in words as well.
    """

    value: str | None = None


class CitizenIdField(Field, frozen=True, kw_only=True, tag="citizen-id-field"):
    """Personal identification number (số định danh cá nhân), 12 digits, no check digit."""

    value: str | None = None


class FileRef(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file that the store has and the server has checked."""

    document_id: str
    name: str
    size: int
    """Bytes."""
    media_type: str
    state: str
    """`incoming`, `checked`, `clean` or `refused` (DESIGN section 3)."""


class FileField(Field, frozen=True, kw_only=True, tag="file-field"):
    """Up to `limit` files; the value is a list of document ids.

    Upload protocol: `POST upload {file_name, size, media_type, purpose}` answers
    `{document_id, url, fields}`; the shell posts `fields` and the file as multipart to `url`, then
    `POST /api/v1/documents/{document_id}/complete`, which answers a `FileRef` or a problem.
    """

    purpose: str
    """Component id of the procedure that the file satisfies."""
    files: list[FileRef] = []
    limit: int = 5
    max_bytes: int = 10 * 1024 * 1024
    accept: tuple[str, ...] = ("image/jpeg", "image/png", "application/pdf")
    camera: bool = True
    upload: str = "/api/v1/documents"


FormField = (
    TextField
    | LongTextField
    | PersonNameField
    | EmailField
    | PhoneField
    | AddressField
    | NumberField
    | MoneyField
    | DateField
    | BooleanField
    | ChoiceField
    | ChoicesField
    | CommuneField
    | PlaceField
    | CitizenIdField
    | FileField
)
