"""What a citizen says about a finished dossier."""

from datetime import datetime

import msgspec

LONGEST_COMMENT = 1000
"""Characters."""


class Rating(msgspec.Struct, frozen=True, kw_only=True):
    """The owner's one rating of a finished dossier (đánh giá của người dân)."""

    rating: int
    """1 to 5; 5 is the best."""
    comment: str | None
    """What the person wrote, if anything. Decrypted: never log it."""
    rated_at: datetime
