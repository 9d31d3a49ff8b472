"""What came of an attack."""

import sys

WINNERS: dict[str, str] = {}
"""Attack to who won, of this run."""


def say(attack: str, winner: str, figure: str) -> None:
    """One line of the run."""
    WINNERS[attack] = winner
    sys.stdout.write(f"\nhostile-author {attack} {winner} {figure}\n")
