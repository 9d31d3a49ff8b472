"""Relatives: whom the owner of dossiers lets follow them or help with them, and what those see.

A convenience inside the app by a rule of this project; it is no power of attorney.
"""

from datetime import date, datetime
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from camaug_sdk.records import (
    Act,
    Document,
    DossierEvent,
    DossierLine,
    Page,
    Person,
    Supplement,
)

Scope = Literal["view", "act"]
"""`view`: status, timeline and due time. `act`: also send a supplement, and open the result."""
Standing = Literal["offered", "accepted", "declined", "ended", "returned", "expired"]
MOST_RELATIVES = 5
"""Relatives who may have a right to one dossier at a time, offers counted; a project rule."""
LONGEST_MONTHS = 12
"""A right ends at the latest so many months after it was offered; a project rule."""


class NewDelegation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the owner offers. `dossier_id` None: all own dossiers; `until` is the last local day."""

    phone: str
    scope: Scope
    until: date
    tells: bool = False
    """Whether the relative gets notices of the dossiers too."""
    dossier_id: UUID | None = None


class Delegation(msgspec.Struct, frozen=True, kw_only=True):
    """A right that the owner has offered. `phone` is masked; `until` the instant of its end."""

    delegation_id: UUID
    dossier_id: UUID | None
    code: str | None
    phone: str
    scope: Scope
    tells: bool
    standing: Standing
    offered_at: datetime
    until: datetime


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """An offer as the relative finds it. `owner` is the owner's name, or masked phone number."""

    delegation_id: UUID
    owner: str
    scope: Scope
    all_dossiers: bool
    until: datetime


class RelativeLine(msgspec.Struct, frozen=True, kw_only=True):
    """A relative's dossier in a list; `until` is when the right to it ends."""

    line: DossierLine
    owner: str
    scope: Scope
    until: datetime


class RelativeDossier(msgspec.Struct, frozen=True, kw_only=True):
    """A relative's dossier: no answers, no papers, no PIN, whatever the scope.

    What people wrote (notes, requests) and results are there with scope `act` only.
    """

    delegation_id: UUID
    line: DossierLine
    owner: str
    scope: Scope
    until: datetime
    events: list[DossierEvent]
    supplements: list[Supplement] = []
    results: list[Document] = []
    acts: list[str] = []


class Relatives(Protocol):
    """The part of service `dossiers` by which relatives are let in."""

    async def offer_delegation(self, me: Person, new: NewDelegation, *, key: str) -> UUID:
        """Offer a relative a right; the answer never tells whether the number has an account.

        Raises `Invalid` with pointers `/phone` and `/until`, `NotFound` for a dossier that is not
        one's own, `Conflict` as `delegation_twice` or `too_many_relatives`, `TooMany` after ten
        offers in a day.
        """
        ...

    async def delegations(self, me: Person, dossier_id: UUID | None = None) -> list[Delegation]:
        """What the owner has offered, newest first, at most 50; of a dossier, all that reach it."""
        ...

    async def end_delegation(self, me: Person, delegation_id: UUID, *, key: str) -> None:
        """Take an own offer or right back at once. Raises `NotFound`, `Conflict`."""
        ...

    async def offers(self, me: Person) -> list[Offer]:
        """Offers to the number by which this person signs in, that wait for an answer."""
        ...

    async def answer_offer(
        self, me: Person, delegation_id: UUID, *, accept: bool, key: str
    ) -> None:
        """Accept or decline. Raises `NotFound`, and `Conflict` when it was answered before.

        As `delegation_circular` when the owner has a right to this person's own dossiers.
        """
        ...

    async def return_right(self, me: Person, delegation_id: UUID, *, key: str) -> None:
        """Give an accepted right back. Raises `NotFound`, `Conflict`."""
        ...

    async def of_relatives(self, me: Person, *, after: str | None = None) -> Page[RelativeLine]:
        """Dossiers that relatives let this person see, newest first."""
        ...

    async def of_relative(self, me: Person, dossier_id: UUID) -> RelativeDossier:
        """One of them; the look is audited and shown to its owner. Raises `NotFound`."""
        ...

    async def act_for_relative(self, me: Person, dossier_id: UUID, act: Act, *, key: str) -> None:
        """Send a supplement with scope `act`; the files pass to the dossier's owner.

        Raises `NotFound` without that right, `Invalid` for any other act.
        """
        ...
