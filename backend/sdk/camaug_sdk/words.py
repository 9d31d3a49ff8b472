"""The words of one plugin in one language, as the functions that build a screen take them."""

from datetime import datetime
from typing import Literal, final

from camaug_sdk.records import Language
from camaug_sdk.services import I18n


@final
class Words:
    """`t = Words(app.i18n, visitor.language)`, then `t("track.title")`."""

    __slots__ = ("_i18n", "_text", "language")

    def __init__(self, i18n: I18n, language: Language) -> None:
        self._i18n = i18n
        self._text = i18n.text  # a page asks for dozens of texts
        self.language: Language = language

    def __call__(self, text_id: str, /, **args: str | int) -> str:
        """The text; plural forms are chosen by `count`. Missing ids raise `KeyError`."""
        if args:
            return self._text(self.language, text_id, **args)
        return self._text(self.language, text_id)

    def find(self, text_id: str) -> str | None:
        """The text, or None when no catalogue has it: for ids that are made from data."""
        try:
            return self._i18n.text(self.language, text_id)
        except KeyError:
            return None

    def moment(self, at: datetime) -> str:
        """An instant in words, local time with weekday: "08:02 thứ Ba 24/11"."""
        return self._i18n.moment(self.language, at)

    def money(self, vnd: int) -> str:
        """An amount: "8.000 đ"."""
        return self._i18n.money(self.language, vnd)

    def pick(self, vi: str, en: str) -> str:
        """Whichever of a record's two texts is in the language."""
        return vi if self.language == "vi" else en

    @property
    def vietnamese(self) -> Literal["vi"] | None:
        """`lang` of a catalogue text that exists in Vietnamese only, on a screen in English."""
        return "vi" if self.language == "en" else None
