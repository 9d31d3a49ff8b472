"""Mistakes of the desk and payments, as screens: each says what to do, and offers what is given."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from camaug_sdk import Words
from camaug_sdk.approvals import Approval
from camaug_sdk.handing import Slip
from camaug_sdk.promises import Payment
from camaug_sdk.records import DossierEvent, Language, PublicDossier, Status
from camaug_sdk.screens import Screen
from camaug_track_dossier import citizen_pages, desk_page, mistakes, relative_page
from camaug_track_dossier.contents import Names

from .test_pages import LINE, NOW, dossier
from .test_relative_pages import DOSSIER

Speak = Callable[[str, Language], Words]
NAMES = Names(procedure=None, communes=[])
FREE = Approval(needed=[], waiting=None)
UNPAID = msgspec.structs.replace(LINE, status=Status.PAYMENT_REQUESTED, accepted_at=NOW)
DONE = msgspec.structs.replace(LINE, status=Status.COMPLETED, accepted_at=NOW)
ASKED = Payment(requested_at=NOW, amount_vnd=50_000, reason="Lệ phí", paid_at=None, ended_at=None)


@pytest.fixture
def t(words: Speak) -> Words:
    return words("track-dossier", "vi")


def told(screen: Screen) -> str:
    return json.dumps(msgspec.to_builtins(screen), ensure_ascii=False)


def event(seq: int, kind: str, **more: Any) -> DossierEvent:
    status = Status.COMPLETED if kind == "completed" else Status.IN_PROCESS
    return DossierEvent(seq=seq, kind=kind, status=status, at=NOW, actor_kind="staff", **more)


def test_who_must_pay_reads_how_much_and_where(t: Words) -> None:
    page = citizen_pages.one(t, dossier(UNPAID, payments=[ASKED]), NAMES, NOW)
    assert "50.000" in told(page)
    assert "biên lai" in told(page)


def test_who_has_paid_reads_what_to_do_when_it_was_not_noted(t: Words) -> None:
    page = told(citizen_pages.one(t, dossier(UNPAID, payments=[ASKED]), NAMES, NOW))
    assert "Đã nộp mà chưa được ghi nhận" in page
    assert f"/{LINE.dossier_id}/complaints" in page


def test_what_was_never_paid_is_not_asked_for_after_the_end(t: Words) -> None:
    over = msgspec.structs.replace(ASKED, ended_at=NOW)
    gone = msgspec.structs.replace(UNPAID, status=Status.WITHDRAWN)
    assert "biên lai" not in told(citizen_pages.one(t, dossier(gone, payments=[over]), NAMES, NOW))


def test_the_lookup_says_where_to_read_what_is_to_be_paid(t: Words) -> None:
    found = PublicDossier(
        code=LINE.code,
        procedure_name=LINE.procedure_name,
        procedure_name_en=LINE.procedure_name_en,
        agency_name_vi=LINE.agency_name_vi,
        agency_name_en=LINE.agency_name_en,
        status=Status.PAYMENT_REQUESTED,
        submitted_at=NOW,
        accepted_at=NOW,
        due_at=None,
        appointed_at=None,
    )
    assert "Số tiền và nơi nộp" in told(citizen_pages.found(t, found))


@pytest.mark.parametrize("scope", ["view", "act"])
def test_a_relative_reads_that_the_owner_knows_what_is_to_be_paid(t: Words, scope: str) -> None:
    one = msgspec.structs.replace(DOSSIER, line=UNPAID, scope=scope, acts=[])
    assert "Chủ hồ sơ xem số tiền" in told(relative_page.page(t, one, NAMES, NOW))


def test_the_desk_corrects_what_was_filed_without_an_answer(t: Words) -> None:
    seen = desk_page.Seen(
        dossier=dossier(DONE, answers={}),
        officer_id=LINE.agency_id,
        slip=Slip(handovers=[], to_receive=False),
    )
    assert "/correct" in told(desk_page.page(t, seen, NAMES, NOW))
    led = msgspec.structs.replace(seen, slip=None)
    assert "/correct" not in told(desk_page.page(t, led, NAMES, NOW))


@pytest.mark.parametrize(
    ("kinds", "needed", "offered"),
    [
        (["accepted", "completed"], [], True),
        (["accepted", "proposed", "approved", "completed"], [], False),
        (["accepted", "completed"], ["finish"], False),
        (["approved", "completed", "reopened", "completed", "corrected"], ["stop"], True),
        (["completed", "reopened", "approved", "completed"], [], False),
    ],
)
def test_a_result_is_replaced_where_no_leader_has_a_say(
    t: Words, kinds: list[str], needed: list[str], offered: bool
) -> None:
    events = [event(n, kind) for n, kind in enumerate(kinds, 1)]
    approval = Approval(needed=needed, waiting=None)
    page = told(mistakes.correct(t, dossier(DONE, events=events, channel=2), approval))
    assert ("correct-result-" in page) is offered
    assert ("lãnh đạo mở lại hồ sơ" in page) is not offered


def test_undo_is_offered_with_its_end_and_never_without(t: Words) -> None:
    for until in (None, NOW + timedelta(seconds=42)):
        one = dossier(DONE, undo_until=until)
        seen = desk_page.Seen(dossier=one, officer_id=LINE.agency_id)
        page = told(desk_page.page(t, seen, NAMES, NOW))
        assert ("/undo" in page) is bool(until)
        assert until is None or f"{until:%H:%M:%S}" in page


def test_what_was_undone_and_corrected_is_told_apart_at_the_desk(t: Words) -> None:
    later = NOW + timedelta(hours=1)
    events = [
        event(1, "accepted", undone=True),
        event(2, "stopped", note="Đúng", was_note="Sai", corrected_at=later),
    ]
    seen = desk_page.Seen(dossier=dossier(DONE, events=events), officer_id=LINE.agency_id)
    page = told(desk_page.page(t, seen, NAMES, NOW))
    assert "Đã hoàn tác; người dân không được báo" in page
    assert page.index("Đúng") < page.index("Sai")


def test_an_officer_reads_whom_a_request_for_papers_waits_for(t: Words) -> None:
    waits = msgspec.structs.replace(LINE, status=Status.SUPPLEMENT_REQUESTED, due_at=NOW)
    come = msgspec.structs.replace(waits, supplemented_at=NOW)
    for line, expected in ((waits, "Chờ người dân bổ sung"), (come, "Giấy tờ đã đến")):
        seen = desk_page.Seen(dossier=dossier(line), officer_id=LINE.agency_id)
        page = told(desk_page.page(t, seen, NAMES, NOW))
        assert expected in page
        assert "Cần bạn bổ sung" not in page
