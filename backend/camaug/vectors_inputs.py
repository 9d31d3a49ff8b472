"""Puts inputs of nine types to a running API, through every address that takes such a value.

Each line of the file is an object: `id`, `type`, `value` (or `raw` for a whole body, or `gen` for
one that is too long to write down), `expect` (accept, reject, either), `stored`, `why`. Rejected is
a 4xx that names the field; accepted is 2xx with the value stored as `stored` says; a 5xx agrees
with nothing. It starts what it needs: engines, an empty database, one API process.
"""

import asyncio
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from base64 import b64decode
from collections import defaultdict
from collections.abc import Callable, Coroutine, Generator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID, uuid4

import asyncpg
import msgspec

from camaug import app, migrate, settings
from camaug.agencies import seed as agencies
from camaug.documents import queries as documents
from camaug.documents.actions import NAME as FILE_NAME
from camaug.documents.schemas import NewDocument
from camaug.dossiers.actions import ANSWERS
from camaug.identity.schemas import SessionRow
from camaug.identity.tokens import Tokens
from camaug.kernel import db
from camaug.kernel.ids import uuid7
from camaug.kernel.text import has_hidden
from camaug.kernel.web import Engines
from camaug.plugins import actions as plugins
from camaug.procedures import seed as procedures
from camaug.vectors_report import Disagreement, Report

Json = dict[str, Any]
START_SECONDS = 60
MOST_STEPS = 12
REFUSED = 422
NOT_SHOWN = object()
"""Stands for what an address takes and does not show again."""
TYPED = {
    "person-name-field": "Nguyễn Văn Mẫu",
    "citizen-id-field": "096085999901",
    "phone-field": "0990000001",
    "email-field": "mau@vi-du.vn",
    "address-field": "12 Lý Bôn, phường An Xuyên",
    "commune-field": "32002",
    "date-field": "2026-11-20",
    "number-field": 1,
    "money-field": 100000,
    "text-field": "Kinh",
    "long-text-field": "Không có",
    "boolean-field": True,
}
OURS = {
    b'"procedure_code":"1.001193"': b'"email":"mau@vi-du.vn"',
    b'"applicant_name"': b'"full_name"',
    b'"applicant_id"': b'"citizen_id"',
    b'"fee"': b'"version"',
}
"""Members of the example body, and what stands there in a body that an address takes."""
FORM = "/api/v1/apps/submit-dossier"
PROFILE = {"name": "full_name", "citizen_id": "citizen_id", "date": "birth_date",
           "address": "permanent_address"}  # fmt: skip
FIELD_TYPES = {"name": "person_name", "citizen_id": "citizen_id", "phone": "phone",
               "date": "date", "address": "address", "money": "money"}  # fmt: skip


class Answer(msgspec.Struct, frozen=True):
    """Status, whether the field was named, and what is stored now."""

    status: int
    names: bool
    stored: object = None


Way = Callable[[object], Answer]
"""One address that takes a value of a type."""


class Api:
    """One citizen at a running API, and a look into what it has stored."""

    def __init__(self, config: settings.Settings) -> None:
        self.port = 0
        self._config = config
        self.person = uuid7()
        self._token = asyncio.run(_sign_in(config, self.person))

    def stored(self, look: Callable[[Engines], Coroutine[Any, Any, object]]) -> object:
        """What `look` finds in the database."""

        async def run() -> object:
            async with app.engines(self._config, process="vectors") as made:
                async with made.pool.acquire() as conn:
                    await made.vault.load(conn)
                return await look(made)

        return asyncio.run(run())

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, Json]:
        """Status and JSON of an answer."""
        conn = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "Idempotency-Key": str(uuid4()),
        }
        try:
            conn.request(method, path, body, headers)
            answer = conn.getresponse()
            read = answer.read()
        except BrokenPipeError:  # refused before the whole body was sent
            return 413, {}
        finally:
            conn.close()
        return answer.status, msgspec.json.decode(read) if read[:1] == b"{" else {}

    def send(self, method: str, path: str, body: object) -> tuple[int, Json]:
        """The same with a body made of values."""
        return self.ask(method, path, msgspec.json.encode(body))


def judge(file: Path) -> Report:
    """Every case, at every address of its type. Needs the engines of `./camaug engines`."""
    cases = [msgspec.json.decode(line, type=Json) for line in file.read_bytes().splitlines()]
    wrong: list[Disagreement] = []
    agree = 0
    with _running() as api:
        ways = _ways(api)
        for case in cases:
            found = _disagreement(case, ways[case["type"]])
            if found is None:
                agree += 1
            else:
                wrong.append(Disagreement(case["id"], case["why"], case["expect"], found))
    return Report("bad-inputs", agree, len(cases), not wrong, wrong)


def _disagreement(case: Json, ways: dict[str, Way]) -> str | None:
    given = _value(case)
    for name, way in ways.items():
        answer = way(given)
        accepted = answer.status < 300  # noqa: PLR2004
        fault = None
        if answer.status >= 500:  # noqa: PLR2004
            fault = "failed"
        elif accepted and case["expect"] == "reject":
            fault = "accepted"
        elif not accepted and case["expect"] == "accept":
            fault = "rejected"
        elif not accepted and not answer.names:
            fault = "rejected without naming the field"
        elif accepted and not _kept(case, answer.stored):
            fault = f"stored {answer.stored!r}"
        if fault is not None:
            return f"{name}: {fault} ({answer.status})"
    return None


def _kept(case: Json, stored: object) -> bool:
    """Whether what is stored is what the case says, and shows everything that it holds."""
    if stored is NOT_SHOWN:
        return True
    if "stored" in case:
        return str(stored) == case["stored"]
    return not has_hidden(str(stored).replace("\ufe0f", ""))


def _value(case: Json) -> object:
    """What is sent; `raw` is a whole body."""
    if "gen" in case:
        gen = defaultdict(str, case["gen"])
        long, after = gen["unit"] * gen["times"], gen["unit_after"] * gen["times"]
        return gen["prefix"] + long + gen["middle"] + after + gen["suffix"]
    if "raw_b64" in case:
        return b64decode(case["raw_b64"])
    return case["raw"] if "raw" in case else case["value"]


def _ways(api: Api) -> dict[str, dict[str, Way]]:
    ways: dict[str, dict[str, Way]] = {sort: {} for sort in FIELD_TYPES}
    for sort, kind in FIELD_TYPES.items():
        ways[sort]["e-form"] = _field(api, kind)
    for sort, member in PROFILE.items():
        ways[sort]["profile"] = _profile(api, member)
    ways["phone"]["sign-in"] = _simple(api, "POST", "/api/v1/session/otp", "phone")
    ways["dossier_code"] = {"lookup": _lookup(api)}
    ways["file_name"] = {"upload": _file_name(api)}
    ways["json_body"] = {"profile": _body(api)}
    return ways


def _field(api: Api, kind: str) -> Way:
    """The first e-form with that field, filed whole; what is stored is in the dossier."""
    tried = ((name, _filled(api, code)) for code, name in _asking(kind))
    name, filled = next((name, found) for name, found in tried if found is not None)

    def put(value: object) -> Answer:
        body = filled["body"] | {name: value}
        status, said = api.send("POST", filled["href"], body)
        if said.get("type") == "screen":  # not filed: the step with what is wrong
            wrong = any(one.get("name") == name and one.get("error") for one in _blocks(said))
            return Answer(REFUSED, wrong)
        if status >= 300:  # noqa: PLR2004
            return Answer(status, _names(status, said, name))
        dossier_id = said["then"]["href"].rpartition("/")[2]
        return Answer(
            status, names=True, stored=api.stored(lambda made: _answer_of(made, dossier_id, name))
        )

    return put


def _asking(kind: str) -> list[tuple[str, str]]:
    """Procedures that are filed online, and their fields of the type; of days, births first."""
    found = [
        (one.code, field.name)
        for one in procedures.catalogue()
        if one.channel("online") is not None
        for field in one.form_fields
        if field.type == kind
    ]
    return sorted(found, key=lambda one: "birth_date" not in one[1])


def _filled(api: Api, code: str) -> Json | None:
    """What the review of a form sends, filled step by step; None when more is asked for."""
    path = f"{FORM}/{code}"
    for _ in range(MOST_STEPS):
        _, screen = api.ask("GET", path)
        form = _form(screen)
        action, values = form["submit"]["action"], _values(api, form)
        if action["href"].endswith("/submit"):
            return {**action, "body": {**action.get("body", {}), **values}}
        _, answer = api.send("POST", action["href"], values)
        if "then" not in answer:
            return None
        path = answer["then"]["href"].replace("/apps/", "/api/v1/apps/", 1)
    return None


def _values(api: Api, form: Json) -> Json:
    found: Json = {}
    for field in _blocks(form):
        kind = field["type"]
        if kind in ("choice-field", "choices-field"):
            found[field["name"]] = field["choices"][-1]["value"]
        elif kind == "file-field" and field.get("required"):
            found[field["name"]] = [api.stored(partial(_paper, api.person, field["purpose"]))]
        elif field.get("required") and kind in TYPED:
            found[field["name"]] = TYPED[kind]
    return found


async def _paper(owner: UUID, purpose: str, made: Engines) -> object:
    """A file of the person as it is after its check, without its bytes."""
    document_id, now = uuid7(), made.clock.now()
    new = NewDocument(file_name="a.png", size=10, media_type="image/png", purpose=purpose)
    async with db.transaction(made.pool) as conn:
        name = made.vault.seal_text(FILE_NAME, document_id, new.file_name)
        await documents.insert(conn, document_id, owner, new, name, now)
        await documents.set_checked(conn, document_id, None, bytes(32), now)
    return str(document_id)


async def _answer_of(made: Engines, dossier_id: str, name: str) -> object:
    sealed = await made.pool.fetchval(
        "select answers_enc from dossier where dossier_id = $1", UUID(dossier_id)
    )
    answers = made.vault.open_json(ANSWERS, UUID(dossier_id), sealed, dict[str, Any])
    return answers.get(name)


async def _file_name_of(made: Engines, document_id: str) -> object:
    sealed = await made.pool.fetchval(
        "select file_name_enc from document where document_id = $1", UUID(document_id)
    )
    return made.vault.open_text(FILE_NAME, UUID(document_id), sealed)


def _profile(api: Api, member: str) -> Way:
    def put(value: object) -> Answer:
        _, screen = api.ask("GET", "/api/v1/screens/profile/edit")
        version = _form(screen)["submit"]["action"]["body"]["version"]
        status, said = api.send("PUT", "/api/v1/me/profile", {"version": version, member: value})
        _, after = api.ask("GET", "/api/v1/screens/profile/edit")
        return Answer(status, _names(status, said, member), _shown(after, member))

    return put


def _simple(api: Api, method: str, path: str, member: str) -> Way:
    def put(value: object) -> Answer:
        status, said = api.send(method, path, {member: value})
        if status in (429, 503):  # taken, and counted, or sent to a gateway that is not here
            return Answer(status=200, names=True, stored=NOT_SHOWN)
        return Answer(status, _names(status, said, member), NOT_SHOWN)

    return put


def _lookup(api: Api) -> Way:
    def put(value: object) -> Answer:
        body = {"code": value, "pin": "ABC234"}
        status, said = api.send("POST", "/api/v1/apps/track-dossier/lookup", body)
        unknown = status == 404  # noqa: PLR2004  (well formed, and not there)
        return Answer(status, unknown or _names(status, said, "code"))

    return put


def _file_name(api: Api) -> Way:
    def put(value: object) -> Answer:
        kind = "application/pdf" if str(value).lower().endswith(".pdf") else "image/png"
        body = {"file_name": value, "size": 100, "media_type": kind, "purpose": "other"}
        status, said = api.send("POST", "/api/v1/documents", body)
        if "document_id" not in said:
            return Answer(status, _names(status, said, "file_name"))
        kept = api.stored(lambda made: _file_name_of(made, said["document_id"]))
        return Answer(status, names=True, stored=kept)

    return put


def _body(api: Api) -> Way:
    """The defect of the example put into a body that changes the profile."""

    def put(value: object) -> Answer:
        _, screen = api.ask("GET", "/api/v1/screens/profile/edit")
        version = _form(screen)["submit"]["action"]["body"]["version"]
        body = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
        for example, ours in OURS.items():
            body = body.replace(example, ours)
        body = body.replace(b'"version":8000', b'"version":%d' % version)
        status, _ = api.ask("PUT", "/api/v1/me/profile", body)
        return Answer(status, names=True)

    return put


def _names(status: int, said: Json, member: str) -> bool:
    """Whether a refusal names the member; what cannot be read at all names no member."""
    pointers = [one["pointer"].split("/")[1] for one in said.get("errors", [])]
    return member in pointers or status in (400, 413)


def _shown(screen: Json, name: str) -> object:
    return next((one.get("value") for one in _blocks(screen) if one.get("name") == name), None)


def _blocks(shown: Json) -> Iterator[Json]:
    for block in shown.get("blocks", []):
        yield block
        yield from _blocks(block)


def _form(screen: Json) -> Json:
    return next(one for one in _blocks(screen) if one["type"] == "form")


@contextmanager
def _running() -> Generator[Api]:
    """An API process on an empty database of its own."""
    name = f"vectors_{uuid4().hex[:8]}"
    env = dict(os.environ)
    for setting in ("CAMAUG_DATABASE_URL", "CAMAUG_MIGRATOR_URL"):
        env[setting] = urlunsplit(urlsplit(env[setting])._replace(path=f"/{name}"))
    admin = env["CAMAUG_TEST_ADMIN_URL"]
    create = f"create database {name} template camaug_empty owner camaug_migrator"
    asyncio.run(_execute(admin, create))
    try:
        migrate.upgrade(env["CAMAUG_MIGRATOR_URL"])
        config = settings.load(env)
        api = Api(config)
        with _served(env) as api.port:
            yield api
    finally:
        asyncio.run(_execute(admin, f"drop database {name} with (force)"))


async def _execute(url: str, sql: str) -> None:
    conn = await asyncpg.connect(url)
    try:
        await conn.execute(sql)
    finally:
        await conn.close()


async def _sign_in(config: settings.Settings, person: UUID) -> str:
    """Seed the catalogue, take the utilities in, and sign a new person in; the access token."""
    async with app.engines(config, process="vectors") as made:
        await app.prepare(made, config)
        async with db.transaction(made.pool) as conn:
            await agencies.seed(conn)
            await procedures.seed(conn)
            await conn.execute(
                "insert into citizen (citizen_id, phone_enc, phone_idx, created_at, updated_at)"
                " values ($1, $2, $3, now(), now())",
                person,
                made.vault.seal_text("citizen|phone", person, "0990000000"),
                person.bytes,
            )
        now = made.clock.now()
        await plugins.sync(made.pool, now)
        tokens = Tokens(made, config.public_url)
        await tokens.read_keys()
        row = SessionRow(
            session_id=uuid7(),
            audience="citizen",
            subject_id=person,
            assurance=1,
            counter=0,
            rotated_at=now,
            created_at=now,
            expires_at=now,
            ended_at=None,
        )
        return tokens.issue(row)


@contextmanager
def _served(env: dict[str, str]) -> Generator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "camaug.cli", "serve", "--listen", f"127.0.0.1:{port}"],
        env=env | {"CAMAUG_WORKERS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
            except OSError:
                if server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("the API did not start") from None
                time.sleep(0.1)
            else:
                break
        yield port
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()


if __name__ == "__main__":
    report = judge(Path(sys.argv[1]))
    sys.stdout.writelines(f"{line}\n" for line in report.lines())
    if len(sys.argv) > 2:  # noqa: PLR2004
        Path(sys.argv[2]).write_bytes(msgspec.json.format(msgspec.json.encode(report)) + b"\n")
    sys.exit(0 if report.holds else 1)
