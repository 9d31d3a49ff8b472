"""Rating on the pages: offered at the end, a form of two fields, and shown to both sides."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

import camaug_track_dossier
from camaug_sdk import NotFound, Plugin
from camaug_sdk.approvals import Approval
from camaug_sdk.handing import Slip
from camaug_sdk.notes import Note
from camaug_sdk.records import (
    Commune,
    Dossier,
    DossierLine,
    Person,
    Procedure,
    Rating,
    StaffMember,
    Status,
)

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
ID = UUID(int=42)
ICONS = Path(__file__).parents[3] / "miniapps/screens/icons.txt"
LINE = DossierLine(
    dossier_id=ID,
    code="H12.31-261124-0042",
    procedure_code="1.001193",
    procedure_name="Đăng ký khai sinh",
    procedure_name_en="Birth registration",
    agency_id=UUID(int=9),
    agency_name_vi="UBND phường An Xuyên",
    agency_name_en="People's Committee of An Xuyên ward",
    status=Status.COMPLETED,
    submitted_at=NOW,
    accepted_at=NOW,
    due_at=None,
    version=3,
)
ENDED = Dossier(line=LINE, events=[], answers={}, documents=[], may_rate=True)
RATED = msgspec.structs.replace(
    ENDED, may_rate=False, rating=Rating(rating=4, comment="Nhanh,\ntận tình", rated_at=NOW)
)


class Dossiers:
    """One dossier, and what was said about it."""

    def __init__(self) -> None:
        self.one = ENDED
        self.rated: list[tuple[int, str | None, str]] = []

    async def get(self, me: Person, dossier_id: UUID) -> Dossier:
        if dossier_id != ID:
            raise NotFound
        return self.one

    async def at_desk(self, officer: StaffMember, dossier_id: UUID) -> Dossier:
        return msgspec.structs.replace(self.one, may_rate=False)

    async def slip(self, officer: StaffMember, dossier_id: UUID) -> Slip:
        return Slip(handovers=[], to_receive=False)

    async def approval(self, officer: StaffMember, dossier_id: UUID) -> Approval:
        return Approval(needed=[], waiting=None)

    async def notes(self, officer: StaffMember, dossier_id: UUID) -> list[Note]:
        return []

    async def rate(
        self, me: Person, dossier_id: UUID, rating: int, *, comment: str | None = None, key: str
    ) -> None:
        self.rated.append((rating, comment, key))


class Procedures:
    async def get(self, code: str) -> Procedure:
        raise NotFound


class Agencies:
    async def communes(self) -> list[Commune]:
        return []


@pytest.fixture
def dossiers() -> Dossiers:
    return Dossiers()


@pytest.fixture
def serve(
    host: Callable[..., httpx.AsyncClient], dossiers: Dossiers
) -> Callable[[Plugin], httpx.AsyncClient]:
    return lambda plugin: host(
        plugin,
        "track-dossier",
        dossiers=dossiers,
        procedures=Procedures(),
        agencies=Agencies(),
    )


@pytest.fixture
def citizen(serve: Callable[[Plugin], httpx.AsyncClient]) -> httpx.AsyncClient:
    return serve(Plugin(routes=camaug_track_dossier.plugin.routes))


@pytest.fixture
def officer(serve: Callable[[Plugin], httpx.AsyncClient]) -> httpx.AsyncClient:
    return serve(Plugin(routes=camaug_track_dossier.plugin.desk))


def buttons(screen: dict[str, Any]) -> list[str]:
    return [one["label"] for one in screen["blocks"] if one["type"] == "button"]


def said(screen: dict[str, Any]) -> dict[str, str]:
    """What stands about the rating, by its labels."""
    pairs = [one for block in screen["blocks"] for one in block.get("items", ())]
    wanted = ("Mức độ hài lòng", "Ý kiến thêm")
    return {one["label"]: one["value"] for one in pairs if one.get("label") in wanted}


async def test_a_finished_dossier_leads_to_the_form_that_sends_the_rating(
    citizen: httpx.AsyncClient, dossiers: Dossiers
) -> None:
    screen = (await citizen.get(f"/{ID}")).json()
    [button] = [one for one in screen["blocks"] if one["type"] == "button"]
    assert button["action"]["href"] == f"/apps/track-dossier/{ID}/rate"
    assert button["icon"] in ICONS.read_text().split()
    assert not said(screen)
    form = (await citizen.get(f"/{ID}/rate")).json()["blocks"][0]
    level, comment = form["blocks"]
    assert [one["value"] for one in level["choices"]] == ["5", "4", "3", "2", "1"]
    assert (level["required"], comment["max_length"]) == (True, 1000)
    assert form["submit"]["action"]["href"] == f"/api/v1/apps/track-dossier/{ID}/rate"
    body = {level["name"]: "2", comment["name"]: "Chờ lâu"}
    sent = await citizen.post(f"/{ID}/rate", json=body, headers={"idempotency-key": "k"})
    assert sent.json()["then"]["href"] == f"/apps/track-dossier/{ID}"
    assert dossiers.rated == [(2, "Chờ lâu", "k")]


@pytest.mark.parametrize("one", [RATED, msgspec.structs.replace(ENDED, may_rate=False)])
async def test_without_the_right_to_rate_there_is_no_form(
    citizen: httpx.AsyncClient, dossiers: Dossiers, one: Dossier
) -> None:
    dossiers.one = one
    assert buttons((await citizen.get(f"/{ID}")).json()) == []
    assert (await citizen.get(f"/{ID}/rate")).status_code == 404


@pytest.mark.parametrize("rating", ["0", "6", "", 5, None])
async def test_what_is_no_choice_is_not_read(
    citizen: httpx.AsyncClient, dossiers: Dossiers, rating: object
) -> None:
    sent = await citizen.post(f"/{ID}/rate", json={"rating": rating})
    assert sent.status_code == 400
    assert dossiers.rated == []


async def test_both_sides_read_what_was_said(
    citizen: httpx.AsyncClient, officer: httpx.AsyncClient, dossiers: Dossiers
) -> None:
    dossiers.one = RATED
    told = {"Mức độ hài lòng": "4 · Hài lòng", "Ý kiến thêm": "Nhanh,\ntận tình"}
    assert said((await citizen.get(f"/{ID}")).json()) == told
    assert said((await officer.get(f"/{ID}")).json()) == told
    dossiers.one = ENDED
    assert said((await officer.get(f"/{ID}")).json()) == {}
