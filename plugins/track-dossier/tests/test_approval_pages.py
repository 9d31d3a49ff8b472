"""What waits for a leader, templates of reasons and internal notes, as screens."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from camaug_sdk import Invalid, Send, Words
from camaug_sdk.approvals import Approval, Proposal
from camaug_sdk.fields import ChoiceField, LongTextField
from camaug_sdk.handing import Slip
from camaug_sdk.notes import Note
from camaug_sdk.reasons import Suggested, Template
from camaug_sdk.records import Dossier, DossierEvent, DossierLine, Language, Status
from camaug_sdk.screens import AnyBlock, Button, Callout, Form, Group, Link
from camaug_track_dossier import approval_pages, desk_acts, desk_page, note_pages, template_pages
from camaug_track_dossier.contents import Names
from camaug_track_dossier.forms import NewReason

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
ID, ME = UUID(int=42), UUID(int=70)
ICONS = Path(__file__).parents[3] / "miniapps/screens/icons.txt"
NAMES = Names(procedure=None, communes=[])
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
    submitted_at=NOW,
    accepted_at=None,
    due_at=None,
    version=3,
    applicant_name="Lê Văn Khởi",
)
WAITING = Proposal(
    proposal_id=UUID(int=5),
    kind="refuse",
    agency_id=UUID(int=9),
    reason="Sai nơi",
    results=[],
    proposed_by="Trần Hoàng Dự",
    proposed_at=NOW,
    may_decide=False,
    may_take_back=False,
)
NOTE = Note(
    note_id=UUID(int=6),
    text="Đã gọi",
    author="Trần Hoàng Dự",
    agency_name_vi="UBND phường An Xuyên",
    agency_name_en="An Xuyên",
    written_at=NOW,
    edited_at=None,
    may_edit=True,
)
TEMPLATE = Template(
    template_id=UUID(int=7),
    version=2,
    agency_id=None,
    title="Ảnh mờ",
    text="Ảnh {paper} mờ",
    acts=["refuse"],
    procedure_code=None,
    made_at=NOW,
    uses=3,
    may_change=True,
)
SENT_BACK = DossierEvent(
    seq=3,
    kind="sent_back",
    status=Status.SUBMITTED,
    at=NOW,
    actor_kind="staff",
    actor_name="Đỗ Lãnh Đạo",
    note="Nêu căn cứ",
)
WHOLE = Dossier(line=LINE, events=[SENT_BACK], answers={}, documents=[], acts=["accept", "refuse"])


def buttons(blocks: list[AnyBlock]) -> list[str]:
    return [
        one.label
        for block in blocks
        if isinstance(block, Group)
        for one in block.blocks
        if isinstance(one, Button)
    ]


@pytest.mark.parametrize(
    ("decides", "takes", "offered"),
    [
        (True, False, ["Duyệt", "Trả lại"]),
        (False, True, ["Rút đề xuất"]),
        (False, False, []),
    ],
)
def test_each_is_offered_what_they_may_do(
    words: Speak, *, decides: bool, takes: bool, offered: list[str]
) -> None:
    one = msgspec.structs.replace(WAITING, may_decide=decides, may_take_back=takes)
    approval = Approval(needed=["refuse"], waiting=one)
    shown = approval_pages.waiting(words("track-dossier", "vi"), NAMES, LINE, approval)
    assert buttons(shown) == offered
    assert "Sai nơi" in str(shown)


def test_while_one_waits_no_other_is_proposed(words: Speak) -> None:
    t = words("track-dossier", "vi")
    slip = Slip(handovers=[], to_receive=False)
    bound = Approval(needed=["refuse"], waiting=None)
    waits = msgspec.structs.replace(bound, waiting=WAITING)
    for approval, there in ((bound, True), (waits, False)):
        seen = desk_page.Seen(dossier=WHOLE, officer_id=ME, slip=slip, approval=approval)
        assert ("/acts/refuse" in str(desk_page.page(t, seen, NAMES, NOW))) is there


def test_who_only_leads_is_given_no_notes_and_no_hands(words: Speak) -> None:
    t = words("track-dossier", "vi")
    leading = desk_page.Seen(dossier=WHOLE, officer_id=ME, notes=[NOTE])
    slip = Slip(handovers=[], to_receive=False)
    working = msgspec.structs.replace(leading, slip=slip)
    for seen, there in ((leading, False), (working, True)):
        shown = str(desk_page.page(t, seen, NAMES, NOW))
        assert ("Đã gọi" in shown) is there
        assert ("Giao cho đồng nghiệp" in shown) is there


def test_what_came_back_says_why_until_something_else_happens(words: Speak) -> None:
    t = words("track-dossier", "vi")
    [said] = approval_pages.returned(t, WHOLE)
    assert isinstance(said, Callout)
    assert (said.text, "Đỗ Lãnh Đạo" in (said.title or "")) == ("Nêu căn cứ", True)
    again = msgspec.structs.replace(SENT_BACK, seq=4, kind="proposed")
    for other in (
        msgspec.structs.replace(WHOLE, events=[SENT_BACK, again]),
        msgspec.structs.replace(WHOLE, acts=[]),
    ):
        assert approval_pages.returned(t, other) == []


@pytest.mark.parametrize(("proposing", "way"), [(True, "propose"), (False, "acts")])
def test_the_form_of_an_act_offers_templates_and_knows_its_way(
    words: Speak, *, proposing: bool, way: str
) -> None:
    t = words("track-dossier", "vi")
    found = [
        Suggested(template_id=UUID(int=7), title="Ảnh mờ", paper=paper, text=f"Ảnh {paper} mờ")
        for paper in ("Giấy chứng sinh", None)
    ]
    asked = desk_acts.Asked(
        line=LINE,
        kind="refuse",
        offices=[],
        suggestions=template_pages.suggestions(t, found),
        proposing=proposing,
    )
    form = next(one for one in desk_acts.form(t, asked).blocks if isinstance(one, Form))
    assert isinstance(form.submit.action, Send)
    assert form.submit.action.href.endswith(f"{ID}/{way}")
    field = next(one for one in form.blocks if isinstance(one, LongTextField))
    assert [one.label for one in field.suggestions] == ["Ảnh mờ · Giấy chứng sinh", "Ảnh mờ"]
    assert field.suggestion_name == "template_id"


def test_a_note_may_be_changed_by_its_author_only(words: Speak) -> None:
    t = words("track-dossier", "vi")
    stands = msgspec.structs.replace(NOTE, may_edit=False, edited_at=NOW + timedelta(minutes=2))
    shown = note_pages.section(t, ID, [NOTE, stands])
    assert len([one for one in shown if isinstance(one, Link)]) == 1
    assert "sửa lúc" in str(shown)
    full = note_pages.section(t, ID, [stands] * 50)
    assert not [one for one in full if isinstance(one, Form)]


def test_the_form_of_a_template_begins_with_what_is_in_force(words: Speak) -> None:
    t = words("track-dossier", "vi")
    procedures = [("1.001193", "Đăng ký khai sinh")]
    fresh = str(template_pages.form(t, [("province", "Toàn tỉnh")], procedures))
    assert "Bỏ mẫu" not in fresh
    screen = template_pages.form(t, [], procedures, TEMPLATE)
    form = next(one for one in screen.blocks if isinstance(one, Form))
    assert "Ảnh {paper} mờ" in str(form)
    names = [one.name for one in form.blocks if isinstance(one, ChoiceField)]
    assert names == ["procedure"]
    assert "đã dùng 3 lần" in str(template_pages.listed(t, [TEMPLATE], {}, makes=True))


def test_a_place_that_is_none_is_refused() -> None:
    given = NewReason(title="a", text="b", acts=["refuse"], agency="province")
    assert given.place() is None
    with pytest.raises(Invalid):
        msgspec.structs.replace(given, agency="xã").place()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_word_and_icon_is_there(words: Speak, language: Language) -> None:
    t = words("track-dossier", language)
    waiting = msgspec.structs.replace(WAITING, may_decide=True, may_take_back=True)
    approval = Approval(needed=["refuse"], waiting=waiting)
    shown = [
        *approval_pages.waiting(t, NAMES, LINE, approval),
        *note_pages.section(t, ID, [NOTE]),
    ]
    screens = [
        approval_pages.form(t, LINE, WAITING),
        note_pages.edit(t, LINE, NOTE),
        template_pages.listed(t, [], {}, makes=False),
    ]
    known = set(ICONS.read_text().split())
    text = msgspec.json.encode([shown, screens]).decode()
    icons = {part.split('"', 1)[0] for part in text.split('"icon":"')[1:]}
    assert icons <= known
