"""The SMS gateway answers with the codes of its table."""

import uuid

import httpx
import pytest

from camaug_simulators.harness import SMS_KEYS, SMS_PATH, Simulators

TEXT = "483920 la ma dang nhap CaMau-G. Hieu luc 5 phut."


def send(simulators: Simulators, **changes: object) -> httpx.Response:
    body = {
        **SMS_KEYS,
        "Phone": "0912345678",
        "Content": TEXT,
        "SmsType": "2",
        "Brandname": "CAMAU-G",
        "IsUnicode": "0",
        "RequestId": str(uuid.uuid4()),
        **changes,
    }
    return simulators.client.post(SMS_PATH, json=body)


def test_a_message_is_taken_and_on_the_phone(simulators: Simulators):
    answer = send(simulators, Phone="+84912345600").json()
    assert answer == {"CodeResult": "100", "CountRegenerate": 0, "SMSID": answer["SMSID"]}
    messages = simulators.client.get("/sms/0912345600.json").json()["messages"]
    assert [(m["sender"], m["content"]) for m in messages] == [("CAMAU-G", TEXT)]
    assert simulators.counts("sms") == {"0912345600": 1}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ApiKey": "x"}, "101"),
        ({"SecretKey": None}, "101"),
        ({"SmsType": None}, "300"),
        ({"SmsType": "1"}, "118"),
        ({"Phone": "0212345678"}, "108"),
        ({"Phone": "+1 202 555 0100"}, "108"),
        ({"Phone": ""}, "108"),
        ({"Brandname": "NGANHANG"}, "104"),
        ({"Content": "Vay tien nhanh"}, "146"),
        ({"Content": ""}, "110"),
        ({"RequestId": "x" * 51}, "110"),
        ({"SendDate": "tomorrow"}, "110"),
    ],
)
def test_a_wrong_request_gets_its_code_and_reaches_nobody(
    simulators: Simulators, changes: dict[str, object], code: str
):
    answer = send(simulators, **changes)
    assert answer.status_code == 200
    assert answer.json()["CodeResult"] == code
    assert answer.json()["ErrorMessage"]
    assert simulators.counts("sms") == {}


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"Phone": 1}'])
def test_a_body_that_is_no_request_is_an_invalid_request(simulators: Simulators, content: bytes):
    headers = {"Content-Type": "application/json"}
    answer = simulators.client.post(SMS_PATH, content=content, headers=headers)
    assert (answer.status_code, answer.json()) == (400, {"error": "Invalid request"})


def test_a_request_id_is_taken_once(simulators: Simulators):
    request_id = str(uuid.uuid4())
    assert send(simulators, RequestId=request_id).json()["CodeResult"] == "100"
    again = send(simulators, RequestId=request_id).json()
    assert (again["CodeResult"], again["SendStatus"]) == ("124", "5")
    assert simulators.counts("sms") == {"0912345678": 1}


def test_a_lost_answer_has_sent_the_message_and_a_dropped_one_has_not(simulators: Simulators):
    request_id = str(uuid.uuid4())
    simulators.switch("sms.lost_answer", percent=100, times=1)
    with pytest.raises(httpx.TransportError):
        send(simulators, RequestId=request_id)
    assert send(simulators, RequestId=request_id).json()["CodeResult"] == "124"
    simulators.switch("sms.drop", percent=100, times=1)
    with pytest.raises(httpx.TransportError):
        send(simulators)
    assert simulators.counts("sms") == {"0912345678": 1}


def test_a_refused_request_may_be_sent_again(simulators: Simulators):
    request_id = str(uuid.uuid4())
    simulators.switch("sms.error", percent=100, times=1, code="99")
    assert send(simulators, RequestId=request_id).json()["CodeResult"] == "99"
    assert send(simulators, RequestId=request_id).json()["CodeResult"] == "100"


def test_messages_are_charged_by_their_parts_until_the_balance_ends(simulators: Simulators):
    simulators.switch("sms.balance", amount=2000)
    long = "CaMau-G: " + "x" * 160
    assert send(simulators, Content=long).json()["CodeResult"] == "100"
    balance = simulators.client.post("/MainService.svc/json/GetBalance_json", json=SMS_KEYS).json()
    assert balance == {"Balance": 400, "CodeResponse": "100", "UserID": 9999}
    assert send(simulators).json()["CodeResult"] == "103"


def test_a_sandbox_message_is_checked_but_not_sent(simulators: Simulators):
    assert send(simulators, Sandbox="1").json()["CodeResult"] == "100"
    assert send(simulators, Sandbox="1", Brandname="X").json()["CodeResult"] == "104"
    assert simulators.counts("sms") == {}


def test_marks_survive_only_as_unicode(simulators: Simulators):
    text = "CaMau-G: Hồ sơ đã được tiếp nhận"
    send(simulators, Content=text, Phone="0912345601")
    send(simulators, Content=text, Phone="0912345601", IsUnicode=1)
    messages = simulators.client.get("/sms/0912345601.json").json()["messages"]
    plain = "CaMau-G: Ho so da duoc tiep nhan"
    assert [m["content"] for m in messages] == [plain, text]


def test_a_scheduled_message_is_not_on_the_phone_yet(simulators: Simulators):
    send(simulators, Phone="0912345602", SendDate="2099-01-01 08:00:00")
    assert simulators.client.get("/sms/0912345602.json").json()["messages"] == []
