"""Fetches the words for answers and papers of a dossier."""

from camaug_sdk import Context, NotFound
from camaug_sdk.records import Procedure
from camaug_track_dossier.contents import Names


async def names(app: Context, procedure_code: str) -> Names:
    """The procedure as valid today; a dossier outlives its procedure."""
    procedure: Procedure | None
    try:
        procedure = await app.procedures.get(procedure_code)
    except NotFound:
        procedure = None
    return Names(procedure=procedure, communes=await app.agencies.communes())
