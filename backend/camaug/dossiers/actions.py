"""Filing a dossier (nộp hồ sơ): check everything, find the desk, give the code."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from camaug.agencies import current as agencies
from camaug.agencies.current import COMMUNES
from camaug.agencies.schemas import Desk
from camaug.audit.actions import Actor
from camaug.documents import actions as files
from camaug.documents import queries as file_queries
from camaug.dossiers import answers as checks
from camaug.dossiers import filing, organisations, whole
from camaug.dossiers.schemas import Filed, NewDossier
from camaug.kernel import idempotency
from camaug.kernel.clock import local_date
from camaug.kernel.ids import pin, uuid7
from camaug.kernel.problems import require
from camaug.kernel.web import Engines
from camaug.procedures import current
from camaug.procedures.schemas import Dated
from camaug_sdk.problems import Conflict, Forbidden, Problem
from camaug_sdk.records import Answer, Document, Person, Procedure, Submission

ANSWERS, PIN, NAME = "dossier|answers", "dossier|pin", "dossier|applicant_name"
CONDITIONS, ORGANISATION = "dossier|conditions", "dossier|organisation"


class _Receipt(msgspec.Struct, frozen=True):
    """What is kept under the key; the rest of the answer is in the dossier."""

    dossier_id: UUID


async def submit(
    engines: Engines,
    me: Person,
    plugin_id: str,
    new: NewDossier,
    key: str,
) -> Submission:
    """File a dossier; all of it is checked here.

    Raises `Invalid` with every error at once, `Conflict` while a copy of the request runs.
    """
    scope, body_hash = f"dossier.submit|{me.citizen_id}", idempotency.digest(new)
    try:
        return await _file(engines, me, plugin_id, new, (scope, key, body_hash))
    except (_Used, Problem):
        # What is refused now may have been filed by the first request of this key.
        async with engines.pool.acquire() as conn:
            done = await idempotency.answered(
                conn, _Receipt, scope=scope, key=key, body_hash=body_hash
            )
            if done is None:
                raise
            row = await whole.of_citizen(conn, me.citizen_id, done.dossier_id)
    return Submission(
        dossier_id=row.dossier_id,
        code=row.code,
        pin=engines.vault.open_text(PIN, row.dossier_id, row.pin_enc),
        agency_name_vi=row.agency_name_vi,
        agency_name_en=row.agency_name_en,
    )


class _Used(Exception):
    """The key is used: nothing was written."""


async def _file(
    engines: Engines,
    me: Person,
    plugin_id: str,
    new: NewDossier,
    given: tuple[str, str, bytes],
) -> Submission:
    dated = await current.procedure(engines, new.procedure_code)
    if dated.procedure.channel("online") is None:
        raise Forbidden("no_online_channel")
    clean = await checked(engines, me.citizen_id, dated.procedure, new)
    commune = commune_of(dated.procedure, clean.answers)
    desk = await agencies.desk(engines, new.procedure_code, commune)
    secret = pin()
    filed = sealed(engines, me.citizen_id, (plugin_id, secret), dated, desk, clean)
    scope, key, body_hash = given
    answer = msgspec.json.encode(_Receipt(filed.dossier_id))
    outcome = await filing.file(
        engines.pool,
        filing.arguments(
            filed,
            [(one, place) for place, ids in new.documents.items() for one in ids],
            filing.Once(scope=scope, key=key, body_hash=body_hash, answer=answer),
            {"desk": desk.status},
            told(filed, dated.procedure, desk),
            Actor(kind="citizen", actor_id=me.citizen_id),
        ),
    )
    if not outcome.is_free:
        raise Conflict("still_running", retry_after=1)
    if outcome.code is None:
        raise _Used
    return Submission(
        dossier_id=filed.dossier_id,
        code=outcome.code,
        pin=secret,
        agency_name_vi=desk.name_vi,
        agency_name_en=desk.name_en,
    )


async def checked(
    engines: Engines, owner_id: UUID, procedure: Procedure, new: NewDossier
) -> NewDossier:
    """Answers and organisation in normal form. Raises `Invalid` with all that is wrong.

    `owner_id` is whose files they are: of the citizen, or of the officer who scanned them.
    """
    communes = frozenset(one.code for one in await COMMUNES.get(engines))
    today = local_date(engines.clock.now())
    answers, errors = checks.check(procedure, new.answers, communes, today)
    organisation, undeclared = organisations.check(procedure, new.organisation)
    errors += undeclared + checks.check_conditions(procedure, new.conditions)
    wanted = [one for ids in new.documents.values() for one in ids]
    own: dict[UUID, Document] = {}
    if wanted:
        async with engines.pool.acquire() as conn:
            rows = await file_queries.own_many(conn, owner_id, wanted)
        own = {row.document_id: files.describe(engines, row) for row in rows}
    require(errors + checks.check_documents(procedure, new, own))
    return msgspec.structs.replace(new, answers=answers, organisation=organisation)


def commune_of(procedure: Procedure, answers: Mapping[str, Answer]) -> str | None:
    """The commune that decides where the dossier goes: the first commune that the form asks for."""
    for field in procedure.form_fields:
        value = answers.get(field.name)
        if field.type == "commune" and isinstance(value, str):
            return value
    return None


def applicant_name(procedure: Procedure, answers: Mapping[str, Answer]) -> str:
    """The name of the person who files, as the form has it."""
    for field in procedure.form_fields:
        value = answers.get(field.name)
        if field.prefill == "profile.full_name" and isinstance(value, str):
            return value
    return ""


def sealed(
    engines: Engines,
    citizen_id: UUID,
    given: tuple[str, str],
    dated: Dated,
    desk: Desk,
    new: NewDossier,
) -> Filed:
    """The new dossier's row. `given` is the plugin that files it, and its PIN."""
    plugin_id, secret = given
    vault, dossier_id, now = engines.vault, uuid7(), engines.clock.now()
    name, declared = applicant_name(dated.procedure, new.answers), new.organisation
    return Filed(
        dossier_id=dossier_id,
        citizen_id=citizen_id,
        agency_id=desk.receiving_id,
        agency_code=desk.receiving_code,
        day=local_date(now),
        handling_agency_id=desk.handling_id,
        procedure_code=dated.procedure.code,
        procedure_valid_from=dated.valid_from,
        plugin_id=plugin_id,
        submitted_at=now,
        answers_enc=vault.seal_json(ANSWERS, dossier_id, new.answers),
        applicant_name_enc=vault.seal_text(NAME, dossier_id, name),
        applicant_words=vault.words(NAME, f"{name} {declared.name}" if declared else name),
        pin_enc=vault.seal_text(PIN, dossier_id, secret),
        conditions_enc=vault.seal_json(CONDITIONS, dossier_id, new.conditions),
        organisation_enc=declared and vault.seal_json(ORGANISATION, dossier_id, declared),
    )


def told(filed: Filed, procedure: Procedure, desk: Desk) -> dict[str, str | int | None]:
    """The data of the event; the code is added when it is made."""
    return {
        "dossier_id": str(filed.dossier_id),
        "citizen_id": str(filed.citizen_id),
        "agency_id": str(filed.agency_id),
        "procedure_code": procedure.code,
        "procedure_name": procedure.short_name,
        "procedure_name_en": procedure.name_en,
        "agency_name": desk.name_vi,
        "agency_name_en": desk.name_en,
    }
