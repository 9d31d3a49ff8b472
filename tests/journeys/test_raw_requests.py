"""Bytes that are no proper HTTP, sent to the API as it is served (FAULTS 36 and 56).

The API stands behind a proxy; where the two read a request differently, somebody else's request is
taken over (RFC 9112 section 11.2). So a doubtful request is refused or the connection closed, and
what follows in it is never answered as a second request.
"""

import asyncio
import re
import statistics
import time
from urllib.parse import urlsplit

import pytest

from .system import System

PATIENCE = 15.0
"""Seconds after which a connection that neither answers nor closes has failed.

The server itself gives up a head that does not end after thirty."""
MOST_BYTES = 256 * 1024
SLOW = 300
HIDDEN = b"GET /api/v1/shell/hidden-request HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /api/v1/screens/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
GET = b"GET /api/v1/screens/sign-in HTTP/1.1\r\nHost: x\r\n"
REFUSED: dict[str, bytes] = {
    "length and chunks": POST
    + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    + HIDDEN,
    "chunks and length": POST
    + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"
    + HIDDEN,
    "two lengths": POST + b"Content-Length: 2\r\nContent-Length: 60\r\n\r\n{}" + HIDDEN,
    "two lengths in one": POST + b"Content-Length: 2, 60\r\n\r\n{}" + HIDDEN,
    "length below zero": POST + b"Content-Length: -1\r\n\r\n{}" + HIDDEN,
    "length with a sign": POST + b"Content-Length: +2\r\n\r\n{}" + HIDDEN,
    "length in hex": POST + b"Content-Length: 0x2\r\n\r\n{}" + HIDDEN,
    "length beyond 64 bit": POST + b"Content-Length: 99999999999999999999\r\n\r\n{}" + HIDDEN,
    "unknown coding": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    "chunked not last": POST + b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n" + HIDDEN,
    "chunk of no size": POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n" + HIDDEN,
    "chunk below zero": POST + b"Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n" + HIDDEN,
    "chunk longer than told": POST
    + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{}{}\r\n0\r\n\r\n"
    + HIDDEN,
    "chunk beyond 64 bit": POST
    + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}\r\n"
    + HIDDEN,
    "blank before the colon": POST + b"Content-Length : 2\r\n\r\n{}" + HIDDEN,
    "folded header": GET + b"X-A: a\r\n b\r\n\r\n",
    "header without colon": GET + b"nonsense\r\n\r\n",
    "NUL in a header": GET + b"X-A: a\x00b\r\n\r\n",
    "bare CR in a header": GET + b"X-A: a\rX-B: b\r\n\r\n",
    "NUL in a header's name": GET + b"X\x00A: a\r\n\r\n",
    "no host": b"GET /api/v1/screens/sign-in HTTP/1.9\r\n\r\n",
    "unknown version": b"GET /api/v1/screens/sign-in HTTP/9.9\r\nHost: x\r\n\r\n",
    "HTTP/0.9": b"GET /api/v1/screens/sign-in\r\n\r\n",
    "NUL in the address": b"GET /api/v1/\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
    "NUL escaped in the address": b"GET /api/v1/documents/%00 HTTP/1.1\r\nHost: x\r\n\r\n",
    "no UTF-8 in the address": b"GET /api/v1/documents/%ff%fe HTTP/1.1\r\nHost: x\r\n\r\n",
    "raw bytes in the address": b"GET /api/v1/documents/\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    "up and out, escaped": b"GET /assets/%2e%2e%2f%2e%2e%2fetc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    "a tunnel": b"CONNECT 127.0.0.1:5432 HTTP/1.1\r\nHost: x\r\n\r\n",
    "a method of nobody": b"BREW /api/v1/screens/sign-in HTTP/1.1\r\nHost: x\r\n\r\n",
    "a method of blanks": b"   \r\n\r\n",
    "TLS": bytes.fromhex("16030100c8010000c40303") + b"\x00" * 180 + b"\r\n\r\n",
    "HTTP/2 without asking": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00" * 200,
    "a header of 1 MB": GET + b"X-A: " + b"a" * 1024 * 1024 + b"\r\n\r\n",
    "10,000 headers": GET + b"".join(b"X-%d: a\r\n" % n for n in range(10_000)) + b"\r\n",
    "an address of 1 MB": b"GET /" + b"a" * 1024 * 1024 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "only line ends": b"\r\n" * 50_000 + b"x\r\n\r\n",
}


async def _connect(system: System) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    where = urlsplit(system.url)
    return await asyncio.open_connection(where.hostname, where.port)


async def _answer(system: System, sent: bytes) -> bytes:
    """What comes back until the server closes; a server that keeps the line open is given up."""
    reader, writer = await _connect(system)
    found = b""
    try:
        writer.write(sent)
        await writer.drain()
        async with asyncio.timeout(PATIENCE):
            while len(found) < MOST_BYTES and (part := await reader.read(64 * 1024)):
                found += part
                if b"\r\nconnection: close" not in found.lower() and _whole(found):
                    await asyncio.sleep(0.1)  # a second answer would follow at once
                    writer.write_eof()
    except (TimeoutError, OSError):
        pass
    finally:
        writer.close()
    return found


def _whole(found: bytes) -> bool:
    head, ends, body = found.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
    return bool(ends) and length is not None and len(body) >= int(length[1])


def _statuses(found: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3})", found)]


@pytest.fixture(scope="module", autouse=True)
def told_before(system: System) -> int:
    """How much the server had written before."""
    return system.serve.log.stat().st_size


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_no_proper_request_is_refused_and_hides_no_other(
    system: System, name: str
) -> None:
    started = time.monotonic()
    found = await _answer(system, REFUSED[name])
    statuses = _statuses(found)
    assert len(statuses) <= 1, found
    assert all(400 <= status < 500 for status in statuses), found
    assert b"hidden-request" not in found
    assert b"Traceback" not in found
    assert time.monotonic() - started < PATIENCE, "neither answered nor closed"


async def test_a_way_out_of_the_folder_leads_to_the_shell(system: System) -> None:
    """Addresses that are none of ours belong to the shell, which says that there is nothing."""
    found = await _answer(system, b"GET /../../../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b"camaug-shell" in found
    assert b"root:" not in found


async def test_good_people_are_served_while_others_send_by_the_byte(system: System) -> None:
    alone = await _usual(system)
    held = [await _connect(system) for _ in range(SLOW)]
    try:
        for number, (_, writer) in enumerate(held):
            writer.write(GET if number % 2 else POST + b"Content-Length: 500\r\n\r\n{")
        await asyncio.gather(*(writer.drain() for _, writer in held))
        beside = await _usual(system)
    finally:
        for _, writer in held:
            writer.close()
    assert beside < max(5 * alone, 0.5), f"{alone:.3f} s alone, {beside:.3f} s beside {SLOW}"


async def _usual(system: System) -> float:
    """Seconds of half of twenty proper requests; what holds up one of them may be the machine."""
    took: list[float] = []
    for _ in range(20):
        started = time.monotonic()
        found = await _answer(system, GET + b"Connection: close\r\n\r\n")
        assert _statuses(found) == [200], found[:200]
        took.append(time.monotonic() - started)
    return statistics.median(took)


async def test_no_process_died_of_it(system: System, told_before: int) -> None:
    assert not system.serve.ended
    log = system.serve.log.read_bytes()[told_before:].decode()
    assert "Unexpected exit" not in log
    assert "panicked" not in log
