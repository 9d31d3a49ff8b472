"""An index of short phrases: which entry says most nearly what was asked.

A line becomes features: concepts, bare words, words with marks, and pairs of units. A feature
weighs by how few entries have it. An entry's score joins its nearest single phrase with how much
of the question its phrases cover together.
"""

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, pairwise, product
from typing import Any, NamedTuple

import msgspec

from camaug.procedures.search_words import Speller, Thesaurus, Unit, Word, words

CONCEPT, WORD, WORD_IN_CONCEPT, WEAK_WORD, PAIR = 1.4, 1.0, 0.3, 0.25, 0.6
"""How much a feature weighs by its kind."""
MARKS = 0.5
"""The share of a word typed with marks that only the same marks earn."""
UNKNOWN = 0.8
"""How much of a word that no entry has counts as not covered."""
CONTEXT = 0.3
"""How much a word of an entry's papers, field or result counts, beside its phrases."""
ASKED_MORE, SAID_MORE = 0.35, 0.4
"""What features cost that only the question, or only the phrase, has."""
CENTRAL = 4
"""In how many phrases of an entry a feature stands to count half as what the entry is about."""
NEAREST = 0.4
"""The share of the nearest phrase in the score."""
RANKED = 20
"""How many entries are compared phrase by phrase."""
LOOKED_AT = 3000
"""How many places of the postings choose those entries, those of the most telling features."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Something that can be found: its phrases, and other text about it."""

    key: str
    phrases: Sequence[str]
    context: Sequence[str] = ()
    loose: bool = False
    """Whether the phrases are of matters that have little to do with each other."""


class Found(NamedTuple):
    """An entry and how it compares, each 0 to 1."""

    key: str
    score: float
    """Ranks entries for one question."""
    nearest: float
    """How near the nearest single phrase is."""
    fit: float
    """Tells what was asked from what was not, also for long questions: a pair of words that is
    not found costs nothing, since a long question has many by chance."""


class _Features(NamedTuple):
    """The features of one entry: in which phrases, how much those weigh, and the context's."""

    having: Mapping[str, Sequence[int]]
    weights: Sequence[float]
    context: frozenset[str]


class _Once(dict[Any, Any]):
    """What is equal as one object: entries have most of their features in common."""

    def __missing__(self, value: Any) -> Any:
        self[value] = value
        return value

    def keys_of(self, some: Mapping[str, float]) -> dict[str, float]:
        """The same mapping, by keys that are kept once."""
        return {self[key]: value for key, value in some.items()}


class Index:
    """Entries by features; made once, asked often."""

    def __init__(self, entries: Sequence[Entry], thesaurus: Thesaurus) -> None:
        self._thesaurus = thesaurus
        self._keys = [entry.key for entry in entries]
        self._loose = [entry.loose for entry in entries]
        lines = [[words(phrase) for phrase in entry.phrases] for entry in entries]
        around = [[words(text) for text in entry.context] for entry in entries]
        known = (line for group in (*lines, *around) for line in group)
        self._speller = Speller([*known, *thesaurus.vocabulary()])
        once = _Once()
        said = [[once.keys_of(self._said(line)) for line in group] for group in lines]
        del lines  # a process keeps the most that it ever took
        self._rarity = _rarity(said)
        self._entries = [
            self._weigh(phrases, (self._said(line) for line in context), once)
            for phrases, context in zip(said, around, strict=True)
        ]
        self._postings = self._post()

    def knows(self, bare: str) -> bool:
        """Whether any entry has this word."""
        return self._speller.knows(bare)

    def units(self, text: str) -> int:
        """How many units of the question say something."""
        units = self._thesaurus.units(self._speller.mend(words(text)))
        return sum(not unit.is_weak for unit in units)

    def find(self, text: str, limit: int) -> list[Found]:
        """The nearest entries, best first."""
        asked = self._asked(text)
        scored = [self._score(entry, asked) for entry in self._likely(asked)]
        return sorted(scored, key=lambda one: (-one.score, one.key))[:limit]

    def _likely(self, asked: Mapping[str, float]) -> list[int]:
        """The entries worth a closer look, by the most telling features."""
        covered: defaultdict[int, float] = defaultdict(float)
        looked_at = 0
        for feature, weight in sorted(asked.items(), key=lambda item: -item[1]):
            having = self._postings.get(feature, ())
            looked_at += len(having)
            if looked_at > LOOKED_AT and covered:
                break
            for entry in having:
                covered[entry] += weight
        return heapq.nlargest(RANKED, covered, key=covered.__getitem__)

    def _score(self, at: int, asked: Mapping[str, float]) -> Found:
        entry = self._entries[at]
        shared: defaultdict[int, float] = defaultdict(float)
        pairs: defaultdict[int, float] = defaultdict(float)
        covered = in_pairs = total = words_only = 0.0
        for feature, weight in asked.items():
            phrases = entry.having.get(feature, ())
            around = CONTEXT if feature in entry.context else 0.0
            covered += weight * (len(phrases) / (len(phrases) + CENTRAL) or around)
            total += weight
            in_pair = weight if "+" in feature else 0.0
            words_only += weight - in_pair
            in_pairs += in_pair if phrases else 0.0
            for phrase in phrases:
                shared[phrase] += weight
                pairs[phrase] += in_pair
        nearest = fit = together = 0.0
        for phrase, both in shared.items():
            said_more = SAID_MORE * max(0.0, entry.weights[phrase] - both)
            found = words_only + pairs[phrase]
            nearest = max(nearest, both / (both + ASKED_MORE * (total - both) + said_more))
            fit = max(fit, both / (both + ASKED_MORE * (found - both) + said_more))
            together = max(together, both / found)
        if not self._loose[at]:
            together = covered / (words_only + in_pairs)
        return Found(
            key=self._keys[at],
            score=NEAREST * nearest + (1 - NEAREST) * covered / total,
            nearest=nearest,
            fit=NEAREST * fit + (1 - NEAREST) * together,
        )

    def _asked(self, text: str) -> dict[str, float]:
        """The features of a question with their weights."""
        units = self._thesaurus.units(self._speller.mend(words(text)))
        asked: dict[str, float] = {}
        for feature, kind in _features(units).items():
            asked[feature] = kind * self._weight(feature)
        for word in (word for unit in units for word in unit.words if word.has_marks):
            whole = asked.get(word.bare, 0.0)
            marked = f"={word.marked}"
            if marked not in asked:
                asked[marked] = whole * MARKS
                asked[word.bare] = whole * (1 - MARKS)
        return {feature: weight for feature, weight in asked.items() if weight}

    def _weight(self, feature: str) -> float:
        if feature in self._rarity:
            return self._rarity[feature]
        return 0.0 if "+" in feature else UNKNOWN * self._rarity[""]

    def _said(self, line: Sequence[Word]) -> dict[str, float]:
        """The features of a phrase; both kinds of a word, of which a question uses what it has."""
        units = self._thesaurus.units(line)
        marked = {f"={word.marked}": 0.0 for unit in units for word in unit.words}
        return _features(units) | marked

    def _weigh(
        self,
        said: Sequence[Mapping[str, float]],
        context: Iterable[Mapping[str, float]],
        once: "_Once",
    ) -> _Features:
        having: defaultdict[str, list[int]] = defaultdict(list)
        for at, phrase in enumerate(said):
            for feature in phrase:
                having[feature].append(at)
        weights = [
            sum(kind * self._rarity[feature] for feature, kind in phrase.items() if kind)
            for phrase in said
        ]
        around = frozenset(feature for line in context for feature in line)
        kept = {once[feature]: once[tuple(phrases)] for feature, phrases in having.items()}
        return _Features(kept, weights, frozenset(once[one] for one in around - having.keys()))

    def _post(self) -> dict[str, tuple[int, ...]]:
        """Entries by feature."""
        postings: defaultdict[str, list[int]] = defaultdict(list)
        for at, entry in enumerate(self._entries):
            for feature in (*entry.having, *entry.context):
                postings[feature].append(at)
        return {feature: tuple(entries) for feature, entries in postings.items()}


def _features(units: Sequence[Unit]) -> dict[str, float]:
    """Concepts, words, and pairs: any two concepts, and units side by side, in any order."""
    features: dict[str, float] = {}
    telling = [unit for unit in units if not unit.is_weak]
    for unit in units:
        kind = WEAK_WORD if unit.is_weak else WORD_IN_CONCEPT if unit.is_concept else WORD
        for word in unit.words:
            features[word.bare] = max(kind, features.get(word.bare, 0.0))
    concepts = sorted({key for unit in telling if unit.is_concept for key in unit.keys})
    beside = [pair for two in pairwise(telling) for pair in product(two[0].keys, two[1].keys)]
    pairs = ["+".join(sorted(pair)) for pair in (*combinations(concepts, 2), *beside)]
    return features | dict.fromkeys(concepts, CONCEPT) | dict.fromkeys(pairs, PAIR)


def _rarity(said: Sequence[Sequence[Mapping[str, float]]]) -> dict[str, float]:
    """How telling a feature is; under the empty key that of one which no entry has."""
    having: defaultdict[str, int] = defaultdict(int)
    for entry in said:
        for feature in {feature for phrase in entry for feature in phrase}:
            having[feature] += 1
    count = len(said) + 1
    rarity = {feature: math.log(count / (n + 0.5)) for feature, n in having.items()}
    return rarity | {"": math.log(count / 0.5)}
