"""Hostile uploads over HTTP: refused with a reason, or downloaded as they came and as told."""

import asyncio
import gzip
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from camaug.kernel.blobs import Blobs, Stored
from camaug.kernel.web import Engines
from camaug_sdk.problems import Unavailable

from .conftest import Sender
from .files import REFUSED, TAKEN, jpeg, packed, pdf, png

pytestmark = pytest.mark.usefixtures("store")
TEN_MIB = 10 * 1024 * 1024


@pytest.mark.parametrize("name", REFUSED)
async def test_a_hostile_file_is_refused_with_its_reason(sender: Sender, name: str) -> None:
    media_type, data, code = REFUSED[name]
    document_id = await sender.sent(data, media_type)
    answer = await sender.complete(document_id)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [("/file", code)]
    again = await sender.complete(document_id)
    assert (again.status_code, again.json()["code"]) == (409, "file_refused")
    served = await sender.address(document_id)
    assert (served.status_code, served.json()["code"]) == (409, "file_not_checked")


@pytest.mark.parametrize("code", sorted({code for _, _, code in REFUSED.values()}))
async def test_a_refusal_is_told_in_both_languages(sender: Sender, code: str) -> None:
    media_type, data, _ = next(one for one in REFUSED.values() if one[2] == code)
    told: list[str] = []
    for language in ("vi", "en"):
        answer = await sender.complete(await sender.sent(data, media_type), language)
        assert answer.headers["content-language"] == language
        told.append(answer.json()["errors"][0]["message"])
    assert all(len(one) > 20 for one in told)
    assert told[0] != told[1]


@pytest.mark.parametrize("name", TAKEN)
async def test_what_is_taken_comes_back_the_same_and_only_as_attachment(
    sender: Sender, name: str
) -> None:
    media_type, data = TAKEN[name]
    document_id = await sender.sent(data, media_type)
    answer = await sender.complete(document_id)
    assert (answer.status_code, answer.json().get("state")) == (200, "checked"), answer.text
    got, headers = await sender.download(document_id)
    assert got == data
    assert headers.headers["content-type"] == media_type
    assert headers.headers["content-disposition"].startswith("attachment; filename=")
    assert headers.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize(
    "field",
    [
        {"Content-Disposition": "inline"},
        {"Cache-Control": "public, max-age=31536000"},
        {"acl": "public-read"},
        {"success_action_redirect": "https://evil.example/"},
    ],
)
async def test_what_the_sender_tells_the_store_changes_no_download(
    sender: Sender, field: dict[str, str]
) -> None:
    begun = (await sender.begin(png(), "image/png")).json()
    await sender.post(begun, png(), **field)
    document_id = begun["document_id"]
    assert (await sender.complete(document_id)).status_code == 200
    _, answer = await sender.download(document_id)
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["content-type"] == "image/png"


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate"])
async def test_bytes_that_a_browser_would_unpack_into_others_are_refused(
    sender: Sender, encoding: str
) -> None:
    begun = (await sender.begin(png(), "image/png")).json()
    assert await sender.post(begun, png(), **{"Content-Encoding": encoding}) == 204
    answer = await sender.complete(begun["document_id"])
    assert answer.json()["errors"][0]["code"] == "file_type_differs"


async def test_a_packed_file_is_not_unpacked(sender: Sender) -> None:
    bomb = gzip.compress(png() + bytes(50_000_000), 1)
    begun = (await sender.begin(bomb, "image/png")).json()
    assert await sender.post(begun, bomb, **{"Content-Encoding": "gzip"}) == 204
    assert (await sender.complete(begun["document_id"])).status_code == 422


@pytest.mark.parametrize(
    "field",
    [
        {"key": "audit/heads/1"},
        {"key": "incoming/../x"},
        {"Content-Type": "text/html"},
        {"x-amz-meta-note": "x"},
        {"x-amz-website-redirect-location": "https://evil.example/"},
        {"policy": "e30="},
    ],
)
async def test_the_store_takes_nothing_else_than_was_announced(
    sender: Sender, field: dict[str, str]
) -> None:
    begun = (await sender.begin(png(), "image/png")).json()
    assert await sender.post(begun, png(), **field) in (400, 403)
    assert (await sender.complete(begun["document_id"])).json()["code"] == "file_not_uploaded"


@pytest.mark.parametrize("size", [0, -1, TEN_MIB + 1, 2**70, 1.5, "1", None])
async def test_a_size_that_cannot_be_is_refused(sender: Sender, size: object) -> None:
    answer = await sender.begin(png(), "image/png", size=size)
    assert answer.status_code == 400 or answer.json()["errors"][0]["pointer"] == "/size"
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("media_type", ["image/svg+xml", "image/heic", "text/html", "IMAGE/PNG"])
async def test_a_type_that_is_not_taken_is_refused(sender: Sender, media_type: str) -> None:
    answer = await sender.begin(png(), media_type)
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_nothing_sent_and_less_or_more_than_announced_is_refused(sender: Sender) -> None:
    begun = (await sender.begin(png(), "image/png")).json()
    for data in (b"", png()[:-1], png() + b"x", bytes(TEN_MIB + 1)):
        assert await sender.post(begun, data) in (400, 403)
    answer = await sender.complete(begun["document_id"])
    assert (answer.status_code, answer.json()["code"]) == (404, "file_not_uploaded")


async def test_the_process_stays_small_while_bombs_arrive(sender: Sender) -> None:
    """All at once: as large as may be, and those that unfold the most."""
    wide = png() + bytes(TEN_MIB - len(png()))
    noise = pdf(b"(" + bytes(range(1, 40)) * 250_000 + b")", packed(bytes(30_000_000)))
    files = [
        ("image/png", wide),
        ("image/jpeg", jpeg() + bytes(TEN_MIB - len(jpeg()))),
        ("application/pdf", noise),
        ("application/pdf", pdf(*[packed(bytes(6_000_000))] * 10)),
        ("application/pdf", pdf(packed(bytes(70_000_000)))),
    ]
    ids = [await sender.sent(data, media_type) for media_type, data in files * 3]
    before = begin_peak()
    answers = await asyncio.gather(*map(sender.complete, ids))
    grown = resident("VmHWM") - before
    assert {one.status_code for one in answers} == {200, 422}
    print(f"from {before:.0f} MiB, {grown:.0f} more at the peak")  # noqa: T201
    assert grown < 100


def begin_peak() -> float:
    """Forget the highest figure so far; the present one."""
    Path("/proc/self/clear_refs").write_text("5")
    return resident("VmRSS")


def resident(field: str) -> float:
    """A figure of this process in MiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(one.split()[1]) for one in lines if one.startswith(field)) / 1024


async def test_no_version_that_came_later_is_ever_served(sender: Sender) -> None:
    """One presigned form is used again and again, also while the file is checked."""
    good, other = png(1, 1), png(1, 2)
    assert len(good) == len(other)
    begun = (await sender.begin(good, "image/png")).json()
    document_id = begun["document_id"]
    await sender.post(begun, good)
    answers = await asyncio.gather(
        *(sender.complete(document_id) for _ in range(4)),
        *(sender.post(begun, other) for _ in range(8)),
    )
    checked = [one for one in answers if not isinstance(one, int)]
    assert {one.status_code for one in checked} == {200}
    first, _ = await sender.download(document_id)
    for _ in range(5):
        await sender.post(begun, bytes(len(good)))
        assert (await sender.complete(document_id)).status_code == 200
        assert (await sender.download(document_id))[0] == first


async def test_a_race_of_a_good_and_a_bad_file_never_serves_the_bad(sender: Sender) -> None:
    bad = bytes(len(png()))
    for _ in range(6):
        begun = (await sender.begin(png(), "image/png")).json()
        document_id = begun["document_id"]
        await sender.post(begun, png())
        answers = await asyncio.gather(
            sender.complete(document_id), sender.post(begun, bad), sender.complete(document_id)
        )
        told = {one.status_code for one in answers if not isinstance(one, int)}
        address = await sender.address(document_id)
        if address.status_code == 200:
            assert (await sender.download(document_id))[0] == png()
        else:
            assert 200 not in told


async def test_a_bucket_without_versions_takes_no_file(
    sender: Sender, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    document_id = await sender.sent(png(), "image/png")
    read = engines.blobs.read

    @asynccontextmanager
    async def unversioned(key: str, size: int) -> AsyncGenerator[tuple[Stored, bytearray]]:
        async with read(key, size) as (stored, data):
            yield replace(stored, version_id="null"), data

    monkeypatch.setattr(engines.blobs, "read", unversioned)
    answer = await sender.complete(document_id)
    assert (answer.status_code, answer.json()["code"]) == (503, "store")
    monkeypatch.undo()
    assert (await sender.complete(document_id)).status_code == 200


async def test_an_answer_of_the_store_that_breaks_off_is_no_check() -> None:
    async def broken(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n\x89PNG")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(broken, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    blobs = Blobs(f"http://key:secret@127.0.0.1:{port}/bucket")
    async with server:
        with pytest.raises(Unavailable):
            async with blobs.read("incoming/1", 99):
                pass
        await blobs.close()
