"""The object store (S3): presigned transfers, pinned versions, checked reads.

What requests need is signed by botocore's signers and fetched with aiohttp. Upkeep goes through
aioboto3's client, which takes 20 MiB of each process that has one (ADR 0024).
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, cast
from urllib.parse import urlsplit

import aiohttp
import msgspec
from yarl import URL

from camaug.kernel.presigning import REGION, Signer
from camaug_sdk.problems import NotFound, Problem, Unavailable


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
OWN_SECONDS = 60
"""How long an address serves that we call at once ourselves."""
TRIES, PAUSE_SECONDS = 3, 0.2
NO_SUCH = 404
AGAIN = frozenset({500, 502, 503, 504})


@cache
def _sdk() -> Any:
    """What aioboto3 knows of S3; reading that takes a quarter of a second."""
    import aioboto3  # noqa: PLC0415  (see `Blobs`)

    return aioboto3.Session()


class Blobs:
    """One bucket. aioboto3 is imported on first use: it costs a second and 20 MiB."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.bucket = parts.path.strip("/")
        self._endpoint = f"{parts.scheme}://{parts.hostname}:{parts.port}"
        self._key, self._secret = parts.username, parts.password
        self._signer = Signer(self._endpoint, self.bucket, self._key or "", self._secret or "")
        self._http: aiohttp.ClientSession | None = None
        self._client: Any = None
        self._context: Any = None
        self._room = asyncio.Semaphore(READ_AT_ONCE)

    async def client(self) -> Any:
        """The S3 client of this process's event loop, for upkeep."""
        if self._client is None:
            from botocore.config import Config  # noqa: PLC0415  (see the class)

            config = Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                connect_timeout=3,
                read_timeout=20,
            )
            self._context = _sdk().client(
                "s3",
                endpoint_url=self._endpoint,
                verify=self._endpoint.startswith("https:"),  # else it reads every authority too
                aws_access_key_id=self._key,
                aws_secret_access_key=self._secret,
                region_name=REGION,
                config=config,
            )
            self._client = await self._context.__aenter__()
        return self._client

    async def close(self) -> None:
        """Close the client's connections."""
        if self._context is not None:
            await self._context.__aexit__(None, None, None)
            self._client = self._context = None
        if self._http is not None:
            await self._http.close()
            self._http = None

    def _sender(self) -> aiohttp.ClientSession:
        if self._http is None:
            self._http = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=3, sock_read=20),
                headers={"Accept-Encoding": "identity"},
                auto_decompress=False,
            )
        return self._http

    @asynccontextmanager
    async def _call(self, method: str, key: str) -> AsyncGenerator[aiohttp.ClientResponse]:
        """The store's answer. Raises `NotFound` or `Unavailable`."""
        for last in (*[False] * (TRIES - 1), True):
            url = URL(self._signer.address(method, key, {}, seconds=OWN_SECONDS), encoded=True)
            try:
                answer = await self._sender().request(method, url)
            except (aiohttp.ClientError, OSError):
                if last:
                    raise
            else:
                async with answer:
                    if answer.status not in AGAIN or last:
                        await _check(answer)
                        yield answer
                        return
            await asyncio.sleep(PAUSE_SECONDS)

    def presign_upload(self, key: str, *, media_type: str, size: int) -> Upload:
        """Allow one upload of exactly `size` bytes to `key` within a quarter of an hour."""
        url, fields = self._signer.form(
            key,
            {"Content-Type": media_type},
            [{"Content-Type": media_type}, ["content-length-range", size, size]],
            seconds=UPLOAD_SECONDS,
        )
        return Upload(url=url, fields=fields)

    def presign_download(
        self, key: str, version_id: str | None, *, disposition: str, media_type: str
    ) -> str:
        """An address that downloads that version as told here, whatever its sender told."""
        params = {
            "response-content-disposition": disposition,
            "response-content-type": media_type,
            "response-cache-control": "private, no-store",
        }
        if version_id:
            params["versionId"] = version_id
        return self._signer.address("GET", key, params, seconds=DOWNLOAD_SECONDS)

    @asynccontextmanager
    async def read(self, key: str, size: int) -> AsyncGenerator[tuple[Stored, bytearray]]:
        """The newest version under `key`, empty if it has not `size`; a few files at a time.

        Raises `NotFound` or `Unavailable`.
        """
        data = bytearray()
        async with self._room:
            with store_errors():
                async with self._call("GET", key) as answer:
                    stored = Stored(
                        size=answer.content_length or 0,
                        version_id=answer.headers.get("x-amz-version-id"),
                        encoding=answer.headers.get("Content-Encoding"),
                    )
                    if stored.size == size:
                        async for chunk in answer.content.iter_chunked(CHUNK):
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
            async with self._call("DELETE", key):
                pass

    async def erase(self, key: str) -> int:
        """Delete every version under `key`, also of what was deleted before; how many there were.

        Raises `Unavailable`; what is gone by then stays gone.
        """
        with store_errors():
            client = await self.client()
            pages = client.get_paginator("list_object_versions")
            found: list[str] = []
            async for page in pages.paginate(Bucket=self.bucket, Prefix=key):
                several = (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
                found += [one["VersionId"] for one in several if one["Key"] == key]
            for version_id in found:
                await client.delete_object(Bucket=self.bucket, Key=key, VersionId=version_id)
        return len(found)

    async def answers(self) -> bool:
        """Whether the store answers at all; `ready` asks it whether it knows us."""
        try:
            async with self._sender().head(f"{self._endpoint}/{self.bucket}") as answer:
                return answer.status not in AGAIN
        except (aiohttp.ClientError, OSError):
            return False

    async def ready(self) -> bool:
        """Whether a signed call is answered."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  (see the class)

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


async def _check(answer: aiohttp.ClientResponse) -> None:
    """Raises `NotFound` for an object that is not there, `Unavailable` for every other refusal."""
    if answer.status == NO_SUCH and b"NoSuchBucket" not in await answer.read():
        raise NotFound("file_not_uploaded")
    if not answer.ok:
        raise Unavailable("store")


class store_errors:  # noqa: N801  (reads as a word in `with store_errors():`)
    """Turns the store's errors into problems."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError | aiohttp.ClientError):
            raise Unavailable("store") from error
        if error is None or isinstance(error, Problem):
            return
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  (see `Blobs`)

        if isinstance(error, ClientError):
            code = str(cast("Any", error).response.get("Error", {}).get("Code", ""))
            if code in ("NoSuchKey", "404", "NoSuchVersion"):
                raise NotFound("file_not_uploaded") from error
            raise Unavailable("store") from error
        if isinstance(error, BotoCoreError):
            raise Unavailable("store") from error
