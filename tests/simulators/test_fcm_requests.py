"""Wrong requests to FCM fail as they do at Google, in every member of the answer."""

import json

import httpx
import pytest

from camaug_simulators.harness import SEND_PATH, Simulators

FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"


def send(simulators: Simulators, body: object) -> httpx.Response:
    return simulators.client.post(SEND_PATH, json=body, headers=simulators.bearer())


def error_of(answer: httpx.Response) -> dict:
    error = answer.json()["error"]
    assert error["code"] == answer.status_code
    return error


def details(error: dict) -> dict[str, dict]:
    return {detail["@type"]: detail for detail in error.get("details", [])}


def test_an_unknown_field_is_named_with_its_place(simulators: Simulators):
    device = simulators.register()
    body = {"message": {"fid": device["fid"], "notification": {"titel": "x"}, "prio": 1}}
    error = error_of(send(simulators, body))
    assert error["status"] == "INVALID_ARGUMENT"
    where = "Invalid JSON payload received. Unknown name \"titel\" at 'message.notification'"
    assert where in error["message"]
    violations = details(error)[BAD_REQUEST]["fieldViolations"]
    assert [v["field"] for v in violations] == ["message.notification", "message"]
    assert simulators.entries() == []


WRONG_TYPES = [
    ({"data": {"n": 12}}, "message.data[0].value", "(TYPE_STRING), 12"),
    ({"notification": "x"}, "message.notification", 'fcm.v1.Notification), "x"'),
    ({"notification": []}, "message", "Proto field is not repeating, cannot start list."),
    ({"android": {"ttl": "3.5"}}, "message.android.ttl", "google.protobuf.Duration"),
    ({"android": {"ttl": 3}}, "message.android.ttl", "google.protobuf.Duration"),
    ({"android": {"priority": "urgent"}}, "message.android.priority", "AndroidMessagePriority"),
    ({"android": {"direct_boot_ok": "yes"}}, "message.android.direct_boot_ok", "(TYPE_BOOL)"),
    (
        {"android": {"notification": {"notification_count": 1.5}}},
        "message.android.notification.notification_count",
        "(TYPE_INT32)",
    ),
    (
        {"android": {"notification": {"event_time": "yesterday"}}},
        "message.android.notification.event_time",
        "google.protobuf.Timestamp",
    ),
    ({"webpush": {"notification": 1}}, "message.webpush.notification", "TYPE_MESSAGE"),
    ({"topic": "tide"}, "message", "(oneof), oneof field 'target' is already set"),
]


@pytest.mark.parametrize(("members", "field", "words"), WRONG_TYPES)
def test_a_value_of_the_wrong_type_is_refused_unread(
    simulators: Simulators, members: dict[str, object], field: str, words: str
):
    device = simulators.register()
    error = error_of(send(simulators, {"message": {"token": device["token"], **members}}))
    (violation,) = details(error)[BAD_REQUEST]["fieldViolations"]
    assert violation["field"] == field
    assert words in violation["description"]
    assert FCM_ERROR not in details(error), "the front end refuses it, FCM never sees it"


BROKEN_RULES = [
    ({"data": {"from": "x"}}, "message.data"),
    ({"data": {"google.c.a.e": "x"}}, "message.data"),
    ({"android": {"data": {"gcm.n": "x"}}}, "message.android.data"),
    ({"android": {"ttl": "2419201s"}}, "message.android.ttl"),
    ({"android": {"ttl": "-1s"}}, "message.android.ttl"),
    ({"android": {"notification": {"color": "red"}}}, "message.android.notification.color"),
    ({"fcm_options": {"analytics_label": "a b"}}, "message.fcm_options.analytics_label"),
    ({"webpush": {"fcm_options": {"link": "http://x"}}}, "message.webpush.fcm_options.link"),
    ({"apns": {"payload": {"custom": 1}}}, "message.apns.payload"),
    ({"apns": {"headers": {"apns-priority": "7"}}}, "message.apns.headers"),
    ({"data": {"text": "ă" * 2047}}, "message"),
]


@pytest.mark.parametrize(("members", "field"), BROKEN_RULES)
def test_a_message_that_breaks_a_rule_is_an_fcm_invalid_argument(
    simulators: Simulators, members: dict[str, object], field: str
):
    device = simulators.register()
    error = error_of(send(simulators, {"message": {"token": device["token"], **members}}))
    assert error["status"] == "INVALID_ARGUMENT"
    assert details(error)[FCM_ERROR]["errorCode"] == "INVALID_ARGUMENT"
    assert details(error)[BAD_REQUEST]["fieldViolations"][0]["field"] == field


def test_the_size_limit_is_4096_bytes_of_keys_and_values(simulators: Simulators):
    device = simulators.register()
    fits = {"token": device["token"], "data": {"text": "ă" * 2046}}
    assert send(simulators, {"message": fits}).status_code == 200
    over = {"token": device["token"], "data": {"text": "ă" * 2046 + "x"}}
    assert send(simulators, {"message": over}).status_code == 400


@pytest.mark.parametrize(
    "target",
    [
        {},
        {"token": ""},
        {"token": "abc"},
        {"fid": "abc"},
        {"topic": "/topics/tide"},
        {"condition": "'a' in topics &&"},
        {"condition": " || ".join(f"'{n}' in topics" for n in range(6))},
        {"condition": "('a' in topics"},
    ],
)
def test_a_message_without_one_good_target_is_refused(
    simulators: Simulators, target: dict[str, object]
):
    error = error_of(send(simulators, {"message": {**target, "data": {"n": "1"}}}))
    assert details(error)[FCM_ERROR]["errorCode"] == "INVALID_ARGUMENT"


def test_a_token_cut_short_is_invalid_and_one_never_issued_is_unregistered(simulators: Simulators):
    token = simulators.register()["token"]
    cut = error_of(send(simulators, {"message": {"token": token[:-1]}}))
    assert (cut["code"], cut["status"]) == (400, "INVALID_ARGUMENT")
    other = token[:-1] + ("A" if token[-1] != "A" else "B")
    unknown = error_of(send(simulators, {"message": {"token": other}}))
    assert (unknown["code"], unknown["status"]) == (404, "NOT_FOUND")
    assert details(unknown)[FCM_ERROR]["errorCode"] == "UNREGISTERED"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b'"x"', b"{} {}"])
def test_a_body_that_is_no_request_is_refused(simulators: Simulators, body: object):
    headers = {**simulators.bearer(), "Content-Type": "application/json"}
    error = error_of(simulators.client.post(SEND_PATH, content=body, headers=headers))
    assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")


def test_names_are_taken_in_both_spellings(simulators: Simulators):
    device = simulators.register("android")
    android = {"collapseKey": "a", "notification": {"channelId": "emergency"}}
    body = {"validateOnly": False, "message": {"token": device["token"], "android": android}}
    assert send(simulators, body).status_code == 200
    (entry,) = simulators.entries()
    assert entry["message"]["android"]["notification"] == {"channel_id": "emergency"}


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({}, "CREDENTIALS_MISSING"),
        ({"Authorization": "key=AAAA"}, "CREDENTIALS_MISSING"),
        ({"Authorization": "Bearer ya29.c.invented"}, "ACCESS_TOKEN_TYPE_UNSUPPORTED"),
        ({"Authorization": "Bearer invented"}, "ACCESS_TOKEN_TYPE_UNSUPPORTED"),
    ],
)
def test_a_caller_without_a_token_of_ours_is_unauthenticated(
    simulators: Simulators, headers: dict[str, str], reason: str
):
    answer = simulators.client.post(SEND_PATH, json={"message": {}}, headers=headers)
    error = error_of(answer)
    assert (error["code"], error["status"]) == (401, "UNAUTHENTICATED")
    assert error["details"][0]["reason"] == reason
    assert "invalid_token" in answer.headers["WWW-Authenticate"]


def test_an_expired_token_is_named_so(simulators: Simulators):
    simulators.switch("oauth.token_lifetime", amount=0)
    error = error_of(send(simulators, {"message": {}}))
    assert error["details"][0]["reason"] == "ACCESS_TOKEN_EXPIRED"


def test_a_token_of_another_scope_or_project_is_forbidden(simulators: Simulators):
    scope = "https://www.googleapis.com/auth/devstorage.read_only"
    headers = simulators.bearer(scope)
    error = error_of(simulators.client.post(SEND_PATH, json={"message": {}}, headers=headers))
    assert (error["code"], error["status"]) == (403, "PERMISSION_DENIED")
    path = "/v1/projects/another/messages:send"
    answer = simulators.client.post(path, json={"message": {}}, headers=simulators.bearer())
    assert error_of(answer)["code"] == 403


def test_faults_carry_the_codes_and_headers_of_the_real_ones(simulators: Simulators):
    device = simulators.register()
    expected = {
        "fcm.quota_exceeded": (429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", "7"),
        "fcm.unavailable": (503, "UNAVAILABLE", "UNAVAILABLE", "7"),
        "fcm.internal": (500, "INTERNAL", "INTERNAL", None),
    }
    for name, (code, status, fcm_code, wait) in expected.items():
        more = {"retry_after_s": 7} if wait else {}
        simulators.switch(name, percent=100, times=1, **more)
        answer = send(simulators, {"message": {"fid": device["fid"]}})
        error = error_of(answer)
        assert (error["code"], error["status"]) == (code, status)
        assert details(error)[FCM_ERROR]["errorCode"] == fcm_code
        assert answer.headers.get("Retry-After") == wait
    assert send(simulators, {"message": {"fid": device["fid"]}}).status_code == 200
    assert simulators.counts() == {device["token"]: 1}


def test_an_error_body_is_googles_json(simulators: Simulators):
    answer = send(simulators, {"message": {}})
    assert answer.headers["Content-Type"] == "application/json; charset=UTF-8"
    assert list(json.loads(answer.content)) == ["error"]
