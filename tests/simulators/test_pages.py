"""Pages show what phones got, in two languages, and nothing received is markup."""

import json
import re
from pathlib import Path

import pytest

import camaug_simulators.pages
from camaug_simulators.harness import SMS_KEYS, SMS_PATH, Simulators

LOCALES = Path(camaug_simulators.pages.__file__).parent / "locales"


def push(
    simulators: Simulators, device: dict[str, str], title: str, body: str = "", **more: object
):
    message = {"token": device["token"], "notification": {"title": title, "body": body}, **more}
    simulators.send(message).raise_for_status()


def lock(simulators: Simulators, device: dict[str, str], language: str = "vi") -> str:
    path = f"/phones/{device['id']}/lock?lang={language}"
    return simulators.client.get(path).raise_for_status().text


def test_a_push_is_a_card_on_the_lock_screen(simulators: Simulators):
    device = simulators.register()
    assert "Chưa có thông báo" in lock(simulators, device)
    push(simulators, device, "Hồ sơ", "Cần bổ sung giấy tờ.")
    page = lock(simulators, device)
    assert "Hồ sơ" in page
    assert "bây giờ" in page
    assert re.search(r"(thứ \w+|Chủ nhật), \d+ tháng \d+", page)
    assert ">now<" in lock(simulators, device, "en")


def test_the_newest_card_is_first_and_a_tag_replaces(simulators: Simulators):
    device = simulators.register("android")
    for title, tag in (("một", "x"), ("hai", ""), ("ba", "x")):
        push(simulators, device, title, android={"notification": {"tag": tag}})
    assert re.findall(r"<h2>(.*?)</h2>", lock(simulators, device)) == ["ba", "hai"]


def test_each_platform_shows_its_own_text(simulators: Simulators):
    own = {
        "android": {"notification": {"title": "an"}},
        "webpush": {"notification": {"title": "web"}},
        "apns": {"payload": {"aps": {"alert": {"title": "ios"}}}},
    }
    for platform, title in (("android", "an"), ("web", "web"), ("ios", "ios")):
        device = simulators.register(platform)
        push(simulators, device, "chung", **own)
        assert re.findall(r"<h2>(.*?)</h2>", lock(simulators, device)) == [title]


@pytest.mark.parametrize(
    "more",
    [
        {"data": {"class": "emergency"}},
        {"android": {"notification": {"channel_id": "emergency"}}},
    ],
)
def test_an_emergency_is_red(simulators: Simulators, more: dict[str, object]):
    device = simulators.register()
    push(simulators, device, "thường")
    assert "urgent" not in lock(simulators, device)
    push(simulators, device, "khẩn", **more)
    assert "urgent" in lock(simulators, device)


def test_a_message_of_data_only_is_counted_but_not_shown(simulators: Simulators):
    device = simulators.register()
    simulators.send({"token": device["token"], "data": {"n": "1"}}).raise_for_status()
    assert simulators.counts() == {device["token"]: 1}
    assert "Chưa có thông báo" in lock(simulators, device)


def test_hostile_text_is_inert_on_every_page(simulators: Simulators):
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'"
    device = simulators.register(label=hostile)
    push(simulators, device, hostile, hostile)
    sms = {
        **SMS_KEYS,
        "SmsType": "2",
        "Brandname": "CAMAU-G",
        "Phone": "0912345699",
        "Content": f"CaMau-G: {hostile}",
    }
    assert simulators.client.post(SMS_PATH, json=sms).json()["CodeResult"] == "100"
    simulators.switch("fcm.internal", targets=['"><script>alert(1)</script>'])
    pages = ("/phones", f"/phones/{device['id']}/lock", "/sms", "/sms/0912345699", "/switches")
    for path in pages:
        answer = simulators.client.get(path).raise_for_status()
        assert "&lt;script&gt;alert(1)" in answer.text, path
        assert "<script>" not in answer.text, path
        assert "<img" not in answer.text, path
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_a_phone_that_is_not_there_is_a_plain_404(simulators: Simulators):
    for path in ("/phones/nobody/lock", "/sms/0212345678"):
        answer = simulators.client.get(path)
        assert answer.status_code == 404
        assert "Không tìm thấy" in answer.text


def test_the_language_follows_the_address_then_the_browser(simulators: Simulators):
    def title(path: str, accept: str) -> str:
        page = simulators.client.get(path, headers={"Accept-Language": accept}).text
        return re.search(r"<h1>(.*?)</h1>", page)[1]

    assert title("/", "en-GB,en;q=0.9") == "Simulators"
    assert title("/", "fr-FR") == "Hệ thống mô phỏng"
    assert title("/?lang=vi", "en") == "Hệ thống mô phỏng"


def test_both_catalogues_hold_the_same_texts_with_the_same_places():
    vi, en = (json.loads((LOCALES / f"{name}.json").read_text()) for name in ("vi", "en"))
    assert vi.keys() == en.keys()
    for key, text in vi.items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", en[key])), key


def test_an_open_page_hears_of_a_push(simulators: Simulators):
    device = simulators.register()
    with simulators.client.stream("GET", "/changes") as stream:
        lines = stream.iter_lines()
        assert next(lines) == "retry: 1000"
        push(simulators, device, "mới")
        assert "data: changed" in (next(lines) for _ in range(3))
