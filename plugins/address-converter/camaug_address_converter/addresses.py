"""Reads an address as people type it and says what its old unit became; never guesses.

An address is read as front, unit and tail: what stands before the unit (house, street, hamlet) is
kept, the tail must be nothing but a district, a province and the country. Where several old units
fit, where one was split, and where the rest does not fit, the answer says so and names the choices.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import product
from typing import Literal, NamedTuple, TypeVar

import msgspec

from camaug_address_converter.spelling import Word, clean, key, marked_key, words
from camaug_address_converter.units import PROVINCE, Kind, NewUnit, OldUnit, Table

Outcome = Literal[
    "found",
    "split",
    "gap",
    "namesakes",
    "mismatch",
    "new",
    "elsewhere",
    "no_unit",
    "unknown",
    "several",
]
KIND_WORDS: dict[tuple[str, ...], Kind] = {
    ("phuong",): "ward",
    ("xa",): "commune",
    ("thi", "tran"): "township",
}
DISTRICT_KINDS = ("", "huyen", "thi xa", "thanh pho")
"""A district is known by its name alone: some were huyện before they were thị xã."""
NOT_A_UNIT = frozenset({
    "ap", "cau", "cho", "duong", "hem", "huyen", "kenh", "khom", "khu", "kinh", "lo", "ngo",
    "nha", "pho", "quan", "rach", "song", "thi", "tinh", "to", "truong",
})  # fmt: skip
"""A name right after one of these words names a street, a hamlet or a district."""
SAYS_NOTHING = re.compile(r"cu|\d{5,6}")
"""Words of the tail that do not matter: "(cũ)", a postal code."""
LONGEST_NAME = 4
"""Words in the longest name of a unit: Khánh Bình Tây Bắc."""
LONGEST_TAIL = 12
"""Words that can follow a unit: thành phố, huyện and tỉnh with their names, the country, "cũ"."""
Unit = TypeVar("Unit", OldUnit, NewUnit)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What an address became, or the question back.

    `found`: `old` all went into the one of `new`. `split`: the hamlet decides between `new`, which
    may lack a part that the table does not name. `gap`: the table does not know. `namesakes`: one
    of `old`. `mismatch`: none fits all that was typed, `old` bear the name. `new`: a commune of
    today. `elsewhere`: `left` is no place of the two provinces. `no_unit`: a district or province
    without a unit, or a name (`old`) that is also a district's. `unknown`: no such unit.
    `several`: more than one unit, so more than one address.
    """

    outcome: Outcome
    front: str = ""
    old: tuple[OldUnit, ...] = ()
    new: tuple[NewUnit, ...] = ()
    left: str = ""
    also_new: NewUnit | None = None
    """A commune of today with the very name that was typed: it may have been meant."""

    def line(self, unit: NewUnit) -> str:
        """The whole address of today, were it in `unit`."""
        return ", ".join(part for part in (self.front, unit.line) if part)


class _Tail(NamedTuple):
    """What stands after the unit: old district and province, by name; None when not said."""

    district: str | None
    province: str | None

    def fits(self, unit: OldUnit) -> bool:
        """Whether `unit` lay there. The province of today may stand after any old district."""
        provinces = (None, unit.province)
        if self.district is None:
            return self.province in provinces
        return self.district == unit.district and self.province in (*provinces, PROVINCE)


class _Mention(NamedTuple):
    """A name of a unit in the text; `kind` when it was said."""

    kind: Kind | None
    first: int
    after: int


class Reader:
    """Answers for one table. Reading takes time in proportion to the length of the text."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._old = _by_name(table.old.values())
        self._new = _by_name(table.new.values())

    def read(self, typed: str) -> Answer:
        """The answer for one address of any spelling."""
        text = clean(typed)
        found = words(text)
        readings = [one for one in self._mentions(found) if self._tails(found[one.after :])]
        for mention in sorted(readings, key=lambda one: (one.kind is None, one.first)):
            if mention.kind or self._means_a_unit(text, found, mention):
                if self._names_another(found, mention):
                    return Answer(outcome="several")
                return self._answer(text, found, mention)
        for mention in self._mentions(found):
            if mention.kind:
                return Answer(outcome="elsewhere", left=_rest(text, found[mention.after :]))
        ends = [tail for at in range(len(found)) for tail in self._tails(found[at:])]
        if _says_a_kind(found) or not any(tail.district or tail.province for tail in ends):
            return Answer(outcome="unknown")
        perhaps = [self._named(found, one) for one in readings if one.first == 0]
        return Answer(outcome="no_unit", old=tuple(one for some in perhaps for one in some))

    def unit(self, code: str, typed: str = "") -> Answer:
        """The answer for an old unit that the person chose; front as typed. Raises `KeyError`."""
        old = self.table.old[code]
        text = clean(typed)
        found = words(text)
        fitting = [one for one in self._mentions(found) if old in self._named(found, one)]
        first = min(fitting, key=lambda one: (one.kind is None, one.first), default=None)
        front = _front(text, found, first) if first else ""
        return self._decided([old], front)

    def _mentions(self, found: Sequence[Word]) -> Iterator[_Mention]:
        """Every place where a known name stands, a number only after its kind."""
        whole = tuple(one.bare for one in found)
        for first in range(len(found)):
            kind, at = _kind_at(whole, first) or (None, first)
            for after in range(at + 1, min(at + LONGEST_NAME, len(found)) + 1):
                name = whole[at:after]
                if (name in self._old or name in self._new) and (kind or not name[0].isdigit()):
                    yield _Mention(kind, first, after)

    def _named(self, found: Sequence[Word], mention: _Mention) -> list[OldUnit]:
        """The old units of the name, whatever marks were typed."""
        return self._old.get(_name(found, mention), [])

    def _means_a_unit(self, text: str, found: Sequence[Word], mention: _Mention) -> bool:
        """Whether a name without its kind is one: not a street, not the district of another."""
        before, typed = found[: mention.first], found[mention.first :]
        if _says_a_kind(before) or (before and _is_street(text, before[-1], typed[0])):
            return False
        return _name(found, mention) not in self._tail_words

    def _names_another(self, found: Sequence[Word], mention: _Mention) -> bool:
        """Whether a unit is said, with its kind, before the one that would be answered."""
        return any(one.kind for one in self._mentions(found[: mention.first]))

    def _answer(self, text: str, found: Sequence[Word], mention: _Mention) -> Answer:
        """The answer for a name that is followed by nothing but its district and province."""
        front = _front(text, found, mention)
        tails = self._tails(found[mention.after :])
        named = self._named(found, mention)
        there = [one for one in named if any(tail.fits(one) for tail in tails)]
        typed = found[mention.first : mention.after]
        fitting = [one for one in _spelled(typed, there) if mention.kind in (None, one.kind)]
        today = self._today(found, mention, tails)
        if fitting:
            undated = any(tail.district is None for tail in tails)
            return self._decided(fitting, front, today if undated else None)
        if today:
            return Answer(outcome="new", front=front, new=(today,))
        if not named:  # a commune of today, of another kind or elsewhere
            return Answer(outcome="unknown")
        return Answer(outcome="mismatch", front=front, old=tuple(there or named))

    def _decided(
        self, fitting: Sequence[OldUnit], front: str, also_new: NewUnit | None = None
    ) -> Answer:
        """One answer only where every reading of what was typed leads to it."""
        into = {code for one in fitting for code in one.became}
        outcome: Outcome = "namesakes"
        if all(one.whole for one in fitting) and len(into) == 1:
            outcome = "found"
        elif len(fitting) == 1:
            outcome = "split" if into else "gap"
        new = () if outcome == "namesakes" else self.table.became(fitting[0])
        if outcome == "found" and also_new in new:
            also_new = None  # old or new, it is the same place
        return Answer(outcome=outcome, front=front, old=tuple(fitting), new=new, also_new=also_new)

    def _today(
        self, found: Sequence[Word], mention: _Mention, tails: Iterable[_Tail]
    ) -> NewUnit | None:
        """The commune of today that was typed, with nothing after it that it does not lie in."""
        typed = found[mention.first : mention.after]
        for one in _spelled(typed, self._new.get(_name(found, mention), [])):
            made_of = self.table.made_of(one.code)
            here = any(
                tail in ((None, None), (None, PROVINCE)) or any(map(tail.fits, made_of))
                for tail in tails
            )
            if here and mention.kind in (None, one.kind):
                return one
        return None

    def _tails(self, found: Sequence[Word]) -> list[_Tail]:
        """Every way to read the words after a unit; none when one of them is no such place."""
        if len(found) > LONGEST_TAIL:
            return []
        said = tuple(one.bare for one in found if not SAYS_NOTHING.fullmatch(one.bare))
        return self._tail_words.get(said, [])

    @cached_property
    def _tail_words(self) -> dict[tuple[str, ...], list[_Tail]]:
        """All ends that an address may have, a few hundred."""
        districts: list[tuple[str, str | None]] = [("", None)]
        for full in {one.district for one in self.table.old.values()}:
            name = full.removeprefix("Thành phố ").removeprefix("Thị xã ").removeprefix("Huyện ")
            districts += [(f"{kind} {name}", full) for kind in DISTRICT_KINDS]
        provinces: list[tuple[str, str | None]] = [("", None)]
        for name in {one.province for one in self.table.old.values()}:
            provinces += [(f"{kind} {name}", name) for kind in ("", "tinh")]
        provinces += [("minh hai", None), ("tinh minh hai", None)]  # both, until 1996
        tails: dict[tuple[str, ...], list[_Tail]] = defaultdict(list)
        for district, province, country in product(districts, provinces, ("", "viet nam")):
            said = key(f"{district[0]} {province[0]} {country}")
            tails[said].append(_Tail(district[1], province[1]))
        return dict(tails)


def _by_name(units: Iterable[Unit]) -> dict[tuple[str, ...], list[Unit]]:
    """The units under their names without marks."""
    found: dict[tuple[str, ...], list[Unit]] = defaultdict(list)
    for one in units:
        found[key(one.name)].append(one)
    return dict(found)


def _kind_at(said: Sequence[str], at: int) -> tuple[Kind, int] | None:
    """The kind of unit that is said there and where its name begins; "thị xã" is none."""
    if said[at] == "xa" and at > 0 and said[at - 1] == "thi":
        return None
    for kind_words, kind in KIND_WORDS.items():
        if tuple(said[at : at + len(kind_words)]) == kind_words:
            return kind, at + len(kind_words)
    return None


def _says_a_kind(found: Sequence[Word]) -> bool:
    """Whether the words name a kind of unit anywhere."""
    said = [one.bare for one in found]
    return any(_kind_at(said, at) for at in range(len(said)))


def _is_street(text: str, before: Word, name: Word) -> bool:
    """Whether the word before a name makes it a street or a hamlet: "đường", a house number."""
    apart = "," in text[before.end : name.start]
    return before.bare in NOT_A_UNIT or (before.bare[-1].isdigit() and not apart)


def _name(found: Sequence[Word], mention: _Mention) -> tuple[str, ...]:
    """The name without its kind."""
    said = tuple(one.bare for one in found[mention.first : mention.after])
    kind = _kind_at(said, 0) if mention.kind else None
    return said[kind[1] :] if kind else said


def _spelled(typed: Sequence[Word], named: Iterable[Unit]) -> list[Unit]:
    """Those that the typed words may spell: a word with marks spells no word with others."""
    return [one for one in named if _may_spell(typed, marked_key(one.name))]


def _may_spell(typed: Sequence[Word], name: Sequence[str]) -> bool:
    last = typed[len(typed) - len(name) :]
    return all(word.marked in (word.bare, marked) for word, marked in zip(last, name, strict=True))


def _front(text: str, found: Sequence[Word], mention: _Mention) -> str:
    """What stands before the unit, as it was typed."""
    return text[: found[mention.first].start].strip(" ,;.-\u2013(")


def _rest(text: str, left: Sequence[Word]) -> str:
    """What stands after the unit, as it was typed."""
    return text[left[0].start :] if left else ""
