"""The routes by which the desk puts its mistakes right."""

from typing import Literal
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody

from camaug_sdk import (
    AppContext,
    Go,
    IdempotencyKey,
    NotFound,
    Officer,
    Outcome,
    Refresh,
    Screen,
    Toast,
    Visitor,
    Words,
)
from camaug_sdk.mistakes import Correction
from camaug_track_dossier import mistakes
from camaug_track_dossier.desk_acts import HOME
from camaug_track_dossier.forms import LONGEST_VERSION, Seen


class Reopening(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why the dossier seen at `version` is taken up again."""

    version: int
    reason: str


class Corrected(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is put right, one thing at a time, and why; numbers come as choices."""

    version: int
    why: str
    seq: str | None = None
    text: str | None = None
    results: list[UUID] = []
    channel: Literal["1", "2", "3"] | None = None

    def correction(self) -> Correction:
        """What the core is asked; an entry that is no number is one that no timeline has."""
        said = self.seq or ""
        known = said.isascii() and said.isdigit() and len(said) <= LONGEST_VERSION
        return Correction(
            version=self.version,
            why=self.why,
            seq=None if self.seq is None else int(said) if known else 0,
            text=self.text,
            results=self.results,
            channel=int(self.channel) if self.channel else None,
        )


@post("/{dossier_id:uuid}/undo", status_code=200)
async def undo_act(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    key: IdempotencyKey,
    dossier_id: FromPath[UUID],
    data: JSONBody[Seen],
) -> Outcome:
    """Take back the officer's own last act."""
    await app.dossiers.undo(officer, dossier_id, version=data.version, key=key)
    t = Words(app.i18n, visitor.language)
    return Outcome(then=Refresh(), toast=Toast(text=t("undo.done")))


@get("/{dossier_id:uuid}/reopen")
async def show_reopen(
    app: AppContext, officer: Officer, visitor: Visitor, dossier_id: FromPath[UUID]
) -> Screen:
    """The form, for a leader whom the rule still lets."""
    dossier = await app.dossiers.at_desk(officer, dossier_id)
    if "reopen" not in dossier.acts:
        raise NotFound
    return mistakes.reopen(Words(app.i18n, visitor.language), dossier.line)


@post("/{dossier_id:uuid}/reopen", status_code=200)
async def reopen_dossier(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    key: IdempotencyKey,
    dossier_id: FromPath[UUID],
    data: JSONBody[Reopening],
) -> Outcome:
    """Take it up again; who only leads sees it no more, as it runs."""
    await app.dossiers.reopen(
        officer, dossier_id, version=data.version, reason=data.reason, key=key
    )
    t = Words(app.i18n, visitor.language)
    return Outcome(then=Go(href=HOME, replace=True), toast=Toast(text=t("reopen.done")))


@get("/{dossier_id:uuid}/correct")
async def show_correct(
    app: AppContext, officer: Officer, visitor: Visitor, dossier_id: FromPath[UUID]
) -> Screen:
    """What may be put right, for who works at the desk: a leader is given no slip."""
    await app.dossiers.slip(officer, dossier_id)
    dossier = await app.dossiers.at_desk(officer, dossier_id)
    approval = await app.dossiers.approval(officer, dossier_id)
    return mistakes.correct(Words(app.i18n, visitor.language), dossier, approval)


@post("/{dossier_id:uuid}/correct", status_code=200)
async def correct_dossier(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    key: IdempotencyKey,
    dossier_id: FromPath[UUID],
    data: JSONBody[Corrected],
) -> Outcome:
    """Put one thing right; the old stays in the trace."""
    await app.dossiers.correct(officer, dossier_id, data.correction(), key=key)
    t = Words(app.i18n, visitor.language)
    there = Go(href=f"{HOME}{dossier_id}", replace=True)
    return Outcome(then=there, toast=Toast(text=t("correct.done")))


handlers = [undo_act, show_reopen, reopen_dossier, show_correct, correct_dossier]
