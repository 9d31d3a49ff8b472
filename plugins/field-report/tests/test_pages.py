"""What the reporter and the officer see, on services made by hand, and what is accepted."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from msgspec.structs import replace

from camaug.procedures.search import Finder
from camaug_field_report import acts, citizen_pages, desk_pages, paging, plugin, texts
from camaug_field_report.records import CATEGORIES, OPEN, Category, Counts, Line, Report, State
from camaug_field_report.story import Names
from camaug_sdk import Conflict, Words
from camaug_sdk.records import Agency, Commune, Language

Host = Callable[..., httpx.AsyncClient]
Speak = Callable[[str, Language], Words]
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
WARD = UUID(int=9)
REPORT = Report(
    report_id=UUID(int=42),
    code="PA-261124-0001",
    citizen_id=UUID(int=1),
    agency_id=WARD,
    commune_code="32002",
    category="lighting",
    state="received",
    version=1,
    stay=1,
    waiting_long=False,
    said_enc=b"",
    place_enc=b"",
    position_enc=None,
    remarked=False,
    rating=None,
    filed_at=NOW,
)
NAMES = Names(
    communes={"32002": Commune(code="32002", name="An Xuyên", kind="ward")},
    agencies={WARD: Agency(agency_id=WARD, kind="x", name_vi="UBND", name_en="Committee")},
)


def line(number: int = 1, *, waits: bool = False, category: Category = "road") -> Line:
    return Line(
        report_id=UUID(int=number),
        code=f"PA-261124-{number:04d}",
        commune_code="32002",
        category=category,
        state="received",
        waiting_long=waits,
        filed_at=NOW + timedelta(microseconds=number),
    )


async def test_only_a_live_wire_brings_the_numbers_and_never_waits_for_a_network(
    host: Host,
) -> None:
    async with host(plugin, "field-report") as client:
        for category in CATEGORIES:
            blocks = (await client.get(f"/new/{category}")).json()["blocks"]
            urgent = category == "electric"
            called = [
                button["action"]["href"]
                for one in blocks
                if one["type"] == "callout"
                for button in one["buttons"]
            ]
            assert called == (["tel:114", "tel:115"] if urgent else [])
            form = next(one for one in blocks if one["type"] == "form")
            send = form["submit"]["action"]
            assert (send["body"], send.get("later", False)) == ({"category": category}, not urgent)
        assert (await client.get("/new/murder")).status_code == 404


def test_the_numbers_are_those_of_the_search(procedures: Any) -> None:
    answer = Finder(procedures).answer("dây điện đứt rớt xuống đường", limit=3)
    assert (answer.kind, tuple(answer.numbers[:2])) == ("emergency", citizen_pages.LIVE_WIRE)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_state_act_and_category_has_its_words(words: Speak, language: Language) -> None:
    t = words("field-report", language)
    states: tuple[State, ...] = (*OPEN, "answered", "refused", "duplicate", "withdrawn")
    for state in states:
        assert t(f"state.{state}")
        assert t(f"now.{state}")
        for kind in acts.at_desk(replace(REPORT, state=state)):
            assert t(f"act.{kind}")
            assert t(f"desk.done.{kind}")
            if kind in desk_pages.WITH_FORM:
                assert desk_pages.form(t, replace(REPORT, state=state), kind, [])
    for kind in (*acts.DESK, *acts.OWN, "filed"):
        assert t(f"story.{kind}")


def test_acts_follow_the_state() -> None:
    assert acts.at_desk(REPORT) == ["taken", "answered", "sent_on", "duplicate", "refused"]
    assert "taken" not in acts.at_desk(replace(REPORT, state="handling"))
    assert acts.of_citizen(REPORT) == ["remarked", "withdrawn"]
    assert acts.of_citizen(replace(REPORT, remarked=True, state="handling")) == []
    assert acts.of_citizen(replace(REPORT, state="answered")) == ["rated"]
    assert acts.of_citizen(replace(REPORT, state="answered", rating=3)) == []
    with pytest.raises(Conflict):
        acts.moved(replace(REPORT, state="withdrawn"), "answered", acts.DESK)
    waiting = replace(REPORT, waiting_long=True)
    assert not acts.moved(waiting, "taken", acts.DESK).waiting_long
    assert acts.moved(waiting, "remarked", acts.OWN).waiting_long


def test_what_waits_and_what_is_dangerous_stand_out(words: Speak) -> None:
    t = words("field-report", "vi")
    around = desk_pages.Around(
        names=NAMES, own=[WARD], counts=Counts(fresh=3, handling=0, waiting=1)
    )
    lines = [line(1, waits=True), line(2), line(3, category="electric")]
    screen = desk_pages.queue(t, desk_pages.Chosen(category="road"), lines, "1.2.3", around)
    table: Any = screen.blocks[-1]
    assert [row.tone for row in table.rows] == ["warn", "neutral", "bad"]
    assert table.rows[0].cells["state"].badge.label == "Chờ lâu"
    assert table.more.action.href.endswith("?view=open&category=road&after=1.2.3")


def test_cursors_come_back_and_others_are_the_beginning() -> None:
    for waits in (False, True):
        one = line(7, waits=waits)
        place = paging.read(paging.after(one))
        assert place == paging.Place(waits, one.filed_at, one.report_id)
    for odd in (None, "", "x", "1.2", "2.1." + "0" * 32, f"1.{paging.LAST + 1}." + "0" * 32):
        assert paging.read(odd) is None
    full = [line(number) for number in range(paging.PAGE + 1)]
    assert paging.split(full) == (full[:-1], paging.after(full[-2]))
    assert paging.split(full[:-1]) == (full[:-1], None)


@pytest.mark.parametrize(
    ("position", "inside"),
    [
        ("9.17684,105.15240", True),
        ("8.43000,104.82000", True),
        ("9,105", True),
        ("8.19999,105.0", False),
        ("9.90001,105.0", False),
        ("9.0,104.19999", False),
        ("9.0,106.10001", False),
        ("-9.0,105.0", False),
        ("9.0, 105.0", False),
        ("nan,inf", False),
        ("9.0", False),
        ("٩.0,105.0", False),
        ("", False),
    ],
)
def test_a_position_is_in_the_province_or_refused(position: str, inside: bool) -> None:
    assert texts.is_in_the_province(position) is inside


def test_degrees_are_read_in_the_own_language(words: Speak) -> None:
    vi, en = words("field-report", "vi"), words("field-report", "en")
    assert texts.degrees(vi, "9.17684,105.15240") == "9,17684; 105,15240"
    assert texts.degrees(en, "9.17684,105.15240") == "9.17684, 105.15240"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Đèn hỏng\n\ttừ hôm qua 👨‍👩‍👧 ❤️", None),
        ("", "required"),
        ("a" * 11, "too_long"),
        ("a\x00", "hidden_characters"),
        ("a\x1b[0m", "hidden_characters"),
        ("a\u202eb", "hidden_characters"),
        ("a\u200bb", "hidden_characters"),
        ("a\u2028b", "hidden_characters"),
    ],
)
def test_a_text_is_seen_as_it_is(text: str, code: str | None) -> None:
    wrong = texts.fault(text, 10 if code == "too_long" else 100)
    assert (wrong and wrong.code) == code
