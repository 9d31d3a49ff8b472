"""The whole way of a dossier on processes by URLs: two of the API, TCP, restricted roles."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest
from playwright.async_api import Page, expect

from .conftest import Picture
from .people import PAPER, file_birth, give_papers, sign_in, sign_in_staff
from .system import System

PHONE, OFFICER = "0990000001", "can-bo.an-xuyen"
DESK = "/console/apps/track-dossier/"


@asynccontextmanager
async def over_tcp(path: str) -> AsyncIterator[int]:
    """A port of this machine behind which a server listens that has only a socket of its own."""

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_unix_connection(path)
        await asyncio.gather(pass_on(reader, inner_writer), pass_on(inner_reader, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def at(url: str, port: int, database: str) -> str:
    """The address with a host and a port for the socket, and another database."""
    parts = urlsplit(url)
    credentials = parts.netloc.rpartition("@")[0]
    netloc = f"{credentials}@127.0.0.1:{port}" if credentials else f"127.0.0.1:{port}"
    return urlunsplit(("postgresql", netloc, f"/{database}", "", ""))


@pytest.fixture(autouse=True)
def codes_of_yesterday() -> None:
    """A system of its own has given no code before."""


@pytest.fixture
async def system(environment: dict[str, str], tmp_path: Path) -> AsyncIterator[System]:
    """A system of its own that reaches every store over TCP."""
    name = f"production_{uuid4().hex[:8]}"
    admin = await asyncpg.connect(environment["CAMAUG_TEST_ADMIN_URL"])
    await admin.execute(f"create database {name} template camaug_empty owner camaug_migrator")
    socket = parse_qs(urlsplit(environment["CAMAUG_DATABASE_URL"]).query)
    async with AsyncExitStack() as stack:
        postgres = await stack.enter_async_context(over_tcp(f"{socket['host'][0]}/.s.PGSQL.5432"))
        redis = await stack.enter_async_context(
            over_tcp(urlsplit(environment["CAMAUG_REDIS_URL"]).path)
        )
        env = dict(environment)
        for setting in ("CAMAUG_DATABASE_URL", "CAMAUG_MIGRATOR_URL"):
            env[setting] = at(env[setting], postgres, name)
        env["CAMAUG_REDIS_URL"] = f"redis://127.0.0.1:{redis}/15"
        env["CAMAUG_WORKERS"] = "2"
        async with System(env, tmp_path).running() as made:
            yield made
        await admin.execute(f"drop database {name} with (force)")
    await admin.close()


async def test_a_dossier_goes_all_the_way_to_its_downloaded_result(  # noqa: PLR0915
    system: System, phone: Page, desk: Page, picture: Picture, tmp_path: Path
) -> None:
    url = system.url
    await sign_in(phone, url, system.simulators, PHONE)
    code, dossier_id = await file_birth(phone, url)
    own = f"{url}/apps/track-dossier/{dossier_id}"
    await phone.goto(own)
    await sign_in_staff(desk, system, OFFICER)
    await at_desk(desk, url, code)
    await do(desk, "Tiếp nhận")
    await expect(phone.get_by_text("Đã tiếp nhận").first).to_be_visible()

    await do(desk, "Yêu cầu bổ sung", reason="Ảnh Giấy chứng sinh bị mờ. Chụp lại bản chính.")
    await expect(phone.get_by_text("Chụp lại bản chính").first).to_be_visible()
    await picture(phone, "asked")
    await phone.get_by_role("link", name="Gửi bổ sung").first.click()
    await give_papers(phone, 1)
    await phone.get_by_role("button", name="Gửi bổ sung").click()
    await phone.wait_for_url(own)

    await at_desk(desk, url, code)
    await do(desk, "Xử lý tiếp")
    await desk.get_by_role("link", name="Hoàn thành").first.click()
    await give_papers(desk, 1)
    await desk.get_by_role("button", name="Hoàn thành").click()
    await expect(phone.get_by_role("heading", name="Kết quả")).to_be_visible()
    await picture(phone, "result")
    got = tmp_path / "result.png"
    async with phone.expect_download() as download:
        await phone.get_by_role("main").get_by_text(PAPER.name).last.click()
    await (await download.value).save_as(got)
    assert got.read_bytes() == PAPER.read_bytes()

    await at_desk(desk, url, code)
    await do(desk, "Trả kết quả")
    await expect(phone.get_by_text("Đã trả kết quả").first).to_be_visible()
    await picture(phone, "returned")
    await roles_are_restricted(system)


async def at_desk(desk: Page, url: str, code: str) -> None:
    """Open the dossier from the list of all that the officer may see."""
    await desk.goto(f"{url}{DESK}?view=all")
    await desk.get_by_text(code, exact=True).first.click()
    await expect(desk.get_by_text(code).first).to_be_visible()


async def do(desk: Page, act: str, reason: str | None = None) -> None:
    """One act on the open dossier; with a reason it has a form, else it asks once more."""
    if reason is not None:
        await desk.get_by_role("link", name=act).first.click()
        await desk.get_by_label("Lý do").fill(reason)
        await desk.get_by_role("button", name=act).click()
        await expect(desk.get_by_label("Lý do")).to_have_count(0)
        return
    button = desk.get_by_role("button", name=act, exact=True)
    await button.click()
    await desk.get_by_role("dialog").get_by_role("button", name=re.compile(act)).click()
    # The page has the act before the next is done: its answer would take away a form.
    await expect(button).to_have_count(0)


async def roles_are_restricted(system: System) -> None:
    """Nobody who is connected at run time is a superuser, makes roles, or owns a table."""
    conn = await asyncpg.connect(system.env["CAMAUG_DATABASE_URL"])
    found = await conn.fetch(
        "select usename, application_name, rolsuper or rolcreaterole as mighty,"
        " exists (select from pg_tables where tableowner = usename) as owner, client_addr"
        " from pg_stat_activity join pg_roles on rolname = usename where datname = $1",
        urlsplit(system.env["CAMAUG_DATABASE_URL"]).path[1:],
    )
    await conn.close()
    names = {str(one["application_name"]) for one in found}
    assert any("api" in name for name in names)
    assert any("worker" in name or "queue" in name for name in names), names
    assert {one["usename"] for one in found} == {"camaug_core"}
    assert not any(one["mighty"] or one["owner"] for one in found)
