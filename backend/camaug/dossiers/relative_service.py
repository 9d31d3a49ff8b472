"""The part of the `dossiers` service by which relatives are let in."""

from uuid import UUID

from camaug.dossiers import delegating, relatives
from camaug.kernel.web import Engines
from camaug_sdk.records import Act, Page, Person
from camaug_sdk.relatives import (
    Delegation,
    NewDelegation,
    Offer,
    RelativeDossier,
    RelativeLine,
)


class RelativesService:
    """Implements `camaug_sdk.relatives.Relatives`."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    async def offer_delegation(self, me: Person, new: NewDelegation, *, key: str) -> UUID:
        """See the Protocol."""
        return await delegating.offer(self._engines, me, new, key)

    async def delegations(self, me: Person, dossier_id: UUID | None = None) -> list[Delegation]:
        """See the Protocol."""
        return await relatives.given(self._engines, me, dossier_id)

    async def end_delegation(self, me: Person, delegation_id: UUID, *, key: str) -> None:
        """See the Protocol."""
        await delegating.end(self._engines, me, delegation_id, key)

    async def offers(self, me: Person) -> list[Offer]:
        """See the Protocol."""
        return await relatives.offers(self._engines, me)

    async def answer_offer(
        self, me: Person, delegation_id: UUID, *, accept: bool, key: str
    ) -> None:
        """See the Protocol."""
        await delegating.answer(self._engines, me, delegation_id, key, accept=accept)

    async def return_right(self, me: Person, delegation_id: UUID, *, key: str) -> None:
        """See the Protocol."""
        await delegating.return_right(self._engines, me, delegation_id, key)

    async def of_relatives(self, me: Person, *, after: str | None = None) -> Page[RelativeLine]:
        """See the Protocol."""
        return await relatives.mine(self._engines, me, after)

    async def of_relative(self, me: Person, dossier_id: UUID) -> RelativeDossier:
        """See the Protocol."""
        return await relatives.one(self._engines, me, dossier_id)

    async def act_for_relative(self, me: Person, dossier_id: UUID, act: Act, *, key: str) -> None:
        """See the Protocol."""
        await relatives.act(self._engines, me, dossier_id, act, key)
