"""The browser shows Vietnamese and keeps the walls that the product's sandbox relies on."""

import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from camaug import browser as unpacked
from camaug.settings import ROOT

pytestmark = pytest.mark.journey
LETTERS = "aăâđeêioôơuưyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ₫"
NO_FONT_HAS_THIS = "\ue000"


class _Page(BaseHTTPRequestHandler):
    """Answers everything with a page; without a word about other origins."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<p>secret")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (its name)
        """Silent."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    options = unpacked.prepare(ROOT).options()
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(**options)
        yield made
        made.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    made = chromium.new_page()
    yield made
    made.close()


@pytest.fixture
def origins() -> Iterator[list[str]]:
    """Two web servers, which are two origins."""
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), _Page) for _ in range(2)]
    threads = [threading.Thread(target=partial(one.serve_forever, 0.05)) for one in servers]
    for thread in threads:
        thread.start()
    yield [f"http://127.0.0.1:{one.server_port}/" for one in servers]
    for server, thread in zip(servers, threads, strict=True):
        server.shutdown()
        server.server_close()
        thread.join()


def picture(page: Page, letter: str) -> str:
    page.set_content(f'<b id="it" style="display:inline-block;width:2em">{letter}</b>')
    return hashlib.sha256(page.locator("#it").screenshot()).hexdigest()


def test_every_vietnamese_letter_has_a_picture_of_its_own(page: Page):
    pictures = {letter: picture(page, letter) for letter in LETTERS}
    assert len(set(pictures.values())) == len(LETTERS)
    assert picture(page, "&nbsp;") not in pictures.values()
    assert picture(page, NO_FONT_HAS_THIS) not in pictures.values()


def test_another_origin_cannot_be_read(page: Page, origins: list[str]):
    page.goto(origins[0])
    read = "async (url) => (await fetch(url)).text().catch(String)"
    assert page.evaluate(read, origins[0]) == "<p>secret"
    assert page.evaluate(f"(url) => ({read})(url).catch(String)", origins[1]) == (
        "TypeError: Failed to fetch"
    )
