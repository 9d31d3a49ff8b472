"""Filing a dossier (nộp hồ sơ): check everything, find the desk, give the code."""

from collections.abc import Mapping

import msgspec

from camaug.agencies import queries as agencies
from camaug.agencies.schemas import Desk
from camaug.audit.actions import Actor, record
from camaug.documents import actions as files
from camaug.documents import queries as file_queries
from camaug.dossiers import answers as checks
from camaug.dossiers import drafts, organisations, queries
from camaug.dossiers.schemas import Filed, NewDossier, NewEvent
from camaug.kernel import db, idempotency, outbox
from camaug.kernel.clock import local_date
from camaug.kernel.ids import pin, uuid7
from camaug.kernel.problems import require
from camaug.kernel.web import Engines
from camaug.procedures import queries as procedures
from camaug.procedures.schemas import Dated
from camaug_sdk.problems import Forbidden
from camaug_sdk.records import Answer, Person, Procedure, Status, Submission

ANSWERS, PIN, NAME = "dossier|answers", "dossier|pin", "dossier|applicant_name"
CONDITIONS, ORGANISATION = "dossier|conditions", "dossier|organisation"


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
    now = engines.clock.now()
    async with db.transaction(engines.pool) as conn:

        async def file() -> Submission:
            return await _file(engines, conn, me, plugin_id, new)

        return await idempotency.once(
            conn,
            Submission,
            file,
            scope=f"dossier.submit|{me.citizen_id}",
            key=key,
            body=new,
            now=now,
        )


async def _file(
    engines: Engines,
    conn: db.Conn,
    me: Person,
    plugin_id: str,
    new: NewDossier,
) -> Submission:
    procedure_code, now = new.procedure_code, engines.clock.now()
    dated = await procedures.get(conn, procedure_code, local_date(now))
    if dated.procedure.channel("online") is None:
        raise Forbidden("no_online_channel")
    clean = await _checked(engines, conn, me, dated.procedure, new)
    commune = commune_of(dated.procedure, clean.answers)
    desk = await agencies.desk(conn, procedure_code, commune, local_date(now))
    number = await queries.next_number(conn, desk.receiving_id, local_date(now))
    code = f"{desk.receiving_code}-{local_date(now):%y%m%d}-{number:04d}"
    secret = pin()
    filed = _sealed(engines, me, (code, secret, plugin_id), dated, desk, clean)
    attached = [(one, place) for place, ids in new.documents.items() for one in ids]
    await queries.insert(conn, filed, attached)
    event = NewEvent(
        kind="submitted",
        status=Status.SUBMITTED,
        at=now,
        actor_kind="citizen",
        actor_id=me.citizen_id,
        agency_id=desk.receiving_id,
    )
    await queries.append(conn, filed.dossier_id, event)
    actor = Actor(kind="citizen", actor_id=me.citizen_id)
    await _told(conn, actor, "dossier.submitted", filed, dated.procedure, desk)
    await drafts.delete(conn, me.citizen_id, procedure_code)
    return Submission(
        dossier_id=filed.dossier_id,
        code=filed.code,
        pin=secret,
        agency_name_vi=desk.name_vi,
        agency_name_en=desk.name_en,
    )


async def _checked(
    engines: Engines,
    conn: db.Conn,
    me: Person,
    procedure: Procedure,
    new: NewDossier,
) -> NewDossier:
    """Answers and organisation in normal form. Raises `Invalid` with all that is wrong."""
    communes = frozenset(one.code for one in await agencies.communes(conn))
    today = local_date(engines.clock.now())
    answers, errors = checks.check(procedure, new.answers, communes, today)
    organisation, undeclared = organisations.check(procedure, new.organisation)
    errors += undeclared + checks.check_conditions(procedure, new.conditions)
    wanted = [one for ids in new.documents.values() for one in ids]
    rows = await file_queries.own_many(conn, me.citizen_id, wanted)
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


def _sealed(
    engines: Engines,
    me: Person,
    given: tuple[str, str, str],
    dated: Dated,
    desk: Desk,
    new: NewDossier,
) -> Filed:
    """The new dossier's row. `given` is its code, its PIN and the plugin that filed it."""
    code, secret, plugin_id = given
    vault, dossier_id = engines.vault, uuid7()
    name, declared = applicant_name(dated.procedure, new.answers), new.organisation
    return Filed(
        dossier_id=dossier_id,
        code=code,
        citizen_id=me.citizen_id,
        agency_id=desk.receiving_id,
        handling_agency_id=desk.handling_id,
        procedure_code=dated.procedure.code,
        procedure_valid_from=dated.valid_from,
        plugin_id=plugin_id,
        submitted_at=engines.clock.now(),
        answers_enc=vault.seal_json(ANSWERS, dossier_id, new.answers),
        applicant_name_enc=vault.seal_text(NAME, dossier_id, name),
        applicant_words=vault.words(NAME, f"{name} {declared.name}" if declared else name),
        pin_enc=vault.seal_text(PIN, dossier_id, secret),
        conditions_enc=vault.seal_json(CONDITIONS, dossier_id, new.conditions),
        organisation_enc=declared and vault.seal_json(ORGANISATION, dossier_id, declared),
    )


async def _told(
    conn: db.Conn,
    actor: Actor,
    event: str,
    filed: Filed,
    procedure: Procedure,
    desk: Desk,
) -> None:
    """The audit row and the event of a new dossier."""
    await record(
        conn,
        actor,
        event,
        ("dossier", filed.dossier_id),
        at=filed.submitted_at,
        agency_id=filed.agency_id,
        detail={"code": filed.code, "desk": desk.status},
    )
    await outbox.emit(
        conn,
        event,
        {
            "dossier_id": str(filed.dossier_id),
            "citizen_id": str(filed.citizen_id),
            "agency_id": str(filed.agency_id),
            "code": filed.code,
            "procedure_code": procedure.code,
            "procedure_name": procedure.short_name,
            "procedure_name_en": procedure.name_en,
            "agency_name": desk.name_vi,
            "agency_name_en": desk.name_en,
        },
        at=filed.submitted_at,
    )
