"""Services made by hand, and a citizen who answers whatever a form asks."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

import httpx
import pytest

import camaug_submit_dossier
from camaug.dossiers import answers as core
from camaug.dossiers import organisations
from camaug.dossiers.schemas import NewDossier
from camaug_sdk import Invalid, NotFound
from camaug_sdk.records import (
    Agency,
    Answer,
    Commune,
    Document,
    Draft,
    DraftLine,
    Organisation,
    Person,
    Procedure,
    Profile,
    Submission,
)

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
TODAY = date(2026, 11, 24)
AN_XUYEN = Commune(code="31999", name="An Xuyên", kind="ward")
DOSSIER = UUID(int=42)
Documents = Mapping[str, list[UUID]]


class Procedures:
    def __init__(self, known: dict[str, Procedure]) -> None:
        self._known = known

    async def get(self, code: str) -> Procedure:
        if code not in self._known:
            raise NotFound
        return self._known[code]

    async def fields(self) -> list[tuple[str, str, int]]:
        return [("ho-tich", "Hộ tịch", 9)]


class Agencies:
    async def communes(self) -> list[Commune]:
        return [AN_XUYEN]

    async def receiving(self, procedure_code: str, commune_code: str | None) -> Agency:
        if commune_code is None:
            raise NotFound
        return Agency(
            agency_id=UUID(int=9),
            kind="people_committee",
            name_vi="UBND phường An Xuyên",
            name_en="People's Committee of An Xuyên ward",
            commune_code=commune_code,
        )


class People:
    async def profile(self, me: Person) -> Profile:
        return Profile(
            full_name="Nguyễn Thị Đăng Nguyệt",
            citizen_id="096190000001",
            phone="0912345678",
            permanent_commune=AN_XUYEN.code,
        )


class Files:
    """Every id is an own file; `state` is what the server found."""

    state = "checked"

    async def mine(self, me: Person, document_ids: list[UUID]) -> list[Document]:
        return [self.document(one) for one in document_ids]

    def document(self, document_id: UUID) -> Document:
        return Document(
            document_id=document_id,
            file_name="giay-chung-sinh.jpg",
            size=1_200_000,
            media_type="image/jpeg",
            state=self.state,  # pyright: ignore[reportArgumentType]
            purpose="",
        )


class Dossiers:
    """Keeps drafts, and files what the core's own checks accept, once a key."""

    def __init__(self, procedures: dict[str, Procedure], files: Files) -> None:
        self.procedures = procedures
        self.files = files
        self.kept: dict[str, Draft] = {}
        self.filed: list[NewDossier] = []
        self.keys: dict[str, object] = {}

    async def draft(self, me: Person, procedure_code: str) -> Draft:
        return self.kept.get(procedure_code) or self._draft(procedure_code, {}, {})

    async def drafts(self, me: Person) -> list[DraftLine]:
        return []

    async def save_draft(
        self,
        me: Person,
        procedure_code: str,
        answers: Mapping[str, Answer],
        documents: Documents,
    ) -> Draft:
        saved = self._draft(procedure_code, answers, documents)
        self.kept[procedure_code] = saved
        return saved

    def _draft(self, code: str, answers: Mapping[str, Answer], documents: Documents) -> Draft:
        return Draft(
            draft_id=UUID(int=3),
            procedure_code=code,
            answers=dict(answers),
            documents=dict(documents),
            updated_at=NOW,
        )

    async def submit(
        self,
        me: Person,
        procedure_code: str,
        answers: Mapping[str, Answer],
        documents: Documents,
        *,
        key: str,
        conditions: Mapping[str, bool] | None = None,
        organisation: Organisation | None = None,
    ) -> Submission:
        request = NewDossier(
            procedure_code=procedure_code,
            answers=dict(answers),
            documents=dict(documents),
            conditions=dict(conditions or {}),
            organisation=organisation,
        )
        if self.keys.setdefault(key, request) != request:
            raise AssertionError("the same key with another body")
        procedure = self.procedures[procedure_code]
        _, errors = core.check(procedure, answers, frozenset({AN_XUYEN.code}), TODAY)
        own = {one: self.files.document(one) for ids in documents.values() for one in ids}
        errors += organisations.check(procedure, organisation)[1]
        errors += core.check_conditions(procedure, request.conditions)
        errors += core.check_documents(procedure, request, own)
        if errors:
            raise Invalid(errors=errors)
        if request not in self.filed:
            self.filed.append(request)
        self.kept.pop(procedure_code, None)
        return Submission(
            dossier_id=DOSSIER,
            code="H12.31-261124-0042",
            pin="K7M2QX",
            agency_name_vi="UBND phường An Xuyên",
            agency_name_en="An Xuyên",
        )


@pytest.fixture
def files() -> Files:
    return Files()


@pytest.fixture
def dossiers(by_code: dict[str, Procedure], files: Files) -> Dossiers:
    return Dossiers(by_code, files)


@pytest.fixture
def citizen(
    host: Callable[..., httpx.AsyncClient],
    by_code: dict[str, Procedure],
    dossiers: Dossiers,
    files: Files,
) -> httpx.AsyncClient:
    """A signed-in citizen's client of the plugin."""
    return host(
        camaug_submit_dossier.plugin,
        "submit-dossier",
        procedures=Procedures(by_code),
        agencies=Agencies(),
        people=People(),
        documents=files,
        dossiers=dossiers,
    )


TYPED: Mapping[str, object] = {
    "citizen-id-field": "096090000017",
    "phone-field": "0912345678",
    "email-field": "nguyet@example.vn",
    "number-field": 2,
    "money-field": 2,
    "boolean-field": True,
    "commune-field": AN_XUYEN.code,
}


def _answer(field: dict[str, Any]) -> object:
    """What a person puts into a field as the shell would send it."""
    match field["type"]:
        case "choice-field":
            return field["choices"][0]["value"]
        case "date-field":
            return field.get("latest") or field.get("earliest") or "2026-12-01"
        case "file-field":
            return [str(uuid5(UUID(int=5), field["name"]))]
        case kind:
            return field.get("value") or TYPED.get(kind, "Nguyễn Văn An")


@pytest.fixture
def answer() -> Callable[[dict[str, Any]], dict[str, object]]:
    """Answers every field of a screen's form: yes to every condition, a file for every paper."""

    def fill(screen: dict[str, Any]) -> dict[str, object]:
        form = next(one for one in screen["blocks"] if one["type"] == "form")
        fields = [one for one in form["blocks"] if one["type"].endswith("-field")]
        return {one["name"]: _answer(one) for one in fields}

    return fill
