"""Names of files that attack whoever shows, stores or opens them."""

import re
import unicodedata
from typing import get_args
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from camaug.documents import names
from camaug.documents.schemas import MediaType, NewDocument

from .conftest import Sender
from .files import png

REFUSED = {
    "path with NUL": ("a\x00.png", "characters"),
    "ending after NUL": ("a.exe\x00.png", "characters"),
    "right to left": ("giay\u202egnp.exe", "hidden_characters"),
    "right to left mark": ("a\u200f.png", "hidden_characters"),
    "isolate": ("a\u2066b\u2069.png", "hidden_characters"),
    "line feed": ("a\nSet-Cookie: x=1.png", "hidden_characters"),
    "carriage return": ("a\r\nContent-Type: text/html\r\n\r\n<b>.png", "hidden_characters"),
    "line separator": ("a\u2028b.png", "hidden_characters"),
    "escape": ("a\x1b[2J.png", "hidden_characters"),
    "zero width": ("a\u200b.png", "hidden_characters"),
    "tags": ("a\U000e0041.png", "hidden_characters"),
    "two endings": ("a.png.exe", "file_name_ending"),
    "ending and spaces": ("a.png      .exe", "file_name_ending"),
    "stream of Windows": ("a.png::$DATA", "file_name_ending"),
    "dot at the end": ("a.png.", "file_name_ending"),
    "dots": ("..", "file_name_ending"),
    "macros": ("a.docm", "file_name_ending"),
    "only spaces": (" \t\u00a0", "required"),
}
TAKEN = {
    "../../../etc/passwd.png": "_.._.._etc_passwd.png",
    "..\\..\\windows\\system32\\a.png": "_.._windows_system32_a.png",
    "/etc/cron.d/x.png": "_etc_cron.d_x.png",
    "C:\\a.png": "C__a.png",
    'a"; filename="b.html".png': "a__ filename=_b.html_.png",
    "a'b.png": "a'b.png",
    "%2e%2e%2fa.png": "_2e_2e_2fa.png",
    "$(reboot)`id`.png": "_(reboot)_id_.png",
    "<img src=x onerror=alert(1)>.png": "_img src=x onerror=alert(1)_.png",
    "=cmd|'/c calc'!A0.png": "=cmd_'_c calc'!A0.png",
    "CON.png": "_CON.png",
    "con": "_con.png",
    "Lpt1.tar.png": "_Lpt1.tar.png",
    "NUL ": "_NUL.png",
    "connection.png": "connection.png",
    ".htaccess.png": "htaccess.png",
    ".png": "_.png",
    "giấy tờ": "giấy tờ.png",
    unicodedata.normalize("NFD", "Đơn đề nghị cấp lại.PNG"): "Đơn đề nghị cấp lại.PNG",
    "ảnh " * 60 + ".png": ("ảnh " * 25).strip() + ".png",
    "❤️.png": "❤️.png",
}


@pytest.mark.parametrize("name", REFUSED)
async def test_a_name_that_hides_or_breaks_something_is_refused(sender: Sender, name: str) -> None:
    text, code = REFUSED[name]
    for language in ("vi", "en"):
        answer = await sender.write(
            "",
            {"file_name": text, "size": 9, "media_type": "image/png", "purpose": "TP02"},
            **{"accept-language": language},
        )
        assert answer.status_code in (400, 422), answer.text
        error = answer.json()["errors"][0]
        assert (error["pointer"], error["code"]) == ("/file_name", code)
        assert answer.headers["content-language"] == language


@pytest.mark.parametrize("text", ["", "a" * 256, "a" * 10_000, "\ud800.png", 7, None, ["a.png"]])
async def test_what_is_no_name_is_refused(sender: Sender, text: object) -> None:
    try:
        answer = await sender.begin(png(), "image/png", file_name=text)
    except UnicodeEncodeError:  # httpx cannot send it; tests/backend/inputs sends such bytes
        return
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.usefixtures("store")
async def test_a_download_has_a_safe_name(sender: Sender) -> None:
    for name, safe in TAKEN.items():
        document_id = await sender.sent(png(), "image/png", name)
        assert (await sender.complete(document_id)).json()["name"] == names.clean_line(name)
        _, answer = await sender.download(document_id)
        header = answer.headers["content-disposition"]
        assert unquote(header.partition("filename*=UTF-8''")[2]) == safe


@given(st.text(min_size=1, max_size=255), st.sampled_from(get_args(MediaType)))
@example("\u0591", "image/png")
def test_no_name_that_is_taken_breaks_the_header(text: str, media_type: MediaType) -> None:
    new = NewDocument(file_name=text, size=1, media_type=media_type, purpose="x")
    if names.unfit(new) is not None:
        return
    header = names.disposition(names.clean_line(text), new.media_type)
    found = re.fullmatch(
        r"attachment; filename=\"([A-Za-z0-9._ ()-]+)\"; filename\*=UTF-8''([A-Za-z0-9._~%-]+)",
        header,
    )
    assert found, header
    for one in (found[1], unquote(found[2])):
        stem, _, ending = one.rpartition(".")
        assert ending.lower() in names.ENDINGS[media_type]
        assert stem.strip(". ")
        assert len(one) <= 110
        assert not re.search(r'[\x00-\x1f/\\:*?"<>|]', one)
