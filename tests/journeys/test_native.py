"""The main job by the API alone: what a native shell does, on two API processes and a worker."""

import asyncio
import re
from typing import Any

import httpx

from .native import NO_TLS, Native
from .system import System

PHONE, OFFICER = "0990000001", "can-bo.an-xuyen"


async def test_a_native_client_files_and_is_told(system: System) -> None:
    me, officer = Native(system.url, system.simulators), Native(system.url, system.simulators)
    await me.sign_in(PHONE)
    await officer.sign_in_staff(system, OFFICER)
    async with httpx.AsyncClient(base_url=system.simulators, verify=NO_TLS) as outside:
        answer = await outside.post(
            "/registrations", json={"app": "camaug", "platform": "android", "label": "test"}
        )
        device = answer.json()["token"]
        await me.send(
            {"href": "/api/v1/devices"},
            {"provider": "fcm", "token": device, "platform": "android"},
        )
        filed = await me.file("1.001193")
        dossier_id = re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", str(filed)).group()  # type: ignore[union-attr]
        await officer.send(
            {"href": f"/api/v1/apps/track-dossier/desk/{dossier_id}/accept"}, {"version": 1}
        )
        pushed = await _pushes(outside, device, 2)
    seen = str(await me.get(f"/api/v1/apps/track-dossier/{dossier_id}"))
    assert "Đã tiếp nhận" in seen
    inbox = str(await me.get("/api/v1/screens/inbox"))
    assert "Đăng ký khai sinh" in inbox
    for message in pushed:
        assert "khai sinh" not in str(message).lower()
        assert "Nguyệt" not in str(message)
    await me.close()
    await officer.close()


async def _pushes(outside: httpx.AsyncClient, device: str, count: int) -> list[dict[str, Any]]:
    """What the device got, once there are `count` of them."""
    mine: list[dict[str, Any]] = []
    for _ in range(600):
        journal = (await outside.get("/journal.json")).json()["entries"]
        mine = [one for one in journal if one["to"] == device]
        if len(mine) >= count:
            return mine
        await asyncio.sleep(0.1)
    raise AssertionError(f"{len(mine)} pushes of {count}")
