import time

import pytest

from camaug.kernel.ids import PIN_ALPHABET, pin, uuid7


def test_ids_are_version_7_unique_and_rise_with_time() -> None:
    made = [uuid7() for _ in range(2000)]
    assert len(set(made)) == 2000
    assert {one.version for one in made} == {7}
    assert {one.variant for one in made} == {"specified in RFC 4122"}
    milliseconds = [one.int >> 80 for one in made]
    assert milliseconds == sorted(milliseconds)


def test_ids_of_one_millisecond_rise_too(monkeypatch: pytest.MonkeyPatch) -> None:
    passing = iter(range(1_764_000_000_000_000_000, 1_764_000_000_001_000_000, 1000))
    monkeypatch.setattr(time, "time_ns", lambda: next(passing))
    made = [uuid7() for _ in range(1000)]
    assert made == sorted(made)
    assert len({one.int >> 80 for one in made}) == 1


def test_a_pin_has_six_letters_that_are_not_confused() -> None:
    pins = {pin() for _ in range(500)}
    assert len(pins) > 490
    assert all(len(one) == 6 and set(one) <= set(PIN_ALPHABET) for one in pins)
    assert not set("0O1IL") & set(PIN_ALPHABET)
