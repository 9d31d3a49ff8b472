"""How often one person may call one utility."""

from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from camaug.plugins import rates
from camaug.plugins.rates import A_SECOND, AT_ONCE, Rates

ME, OTHER = uuid4(), uuid4()


def test_a_person_who_calls_without_end_is_told_when_to_come_back():
    now = [0.0]
    limit = Rates(lambda: now[0])
    assert [limit.wait(ME) for _ in range(int(AT_ONCE))] == [0] * int(AT_ONCE)
    assert limit.wait(ME) == 1
    assert limit.wait(OTHER) == 0
    now[0] += 1.0
    assert [limit.wait(ME) for _ in range(int(A_SECOND))] == [0] * int(A_SECOND)
    assert limit.wait(ME) == 1


@given(st.lists(st.floats(0, 20), max_size=400))
def test_no_more_than_the_bucket_and_what_flowed_in(pauses: list[float]):
    now = [0.0]
    limit = Rates(lambda: now[0])
    let_in = 0
    for pause in pauses:
        now[0] += pause
        let_in += limit.wait(ME) == 0
        assert let_in <= AT_ONCE + now[0] * A_SECOND + 1e-6


def test_only_so_many_people_are_known():
    limit = Rates(lambda: 0.0)
    while not limit.wait(ME):
        pass
    for _ in range(rates.MOST_KEPT - 1):
        limit.wait(uuid4())
    assert limit.wait(ME) == 1
    limit.wait(uuid4())
    assert limit.wait(ME) == 0
