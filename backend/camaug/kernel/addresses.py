"""From which address a request comes, as far as the proxies before us can be trusted."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any, cast

from litestar.types import Scope

UNKNOWN = "unknown"
LONGEST = 1000


class Addresses:
    """Reads the client's address. `trusted` are networks, such as `10.0.0.0/8`.

    `X-Forwarded-For` counts only when the peer is trusted, and is read from the right: each proxy
    appends whom it was called by, so the first that is not trusted is the client. What stands
    further left was written by the client itself.
    """

    def __init__(self, trusted: Sequence[str]) -> None:
        self._networks = [ip_network(one) for one in trusted]
        self._read = lru_cache(maxsize=4096)(self._from_chain)

    def of(self, scope: Scope) -> str:
        """The address in normal form, an IPv6 one as its /64; `unknown` without a peer."""
        asked = cast("dict[str, Any]", scope)
        peer = asked.get("client")
        forwarded = b""
        if self._networks:
            chain = [value for name, value in asked["headers"] if name == b"x-forwarded-for"]
            forwarded = b",".join(chain)
        return self._read(peer[0] if peer else "", forwarded[-LONGEST:])

    def _from_chain(self, peer: str, forwarded: bytes) -> str:
        named = [one.strip() for one in forwarded.decode("latin-1").split(",") if one.strip()]
        client = UNKNOWN
        for text in [peer, *reversed(named)]:
            try:
                address = ip_address(text)
            except ValueError:
                break
            mapped = getattr(address, "ipv4_mapped", None)
            address = mapped or address
            client = str(address)
            if address.version == 6:  # noqa: PLR2004  (a household has a /64)
                client = str(ip_network((int(address) >> 64 << 64, 64)))
            if not any(address in network for network in self._networks):
                break
        return client
