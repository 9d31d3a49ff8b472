"""Structured logs (one JSON line an event) and light metrics by route template."""

import logging
import sys
import traceback
from collections.abc import Iterator
from typing import Any

import structlog
from prometheus_client import Counter, Histogram
from structlog.typing import EventDict, Processor

ALLOWED = frozenset(
    [
        "attempts",
        "bytes",
        "code",
        "count",
        "device_id",
        "dossier_id",
        "during",
        "entrypoint",
        "error",
        "event",
        "event_id",
        "exception",
        "job",
        "kind",
        "level",
        "method",
        "ms",
        "name",
        "notice_id",
        "path",
        "pid",
        "plugin_id",
        "port",
        "process",
        "reason",
        "request_id",
        "route",
        "seconds",
        "state",
        "status",
        "timestamp",
        "url",
        "version",
    ]
)
"""Fields that may be logged; any other is dropped, so personal data cannot slip in."""

REQUESTS = Counter("camaug_requests_total", "Requests", ["route", "method", "status"])
SECONDS = Histogram(
    "camaug_request_seconds",
    "Time to answer",
    ["route"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


def _allow(_: Any, __: str, event: EventDict) -> EventDict:
    return {name: value for name, value in event.items() if name in ALLOWED}


def _traced(_: Any, __: str, event: EventDict) -> EventDict:
    """Where it happened and of what type it was; never its message, which may quote a person.

    A driver's error, for one, names the value that it could not take.
    """
    given: object = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given
    if isinstance(error, BaseException):
        event["exception"] = "\n".join(_story(error))
    return event


def _story(error: BaseException) -> Iterator[str]:
    """Types and places, what caused it first."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _story(before)
    yield f"{type(error).__module__}.{type(error).__qualname__}"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {frame.filename}:{frame.lineno} {frame.name}"


def _named(process: str) -> Processor:
    def add(_: Any, __: str, event: EventDict) -> EventDict:
        event["process"] = process
        return event

    return add


def set_up(process: str) -> None:
    """Configure logging of this process; `process` names it in every line."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _traced,
            _named(process),
            _allow,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
