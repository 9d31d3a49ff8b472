"""What an officer is told before acting, and whom the story names."""

from collections.abc import Callable

import msgspec
import pytest

from camaug_sdk import Words
from camaug_sdk.records import DossierEvent, Language, Status
from camaug_track_dossier import desk_acts, story

from .test_pages import NOW, RUNNING, dossier

Speak = Callable[[str, Language], Words]


@pytest.mark.parametrize("before", [False, True])
def test_who_asks_for_papers_again_reads_what_it_costs(words: Speak, *, before: bool) -> None:
    asked = desk_acts.Asked(line=RUNNING, kind="ask_supplement", offices=[], asked_before=before)
    shown = msgspec.json.encode(desk_acts.form(words("track-dossier", "vi"), asked)).decode()
    assert ("tính là trễ hạn" in shown) is before


def test_who_sends_a_dossier_on_is_not_told_as_one_of_the_office_that_gets_it(words: Speak) -> None:
    sent = DossierEvent(
        seq=3,
        kind="sent_on",
        status=Status.ACCEPTED,
        at=NOW,
        actor_kind="staff",
        actor_name="Trần Hoàng Dự",
        agency_name_vi="UBND xã Gành Hào",
        agency_name_en="Gành Hào",
    )
    [step, *_] = story.timeline(words("track-dossier", "vi"), dossier(RUNNING, events=[sent])).items
    assert step.text == "Trần Hoàng Dự · đến UBND xã Gành Hào"


def test_what_is_late_is_not_expected_on_a_day_that_has_passed(words: Speak) -> None:
    t = words("track-dossier", "vi")
    late = msgspec.structs.replace(RUNNING, work_minutes_left=-60)
    for line, count in ((RUNNING, 1), (late, 0)):
        steps = story.timeline(t, dossier(line)).items
        assert sum("dự kiến" in (one.time or "") for one in steps) == count
