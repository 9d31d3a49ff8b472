"""From what people type to words: marks, spelling habits, words that mean the same.

Everything here works on one short line. A word is kept twice: with its marks (tone mark in one
place, i for y, hỏi and ngã as one, since the south speaks them as one) and bare (`fold`).
"""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from camaug.kernel.text import fold, fold_tones

FILLER, WEAK = "-", "~"
BOTH = "/"
"""Joins the concepts of a wording that may mean either."""
ONLY_WITH_MARKS = "="
_WORD = re.compile(r"\w+")
_I_FOR_Y = re.compile(r"(?<=[bcdđghklmnrstvx])y$|^quy$")
_NGA_TO_HOI = str.maketrans("ãẵẫẽễĩõỗỡũữỹỳýỵỷ", "ảẳẩẻểỉỏổởủửỷỳýỵỷ")
_Y = str.maketrans("yýỳỷỵ", "iíìỉị")


class Word(NamedTuple):
    """One typed word; `marked` equals `bare` when it was typed without marks."""

    marked: str
    bare: str

    @property
    def has_marks(self) -> bool:
        """Whether it was typed with marks."""
        return self.marked != self.bare


def words(text: str) -> list[Word]:
    """The words of a line."""
    return [_word(found) for found in _WORD.findall(fold_tones(text))]


@lru_cache(maxsize=2048)
def _word(typed: str) -> Word:
    bare = fold(typed)
    marked = typed.translate(_NGA_TO_HOI)
    if _I_FOR_Y.search(bare):
        bare, marked = f"{bare[:-1]}i", marked[:-1] + marked[-1].translate(_Y)
    return Word(marked, bare)


class Form(NamedTuple):
    """One wording of a concept."""

    concept: str
    words: tuple[Word, ...]
    only_with_marks: bool


class Unit(NamedTuple):
    """Words that stand for one thing: its concepts as `#concept`, or the bare word itself."""

    keys: tuple[str, ...]
    words: tuple[Word, ...]

    @property
    def is_weak(self) -> bool:
        """Whether it says little."""
        return self.keys == (f"#{WEAK}",)

    @property
    def is_concept(self) -> bool:
        """Whether other wordings mean the same."""
        return self.keys[0].startswith("#")


class Thesaurus:
    """Which wordings mean the same (`data/words.tsv`)."""

    def __init__(self, rows: Iterable[tuple[str, str]]) -> None:
        """`rows` are concept and its wordings, separated by semicolons."""
        self._forms: defaultdict[str, list[Form]] = defaultdict(list)
        for concept, forms in rows:
            for form in forms.split(";"):
                self._add(concept, form.strip())
        for starting in self._forms.values():
            starting.sort(key=lambda form: -len(form.words))

    def _add(self, concept: str, form: str) -> None:
        split = tuple(words(form.removeprefix(ONLY_WITH_MARKS)))
        entry = Form(concept, split, form.startswith(ONLY_WITH_MARKS))
        self._forms[split[0].bare].append(entry)

    def vocabulary(self) -> Iterator[tuple[Word, ...]]:
        """Every wording, as words."""
        for starting in self._forms.values():
            for form in starting:
                yield form.words

    def units(self, line: Sequence[Word]) -> list[Unit]:
        """The line cut into the longest known wordings, filler left out unless alone.

        Cut again without filler: "ông ngoại em mất" says "ông ngoại mất".
        """
        marked = any(word.has_marks for word in line)
        kept = [
            word
            for unit in self._cut(line, marked=marked)
            if unit.keys != (f"#{FILLER}",)
            for word in unit.words
        ]
        return list(self._cut(kept, marked=marked))

    def _cut(self, line: Sequence[Word], *, marked: bool) -> Iterator[Unit]:
        at = 0
        while at < len(line):
            form = self._longest(line, at, marked=marked)
            size = len(form.words) if form else 1
            concepts = form.concept.split(BOTH) if form else []
            keys = tuple(f"#{concept}" for concept in concepts) or (line[at].bare,)
            yield Unit(keys, tuple(line[at : at + size]))
            at += size

    def _longest(self, line: Sequence[Word], at: int, *, marked: bool) -> Form | None:
        fitting = (
            form
            for form in self._forms.get(line[at].bare, ())
            if (marked or not form.only_with_marks)
            and fits(form.words, line[at : at + len(form.words)], exact=form.only_with_marks)
        )
        first = next(fitting, None)
        if first is None:
            return None
        rivals = [first, *(form for form in fitting if len(form.words) == len(first.words))]
        return next((form for form in rivals if _same(form.words, line, at)), first)


def _same(form: Sequence[Word], line: Sequence[Word], at: int) -> bool:
    return all(one.marked == line[at + i].marked for i, one in enumerate(form))


def fits(form: Sequence[Word], line: Sequence[Word], *, exact: bool = False) -> bool:
    """Whether the words stand there; a word typed with marks must have the right ones."""
    return len(form) == len(line) and all(
        one.marked == typed.marked or (not exact and one.bare == typed.bare and not typed.has_marks)
        for one, typed in zip(form, line, strict=True)
    )


_SYLLABLE = re.compile(
    "(ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(ng|nh|ch|[cmnpt])?"
)
_TELEX = re.compile(r"(?<=[aeiouy])[sfrxjw]|(?<=[a-z])[0-9]+|(?<=[aeiouydngmtpch])[sfrxjw]$")
_DOUBLE = re.compile(r"(dd|aa|ee|oo)")
_REPEATED = re.compile(r"(.)\1+")
_SOUND = [
    (re.compile(pattern), by)
    for pattern, by in [
        ("^tr", "ch"), ("^x", "s"), ("^(gi|v|z|r)", "d"), ("^ngh", "ng"), ("^gh", "g"),
        ("^[kq]", "c"), ("(ng|nh)$", "n"), ("(c|ch)$", "t"), ("y", "i"), ("ie", "i"),
    ]
]  # fmt: skip
SHORTEST_TO_MEND = 3
SHORTEST_TO_SPLIT = 6
LONGEST_WORD = 6
PAIR_GAIN = 0.5


def sound(bare: str) -> str:
    """What a southern ear hears: tr as ch, v and gi as d, final ng as n, final c as t."""
    for pattern, by in _SOUND:
        bare = pattern.sub(by, bare)
    return bare


class Speller:
    """Mends words that the catalogue does not know, by the words and pairs that it knows."""

    def __init__(self, lines: Iterable[Sequence[Word]]) -> None:
        self._seen: Counter[str] = Counter()
        self._marked: set[str] = set()
        after: defaultdict[str, set[str]] = defaultdict(set)
        for line in lines:
            bare = [word.bare for word in line]
            self._seen.update(bare)
            self._marked.update(word.marked for word in line)
            for one, other in itertools.pairwise(bare):
                after[one].add(other)
        self._after = {one: tuple(others) for one, others in after.items()}
        self._near = _by(self._seen, _shortened)
        self._sounds = _by(self._seen, lambda known: (sound(known),))

    def mend(self, line: Sequence[Word]) -> list[Word]:
        """The line with unknown words put right where there is a likely one."""
        apart = [part for word in line for part in self._apart(word)]
        return [self._mended(apart, at) for at in range(len(apart))]

    def mend_strange(self, line: Sequence[Word], knows: Callable[[str], bool]) -> list[Word]:
        """The line with only such words mended as are no syllable and not known elsewhere."""
        apart = [
            part
            for word in line
            for part in ([word] if self._is_word(word, knows) else self._apart(word))
        ]
        return [
            word if self._is_word(word, knows) else self._mended(apart, at)
            for at, word in enumerate(apart)
        ]

    def _is_word(self, word: Word, knows: Callable[[str], bool]) -> bool:
        return _SYLLABLE.fullmatch(word.bare) is not None or knows(word.bare)

    def knows(self, bare: str) -> bool:
        """Whether the catalogue has this word."""
        return bare in self._seen

    def _apart(self, word: Word) -> list[Word]:
        if word.bare in self._seen:
            return [word]
        typed = _DOUBLE.sub(lambda found: found[0][0], word.bare)
        once = _REPEATED.sub(r"\1", word.bare)
        for guess in (typed, _TELEX.sub("", typed), _TELEX.sub("", word.bare), once):
            bare = _word(guess).bare
            if bare in self._seen:
                return [Word(bare, bare)]
        if len(word.bare) >= SHORTEST_TO_SPLIT and word.bare.isalpha():
            return [Word(part, part) for part in self._split(word.bare)] or [word]
        return [word]

    def _split(self, glued: str) -> list[str]:
        """Words written without a space: few, and such as are known to stand together."""
        best: list[tuple[float, list[str]] | None] = [(0.0, []), *[None] * len(glued)]
        for start, before in enumerate(best):
            if before is None:
                continue
            for end in range(start + 2, min(len(glued), start + LONGEST_WORD) + 1):
                part = _word(glued[start:end]).bare
                if part in self._seen:
                    cost, said = before
                    cost += 1 - PAIR_GAIN * bool(said and part in self._after.get(said[-1], ()))
                    rival = best[end]
                    if rival is None or cost < rival[0]:
                        best[end] = (cost, [*said, part])
        if best[-1] is None:
            return []
        cost, said = best[-1]
        return said if cost <= len(said) - PAIR_GAIN * (len(said) - 1) / 2 else []

    def _mended(self, line: Sequence[Word], at: int) -> Word:
        word = line[at]
        if len(word.bare) < SHORTEST_TO_MEND or not word.bare.isalpha() or self._beside(line, at):
            return word
        if word.has_marks and word.marked in self._marked:
            return word
        known, syllable = word.bare in self._seen, _SYLLABLE.fullmatch(word.bare) is not None
        alike = set(self._sounds.get(sound(word.bare), ()))
        slips = set[str]() if known or (syllable and word.has_marks) else self._slips(word.bare)
        rivals = [
            (self._beside(line, at, one), one in alike, self._seen[one], one)
            for one in (alike | slips) - {word.bare}
        ]
        best = max(rivals, default=None)
        if best is None or not (best[0] or not (known or syllable)):
            return word
        return Word(best[3], best[3])

    def _beside(self, line: Sequence[Word], at: int, guess: str | None = None) -> int:
        """How many of its neighbours the word is known to stand beside."""
        bare = guess or line[at].bare
        before = at > 0 and bare in self._after.get(line[at - 1].bare, ())
        return before + any(one.bare in self._after.get(bare, ()) for one in line[at + 1 : at + 2])

    def _slips(self, bare: str) -> set[str]:
        """Known words that are one slip of the finger away."""
        near = {one for key in _shortened(bare) for one in self._near.get(key, ())}
        return {one for one in near if _is_slip(one, bare)}


def _by(known: Iterable[str], keys: Callable[[str], Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """Words by keys of theirs; tuples, since there are ten thousand, and equal ones are one."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for word in known:
        for key in keys(word):
            found[key].append(word)
    same: dict[tuple[str, ...], tuple[str, ...]] = {}
    tuples = ((key, tuple(ones)) for key, ones in found.items())
    return {key: same.setdefault(ones, ones) for key, ones in tuples}


def _is_slip(meant: str, typed: str) -> bool:
    """Whether one letter is wrong, missing or too many, or two have changed places."""
    if len(meant) != len(typed):
        return meant in _shortened(typed) or typed in _shortened(meant)
    wrong = [at for at, pair in enumerate(zip(meant, typed, strict=True)) if pair[0] != pair[1]]
    swapped = len(wrong) == 2 and meant[wrong[0]] == typed[wrong[1]]  # noqa: PLR2004
    return len(wrong) == 1 or (swapped and wrong[1] - wrong[0] == 1)


def _shortened(bare: str) -> set[str]:
    return {bare, *(bare[:i] + bare[i + 1 :] for i in range(len(bare)))}
