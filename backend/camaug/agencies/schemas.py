"""Shapes of agencies beyond those of the SDK."""

from typing import Literal
from uuid import UUID

import msgspec


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """Where a procedure is received and who handles it; `status` tells how sure the table is."""

    receiving_id: UUID
    receiving_code: str
    name_vi: str
    name_en: str
    kind: str
    commune_code: str | None
    handling_id: UUID
    status: Literal["verified", "assumed", "fallback"]


class DeskRow(Desk, frozen=True, kw_only=True):
    """A desk and what it is the desk for; `from_commune` None: from anywhere in the province."""

    procedure_code: str
    from_commune: str | None
