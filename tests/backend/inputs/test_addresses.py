"""Every route of core and plugins at bad addresses: ids of nobody, no ids, odd queries."""

import pytest

from .asked import Asked, published
from .conftest import Asks

ROUTES = published()
WITH_IDS = [one for one in ROUTES if one.path_names]
LEAST_ROUTES = 90
STREAMS = ("/api/v1/live",)
"""It goes on until the client leaves; test_live asks it."""
ODD_IDS = (
    "0190a0a0-0000-7000-8000-000000000000",
    "0190A0A0-0000-7000-8000-000000000000",
    "0190a0a000007000800000000000000g",
    "not-an-id",
    "%00",
    "%ff",
    "%ed%a0%80",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e",
    "a" * 2000,
    "'%20or%201=1--",
    "1%0d%0aset-cookie:%20a=b",
    "-1",
    "%F0%9F%A6%90",
)
ODD_QUERIES = (
    "after=%00",
    "after=bm90LWEtY3Vyc29y",
    "after=" + "a" * 4000,
    "after=1&after=2",
    "q=%00",
    "q=%ed%a0%80",
    "q=" + "x" * 4000,
    "q=%F0%9F%A6%90",
    "limit=-1",
    "limit=99999999999999999999",
    "limit=1e9",
    "view=nothing",
    "status=99",
    "field=%00",
    "unknown=1",
    "q[]=1",
    "&&&===",
    "%",
)


def test_every_route_is_swept() -> None:
    assert len(ROUTES) >= LEAST_ROUTES


@pytest.mark.parametrize("asked", WITH_IDS, ids=lambda one: one.name)
async def test_an_id_of_nobody_is_refused_and_never_an_error_of_ours(
    asked: Asked, ask: Asks
) -> None:
    wrong: list[str] = []
    for odd in ODD_IDS:
        ids = dict.fromkeys(asked.path_names, odd)
        answer = await ask(asked, b"", {}, at=asked.at(ids))
        if asked.method == "DELETE" and answer.status_code == 204:
            continue  # what is not there is gone, whosever it was
        if not 400 <= answer.status_code < 500 or "problem" not in answer.headers["content-type"]:
            wrong.append(f"{odd[:40]}: {answer.status_code} {answer.text[:100]}")
        if "set-cookie" in answer.headers:
            wrong.append(f"{odd[:40]}: sets a cookie")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "asked",
    [one for one in ROUTES if one.method == "GET" and one.path not in STREAMS],
    ids=lambda one: one.name,
)
async def test_no_query_breaks_a_page(asked: Asked, ask: Asks) -> None:
    wrong: list[str] = []
    for odd in ODD_QUERIES:
        answer = await ask(asked, b"", {}, at=f"{asked.at()}?{odd}")
        if answer.status_code >= 500:
            wrong.append(f"{odd[:40]}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
