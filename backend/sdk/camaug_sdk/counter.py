"""The shapes of filing at a counter: who came, who stands there, and the printed receipt."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from camaug_sdk.filing import Answer

Standing = Literal["self", "relative", "mandated"]
"""Who stands at the counter: the person, a relative, or somebody else whom the person has sent."""
COUNTER_MANDATE = "counter_mandate"
"""The place of the paper by which somebody may file for the person."""
Print = Literal["a4", "slip"]
"""A sheet of A4, or a slip of 80 mm."""


class Mandate(msgspec.Struct, frozen=True, kw_only=True):
    """Who stands at the counter; name, number and relation when it is not the person."""

    by: Standing
    name: str | None = None
    number: str | None = None
    relation: str | None = None


class CardSeen(msgspec.Struct, frozen=True, kw_only=True):
    """What an officer reads from a card, and the phone as told; texts as typed."""

    full_name: str
    citizen_id: str
    birth_date: str
    phone: str | None = None


class CounterPerson(msgspec.Struct, frozen=True, kw_only=True):
    """What the counter is shown of a citizen: what a card says, nothing more of the profile."""

    full_name: str | None
    citizen_id: str | None
    citizen_id_proven: bool
    birth_date: date | None
    gender: Literal["nam", "nu"] | None
    phone: str | None


class CounterCase(msgspec.Struct, frozen=True, kw_only=True):
    """A citizen at the officer's counter, and what is typed so far."""

    case_id: UUID
    agency_id: UUID
    person: CounterPerson
    procedure_code: str | None
    mandate: Mandate | None
    answers: dict[str, Answer]
    documents: dict[str, list[UUID]]
    updated_at: datetime


class CounterFiling(msgspec.Struct, frozen=True, kw_only=True):
    """That a dossier was filed at a counter, and who stood there. `fee_vnd` None: not known."""

    mandate: Mandate
    filed_at: datetime
    originals: list[str] = []
    """The components of which the original was handed in."""
    fee_vnd: int | None = None
    fee_note: str | None = None


class HandedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A paper on the receipt; `component_id` names it in the catalogue."""

    component_id: str
    original: bool
    count: int


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What form 01 (giấy tiếp nhận hồ sơ và hẹn trả kết quả) says of a dossier.

    Decrypted: never log it. `qr` are the rows of modules of the tracker's short address; the fee is
    the one of the channel by which the dossier came, None when it is not known.
    """

    dossier_id: UUID
    code: str
    pin: str
    address: str
    qr: list[str]
    procedure_code: str
    procedure_name: str
    procedure_name_en: str
    agency_name_vi: str
    agency_name_en: str
    applicant_name: str
    submitter: Mandate
    channel: Literal["counter", "online"]
    papers: list[HandedIn]
    submitted_at: datetime
    accepted_at: datetime | None
    due_at: datetime | None
    fee_vnd: int | None
    fee_note: str | None
    officer_name: str
