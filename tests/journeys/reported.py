"""Reports from the spot in every state, made through the doors that the shells use."""

import asyncpg

from .native import Native
from .system import System

HOME = "/api/v1/apps/field-report/"
DESK = f"{HOME}desk/"
SAID = (
    "Trụ đèn số 7 tắt ba đêm nay, đoạn cua tối thui, mấy đứa nhỏ đi học về rất nguy hiểm.\n"
    "Hôm qua có xe lọt xuống lề. Nhờ xã cho người xem giùm."
)
PLACE = "Đoạn cua trước nhà ông Bảy, khóm 3, gần cầu Nguyễn Thị Minh Khai nối dài"
ANSWER = "Đã thay bóng và đầu đèn lúc 16 giờ chiều nay. Cảm ơn bà con đã báo."
WHY = "Việc này có người báo hôm qua, đội chiếu sáng đang chờ vật tư."


async def reports(system: System, me: Native, desk: Native) -> dict[str, str]:
    """One report a state; `late` waits for more than three days."""
    made: dict[str, str] = {}
    kinds = {"new": "lighting", "late": "electric", "taken": "road", "answered": "lighting",
             "refused": "other", "duplicate": "drain", "withdrawn": "tree",
             "rated": "rubbish"}  # fmt: skip
    for name, category in kinds.items():
        made[name] = await file(me, category)
    for name in ("taken", "answered", "rated"):
        await act(desk, made[name], "taken", 1)
    for name in ("answered", "rated"):
        await act(desk, made[name], "answered", 2, text=ANSWER)
    await act(desk, made["refused"], "refused", 1, text="Đường này do tỉnh quản lý, đã báo lại.")
    await act(desk, made["duplicate"], "duplicate", 1, text=WHY)
    await me.send({"href": f"{HOME}{made['withdrawn']}/withdraw"}, {"version": 1})
    await me.send({"href": f"{HOME}{made['rated']}/rate"}, {"rating": "4"})
    await me.send({"href": f"{HOME}{made['late']}/remark"}, {"text": "Nay tắt luôn cả dãy."})
    await _grow_old(system, made["late"])
    return made


async def file(me: Native, category: str) -> str:
    """Its id."""
    body = {
        "category": category, "said": SAID, "commune": "32002", "place": PLACE,
        "position": "9.17684,105.15240", "photos": [await me.upload("field-report")],
    }  # fmt: skip
    filed = await me.send({"href": HOME}, body)
    return filed["then"]["href"].rsplit("/", 1)[-1]


async def act(desk: Native, report: str, kind: str, version: int, **more: str) -> None:
    """One of the officer's acts."""
    await desk.send({"href": f"{DESK}{report}/acts"}, {"kind": kind, "version": version, **more})


async def _grow_old(system: System, report: str) -> None:
    """Three days cannot be waited for."""
    conn = await asyncpg.connect(system.env["CAMAUG_MIGRATOR_URL"])
    try:
        await conn.execute(
            "update p_field_report.report set waiting_long = true,"
            " filed_at = filed_at - interval '4 days' where report_id = $1",
            report,
        )
    finally:
        await conn.close()
