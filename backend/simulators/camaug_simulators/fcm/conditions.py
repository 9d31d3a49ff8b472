"""Topic names and conditions: ``'a' in topics && ('b' in topics || !('c' in topics))``.

At most five topics in a condition; ``!`` binds closest, then ``&&``, then ``||``.
"""

import re
from collections.abc import Callable

TOPIC_NAME = re.compile(r"[a-zA-Z0-9\-_.~%]{1,900}")
_MAX_TOPICS = 5
_WORD = re.compile(r"\s*(?:(&&|\|\||!|\(|\))|(['\"])([^'\"]*)\2\s+in\s+topics\b)")

Condition = Callable[[set[str]], bool]


class BadCondition(ValueError):
    """The text is no condition."""


def parse_condition(text: str) -> Condition:
    """Return a predicate over the set of topics that a device is subscribed to.

    Raises:
        BadCondition: wrong syntax, a bad topic name or too many topics.
    """
    words = _words(text)
    if sum(word.startswith("'") for word in words) > _MAX_TOPICS:
        raise BadCondition(text)
    condition = _any_of(words)
    if words:
        raise BadCondition(text)
    return condition


def _words(text: str) -> list[str]:
    words: list[str] = []
    position = 0
    while text[position:].strip():
        match = _WORD.match(text, position)
        if match is None or (match[1] is None and not TOPIC_NAME.fullmatch(match[3])):
            raise BadCondition(text)
        words.append(match[1] or "'" + match[3])
        position = match.end()
    return words


def _any_of(words: list[str]) -> Condition:
    parts = [_all_of(words)]
    while words[:1] == ["||"]:
        words.pop(0)
        parts.append(_all_of(words))
    return lambda topics: any(part(topics) for part in parts)


def _all_of(words: list[str]) -> Condition:
    parts = [_single(words)]
    while words[:1] == ["&&"]:
        words.pop(0)
        parts.append(_single(words))
    return lambda topics: all(part(topics) for part in parts)


def _single(words: list[str]) -> Condition:
    word = words.pop(0) if words else ""
    if word == "!":
        negated = _single(words)
        return lambda topics: not negated(topics)
    if word == "(":
        inner = _any_of(words)
        if words[:1] != [")"]:
            raise BadCondition(word)
        words.pop(0)
        return inner
    if not word.startswith("'"):
        raise BadCondition(word)
    return lambda topics: word[1:] in topics
