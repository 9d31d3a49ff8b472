"""What putting a file of cases to the product gives."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec


class Disagreement(NamedTuple):
    """A case where the product says something else."""

    case_id: str
    case: str
    expected: str
    got: str


class Share(msgspec.Struct, frozen=True):
    """How many of the cases of one sort are right, and how many must be."""

    right: int
    of: int
    least: float

    @property
    def holds(self) -> bool:
        """Whether enough are right; a sort without cases says nothing."""
        return self.right >= self.least * self.of


class Report(msgspec.Struct, frozen=True):
    """The outcome of one file."""

    kind: str
    agree: int
    total: int
    holds: bool
    disagreements: list[Disagreement]
    shares: dict[str, Share] = {}

    def lines(self) -> Iterator[str]:
        """What people read: each disagreement, the shares, the sum."""
        for one in self.disagreements:
            yield f"{one.case_id}: {one.case}"
            yield f"    expected {one.expected}"
            yield f"    got      {one.got}"
        for name, share in self.shares.items():
            verdict = "holds" if share.holds else "DOES NOT HOLD"
            percent = f"{share.right / share.of:.1%}" if share.of else "no case"
            yield f"{name:<18} {share.right:>4} of {share.of:<4} {percent:>7}  {verdict}"
        yield f"agree {self.agree} of {self.total}"
