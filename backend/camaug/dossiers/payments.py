"""Asking for a fee or tax (status 6), and noting that it was paid; nothing is paid through here."""

from uuid import UUID

from camaug.dossiers import pauses
from camaug.dossiers.schemas import Change, PaymentRow
from camaug.kernel import db
from camaug.kernel.crypto import Vault
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug_sdk.problems import Conflict, FieldError, Invalid
from camaug_sdk.promises import MOST_VND, Payment

REASON, PROOF = "payment|reason", "payment|proof"


async def ask(
    engines: Engines, conn: db.Conn, dossier_id: UUID, by: UUID, wanted: tuple[int | None, str]
) -> Change:
    """Ask for so many đồng, for that reason. Raises `Invalid`."""
    amount, reason = wanted
    if amount is None:
        raise Invalid(errors=[FieldError(pointer="/amount_vnd", code="required")])
    if not 1 <= amount <= MOST_VND:
        raise Invalid(errors=[FieldError(pointer="/amount_vnd", code="out_of_range")])
    new = pauses.NewPayment(
        payment_id=(payment_id := uuid7()),
        dossier_id=dossier_id,
        requested_by=by,
        amount_vnd=amount,
        reason_enc=engines.vault.seal_text(REASON, payment_id, reason),
    )
    await pauses.ask_payment(conn, new, engines.clock.now())
    return Change(begun=payment_id)


async def paid(engines: Engines, conn: db.Conn, dossier_id: UUID, proof: str) -> Change:
    """Note the proof of the payment that was asked for. Raises `Conflict`."""
    payment_id = await pauses.unpaid(conn, dossier_id)
    if payment_id is None:
        raise Conflict("not_possible_now")
    sealed = engines.vault.seal_text(PROOF, payment_id, proof)
    await pauses.pay(conn, payment_id, sealed, engines.clock.now())
    return Change()


def opened(vault: Vault, row: PaymentRow, corrected: str | None = None) -> Payment:
    """The request with its reason, in the words of its last correction."""
    return Payment(
        requested_at=row.requested_at,
        amount_vnd=row.amount_vnd,
        reason=corrected or vault.open_text(REASON, row.payment_id, row.reason_enc),
        paid_at=row.paid_at,
        ended_at=row.ended_at,
    )
