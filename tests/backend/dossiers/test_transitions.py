import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camaug.agencies.seed import read
from camaug.dossiers.queue import CLOSED
from camaug.dossiers.transitions import TRANSITIONS, UNDOABLE, Kind, allowed, possible
from camaug_sdk.records import Status

PROPOSED = {
    int(row["code"]): {int(code) for code in row["proposed_next_codes"].split(",") if code}
    for row in read("statuses.tsv")
}
EXTRA = {(5, 3), (3, 1), (8, 4), (9, 4)}
"""Allowed beyond the proposal: a supplement never answered before acceptance ends in refusal, and
what was refused, stopped or finished is reopened by a leader."""

FINAL = {Status.REFUSED, Status.WITHDRAWN, Status.STOPPED, Status.RETURNED}


def test_every_change_of_status_is_one_that_the_national_list_proposes() -> None:
    made = {
        (start, rule.to)
        for rule in TRANSITIONS.values()
        for start in rule.start
        if rule.to is not None
    }
    assert {pair for pair in made if pair[1] not in PROPOSED[pair[0]]} == EXTRA


def test_the_final_statuses_are_those_that_the_national_list_and_the_queue_have() -> None:
    assert {code for code, following in PROPOSED.items() if not following} == FINAL
    assert set(CLOSED) == FINAL


@pytest.mark.parametrize("status", sorted(FINAL))
@pytest.mark.parametrize("by", ["officer", "citizen"])
@pytest.mark.parametrize("accepted", [True, False])
def test_what_is_final_has_no_further_act_for_anybody(
    status: Status, by: str, *, accepted: bool
) -> None:
    assert possible(by, status, accepted=accepted) == []


@pytest.mark.parametrize("status", list(Status))
def test_only_what_was_accepted_and_has_no_result_is_stopped(status: Status) -> None:
    assert "stop" not in possible("officer", status, accepted=False)
    assert ("stop" in possible("officer", status, accepted=True)) is (status in (2, 4, 5, 6))
    assert "stop" not in possible("citizen", status, accepted=True)


@pytest.mark.parametrize("status", list(Status))
def test_a_leader_reopens_what_was_refused_stopped_or_finished_and_does_nothing_else(
    status: Status,
) -> None:
    found = [one for on in (True, False) for one in possible("leader", status, accepted=on)]
    expected = {3: ["reopen_refused"], 8: ["reopen"], 9: ["reopen"]}
    assert found == expected.get(int(status), [])


@settings(max_examples=10_000, deadline=None)
@given(st.binary(max_size=40))
def test_no_history_leaves_the_table_or_starts_the_clock_twice(choices: bytes) -> None:
    """Each byte chooses who acts, and which of the acts that are possible, or an undo.

    The citizen, who mostly withdraws, is one in eight, or few histories would go on. What is undone
    leaves nothing: the history without it leads to the same.
    """
    told, status, accepted = _lived(choices)
    assert (status, accepted) == _played(told)
    clocks = [TRANSITIONS[kind].clock for kind in told]
    assert clocks.count("starts") <= 1
    if status in (Status.IN_PROCESS, Status.STOPPED, Status.COMPLETED, Status.RETURNED):
        assert accepted
    ended = clocks.count("stops") - clocks.count("runs again")
    assert ended == (status in FINAL or status == Status.COMPLETED)
    if status in FINAL:
        assert possible("officer", status, accepted=accepted) == []
        assert possible("citizen", status, accepted=accepted) == []


def _lived(choices: bytes) -> tuple[list[Kind], Status, bool]:
    """What was done and not undone, and where the dossier stands then."""
    told: list[Kind] = []
    before: tuple[Status, bool] | None = None
    status, accepted = Status.SUBMITTED, False
    for choice in choices:
        number, person = divmod(choice, 8)
        if person == 0 and before is not None:
            (status, accepted), before = before, None
            told.pop()
            continue
        by = {1: "citizen", 2: "leader"}.get(person, "officer")
        kinds = possible(by, status, accepted=accepted)
        if not kinds:
            continue
        kind = kinds[number % len(kinds)]
        rule = TRANSITIONS[kind]
        assert rule.by == by
        assert allowed(rule, status, accepted=accepted)
        assert status not in FINAL or by == "leader"
        following = rule.to or status
        assert following == status or (status, following) in EXTRA or following in PROPOSED[status]
        before = (status, accepted) if kind in UNDOABLE else None
        accepted = accepted or rule.clock == "starts"
        status = following
        told.append(kind)
    return told, status, accepted


def _played(kinds: list[Kind]) -> tuple[Status, bool]:
    """Where these acts lead, each of which must be possible."""
    status, accepted = Status.SUBMITTED, False
    for kind in kinds:
        rule = TRANSITIONS[kind]
        assert allowed(rule, status, accepted=accepted)
        status, accepted = rule.to or status, accepted or rule.clock == "starts"
    return status, accepted
