"""Shapes of the catalogue beyond those of the SDK."""

from datetime import date

import msgspec

from camaug_sdk.records import Procedure


class Dated(msgspec.Struct, frozen=True, kw_only=True):
    """A procedure and the first day of the version that was read."""

    procedure: Procedure
    valid_from: date


class FieldOf(msgspec.Struct, frozen=True, kw_only=True):
    """A field of administration (lĩnh vực)."""

    field_id: str
    name: str
    count: int
