"""Icons drawn here, 24 px, one stroke style. Constant, so that they may be HTML as they are."""

from camaug_simulators.pages.html import Html, el


def _icon(*paths: str) -> Html:
    return el(
        "svg",
        [el("path", d=path) for path in paths],
        viewBox="0 0 24 24",
        width="24",
        height="24",
        fill="none",
        stroke="currentColor",
        stroke_width="1.75",
        stroke_linecap="round",
        stroke_linejoin="round",
        aria_hidden="true",
    )


_WAVE = "q 2.25 -2.6 4.5 0 t 4.5 0 t 4.5 0 t 4.5 0"
WAVES = _icon(f"M3 7 {_WAVE}", f"M3 12.5 {_WAVE}", f"M3 18 {_WAVE}")
ALERT = _icon("M12 4 L21 19.5 H3 Z", "M12 10 V14", "M12 16.8 V16.9")
PHONE = _icon(
    "M8 3 H16 A1 1 0 0 1 17 4 V20 A1 1 0 0 1 16 21 H8 A1 1 0 0 1 7 20 V4 A1 1 0 0 1 8 3 Z",
    "M11 18 H13",
)
MESSAGE = _icon("M4 5 H20 V16 H10 L5.5 20 V16 H4 Z", "M8 9 H16", "M8 12.5 H13")
SWITCH = _icon("M8 7 H16 A5 5 0 0 1 16 17 H8 A5 5 0 0 1 8 7 Z", "M16 12 H16.1")
JOURNAL = _icon("M5 4 H19 V20 H5 Z", "M9 9 H15", "M9 12.5 H15", "M9 16 H12")
BACK = _icon("M15 5 L8 12 L15 19")
