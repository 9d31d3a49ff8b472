"""Everything that a CaMau-G utility may import, on one page.

A utility is a `Plugin` value with ordinary Litestar handlers that return `Screen`s or `Outcome`s.
Its arguments say what it needs: `me: Me`, `officer: Officer`, `visitor: Visitor`,
`app: AppContext`, `key: IdempotencyKey`. Blocks are in `camaug_sdk.screens`, fields in
`camaug_sdk.fields`, actions in `camaug_sdk.actions`, records in `camaug_sdk.records`.
"""

from camaug_sdk.actions import Go, Outcome, Refresh, Send, Toast
from camaug_sdk.context import AppContext, Context, IdempotencyKey, Me, Officer, Visitor
from camaug_sdk.plugin import Event, Plugin
from camaug_sdk.problems import (
    Conflict,
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    NotGranted,
    Problem,
)
from camaug_sdk.screens import Screen
from camaug_sdk.words import Words

__version__ = "0.2"

__all__ = [
    "AppContext",
    "Conflict",
    "Context",
    "Event",
    "FieldError",
    "Forbidden",
    "Go",
    "IdempotencyKey",
    "Invalid",
    "Me",
    "NotFound",
    "NotGranted",
    "Officer",
    "Outcome",
    "Plugin",
    "Problem",
    "Refresh",
    "Screen",
    "Send",
    "Toast",
    "Visitor",
    "Words",
]
