"""Whose address a request has: only our own proxies are believed."""

from typing import Any

import pytest

from camaug.kernel.addresses import Addresses


def scope(peer: str, *forwarded: str) -> Any:
    headers = [(b"x-forwarded-for", one.encode()) for one in forwarded]
    return {"client": (peer, 1), "headers": headers}


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.7", ["1.2.3.4"], "203.0.113.7"),
        ("10.0.0.1", ["203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", ["1.1.1.1, 203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", ["1.1.1.1", "203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", ["203.0.113.7, 10.0.0.2"], "203.0.113.7"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["rubbish"], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.7, rubbish"], "10.0.0.1"),
        ("10.0.0.1", ["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::/64"),
        ("::ffff:10.0.0.1", ["203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", ["9.9.9.9," * 500 + "203.0.113.7"], "203.0.113.7"),
    ],
)
def test_the_client_is_the_first_from_the_right_that_is_not_ours(
    peer: str, forwarded: list[str], expected: str
) -> None:
    assert Addresses(["10.0.0.0/8"]).of(scope(peer, *forwarded)) == expected


def test_without_trusted_proxies_nothing_that_is_said_counts() -> None:
    assert Addresses([]).of(scope("10.0.0.1", "203.0.113.7")) == "10.0.0.1"


def test_a_request_without_a_peer_is_of_nobody_known() -> None:
    assert Addresses([]).of({"client": None, "headers": []}) == "unknown"  # type: ignore[arg-type]
