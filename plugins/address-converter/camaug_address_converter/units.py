"""The old units (đơn vị hành chính cấp xã cũ) and what each became on 01/07/2025.

`units.tsv` beside this module has one row for each old unit and each commune that it went into; its
head names the sources. The communes of today come from whoever asks, so that they have one source.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

Kind = Literal["ward", "commune", "township"]
PROVINCE = "Cà Mau"
"""The province of today, and one of the two old ones."""
FILE = Path(__file__).with_name("units.tsv")
KINDS: dict[Kind, str] = {"ward": "Phường", "commune": "Xã", "township": "Thị trấn"}
"""What each kind is called in Vietnamese."""


class OldUnit(msgspec.Struct, frozen=True, kw_only=True):
    """A unit as it was until 30/06/2025; `code` has five digits (statistics office)."""

    code: str
    kind: Kind
    name: str
    district: str
    """With its kind: "Thành phố Bạc Liêu"."""
    province: str
    """Without its kind: "Bạc Liêu"."""
    became: tuple[str, ...]
    """Codes of today's communes; empty when the table does not know them."""
    whole: bool
    """It went into one commune as a whole; else the hamlet decides, or nobody knows."""

    @property
    def title(self) -> str:
        """Kind and name: "Phường 5"."""
        return f"{KINDS[self.kind]} {self.name}"

    @property
    def within(self) -> str:
        """The district inside a line: "thành phố Bạc Liêu"."""
        return self.district[0].lower() + self.district[1:]


class NewUnit(msgspec.Struct, frozen=True, kw_only=True):
    """A commune or ward of today."""

    code: str
    kind: Kind
    name: str

    @property
    def title(self) -> str:
        """Kind and name: "Phường Vĩnh Trạch"."""
        return f"{KINDS[self.kind]} {self.name}"

    @property
    def line(self) -> str:
        """The end of an address of today: "phường Vĩnh Trạch, tỉnh Cà Mau"."""
        return f"{KINDS[self.kind].lower()} {self.name}, tỉnh {PROVINCE}"


class Table:
    """Both sides, by code. Raises `ValueError` when a unit became what is not in `communes`."""

    __slots__ = ("new", "old")

    def __init__(self, old: Iterable[OldUnit], communes: Iterable[NewUnit]) -> None:
        self.old = {one.code: one for one in old}
        self.new = {one.code: one for one in communes}
        strangers = {code for one in self.old.values() for code in one.became} - self.new.keys()
        if strangers:
            raise ValueError(f"communes that nobody names: {sorted(strangers)}")

    def became(self, unit: OldUnit) -> tuple[NewUnit, ...]:
        """The communes of today that the unit, or parts of it, went into."""
        return tuple(self.new[code] for code in unit.became)

    def made_of(self, code: str) -> list[OldUnit]:
        """The old units that went, whole or in part, into the commune."""
        return [one for one in self.old.values() if code in one.became]


@cache
def known() -> tuple[OldUnit, ...]:
    """Every old unit of the file."""
    text = FILE.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    head, *rows = [line.split("\t") for line in lines]
    return read([dict(zip(head, row, strict=True)) for row in rows])


def read(rows: Sequence[dict[str, str]]) -> tuple[OldUnit, ...]:
    """The units of the rows, the rows of a unit that was split as one."""
    by_code: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        by_code[row["code"]].append(row)
    return tuple(_unit(code, parts) for code, parts in by_code.items())


def _unit(code: str, parts: Sequence[dict[str, str]]) -> OldUnit:
    first = parts[0]
    return OldUnit(
        code=code,
        kind=msgspec.convert(first["kind"], Kind),
        name=first["name"],
        district=first["district"],
        province=first["province"],
        became=tuple(part["became"] for part in parts if part["became"]),
        whole=[part["share"] for part in parts] == ["whole"],
    )
