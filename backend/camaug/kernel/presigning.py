"""Signed addresses and forms of an S3 store (AWS Signature Version 4), by botocore's signers."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

REGION = "us-east-1"
"""Stores of our own have one region and take this name for it."""


class Signer:
    """Signs for one bucket. botocore is imported on first use: it takes 8 MiB."""

    def __init__(self, endpoint: str, bucket: str, key: str, secret: str) -> None:
        self._bucket, self._url = bucket, f"{endpoint}/{bucket}"
        self._key, self._secret = key, secret

    def address(self, method: str, key: str, params: Mapping[str, str], *, seconds: int) -> str:
        """Where `method` may be called on the object for so many seconds."""
        from botocore.auth import S3SigV4QueryAuth  # noqa: PLC0415  (see the class)
        from botocore.awsrequest import AWSRequest  # noqa: PLC0415

        query = f"?{urlencode(params, quote_via=quote)}" if params else ""
        request: Any = AWSRequest(method, url=f"{self._url}/{quote(key)}{query}")
        signer: Any = S3SigV4QueryAuth(self._credentials(), "s3", REGION, expires=seconds)
        signer.add_auth(request)
        return str(request.url)

    def form(
        self, key: str, fields: Mapping[str, str], conditions: list[Any], *, seconds: int
    ) -> tuple[str, dict[str, str]]:
        """Address and fields of a form that may be posted for so many seconds."""
        from botocore.auth import S3SigV4PostAuth  # noqa: PLC0415  (see the class)
        from botocore.awsrequest import AWSRequest  # noqa: PLC0415

        ends = datetime.now(UTC) + timedelta(seconds=seconds)  # of the store's clock, not of ours
        all_of_it = [*conditions, {"bucket": self._bucket}, {"key": key}]
        request: Any = AWSRequest("POST", url=self._url)
        request.context["s3-presign-post-fields"] = {**fields, "key": key}
        request.context["s3-presign-post-policy"] = {
            "expiration": f"{ends:%Y-%m-%dT%H:%M:%SZ}",
            "conditions": all_of_it,
        }
        signer: Any = S3SigV4PostAuth(self._credentials(), "s3", REGION)
        signer.add_auth(request)
        return self._url, request.context["s3-presign-post-fields"]

    def _credentials(self) -> Any:
        from botocore.credentials import ReadOnlyCredentials  # noqa: PLC0415  (see the class)

        return ReadOnlyCredentials(self._key, self._secret, None)
