"""The pages' language: Vietnamese unless the address or the browser asks for English."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import msgspec
from aiohttp import web

from camaug_simulators.clock import utc_now, vietnam

LANGUAGES = ("vi", "en")
_LOCALES = Path(__file__).parent / "locales"


@cache
def _catalogue(language: str) -> dict[str, str]:
    content = (_LOCALES / f"{language}.json").read_bytes()
    return msgspec.json.decode(content, type=dict[str, str])


class Words:
    """The texts of one language, and its ways of writing dates."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._texts = _catalogue(language)

    def __call__(self, key: str, **values: str | int) -> str:
        """Return a text with its values put in."""
        return self._texts[key].format(**values)

    def long_date(self, instant: datetime) -> str:
        """Return weekday, day and month: "thứ Ba, 24 tháng 11"."""
        local = vietnam(instant)
        weekday, month = self(f"weekday.{local.weekday()}"), self(f"month.{local.month}")
        return self("date.long", weekday=weekday, day=local.day, month=month)

    def when(self, instant: datetime) -> str:
        """Return "now", the time if it was today, else day, month and time."""
        now = utc_now()
        if now - instant < timedelta(minutes=1):
            return self("time.now")
        local = vietnam(instant)
        if local.date() == vietnam(now).date():
            return f"{local:%H:%M}"
        return f"{local.day}/{local.month} {local:%H:%M}"


def words_for(query: Mapping[str, str], accept_language: str) -> Words:
    """Choose by ``?lang=``, then by the browser's first known language."""
    asked = query.get("lang", "")
    if asked in LANGUAGES:
        return Words(asked)
    preferred = [part.split(";")[0].strip()[:2].lower() for part in accept_language.split(",")]
    return Words(next((code for code in preferred if code in LANGUAGES), LANGUAGES[0]))


def words_of(request: web.Request) -> Words:
    """Return the words for the reader of a page."""
    return words_for(request.query, request.headers.get("Accept-Language", ""))
