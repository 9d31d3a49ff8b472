"""Builds HTML from elements, so that nothing reaches a page unescaped by oversight."""

from collections.abc import Iterable
from html import escape

_VOID = frozenset({"meta", "link", "input", "br"})


class Html(str):
    """Text that is HTML already. Only this module makes it."""

    __slots__ = ()


def _children(child: "Html | str | Iterable[Html | str]") -> str:
    if isinstance(child, Html):
        return child
    if isinstance(child, str):
        return escape(child)
    return "".join(_children(part) for part in child)


def el(
    tag: str, /, *children: "Html | str | Iterable[Html | str]", **attributes: str | bool
) -> Html:
    """Return an element; ``class_`` writes class, ``data_x`` data-x, True a bare name."""
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(value)}"')
        for key, value in attributes.items()
        if value is not False
    )
    if tag in _VOID:
        return Html(f"<{tag}{written}>")
    return Html(f"<{tag}{written}>{''.join(_children(child) for child in children)}</{tag}>")


def document(language: str, head: Iterable[Html], body: Html) -> Html:
    """Return a whole page."""
    root = el("html", el("head", head), body, lang=language)
    return Html("<!doctype html>\n" + root)
