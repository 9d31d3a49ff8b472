"""Every route, tried by everybody: what `matrix.tsv` says, and never more.

`in` is let in (whatever is then said about the request), 401, 403 and 404 are refused. For ids of
somebody else the answer is that for ids of nobody, to the letter. A route that the table does not
have fails; so does a column in which a rule below is broken, whatever the table says.
"""

import csv
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from tests.backend.inputs.asked import Asked, published
from tests.backend.inputs.corpus import sample

from camaug import app as application
from camaug.identity.tokens import Tokens
from camaug.kernel.clock import local_date
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.plugins import actions as plugins
from camaug.settings import Settings
from tests.conftest import clone

from .world import KINDS, WARD, Everybody, everybody, signed_in, things

TABLE = Path(__file__).with_name("matrix.tsv")
ROUTES = [one for one in published() if one.path != "/api/v1/live"]
"""Without the stream, which goes on until the client leaves; test_live asks it."""
OWNED = {"dossier_id", "document_id", "session_id", "device_id", "notice_id", "announcement_id",
         "agency_id", "staff_id", "assignment_id", "request_id", "report_id", "complaint_id",
         "delegation_id", "case_id",
         "note_id", "template_id"}  # fmt: skip
"""Names in addresses of what belongs to somebody."""
FREE = {"code", "category", "step_id", "kind", "link", "plugin_id", "station", "day", "month",
        "agency_code"}  # fmt: skip
"""Names in addresses of what belongs to nobody."""
UNTIL = local_date(datetime.now(UTC) + timedelta(days=30))  # a run may go on past midnight
INVITED = {"phone": "0903123987", "scope": "view", "until": f"{UNTIL}"}
COUNTER = "/api/v1/apps/submit-dossier/desk"
CARD = {"full_name": "Lý Thị Sáu", "citizen_id": "096185123456", "birth_date": "15/03/1985"}
TEMPLATE = {"title": "Sai nơi", "text": "Không đúng nơi.", "acts": ["refuse"]}
BODIES = {
    "POST /api/v1/apps/track-dossier/{dossier_id}/supply": {"version": 1, "reason": "Tôi gửi."},
    "POST /api/v1/apps/track-dossier/{dossier_id}/delegations": INVITED,
    "POST /api/v1/apps/track-dossier/relatives/{dossier_id}/supply": {
        "version": 1, "reason": "Tôi gửi."
    },
    "POST /api/v1/apps/track-dossier/desk/{dossier_id}/acts": {
        "kind": "refuse", "version": 1, "reason": "Không đúng nơi."
    },
    "POST /api/v1/apps/track-dossier/desk/{dossier_id}/propose": {
        "kind": "refuse", "version": 1, "reason": "Không đúng nơi."
    },
    "POST /api/v1/apps/track-dossier/desk/templates": TEMPLATE | {"agency": str(WARD)},
    "POST /api/v1/apps/track-dossier/desk/templates/{template_id}": TEMPLATE,
    "POST /api/v1/apps/field-report/desk/{report_id}/acts": {"kind": "taken", "version": 1},
    f"POST {COUNTER}/find": {"agency_id": str(WARD), "number": "096185123456"},
    f"POST {COUNTER}/people": {"agency_id": str(WARD), **CARD},
    f"POST {COUNTER}/counter/{{case_id}}": {"procedure_code": "1.001193", "by": "self"},
    f"POST {COUNTER}/counter/{{case_id}}/card": CARD,
    f"POST {COUNTER}/counter/{{case_id}}/submit": {
        "declaration": True, "counter.procedure": "1.001193"
    },
}  # fmt: skip
"""Bodies that say something, where one that merely fits the contract does not."""
CITIZENS = ("stranger", "owner")
STAFF = ("far", "officer", "operator", "reviewer", "administrator")


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """A served application and those who try it."""

    engines: Engines
    tokens: Tokens
    served: Any
    who: Everybody
    origin: str


@pytest.fixture(scope="session")
async def ground(
    template: str, environment: dict[str, str], settings: Settings
) -> AsyncIterator[Ground]:
    async with clone(environment, template) as url:
        config = msgspec.structs.replace(settings, database_url=url)
        async with application.engines(config, process="matrix") as made:
            await plugins.sync(made.pool, made.clock.now())
            tokens = Tokens(made, settings.public_url)
            await tokens.read_keys()
            served: Any = application.create(settings, made)
            async with served.running():
                who = await everybody(made, tokens)
                yield Ground(
                    engines=made, tokens=tokens, served=served, who=who, origin=settings.public_url
                )


def committed() -> dict[str, dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t")
        return {row["route"]: {kind: row[kind] for kind in KINDS} for row in rows}


def test_the_table_has_every_route_and_no_other() -> None:
    assert set(committed()) == {one.name for one in ROUTES}
    names = {name for one in ROUTES for name in one.path_names}
    assert names <= OWNED | FREE


@pytest.mark.parametrize("asked", ROUTES, ids=lambda one: one.name)
async def test_everybody_gets_what_the_table_says(asked: Asked, ground: Ground) -> None:
    found = await tried(asked, ground)
    verdicts = {kind: verdict(answer) for kind, answer in found.items()}
    assert not list(gaps(asked, verdicts))
    assert verdicts == committed()[asked.name]


async def tried(asked: Asked, ground: Ground) -> dict[str, httpx.Response]:
    """The answer to everybody, those who may least first, so that the others find it unchanged."""
    order = (
        "nobody", "ended", "stranger", "far", "operator", "reviewer", "administrator", "officer",
        "owner",
    )  # fmt: skip
    found: dict[str, httpx.Response] = {}
    tokens = await signed_in(ground.engines, ground.tokens, ground.who)
    ids = await _ids(asked, ground)
    for kind in order:
        found[kind] = await _ask(asked, ground, tokens[kind], ids)
        status = found[kind].status_code
        if asked.method != "GET" and status < 300:  # it may be another thing now
            ids = await _ids(asked, ground)
        if status == 404 and OWNED & set(asked.path_names):
            nobodys = ids | {name: str(uuid7()) for name in OWNED & set(asked.path_names)}
            other = await _ask(asked, ground, tokens[kind], nobodys)
            assert _said(found[kind]) == _said(other), f"{kind}: tells that it is there"
    return found


async def _ids(asked: Asked, ground: Ground) -> dict[str, str]:
    """Ids that exist; where a notice is meant that staff get, that one."""
    ids = await things(ground.engines, ground.who)
    if "/staff/notices/" in asked.path:
        ids["notice_id"] = ids["staff_notice_id"]
    if "/field-report/" in asked.path:
        ids["kind"] = "answered"
    if "/relatives/" in asked.path:
        ids["dossier_id"] = ids["relatives_dossier_id"]
    if asked.path.endswith(("/answer", "/return")) and "/delegations/" in asked.path:
        ids["delegation_id"] = ids["offer_id" if asked.path.endswith("/answer") else "right_id"]
    if asked.path == "/api/v1/screens/announcements/{announcement_id}":
        ids["announcement_id"] = ids["sent_id"]
    return ids


async def _ask(asked: Asked, ground: Ground, token: str, ids: Mapping[str, str]) -> httpx.Response:
    headers = {
        "idempotency-key": str(uuid7()),
        "origin": ground.origin,
        "x-camaug-client": "native",
        **({"authorization": f"Bearer {token}"} if token else {}),
    }
    client = (f"10.{uuid7().int >> 8 & 255}.{uuid7().int & 255}.{uuid7().int >> 16 & 255}", 1)
    transport = httpx.ASGITransport(ground.served, raise_app_exceptions=False, client=client)
    async with httpx.AsyncClient(transport=transport, base_url=ground.origin) as http:
        body = BODIES.get(asked.name) or (sample(asked.body) if asked.body else None)
        return await http.request(asked.method, asked.at(ids), json=body, headers=headers)


def verdict(answer: httpx.Response) -> str:
    assert answer.status_code < 500, answer.text
    refused = answer.status_code in (401, 403, 404)
    return str(answer.status_code) if refused else "in"


def gaps(asked: Asked, verdicts: Mapping[str, str]) -> list[str]:
    """Rules that no table may break."""
    found: list[str] = []
    public = verdicts["nobody"] == "in"
    if verdicts["ended"] == "in" and not public:
        found.append("an ended session is let in")
    if OWNED & set(asked.path_names):
        found += [f"{kind} reaches what is not theirs" for kind in ("nobody", "ended", "stranger",
                  "far") if verdicts[kind] == "in" and not _shared(asked)]  # fmt: skip
    if not public and any(verdicts[one] == "in" for one in CITIZENS) and any(
        verdicts[one] == "in" for one in STAFF
    ) and not _both(asked):  # fmt: skip
        found.append("citizens and staff are let in")
    return found


def _shared(asked: Asked) -> bool:
    """Taking away what is not there, or not one's own, is done already: 204, and nothing goes."""
    return asked.method == "DELETE" and asked.path.startswith(("/api/v1/dev", "/api/v1/doc"))


def _both(asked: Asked) -> bool:
    """Files, and the own sessions, are for citizens and staff, each their own."""
    return asked.path.startswith(("/api/v1/documents", "/api/v1/session"))


def _said(answer: httpx.Response) -> dict[str, Any]:
    told: dict[str, Any] = answer.json()
    return {name: value for name, value in told.items() if name != "request_id"}
