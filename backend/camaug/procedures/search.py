"""Search as people ask: procedures, a question back, "not ours", or the numbers to call.

No service outside: `search_index` compares words, and what people say is data, with the learnt
weights (`data/phrases.tsv`, `words.tsv`, `elsewhere.tsv`, `emergencies.tsv`, `danger_words.tsv`).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from camaug.agencies.seed import read
from camaug.kernel.text import fold
from camaug.procedures.search_asking import Asking, signs
from camaug.procedures.search_doubt import MAYBE, SURE, Doubt, Signals
from camaug.procedures.search_emergencies import Alarm, Emergencies
from camaug.procedures.search_index import Entry, Found, Index
from camaug.procedures.search_words import WEAK, Thesaurus, words
from camaug_sdk.records import Hit, Procedure, SearchAnswer

LEAST = 0.24
"""Below this fit nothing in the catalogue is what was asked."""


EXACT = 0.97
"""From this nearness on the question is a known phrase."""
OURS_FIRST = 0.8
"""Of the fit of a matter of somebody else, this share is enough for a procedure."""
WORTH_OFFERING = 0.6
"""When we ask back, what is this near is offered too."""
WORTH_SHOWING = 0.5
"""From this share of the best score on, a procedure is listed below the best."""
MOST_CANDIDATES = 6
LONGEST_QUESTION = 300


class Finder:
    """One state of the catalogue, ready to answer."""

    def __init__(self, catalogue: Iterable[Procedure]) -> None:
        self._doubt = Doubt(read("danger_words.tsv"), read("danger_numbers.tsv"))
        self._catalogue = {one.code: one for one in catalogue}
        self._topics = {f"-{row['id']}": row for row in read("elsewhere.tsv")}
        everyday = _everyday()
        entries = [_entry(one, everyday.get(one.code, [])) for one in self._catalogue.values()]
        entries += [
            Entry(key=key, phrases=row["phrases"].split("; "), loose=True)
            for key, row in self._topics.items()
        ]
        self._index = Index(entries, _thesaurus())
        self._emergencies = Emergencies(read("emergencies.tsv"), self._index.knows)
        self._asking = Asking(read("asking_weights.tsv"))

    def answer(self, text: str, *, limit: int = 10) -> SearchAnswer:
        """What the text asks for; at most `limit` procedures."""
        asked = text[:LONGEST_QUESTION]
        found = self._index.find(asked, limit + MOST_CANDIDATES + len(self._topics))
        alarm = self._emergencies.alarm(asked)
        danger = self._doubt.danger(asked, self._signals(alarm, found))
        if danger >= SURE:
            return SearchAnswer(kind="emergency", numbers=self._numbers(asked, alarm))
        answer = self._calm(asked, found, limit)
        known = not alarm.numbers and any(one.nearest > EXACT for one in found)
        if danger < MAYBE or known:
            return answer
        return replace(answer, numbers=self._numbers(asked, alarm))

    def _numbers(self, asked: str, alarm: Alarm) -> list[str]:
        return list(dict.fromkeys([*alarm.numbers, *self._doubt.numbers(asked)]))

    def signals(self, text: str) -> Signals:
        """What tells a cry from a question, beside the words themselves."""
        asked = text[:LONGEST_QUESTION]
        found = self._index.find(asked, MOST_CANDIDATES + len(self._topics))
        return self._signals(self._emergencies.alarm(asked), found)

    def _signals(self, alarm: Alarm, found: Sequence[Found]) -> Signals:
        return Signals(
            ruled=bool(alarm.numbers),
            guarded=alarm.guarded,
            urgent=alarm.urgent,
            ours=max((one.fit for one in found if one.key in self._catalogue), default=0.0),
            elsewhere=max((one.fit for one in found if one.key in self._topics), default=0.0),
        )

    def _calm(self, asked: str, found: Sequence[Found], limit: int) -> SearchAnswer:
        """The answer to somebody who is in no danger."""
        ours = [one for one in found if one.key in self._catalogue]
        elsewhere = max((one.fit for one in found if one.key in self._topics), default=0.0)
        if not ours or ours[0].fit < max(LEAST, OURS_FIRST * elsewhere):
            return self._not_ours(found)
        offered = self._offered(asked, ours)
        if offered:
            return SearchAnswer(kind="clarify", hits=self._hits(offered[:limit]))
        shown = [one for one in ours if one.score >= WORTH_SHOWING * ours[0].score]
        return SearchAnswer(kind="hits", hits=self._hits(shown[:limit]))

    def _offered(self, asked: str, ours: Sequence[Found]) -> list[Found]:
        """What to ask back with; empty when the best alone is meant."""
        if [one.key for one in ours if one.nearest > EXACT] == [ours[0].key]:
            return []
        if not self._asking.asks(ours, self._index.units(asked), len(words(asked))):
            return []
        near = [one for one in ours if one.nearest >= WORTH_OFFERING * ours[0].nearest]
        return near[:MOST_CANDIDATES]

    def asking(self, text: str) -> list[str]:
        """The signs by which we decide whether to ask back."""
        asked = text[:LONGEST_QUESTION]
        found = self._index.find(asked, MOST_CANDIDATES + len(self._topics))
        ours = [one for one in found if one.key in self._catalogue]
        return signs(ours, self._index.units(asked), len(words(asked)))

    def _not_ours(self, found: Sequence[Found]) -> SearchAnswer:
        fitting = [one for one in found if one.key in self._topics and one.fit >= LEAST]
        if not fitting:
            return SearchAnswer(kind="out_of_scope")
        topic = self._topics[max(fitting, key=lambda one: one.fit).key]
        return SearchAnswer(
            kind="out_of_scope", advice_vi=topic["advice_vi"], advice_en=topic["advice_en"]
        )

    def _hits(self, found: Iterable[Found]) -> list[Hit]:
        return [_hit(self._catalogue[one.key], one.score) for one in found]


def _thesaurus() -> Thesaurus:
    """Words that mean the same; names of communes say nothing about what is asked."""
    places = [(WEAK, row["name"]) for row in read("communes.tsv") if " " in row["name"]]
    return Thesaurus([*((row["concept"], row["forms"]) for row in read("words.tsv")), *places])


def _everyday() -> dict[str, list[str]]:
    """Everyday phrases by procedure code."""
    phrases: defaultdict[str, list[str]] = defaultdict(list)
    for row in read("phrases.tsv"):
        for code in row["codes"].split("|"):
            phrases[code] += row["phrases"].split("; ")
    return phrases


def _entry(procedure: Procedure, everyday: Sequence[str]) -> Entry:
    """Names, aliases and everyday phrases; of two that differ in marks only, the marked one."""
    said = [procedure.short_name, procedure.name, *procedure.aliases, *everyday]
    marked = {fold(phrase) for phrase in said if not phrase.isascii()}
    kept = [phrase for phrase in said if not phrase.isascii() or phrase not in marked]
    papers = [component.label for component in procedure.components]
    return Entry(
        key=procedure.code,
        phrases=list(dict.fromkeys([*kept, procedure.name_en, procedure.code])),
        context=[procedure.field, procedure.result.name, *papers],
    )


def _hit(procedure: Procedure, score: float) -> Hit:
    return Hit(
        code=procedure.code,
        short_name=procedure.short_name,
        name_en=procedure.name_en,
        field=procedure.field,
        online=procedure.channel("online") is not None,
        score=round(score, 4),
    )
