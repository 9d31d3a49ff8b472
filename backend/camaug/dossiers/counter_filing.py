"""Filing for a citizen who stands at a counter (nộp tại quầy), by an officer of the agency.

The dossier is the citizen's; timeline, audit and event say which officer filed it. One transaction
holds it with its mandate, the end of the case, and the acceptance when that is wanted.
"""

from uuid import UUID

import msgspec

from camaug.agencies import current as agencies
from camaug.agencies.schemas import Desk
from camaug.audit.actions import Actor
from camaug.dossiers import actions, acts, counter, counter_mandates, filing, whole
from camaug.dossiers import counter_queries as queries
from camaug.dossiers.counter_queries import CaseRow, FilingRow
from camaug.dossiers.schemas import Filed, NewDossier
from camaug.kernel import db, idempotency
from camaug.kernel.ids import pin
from camaug.kernel.web import Engines
from camaug.procedures.schemas import Dated
from camaug_sdk.counter import COUNTER_MANDATE, Mandate
from camaug_sdk.problems import Conflict, FieldError, Invalid, NotFound, Problem
from camaug_sdk.records import StaffMember, Submission

MANDATE = "counter_filing|mandate"
USABLE = ("checked", "clean")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What an officer files; also the body that its key stands for."""

    case_id: UUID
    new: NewDossier
    originals: list[str]
    accept: bool


class _Receipt(msgspec.Struct, frozen=True):
    """What is kept under the key; the rest of the answer is in the dossier."""

    dossier_id: UUID


class _Used(Exception):
    """The key is used: nothing was written."""


class _Filing(msgspec.Struct, frozen=True, kw_only=True):
    """One filing in hand, all of it checked."""

    officer: StaffMember
    wanted: Wanted
    case: CaseRow
    dated: Dated
    desk: Desk
    mandate: Mandate
    new: NewDossier


async def file(
    engines: Engines, officer: StaffMember, plugin_id: str, wanted: Wanted, key: str
) -> Submission:
    """File the case. Raises `Invalid` with every error at once, `Conflict` while a copy runs."""
    scope, body_hash = f"dossier.counter|{officer.staff_id}", idempotency.digest(wanted)
    try:
        return await _file(engines, officer, plugin_id, wanted, (scope, key, body_hash))
    except (_Used, Problem):
        # What is refused now may have been filed by the first request of this key.
        async with engines.pool.acquire() as conn:
            done = await idempotency.answered(
                conn, _Receipt, scope=scope, key=key, body_hash=body_hash
            )
            if done is None:
                raise
            own = officer.at(*acts.DESK_ROLES)
            found = await whole.at_desk(conn, own, [], done.dossier_id)
    return Submission(
        dossier_id=found.dossier_id,
        code=found.code,
        pin=engines.vault.open_text(actions.PIN, found.dossier_id, found.pin_enc),
        agency_name_vi=found.agency_name_vi,
        agency_name_en=found.agency_name_en,
    )


async def _file(
    engines: Engines,
    officer: StaffMember,
    plugin_id: str,
    wanted: Wanted,
    given: tuple[str, str, bytes],
) -> Submission:
    doing, secret = await _checked(engines, officer, wanted), pin()
    filed = actions.sealed(
        engines, doing.case.citizen_id, (plugin_id, secret), doing.dated, doing.desk, doing.new
    )
    scope, key, body_hash = given
    told = actions.told(filed, doing.dated.procedure, doing.desk)
    arguments = filing.arguments(
        filed,
        [(one, place) for place, ids in doing.new.documents.items() for one in ids],
        filing.Once(
            scope=scope,
            key=key,
            body_hash=body_hash,
            answer=msgspec.json.encode(_Receipt(filed.dossier_id)),
        ),
        {"desk": doing.desk.status, "channel": "counter", "by": doing.mandate.by},
        told | {"channel": "counter", "filed_by": str(officer.staff_id)},
        Actor(kind="staff", actor_id=officer.staff_id),
    )
    code = await _write(engines, doing, arguments, _kept(engines, doing, filed))
    return Submission(
        dossier_id=filed.dossier_id,
        code=code,
        pin=secret,
        agency_name_vi=doing.desk.name_vi,
        agency_name_en=doing.desk.name_en,
    )


async def _write(
    engines: Engines, doing: _Filing, arguments: tuple[object, ...], kept: FilingRow
) -> str:
    """Dossier, filing, the end of the case and the acceptance, all or nothing; the code."""
    async with db.transaction(engines.pool) as conn:
        outcome = await filing.file_within(conn, arguments)
        if not outcome.is_free:
            raise Conflict("still_running", retry_after=1)
        if outcome.code is None:
            raise _Used
        if not await queries.take(conn, doing.officer.staff_id, doing.case.case_id):
            raise NotFound  # another key has filed it in this moment
        await queries.add_filing(conn, kept)
        if doing.wanted.accept:
            await acts.accept_within(engines, conn, doing.officer, kept.dossier_id)
    return outcome.code


def _kept(engines: Engines, doing: _Filing, filed: Filed) -> FilingRow:
    """How it came, with the fee of the counter as of today."""
    channel = doing.dated.procedure.channel("counter")
    return FilingRow(
        dossier_id=filed.dossier_id,
        staff_id=doing.officer.staff_id,
        agency_id=doing.case.agency_id,
        mandate_enc=engines.vault.seal_json(MANDATE, filed.dossier_id, doing.mandate),
        originals=doing.wanted.originals,
        fee_vnd=channel and channel.fee_vnd,
        fee_note=channel and channel.fee_note,
        filed_at=filed.submitted_at,
    )


async def _checked(engines: Engines, officer: StaffMember, wanted: Wanted) -> _Filing:
    """What will be written. Raises `Invalid`, or `NotFound` for a case of another officer."""
    async with engines.pool.acquire() as conn:
        case = await counter.row(engines, conn, officer, wanted.case_id)
    code = wanted.new.procedure_code
    dated = await counter.at_counter(engines, case.agency_id, code)
    mandate, proofs = await _mandate(engines, officer, case)
    new = await actions.checked(engines, officer.staff_id, dated.procedure, wanted.new)
    if not {one.id for one in dated.procedure.components}.issuperset(wanted.originals):
        raise counter.refused("/originals", "not_a_choice")
    desk = await agencies.desk(engines, code, actions.commune_of(dated.procedure, new.answers))
    if desk.receiving_id != case.agency_id:
        asked = [one.name for one in dated.procedure.form_fields if one.type == "commune"]
        raise counter.refused(f"/answers/{asked[0] if asked else ''}", "not_received_here")
    return _Filing(
        officer=officer,
        wanted=wanted,
        case=case,
        dated=dated,
        desk=desk,
        mandate=mandate,
        new=msgspec.structs.replace(new, documents={**new.documents, **proofs}),
    )


async def _mandate(
    engines: Engines, officer: StaffMember, case: CaseRow
) -> tuple[Mandate, dict[str, list[UUID]]]:
    """Who stands there, with the paper. Raises `Invalid` when something of it is missing."""
    mandate, errors = counter_mandates.check(counter.mandate_of(engines, case))
    proofs: dict[str, list[UUID]] = {}
    if mandate.by != "self":
        ids = [UUID(one) for one in case.documents.get(COUNTER_MANDATE, [])]
        own = await counter.own_files(engines, officer, ids)
        if not ids:
            errors.append(FieldError(pointer="/mandate/paper", code="file_missing"))
        elif len([one for one in own if one.state in USABLE]) < len(ids):
            errors.append(FieldError(pointer="/mandate/paper", code="file_unusable"))
        proofs[COUNTER_MANDATE] = ids
    if errors:
        raise Invalid(errors=errors)
    return mandate, proofs
