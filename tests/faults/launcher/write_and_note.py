"""Writes rows and objects without pause for a minute, and notes each one once acknowledged.

Runs under `./camaug engines`; the argument is the journal. Notes go out by one `write` each, so
that they survive the SIGKILL that ends this program.
"""

import asyncio
import hashlib
import os
import sys
from urllib.parse import urlsplit
from uuid import uuid4

import aioboto3
import asyncpg
from botocore.config import Config

OBJECT_WRITERS, ROW_WRITERS = 8, 4
MOST_SECONDS = 60  # nothing may fill a disk because a test went wrong
SIZES = (1, 900, 70_000, 5_000_000)  # within one chunk of the store, and across two


async def main(journal: int) -> None:
    await make_table()
    writers = [write_rows(journal) for _ in range(ROW_WRITERS)]
    writers += [write_objects(journal, size) for size in SIZES * (OBJECT_WRITERS // len(SIZES))]
    await asyncio.gather(*writers)


async def make_table() -> None:
    conn = await asyncpg.connect(os.environ["CAMAUG_MIGRATOR_URL"])
    await conn.execute("create table if not exists noted (id uuid primary key)")
    await conn.close()


async def write_rows(journal: int) -> None:
    conn = await asyncpg.connect(os.environ["CAMAUG_MIGRATOR_URL"])
    while True:
        row_id = uuid4()
        await conn.execute("insert into noted values ($1)", row_id)
        os.write(journal, f"row {row_id} -\n".encode())


async def write_objects(journal: int, size: int) -> None:
    url = urlsplit(os.environ["CAMAUG_S3_URL"])
    client = aioboto3.Session().client(
        "s3",
        endpoint_url=os.environ["CAMAUG_S3_PUBLIC_URL"],
        region_name="us-east-1",
        aws_access_key_id=url.username,
        aws_secret_access_key=url.password,
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )
    async with client as s3:
        while True:
            body = os.urandom(size)
            key = f"noted/{uuid4()}"
            await s3.put_object(Bucket=url.path[1:], Key=key, Body=body)
            os.write(journal, f"object {key} {hashlib.sha256(body).hexdigest()}\n".encode())


if __name__ == "__main__":
    notes = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    asyncio.run(asyncio.wait_for(main(notes), MOST_SECONDS))
