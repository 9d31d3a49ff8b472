"""Danger to life in a question: which numbers to call (`data/emergencies.tsv` has the rules)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from camaug.procedures.search_words import Word, fits, words

NEAR = 8
"""Groups of one case start at most this many words apart."""
Form = tuple[Word, ...]


class _Place(NamedTuple):
    """Where a form stands, and how it was typed there."""

    at: int
    exact: bool
    bare: bool


class _Case(NamedTuple):
    numbers: tuple[str, ...]
    groups: Sequence[Sequence[Form]]
    typed_bare: bool


Places = Mapping[Form, Sequence[_Place]]


class Emergencies:
    """The cases, and what tells a question about papers from a cry for help."""

    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        rows = list(rows)
        self._safe = _Forms(_of(rows, "safe"))
        self._guards = _of(rows, "guard")
        self._urgent = _of(rows, "urgent")
        self._cases = [
            _Case(
                tuple(row["numbers"].split("|")),
                [_forms(group) for group in row["words"].split(" + ")],
                row["typed"] == "bare",
            )
            for row in rows
            if row["kind"] == "case"
        ]
        dangers = [form for case in self._cases for group in case.groups for form in group]
        self._forms = _Forms([*self._guards, *self._urgent, *dangers])

    def numbers(self, text: str) -> list[str]:
        """The numbers to call, most urgent first; none when nobody is in danger."""
        places = self._forms.places(self._without_safe(words(text)))
        if _stands(self._guards, places) and not _stands(self._urgent, places):
            return []
        found = [case.numbers for case in self._cases if places and _happens(case, places)]
        return list(dict.fromkeys(number for numbers in found for number in numbers))

    def _without_safe(self, line: list[Word]) -> list[Word]:
        safe = {
            place.at + step
            for form, places in self._safe.places(line).items()
            for place in places
            for step in range(len(form))
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


def _of(rows: Iterable[Mapping[str, str]], kind: str) -> list[Form]:
    return [form for row in rows if row["kind"] == kind for form in _forms(row["words"])]


def _forms(group: str) -> list[Form]:
    return [tuple(words(form)) for form in group.split("|")]


def _stands(forms: Iterable[Form], places: Places) -> bool:
    return any(place.exact for form in forms for place in places.get(form, ()))


def _happens(case: _Case, places: Places) -> bool:
    """Whether every group of the case stands in the line, close together."""
    standing = [
        [
            place.at
            for form in group
            for place in places.get(form, ())
            if (place.bare if case.typed_bare else place.exact or number > 0)
        ]
        for number, group in enumerate(case.groups)
    ]
    return any(max(found) - min(found) <= NEAR for found in product(*standing))
