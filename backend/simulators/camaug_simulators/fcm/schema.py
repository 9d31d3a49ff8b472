"""The request of ``messages:send``, field by field as the REST reference lists them."""

from camaug_simulators.fcm.proto_json import (
    BOOL,
    DURATION,
    FLOAT,
    INT,
    STRING,
    TIMESTAMP,
    Enum,
    FreeObject,
    Message,
    Repeated,
    StringMap,
)

_V1 = "google.firebase.fcm.v1."

_FCM_OPTIONS = Message(_V1 + "FcmOptions", {"analytics_label": STRING})

_NOTIFICATION = Message(_V1 + "Notification", {"title": STRING, "body": STRING, "image": STRING})

_COLOR = Message("google.type.Color", {"red": FLOAT, "green": FLOAT, "blue": FLOAT, "alpha": FLOAT})

_LIGHT_SETTINGS = Message(
    _V1 + "LightSettings",
    {"color": _COLOR, "light_on_duration": DURATION, "light_off_duration": DURATION},
)

_ANDROID_NOTIFICATION = Message(
    _V1 + "AndroidNotification",
    {
        "title": STRING,
        "body": STRING,
        "icon": STRING,
        "color": STRING,
        "sound": STRING,
        "tag": STRING,
        "click_action": STRING,
        "body_loc_key": STRING,
        "body_loc_args": Repeated(STRING),
        "title_loc_key": STRING,
        "title_loc_args": Repeated(STRING),
        "channel_id": STRING,
        "ticker": STRING,
        "sticky": BOOL,
        "event_time": TIMESTAMP,
        "local_only": BOOL,
        "notification_priority": Enum(
            _V1 + "AndroidNotification.NotificationPriority",
            (
                "PRIORITY_UNSPECIFIED",
                "PRIORITY_MIN",
                "PRIORITY_LOW",
                "PRIORITY_DEFAULT",
                "PRIORITY_HIGH",
                "PRIORITY_MAX",
            ),
        ),
        "default_sound": BOOL,
        "default_vibrate_timings": BOOL,
        "default_light_settings": BOOL,
        "vibrate_timings": Repeated(DURATION),
        "visibility": Enum(
            _V1 + "AndroidNotification.Visibility",
            ("VISIBILITY_UNSPECIFIED", "PRIVATE", "PUBLIC", "SECRET"),
        ),
        "notification_count": INT,
        "light_settings": _LIGHT_SETTINGS,
        "image": STRING,
        "bypass_proxy_notification": BOOL,
        "proxy": Enum(
            _V1 + "AndroidNotification.Proxy",
            ("PROXY_UNSPECIFIED", "ALLOW", "DENY", "IF_PRIORITY_LOWERED"),
        ),
    },
)

_ANDROID = Message(
    _V1 + "AndroidConfig",
    {
        "collapse_key": STRING,
        "priority": Enum(_V1 + "AndroidMessagePriority", ("NORMAL", "HIGH")),
        "ttl": DURATION,
        "restricted_package_name": STRING,
        "data": StringMap(),
        "notification": _ANDROID_NOTIFICATION,
        "fcm_options": Message(_V1 + "AndroidFcmOptions", {"analytics_label": STRING}),
        "direct_boot_ok": BOOL,
        "bandwidth_constrained_ok": BOOL,
        "restricted_satellite_ok": BOOL,
    },
)

_WEBPUSH = Message(
    _V1 + "WebpushConfig",
    {
        "headers": StringMap(),
        "data": StringMap(),
        "notification": FreeObject(),
        "fcm_options": Message(
            _V1 + "WebpushFcmOptions", {"link": STRING, "analytics_label": STRING}
        ),
    },
)

_APNS = Message(
    _V1 + "ApnsConfig",
    {
        "headers": StringMap(),
        "payload": FreeObject(),
        "fcm_options": Message(
            _V1 + "ApnsFcmOptions", {"analytics_label": STRING, "image": STRING}
        ),
        "live_activity_token": STRING,
    },
)

_MESSAGE = Message(
    _V1 + "Message",
    {
        "name": STRING,
        "data": StringMap(),
        "notification": _NOTIFICATION,
        "android": _ANDROID,
        "webpush": _WEBPUSH,
        "apns": _APNS,
        "fcm_options": _FCM_OPTIONS,
        "fid": STRING,
        "token": STRING,
        "topic": STRING,
        "condition": STRING,
    },
    oneof=("target", frozenset({"fid", "token", "topic", "condition"})),
)

SEND_REQUEST = Message(_V1 + "SendMessageRequest", {"validate_only": BOOL, "message": _MESSAGE})
