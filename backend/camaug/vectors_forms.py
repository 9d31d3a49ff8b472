"""Fills an e-form step by step as a shell does: for vectors that have to file."""

from collections.abc import Iterator
from functools import partial
from uuid import UUID

from camaug.documents import queries as documents
from camaug.documents.actions import NAME
from camaug.documents.schemas import NewDocument
from camaug.kernel import db
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.vectors_api import Api, Json

FORM = "/api/v1/apps/submit-dossier"
MOST_STEPS = 12
TYPED = {
    "person-name-field": "Nguyễn Văn Mẫu",
    "citizen-id-field": "096085999901",
    "phone-field": "0990000001",
    "email-field": "mau@vi-du.vn",
    "address-field": "12 Lý Bôn, phường An Xuyên",
    "commune-field": "32002",
    "place-field": "9.17680,105.15240",
    "date-field": "2026-11-20",
    "number-field": 1,
    "money-field": 100000,
    "text-field": "Kinh",
    "long-text-field": "Không có",
    "boolean-field": True,
}


def filled(api: Api, code: str) -> Json | None:
    """What the review of a form sends, filled step by step; None when more is asked for."""
    path = f"{FORM}/{code}"
    for _ in range(MOST_STEPS):
        _, screen = api.ask("GET", path)
        form = form_of(screen)
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
    for field in blocks(form):
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
        name = made.vault.seal_text(NAME, document_id, new.file_name)
        await documents.insert(conn, document_id, owner, new, name, now)
        await documents.set_checked(conn, document_id, None, bytes(32), now)
    return str(document_id)


def blocks(shown: Json) -> Iterator[Json]:
    """Every block of a screen, the nested ones too."""
    for block in shown.get("blocks", []):
        yield block
        yield from blocks(block)


def form_of(screen: Json) -> Json:
    """The form of a screen."""
    return next(one for one in blocks(screen) if one["type"] == "form")
