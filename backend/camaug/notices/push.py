"""Firebase Cloud Messaging, HTTP v1: the message, its sending, and what an answer means.

firebase-admin gives credentials, message types and their encoder; its own sending is 98 % client
library, so requests go through aiohttp. This is the one module that knows private names of
firebase-admin, and `tests/backend/notices/test_push.py` fails when they move.

FCM has no idempotency key. When an answer is lost (time-out, broken connection, killed worker) we
cannot know whether the message was taken, and send it again: a notice that never arrives is worse
than one that arrives twice, and the second copy replaces the first on the phone, since both carry
the notice's id as tag (Android, web) and collapse id (iOS). What FCM refused (429, 500, 503) was
not taken, so sending that again doubles nothing. Android's `collapse_key` is not used: FCM keeps
only four keys for a phone that is off, and would drop the fifth notice.
"""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from textwrap import shorten
from typing import Any, cast

import aiohttp
import msgspec
from firebase_admin import _messaging_encoder, credentials, messaging

from camaug.kernel.i18n import Catalogue
from camaug.notices.schemas import PushTarget

CHANNEL, PUBLIC_CHANNEL = "dossiers", "announcements"
"""Android channels of dossiers and of announcements; people may silence each for itself."""
LONGEST_BODY = 160
"""Characters of an announcement that a lock screen shows; more stands in the inbox."""
LARGEST_PAYLOAD = 4096
TOKEN_SECONDS, TIMEOUT_SECONDS = 4, 10
CONNECTIONS = 100
SHARE_OF_LIFE = 0.9
"""When an access token is renewed."""
FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"


class TooLarge(Exception):
    """FCM takes at most 4096 bytes; its SDK does not check."""


class Delivered(msgspec.Struct, frozen=True):
    """FCM took the message and named it."""

    name: str


class Refused(msgspec.Struct, frozen=True):
    """The message is at fault, or nothing can be sent; sending it again would change nothing."""

    error: str


class Unregistered(msgspec.Struct, frozen=True):
    """The token is dead."""

    error: str = "UNREGISTERED"


class NotTaken(msgspec.Struct, frozen=True):
    """FCM did not take the message now; `retry_after` seconds if it said so."""

    error: str
    retry_after: float | None = None


class Lost(msgspec.Struct, frozen=True):
    """No answer came: the message may have been taken or not."""

    error: str


Verdict = Delivered | Refused | Unregistered | NotTaken | Lost


def message_for(texts: Catalogue, target: PushTarget, shelf_life: timedelta) -> dict[str, Any]:
    """The message of one notice for one device. Raises `TooLarge`.

    The lock screen says that something happened to a dossier, never to whose or to which. The
    words of an announcement are public.
    """
    tag = target.notice_id.hex
    title = target.title or texts.text(target.language, f"push.{target.template}.title")
    body = target.body and shorten(target.body, LONGEST_BODY, placeholder="…")
    body = body or texts.text(target.language, f"push.{target.template}.body")
    channel = CHANNEL if target.title is None else PUBLIC_CHANNEL
    seconds = int(shelf_life.total_seconds())
    expires = int(target.created_at.timestamp()) + seconds
    message = messaging.Message(
        notification=messaging.Notification(title=title, body=body),
        data={"notice_id": str(target.notice_id), "href": target.href or "/inbox"},
        android=messaging.AndroidConfig(
            priority="high",
            ttl=shelf_life,
            notification=messaging.AndroidNotification(channel_id=channel, tag=tag),
        ),
        apns=messaging.APNSConfig(
            headers={"apns-collapse-id": tag, "apns-expiration": str(expires)},
            payload=messaging.APNSPayload(aps=messaging.Aps(sound="default")),
        ),
        webpush=messaging.WebpushConfig(
            headers={"TTL": str(seconds), "Topic": tag},
            notification=messaging.WebpushNotification(tag=tag),
        ),
    )
    # The constructor warns that `token` gives way to `fid`; tokens are what web push has.
    message.token = target.token
    encoder: Any = _messaging_encoder.MessageEncoder()
    encoded = cast("dict[str, Any]", encoder.default(message))
    if len(json.dumps(encoded, ensure_ascii=False).encode()) > LARGEST_PAYLOAD:
        raise TooLarge
    return encoded


class Sender:
    """Sends messages of one Firebase project. Belongs to one event loop."""

    def __init__(self, url: str, certificate: Any, session: aiohttp.ClientSession) -> None:
        self._url = f"{url.rstrip('/')}/v1/projects/{certificate.project_id}/messages:send"
        self._certificate = certificate
        self._session = session
        self._token: str | None = None
        self._renew_at = datetime.min.replace(tzinfo=UTC)
        self._renewing = asyncio.Lock()

    async def send(self, message: dict[str, Any]) -> Verdict:
        """Send once, in at most `TOKEN_SECONDS` + `TIMEOUT_SECONDS`."""
        try:
            async with asyncio.timeout(TOKEN_SECONDS):
                token = await self._access_token()
        except Exception as error:  # noqa: BLE001  (google-auth has many kinds; nothing was sent)
            return NotTaken(f"token: {type(error).__name__}")
        headers = {"Authorization": f"Bearer {token}"}
        try:
            async with self._session.post(
                self._url, json={"message": message}, headers=headers
            ) as answer:
                body = await answer.read()
        except aiohttp.ClientConnectorError as error:
            return NotTaken(type(error).__name__)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return Lost(type(error).__name__)
        if answer.status == 401:  # noqa: PLR2004  (HTTP)
            self._token = None
        return read(answer.status, body, answer.headers.get("Retry-After"))

    async def _access_token(self) -> str:
        """The OAuth token; refreshed in a thread, since google-auth would block the loop."""
        async with self._renewing:
            if self._token is None or datetime.now(UTC) >= self._renew_at:
                got = await asyncio.to_thread(self._certificate.get_access_token)
                self._token = str(got.access_token)
                now = datetime.now(UTC)
                self._renew_at = now + (got.expiry.replace(tzinfo=UTC) - now) * SHARE_OF_LIFE
            return self._token


def read_certificate(path: str) -> Any:
    """The credentials of a service-account file. Raises `ValueError`, `OSError`."""
    return credentials.Certificate(msgspec.json.decode(Path(path).read_bytes()))


@asynccontextmanager
async def open_sender(url: str, certificate: Any) -> AsyncGenerator[Sender]:
    """A sender for the project of a certificate."""
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS, connect=5)
    connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector) as session:
        yield Sender(url, certificate, session)


class _Detail(msgspec.Struct, frozen=True):
    type: str = msgspec.field(name="@type", default="")
    errorCode: str = ""  # noqa: N815  (FCM's name)


class _Error(msgspec.Struct, frozen=True):
    status: str = ""
    details: list[_Detail] = []


class _Answer(msgspec.Struct, frozen=True):
    name: str = ""
    error: _Error = _Error()


def read(status: int, body: bytes, retry_after: str | None) -> Verdict:
    """What FCM's answer means. Only FCM's own error code in the details condemns a token."""
    try:
        answer = msgspec.json.decode(body, type=_Answer)
    except msgspec.MsgspecError:
        answer = _Answer()
    if status == 200:  # noqa: PLR2004  (HTTP)
        return Delivered(answer.name)
    codes = [one.errorCode for one in answer.error.details if one.type == FCM_ERROR]
    code = (codes or [answer.error.status or f"HTTP {status}"])[0]
    if codes == ["UNREGISTERED"]:
        return Unregistered()
    if status in (401, 429) or status >= 500:  # noqa: PLR2004  (HTTP)
        return NotTaken(code, _seconds(retry_after))
    return Refused(code)


def _seconds(retry_after: str | None) -> float | None:
    """A `Retry-After` header, in seconds or as a date; None when it cannot be read."""
    if retry_after is None:
        return None
    try:
        if retry_after.isdigit():
            return float(retry_after)
        left = parsedate_to_datetime(retry_after) - datetime.now(UTC)
    except ValueError:
        return None
    return max(left.total_seconds(), 0.0)
