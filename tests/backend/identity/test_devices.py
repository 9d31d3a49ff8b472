"""Push devices and their owners."""

import asyncio

import pytest

from camaug.kernel.web import Engines

from .conftest import Shell

DEVICE = {"provider": "fcm", "token": "fcm-token-0123456789", "platform": "web"}
ACTIVE = "select count(*) from push_device where removed_at is null"


async def register(shell: Shell, access: str) -> str:
    answer = await shell.write("/api/v1/devices", DEVICE, authorization=access)
    assert answer.status_code == 200, answer.text
    return answer.json()["device_id"]


async def test_a_device_registers_once(shell: Shell, engines: Engines):
    access = await shell.bearer()
    ids = await asyncio.gather(*(register(shell, access) for _ in range(10)))
    assert len(set(ids)) == 1
    assert await engines.pool.fetchval(ACTIVE) == 1


async def test_a_token_moves_to_whoever_registers_it_last(shell: Shell, engines: Engines):
    first, second = await shell.bearer("0911111111"), await shell.bearer("0922222222")
    device = await register(shell, first)
    await register(shell, second)
    path = f"/api/v1/devices/{device}"
    assert (await shell.write(path, method="DELETE", authorization=first)).status_code == 204
    assert await engines.pool.fetchval(ACTIVE) == 1
    assert (await shell.write(path, method="DELETE", authorization=second)).status_code == 204
    assert await engines.pool.fetchval(ACTIVE) == 0


async def test_signing_out_forgets_the_devices_of_the_session(shell: Shell, engines: Engines):
    access = await shell.bearer()
    await register(shell, access)
    await shell.write("/api/v1/session/end", {"audience": "citizen"}, authorization=access)
    assert await engines.pool.fetchval(ACTIVE) == 0
    assert await engines.pool.fetchval("select removed_why from push_device") == "signed_out"
    await register(shell, await shell.bearer())
    assert await engines.pool.fetchval(ACTIVE) == 1


@pytest.mark.parametrize("token", ["", "short", "with space 0123456789", "x" * 2000, "ấ" * 20])
async def test_a_token_that_cannot_be_one_is_refused(shell: Shell, token: str):
    body = DEVICE | {"token": token}
    answer = await shell.write("/api/v1/devices", body, authorization=await shell.bearer())
    assert answer.status_code == 400
