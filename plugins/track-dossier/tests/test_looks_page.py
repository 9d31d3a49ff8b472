"""Who looked at a dossier, and the file of all dossiers, as the utility shows them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec

from camaug_sdk import Plugin, Words
from camaug_sdk.records import DossierLine, DraftLine, Export, Language, Look, Looks, Page, Person
from camaug_sdk.relatives import Offer
from camaug_track_dossier import exported, looks_page, plugin

from .test_pages import LINE

NOW = datetime(2026, 11, 24, 18, tzinfo=UTC)
"""01:00 of the next day in Cà Mau."""
ID = UUID(int=42)
LOOK = Look(
    kind="opened",
    role="officer",
    agency_name_vi="UBND phường An Xuyên",
    agency_name_en="People's Committee of An Xuyên ward",
    first_at=NOW - timedelta(minutes=9),
    last_at=NOW,
    count=2,
)
Host = Callable[..., httpx.AsyncClient]
Speak = Callable[[str, Language], Words]


class Dossiers:
    async def looks(self, me: Person, dossier_id: UUID, *, after: str | None = None) -> Looks:
        return Looks(dossier_id=dossier_id, code=after or "H12", items=[LOOK], next="behind")

    async def export(self, me: Person) -> Export:
        return Export(exported_at=NOW, dossiers=[], more=True)

    async def mine(self, me: Person, *, after: str | None = None) -> Page[DossierLine]:
        return Page(items=[LINE], next=None)

    async def drafts(self, me: Person) -> list[DraftLine]:
        return []

    async def offers(self, me: Person) -> list[Offer]:
        return []


def looked(screen: dict[str, Any]) -> dict[str, Any]:
    return next(one for one in screen["blocks"] if one["type"] == "list")


async def test_the_next_page_of_looks_is_asked_for_by_its_cursor(host: Host) -> None:
    async with host(plugin, "track-dossier", dossiers=Dossiers()) as client:
        screen = (await client.get(f"/{ID}/looks")).json()
        href = looked(screen)["more"]["action"]["href"]
        assert href == f"/apps/track-dossier/{ID}/looks?after=behind"
        assert (await client.get(f"/{ID}/looks?after=behind")).json()["kicker"] == "behind"
    assert screen["back"]["href"] == f"/apps/track-dossier/{ID}"


def test_what_is_not_known_has_words_all_the_same(words: Speak) -> None:
    some = [
        msgspec.structs.replace(LOOK, agency_name_vi=None, agency_name_en=None, role="else"),
        msgspec.structs.replace(LOOK, kind="never_heard_of", count=1),
        msgspec.structs.replace(LOOK, kind="file", count=1),
        msgspec.structs.replace(LOOK, kind="sent_on", count=1),
    ]
    page = looks_page.page(
        words("track-dossier", "en"), Looks(dossier_id=ID, code="H12", items=some)
    )
    rows = looked(msgspec.to_builtins(page))["items"]
    assert rows[0]["text"].startswith("An office that handles it\nfrom ")
    assert [one["title"] for one in rows[1:]] == [
        "Worked on it",
        "Opened a file of it",
        "Sent on to another agency",
    ]


async def test_the_list_offers_the_file_and_the_file_says_what_it_leaves_out(host: Host) -> None:
    async with host(plugin, "track-dossier", dossiers=Dossiers()) as client:
        mine = (await client.get("/")).json()
        link = next(one for one in mine["blocks"] if one.get("icon") == "download")
        assert link["action"] == {"type": "download", "href": "/api/v1/apps/track-dossier/export"}
        answer = await client.get("/export")
    assert answer.headers["content-disposition"].endswith('"ho-so-cua-toi-2026-11-25.json"')
    assert answer.json()["more"].startswith("Tệp chỉ chứa các hồ sơ mới nhất")


def test_every_key_of_the_file_is_labelled_in_both_languages(words: Speak) -> None:
    export = Export(exported_at=NOW, dossiers=[], more=False)
    for language in ("vi", "en"):
        found = exported.content(words("track-dossier", language), export)
        assert len(found["labels"]) > 30
        assert all(found["labels"].values())
    assert isinstance(plugin, Plugin)
