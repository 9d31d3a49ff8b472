"""What a log line holds, and what never gets into one."""

import io
import json
import sys
from collections.abc import Iterator

import pytest
import structlog

from camaug.kernel import telemetry

NAME, PHONE = "Nguyễn Thị Đăng Nguyệt", "0912345678"


def _fails() -> None:
    try:
        int(PHONE + "x")
    except ValueError as error:
        raise RuntimeError(NAME) from error


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What a process of ours would log, for one test only."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    telemetry.set_up("test")
    yield stream
    structlog.reset_defaults()


def test_an_error_is_told_without_what_it_quotes(written: io.StringIO) -> None:
    log = structlog.get_logger()
    try:
        _fails()
    except RuntimeError as error:
        log.warning("unhandled", exc_info=error, applicant=NAME)
        log.exception("again")
    lines = written.getvalue().splitlines()
    assert len(lines) == 2
    for line in lines:
        told = json.loads(line)
        assert NAME not in line
        assert PHONE not in line
        assert told["exception"].startswith("builtins.ValueError")
        assert "builtins.RuntimeError" in told["exception"]
        assert "test_telemetry.py" in told["exception"]
        assert "applicant" not in told
