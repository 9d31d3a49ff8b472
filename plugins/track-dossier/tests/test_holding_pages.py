"""The slip, the load and many at once, as screens."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from camaug_sdk import Invalid, NotFound, Screen, Words
from camaug_sdk.handing import MOST_COUNTED, Colleague, Done, Handover, Slip, Workload
from camaug_sdk.records import Dossier, DossierEvent, DossierLine, Language, Procedure, Status
from camaug_sdk.screens import Button, Callout, Form, Table
from camaug_track_dossier import holding, slip_page, workload_page
from camaug_track_dossier.filters import Filters
from camaug_track_dossier.forms import Marked

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
ID, ME, OTHER = UUID(int=42), UUID(int=70), UUID(int=71)
ICONS = Path(__file__).parents[3] / "miniapps/screens/icons.txt"
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
    status=Status.ACCEPTED,
    submitted_at=NOW,
    accepted_at=NOW,
    due_at=NOW + timedelta(days=3),
    version=3,
    applicant_name="Lê Văn Khởi",
)
HANDED = Handover(
    from_name="Trần Hoàng Dự",
    from_agency_vi="UBND phường An Xuyên",
    from_agency_en="An Xuyên",
    to_name="Lê Thị Bé",
    to_agency_vi="UBND phường An Xuyên",
    to_agency_en="An Xuyên",
    handed_at=NOW,
    due_at=LINE.due_at,
    received_at=None,
    received_by=None,
    closed_at=None,
    note="Chờ bản sao",
)
SENT_ON = DossierEvent(
    seq=2,
    kind="sent_on",
    status=Status.SUBMITTED,
    at=NOW - timedelta(days=1),
    actor_kind="staff",
    actor_name="Võ Minh",
    agency_name_vi="UBND phường An Xuyên",
    agency_name_en="An Xuyên",
)
WHOLE = Dossier(line=LINE, events=[SENT_ON], answers={}, documents=[])


def table(screen: Screen) -> Table:
    return next(one for one in screen.blocks if isinstance(one, Table))


def labels(t: Words, line: DossierLine, officer_id: UUID = ME) -> list[str]:
    found = holding.buttons(t, line, officer_id).blocks
    return [one.label for one in found if isinstance(one, Button)]


@pytest.mark.parametrize(
    ("holder", "status", "offered"),
    [
        (None, Status.ACCEPTED, ["Nhận xử lý", "Giao cho đồng nghiệp"]),
        (ME, Status.ACCEPTED, ["Trả lại hàng chờ", "Giao cho đồng nghiệp"]),
        (OTHER, Status.ACCEPTED, ["Giao cho đồng nghiệp"]),
        (None, Status.RETURNED, []),
        (ME, Status.REFUSED, []),
    ],
)
def test_what_is_offered_is_what_can_be_done(
    words: Speak, holder: UUID | None, status: Status, offered: list[str]
) -> None:
    line = msgspec.structs.replace(LINE, handler_id=holder, status=status)
    slip = "Phiếu kiểm soát quá trình giải quyết hồ sơ"
    assert labels(words("track-dossier", "vi"), line) == [*offered, slip]


def test_what_waits_for_my_word_stands_first_with_the_givers_note(words: Speak) -> None:
    t = words("track-dossier", "vi")
    assert holding.received(t, LINE, Slip(handovers=[HANDED], to_receive=False)) == []
    [told] = holding.received(t, LINE, Slip(handovers=[HANDED], to_receive=True))
    assert "Chờ bản sao" in str(told)
    assert "Trần Hoàng Dự" in str(told)


@pytest.mark.parametrize(
    ("after", "result"),
    [
        (timedelta(0), "early"),
        (timedelta(days=2, hours=14, minutes=59), "early"),
        (timedelta(days=2, hours=15, minutes=1), "on_time"),
        (timedelta(days=3), "on_time"),
        (timedelta(days=3, seconds=1), "late"),
    ],
)
def test_the_result_compares_with_what_was_promised(after: timedelta, result: str) -> None:
    one = msgspec.structs.replace(HANDED, handed_at=NOW + after)
    assert slip_page.result(one) == result
    assert slip_page.result(msgspec.structs.replace(one, due_at=None)) == "none"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_slip_has_a_row_for_every_change_of_hands(words: Speak, language: Language) -> None:
    t = words("track-dossier", language)
    got = msgspec.structs.replace(HANDED, received_at=NOW + timedelta(hours=1), received_by="Bé")
    slip = Slip(handovers=[HANDED, got], to_receive=False)
    screen = slip_page.page(t, WHOLE, slip, None, NOW)
    rows = table(screen).rows
    assert [one.cells["number"].text for one in rows] == ["1", "2", "3"]
    assert rows[0].cells["from"].text == "Võ Minh"
    assert rows[1].cells["handed"].text == "09:00 24/11/2026"
    assert rows[2].cells["received"].text == "10:00 24/11/2026"
    assert rows[1].cells["note"].text == "Chờ bản sao"
    assert {"handed", "received", "signed"} <= {one.key for one in table(screen).columns}


def test_the_phone_is_the_one_of_the_form(words: Speak, by_code: dict[str, Procedure]) -> None:
    found = [one for one in by_code.values() if any(f.type == "phone" for f in one.form_fields)]
    [name] = [one.name for one in found[0].form_fields if one.type == "phone"][:1]
    whole = msgspec.structs.replace(WHOLE, answers={name: "0912345678"})
    t, slip = words("track-dossier", "vi"), Slip(handovers=[], to_receive=False)
    assert "0912345678" in str(slip_page.page(t, whole, slip, found[0], NOW))


def test_each_of_many_says_what_became_of_it(words: Speak) -> None:
    t = words("track-dossier", "vi")
    done = [
        Done(dossier_id=ID, code="H1", problem=None),
        Done(dossier_id=ID, code="H2", problem="dossier_held", holder="Bé"),
        Done(dossier_id=ID, code=None, problem="not_found"),
        Done(dossier_id=ID, code="H4", problem="unheard_of"),
    ]
    screen = holding.result(t, "claim", done)
    assert screen.subtitle == "1 trên 4 hồ sơ"
    rows = table(screen).rows
    assert [one.cells["code"].text for one in rows][::3] == ["H2", "H1"]
    assert "Bé" in (rows[0].cells["why"].text or "")
    assert rows[1].action is None
    assert all(one.cells["why"].text for one in rows[:3])


@pytest.mark.parametrize(
    "text", ["", "x@1", f"{ID}", f"{ID}@", f"{ID}@-1", f"{ID}@1@2", f"{ID}@" + "9" * 10]
)
def test_a_mark_that_no_queue_has_given_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        Marked(dossiers=[f"{ID}@1", text]).seen()
    assert caught.value.errors[0].pointer == "/dossiers/1"
    assert Marked(dossiers=[f"{ID}@12"]).seen() == [(ID, 12)]


def test_a_row_of_the_load_leads_to_that_part_of_the_queue(words: Speak) -> None:
    t = words("track-dossier", "vi")
    busy = Workload(staff_id=ME, name="Bé", seated=False, open=MOST_COUNTED + 1, overdue=1,
                    due_today=0, waiting=2, finished=3)  # fmt: skip
    free = msgspec.structs.replace(busy, staff_id=None, name=None, seated=True, overdue=0, open=7)
    rows = table(workload_page.page(t, [busy, free], works=True)).rows
    assert [one.cells["open"].text for one in rows] == ["1.000+", "7"]
    assert [one.action.href.rpartition("?")[2] for one in rows if one.action] == [
        f"view=open&handler={ME}", "view=open&handler=nobody",
    ]  # fmt: skip
    assert rows[0].cells["name"].badge
    assert Filters(view="open", handler="nobody").asked(None).unheld
    assert Filters(view="open", handler=str(ME)).asked(None).handler_id == ME
    with pytest.raises(NotFound):
        Filters(view="open", handler="everybody").asked(None)


def test_every_icon_is_drawn(words: Speak) -> None:
    t, known = words("track-dossier", "vi"), ICONS.read_text().split()
    slip = Slip(handovers=[HANDED], to_receive=True)
    shown = [holding.buttons(t, LINE, ME), *holding.received(t, LINE, slip), holding.marks(t)]
    found = [part.split("'")[0] for part in str(shown).split("icon='")[1:]]
    assert len(found) > 5
    assert set(found) <= set(known)


def test_who_works_alone_is_told_so_instead_of_being_asked_to_choose(words: Speak) -> None:
    t, mine = words("track-dossier", "vi"), msgspec.structs.replace(LINE, handler_id=ME)
    me, other = (Colleague(staff_id=one, name="Bé", agency_id=ID) for one in (ME, OTHER))
    assert isinstance(holding.form(t, mine, [me, other]).blocks[0], Form)
    [told] = holding.form(t, mine, [me]).blocks
    assert isinstance(told, Callout)
