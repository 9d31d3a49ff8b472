"""Public lookup by code and PIN: same answer and time whether the code or the PIN is wrong.

In an hour five wrong tries for a code from one source, thirty for a code from all sources, and a
hundred from one source for all codes; the counts are kept in PostgreSQL, so that losing the cache
does not open the door.
"""

import hmac
from datetime import timedelta
from uuid import UUID

from camaug.dossiers import queries, undoing
from camaug.dossiers.actions import PIN
from camaug.kernel import db, guesses
from camaug.kernel.guesses import Guess
from camaug.kernel.text import clean_line
from camaug.kernel.web import Engines
from camaug_sdk.problems import NotFound, TooMany
from camaug_sdk.records import PublicDossier, Status

WINDOW = timedelta(hours=1)
TRIES_OF_SOURCE, TRIES_OF_CODE = 5, 30
PINS = Guess(name="pin", most=100)
NOBODY = UUID(int=0)


async def find(engines: Engines, code: str, pin: str, source: str) -> PublicDossier:
    """The dossier of that code, if the PIN is right. Raises `NotFound`, `TooMany`."""
    vault, now = engines.vault, engines.clock.now()
    code = clean_line(code).upper()[:64]
    code_idx = vault.index("lookup|code", code)
    source_idx = vault.index("lookup|source", source)
    async with db.transaction(engines.pool) as conn:
        await guesses.count(conn, vault, PINS, source, now)
        await queries.lock_code(conn, code_idx)
        of_source, of_code = await queries.pin_failures(conn, code_idx, source_idx, now - WINDOW)
        if of_source >= TRIES_OF_SOURCE or of_code >= TRIES_OF_CODE:
            raise TooMany("too_many_lookups", retry_after=int(WINDOW.total_seconds()))
        kept = await queries.pin_of_code(conn, code)
        # A made-up PIN is opened for an unknown code, so that both ways cost the same.
        decoy = vault.seal_text(PIN, NOBODY, "      ")
        row, sealed = (kept.dossier_id, kept.pin_enc) if kept else (NOBODY, decoy)
        right = vault.open_text(PIN, row, sealed)
        found = None
        if hmac.compare_digest(right.encode(), clean_line(pin).upper().encode()) and kept:
            found = await queries.looked_up(conn, kept.dossier_id)
            await guesses.take_back(conn, vault, PINS, source, now)
        else:
            await queries.add_pin_failure(conn, code_idx, source_idx, now)
    if found is None or kept is None:
        raise NotFound("no_such_dossier")
    await undoing.seen(engines, [kept.dossier_id])
    return PublicDossier(
        code=found.code,
        procedure_name=found.procedure_name,
        procedure_name_en=found.procedure_name_en,
        agency_name_vi=found.agency_name_vi,
        agency_name_en=found.agency_name_en,
        status=Status(found.status),
        submitted_at=found.submitted_at,
        accepted_at=found.accepted_at,
        due_at=found.due_at,
        appointed_at=found.appointed_at,
    )
