"""The gateway for text messages: the REST API of eSMS.vn (customer-care messages, type 2).

`CodeResult` 100 means that the gateway took the message; 124 that it had taken a message with the
same `RequestId` before (kept 24 h), which is how a repeat after a lost answer stays harmless.
"""

from typing import Any, TypeAlias
from uuid import UUID

import aiohttp
import msgspec
import structlog
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from camaug.settings import Settings
from camaug_sdk.problems import Unavailable

PATH = "/MainService.svc/json/SendMultipleMessage_V4_post_json/"
TAKEN = {"100", "124"}
TRIES = 2
SECONDS = 5
log = structlog.get_logger()


class NotSent(Unavailable):
    """The gateway refused the message."""

    code = "sms"


class MaybeSent(Unavailable):
    """The gateway did not answer: the message may be on its way."""

    code = "sms"


class _Answer(msgspec.Struct):
    code: str | int = msgspec.field(name="CodeResult")


class Gateway:
    """The client of one process. Without `sms_url` every message is refused."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def send(self, phone: str, text: str, message_id: UUID) -> None:
        """Send `text`, plain ASCII, to `phone`; the same `message_id` is sent once.

        Raises `NotSent` or `MaybeSent` after a second try.
        """
        if self._settings.sms_url is None:
            raise NotSent
        for _ in range(TRIES):
            code = await self._post(self._settings.sms_url, self._message(phone, text, message_id))
            if code in TAKEN:
                return
            log.warning("sms_failed", code=code or "no answer")
            if code is not None:
                raise NotSent(retry_after=60)
        raise MaybeSent(retry_after=60)

    def _message(self, phone: str, text: str, message_id: UUID) -> dict[str, Any]:
        return {
            "ApiKey": self._settings.sms_key,
            "SecretKey": self._settings.sms_secret,
            "Phone": phone,
            "Content": text,
            "SmsType": "2",
            "Brandname": self._settings.sms_brand,
            "IsUnicode": "0",
            "RequestId": str(message_id),
        }

    async def _post(self, url: str, message: dict[str, Any]) -> str | None:
        """The gateway's code, or None when there was no readable answer."""
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=SECONDS)
            self._session = aiohttp.ClientSession(timeout=timeout)
        try:
            async with self._session.post(url.rstrip("/") + PATH, json=message) as answer:
                return str(msgspec.json.decode(await answer.read(), type=_Answer).code)
        except (aiohttp.ClientError, TimeoutError, msgspec.MsgspecError, UnicodeDecodeError):
            return None


FromSms: TypeAlias = NamedDependency[SkipValidation[Gateway]]
"""Argument `sms`."""
