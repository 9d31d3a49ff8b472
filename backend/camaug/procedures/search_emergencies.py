"""Danger to life in a question: which numbers to call (`data/emergencies.tsv` has the rules)."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from camaug.procedures.search_words import Speller, Word, fits, words

NEAR = 8
"""Groups of one case start at most this many words apart."""
_JOIN = re.compile(r" ([+>]) ")
Form = tuple[Word, ...]


class _Place(NamedTuple):
    """Where a form stands, and how it was typed there."""

    at: int
    exact: bool
    bare: bool


class _Case(NamedTuple):
    numbers: tuple[str, ...]
    groups: Sequence[Sequence[Form]]
    in_order: bool
    typed: str
    is_cry: bool


class Alarm(NamedTuple):
    """Numbers to call, most urgent first, none when no rule finds a danger; and the tone."""

    numbers: list[str]
    guarded: bool
    """It speaks of papers or of the past."""
    urgent: bool
    """It asks for help now."""


Places = Mapping[Form, Sequence[_Place]]


class Emergencies:
    """The cases, and what tells a question about papers from a cry for help."""

    def __init__(
        self, rows: Iterable[Mapping[str, str]], knows: Callable[[str], bool] = bool
    ) -> None:
        """`knows` tells words of the catalogue, which are never taken for slips."""
        rows = list(rows)
        named = {row["id"]: row["words"] for row in rows if row["kind"] == "group"}
        self._knows = knows
        self._guards = _of(rows, "guard")
        self._urgent = _of(rows, "urgent")
        self._cases = [_case(row, named) for row in rows if row["kind"] in {"case", "cry"}]
        dangers = [form for case in self._cases for group in case.groups for form in group]
        safe = _of(rows, "safe")
        self._safe = _Forms(safe)
        self._forms = _Forms([*self._guards, *self._urgent, *dangers])
        self._speller = Speller([*self._guards, *self._urgent, *dangers, *safe])

    def alarm(self, text: str) -> Alarm:
        """What the rules find."""
        places = self._forms.places(self._without_safe(self._mended(words(text))))
        guarded, urgent = _stands(self._guards, places), _stands(self._urgent, places)
        found = [
            case.numbers
            for case in self._cases
            if places
            and (urgent or not guarded)
            and not (guarded and case.is_cry)
            and _happens(case, places, urgent=urgent)
        ]
        numbers = list(dict.fromkeys(number for numbers in found for number in numbers))
        return Alarm(numbers, guarded, urgent)

    def _mended(self, line: list[Word]) -> list[Word]:
        """Slips put right that are no syllable; a word that may be meant is left alone."""
        return self._speller.mend_strange(line, self._knows)

    def _without_safe(self, line: list[Word]) -> list[Word]:
        """The line without harmless compounds; a longer wording of danger is none."""
        longest: defaultdict[int, int] = defaultdict(int)
        for form, places in self._forms.places(line).items():
            for place in places:
                for at in range(place.at, place.at + len(form)):
                    longest[at] = max(longest[at], len(form))
        safe = {
            at
            for form, places in self._safe.places(line).items()
            for place in places
            for at in range(place.at, place.at + len(form))
            if longest[at] <= len(form)
        }
        return [word for at, word in enumerate(line) if at not in safe]


class _Forms:
    """Wordings by their first word, so that one pass over a line finds them all."""

    def __init__(self, forms: Iterable[Form]) -> None:
        self._starting: defaultdict[str, set[Form]] = defaultdict(set)
        for form in forms:
            self._starting[form[0].bare].add(form)

    def places(self, line: Sequence[Word]) -> Places:
        """Where each wording stands in the line."""
        found: defaultdict[Form, list[_Place]] = defaultdict(list)
        for at, word in enumerate(line):
            for form in self._starting.get(word.bare, ()):
                typed = line[at : at + len(form)]
                if fits(form, typed):
                    bare = not any(one.has_marks for one in typed)
                    found[form].append(_Place(at, fits(form, typed, exact=True), bare))
        return found


def _case(row: Mapping[str, str], named: Mapping[str, str]) -> _Case:
    first, *rest = _JOIN.split(row["words"])
    groups = [_forms(group, named) for group in (first, *rest[1::2])]
    return _Case(
        tuple(row["numbers"].split("|")), groups, ">" in rest, row["typed"], row["kind"] == "cry"
    )


def _of(rows: Iterable[Mapping[str, str]], kind: str) -> list[Form]:
    return [form for row in rows if row["kind"] == kind for form in _forms(row["words"], {})]


def _forms(group: str, named: Mapping[str, str]) -> list[Form]:
    """The wordings of a group; `@name` stands for those of a named one."""
    spelled = "|".join(named[one[1:]] if one[0] == "@" else one for one in group.split("|"))
    return [tuple(words(form)) for form in spelled.split("|")]


def _stands(forms: Iterable[Form], places: Places) -> bool:
    return any(place.exact for form in forms for place in places.get(form, ()))


def _happens(case: _Case, places: Places, *, urgent: bool) -> bool:
    """Whether every group of the case stands in the line, close together."""
    standing = [
        [
            (place.at, place.exact or len(form) > 1)
            for form in group
            for place in places.get(form, ())
            if _counts(case, number, place)
        ]
        for number, group in enumerate(case.groups)
    ]
    return any(_together(case, found, urgent=urgent) for found in product(*standing))


def _counts(case: _Case, number: int, place: _Place) -> bool:
    if case.typed == "any":
        return True
    return place.bare if case.typed == "bare" else place.exact or number > 0


def _together(case: _Case, found: Sequence[tuple[int, bool]], *, urgent: bool) -> bool:
    """Whether the places are near, in order where that tells, and one is beyond doubt.

    A single syllable without marks may be any of several words: alone it proves nothing.
    """
    at = [place for place, _ in found]
    if max(at) - min(at) > NEAR or (case.in_order and at != sorted(set(at))):
        return False
    return case.typed != "any" or urgent or any(sure for _, sure in found)
