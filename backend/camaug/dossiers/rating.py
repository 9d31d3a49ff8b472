"""Rating a finished dossier (đánh giá mức độ hài lòng): once, by its owner, 1 to 5.

Row, counter, audit row and event are one transaction. What the person wrote stands in none of them
but the row, sealed.
"""

from uuid import UUID

from camaug.audit.actions import Actor, record
from camaug.dossiers import deeds, rating_queries, undo_queries
from camaug.dossiers.rating_queries import NewRating, Rateable
from camaug.dossiers.schemas import Whole
from camaug.kernel import db, outbox
from camaug.kernel.clock import local_date
from camaug.kernel.crypto import Vault
from camaug.kernel.problems import require
from camaug.kernel.text import clean_lines, has_hidden
from camaug.kernel.web import Engines
from camaug_sdk.problems import Conflict, FieldError
from camaug_sdk.rating import LONGEST_COMMENT, Rating
from camaug_sdk.records import Person, Status

COMMENT = "dossier_rating|comment"
WORST, BEST = 1, 5
SATISFIED_FROM = 4
"""A setting of this project: 4 and 5 count as satisfied (hài lòng); no source says where it begins.

Counters keep what was satisfied when it was said: after a change they are counted anew.
"""
FINISHED = frozenset({Status.COMPLETED, Status.RETURNED, Status.REFUSED, Status.STOPPED})
"""What an agency has ended. What the person withdrew says nothing of the agency."""


async def rate(
    engines: Engines, me: Person, dossier_id: UUID, rating: int, comment: str | None, key: str
) -> None:
    """Keep the owner's one rating. Raises `Invalid`, `NotFound`, `Conflict`."""
    text = _checked(rating, comment)

    async def do(conn: db.Conn) -> None:
        held = await rating_queries.of_owner(conn, me.citizen_id, dossier_id)
        await undo_queries.look(conn, [dossier_id], engines.clock.now())
        if await rating_queries.is_rated(conn, dossier_id):
            raise Conflict("dossier_rated")
        if held.status not in FINISHED:
            raise Conflict("not_to_be_rated")
        await _write(engines, conn, held, rating, text)

    await deeds.once(engines, ("dossier.rate", me.citizen_id, key), (dossier_id, rating, text), do)


def _checked(rating: int, comment: str | None) -> str | None:
    """The comment as it is kept. Raises `Invalid` with all that is wrong."""
    errors: list[FieldError] = []
    if not WORST <= rating <= BEST:
        errors.append(FieldError(pointer="/rating", code="not_a_choice"))
    text = clean_lines(comment or "")
    if has_hidden(text):
        errors.append(FieldError(pointer="/comment", code="hidden_characters"))
    if len(text) > LONGEST_COMMENT:
        limit: dict[str, str | int] = {"limit": LONGEST_COMMENT}
        errors.append(FieldError(pointer="/comment", code="too_long", args=limit))
    require(errors)
    return text or None


async def _write(
    engines: Engines, conn: db.Conn, held: Rateable, rating: int, text: str | None
) -> None:
    """Row, audit row and event; the counter last, since everybody's ratings meet there."""
    now = engines.clock.now()
    sealed = engines.vault.seal_text(COMMENT, held.dossier_id, text) if text else None
    new = NewRating(
        dossier_id=held.dossier_id,
        rating=rating,
        comment_enc=sealed,
        agency_id=held.agency_id,
        procedure_code=held.procedure_code,
        month=local_date(now).replace(day=1),
        rated_at=now,
    )
    await rating_queries.insert(conn, new)
    await record(
        conn,
        Actor(kind="citizen", actor_id=held.citizen_id),
        "dossier.rated",
        ("dossier", held.dossier_id),
        at=now,
        agency_id=held.agency_id,
        detail={"code": held.code, "rating": rating},
    )
    await outbox.emit(conn, "dossier.rated", _told(held, rating), at=now)
    await rating_queries.count(conn, new, satisfied=rating >= SATISFIED_FROM)


def _told(held: Rateable, rating: int) -> dict[str, str | int | None]:
    """The data of the event: ids and numbers."""
    return {
        "dossier_id": str(held.dossier_id),
        "citizen_id": str(held.citizen_id),
        "agency_id": str(held.agency_id),
        "code": held.code,
        "procedure_code": held.procedure_code,
        "rating": rating,
    }


def opened(vault: Vault, row: Whole) -> Rating | None:
    """The rating that was read with the dossier, if there is one for this reader."""
    if row.rating is None or row.rated_at is None:
        return None
    sealed = row.comment_enc
    comment = vault.open_text(COMMENT, row.dossier_id, sealed) if sealed else None
    return Rating(rating=row.rating, comment=comment, rated_at=row.rated_at)
