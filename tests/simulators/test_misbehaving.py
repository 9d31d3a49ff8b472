"""Switches, journal and registrations: what tests of the platform lean on."""

import time

import httpx
import pytest

from camaug_simulators.harness import SEND_PATH, Simulators


def post(
    simulators: Simulators, device: dict[str, str], headers: dict[str, str], **message: object
):
    body = {"message": {"token": device["token"], **message}}
    return simulators.client.post(SEND_PATH, json=body, headers=headers)


def test_a_share_is_exact_and_the_rest_arrives_once(simulators: Simulators):
    device, headers = simulators.register(), simulators.bearer()
    simulators.switch("fcm.unavailable", percent=30)
    codes = [post(simulators, device, headers).status_code for _ in range(50)]
    assert (codes.count(503), codes.count(200)) == (15, 35)
    assert simulators.counts() == {device["token"]: 35}
    assert simulators.client.get("/switches.json").json()["fcm.unavailable"]["fired"] == 15


def test_a_lost_answer_was_accepted_and_a_dropped_request_was_not(simulators: Simulators):
    device, headers = simulators.register(), simulators.bearer()
    for switch, accepted in (("fcm.lost_answer", 1), ("fcm.drop", 1)):
        simulators.switch(switch, percent=100, times=1, targets=[device["id"]])
        with pytest.raises(httpx.TransportError):
            post(simulators, device, headers)
        assert simulators.counts() == {device["token"]: accepted}


def test_answers_can_be_slow(simulators: Simulators):
    device, headers = simulators.register(), simulators.bearer()
    simulators.switch("fcm.latency", percent=100, latency_ms=300)
    start = time.monotonic()
    assert post(simulators, device, headers).status_code == 200
    assert time.monotonic() - start >= 0.3


@pytest.mark.parametrize(
    ("name", "body", "status"),
    [
        ("fcm.nothing", {}, 404),
        ("fcm.internal", {"percent": 101}, 400),
        ("fcm.internal", {"retry_after_s": 1}, 400),
        ("fcm.internal", {"percentage": 1}, 400),
        ("sms.error", {"code": "x"}, 400),
        ("sms.error", [], 400),
    ],
)
def test_a_switch_set_wrongly_says_so(simulators: Simulators, name: str, body: object, status: int):
    assert simulators.client.put(f"/switches/{name}", json=body).status_code == status


def test_a_form_sets_a_switch_and_reset_puts_all_back(simulators: Simulators):
    form = {"percent": "50", "targets": "a b", "times": "", "retry_after_s": "9"}
    simulators.client.post("/switches/fcm.unavailable", data=form).raise_for_status()
    set_ = simulators.client.get("/switches.json").json()["fcm.unavailable"]
    assert set_ == {
        "percent": 50,
        "targets": ["a", "b"],
        "times": None,
        "retry_after_s": 9,
        "fired": 0,
    }
    simulators.client.post("/switches/reset").raise_for_status()
    assert simulators.client.get("/switches.json").json()["fcm.unavailable"]["percent"] == 0


def test_the_journal_goes_on_from_where_a_reader_stopped(simulators: Simulators):
    device, headers = simulators.register(), simulators.bearer()
    for n in range(3):
        post(simulators, device, headers, data={"n": str(n)})
    first = simulators.client.get("/journal.json?limit=2").json()
    since = first["entries"][-1]["seq"]
    rest = simulators.client.get(f"/journal.json?since={since}").json()
    numbers = [e["message"]["data"]["n"] for e in first["entries"] + rest["entries"]]
    assert numbers == ["0", "1", "2"]
    assert [e["count"] for e in first["entries"] + rest["entries"]] == [1, 2, 3]
    simulators.client.delete("/journal")
    post(simulators, device, headers, data={"n": "3"})
    (entry,) = simulators.client.get(f"/journal.json?since={rest['last']}").json()["entries"]
    assert (entry["message"]["data"]["n"], entry["count"]) == ("3", 1)


def test_pages_of_this_machine_register_and_others_do_not(simulators: Simulators):
    body = {"app": "camaug", "platform": "web"}
    for origin in ("http://127.0.0.1:8000", "http://localhost:5173"):
        answer = simulators.client.post("/registrations", json=body, headers={"Origin": origin})
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        preflight = simulators.client.options("/registrations", headers={"Origin": origin})
        assert preflight.headers["Access-Control-Allow-Headers"] == "Content-Type"
    for origin in ("https://example.org", "http://127.0.0.1.example.org", "null"):
        answer = simulators.client.options("/registrations", headers={"Origin": origin})
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    "body", [{}, {"app": "x", "platform": "tv"}, {"app": "x", "platform": "web", "owner": 1}, []]
)
def test_a_wrong_registration_is_refused(simulators: Simulators, body: object):
    assert simulators.client.post("/registrations", json=body).status_code == 400


def test_a_token_looks_like_a_real_one_and_no_two_are_alike(simulators: Simulators):
    tokens = {simulators.register()["token"] for _ in range(20)}
    assert len(tokens) == 20
    for token in tokens:
        fid, _, rest = token.partition(":")
        assert (len(fid), rest[:6], 140 <= len(token) <= 163) == (22, "APA91b", True)
