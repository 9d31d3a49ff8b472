"""Rights of relatives and complaints in every state, made through the doors that the shells use."""

from datetime import UTC, datetime, timedelta

from .native import Json, Native, blocks_of
from .system import System

TRACK = "/api/v1/apps/track-dossier/"
LONG_NAMED, NOBODY, ANSWERER = "0990000021", "0990000088", "lanh-dao.an-xuyen"
SAID = "Hẹn trả ngày 20/11 mà nay chưa có.\nHỏi ba lần, lần nào cũng bảo chờ thêm."
ANSWER = "Cơ quan xin lỗi vì trễ hẹn.\nHồ sơ đã xong; lần sau sẽ báo trước nếu cần thêm thời gian."


def day(days: int) -> str:
    """So many days from now, as a form sends it."""
    return f"{(datetime.now(UTC) + timedelta(hours=7, days=days)).date()}"


async def invite(me: Native, where: str, phone: str, scope: str) -> None:
    """An invitation of a month; `where` is a dossier's id, or empty for all of them."""
    path = f"{TRACK}{where}/delegations" if where else f"{TRACK}delegations"
    body: Json = {"phone": phone, "scope": scope, "until": day(30), "tells": scope == "act"}
    await me.send({"href": path}, body)


async def accept(me: Native) -> None:
    """Say yes to all who have asked."""
    for block in blocks_of(await me.get(f"{TRACK}relatives")):
        if block["type"] == "callout" and block.get("buttons"):
            await me.send(block["buttons"][0]["action"], {})


async def let_in(me: Native, other: Native, dossiers: dict[str, str]) -> None:
    """One sees, one acts, one was ended, one waits; the other one asks in return."""
    await invite(me, dossiers["new"], LONG_NAMED, "view")
    await invite(me, dossiers["waiting"], LONG_NAMED, "act")
    await accept(other)
    await invite(me, dossiers["new"], NOBODY, "act")
    await invite(me, "", NOBODY, "view")
    for card in blocks_of(await me.get(f"{TRACK}delegations")):
        if card["type"] == "card" and "Mọi hồ sơ" in card["text"]:
            await me.send(card["button"]["action"], {})
    await invite(me, "", "0990000089", "view")
    await invite(other, "", "0990000031", "act")


async def complaints(system: System, me: Native, dossiers: dict[str, str]) -> dict[str, str]:
    """One that waits and one that was answered, by the dossiers they are about."""
    desk = Native(system.url, system.simulators)
    made: dict[str, str] = {}
    try:
        await desk.sign_in_staff(system, ANSWERER)
        for name, kind in (("done", "late"), ("refused", "extra_papers")):
            body = {"kind": kind, "text": SAID}
            await me.send({"href": f"{TRACK}{dossiers[name]}/complaints"}, body)
            listed = blocks_of(await desk.get(f"{TRACK}desk/complaints"))
            rows = next(one["items"] for one in listed if one["type"] == "list")
            made[name] = rows[0]["action"]["href"].rsplit("/", 1)[-1]
            if name == "done":
                answer: Json = {"upheld": "partly", "text": ANSWER, "version": 1}
                there = f"{TRACK}desk/complaints/{made[name]}/answer"
                await desk.send({"href": there}, answer)
    finally:
        await desk.close()
    return made
