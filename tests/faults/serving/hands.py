"""In whose hands each dossier is, and what waits to be received there, as its history says."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from uuid import UUID

from camaug.dossiers.queue import OPEN
from camaug.dossiers.transitions import TRANSITIONS

from .shapes import Acts, Entry, Found, Handover

BY_OFFICERS = {
    rule.event.removeprefix("dossier.") for rule in TRANSITIONS.values() if rule.by == "officer"
}
"""Who does one of these holds what nobody held."""
ON = ("handed_over", "sent_on")
"""From one pair of hands to others, who have to say that it has come."""
ARRIVED = ("claimed", "received")
Claims = Counter[tuple[UUID, UUID]]
"""So many acknowledged claims of a dossier by an officer."""


def agree(found: Found) -> None:
    """The row says who holds a dossier and what waits, as its history does."""
    for dossier_id, entries in found.stories.items():
        handed, state = found.handed.get(dossier_id, []), found.states[dossier_id]
        assert holders(entries, handed)[-1] == state.handler_id, (dossier_id, entries, handed)
        waits = [one for one in handed if one.waits]
        assert waits == (handed[-1:] if _waits(entries) else []), (dossier_id, entries, handed)
        _received(entries, handed)


def holders(entries: Sequence[Entry], handed: Sequence[Handover]) -> list[UUID | None]:
    """Who holds the dossier before the first entry and after each."""
    found, ways = list[UUID | None]([None]), iter(handed)
    for one in entries:
        now = found[-1]
        if one.kind == "undone":
            assert one.reverts
            now = found[one.reverts - 1]
        elif one.kind in ON:
            to = next(ways).to_staff_id
            assert (to is None) == (one.kind == "sent_on"), one
            assert now is None or now != to, one
            now = to
        elif one.kind == "claimed":
            assert now is None, one
            now = one.actor_id
        elif one.kind == "given_back":
            assert now == one.actor_id, one
            now = None
        elif one.kind == "received" or (one.kind in BY_OFFICERS and one.actor_kind == "staff"):
            now = now or one.actor_id
        found.append(now)
    assert next(ways, None) is None, entries
    return found


def _waits(entries: Sequence[Entry]) -> bool:
    """Whether the last hand-over has not come, nor been given up."""
    turns = [one.kind for one in entries if one.kind in (*ON, *ARRIVED, "given_back")]
    return bool(turns) and turns[-1] in ON


def _received(entries: Sequence[Entry], handed: Sequence[Handover]) -> None:
    """Who has received each is who said so, and was named or sits at the desk."""
    turns = [one for one in entries if one.kind in (*ON, *ARRIVED, "given_back")]
    comings = [
        after.actor_id if after is not None and after.kind in ARRIVED else None
        for one, after in pairwise([*turns, None])
        if one is not None and one.kind in ON
    ]
    assert comings == [one.received_by for one in handed], (entries, handed)
    assert all(
        one.received_by == one.to_staff_id for one in handed if one.received_by and one.to_staff_id
    ), handed


def idle(found: Found, claimed: Claims) -> Acts:
    """Claims of what one held already, which do nothing; new rows may be marked whoever has them.

    Who was told of more claims than the history has, has held the dossier at some time.
    """
    nothing: Acts = Counter()
    for (dossier_id, by), told in claimed.items():
        entries = found.stories[dossier_id]
        surplus = told - sum(one.kind == "claimed" and one.actor_id == by for one in entries)
        held = by in holders(entries, found.handed.get(dossier_id, []))
        assert surplus == 0 or (surplus > 0 and held), (dossier_id, by, told, entries)
        nothing[dossier_id, "dossier.claimed"] += surplus
    return +nothing


def unreceivable(found: Found) -> list[Handover]:
    """What waits to be received though the dossier has ended."""
    return [
        handed[-1]
        for dossier_id, handed in found.handed.items()
        if handed[-1].waits and found.states[dossier_id].status not in OPEN
    ]
