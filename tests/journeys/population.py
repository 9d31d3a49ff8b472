"""People, dossiers and announcements in every state, so that each screen has something to show."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import asyncpg

from camaug.agencies.seed import agency_id
from camaug_track_dossier.desk_acts import WITH_FORM

from . import measured
from .kinship import complaints, let_in
from .native import TYPED, Json, Native, blocks_of, form_of
from .reported import reports
from .system import System

APPLICANT, STRANGER, LONG_NAMED = "0990000031", "0990000002", "0990000021"
LONG_NAME = "Công Tằng Tôn Nữ Nguyễn Phúc Hoàng Bảo Ngọc Thiên Kim"
OFFICER, IDLE, ADMINISTRATOR = "can-bo.an-xuyen", "can-bo.ganh-hao", "quan-tri"
LEADER, LEADER_ABOVE = "lanh-dao.an-xuyen", "lanh-dao.tinh"
AUTHOR, SECOND, DEVELOPER = "dieu-hanh.1", "dieu-hanh.2", "phat-trien"
BIRTH, AN_XUYEN = "1.001193", "32002"
MEASURED = 6
"""Procedures with a year of counters."""
DESK = "/api/v1/apps/track-dossier/desk/"
COUNTER = "/api/v1/apps/submit-dossier/desk/"
PEOPLE = "/api/v1/screens/console/people"
REASON = "Ảnh Giấy chứng sinh bị mờ, không đọc được số. Chụp lại bản chính ở nơi đủ sáng."
STOPPED = "Trẻ đã được đăng ký khai sinh tại phường Tân Thành ngày 20/11/2026 (mẫu 05)."
RIGHT = "Ảnh Giấy chứng sinh bị mờ; nộp bản chính tại Một cửa (mẫu 03)."
FEE = "Lệ phí cấp bản sao trích lục, 15 bản"
COMMENT = "Tôi đã gửi đủ giấy tờ.\nMong cán bộ gọi điện hỏi trước khi từ chối."
LATE = ("late", "apologised")
APOLOGY = "Ba cán bộ hộ tịch nghỉ ốm cùng lúc. Phường xin lỗi chị và làm bù vào thứ Bảy."
TITLE = "Lịch cắt điện để sửa đường dây các xã ven biển tuần này"
TEXT = "Nước lên cao từ 22 giờ.\nKê đồ đạc lên cao và tắt điện tầng trệt."


TEMPLATE = {
    "title": "Ảnh mờ, không đọc được",
    "text": "Ảnh {paper} của hồ sơ {code} bị mờ. Chụp lại bản chính ở nơi đủ sáng rồi gửi lại.",
    "acts": ["ask_supplement", "refuse", "stop"],
}
BACK = "Nêu rõ ngày đăng ký tại phường Tân Thành và đính kèm bản trích lục."
NOTES = (
    "Đã gọi chị Xanh lúc 9 giờ, chị hẹn chiều mang bản chính đến.",
    "Đối chiếu với phường Tân Thành: số 214/2026, quyển 02. Chờ bản trích lục gửi qua.",
)
BOUND = """
    insert into core.approval_rule (rule_id, agency_id, acts, valid_from, source, made_at, made_by)
    values (gen_random_uuid(), $1, '{stop}', current_date - 1, 'Quy chế ví dụ', now(), 'test')
"""
WORKING_DAY = """
    select min(d.day)::date
    from generate_series(current_date + 3, current_date + 25, interval '1 day') as d (day)
    where extract(isodow from d.day) < 6
      and not exists (select from core.holiday h where h.day = d.day::date)
"""
"""One that an apology may appoint."""
HANDED = """
    insert into core.handover (handover_id, dossier_id, from_agency_id, from_staff_id,
        to_agency_id, to_staff_id, handed_at, due_at, received_at, received_by)
    select gen_random_uuid(), d.dossier_id, d.agency_id, d.handler_id, d.agency_id, s.staff_id,
        now() - interval '3 hours', d.due_at,
        case when n = 1 then now() - interval '2 hours' end, case when n = 1 then s.staff_id end
    from core.dossier d, core.staff s, generate_series(1, 2) n
    where d.dossier_id = $1 and s.login = $2
"""
"""One hand-over that was received, and one that waits."""


@dataclass
class Population:
    """Addresses of what was made. `steps` are all the steps of filing a birth."""

    dossiers: dict[str, str] = field(default_factory=dict[str, str])
    codes: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    steps: list[str] = field(default_factory=list[str])
    announcements: dict[str, str] = field(default_factory=dict[str, str])
    reports: dict[str, str] = field(default_factory=dict[str, str])
    complaints: dict[str, str] = field(default_factory=dict[str, str])
    case: str = ""
    person: str = ""
    template: str = ""
    note: str = ""
    links: list[str] = field(default_factory=list[str])


async def populate(system: System) -> Population:
    """Make all of it through the doors that the shells use."""
    made = Population()
    me, long_named, desk = [Native(system.url, system.simulators) for _ in range(3)]
    try:
        await me.sign_in(APPLICANT)
        await long_named.sign_in(LONG_NAMED)
        await desk.sign_in_staff(system, OFFICER)
        await _introduce(me, "Trần Thị Đước Xanh")
        await _introduce(long_named, LONG_NAME)
        await _dossiers(me, long_named, desk, made)
        await _steps(me, made)
        day = await _dates(system, made)
        more = {"reason": APOLOGY, "appointed_on": day}
        await _act(desk, made, "apologised", "apologise", **more)
        await let_in(me, long_named, made.dossiers)
        made.complaints = await complaints(system, me, made.dossiers)
        await _counter(desk, made)
        made.reports = await reports(system, me, desk)
        await office(system, desk, made)
    finally:
        for one in (me, long_named, desk):
            await one.close()
    await _announcements(system, made)
    await _people(system, made)
    return made


async def _introduce(one: Native, name: str) -> None:
    """A name, and a long address."""
    profile = {
        "version": 1, "full_name": name, "citizen_id": "096190999921", "gender": "nu",
        "birth_date": "1990-08-12", "ethnicity": "Kinh", "permanent_commune": AN_XUYEN,
        "permanent_address": "Số 128/35/7B đường Nguyễn Thị Minh Khai nối dài, khóm 3",
    }  # fmt: skip
    await one.send({"href": "/api/v1/me/profile", "method": "PUT"}, profile)


async def _steps(me: Native, made: Population) -> None:
    """Walk the form once without filing; the draft stays for the pictures."""
    path = f"/api/v1/apps/submit-dossier/{BIRTH}"
    for _ in range(12):
        screen = await me.get(path)
        form = form_of(screen)
        if form["submit"]["action"]["href"].endswith("/submit"):
            return
        answer = await me.send(form["submit"]["action"], await _filled(me, form))
        href = form["submit"]["action"]["href"]
        made.steps.append(href.replace("/api/v1/apps/", "/apps/", 1))
        path = answer["then"]["href"].replace("/apps/", "/api/v1/apps/", 1)
    raise AssertionError("the form does not end")


async def _counter(desk: Native, made: Population) -> None:
    """Somebody has come to the counter; everything is filled in and nothing filed."""
    start = form_of(await desk.get(COUNTER))
    card = {"full_name": "Lý Thị Sáu", "citizen_id": "096185123456", "birth_date": "1985-03-15"}
    here = start["submit"]["action"]["body"]
    opened = await desk.send({"href": f"{COUNTER}people", "body": here}, card)
    made.case = opened["then"]["href"]
    begin = {"procedure_code": BIRTH, "by": "self"}
    answer = await desk.send({"href": _behind(made.case)}, begin)
    for _ in range(12):
        form = form_of(await desk.get(_behind(answer["then"]["href"])))
        if form["submit"]["action"]["href"].endswith("/submit"):
            return
        answer = await desk.send(form["submit"]["action"], await _filled(desk, form))
    raise AssertionError("the form does not end")


def _behind(shown: str) -> str:
    return shown.replace("/console/apps/submit-dossier/", COUNTER, 1)


async def _filled(me: Native, form: Json) -> Json:
    """Every field has something, also those that may stay empty."""
    values = await me.fill(form)
    for one in blocks_of(form):
        if one["type"] in TYPED and values.get(one["name"]) is None:
            values[one["name"]] = TYPED[one["type"]]
    return values


async def _dossiers(me: Native, other: Native, desk: Native, made: Population) -> None:
    """One dossier a state; those of the person with the long name fill the officer's queue."""
    for name in (
        "done",
        "refused",
        "stopped",
        "withdrawn",
        "supplied",
        "waiting",
        "running",
        "owing",
        "new",
    ):
        await _file(me, name, made)
    for name in ("long-new", "late", "today", "apologised"):
        await _file(other, name, made)
    for name in ("done", "stopped", "supplied", "waiting", "running", "owing", *LATE, "today"):
        await _act(desk, made, name, "accept")
    for name in ("done", "stopped", "running", *LATE):
        await _act(desk, made, name, "process")
    await _act(desk, made, "refused", "refuse", reason=REASON)
    await _act(desk, made, "stopped", "stop", reason=STOPPED)
    await _act(desk, made, "owing", "ask_payment", reason=FEE, amount_vnd=120_000)
    result = [await desk.upload("result")]
    await _act(desk, made, "done", "finish", result=result, reason="Đã đăng ký khai sinh.")
    for name in ("supplied", "waiting"):
        await _act(desk, made, name, "ask_supplement", reason=REASON)
    await _correct(desk, made)
    paper = {"other": [await me.upload("other")], "reason": "Tôi chụp lại."}
    await _do(me, made, "supplied", "supply", **paper)
    await _do(me, made, "withdrawn", "withdraw")
    rated = {"href": f"/api/v1/apps/track-dossier/{made.dossiers['refused']}/rate"}
    await me.send(rated, {"rating": "2", "comment": COMMENT})


async def _correct(desk: Native, made: Population) -> None:
    """What the refusal says is put right."""
    path = f"{DESK}{made.dossiers['refused']}"
    form = next(
        one for one in blocks_of(await desk.get(f"{path}/correct")) if one["type"] == "form"
    )
    entry = next(one for one in blocks_of(form) if one["type"] == "choice-field")
    said = {"seq": entry["choices"][0]["value"], "text": RIGHT, "why": "Ghi thiếu căn cứ"}
    await desk.send(form["submit"]["action"], said)


async def _file(me: Native, name: str, made: Population) -> None:
    answer = await me.file(BIRTH)
    made.dossiers[name] = answer["then"]["href"].rsplit("/", 1)[-1]
    shown = await me.get(answer["then"]["href"].replace("/apps/", "/api/v1/apps/", 1))
    text = next(one["big"] for one in blocks_of(shown) if one["type"] == "card")
    pairs = [pair for one in blocks_of(shown) for pair in one.get("items", [])]
    made.codes[name] = (text, next(pair["value"] for pair in pairs if "hint" in pair))


async def _act(desk: Native, made: Population, name: str, kind: str, **more: object) -> None:
    path = f"{DESK}{made.dossiers[name]}"
    version = _version(await desk.get(f"{path}/acts/{kind}" if kind in WITH_FORM else path))
    if kind == "accept":
        await desk.send({"href": f"{path}/accept"}, {"version": version})
    else:
        await desk.send({"href": f"{path}/acts"}, {"kind": kind, "version": version, **more})


async def _do(me: Native, made: Population, name: str, kind: str, **more: object) -> None:
    path = f"/api/v1/apps/track-dossier/{made.dossiers[name]}"
    read = f"{path}/supply" if kind == "supply" else path
    version = _version(await me.get(read))
    await me.send({"href": f"{path}/{kind}"}, {"version": version, **more})


def _version(shown: Any) -> int:
    """The version of the dossier that one of the screen's buttons carries, else the first."""
    if isinstance(shown, dict):
        found = shown.get("body", {})
        if isinstance(found, dict) and "version" in found:
            return found["version"]
        shown = list(shown.values())
    if isinstance(shown, list):
        for one in shown:
            if version := _version(one):
                return version
    return 0


async def _dates(system: System, made: Population) -> str:
    """Time cannot be waited for: two dossiers are late by three days, one is due this evening.

    Of one the leaders were told; what others took is known too. A day that may be appointed.
    A year has been counted everywhere.
    """
    conn = await asyncpg.connect(system.env["CAMAUG_DATABASE_URL"])
    try:  # in one piece, as the system's own worker tells leaders too
        async with conn.transaction():
            return await _moved(conn, made)
    finally:
        await conn.close()


async def _moved(conn: "asyncpg.Connection[asyncpg.Record]", made: Population) -> str:
    await measured.fill(conn, datetime.now(UTC), MEASURED)
    for name, hours in (*((name, -75) for name in LATE), ("today", 2)):
        await conn.execute(
            "update core.dossier set due_at = now() + make_interval(hours => $2),"
            " accepted_at = now() - interval '100 hours' where dossier_id = $1",
            made.dossiers[name], hours,
        )  # fmt: skip
    await conn.execute(HANDED, made.dossiers["running"], IDLE)
    await conn.execute(
        "with step as (insert into core.dossier_escalation"
        " select dossier_id, due_at, 1, handling_agency_id, now() from core.dossier"
        " where dossier_id = $1)"
        " update core.dossier set told = array[handling_agency_id], told_for = due_at,"
        " told_level = 1 where dossier_id = $1",
        made.dossiers["late"],
    )
    await conn.execute(
        "insert into core.forecast select handling_agency_id, procedure_code, 41, 170, 1150,"
        " now() from core.dossier where dossier_id = $1 on conflict do nothing",
        made.dossiers["late"],
    )
    return str(await conn.fetchval(WORKING_DAY))


async def office(system: System, desk: Native, made: Population) -> None:
    """Stopping needs a leader here: one waits for the leader, one came back; notes, templates."""
    leader = Native(system.url, system.simulators)
    conn = await asyncpg.connect(system.env["CAMAUG_MIGRATOR_URL"])
    try:
        await conn.execute(BOUND, agency_id("people_committee", AN_XUYEN))
        await leader.sign_in_staff(system, LEADER)
        new = {"agency": str(agency_id("people_committee", AN_XUYEN)), **TEMPLATE}
        await leader.send({"href": f"{DESK}templates"}, new)
        made.template = str(await conn.fetchval("select template_id from core.reason_template"))
        for name in ("today", "running"):
            path = f"{DESK}{made.dossiers[name]}"
            body = {"kind": "stop", "version": _version(await desk.get(f"{path}/acts/stop"))}
            await desk.send({"href": f"{path}/propose"}, body | {"reason": STOPPED})
        waiting = await conn.fetchval(
            "select proposal_id from core.proposal where dossier_id = $1", made.dossiers["running"]
        )
        back = {"proposal_id": str(waiting), "reason": BACK}
        path = f"{DESK}{made.dossiers['running']}"
        await leader.send({"href": f"{path}/send-back"}, back)
        for text in NOTES:
            await desk.send({"href": f"{path}/notes"}, {"text": text})
        made.note = str(await conn.fetchval("select max(note_id::text) from core.dossier_note"))
    finally:
        await conn.close()
        await leader.close()


async def _announcements(system: System, made: Population) -> None:
    """A draft, one that waits, one that was taken back, and one that was sent."""
    author, second = [Native(system.url, system.simulators) for _ in range(2)]
    try:
        await author.sign_in_staff(system, AUTHOR)
        await second.sign_in_staff(system, SECOND)
        for name in ("draft", "waiting", "withdrawn", "sent"):
            done = await author.send({"href": "/api/v1/announcements"}, _content(name))
            made.announcements[name] = done["then"]["href"].rsplit("/", 1)[-1]
            if name != "draft":
                await _press(author, made.announcements[name], "submit")
        await _press(author, made.announcements["withdrawn"], "withdraw")
        await _press(second, made.announcements["sent"], "approve")
        await _sent(author, made.announcements["sent"])
    finally:
        await author.close()
        await second.close()


def _content(name: str) -> Json:
    scope = {"scope": "all"} if name == "draft" else {"scope": "chosen", "communes": [AN_XUYEN]}
    english = {"title_en": "Power will be off", "text_en": "From 22:00. Keep your torch ready."}
    return {"title_vi": TITLE, "text_vi": TEXT, **english, **scope}


async def _press(one: Native, announcement: str, deed: str) -> None:
    shown = await one.get(f"/api/v1/screens/console/announcements/{announcement}")
    await one.send(_sends(shown, f"/{deed}"))


def _sends(shown: Any, ending: str) -> Json:
    """The action of the button that writes to an address with this end."""
    if isinstance(shown, dict):
        if str(shown.get("href", "")).endswith(ending):
            return shown
        shown = list(shown.values())
    for one in shown if isinstance(shown, list) else []:
        if found := _sends(one, ending):
            return found
    return {}


async def _sent(author: Native, announcement: str) -> None:
    for _ in range(120):
        shown = await author.get(f"/api/v1/screens/console/announcements/{announcement}")
        if not _sends(shown, "/withdraw") and not _sends(shown, "/stop"):
            return
        await asyncio.sleep(0.5)
    raise AssertionError("the announcement was not sent")


async def _people(system: System, made: Population) -> None:
    """Invitations to open, one for each language, and an officer who has nothing more to do."""
    admin = Native(system.url, system.simulators)
    try:
        await admin.sign_in_staff(system, ADMINISTRATOR)
        names = (LONG_NAME, "Trần Thị Vàm", "Lê Văn Rạch", "Danh Sà Quên")
        for number, name in enumerate(names):
            office = str(agency_id("people_committee", AN_XUYEN))
            new = {"full_name": name, "login": f"moi-{number}", "role": "officer"}
            new["agency_id"] = office
            screen = await admin.send({"href": "/api/v1/people"}, new)
            found = [word for word in _words(screen) if "/console/invitation/" in word]
            made.links.append(found[0].split("/console/")[1])
        people = await admin.get(PEOPLE)
        made.person = next(
            href for href in _hrefs(people) if href.startswith("/console/people/") and "-" in href
        )
    finally:
        await admin.close()


def _words(shown: Any) -> list[str]:
    if isinstance(shown, str):
        return [shown]
    inner = shown.values() if isinstance(shown, dict) else shown if isinstance(shown, list) else []
    return [word for one in inner for word in _words(one)]


def _hrefs(shown: Any) -> list[str]:
    return [word for word in _words(shown) if word.startswith("/")]
