"""Names that the live stream uses: topics for the shells, channels for wake-ups between processes.

Topics stand in `Screen.live`: `inbox` (the citizen's notices), `dossier:<id>` (one dossier),
`desk` (the queues of the officer's agencies).
"""

from uuid import UUID

INBOX = "inbox"
DESK = "desk"


def dossier(dossier_id: UUID | str) -> str:
    """The topic of one dossier."""
    return f"dossier:{dossier_id}"


def citizen_channel(citizen_id: UUID) -> str:
    """Where a change of this citizen's inbox is announced."""
    return f"live:{citizen_id}"


def desk_channel(agency_id: UUID) -> str:
    """Where a change of this agency's dossiers is announced."""
    return f"live:desk:{agency_id}"
