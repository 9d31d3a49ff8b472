"""Puts inputs of nine types to a running API, through every address that takes such a value.

Each line of the file is an object: `id`, `type`, `value` (or `raw` for a whole body, or `gen` for
one that is too long to write down), `expect` (accept, reject, either), `stored`, `why`. Rejected is
a 4xx that names the field; accepted is 2xx with the value stored as `stored` says; a 5xx agrees
with nothing. It starts what it needs: engines, an empty database, one API process.
"""

import sys
from base64 import b64decode
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from camaug.documents.actions import NAME as FILE_NAME
from camaug.dossiers.actions import ANSWERS
from camaug.kernel.text import has_hidden
from camaug.kernel.web import Engines
from camaug.procedures import seed as procedures
from camaug.vectors_api import Api, Json, running
from camaug.vectors_forms import blocks, filled, form_of
from camaug.vectors_report import Disagreement, Report

MOST_STEPS = 12
REFUSED = 422
NOT_SHOWN = object()
"""Stands for what an address takes and does not show again."""
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


def judge(file: Path) -> Report:
    """Every case, at every address of its type. Needs the engines of `./camaug engines`."""
    cases = [msgspec.json.decode(line, type=Json) for line in file.read_bytes().splitlines()]
    wrong: list[Disagreement] = []
    agree = 0
    with running() as api:
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
    tried = ((name, filled(api, code)) for code, name in _asking(kind))
    name, whole = next((name, found) for name, found in tried if found is not None)

    def put(value: object) -> Answer:
        body = whole["body"] | {name: value}
        status, said = api.send("POST", whole["href"], body)
        if said.get("type") == "screen":  # not filed: the step with what is wrong
            wrong = any(one.get("name") == name and one.get("error") for one in blocks(said))
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
        version = form_of(screen)["submit"]["action"]["body"]["version"]
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
        version = form_of(screen)["submit"]["action"]["body"]["version"]
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
    return next((one.get("value") for one in blocks(screen) if one.get("name") == name), None)


if __name__ == "__main__":
    report = judge(Path(sys.argv[1]))
    sys.stdout.writelines(f"{line}\n" for line in report.lines())
    if len(sys.argv) > 2:  # noqa: PLR2004
        Path(sys.argv[2]).write_bytes(msgspec.json.format(msgspec.json.encode(report)) + b"\n")
    sys.exit(0 if report.holds else 1)
