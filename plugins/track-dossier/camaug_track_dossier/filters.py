"""What the officer has chosen to see, as it stands in the address of the queue."""

from urllib.parse import urlencode
from uuid import UUID

import msgspec

from camaug_sdk import NotFound
from camaug_sdk.desk import QueueView
from camaug_sdk.records import QueueFilter, Status

HOME = "/console/apps/track-dossier/"
View = QueueView
NOBODY = "nobody"
"""For `handler`: what nobody holds."""
VIEWS: tuple[View, ...] = ("to_do", "mine", "new", "in_process", "waiting", "done")
LED: tuple[View, ...] = ("approval", "escalated", "ended")
"""What only leaders have."""
STATUSES: dict[View, tuple[int, ...]] = {
    "to_do": (1, 2, 4, 9),
    "in_process": (2, 4),
    "waiting": (5, 6),
    "mine": (1, 2, 4, 5, 6, 9),
    "open": (1, 2, 4, 5, 6, 9),
    "done": (3, 7, 8, 10),
    "escalated": (2, 4),
    "ended": (3, 8, 9),
}
"""Statuses worth telling apart in a view."""


class Filters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """View, procedure, status, handler (an id, or `NOBODY`).

    `find` is what was typed, sealed, since names are not for addresses.
    `text` is what `find` holds and goes into no address.
    """

    view: View = "to_do"
    procedure: str | None = None
    status: int | None = None
    handler: str | None = None
    find: str | None = None
    text: str | None = None

    def href(self, after: str | None = None, **other: str | int | None) -> str:
        """The address of the queue with some members replaced."""
        chosen = {
            "view": self.view,
            "procedure": self.procedure,
            "status": self.status,
            "handler": self.handler,
            "find": self.find,
            "after": after,
        } | other
        return f"{HOME}?{urlencode({name: one for name, one in chosen.items() if one})}"

    def asked(self, after: str | None) -> QueueFilter:
        """What the core is asked. Raises `NotFound` for a handler that is no id."""
        return QueueFilter(
            view=self.view,
            text=self.text,
            procedure_code=self.procedure,
            status=Status(self.status) if self.status else None,
            handler_id=self._handler_id(),
            unheld=self.handler == NOBODY,
            after=after,
        )

    def _handler_id(self) -> UUID | None:
        if self.handler in (None, NOBODY):
            return None
        try:
            return UUID(self.handler)
        except ValueError:
            raise NotFound from None
