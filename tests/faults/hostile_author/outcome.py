"""What came of an attack, and whether it came as expected."""

import sys
from collections.abc import Mapping

WINNERS: dict[str, str] = {}
"""Attack to who won, of this run."""


def say(attack: str, winner: str, figure: str) -> None:
    """One line of the run."""
    WINNERS[attack] = winner
    sys.stdout.write(f"\nhostile-author {attack} {winner} {figure}\n")


def changed(attacks: Mapping[str, str | None]) -> list[str]:
    """The attacks that went otherwise than expected: a reason says why the author wins."""
    expected = {name: "author" if why else "host" for name, why in attacks.items()}
    return [
        f"{name}: {WINNERS.get(name, 'not run')} won, expected {winner}"
        for name, winner in expected.items()
        if WINNERS.get(name) != winner
    ]
