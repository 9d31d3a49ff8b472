"""What was accepted, in order: the record by which tests count what each device got."""

from collections import Counter
from datetime import datetime
from typing import Literal

import msgspec
from msgspec import Raw, Struct

from camaug_simulators.clock import utc_now

Kind = Literal["push", "sms"]


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One accepted message.

    ``to`` is a registration token or a phone number, ``count`` how many this receiver has got
    with this one, ``seq`` rises for ever (also over an emptied journal).
    ``message`` is kept as JSON, so that a million pushes fit into memory.
    """

    seq: int
    kind: Kind
    to: str
    received_at: datetime
    count: int
    name: str
    message: Raw
    device: str = ""
    request_id: str = ""


class Journal:
    """Entries in memory, oldest first."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._counts: dict[Kind, Counter[str]] = {"push": Counter(), "sms": Counter()}
        self._dropped = 0

    @property
    def last(self) -> int:
        """Sequence number of the newest entry, 0 before the first."""
        return self._dropped + len(self._entries)

    def record(
        self,
        kind: Kind,
        to: str,
        *,
        name: str,
        message: dict[str, object],
        device: str = "",
        request_id: str = "",
    ) -> Entry:
        """Append an entry and return it."""
        self._counts[kind][to] += 1
        entry = Entry(
            seq=self.last + 1,
            kind=kind,
            to=to,
            received_at=utc_now(),
            count=self._counts[kind][to],
            name=name,
            message=Raw(msgspec.json.encode(message)),
            device=device,
            request_id=request_id,
        )
        self._entries.append(entry)
        return entry

    def since(self, seq: int, kind: Kind | None = None, limit: int = 10_000) -> list[Entry]:
        """Return at most ``limit`` entries younger than ``seq``, oldest first."""
        start = max(seq - self._dropped, 0)
        found: list[Entry] = []
        for entry in self._entries[start:]:
            if kind is None or entry.kind == kind:
                found.append(entry)
                if len(found) == limit:
                    break
        return found

    def counts(self) -> dict[Kind, dict[str, int]]:
        """Return how many messages each receiver has got, by kind."""
        return {kind: dict(counter) for kind, counter in self._counts.items()}

    def clear(self) -> None:
        """Forget all entries and counts; sequence numbers go on."""
        self._dropped = self.last
        self._entries.clear()
        for counter in self._counts.values():
            counter.clear()
