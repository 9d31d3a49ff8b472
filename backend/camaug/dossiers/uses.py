"""Counts how often a template of reasons is chosen: a number, nothing of the dossier."""

from uuid import UUID

from camaug.dossiers.schemas import Held
from camaug.kernel import db
from camaug_sdk.problems import FieldError, Invalid


async def count(conn: db.Conn, template_id: UUID, kind: str, held: Held) -> None:
    """One more act with the template, also with one that was ended while the form was open.

    Comes last in an act, since all acts with one template meet in its row. Raises `Invalid` for a
    template of another agency, act or procedure.
    """
    touched = await db.run(
        conn,
        "update reason_template set uses = uses + 1 where template_id = $1 and $2 = any(acts)"
        " and (agency_id is null or agency_id = any($3))"
        " and (procedure_code is null or procedure_code = $4)",
        template_id,
        kind,
        [held.agency_id, held.handling_agency_id or held.agency_id],
        held.procedure_code,
    )
    if touched != 1:
        raise Invalid(errors=[FieldError(pointer="/template_id", code="not_a_choice")])
