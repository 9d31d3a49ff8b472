"""Google's own client, unmodified, against the simulator; only its address is turned."""

import time
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import firebase_admin
import pytest
from firebase_admin import credentials, exceptions, messaging

from camaug_simulators.harness import Simulators


@pytest.fixture
def app(simulators: Simulators, monkeypatch: pytest.MonkeyPatch) -> Iterator[firebase_admin.App]:
    """An app whose messaging service talks to the simulator."""
    service = messaging._MessagingService  # noqa: SLF001 - it has no switch for the address
    url = simulators.url
    monkeypatch.setattr(service, "FCM_URL", url + "/v1/projects/{0}/messages:send")
    certificate = credentials.Certificate(str(simulators.credentials))
    made = firebase_admin.initialize_app(certificate, name="simulated")
    topics = f"{url}/v1/projects/{made.project_id}/registrations"
    messaging._get_messaging_service(made)._fcm_topic_url = topics  # noqa: SLF001 - same
    yield made
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deleting an app outside a loop warns in some versions
        firebase_admin.delete_app(made)


def to(device: dict[str, str], title: str = "Hồ sơ", **more: object) -> messaging.Message:
    notification = messaging.Notification(title=title, body="Chạm để xem.")
    return messaging.Message(fid=device["fid"], notification=notification, **more)


def test_the_unmodified_client_sends_with_every_option_set(
    simulators: Simulators, app: firebase_admin.App
):
    device = simulators.register("android")
    android = messaging.AndroidConfig(
        collapse_key="dossier",
        priority="high",
        ttl=timedelta(seconds=3.5),
        restricted_package_name="vn.gov.camau.app",
        data={"class": "emergency"},
        fcm_options=messaging.AndroidFCMOptions("tide"),
        direct_boot_ok=True,
        notification=messaging.AndroidNotification(
            title="Khẩn: triều cường",
            color="#a4231a",
            tag="tide",
            channel_id="emergency",
            title_loc_key="tide",
            title_loc_args=["Gành Hào"],
            event_timestamp=datetime.now(UTC),
            priority="max",
            vibrate_timings_millis=[100, 50, 250],
            visibility="private",
            notification_count=2,
            proxy="allow",
            light_settings=messaging.LightSettings("#aabbcc", 200, 300),
        ),
    )
    webpush = messaging.WebpushConfig(
        headers={"Urgency": "high"},
        notification=messaging.WebpushNotification(title="web", actions=[], vibrate=[1, 2]),
        fcm_options=messaging.WebpushFCMOptions("https://camau.gov.vn/inbox"),
    )
    apns = messaging.APNSConfig(
        headers={"apns-priority": "10"},
        payload=messaging.APNSPayload(messaging.Aps(alert="x", badge=1, sound="default")),
        fcm_options=messaging.APNSFCMOptions("tide"),
    )
    message = to(device, data={"id": "7"}, android=android, webpush=webpush, apns=apns)
    message.fcm_options = messaging.FCMOptions("tide")

    name = messaging.send(message, app=app)

    assert name.startswith(f"projects/{app.project_id}/messages/0:")
    (entry,) = simulators.entries()
    assert (entry["to"], entry["count"], entry["name"]) == (device["token"], 1, name)
    assert entry["message"]["android"]["ttl"] == "3.500000000s"


def test_a_token_works_as_the_installation_id_does(simulators: Simulators, app: firebase_admin.App):
    device = simulators.register()
    with pytest.warns(DeprecationWarning, match="fid"):
        message = messaging.Message(token=device["token"], data={"id": "1"})
    messaging.send(message, app=app)
    assert simulators.counts() == {device["token"]: 1}


def test_a_dry_run_reaches_nobody(simulators: Simulators, app: firebase_admin.App):
    name = messaging.send(to(simulators.register()), dry_run=True, app=app)
    assert name.endswith("/messages/fake_message_id")
    assert simulators.entries() == []


def test_a_batch_reaches_each_device_once(simulators: Simulators, app: firebase_admin.App):
    devices = [simulators.register() for _ in range(20)]
    answer = messaging.send_each([to(device) for device in devices], app=app)
    assert answer.success_count == 20
    assert simulators.counts() == {device["token"]: 1 for device in devices}


def test_a_device_that_unregistered_is_named_so(simulators: Simulators, app: firebase_admin.App):
    device = simulators.register()
    assert simulators.client.delete(f"/registrations/{device['token']}").status_code == 204
    with pytest.raises(messaging.UnregisteredError):
        messaging.send(to(device), app=app)


def test_a_device_of_another_sender_is_refused(simulators: Simulators, app: firebase_admin.App):
    device = simulators.register(project_id="another-project")
    with pytest.raises(messaging.SenderIdMismatchError):
        messaging.send(to(device), app=app)


def test_a_package_that_is_not_the_devices_is_an_invalid_argument(
    simulators: Simulators, app: firebase_admin.App
):
    android = messaging.AndroidConfig(restricted_package_name="vn.example.other")
    with pytest.raises(exceptions.InvalidArgumentError):
        messaging.send(to(simulators.register("android"), android=android), app=app)


@pytest.mark.parametrize(
    ("switch", "error"),
    [
        ("fcm.unregistered", messaging.UnregisteredError),
        ("fcm.sender_id_mismatch", messaging.SenderIdMismatchError),
        ("fcm.quota_exceeded", messaging.QuotaExceededError),
        ("fcm.invalid_argument", exceptions.InvalidArgumentError),
    ],
)
def test_a_switch_becomes_the_clients_own_error(
    simulators: Simulators, app: firebase_admin.App, switch: str, error: type[Exception]
):
    device, spared = simulators.register(), simulators.register()
    # The client waits and tries again by itself when it is told how long.
    wait = {"retry_after_s": 0} if switch == "fcm.quota_exceeded" else {}
    simulators.switch(switch, percent=100, targets=[device["fid"]], **wait)
    with pytest.raises(error):
        messaging.send(to(device), app=app)
    messaging.send(to(spared), app=app)
    assert simulators.counts() == {spared["token"]: 1}


def test_topics_and_conditions_reach_their_subscribers_only(
    simulators: Simulators, app: firebase_admin.App
):
    first, second, third = (simulators.register() for _ in range(3))
    tokens = [first["token"], second["token"]]
    assert messaging.subscribe_to_topic(tokens, "tide", app=app).success_count == 2
    messaging.subscribe_to_topic([second["token"], third["token"]], "salt", app=app)
    messaging.send(messaging.Message(topic="tide", data={"n": "1"}), app=app)
    condition = "'salt' in topics && !('tide' in topics)"
    messaging.send(messaging.Message(condition=condition, data={"n": "2"}), app=app)
    messaging.unsubscribe_from_topic([first["token"]], "tide", app=app)
    messaging.send(messaging.Message(topic="tide", data={"n": "3"}), app=app)
    counts = [simulators.counts().get(d["token"]) for d in (first, second, third)]
    assert counts == [1, 2, 1]


def test_an_expired_token_is_renewed_by_the_client(simulators: Simulators, app: firebase_admin.App):
    simulators.switch("oauth.token_lifetime", amount=1)
    device = simulators.register()
    messaging.send(to(device), app=app)
    time.sleep(1.1)
    messaging.send(to(device), app=app)
    assert simulators.counts() == {device["token"]: 2}


def test_tokens_and_access_outlive_a_restart(simulators: Simulators, app: firebase_admin.App):
    device = simulators.register()
    messaging.subscribe_to_topic([device["token"]], "restart", app=app)
    messaging.send(to(device), app=app)
    assert simulators.stop() == 0
    simulators.start()
    credential = app.credential.get_credential()
    before = credential.token
    messaging.send(messaging.Message(topic="restart", data={"n": "1"}), app=app)
    assert credential.token == before
    assert simulators.counts() == {device["token"]: 1}
