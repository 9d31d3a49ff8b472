"""Catalogues: flat ids to texts in Vietnamese and English, plurals by CLDR, moments in words.

Two languages need four lines of CLDR; the library that has it all takes 6 MiB of each process. A
test holds that both say the same.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path

import msgspec

from camaug.kernel.clock import LOCAL
from camaug_sdk.records import Language

Text = str | dict[str, str]
"""A text, or its plural forms (`one`, `other`)."""
WEEKDAYS = {
    "vi": ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


class _Layers(Mapping[str, Text]):
    """Two mappings as one, without a copy of either."""

    def __init__(self, upper: Mapping[str, Text], lower: Mapping[str, Text]) -> None:
        self._upper, self._lower = upper, lower

    def __getitem__(self, text_id: str) -> Text:
        found = self._upper.get(text_id)
        return self._lower[text_id] if found is None else found

    def __iter__(self) -> Iterator[str]:
        yield from {**self._lower, **self._upper}

    def __len__(self) -> int:
        return len(self._upper.keys() | self._lower.keys())


class MissingText(KeyError):
    """No catalogue has that id in that language."""


class Catalogue:
    """Texts of one component, in both languages."""

    def __init__(self, texts: Mapping[Language, Mapping[str, Text]]) -> None:
        self._texts = texts

    @classmethod
    def read(cls, *folders: Path) -> "Catalogue":
        """Read `vi.json` and `en.json` of each `locales` folder into one catalogue."""
        texts: dict[Language, dict[str, Text]] = {"vi": {}, "en": {}}
        for folder in folders:
            for language, known in texts.items():
                raw = (folder / f"{language}.json").read_bytes()
                known.update(msgspec.json.decode(raw, type=dict[str, Text]))
        return cls(texts)

    def over(self, other: "Catalogue") -> "Catalogue":
        """These texts, and those of `other` where an id is missing here."""
        languages: tuple[Language, ...] = ("vi", "en")
        lower = other._texts  # noqa: SLF001  (the same class)
        return Catalogue({one: _Layers(self._texts[one], lower[one]) for one in languages})

    def lonely(self) -> list[str]:
        """Ids that exist in one language only."""
        return sorted(self._texts["vi"].keys() ^ self._texts["en"].keys())

    def has(self, text_id: str) -> bool:
        """Whether the text exists (in Vietnamese; a test keeps the languages equal)."""
        return text_id in self._texts["vi"]

    def text(self, language: Language, text_id: str, /, **args: str | int) -> str:
        """The text with its placeholders filled. Raises `MissingText`."""
        found = self._texts[language].get(text_id)
        if found is None:
            raise MissingText(text_id)
        if isinstance(found, dict):
            form = "one" if language == "en" and int(args["count"]) == 1 else "other"
            found = found.get(form, found["other"])
        return found.format_map(args) if args else found

    def moment(self, language: Language, at: datetime) -> str:
        """See the function of the same name."""
        return moment(language, at)

    def money(self, language: Language, vnd: int) -> str:
        """See the function of the same name."""
        return money(language, vnd)


def moment(language: Language, at: datetime) -> str:
    """An instant in local time with its weekday: "08:02 thứ Ba 24/11", "08:02 Tuesday 24/11"."""
    local = at.astimezone(LOCAL)
    return f"{local:%H:%M} {WEEKDAYS[language][local.weekday()]} {local:%d/%m}"


def day(language: Language, on: date) -> str:
    """A date with its weekday and year: "thứ Ba 24/11/2026"."""
    return f"{WEEKDAYS[language][on.weekday()]} {on:%d/%m/%Y}"


def money(language: Language, vnd: int) -> str:
    """An amount: "8.000 đ" in Vietnamese, "8,000 VND" in English."""
    unit = "đ" if language == "vi" else "VND"
    return f"{number(language, vnd)} {unit}"


def number(language: Language, value: int) -> str:
    """A whole number: "1.234.567" in Vietnamese, "1,234,567" in English."""
    grouped = f"{value:,}"
    return grouped.replace(",", ".") if language == "vi" else grouped


def negotiate(accept_language: str | None) -> Language:
    """`en` when it is asked for before Vietnamese, else `vi`."""
    for part in (accept_language or "").lower().split(","):
        tag = part.split(";")[0].strip()
        if tag.startswith("vi"):
            return "vi"
        if tag.startswith("en"):
            return "en"
    return "vi"
