"""The languages of the province's shells."""

from typing import Literal

Language = Literal["vi", "en"]
