import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from camaug import steps
from camaug.steps import StepFailed

SAID = {
    "write /x: No space left on device (os error 28)": "the disk is full",
    "npm error code ENOSPC": "the disk is full",
    "Temporary failure in name resolution": "cannot be reached",
    "npm error code EAI_AGAIN": "cannot be reached",
    "error sending request: client error (Connect): dns error": "cannot be reached",
    "connect ECONNREFUSED 127.0.0.1:9": "cannot be reached",
    "invalid peer certificate: UnknownIssuer": "certificate of the package index",
    "npm error UNABLE_TO_GET_ISSUER_CERT_LOCALLY": "certificate of the package index",
    "failed to create directory: Permission denied (os error 13)": "cannot be written",
    "/usr/bin/python3: No module named pip": "apt-get install python3-pip",
    "npm error code EINTEGRITY": "not the pinned one",
}


@pytest.mark.parametrize(("output", "meaning"), SAID.items())
def test_the_cause_is_told_from_what_a_tool_says(output: str, meaning: str):
    told = steps.cause(f"Resolving\n{output}\nhint: try again\n")
    assert meaning in told
    assert "\n" not in told


def test_an_unknown_failure_shows_the_last_error_line():
    assert steps.cause("ok\nerror: bad wheel\nhint: ask somebody\n") == "error: bad wheel"


def test_a_failed_command_is_one_line_that_names_its_log(tmp_path: Path):
    log = tmp_path / "log" / "uv.log"
    with pytest.raises(StepFailed) as failed:
        steps.run(["sh", "-c", "echo a; echo b; exit 3"], log, env=os.environ)
    assert str(failed.value) == f"uv failed: b ({log})"
    assert log.read_text() == "a\nb\n"


def test_a_missing_program_is_one_line(tmp_path: Path):
    with pytest.raises(StepFailed, match=r"^uv: .*No such file"):
        steps.run(["/no/such/program"], tmp_path / "uv.log", env={})


def test_too_little_space_is_told_before_anything_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=5 * steps.MIB))
    steps.need_space(tmp_path, 5)
    with pytest.raises(StepFailed, match=r"only 5 MiB free at .*, 6 MiB are needed"):
        steps.need_space(tmp_path, 6)


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(StepFailed, match=r"Not a directory"):
        steps.need_writable(tmp_path / "file" / "below")
