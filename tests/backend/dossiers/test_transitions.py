from hypothesis import given
from hypothesis import strategies as st

from camaug.agencies.seed import read
from camaug.dossiers.transitions import TRANSITIONS, allowed, possible
from camaug_sdk.records import Status

PROPOSED = {
    int(row["code"]): {int(code) for code in row["proposed_next_codes"].split(",") if code}
    for row in read("statuses.tsv")
}
EXTRA = {(5, 3)}
"""Allowed beyond the proposal: a supplement never answered before acceptance ends in refusal."""


def test_every_change_of_status_is_one_that_the_national_list_proposes() -> None:
    made = {
        (start, rule.to)
        for rule in TRANSITIONS.values()
        for start in rule.start
        if rule.to is not None
    }
    assert {pair for pair in made if pair[1] not in PROPOSED[pair[0]]} == EXTRA


@given(st.lists(st.tuples(st.sampled_from(["officer", "citizen"]), st.integers(0, 9)), max_size=40))
def test_no_history_leaves_the_table_or_starts_the_clock_twice(
    choices: list[tuple[str, int]],
) -> None:
    status, accepted, starts = Status.SUBMITTED, False, 0
    for by, number in choices:
        kinds = possible(by, status, accepted=accepted)
        if not kinds:
            continue
        rule = TRANSITIONS[kinds[number % len(kinds)]]
        assert rule.by == by
        assert allowed(rule, status, accepted=accepted)
        starts += rule.clock == "starts"
        accepted = accepted or rule.clock == "starts"
        status = rule.to or status
    assert starts <= 1
    if status in (Status.IN_PROCESS, Status.COMPLETED, Status.RETURNED):
        assert accepted
    if status in (Status.REFUSED, Status.WITHDRAWN, Status.RETURNED):
        assert not possible("citizen", status, accepted=accepted)
