"""Many addresses at once: the form, and one row for each line."""

from collections import Counter
from collections.abc import Sequence

from camaug_address_converter.addresses import Answer, Reader
from camaug_address_converter.start_pages import API, HOME, source, title
from camaug_sdk import FieldError, Go, Invalid, Screen, Send, Words
from camaug_sdk.actions import Tone
from camaug_sdk.fields import LongTextField
from camaug_sdk.screens import Badge, Button, Cell, Column, Form, Link, Row, Stat, Stats, Table

MOST_LINES = 300
LONGEST_LINE = 200
MOST_LETTERS = 40_000
"""Of the whole list."""
STATES: dict[str, str] = {
    "found": "found", "new": "new", "split": "ask", "namesakes": "ask", "mismatch": "ask",
    "no_unit": "ask", "several": "ask", "gap": "unknown", "elsewhere": "unknown",
    "unknown": "unknown",
}  # fmt: skip
"""What an answer means for somebody with a long list."""
TONES: dict[str, tuple[Tone, str]] = {
    "found": ("good", "check"),
    "new": ("good", "check-check"),
    "ask": ("warn", "circle-help"),
    "unknown": ("neutral", "circle-x"),
}


def form(t: Words) -> Screen:
    """Where the list is pasted."""
    field = LongTextField(
        name="addresses",
        label=t("addresses"),
        hint=t("addresses_hint", count=MOST_LINES),
        required=True,
        max_length=MOST_LETTERS,
    )
    send = Send(href=f"{API}/many")
    return Screen(
        title=t("many"),
        lang=t.language,
        back=Go(href=HOME),
        blocks=[
            Form(
                id="many",
                blocks=[field],
                submit=Button(label=t("convert"), style="primary", action=send),
            ),
            source(t),
        ],
    )


def lines(text: str) -> list[str]:
    """The lines that say something. Raises `Invalid` when there are none, or too many."""
    found = [line.strip() for line in text.splitlines() if line.strip()]
    if not found:
        raise Invalid(errors=[FieldError(pointer="/addresses", code="no_lines")])
    if len(found) > MOST_LINES:
        args: dict[str, str | int] = {"count": len(found), "most": MOST_LINES}
        raise Invalid(errors=[FieldError(pointer="/addresses", code="too_many_lines", args=args)])
    return found


def results(t: Words, reader: Reader, typed: Sequence[str]) -> Screen:
    """How many of each kind, then every line with its answer, in the order of the list."""
    answers = [reader.read(one) if len(one) <= LONGEST_LINE else None for one in typed]
    states = Counter(_state(one) for one in answers)
    rows = [
        _row(t, str(number), line, answer)
        for number, (line, answer) in enumerate(zip(typed, answers, strict=True), 1)
    ]
    columns = [Column(key=key, label=t(f"column.{key}")) for key in ("typed", "state", "became")]
    return Screen(
        title=t("results"),
        lang=t.language,
        back=Go(href=f"{HOME}many"),
        blocks=[
            Stats(
                items=[
                    Stat(label=t(f"state.{state}"), value=str(states[state]), tone=tone)
                    for state, (tone, _) in TONES.items()
                    if states[state]
                ]
            ),
            Table(caption=t("results"), columns=columns, rows=rows),
            Link(label=t("more_addresses"), icon="list-checks", action=Go(href=f"{HOME}many")),
            source(t),
        ],
    )


def _state(answer: Answer | None) -> str:
    """A line that may be old or new is for the person to look at."""
    if answer is None:
        return "unknown"
    return "ask" if answer.also_new else STATES[answer.outcome]


def _row(t: Words, row_key: str, line: str, answer: Answer | None) -> Row:
    state = _state(answer)
    tone, icon = TONES[state]
    if answer is None:
        typed, said = f"{line[:LONGEST_LINE]}…", t("line.too_long", count=LONGEST_LINE)
    else:
        typed, said = line, _said(t, answer)
    return Row(
        key=row_key,
        cells={
            "typed": Cell(text=typed),
            "state": Cell(badge=Badge(label=t(f"state.{state}"), tone=tone, icon=icon)),
            "became": Cell(text=said, strong=state == "found"),
        },
    )


def _said(t: Words, answer: Answer) -> str:
    """The address of today in one line, or what is missing for it."""
    if answer.outcome in ("found", "new"):
        unit = answer.new[0]
        whole = {"line": answer.line(unit), "code": unit.code}
        if answer.also_new:
            return t("line.also_new", **whole, name=title(t, answer.also_new))
        return t(f"line.{answer.outcome}", **whole)
    if answer.outcome == "split":
        half = "_half" if len(answer.new) == 1 else ""
        return t(f"line.split{half}", names=", ".join(title(t, one) for one in answer.new))
    olds = "; ".join(f"{title(t, one)}, {one.within}" for one in answer.old)
    return t(f"line.{answer.outcome}", names=olds, left=answer.left)
