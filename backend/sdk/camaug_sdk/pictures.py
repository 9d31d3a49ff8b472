"""The blocks of the Screen language that are looked at: charts, QR codes and images."""

from typing import Literal

import msgspec

from camaug_sdk.actions import Tone
from camaug_sdk.blocks import Block


class Series(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A row of numbers, none of them negative; None has no bar and no point.

    `texts` says each of them as a person reads it: "1.204", "98,5 %", "fewer than 5".
    """

    name: str
    values: list[float | None]
    texts: list[str]
    tone: Tone = "info"


class Chart(Block, frozen=True, kw_only=True, tag="chart"):
    """Numbers over time, at most three series of the same kind; a table says the same.

    Every series has as many values and texts as there are `labels`. `most` is where the scale
    ends, else the largest number; a scale always begins at 0.
    """

    title: str
    labels: list[str]
    series: list[Series]
    style: Literal["bars", "lines"] = "bars"
    most: float | None = None


class Qr(Block, frozen=True, kw_only=True, tag="qr"):
    """A QR code as rows of modules (`1` dark, `0` light); `label` says what it opens."""

    rows: list[str]
    label: str


class Image(Block, frozen=True, kw_only=True, tag="image"):
    """A picture fetched with the session from a core or plugin address."""

    src: str
    alt: str
