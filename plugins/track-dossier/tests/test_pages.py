"""What citizens and officers see of a dossier, and what their taps do, over HTTP."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

import camaug_track_dossier
from camaug_sdk import NotFound, Plugin, Words
from camaug_sdk.approvals import Approval
from camaug_sdk.handing import Slip
from camaug_sdk.notes import Note
from camaug_sdk.reasons import Suggested
from camaug_sdk.records import (
    Act,
    Agency,
    Commune,
    Document,
    Dossier,
    DossierEvent,
    DossierLine,
    DraftLine,
    Language,
    Page,
    Person,
    Procedure,
    ProcedureCount,
    PublicDossier,
    QueueCounts,
    QueueFilter,
    StaffMember,
    Status,
    Supplement,
)
from camaug_track_dossier import statuses, story, times

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
ID = UUID(int=42)
Speak = Callable[[str, Language], Words]
LINE = DossierLine(
    dossier_id=ID,
    code="H12.31-261124-0042",
    procedure_code="1.001193",
    procedure_name="Đăng ký khai sinh",
    procedure_name_en="Birth registration",
    agency_id=UUID(int=9),
    agency_name_vi="UBND phường An Xuyên",
    agency_name_en="People's Committee of An Xuyên ward",
    status=Status.SUBMITTED,
    submitted_at=NOW - timedelta(hours=1),
    accepted_at=None,
    due_at=None,
    version=1,
)
DUE = datetime(2026, 11, 25, 10, tzinfo=UTC)
RUNNING = msgspec.structs.replace(
    LINE, status=Status.ACCEPTED, accepted_at=NOW - timedelta(minutes=20), due_at=DUE, version=2
)
SUBMITTED = DossierEvent(
    seq=1, kind="submitted", status=Status.SUBMITTED, at=LINE.submitted_at, actor_kind="citizen"
)
ACCEPTED = DossierEvent(
    seq=2,
    kind="accepted",
    status=Status.ACCEPTED,
    at=NOW - timedelta(minutes=20),
    actor_kind="staff",
    actor_name="Trần Hoàng Dự",
    agency_name_vi="Một cửa An Xuyên",
    agency_name_en="An Xuyên one-stop desk",
)
PAPER = Document(
    document_id=UUID(int=5),
    file_name="giay-chung-sinh.jpg",
    size=1_258_291,
    media_type="image/jpeg",
    state="checked",
    purpose="1.001193-TP02",
)


def dossier(line: DossierLine = LINE, **own: Any) -> Dossier:
    events = [SUBMITTED] if line.accepted_at is None else [SUBMITTED, ACCEPTED]
    given: dict[str, Any] = {
        "line": line,
        "events": events,
        "answers": {"child_name": "Nguyễn Đăng Minh An", "receiving_commune": "31999"},
        "documents": [PAPER],
        "pin": "K7M2QX",
    }
    return Dossier(**(given | own))


class Dossiers:
    """One dossier, seen from both sides; remembers what was done to it."""

    def __init__(self) -> None:
        self.one = dossier()
        self.lines: list[DossierLine] = []
        self.next: str | None = None
        self.done: list[Act] = []
        self.asked: list[QueueFilter] = []

    async def drafts(self, me: Person) -> list[DraftLine]:
        return []

    async def offers(self, me: Person) -> list[DraftLine]:
        return []

    async def mine(self, me: Person, *, after: str | None = None) -> Page[DossierLine]:
        return Page(items=self.lines, next=self.next)

    async def get(self, me: Person, dossier_id: UUID) -> Dossier:
        if dossier_id != ID:
            raise NotFound
        return self.one

    async def at_desk(self, officer: StaffMember, dossier_id: UUID) -> Dossier:
        return await self.get(Person(citizen_id=ID, assurance=1, session_id=ID), dossier_id)

    async def queue(self, officer: StaffMember, what: QueueFilter) -> Page[DossierLine]:
        self.asked.append(what)
        return Page(items=self.lines, next=self.next)

    async def queue_counts(self, officer: StaffMember) -> QueueCounts:
        return QueueCounts(
            to_do=38, new=21, in_process=17, waiting=5, mine=9, overdue=1, due_today=12
        )

    async def queue_procedures(self, officer: StaffMember) -> list[ProcedureCount]:
        return [ProcedureCount(code="1.001193", name="Đăng ký khai sinh", name_en="Birth", count=3)]

    def seal_search(self, officer: StaffMember, text: str) -> str:
        return text[::-1]

    def open_search(self, officer: StaffMember, sealed: str) -> str:
        return sealed[::-1]

    async def accept(
        self, officer: StaffMember, dossier_id: UUID, *, version: int, key: str
    ) -> DossierLine:
        self.done.append(Act(kind="accept", version=version))
        return RUNNING

    async def slip(self, officer: StaffMember, dossier_id: UUID) -> Slip:
        return Slip(handovers=[], to_receive=False)

    async def approval(self, officer: StaffMember, dossier_id: UUID) -> Approval:
        return Approval(needed=[], waiting=None)

    async def notes(self, officer: StaffMember, dossier_id: UUID) -> list[Note]:
        return []

    async def suggestions(
        self, officer: StaffMember, dossier_id: UUID, kind: str
    ) -> list[Suggested]:
        return []

    async def act_at_desk(
        self, officer: StaffMember, dossier_id: UUID, act: Act, *, key: str
    ) -> None:
        self.done.append(act)

    async def act(self, me: Person, dossier_id: UUID, act: Act, *, key: str) -> None:
        self.done.append(act)

    async def track(self, code: str, pin: str, *, source: str) -> PublicDossier:
        if (code, pin) != (LINE.code, "K7M2QX"):
            raise NotFound("no_such_dossier")
        members = {name: getattr(LINE, name) for name in PublicDossier.__struct_fields__}
        return PublicDossier(**members)


class Procedures:
    def __init__(self, known: Mapping[str, Procedure]) -> None:
        self._known = known

    async def get(self, code: str) -> Procedure:
        if code not in self._known:
            raise NotFound
        return self._known[code]


class Agencies:
    async def communes(self) -> list[Commune]:
        return [Commune(code="31999", name="An Xuyên", kind="ward")]

    async def offices(self) -> list[Agency]:
        def office(number: int, name: str) -> Agency:
            return Agency(agency_id=UUID(int=number), kind="x", name_vi=name, name_en=name)

        return [office(9, "UBND phường An Xuyên"), office(10, "UBND phường Tân Thành")]


@pytest.fixture
def dossiers() -> Dossiers:
    return Dossiers()


@pytest.fixture
def serve(
    host: Callable[..., httpx.AsyncClient], by_code: dict[str, Procedure], dossiers: Dossiers
) -> Callable[[Plugin], httpx.AsyncClient]:
    return lambda plugin: host(
        plugin,
        "track-dossier",
        dossiers=dossiers,
        procedures=Procedures(by_code),
        agencies=Agencies(),
    )


@pytest.fixture
def citizen(serve: Callable[[Plugin], httpx.AsyncClient]) -> httpx.AsyncClient:
    return serve(Plugin(routes=camaug_track_dossier.plugin.routes))


@pytest.fixture
def officer(serve: Callable[[Plugin], httpx.AsyncClient]) -> httpx.AsyncClient:
    return serve(Plugin(routes=camaug_track_dossier.plugin.desk))


def block(screen: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(one for one in screen["blocks"] if one["type"] == kind)


async def test_without_a_dossier_the_list_offers_to_find_a_procedure(
    citizen: httpx.AsyncClient,
) -> None:
    screen = (await citizen.get("/")).json()
    assert screen["tab"] == "dossiers"
    empty = block(screen, "list")["empty"]
    assert empty["button"]["action"]["href"] == "/apps/procedure-search/"


async def test_a_row_says_how_it_stands_and_when_it_is_due(
    citizen: httpx.AsyncClient, dossiers: Dossiers
) -> None:
    dossiers.lines, dossiers.next = [RUNNING], "abc"
    found = block((await citizen.get("/")).json(), "list")
    row = found["items"][0]
    assert row["badge"] == {"label": "Đã tiếp nhận", "tone": "info", "icon": "badge-check"}
    assert row["text"].startswith("Hẹn trả 17:00 thứ Tư 25/11")
    assert found["more"]["action"]["href"] == "/apps/track-dossier/?after=abc"


async def test_a_new_dossier_waits_for_acceptance(citizen: httpx.AsyncClient) -> None:
    screen = (await citizen.get(f"/{ID}")).json()
    assert screen["live"] == [f"dossier:{ID}"]
    assert block(screen, "card")["big"] == "Chờ tiếp nhận"
    pairs = {one["label"]: one["value"] for one in block(screen, "key-value")["items"]}
    assert pairs == {"Mã hồ sơ": LINE.code, "Mã tra cứu": "K7M2QX"}
    files = [one for one in screen["blocks"] if one.get("label") == "Giấy tờ đã nộp"]
    paper = files[0]["items"][0]
    assert paper["title"] == "Giấy chứng sinh"
    assert paper["text"] == "giay-chung-sinh.jpg · 1,2 MB"
    assert paper["action"] == {
        "type": "download",
        "href": f"/api/v1/documents/{UUID(int=5)}/download",
    }
    answers = block(screen, "accordion")["blocks"][0]["items"]
    assert ("Họ tên trẻ", "Nguyễn Đăng Minh An") in [(o["label"], o["value"]) for o in answers]
    assert "Phường An Xuyên" in [one["value"] for one in answers]


async def test_the_story_tells_who_and_when_and_what_comes(
    citizen: httpx.AsyncClient, dossiers: Dossiers
) -> None:
    dossiers.one = dossier(RUNNING)
    screen = (await citizen.get(f"/{ID}")).json()
    card = block(screen, "card")
    assert card["big"] == "Hẹn trả 17:00 thứ Tư 25/11"
    assert card["text"] == "còn 32 giờ"
    assert 0 < card["progress"] < 0.1
    told = block(screen, "timeline")["items"]
    assert told[1]["text"] == "Trần Hoàng Dự · Một cửa An Xuyên"
    assert told[1]["time"] == "08:40 thứ Ba 24/11"
    coming = [(one["title"], one.get("time")) for one in told if one.get("state") == "next"]
    assert coming == [
        ("Xử lý hồ sơ", None),
        ("Có kết quả", "dự kiến 17:00 thứ Tư 25/11"),
        ("Trả kết quả", None),
    ]


async def test_without_a_due_time_the_dossier_says_so(
    citizen: httpx.AsyncClient, dossiers: Dossiers
) -> None:
    dossiers.one = dossier(msgspec.structs.replace(RUNNING, due_at=None))
    card = block((await citizen.get(f"/{ID}")).json(), "card")
    assert card["big"] == "Chưa có ngày hẹn trả"
    assert card["text"] == "Nguồn không ghi thời hạn của thủ tục này."
    assert "progress" not in card


async def test_a_request_for_papers_leads_to_the_form_that_sends_them(
    citizen: httpx.AsyncClient, dossiers: Dossiers
) -> None:
    waiting = msgspec.structs.replace(RUNNING, status=Status.SUPPLEMENT_REQUESTED)
    asked = Supplement(requested_at=NOW, reason="Ảnh Giấy chứng sinh bị mờ")
    dossiers.one = dossier(waiting, supplements=[asked], acts=["supply", "withdraw"])
    card = block((await citizen.get(f"/{ID}")).json(), "card")
    assert (card["big"], card["text"]) == ("Cần bạn bổ sung", "Ảnh Giấy chứng sinh bị mờ")
    assert card["button"]["action"]["href"] == f"/apps/track-dossier/{ID}/supply"
    form = block((await citizen.get(f"/{ID}/supply")).json(), "form")
    names = [one["name"] for one in form["blocks"]]
    assert names[0] == "1.001193-TP02"
    assert names[-2:] == ["other", "reason"]
    body = form["submit"]["action"]["body"] | {
        names[0]: [str(UUID(int=6))],
        "reason": "đã chụp lại",
    }
    sent = await citizen.post(f"/{ID}/supply", json=body)
    assert sent.json()["toast"]["text"] == "Đã gửi bổ sung"
    assert dossiers.done == [
        Act(
            kind="supply",
            version=2,
            reason="đã chụp lại",
            documents={"1.001193-TP02": [UUID(int=6)]},
        )
    ]


async def test_what_was_supplied_is_not_asked_for_again(
    citizen: httpx.AsyncClient, dossiers: Dossiers
) -> None:
    answered = msgspec.structs.replace(
        RUNNING, status=Status.SUPPLEMENT_REQUESTED, supplemented_at=NOW
    )
    given = Supplement(requested_at=NOW, reason="mờ", supplemented_at=NOW, ended_at=NOW)
    dossiers.one = dossier(answered, supplements=[given])
    card = block((await citizen.get(f"/{ID}")).json(), "card")
    assert card["big"] == "Đã gửi bổ sung, chờ cơ quan xem"
    assert card["text"].startswith("đã bổ sung")
    assert "button" not in card
    assert (await citizen.get(f"/{ID}/supply")).status_code == 404


async def test_withdrawing_says_first_that_it_cannot_be_undone(
    citizen: httpx.AsyncClient, dossiers: Dossiers
) -> None:
    dossiers.one = dossier(acts=["withdraw"])
    button = block((await citizen.get(f"/{ID}")).json(), "button")
    assert "không hoàn lại" in button["action"]["confirm"]["text"]
    sent = await citizen.post(f"/{ID}/withdraw", json=button["action"]["body"])
    assert sent.status_code == 200
    assert dossiers.done == [Act(kind="withdraw", version=1)]


async def test_somebody_elses_dossier_is_not_found(citizen: httpx.AsyncClient) -> None:
    assert (await citizen.get(f"/{UUID(int=43)}")).status_code == 404


async def test_code_and_pin_show_no_name_no_answer_no_file(citizen: httpx.AsyncClient) -> None:
    sent = await citizen.post("/lookup", json={"code": LINE.code, "pin": "K7M2QX"})
    assert "Đã gửi, chờ tiếp nhận" in sent.text
    assert "Minh An" not in sent.text
    wrong = await citizen.post("/lookup", json={"code": LINE.code, "pin": "AAAAAA"})
    assert (wrong.status_code, wrong.json()["code"]) == (404, "no_such_dossier")


async def test_the_queue_has_counts_filters_and_late_rows(
    officer: httpx.AsyncClient, dossiers: Dossiers
) -> None:
    late = msgspec.structs.replace(
        RUNNING, due_at=NOW - timedelta(hours=3), applicant_name="Lê Văn Khởi"
    )
    dossiers.lines, dossiers.next = [late, LINE], "abc"
    screen = (await officer.get("/", params={"view": "new"})).json()
    assert screen["kicker"] == "UBND phường An Xuyên"
    assert screen["live"] == ["desk"]
    assert dossiers.asked == [QueueFilter(view="new")]
    stats = [(one["label"], one["value"]) for one in block(screen, "stats")["items"]]
    assert stats == [("Quá hạn", "1"), ("Đến hạn hôm nay", "12")]
    chips = block(screen, "chips")["items"]
    assert [one.get("count") for one in chips] == ["38", "9", "21", "17", "5", None]
    assert [one["label"] for one in chips if one.get("selected")] == ["Mới"]
    rows = block(screen, "table")["rows"]
    assert rows[0]["tone"] == "bad"
    assert rows[0]["cells"]["left"]["text"] == "quá 3 giờ"
    assert rows[0]["cells"]["status"]["badge"]["label"] == "Quá hạn"
    assert [one["shortcut"] for one in rows[0]["buttons"]] == ["c"]
    assert [one["shortcut"] for one in rows[1]["buttons"]] == ["a", "c"]
    more = block(screen, "table")["more"]["action"]["href"]
    assert more == "/console/apps/track-dossier/?view=new&after=abc"


async def test_what_was_searched_stays_in_the_box_while_filters_change(
    officer: httpx.AsyncClient, dossiers: Dossiers
) -> None:
    went = await officer.post("/find", json={"q": "Lê Khởi"})
    assert went.json()["then"]["href"].endswith("?view=all&find=i%E1%BB%9FhK+%C3%AAL")
    screen = (await officer.get("/", params={"view": "all", "find": "iởhK êL"})).json()
    assert dossiers.asked == [QueueFilter(view="all", text="Lê Khởi")]
    assert block(screen, "search-box")["value"] == "Lê Khởi"
    chips = block(screen, "chips")["items"]
    assert [one["label"] for one in chips][:2] == ["Tất cả", "Cần làm"]
    assert all("find=" in one["action"]["href"] for one in chips)
    filters = block(screen, "accordion")["blocks"]
    assert [one["label"] for one in filters] == ["Thủ tục"]
    assert filters[0]["items"][0]["action"]["href"].startswith(
        "/console/apps/track-dossier/?view=all&procedure=1.001193&find="
    )
    assert "find=" not in block(screen, "link")["action"]["href"]


async def test_an_empty_filter_offers_to_remove_it(officer: httpx.AsyncClient) -> None:
    screen = (await officer.get("/", params={"view": "in_process", "status": 2})).json()
    assert block(screen, "accordion")["open"]
    empty = block(screen, "table")["empty"]
    assert empty["button"]["action"]["href"] == "/console/apps/track-dossier/?view=in_process"


async def test_an_unknown_view_is_refused(officer: httpx.AsyncClient) -> None:
    assert (await officer.get("/", params={"view": "everything"})).status_code == 400


async def test_accepting_says_that_the_clock_starts_then_does_it(
    officer: httpx.AsyncClient, dossiers: Dossiers
) -> None:
    dossiers.one = dossier(acts=["accept", "refuse", "ask_supplement", "send_on"], pin=None)
    screen = (await officer.get(f"/{ID}")).json()
    primary = screen["primary"]
    assert primary["label"] == "Tiếp nhận"
    assert "Đồng hồ bắt đầu chạy" in primary["action"]["confirm"]["text"]
    assert primary["action"]["href"] == f"/api/v1/apps/track-dossier/desk/{ID}/accept"
    others = [one["label"] for one in block(screen, "group")["blocks"]]
    assert others == ["Từ chối", "Yêu cầu bổ sung", "Chuyển cơ quan khác"]
    assert "K7M2QX" not in str(screen)
    sent = await officer.post(f"/{ID}/accept", json=primary["action"]["body"])
    assert sent.json()["then"] == {"type": "refresh"}
    assert dossiers.done == [Act(kind="accept", version=1)]


@pytest.mark.parametrize("kind", ["refuse", "ask_supplement", "send_on", "finish", "stop"])
async def test_an_act_that_needs_words_or_a_file_has_a_form(
    officer: httpx.AsyncClient, dossiers: Dossiers, kind: str
) -> None:
    dossiers.one = dossier(RUNNING, acts=[kind])
    form = block((await officer.get(f"/{ID}/acts/{kind}")).json(), "form")
    filled = {
        "reason": "vì",
        "agency_id": str(UUID(int=10)),
        "result": [str(UUID(int=6))],
    }
    asked = {one["name"]: filled[one["name"]] for one in form["blocks"]}
    sent = await officer.post(f"/{ID}/acts", json=form["submit"]["action"]["body"] | asked)
    assert sent.status_code == 200, sent.text
    assert [(one.kind, one.version, one.reason) for one in dossiers.done] == [(kind, 2, "vì")]


async def test_an_act_that_is_not_possible_now_has_no_form(
    officer: httpx.AsyncClient, dossiers: Dossiers
) -> None:
    dossiers.one = dossier(acts=["accept"])
    assert (await officer.get(f"/{ID}/acts/finish")).status_code == 404


async def test_a_dossier_cannot_be_sent_on_to_its_own_agency(
    officer: httpx.AsyncClient, dossiers: Dossiers
) -> None:
    dossiers.one = dossier(acts=["send_on"])
    form = block((await officer.get(f"/{ID}/acts/send_on")).json(), "form")
    assert [one["label"] for one in form["blocks"][0]["choices"]] == ["UBND phường Tân Thành"]


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_status_has_a_look_and_words(
    words: Speak, status: Status, language: Language
) -> None:
    t = words("track-dossier", language)
    line = msgspec.structs.replace(LINE, status=status)
    assert statuses.badge(t, status, "citizen").icon
    assert statuses.officer_badge(t, status, late=False).label
    assert times.headline(t, line)
    assert times.left(t, line, NOW)
    assert story.timeline(t, dossier(line)).items
