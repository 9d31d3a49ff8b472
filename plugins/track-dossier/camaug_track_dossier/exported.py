"""The file of all own dossiers: keys that stay, with what they are called in Vietnamese."""

from datetime import timedelta, timezone
from typing import Any

from camaug_sdk import Words
from camaug_sdk.looks import (
    ExportedAnswer,
    ExportedComplaint,
    ExportedDossier,
    ExportedFile,
    ExportedStatus,
)
from camaug_sdk.promises import Apology, Payment
from camaug_sdk.rating import Rating
from camaug_sdk.records import (
    Export,
    Look,
    Organisation,
    Status,
)
from camaug_track_dossier.story import ICONS

FORMAT = "camaug-dossiers-1"
"""Another number when a key goes or means something else."""
SHAPES = (
    ExportedDossier, ExportedStatus, ExportedAnswer, ExportedFile, Look, Organisation, Payment,
    Apology, Rating, ExportedComplaint,
)  # fmt: skip
LOCAL = timezone(timedelta(hours=7))


def content(t: Words, export: Export) -> dict[str, Any]:
    """What the file holds. `t` speaks Vietnamese, whatever language the person reads."""
    keys = dict.fromkeys(name for shape in SHAPES for name in shape.__struct_fields__)
    return {
        "format": FORMAT,
        "title": t("mine.title"),
        "exported_at": export.exported_at,
        "labels": {key: t(f"export.{key}") for key in keys},
        "status_labels": {str(int(one)): t(f"status.{int(one)}.citizen") for one in Status},
        "kind_labels": {
            "opened": t("looks.opened"),
            "file": t("looks.file"),
            **{kind: t(f"story.{kind}") for kind in ICONS},
        },
        "more": t("export.older") if export.more else None,
        "dossiers": export.dossiers,
    }


def disposition(export: Export) -> str:
    """The header that makes it a file to save, named for the local day."""
    day = export.exported_at.astimezone(LOCAL).date()
    return f'attachment; filename="ho-so-cua-toi-{day}.json"'
