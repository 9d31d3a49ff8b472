"""What a citizen does: file a report, add to it, take it back, rate the answer."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from msgspec.structs import replace

from camaug_field_report import acts, queries, waiting
from camaug_field_report.forms import PICTURES, NewReport, require
from camaug_field_report.records import ROLE, Filed, Photo, Report, Step
from camaug_sdk import Conflict, Context, FieldError, NotFound
from camaug_sdk.problems import TooMany
from camaug_sdk.records import Agency, Person
from camaug_sdk.tables import Transaction

OFFSET = timedelta(hours=7)
"""Of Cà Mau, all year: numbers begin anew at its midnight."""
DAY = timedelta(days=1)
MOST_A_DAY = 10
"""Reports of one citizen within 24 hours: a setting of the project, no rule of law."""
USABLE = ("checked", "clean")


async def file(app: Context, me: Person, sent: NewReport, key: str) -> Filed:
    """Bring a report to the commune; it is told that it has arrived.

    Raises `Invalid`, and `TooMany` after `MOST_A_DAY`.
    """
    new = sent.cleaned()
    agency = await _addressee(app, me, new)
    report_id = uuid4()

    async def write(tx: Transaction) -> Filed:
        now = app.clock.now()
        await _attach(tx, me, new, report_id, agency)
        day = (now + OFFSET).date()
        number = await queries.next_number(tx, day)  # one at a time from here on
        await _limit(tx, me, now)
        report = _report(app, me, new, report_id, agency, f"PA-{day:%y%m%d}-{number:04d}")
        await queries.insert(tx, report)
        await queries.add_step(
            tx, report_id, Step(seq=1, kind="filed", at=now, agency_id=agency.agency_id), None
        )
        for place, document_id in enumerate(new.photos, 1):
            await queries.add_photo(tx, report_id, Photo(number=place, document_id=document_id))
        await _tell(tx, me, report)
        return Filed(report_id=report_id, code=report.code)

    return await app.db.once(Filed, write, who=me, key=key, body=sent)


async def _limit(tx: Transaction, me: Person, now: datetime) -> None:
    """Raise `TooMany` when the citizen has filed enough for a day."""
    lately = await queries.lately(tx, me.citizen_id, now - DAY)
    if lately.count >= MOST_A_DAY and lately.first is not None:
        wait = int((lately.first + DAY - now).total_seconds()) + 1
        raise TooMany("report_limit", retry_after=wait, limit=MOST_A_DAY)


async def _addressee(app: Context, me: Person, new: NewReport) -> Agency:
    """The committee of the commune, once the photos are found to be the citizen's pictures."""
    errors: list[FieldError] = []
    own = await app.documents.mine(me, new.photos)
    if len(own) != len(new.photos) or any(one.state not in USABLE for one in own):
        errors.append(FieldError(pointer="/photos", code="photo_unusable"))
    elif any(one.media_type not in PICTURES for one in own):
        errors.append(FieldError(pointer="/photos", code="photo_type"))
    try:
        agency = await app.agencies.of_commune(new.commune)
    except NotFound:
        require([*errors, FieldError(pointer="/commune", code="no_commune")])
        raise
    require(errors)
    return agency


async def _attach(
    tx: Transaction, me: Person, new: NewReport, report_id: UUID, agency: Agency
) -> None:
    """Lend the photos to the desk; one that has gone meanwhile is said at its field."""
    try:
        await tx.attach(me, new.photos, report_id, ROLE, agency.agency_id)
    except NotFound:
        require([FieldError(pointer="/photos", code="photo_unusable")])
        raise


def _report(
    app: Context, me: Person, new: NewReport, report_id: UUID, agency: Agency, code: str
) -> Report:
    position = new.position
    return Report(
        report_id=report_id,
        code=code,
        citizen_id=me.citizen_id,
        agency_id=agency.agency_id,
        commune_code=new.commune,
        category=new.category,
        state="received",
        version=1,
        stay=1,
        waiting_long=False,
        said_enc=app.db.seal("said", report_id, new.said),
        place_enc=app.db.seal("place", report_id, new.place),
        position_enc=app.db.seal("position", report_id, position) if position else None,
        remarked=False,
        rating=None,
        filed_at=app.clock.now(),
    )


async def _tell(tx: Transaction, me: Person, report: Report) -> None:
    """Audit, event, notice, and the look after three days."""
    what = {"code": report.code, "category": report.category, "commune": report.commune_code}
    report_id = report.report_id
    await tx.audit("filed", ("report", report_id), who=me, agency_id=report.agency_id, detail=what)
    await tx.emit("filed", {"report_id": str(report_id), **what})
    await waiting.watch(tx, report)
    await tx.notify(me.citizen_id, "received", {"code": report.code}, path=f"/{report_id}")


async def withdraw(app: Context, me: Person, report_id: UUID, version: int, key: str) -> None:
    """Take a report back that nobody has taken in hand. Raises `NotFound`, `Conflict`."""

    async def write(tx: Transaction) -> None:
        old = await queries.of_citizen(tx, me.citizen_id, report_id)
        new = acts.moved(old, "withdrawn", acts.OWN)
        if old.version != version:
            raise Conflict
        await acts.do(tx, app, old, ("withdrawn", new), me)

    body = ["withdraw", str(report_id), version]
    await app.db.once(type(None), write, who=me, key=key, body=body)


async def remark(app: Context, me: Person, report_id: UUID, text: str, key: str) -> None:
    """Add something to an open report, once. Raises `NotFound`, `Conflict`."""

    async def write(tx: Transaction) -> None:
        old = await queries.of_citizen(tx, me.citizen_id, report_id)
        acts.once(old, "remarked")
        await acts.do(tx, app, old, ("remarked", replace(old, remarked=True)), me, text)

    body = ["remark", str(report_id), text]
    await app.db.once(type(None), write, who=me, key=key, body=body)


async def rate(app: Context, me: Person, report_id: UUID, rating: int, key: str) -> None:
    """Say once how the answer is. Raises `NotFound`, `Conflict`."""

    async def write(tx: Transaction) -> None:
        old = await queries.of_citizen(tx, me.citizen_id, report_id)
        acts.once(old, "rated")
        await acts.do(tx, app, old, ("rated", replace(old, rating=rating)), me)

    body = ["rate", str(report_id), rating]
    await app.db.once(type(None), write, who=me, key=key, body=body)
