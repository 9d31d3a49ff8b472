"""The service of a one-stop counter, as a typed Protocol; see `camaug_sdk.services`."""

from collections.abc import Mapping
from typing import Protocol
from uuid import UUID

from camaug_sdk.counter import CardSeen, CounterCase, Mandate, Print, Receipt
from camaug_sdk.records import (
    Answer,
    Document,
    Organisation,
    Procedure,
    StaffMember,
    Submission,
)


class Counter(Protocol):
    """Filing for citizens who come in person. Service `counter.desk`, for one-stop officers.

    A case is one citizen at the counter of the officer who opened it; it is kept for a day. Every
    method raises `NotFound` for a case or dossier that is not of the officer's desk.
    """

    async def find(
        self,
        officer: StaffMember,
        *,
        agency_id: UUID,
        number: str | None = None,
        phone: str | None = None,
    ) -> UUID | None:
        """A case for the one citizen with that proven number or that phone; None: nobody.

        Each look is audited. Raises `Invalid`, `Forbidden` for an agency that is not the officer's,
        and `TooMany` after sixty looks in an hour.
        """
        ...

    async def register(
        self, officer: StaffMember, card: CardSeen, *, agency_id: UUID, key: str
    ) -> UUID:
        """A case for somebody whose card was seen; the record is made when there is none.

        Raises `Invalid` by the members of `CardSeen`, as `phone_taken` when another record has it.
        """
        ...

    async def prove(self, officer: StaffMember, case_id: UUID, card: CardSeen, *, key: str) -> None:
        """The card of a citizen without a proven number was seen. Raises `Invalid`."""
        ...

    async def cases(self, officer: StaffMember) -> list[CounterCase]:
        """The officer's unfinished cases, the latest first, at most twenty."""
        ...

    async def case(self, officer: StaffMember, case_id: UUID) -> CounterCase:
        """One case with what is typed so far."""
        ...

    async def procedures(self, officer: StaffMember, case_id: UUID) -> list[tuple[str, str, str]]:
        """What the agency takes at its counter: code, Vietnamese and English name, by name."""
        ...

    async def begin(
        self,
        officer: StaffMember,
        case_id: UUID,
        procedure_code: str,
        mandate: Mandate,
        papers: list[UUID],
    ) -> Procedure:
        """Choose what to file, and say who stands there, with the paper when it is another person.

        Raises `Invalid` with pointers `/procedure_code` and below `/mandate`.
        """
        ...

    async def procedure(self, officer: StaffMember, case_id: UUID) -> Procedure:
        """The chosen procedure, while the agency takes it. Raises `NotFound`, `Invalid`."""
        ...

    async def save(
        self,
        officer: StaffMember,
        case_id: UUID,
        answers: Mapping[str, Answer],
        documents: Mapping[str, list[UUID]],
    ) -> None:
        """Keep answers as they are, checked for size but not for completeness."""
        ...

    async def discard(self, officer: StaffMember, case_id: UUID) -> None:
        """Forget the case; the record of the person stays."""
        ...

    async def files(self, officer: StaffMember, document_ids: list[UUID]) -> list[Document]:
        """Those of the ids that the officer has uploaded, in the order asked."""
        ...

    async def file(
        self,
        officer: StaffMember,
        case_id: UUID,
        answers: Mapping[str, Answer],
        documents: Mapping[str, list[UUID]],
        *,
        key: str,
        procedure_code: str,
        conditions: Mapping[str, bool] | None = None,
        organisation: Organisation | None = None,
        originals: list[str] | None = None,
        accept: bool = False,
    ) -> Submission:
        """File the case for the citizen; checks and pointers are those of `Dossiers.submit`.

        The documents are the officer's; `originals` names the components of which the original was
        handed in. `accept` starts the clock in the same transaction.
        """
        ...

    async def receipt(self, officer: StaffMember, dossier_id: UUID) -> Receipt:
        """What the receipt of a dossier of the desk says; showing it is audited."""
        ...

    async def note_print(self, officer: StaffMember, dossier_id: UUID, paper: Print) -> None:
        """Audit that the receipt is printed."""
        ...
