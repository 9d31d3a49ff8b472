"""Reads back every row and object of a journal and says which are missing or altered.

Runs under `./camaug engines`; the argument is the journal. Prints `rows N objects M lost K`.
"""

import asyncio
import hashlib
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

import aioboto3
import asyncpg
from botocore.exceptions import ClientError


async def main(notes: list[list[str]]) -> None:
    rows = [key for kind, key, _ in notes if kind == "row"]
    objects = {key: digest for kind, key, digest in notes if kind == "object"}
    lost = await lost_rows(rows) + await lost_objects(objects)
    for name in lost:
        sys.stderr.write(f"lost {name}\n")
    sys.stdout.write(f"rows {len(rows)} objects {len(objects)} lost {len(lost)}\n")


async def lost_rows(rows: list[str]) -> list[str]:
    if not rows:
        return []
    conn = await asyncpg.connect(os.environ["CAMAUG_MIGRATOR_URL"])
    there = {str(row["id"]) for row in await conn.fetch("select id from noted")}
    await conn.close()
    return [f"row {row}" for row in rows if row not in there]


async def lost_objects(objects: dict[str, str]) -> list[str]:
    url = urlsplit(os.environ["CAMAUG_S3_URL"])
    client = aioboto3.Session().client(
        "s3",
        endpoint_url=os.environ["CAMAUG_S3_PUBLIC_URL"],
        region_name="us-east-1",
        aws_access_key_id=url.username,
        aws_secret_access_key=url.password,
    )
    lost: list[str] = []
    async with client as s3:
        for key, digest in objects.items():
            try:
                answer = await s3.get_object(Bucket=url.path[1:], Key=key)
                body = await answer["Body"].read()
            except ClientError as error:
                lost.append(f"object {key}: {error}")
                continue
            if hashlib.sha256(body).hexdigest() != digest:
                lost.append(f"object {key}: altered")
    return lost


if __name__ == "__main__":
    asyncio.run(main([line.split() for line in Path(sys.argv[1]).read_text().splitlines()]))
