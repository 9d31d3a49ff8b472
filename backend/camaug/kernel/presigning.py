"""Signed addresses and forms of an S3 store (AWS Signature Version 4, docs/adr/0024).

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html and, for forms,
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-UsingHTTPPOST.html
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import msgspec

REGION = "us-east-1"
"""Stores of our own have one region and take this name for it."""
ALGORITHM = "AWS4-HMAC-SHA256"
USUAL_PORTS = {"http": 80, "https": 443}


class Signer:
    """Signs for one bucket."""

    def __init__(self, endpoint: str, bucket: str, key: str, secret: str) -> None:
        self._bucket, self._url = bucket, f"{endpoint}/{bucket}"
        self._key, self._secret = key, secret
        parts = urlsplit(endpoint)
        usual = parts.port == USUAL_PORTS.get(parts.scheme)  # then senders leave it out
        self._host = parts.hostname if usual else parts.netloc

    def address(self, method: str, key: str, params: Mapping[str, str], *, seconds: int) -> str:
        """Where `method` may be called on the object for so many seconds."""
        now = self._now()
        path = f"/{self._bucket}/{quote(key)}"
        asked = dict(params) | self._signed_by(now)
        asked |= {"X-Amz-Expires": str(seconds), "X-Amz-SignedHeaders": "host"}
        query = urlencode(sorted(asked.items()), quote_via=quote)
        request = f"{method}\n{path}\n{query}\nhost:{self._host}\n\nhost\nUNSIGNED-PAYLOAD"
        digest = hashlib.sha256(request.encode()).hexdigest()
        signature = self._signature(
            now, f"{ALGORITHM}\n{now:%Y%m%dT%H%M%SZ}\n{_scope(now)}\n{digest}"
        )
        return f"{self._url}/{quote(key)}?{query}&X-Amz-Signature={signature}"

    def form(
        self, key: str, fields: Mapping[str, str], conditions: list[Any], *, seconds: int
    ) -> tuple[str, dict[str, str]]:
        """Address and fields of a form that may be posted for so many seconds."""
        now = self._now()
        ends = now + timedelta(seconds=seconds)
        signed_by = {name.lower(): value for name, value in self._signed_by(now).items()}
        more = {"bucket": self._bucket, "key": key} | signed_by
        policy = {
            "expiration": f"{ends:%Y-%m-%dT%H:%M:%SZ}",
            "conditions": [*conditions, *({name: value} for name, value in more.items())],
        }
        encoded = base64.b64encode(msgspec.json.encode(policy)).decode()
        signed = {"policy": encoded, "x-amz-signature": self._signature(now, encoded)}
        return self._url, {**fields, "key": key, **signed_by, **signed}

    def _signed_by(self, now: datetime) -> dict[str, str]:
        return {
            "X-Amz-Algorithm": ALGORITHM,
            "X-Amz-Credential": f"{self._key}/{_scope(now)}",
            "X-Amz-Date": f"{now:%Y%m%dT%H%M%SZ}",
        }

    def _signature(self, now: datetime, text: str) -> str:
        """Of `text`, by a key made for this day, region and kind of store."""
        made = f"AWS4{self._secret}".encode()
        for part in (*_scope(now).split("/"), text):
            made = hmac.digest(made, part.encode(), "sha256")
        return made.hex()

    @staticmethod
    def _now() -> datetime:
        return datetime.now(UTC)  # the store's clock, not ours


def _scope(now: datetime) -> str:
    return f"{now:%Y%m%d}/{REGION}/s3/aws4_request"
