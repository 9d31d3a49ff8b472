"""Structured logs (one JSON line an event) and light metrics by route template."""

import logging
import sys
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
            structlog.processors.format_exc_info,
            _named(process),
            _allow,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
