"""What the engines of this very run promise: encoding, roles, durability, closed doors."""

from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest

from camaug.kernel.blobs import Blobs


@pytest.fixture
async def admin(environment: dict[str, str]):
    conn = await asyncpg.connect(environment["CAMAUG_TEST_ADMIN_URL"], database="camaug")
    yield conn
    await conn.close()


async def test_text_is_utf8_and_vietnamese_letters_fold(admin: asyncpg.Connection):
    row = await admin.fetchrow(
        "select current_setting('server_encoding') encoding, lower('Đ') low, show_trgm('đ') trgm"
    )
    assert row["encoding"] == "UTF8"
    assert row["low"] == "đ"
    assert row["trgm"]


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "data_checksums"])
async def test_nothing_that_keeps_data_safe_is_switched_off(
    admin: asyncpg.Connection, setting: str
):
    assert await admin.fetchval("select current_setting($1)", setting) == "on"


async def test_extensions_are_there(admin: asyncpg.Connection):
    rows = await admin.fetch("select extname from pg_extension")
    assert {"unaccent", "pg_trgm", "btree_gist", "citext"} <= {row["extname"] for row in rows}


async def test_run_time_roles_are_no_superusers_and_core_may_create_nothing(
    admin: asyncpg.Connection,
):
    rows = await admin.fetch(
        "select rolname, rolsuper, rolcreaterole, rolcreatedb from pg_roles"
        " where rolname in ('camaug_core', 'camaug_migrator') order by rolname"
    )
    assert [tuple(row) for row in rows] == [
        ("camaug_core", False, False, False),
        ("camaug_migrator", False, True, False),
    ]


async def test_a_role_needs_its_password(environment: dict[str, str]):
    url = environment["CAMAUG_DATABASE_URL"].replace(
        urlsplit(environment["CAMAUG_DATABASE_URL"]).password or "", "guessed"
    )
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(url)


async def test_the_store_refuses_who_does_not_sign(environment: dict[str, str]):
    bucket = environment["CAMAUG_S3_PUBLIC_URL"] + "/camaug/"
    async with httpx.AsyncClient() as client:
        assert (await client.get(bucket)).status_code == 403
        assert (await client.put(bucket + "x", content=b"x")).status_code == 403


async def test_inner_parts_of_the_store_are_no_way_around_it(
    environment: dict[str, str], store: Blobs
):
    await (await store.client()).put_object(Bucket=store.bucket, Key="inner", Body=b"secret")
    port = urlsplit(environment["CAMAUG_S3_PUBLIC_URL"]).port or 0
    filer = f"http://127.0.0.1:{port - 1}/buckets/camaug/inner"
    async with httpx.AsyncClient() as client:
        assert (await client.get(filer)).status_code == 401
        assert (await client.put(filer, content=b"x")).status_code == 401
        assert (await client.delete(filer)).status_code == 401


async def test_the_bucket_keeps_versions(store: Blobs):
    answer = await (await store.client()).get_bucket_versioning(Bucket=store.bucket)
    assert answer["Status"] == "Enabled"
