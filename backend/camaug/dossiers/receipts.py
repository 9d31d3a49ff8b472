"""The printed receipt (giấy tiếp nhận hồ sơ và hẹn trả kết quả, form 01) of a dossier at a desk."""

from collections import Counter
from uuid import UUID

import msgspec

from camaug.audit.actions import Actor, record
from camaug.dossiers import acts, counter_filing, looks, whole
from camaug.dossiers import counter_queries as queries
from camaug.dossiers.actions import NAME, PIN
from camaug.dossiers.counter_queries import FilingRow
from camaug.dossiers.schemas import Whole
from camaug.kernel import db, qr
from camaug.kernel.web import Engines
from camaug.procedures import queries as procedures
from camaug_sdk.counter import COUNTER_MANDATE, HandedIn, Mandate, Print, Receipt
from camaug_sdk.records import MANDATE, StaffMember

ONLINE = Mandate(by="self")


async def receipt(engines: Engines, officer: StaffMember, dossier_id: UUID) -> Receipt:
    """What the receipt says; showing it is audited. Raises `NotFound`."""
    async with db.transaction(engines.pool) as conn:
        own = officer.at(*acts.DESK_ROLES)
        row = await whole.at_desk(conn, own, [], dossier_id)
        filing = await queries.filing(conn, own, dossier_id)
        dated = await procedures.get(conn, row.procedure_code, row.procedure_valid_from)
        name = await queries.staff_name(conn, officer.staff_id)
        await _note(engines, conn, officer, row, ("dossier.receipt_shown", None))
    online = dated.procedure.channel("online")
    known = filing or online
    said = _said(engines, row, filing)
    return msgspec.structs.replace(
        said,
        officer_name=name,
        fee_vnd=known and known.fee_vnd,
        fee_note=known and known.fee_note,
    )


async def note_print(
    engines: Engines, officer: StaffMember, dossier_id: UUID, paper: Print
) -> None:
    """Audit that the receipt is being printed. Raises `NotFound`."""
    async with db.transaction(engines.pool) as conn:
        row = await whole.at_desk(conn, officer.at(*acts.DESK_ROLES), [], dossier_id)
        await _note(engines, conn, officer, row, ("dossier.receipt_printed", paper))


async def _note(
    engines: Engines,
    conn: db.Conn,
    officer: StaffMember,
    row: Whole,
    what: tuple[str, Print | None],
) -> None:
    action, paper = what
    role, agency_id = looks.seat(officer, row.agency_id, row.handling_agency_id, row.told)
    detail: dict[str, str | int | None] = {"role": role}
    if paper is not None:
        detail["paper"] = paper
    await record(
        conn,
        Actor(kind="staff", actor_id=officer.staff_id),
        action,
        ("dossier", row.dossier_id),
        at=engines.clock.now(),
        agency_id=agency_id,
        detail=detail,
    )


def _said(engines: Engines, row: Whole, filing: FilingRow | None) -> Receipt:
    vault, dossier_id = engines.vault, row.dossier_id
    address = f"{engines.public_url}/q/{row.code}"
    mandate = ONLINE
    if filing is not None:
        kept = filing.mandate_enc
        mandate = vault.open_json(counter_filing.MANDATE, dossier_id, kept, Mandate)
    return Receipt(
        dossier_id=dossier_id,
        code=row.code,
        pin=vault.open_text(PIN, dossier_id, row.pin_enc),
        address=address,
        qr=qr.rows(address),
        procedure_code=row.procedure_code,
        procedure_name=row.procedure_name,
        procedure_name_en=row.procedure_name_en,
        agency_name_vi=row.agency_name_vi,
        agency_name_en=row.agency_name_en,
        applicant_name=vault.open_text(NAME, dossier_id, row.applicant_name_enc),
        submitter=mandate,
        channel="counter" if filing else "online",
        papers=_papers(row, filing),
        submitted_at=row.submitted_at,
        accepted_at=row.accepted_at,
        due_at=row.due_at,
        fee_vnd=None,
        fee_note=None,
        officer_name="",
    )


def _papers(row: Whole, filing: FilingRow | None) -> list[HandedIn]:
    """What was handed in, by component: scans and photos are copies, originals are marked."""
    originals = filing.originals if filing else []
    counts = Counter(one.purpose for one in row.papers)
    last = {MANDATE: 1, COUNTER_MANDATE: 2}
    places = sorted({*counts, *originals}, key=lambda one: (last.get(one, 0), one))
    return [
        HandedIn(component_id=one, original=one in originals, count=counts.get(one, 1))
        for one in places
    ]
