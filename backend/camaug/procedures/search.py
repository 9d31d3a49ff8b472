"""Search as people ask: procedures, a question back, "not ours", or the numbers to call.

No service outside, no model: `search_index` compares words, and what people say is data
(`data/phrases.tsv`, `words.tsv`, `elsewhere.tsv`, `emergencies.tsv`).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from camaug.agencies.seed import read
from camaug.kernel.text import fold
from camaug.procedures.search_emergencies import Emergencies
from camaug.procedures.search_index import Entry, Found, Index
from camaug.procedures.search_words import Thesaurus
from camaug_sdk.records import Hit, Procedure, SearchAnswer

LEAST = 0.30
"""Below this score nothing in the catalogue is what was asked."""
ALIKE = (0.85, 0.93, 0.95, 0.97)
"""From this share of the best score on, another procedure fits about equally: for questions of
one unit of meaning, two, three, more. The more somebody says, the less we ask back."""
EXACT = 0.97
"""From this score on the question is a known phrase: only another such phrase is its equal."""
WORTH_SHOWING = 0.5
"""From this share of the best score on, a procedure is listed below the best."""
MOST_CANDIDATES = 6
LONGEST_QUESTION = 200


class Finder:
    """One state of the catalogue, ready to answer."""

    def __init__(self, catalogue: Iterable[Procedure]) -> None:
        self._catalogue = {one.code: one for one in catalogue}
        topics = list(read("elsewhere.tsv"))
        self._topics = {f"-{row['id']}": row for row in topics}
        everyday = _everyday()
        entries = [_entry(one, everyday.get(one.code, [])) for one in self._catalogue.values()]
        entries += [
            Entry(key=f"-{row['id']}", phrases=row["phrases"].split("; ")) for row in topics
        ]
        thesaurus = Thesaurus((row["concept"], row["forms"]) for row in read("words.tsv"))
        self._index = Index(entries, thesaurus)
        self._emergencies = Emergencies(read("emergencies.tsv"))

    def answer(self, text: str, *, limit: int = 10) -> SearchAnswer:
        """What the text asks for; at most `limit` procedures."""
        asked = text[:LONGEST_QUESTION]
        numbers = self._emergencies.numbers(asked)
        found = self._index.find(asked, limit + len(self._topics))
        ours = [one for one in found if one.key in self._catalogue]
        if numbers:
            return SearchAnswer(kind="emergency", numbers=numbers)
        if not ours or ours[0].score < LEAST or found[0].key in self._topics:
            return self._not_ours(found)
        margin = ALIKE[min(self._index.units(asked), len(ALIKE)) - 1]
        if ours[0].score > EXACT:
            margin = max(margin, EXACT)
        alike = [one for one in ours if one.score >= margin * ours[0].score]
        if len(alike) > 1:
            return SearchAnswer(kind="clarify", hits=self._hits(alike[:MOST_CANDIDATES]))
        shown = [one for one in ours if one.score >= WORTH_SHOWING * ours[0].score]
        return SearchAnswer(kind="hits", hits=self._hits(shown[:limit]))

    def _not_ours(self, found: Sequence[Found]) -> SearchAnswer:
        topic = self._topics.get(found[0].key) if found and found[0].score >= LEAST else None
        if topic is None:
            return SearchAnswer(kind="out_of_scope")
        return SearchAnswer(
            kind="out_of_scope", advice_vi=topic["advice_vi"], advice_en=topic["advice_en"]
        )

    def _hits(self, found: Iterable[Found]) -> list[Hit]:
        return [_hit(self._catalogue[one.key], one.score) for one in found]


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
    by_fold: dict[str, str] = {}
    for phrase in [*said, procedure.name_en, procedure.code]:
        kept = by_fold.setdefault(fold(phrase), phrase)
        if kept.isascii():
            by_fold[fold(phrase)] = phrase
    papers = [component.label for component in procedure.components]
    return Entry(
        key=procedure.code,
        phrases=list(by_fold.values()),
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
