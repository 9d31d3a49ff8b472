"""The gateway's side of the contract: key, secret, sender names, registered templates."""

import re
from dataclasses import dataclass

# {P1,20} in a template stands for up to 20 characters.
_PLACEHOLDER = re.compile(r"\{P\d,(\d{1,3})\}")


def template_pattern(template: str) -> re.Pattern[str]:
    """Return the pattern of the texts that a registered template covers."""
    pieces = _PLACEHOLDER.split(template)
    pattern = "".join(
        re.escape(piece) if i % 2 == 0 else f".{{1,{piece}}}" for i, piece in enumerate(pieces)
    )
    return re.compile(pattern, re.DOTALL)


@dataclass(frozen=True)
class SmsAccount:
    """One customer of the gateway. Without templates any text may be sent."""

    key: str
    secret: str
    brandnames: frozenset[str]
    templates: tuple[re.Pattern[str], ...] = ()

    def covers(self, content: str) -> bool:
        """Tell whether a registered template covers a text."""
        return not self.templates or any(t.fullmatch(content) for t in self.templates)
