"""People and assignments: who may do what to whom, and the second administrator."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from camaug.identity.tokens import Tokens
from camaug.kernel.clock import HeldClock
from camaug.kernel.web import Engines

from .conftest import Shell
from .office import CENTRE, COMMUNE, WARD, Office

HERE = "http://127.0.0.1:8000"
API = "/api/v1/people"
PAGE = "/api/v1/screens/console/people"
Do = Callable[..., Awaitable[httpx.Response]]


class House:
    """Two administrators of the province, one of a ward, an officer there, one elsewhere."""

    def __init__(self, office: Office) -> None:
        self.office, self.shell = office, office.shell
        self.ids: dict[str, UUID] = {}
        self.auth: dict[str, str] = {}

    async def fill(self) -> None:
        for login, role, agency, name in (
            ("qt.1", "administrator", CENTRE, "Cao Quản Trị"),
            ("qt.2", "administrator", CENTRE, "Đặng Quản Trị"),
            ("qt.phuong", "administrator", WARD, "Bùi Phường"),
            ("du", "officer", WARD, "Trần Hoàng Dự"),
            ("mau", "officer", COMMUNE, "Lâm Thị Kiều Mẫu"),
        ):
            self.ids[login] = await self.office.hire(login, role, agency, name)

    async def by(self, login: str) -> str:
        if login not in self.auth:
            self.auth[login] = await self.office.bearer(login)
        return self.auth[login]

    async def do(
        self, login: str, path: str, body: object = None, method: str = "POST", **headers: str
    ) -> httpx.Response:
        auth = await self.by(login)
        return await self.shell.write(API + path, body, method, authorization=auth, **headers)

    async def see(self, login: str, path: str = "") -> httpx.Response:
        return await self.shell.get(PAGE + path, authorization=await self.by(login))

    async def assign(self, login: str, whom: str, role: str, agency: UUID, **more: str | None):
        body = {"role": role, "agency_id": str(agency)} | more
        return await self.do(login, f"/{self.ids[whom]}/assignments", body)

    async def held(self, login: str) -> list[tuple[str, UUID]]:
        """Roles now, as the row says."""
        engines = self.office.engines
        rows = await engines.pool.fetch(
            "select role, agency_id from assignment where staff_id = $1 and valid_from <= $2"
            " and (valid_until is null or valid_until > $2) order by role",
            self.ids[login],
            engines.clock.now(),
        )
        return [(row["role"], row["agency_id"]) for row in rows]

    async def assignment(self, login: str) -> UUID:
        return await self.office.engines.pool.fetchval(
            "select assignment_id from assignment where staff_id = $1", self.ids[login]
        )

    async def request(self) -> UUID:
        return await self.office.engines.pool.fetchval(
            "select request_id from role_request order by requested_at desc limit 1"
        )


@pytest.fixture
async def house(engines: Engines, shell: Shell) -> House:
    made = House(Office(engines, shell))
    await made.fill()
    return made


def names_in(page: httpx.Response) -> list[str]:
    table = next(block for block in page.json()["blocks"] if block["type"] == "table")
    return [row["cells"]["name"]["text"] for row in table["rows"]]


async def test_the_list_is_by_name_and_found_without_marks(house: House):
    everybody = ["Bùi Phường", "Cao Quản Trị", "Đặng Quản Trị", "Lâm Thị Kiều Mẫu", "Trần Hoàng Dự"]
    assert names_in(await house.see("qt.1")) == everybody
    assert names_in(await house.see("qt.1", "?q=DANG quan")) == ["Đặng Quản Trị"]
    assert names_in(await house.see("qt.1", "?q=qt.phuong")) == ["Bùi Phường"]
    empty = (await house.see("qt.1", "?q=khong ai")).json()
    assert empty["blocks"][1]["rows"] == []


async def test_the_list_goes_on_page_by_page(house: House, engines: Engines):
    await engines.pool.execute(
        "with made as (insert into staff (staff_id, login, full_name, created_at)"
        " select gen_random_uuid(), 'x' || n, 'Xuân ' || n, now() from generate_series(1, 120) n"
        " returning staff_id) insert into assignment (assignment_id, staff_id, agency_id, role,"
        " valid_from) select gen_random_uuid(), staff_id, $1, 'officer', now() from made",
        WARD,
    )
    seen: list[str] = []
    path = "?q=xuan"
    while path:
        page = await house.see("qt.1", path)
        seen += names_in(page)
        table = next(block for block in page.json()["blocks"] if block["type"] == "table")
        more = table.get("more")
        path = more and more["action"]["href"].removeprefix("/console/people")
    assert len(seen) == len(set(seen)) == 120


async def test_an_administrator_sees_their_own_agencies_only(house: House):
    assert names_in(await house.see("qt.phuong")) == ["Bùi Phường", "Trần Hoàng Dự"]
    assert (await house.see("qt.phuong", f"/{house.ids['mau']}")).status_code == 404


READS = ["", "/invite", "/{du}", "/{du}/assign"]
WRITES: list[tuple[str, str, Any]] = [
    ("POST", "", {"full_name": "A", "login": "abc", "role": "officer", "agency_id": str(WARD)}),
    ("POST", "/{du}/link", None),
    ("POST", "/{du}/assignments", {"role": "officer", "agency_id": str(WARD)}),
    ("DELETE", "/{du}/assignments/{assignment}", None),
    ("POST", "/{du}/reset-factor", None),
    ("POST", "/{du}/disable", None),
    ("POST", "/{du}/enable", None),
    ("POST", "/requests/{du}/confirm", None),
    ("POST", "/requests/{du}/refuse", None),
]


async def test_an_officer_is_refused_at_every_address(house: House, client: httpx.AsyncClient):
    values = {"du": house.ids["du"], "assignment": await house.assignment("du")}
    before = await house.held("du")
    for path in READS:
        assert (await house.see("mau", path.format(**values))).status_code == 403, path
    for method, path, body in WRITES:
        answer = await house.do("mau", path.format(**values), body, method)
        assert answer.status_code == 403, path
        nobody = await client.request(
            method, API + path.format(**values), json=body, headers={"idempotency-key": "k" * 8}
        )
        assert nobody.status_code == 401, path
    assert await house.held("du") == before


async def test_what_is_not_of_the_scope_is_not_there(house: House):
    foreign = {"du": house.ids["mau"], "assignment": await house.assignment("mau")}
    unknown = {"du": uuid4(), "assignment": uuid4()}
    for ids in (foreign, unknown):
        for path in READS[2:]:
            assert (await house.see("qt.phuong", path.format(**ids))).status_code == 404, path
        for method, path, body in WRITES[1:]:
            answer = await house.do("qt.phuong", path.format(**ids), body, method)
            assert answer.status_code == 404, path
    mixed = f"/{house.ids['du']}/assignments/{foreign['assignment']}"
    assert (await house.do("qt.phuong", mixed, None, "DELETE")).status_code == 404
    assert await house.held("mau") == [("officer", COMMUNE)]


async def test_the_account_of_somebody_with_roles_elsewhere_is_not_touched(house: House):
    assert (await house.assign("qt.1", "du", "officer", COMMUNE)).status_code == 200
    for what in ("link", "reset-factor", "disable"):
        answer = await house.do("qt.phuong", f"/{house.ids['du']}/{what}")
        assert (answer.status_code, answer.json()["code"]) == (403, "elsewhere_too")
    assert (await house.do("qt.1", f"/{house.ids['du']}/disable")).status_code == 200


async def test_a_role_is_given_and_taken_and_audited(house: House, engines: Engines):
    assert (await house.assign("qt.phuong", "du", "operator", WARD)).status_code == 200
    assert await house.held("du") == [("officer", WARD), ("operator", WARD)]
    again = await house.assign("qt.phuong", "du", "operator", WARD)
    assert again.json()["errors"][0]["code"] == "role_held"
    path = f"/{house.ids['du']}/assignments/{await house.assignment('du')}"
    assert (await house.do("qt.phuong", path, None, "DELETE")).status_code == 200
    assert (await house.do("qt.phuong", path, None, "DELETE")).status_code == 404
    rows = await engines.pool.fetch(
        "select action, agency_id from audit where actor_id = $1 and object_id = $2 order by at,"
        " audit_id",
        house.ids["qt.phuong"],
        str(house.ids["du"]),
    )
    assert [(r["action"], r["agency_id"]) for r in rows] == [
        ("role.assigned", WARD), ("role.ended", WARD),
    ]  # fmt: skip


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"role": "king"}, "/role", "not_a_choice"),
    ({"agency_id": str(COMMUNE)}, "/agency_id", "not_a_choice"),
    ({"agency_id": str(uuid4())}, "/agency_id", "not_a_choice"),
    ({"valid_from": "2026-11-23"}, "/valid_from", "date_past"),
    ({"valid_from": "hôm nay"}, "/valid_from", "date_format"),
    ({"valid_until": "2026-11-23"}, "/valid_until", "date_order"),
    ({"valid_from": "2026-12-02", "valid_until": "01/12/2026"}, "/valid_until", "date_order"),
]


@pytest.mark.parametrize(("changed", "pointer", "code"), BAD)
async def test_a_bad_assignment_names_the_field(
    house: House, changed: dict[str, Any], pointer: str, code: str
):
    body = {"role": "operator", "agency_id": str(WARD)} | changed
    answer = await house.do("qt.phuong", f"/{house.ids['du']}/assignments", body)
    assert answer.status_code == 422
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(pointer, code)]


async def test_a_role_for_some_days_begins_and_ends_by_itself(house: House, clock: HeldClock):
    dates = {"valid_from": "2026-11-25", "valid_until": "2026-11-25"}
    assert (await house.assign("qt.1", "du", "reviewer", WARD, **dates)).status_code == 200
    overlap = await house.assign("qt.1", "du", "reviewer", WARD, valid_from="2026-11-25")
    assert overlap.json()["errors"][0]["code"] == "role_held"
    assert ("reviewer", WARD) not in await house.held("du")
    clock.move(timedelta(hours=15))  # midnight in Cà Mau
    assert ("reviewer", WARD) in await house.held("du")
    clock.move(timedelta(hours=24))
    assert ("reviewer", WARD) not in await house.held("du")


async def test_an_ended_assignment_closes_access_within_the_next_look(
    house: House, engines: Engines, clock: HeldClock
):
    other = Tokens(engines, HERE)  # of another process
    await other.read_keys()
    access = (await house.by("du")).removeprefix("Bearer ")
    before = await other.caller(access, "vi")
    assert before.officer
    assert before.officer.agencies
    path = f"/{house.ids['du']}/assignments/{await house.assignment('du')}"
    assert (await house.do("qt.1", path, None, "DELETE")).status_code == 200
    clock.move(timedelta(seconds=2))
    await other.look()
    after = await other.caller(access, "vi")
    assert after.officer
    assert after.officer.agencies == {}


async def test_a_reset_factor_ends_sessions_and_makes_a_new_app(house: House):
    mine = await house.by("du")
    assert (await house.do("qt.phuong", f"/{house.ids['du']}/reset-factor")).status_code == 200
    seen = await house.shell.get("/api/v1/staff/summary", authorization=mine)
    assert seen.status_code == 401
    again = (await house.office.first_step("du")).json()
    assert any(block["type"] == "qr" for block in again["blocks"])


async def test_a_closed_account_is_out_and_comes_back_without_roles(house: House):
    mine = await house.by("du")
    assert (await house.do("qt.1", f"/{house.ids['du']}/disable")).status_code == 200
    seen = await house.shell.get("/api/v1/staff/summary", authorization=mine)
    assert seen.status_code == 401
    assert (await house.office.first_step("du")).status_code == 422
    assert (await house.assign("qt.1", "du", "officer", WARD)).json()["code"] == "person_disabled"
    assert (await house.do("qt.1", f"/{house.ids['du']}/link")).json()["code"] == "person_disabled"
    assert (await house.do("qt.1", f"/{house.ids['du']}/enable")).status_code == 200
    assert (await house.office.first_step("du")).status_code == 200
    assert await house.held("du") == []


async def test_nobody_does_to_themselves_what_needs_somebody_else(house: House):
    for what in ("link", "reset-factor", "disable"):
        answer = await house.do("qt.1", f"/{house.ids['qt.1']}/{what}")
        assert (answer.status_code, answer.json()["code"]) == (403, "not_oneself")
    own = f"/{house.ids['qt.1']}/assignments/{await house.assignment('qt.1')}"
    assert (await house.do("qt.1", own, None, "DELETE")).json()["code"] == "not_oneself"


async def test_no_administrator_makes_a_link_for_another(house: House):
    answer = await house.do("qt.1", f"/{house.ids['qt.2']}/link")
    assert (answer.status_code, answer.json()["code"]) == (403, "administrator_link")


async def test_administrator_rights_wait_for_a_second_administrator(house: House, engines: Engines):
    assert (await house.assign("qt.1", "du", "administrator", WARD)).status_code == 200
    assert ("administrator", WARD) not in await house.held("du")
    waiting = (await house.see("qt.1")).json()["blocks"][2]
    assert [one["label"] for one in waiting["buttons"]] == ["Rút đề nghị"]
    request = await house.request()
    for login in ("qt.1", "du"):
        assert (await house.do(login, f"/requests/{request}/confirm")).status_code == 403
    assert (await house.do("qt.2", f"/requests/{request}/confirm")).status_code == 200
    assert ("administrator", WARD) in await house.held("du")
    assert (await house.do("qt.2", f"/requests/{request}/confirm")).status_code == 404
    seen = await engines.pool.fetch(
        "select action, actor_id from audit where action like 'role.%' order by audit_id"
    )
    told = [(row["action"], row["actor_id"]) for row in seen]
    assert told[-2:] == [
        ("role.requested", house.ids["qt.1"]), ("role.assigned", house.ids["qt.2"]),
    ]  # fmt: skip


async def test_a_request_for_another_agency_shows_nothing_to_an_administrator(house: House):
    assert (await house.assign("qt.1", "mau", "administrator", COMMUNE)).status_code == 200
    assert "Lâm Thị Kiều Mẫu" in (await house.see("qt.2")).text
    assert "Lâm Thị Kiều Mẫu" not in (await house.see("qt.phuong")).text
    assert (await house.see("qt.phuong", f"/{house.ids['mau']}")).status_code == 404
    own, others = f'"{WARD}"', f'"{COMMUNE}"'
    offered = (await house.see("qt.phuong", "/invite")).text
    assert own in offered
    assert others not in offered


async def test_whoever_gets_the_rights_does_not_confirm_them(house: House):
    assert (await house.assign("qt.1", "qt.2", "administrator", WARD)).status_code == 200
    request = await house.request()
    answer = await house.do("qt.2", f"/requests/{request}/confirm")
    assert (answer.status_code, answer.json()["code"]) == (403, "second_administrator")
    assert (await house.do("qt.phuong", f"/requests/{request}/confirm")).status_code == 200


async def test_one_request_is_confirmed_once_by_however_many(house: House, engines: Engines):
    await house.assign("qt.1", "du", "administrator", WARD)
    request = await house.request()
    for login in ("qt.1", "qt.2", "qt.phuong"):
        await house.by(login)
    answers = await asyncio.gather(
        *(
            house.do(login, f"/requests/{request}/{what}")
            for login in ("qt.1", "qt.2", "qt.phuong")
            for what in ("confirm", "refuse")
        )
    )
    assert Counter(one.status_code for one in answers)[200] == 1
    given = await engines.pool.fetchval(
        "select count(*) from assignment where staff_id = $1 and role = 'administrator'",
        house.ids["du"],
    )
    outcome = await engines.pool.fetchval("select outcome from role_request")
    assert given == (1 if outcome == "confirmed" else 0)


async def test_the_same_request_is_not_made_twice(house: House, engines: Engines):
    await asyncio.gather(house.by("qt.1"), house.by("qt.2"))
    answers = await asyncio.gather(
        *(house.assign(f"qt.{n % 2 + 1}", "du", "administrator", WARD) for n in range(6))
    )
    assert Counter(one.status_code for one in answers) == {200: 1, 422: 5}
    assert await engines.pool.fetchval("select count(*) from role_request") == 1


async def test_a_dismissed_administrator_leaves_no_request_behind(house: House, engines: Engines):
    await house.assign("qt.2", "du", "administrator", WARD)
    request = await house.request()
    path = f"/{house.ids['qt.2']}/assignments/{await house.assignment('qt.2')}"
    assert (await house.do("qt.1", path, None, "DELETE")).status_code == 200
    assert await engines.pool.fetchval("select outcome from role_request") == "void"
    assert (await house.do("qt.phuong", f"/requests/{request}/confirm")).status_code == 404


async def test_rights_that_ended_by_their_date_confirm_nothing(
    house: House, engines: Engines, clock: HeldClock
):
    await house.assign("qt.2", "du", "administrator", WARD)
    request = await house.request()
    await engines.pool.execute(
        "update assignment set valid_until = $2 where staff_id = $1",
        house.ids["qt.2"],
        clock.now(),
    )
    assert (await house.do("qt.1", f"/requests/{request}/confirm")).status_code == 404
    assert ("administrator", WARD) not in await house.held("du")


async def test_a_request_waits_a_week(house: House, clock: HeldClock):
    await house.assign("qt.1", "du", "administrator", WARD)
    request = await house.request()
    clock.move(timedelta(days=7))
    house.auth.clear()
    assert (await house.do("qt.2", f"/requests/{request}/confirm")).status_code == 404
    assert (await house.assign("qt.1", "du", "administrator", WARD)).status_code == 200


async def test_two_administrators_who_close_each_other_leave_one(house: House):
    await asyncio.gather(house.by("qt.1"), house.by("qt.2"))
    answers = await asyncio.gather(
        house.do("qt.1", f"/{house.ids['qt.2']}/disable"),
        house.do("qt.2", f"/{house.ids['qt.1']}/disable"),
    )
    assert min(one.status_code for one in answers) == 200
    assert len(await house.held("qt.1")) + len(await house.held("qt.2")) == 1


async def test_the_same_tap_invites_once(house: House, engines: Engines):
    body = {
        "full_name": "Trần Thị Mới", "login": "can-bo.moi", "role": "administrator",
        "agency_id": str(WARD),
    }  # fmt: skip
    pages = [await house.do("qt.1", "", body, idempotency_key="the-same-tap") for _ in range(2)]
    assert [one.status_code for one in pages] == [200, 200]
    assert pages[0].json() == pages[1].json()
    assert pages[0].json()["blocks"][0]["type"] == "callout"
    made = await engines.pool.fetchval("select count(*) from staff where login = 'can-bo.moi'")
    assert made == 1
    again = await house.do("qt.1", "", body)
    assert again.json()["errors"][0]["code"] == "login_taken"


async def test_desk_roles_of_active_plugins_can_be_given(house: House, engines: Engines):
    await engines.pool.execute(
        "update plugin set manifest = jsonb_set(manifest, '{x_camaug,desk_roles}',"
        ' \'[{"role": "harbour", "name": {"vi": "Cán bộ cảng", "en": "Harbour"}}]\')'
        " where plugin_id = 'track-dossier'"
    )
    form = (await house.see("qt.1", "/invite")).json()["blocks"][0]
    offered = {one["label"] for one in form["blocks"][1]["blocks"][0]["choices"]}
    assert {"Cán bộ một cửa", "Quản trị viên", "Cán bộ cảng"} <= offered
    assert (await house.assign("qt.1", "du", "harbour", WARD)).status_code == 200
    await engines.pool.execute("update plugin set state = 'disabled'")
    refused = await house.assign("qt.1", "mau", "harbour", COMMUNE)
    assert refused.json()["errors"][0]["code"] == "not_a_choice"


async def test_the_rail_shows_people_to_administrators_only(house: House):
    for login, shown in (("qt.1", True), ("du", False)):
        answer = await house.shell.get("/api/v1/staff/summary", authorization=await house.by(login))
        ways = [one["href"] for one in answer.json()["nav"]]
        assert ("/console/people" in ways) is shown
        assert "/console/profile" in ways
