"""What a log line holds, and what never gets into one."""

import json

import pytest
import structlog

from camaug.kernel import telemetry

NAME, PHONE = "Nguyễn Thị Đăng Nguyệt", "0912345678"


def _fails() -> None:
    try:
        int(PHONE + "x")
    except ValueError as error:
        raise RuntimeError(NAME) from error


def test_an_error_is_told_without_what_it_quotes(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.set_up("test")
    log = structlog.get_logger()
    try:
        _fails()
    except RuntimeError as error:
        log.warning("unhandled", exc_info=error, applicant=NAME)
        log.exception("again")
    for line in capsys.readouterr().err.splitlines():
        told = json.loads(line)
        assert NAME not in line
        assert PHONE not in line
        assert told["exception"].startswith("builtins.ValueError")
        assert "builtins.RuntimeError" in told["exception"]
        assert "test_telemetry.py" in told["exception"]
        assert "applicant" not in told
