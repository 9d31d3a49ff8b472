"""The apology for a late dossier with a new day (văn bản xin lỗi, hẹn lại ngày trả; form 04).

Our sources name the form and its fields and say neither how often nor how far ahead: once a dossier
and `MOST_APPOINTED_DAYS` working days are rules of this project. The original promise stays what
lateness is counted from; the new day is when the person may come.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from camaug.dossiers.schemas import Change, Held, Line, Whole
from camaug.kernel import db
from camaug.kernel.clock import LOCAL
from camaug.kernel.crypto import Vault
from camaug.kernel.web import Engines
from camaug.procedures import queries as procedures
from camaug.procedures.deadlines import CLOSING, WorkCalendar
from camaug_sdk.problems import Conflict, FieldError, Invalid
from camaug_sdk.promises import MOST_APPOINTED_DAYS, Apology

REASON = "dossier_apology|reason"
DAY = timedelta(days=1)


def is_open(row: Line) -> bool:
    """Whether an apology makes sense: something is promised and none was made."""
    return row.due_at is not None and row.appointed_at is None


async def apologise(
    engines: Engines, conn: db.Conn, held: Held, by: UUID | None, said: tuple[str, date | None]
) -> Change:
    """Keep the apology of the locked dossier. Raises `Conflict`, `Invalid`."""
    if held.appointed_at is not None:
        raise Conflict("dossier_apologised")
    if held.due_at is None or by is None:
        raise Conflict("not_possible_now")
    (reason, day), now = said, engines.clock.now()
    appointed_at = appointed(day, held.due_at, now, await procedures.work_calendar(conn))
    await db.run(
        conn,
        "insert into dossier_apology (dossier_id, reason_enc, promised_at, appointed_at,"
        " apologised_by, apologised_at) values ($1, $2, $3, $4, $5, $6)",
        held.dossier_id,
        engines.vault.seal_text(REASON, held.dossier_id, reason),
        held.due_at,
        appointed_at,
        by,
        now,
    )
    return Change(appointed_at=appointed_at)


def appointed(
    day: date | None, promised_at: datetime, now: datetime, work: WorkCalendar
) -> datetime:
    """The closing time of the new day. Raises `Invalid` with what is wrong with it."""
    if day is None:
        raise _wrong("required")
    today = now.astimezone(LOCAL).date()
    # Bound by the calendar first, so that no year 9999 is counted day by day.
    if day > today + MOST_APPOINTED_DAYS * 4 * DAY or day > work.after(today, MOST_APPOINTED_DAYS):
        raise _wrong("appointed_too_far", limit=MOST_APPOINTED_DAYS)
    moment = datetime.combine(day, CLOSING, LOCAL)
    if moment <= max(now, promised_at):
        raise _wrong("appointed_too_early")
    if not work.is_working(day):
        raise _wrong("not_a_working_day")
    return moment


def _wrong(code: str, **args: str | int) -> Invalid:
    return Invalid(errors=[FieldError(pointer="/appointed_on", code=code, args=args)])


def told(held: Held, changed: Change) -> dict[str, str | int | None]:
    """What event and audit say of the two moments; nothing for other acts."""
    if changed.appointed_at is None or held.due_at is None:
        return {}
    return {"due_at": held.due_at.isoformat(), "appointed_at": changed.appointed_at.isoformat()}


def opened(vault: Vault, row: Whole, corrected: str | None = None) -> Apology | None:
    """The apology that was read with the dossier, in the words of its last correction."""
    if not (row.apology_enc and row.promised_at and row.appointed_at and row.apologised_at):
        return None
    return Apology(
        promised_at=row.promised_at,
        appointed_at=row.appointed_at,
        reason=corrected or vault.open_text(REASON, row.dossier_id, row.apology_enc),
        apologised_at=row.apologised_at,
    )
