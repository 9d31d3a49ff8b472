"""A graph of layers as steps of a stair: a line falls from each part, with a dot where it imports.

Every line is read alone, so that many imports stay legible where arrows would not.
"""

from collections.abc import Mapping, Sequence
from html import escape

STEP_X, STEP_Y = 38, 36
BOX_WIDTH, BOX_HEIGHT = 164, 26
MARGIN = 16
LEGEND = (
    "A line falls from each part.",
    "A dot on it: the part above imports",
    "the part at the right of the dot.",
)
NAMES = {
    "utility": "utilities (plugins/)",
    "entry": "where processes begin",
    "feature": "features of the host",
    "ground": "ground of the host",
    "sdk": "what a utility may import",
    "apart": "the outside world, in development",
}
STYLE = """
  svg { background: #f5f6f3; color-scheme: light dark; }
  text { font: 13px system-ui, sans-serif; fill: #16211d; }
  .line { stroke: #9aa59f; stroke-width: 1; }
  .dot { fill: #0b5d4e; }
  rect { fill: #ffffff; stroke: #7b8680; }
  .utility { fill: #fdf0d8; } .entry { fill: #e3ecf8; } .feature { fill: #ffffff; }
  .ground { fill: #eceee9; } .sdk { fill: #e0efe9; } .apart { fill: #f5f6f3; }
  @media (prefers-color-scheme: dark) {
    svg { background: #0f1513; }
    text { fill: #e8eeea; }
    .line { stroke: #5a665f; }
    .dot { fill: #6fd0b6; }
    .utility { fill: #3a2a10; } .entry { fill: #1a2a40; } .feature { fill: #18201d; }
    .ground { fill: #222b27; } .sdk { fill: #17352d; } .apart { fill: #0f1513; }
  }
"""


def drawn(steps: Sequence[tuple[str, str]], imports: Mapping[str, set[str]]) -> str:
    """The picture; `steps` are kind and name, each above what it imports."""
    places = {name: number for number, (_, name) in enumerate(steps)}
    width = 2 * MARGIN + (len(steps) - 1) * STEP_X + BOX_WIDTH
    height = 2 * MARGIN + (len(steps) - 1) * STEP_Y + BOX_HEIGHT
    said = "; ".join(
        f"{name} imports {', '.join(sorted(imports[name], key=places.__getitem__)) or 'nothing'}"
        for _, name in steps
    )
    lines = [line for name in places for line in _lines(name, imports, places)]
    boxes = [_box(kind, name, places[name]) for kind, name in steps]
    body = [*lines, *boxes, *_legend(steps, width)]
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    named = 'role="img" aria-labelledby="title said"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} {named}>',
            '<title id="title">Which part of CaMau-G Open imports which</title>',
            f'<desc id="said">{escape(said)}.</desc>',
            f"<style>{STYLE}</style>",
            *body,
            "</svg>\n",
        ]
    )


def _box(kind: str, name: str, number: int) -> str:
    x, y = MARGIN + number * STEP_X, MARGIN + number * STEP_Y
    return (
        f'<rect class="{kind}" x="{x}" y="{y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="5"/>'
        f'<text x="{x + 10}" y="{y + 17}">{escape(name.removeprefix("camaug_"))}</text>'
    )


def _lines(name: str, imports: Mapping[str, set[str]], places: Mapping[str, int]) -> list[str]:
    """What falls from a part, and the row that leads to it from all who import it."""
    number = places[name]
    lines: list[str] = []
    below = sorted(places[one] for one in imports[name])
    if below:
        x, y = _falls(number), _level(number)
        lines.append(f'<path class="line" d="M{x} {y}V{_level(below[-1])}"/>')
    above = sorted(places[one] for one, known in imports.items() if name in known)
    if above:
        x, y = MARGIN + number * STEP_X, _level(number)
        lines.append(f'<path class="line" d="M{_falls(above[0])} {y}H{x}"/>')
        lines += [f'<circle class="dot" cx="{_falls(one)}" cy="{y}" r="4"/>' for one in above]
    return lines


def _falls(number: int) -> int:
    return MARGIN + number * STEP_X + STEP_X // 2


def _level(number: int) -> int:
    return MARGIN + number * STEP_Y + BOX_HEIGHT // 2


def _legend(steps: Sequence[tuple[str, str]], width: int) -> list[str]:
    """In the corner that a stair leaves free."""
    x, y = width - 250, MARGIN + 12
    lines = [f'<text x="{x}" y="{y + 20 * n}">{line}</text>' for n, line in enumerate(LEGEND)]
    y += 20 * len(LEGEND)
    for number, kind in enumerate(dict.fromkeys(kind for kind, _ in steps)):
        top = y + 22 * number
        lines.append(
            f'<rect class="{kind}" x="{x}" y="{top}" width="14" height="14" rx="3"/>'
            f'<text x="{x + 22}" y="{top + 12}">{escape(NAMES[kind])}</text>'
        )
    return lines
