"""The object store (S3) through aioboto3: presigned transfers, pinned versions, checked reads."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, cast
from urllib.parse import urlsplit

import aiohttp
import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from camaug_sdk.problems import NotFound, Unavailable


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A presigned POST: send `fields`, then the file as `file`, as multipart to `url`."""

    url: str
    fields: dict[str, str]


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """What the store holds under a key: size in bytes and the version read."""

    size: int
    version_id: str | None
    encoding: str | None = None
    """What its sender told browsers to undo first; they would then see other bytes than we."""


READ_AT_ONCE = 2
"""So many files of one process are in memory."""
CHUNK = 256 * 1024
UPLOAD_SECONDS = 15 * 60
DOWNLOAD_SECONDS = 60


@cache
def _session() -> Any:
    """What aioboto3 knows of S3; reading that takes a quarter of a second."""
    import aioboto3  # noqa: PLC0415  (see `Blobs`)

    return aioboto3.Session()


class Blobs:
    """One bucket. aioboto3 is imported on first use: it costs a second and 25 MiB."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.bucket = parts.path.strip("/")
        self._endpoint = f"{parts.scheme}://{parts.hostname}:{parts.port}"
        self._key, self._secret = parts.username, parts.password
        self._client: Any = None
        self._context: Any = None
        self._room = asyncio.Semaphore(READ_AT_ONCE)

    async def client(self) -> Any:
        """The S3 client of this process's event loop."""
        if self._client is None:
            from botocore.config import Config  # noqa: PLC0415  (see the class)

            config = Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                connect_timeout=3,
                read_timeout=20,
            )
            self._context = _session().client(
                "s3",
                endpoint_url=self._endpoint,
                verify=self._endpoint.startswith("https:"),  # else it reads every authority too
                aws_access_key_id=self._key,
                aws_secret_access_key=self._secret,
                region_name="us-east-1",
                config=config,
            )
            self._client = await self._context.__aenter__()
        return self._client

    async def close(self) -> None:
        """Close the client's connections."""
        if self._context is not None:
            await self._context.__aexit__(None, None, None)
            self._client = self._context = None

    async def presign_upload(self, key: str, *, media_type: str, size: int) -> Upload:
        """Allow one upload of exactly `size` bytes to `key` within a quarter of an hour."""
        client = await self.client()
        made = await client.generate_presigned_post(
            self.bucket,
            key,
            Fields={"Content-Type": media_type},
            Conditions=[
                {"Content-Type": media_type},
                ["content-length-range", size, size],
            ],
            ExpiresIn=UPLOAD_SECONDS,
        )
        return Upload(url=made["url"], fields=made["fields"])

    async def presign_download(
        self, key: str, version_id: str | None, *, disposition: str, media_type: str
    ) -> str:
        """An address that downloads that version as told here, whatever its sender told."""
        client = await self.client()
        params = {
            "Bucket": self.bucket,
            "Key": key,
            "ResponseContentDisposition": disposition,
            "ResponseContentType": media_type,
            "ResponseCacheControl": "private, no-store",
        }
        if version_id:
            params["VersionId"] = version_id
        return await client.generate_presigned_url("get_object", params, ExpiresIn=DOWNLOAD_SECONDS)

    @asynccontextmanager
    async def read(self, key: str, size: int) -> AsyncGenerator[tuple[Stored, bytearray]]:
        """The newest version under `key`, empty if it has not `size`; a few files at a time.

        Raises `NotFound` or `Unavailable`.
        """
        data = bytearray()
        async with self._room:
            with store_errors():
                client = await self.client()
                answer = await client.get_object(Bucket=self.bucket, Key=key)
                stored = Stored(
                    size=answer["ContentLength"],
                    version_id=answer.get("VersionId"),
                    encoding=answer.get("ContentEncoding"),
                )
                async with answer["Body"]:
                    if stored.size == size:
                        async for chunk in answer["Body"].iter_chunks(CHUNK):
                            data += chunk
            yield stored, data

    async def firsts(self, prefix: str) -> AsyncIterator[tuple[str, bytes]]:
        """Key and first version of every object that begins so, also of those deleted since.

        For small objects. Raises `Unavailable`.
        """
        with store_errors():
            client = await self.client()
            oldest: dict[str, Any] = {}
            pages = client.get_paginator("list_object_versions")
            async for page in pages.paginate(Bucket=self.bucket, Prefix=prefix):
                for one in page.get("Versions", ()):
                    kept = oldest.get(one["Key"])
                    if kept is None or one["LastModified"] <= kept["LastModified"]:
                        oldest[one["Key"]] = one
            for key, one in sorted(oldest.items()):
                answer = await client.get_object(
                    Bucket=self.bucket, Key=key, VersionId=one["VersionId"]
                )
                async with answer["Body"] as body:
                    yield key, await body.read()

    async def put(self, key: str, data: bytes, media_type: str) -> Stored:
        """Store `data` under `key`."""
        with store_errors():
            client = await self.client()
            answer = await client.put_object(
                Bucket=self.bucket, Key=key, Body=data, ContentType=media_type
            )
            return Stored(size=len(data), version_id=answer.get("VersionId"))

    async def delete(self, key: str) -> None:
        """Delete the object under `key`."""
        with store_errors():
            client = await self.client()
            await client.delete_object(Bucket=self.bucket, Key=key)

    async def ready(self) -> bool:
        """Whether a signed call is answered."""
        try:
            client = await self.client()
            await client.head_bucket(Bucket=self.bucket)
        except (BotoCoreError, ClientError, OSError):
            return False
        return True

    async def keeps_versions(self) -> bool:
        """Whether the bucket keeps every version of an object."""
        client = await self.client()
        answer = await client.get_bucket_versioning(Bucket=self.bucket)
        return answer.get("Status") == "Enabled"

    async def allow_origin(self, origin: str) -> None:
        """Let browsers on `origin`, and no other, post and get objects."""
        client = await self.client()
        rule = {
            "AllowedOrigins": [origin],
            "AllowedMethods": ["POST", "GET"],
            "AllowedHeaders": ["*"],
            "MaxAgeSeconds": 600,
        }
        await client.put_bucket_cors(Bucket=self.bucket, CORSConfiguration={"CORSRules": [rule]})


class store_errors:  # noqa: N801  (reads as a word in `with store_errors():`)
    """Turns the store's errors into problems."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ClientError):
            code = str(cast("Any", error).response.get("Error", {}).get("Code", ""))
            if code in ("NoSuchKey", "404", "NoSuchVersion"):
                raise NotFound("file_not_uploaded") from error
            raise Unavailable("store") from error
        if isinstance(error, BotoCoreError | OSError | aiohttp.ClientError):
            raise Unavailable("store") from error
