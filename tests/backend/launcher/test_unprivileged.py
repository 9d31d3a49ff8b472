"""How PostgreSQL, which refuses root, is run by root and by others."""

import os
from pathlib import Path

import pytest

from camaug import unprivileged
from camaug.steps import StepFailed

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="about root alone")


def refuse() -> None:
    raise PermissionError


def test_an_ordinary_user_runs_it_as_is(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1234)
    assert unprivileged.identity() == unprivileged.Identity(1234, None)


@as_root
def test_root_without_namespaces_becomes_nobody_who_owns_the_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(unprivileged, "_enter_namespace", refuse)
    found = unprivileged.identity(Path("/usr"))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "file").touch()
    found.own(tmp_path / "data")
    assert (tmp_path / "data" / "file").stat().st_uid == unprivileged.NOBODY
    unprivileged.Identity(0, None).own(tmp_path / "data")
    assert (tmp_path / "data" / "file").stat().st_uid == 0


@as_root
def test_a_folder_that_nobody_cannot_enter_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(unprivileged, "_enter_namespace", refuse)
    (tmp_path / "closed").mkdir(mode=0o700)
    with pytest.raises(StepFailed, match=r"cannot reach .*/closed; move this folder"):
        unprivileged.identity(tmp_path / "closed")
