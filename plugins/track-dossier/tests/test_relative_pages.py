"""Pages of relatives and of complaints, and what their forms ask the core."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from camaug_sdk import NotFound, Plugin
from camaug_sdk.complaints import (
    Complaint,
    ComplaintLine,
    ComplaintsOfDossier,
    DeskComplaint,
)
from camaug_sdk.records import Act, Commune, DossierEvent, Page, Person, Procedure, StaffMember
from camaug_sdk.relatives import (
    Delegation,
    NewDelegation,
    Offer,
    RelativeDossier,
    RelativeLine,
)
from camaug_track_dossier import plugin
from camaug_track_dossier.relative_pages import last_day

from .test_pages import LINE

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
UNTIL = datetime(2026, 12, 24, 17, tzinfo=UTC)
"""Midnight behind the 24th of December in Cà Mau."""
ID, RIGHT = UUID(int=42), UUID(int=43)
HOME, API = "/apps/track-dossier/", "/api/v1/apps/track-dossier/"
DELEGATION = Delegation(
    delegation_id=RIGHT, dossier_id=ID, code="H12", phone="09•• ••• 678", scope="act", tells=True,
    standing="accepted", offered_at=NOW, until=UNTIL,
)  # fmt: skip
DOSSIER = RelativeDossier(
    delegation_id=RIGHT, line=LINE, owner="Nguyệt", scope="act", until=UNTIL, acts=["supply"],
    events=[DossierEvent(seq=1, kind="supplemented", status=LINE.status, at=NOW,
                         actor_kind="citizen", by_relative=True)],
)  # fmt: skip
COMPLAINT = Complaint(
    complaint_id=RIGHT, number="PAHS-1", kind="fee", state="open", version=3, text="<b>Phí</b>",
    opened_at=NOW,
)  # fmt: skip
ANSWERED = msgspec.structs.replace(
    COMPLAINT, state="answered", answer="Xin lỗi", upheld="no", answered_at=NOW
)
COMPLAINT_LINE = ComplaintLine(
    complaint_id=RIGHT, number="PAHS-1", kind="fee", state="open", code="H12",
    procedure_name="Khai sinh", procedure_name_en="Birth", agency_name_vi="UBND",
    agency_name_en="Committee", opened_at=NOW,
)  # fmt: skip


class Dossiers:
    """One right, one complaint, and what was asked."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.one = DOSSIER
        self.complaint = COMPLAINT
        self.may_open = True

    async def offers(self, me: Person) -> list[Offer]:
        return [
            Offer(delegation_id=RIGHT, owner="Nguyệt", scope="view", all_dossiers=True, until=UNTIL)
        ]

    async def of_relatives(self, me: Person, *, after: str | None = None) -> Page[RelativeLine]:
        line = RelativeLine(line=LINE, owner="Nguyệt", scope="act", until=UNTIL)
        return Page(items=[line], next="behind")

    async def of_relative(self, me: Person, dossier_id: UUID) -> RelativeDossier:
        if dossier_id != ID:
            raise NotFound
        return self.one

    async def act_for_relative(self, me: Person, dossier_id: UUID, act: Act, *, key: str) -> None:
        self.asked.append((dossier_id, act.kind, act.version, act.reason))

    async def delegations(self, me: Person, dossier_id: UUID | None = None) -> list[Delegation]:
        over = msgspec.structs.replace(DELEGATION, standing="expired", code=None, tells=False)
        return [DELEGATION, over]

    async def offer_delegation(self, me: Person, new: NewDelegation, *, key: str) -> UUID:
        self.asked.append(new)
        return RIGHT

    async def end_delegation(self, me: Person, delegation_id: UUID, *, key: str) -> None:
        self.asked.append(("end", delegation_id, key))

    async def return_right(self, me: Person, delegation_id: UUID, *, key: str) -> None:
        self.asked.append(("back", delegation_id, key))

    async def answer_offer(
        self, me: Person, delegation_id: UUID, *, accept: bool, key: str
    ) -> None:
        self.asked.append(("answer", delegation_id, accept))

    async def complaints(self, me: Person, dossier_id: UUID) -> ComplaintsOfDossier:
        items = [self.complaint]
        return ComplaintsOfDossier(dossier_id=ID, code="H12", items=items, may_open=self.may_open)

    async def complain(
        self, me: Person, dossier_id: UUID, kind: str, text: str, *, key: str
    ) -> UUID:
        self.asked.append((dossier_id, kind, text))
        return RIGHT

    async def end_complaint(
        self, me: Person, complaint_id: UUID, how: str, *, version: int, key: str
    ) -> UUID:
        self.asked.append((how, version))
        return ID

    async def complaint_queue(
        self, officer: StaffMember, view: str, *, after: str | None = None
    ) -> Page[ComplaintLine]:
        self.asked.append((view, after))
        return Page(items=[COMPLAINT_LINE], next="behind")

    async def complaint_at_desk(self, officer: StaffMember, complaint_id: UUID) -> DeskComplaint:
        may = self.complaint.state == "open"
        return DeskComplaint(line=COMPLAINT_LINE, complaint=self.complaint, may_answer=may)

    async def answer_complaint(
        self, officer: StaffMember, complaint_id: UUID, text: str, upheld: str,
        *, version: int, key: str,
    ) -> None:  # fmt: skip
        self.asked.append((complaint_id, text, upheld, version))


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
    services = {"dossiers": dossiers, "procedures": Procedures(), "agencies": Agencies()}
    return lambda one: host(one, "track-dossier", **services)


@pytest.fixture
def citizen(serve: Callable[[Plugin], httpx.AsyncClient]) -> httpx.AsyncClient:
    return serve(Plugin(routes=plugin.routes))


@pytest.fixture
def desk(serve: Callable[[Plugin], httpx.AsyncClient]) -> httpx.AsyncClient:
    return serve(Plugin(routes=plugin.desk))


def of(screen: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one for one in screen["blocks"] if one["type"] == kind]


async def test_an_offer_says_who_asks_for_what_and_that_it_is_no_power_of_attorney(
    citizen: httpx.AsyncClient, dossiers: Dossiers
) -> None:
    screen = (await citizen.get("/relatives")).json()
    [offer] = of(screen, "callout")
    assert offer["title"].startswith("Nguyệt")
    assert "24/12/2026" in offer["text"]
    assert "không thay giấy uỷ quyền" in offer["text"]
    for button, accept in zip(offer["buttons"], (True, False), strict=True):
        there = button["action"]["href"].removeprefix("/api/v1/apps/track-dossier")
        await citizen.post(there, json=button["action"]["body"])
        assert dossiers.asked.pop() == ("answer", RIGHT, accept)
    [rows] = of(screen, "list")
    assert rows["items"][0]["action"]["href"] == f"{HOME}relatives/{LINE.dossier_id}"
    assert rows["more"]["action"]["href"] == f"{HOME}relatives?after=behind"


async def test_the_page_of_a_relatives_dossier_has_no_answers_and_no_papers(
    citizen: httpx.AsyncClient, dossiers: Dossiers
) -> None:
    screen = (await citizen.get(f"/relatives/{ID}")).json()
    assert {one["type"] for one in screen["blocks"]} == {
        "card", "key-value", "text", "heading", "timeline", "button",
    }  # fmt: skip
    [story] = of(screen, "timeline")
    assert story["items"][0]["text"] == "do người được uỷ quyền"
    sent = await citizen.post(f"/relatives/{ID}/supply", json={"version": 4, "reason": "Đây"})
    assert sent.json()["then"]["href"] == f"{HOME}relatives/{ID}"
    assert dossiers.asked == [(ID, "supply", 4, "Đây")]
    dossiers.one = msgspec.structs.replace(DOSSIER, acts=[])
    assert (await citizen.get(f"/relatives/{ID}/supply")).status_code == 404
    assert (await citizen.get(f"/relatives/{UUID(int=7)}")).status_code == 404


@pytest.mark.parametrize("where", ["/delegations", f"/{ID}/delegations"])
async def test_the_form_of_an_invitation_asks_for_what_the_core_is_told(
    citizen: httpx.AsyncClient, dossiers: Dossiers, where: str
) -> None:
    screen = (await citizen.get(f"{where}/new")).json()
    assert "giấy uỷ quyền" in of(screen, "callout")[0]["text"]
    [form] = of(screen, "form")
    assert [one["name"] for one in form["blocks"]] == ["phone", "scope", "until", "tells"]
    assert form["submit"]["action"]["href"] == f"/api/v1/apps/track-dossier{where}"
    body = {"phone": "0912345678", "scope": "act", "until": "2026-12-24", "tells": None}
    sent = await citizen.post(where, json=body)
    assert sent.json()["then"]["href"] == f"/apps/track-dossier{where}"
    [new] = dossiers.asked
    assert (new.phone, new.scope, new.until, new.tells) == (
        "0912345678", "act", date(2026, 12, 24), False,
    )  # fmt: skip
    assert new.dossier_id == (ID if where.startswith(f"/{ID}") else None)


@pytest.mark.parametrize("until", ["", "24/12/2026", "2026-02-30", "<b>"])
async def test_a_day_that_is_none_is_told_at_its_field(
    citizen: httpx.AsyncClient, dossiers: Dossiers, until: str
) -> None:
    body = {"phone": "0912345678", "scope": "view", "until": until}
    sent = await citizen.post("/delegations", json=body)
    assert sent.status_code == 422
    assert dossiers.asked == []


async def test_what_holds_can_be_ended_and_what_is_over_cannot(
    citizen: httpx.AsyncClient, dossiers: Dossiers
) -> None:
    screen = (await citizen.get(f"/{ID}/delegations")).json()
    [card] = of(screen, "card")
    assert (card["title"], card["badge"]["label"]) == ("09•• ••• 678", "Đang có quyền")
    assert card["button"]["action"]["href"] == f"{API}delegations/{RIGHT}/end"
    await citizen.post(f"/delegations/{RIGHT}/end", headers={"idempotency-key": "k"})
    await citizen.post(f"/delegations/{RIGHT}/return", headers={"idempotency-key": "k"})
    assert dossiers.asked == [("end", RIGHT, "k"), ("back", RIGHT, "k")]
    [over] = of(screen, "list")
    assert over["items"][0]["badge"]["label"] == "Hết hạn"


async def test_a_complaint_is_shown_as_it_was_written_and_may_be_withdrawn_or_closed(
    citizen: httpx.AsyncClient, dossiers: Dossiers
) -> None:
    for one, how in ((COMPLAINT, "withdraw"), (ANSWERED, "close")):
        dossiers.complaint = one
        screen = (await citizen.get(f"/{ID}/complaints")).json()
        assert "khiếu nại" in of(screen, "callout")[0]["title"]
        said = {pair["label"]: pair["value"] for pair in of(screen, "key-value")[0]["items"]}
        assert said["Nội dung"] == "<b>Phí</b>"
        assert said.get("Trả lời") == one.answer
        body = of(screen, "button")[0]["action"]["body"]
        assert body == {"how": how, "version": 3}
        await citizen.post(f"/complaints/{RIGHT}/end", json=body)
        assert dossiers.asked.pop() == (how, 3)


async def test_the_form_of_a_complaint_is_there_while_one_may_be_opened(
    citizen: httpx.AsyncClient, dossiers: Dossiers
) -> None:
    [form] = of((await citizen.get(f"/{ID}/complaints/new")).json(), "form")
    assert form["blocks"][1]["max_length"] == 2000
    await citizen.post(f"/{ID}/complaints", json={"kind": "fee", "text": "Phí"})
    assert dossiers.asked == [(ID, "fee", "Phí")]
    wrong = await citizen.post(f"/{ID}/complaints", json={"kind": "bribe", "text": "Phí"})
    assert wrong.status_code == 400
    dossiers.may_open = False
    assert (await citizen.get(f"/{ID}/complaints/new")).status_code == 404


async def test_the_desk_lists_shows_and_answers(
    desk: httpx.AsyncClient, dossiers: Dossiers
) -> None:
    screen = (await desk.get("/complaints?view=done&after=x")).json()
    assert dossiers.asked.pop() == ("done", "x")
    [rows] = of(screen, "list")
    assert rows["more"]["action"]["href"].endswith("?view=done&after=behind")
    assert (await desk.get("/complaints?view=all")).status_code == 400
    [form] = of((await desk.get(f"/complaints/{RIGHT}")).json(), "form")
    body = {"text": "Xin lỗi", "upheld": "partly", **form["submit"]["action"]["body"]}
    await desk.post(f"/complaints/{RIGHT}/answer", json=body)
    assert dossiers.asked == [(RIGHT, "Xin lỗi", "partly", 3)]
    dossiers.complaint = ANSWERED
    assert of((await desk.get(f"/complaints/{RIGHT}")).json(), "form") == []


def test_the_last_day_of_a_right_is_the_local_one() -> None:
    assert last_day(UNTIL) == "24/12/2026"
    assert last_day(UNTIL + timedelta(microseconds=1)) == "25/12/2026"
