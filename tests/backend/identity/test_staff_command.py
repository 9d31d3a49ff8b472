"""`camaug staff`: the first administrator, and the stand-in for the phones of demo people."""

import os
import shutil
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from camaug import development, staff
from camaug.identity import totp
from camaug.kernel.clock import SystemClock
from camaug.kernel.web import Engines
from camaug.place import Place

from .conftest import Shell
from .office import CENTRE, Office


@pytest.fixture
def office(engines: Engines, shell: Shell) -> Office:
    return Office(engines, shell)


@pytest.fixture
def given(database: str, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The command works on the test's own database."""
    monkeypatch.setenv("CAMAUG_DATABASE_URL", database)
    return monkeypatch


async def run(*words: str, force: bool = False) -> int:
    return await staff.run(Namespace(action=words[0], words=list(words[1:]), force=force))


@pytest.mark.usefixtures("given")
async def test_the_first_administrator_comes_by_a_link(
    engines: Engines, capsys: pytest.CaptureFixture[str]
):
    assert await run("invite", "Cao Thị Đầu", "quan-tri.dau") == 0
    link = capsys.readouterr().out
    assert link.startswith("http://127.0.0.1:8000/console/invitation/")
    row = await engines.pool.fetchrow(
        "select s.full_name, s.password_hash, a.role, a.agency_id from staff s"
        " join assignment a on a.staff_id = s.staff_id"
    )
    assert tuple(row) == ("Cao Thị Đầu", None, "administrator", CENTRE)
    seen = {r["action"] for r in await engines.pool.fetch("select action from audit")}
    assert {"staff.invited_on_server", "role.assigned", "staff.link_made"} <= seen


@pytest.mark.usefixtures("given")
async def test_a_link_that_ran_out_is_made_again_for_the_same_login(engines: Engines):
    assert await run("invite", "Cao Thị Đầu", "quan-tri.dau") == 0
    assert await run("invite", "Cao Thị Đầu", "quan-tri.dau") == 0
    assert await engines.pool.fetchval("select count(*) from assignment") == 1
    open_ = "select count(*) from invitation where used_at is null and expires_at > now()"
    assert await engines.pool.fetchval(open_) == 1


@pytest.mark.usefixtures("given")
async def test_with_an_administrator_it_needs_force(
    office: Office,
    engines: Engines,
    capsys: pytest.CaptureFixture[str],
):
    await office.hire("quan-tri", "administrator", CENTRE)
    await engines.pool.execute("update assignment set valid_from = now() - interval '1 day'")
    assert await run("invite", "Cao Thị Hai", "quan-tri.hai") == 1
    assert "--force" in capsys.readouterr().err
    assert await run("invite", "Cao Thị Hai", "quan-tri.hai", force=True) == 0


@pytest.mark.usefixtures("given")
async def test_force_lets_an_administrator_in_who_lost_phone_and_password(
    office: Office, engines: Engines
):
    await office.hire("quan-tri", "administrator", CENTRE)
    await engines.pool.execute("update assignment set valid_from = now() - interval '1 day'")
    mine = await office.bearer("quan-tri")
    assert await run("invite", "Lê Mẫu", "quan-tri", force=True) == 0
    assert await engines.pool.fetchval("select totp_enc is null from staff")
    assert await engines.pool.fetchval("select ended_at is not null from session")
    assert mine


@pytest.mark.parametrize("words", [("Cao 1", "qt"), ("Cao Thị", "a"), ("", "quan-tri")])
@pytest.mark.usefixtures("given")
async def test_a_bad_name_or_login_is_one_line(
    words: tuple[str, str], capsys: pytest.CaptureFixture[str]
):
    assert await run("invite", *words) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.usefixtures("given")
async def test_the_code_is_one_that_works_now(office: Office, capsys: pytest.CaptureFixture[str]):
    await office.hire("du")
    assert await run("code", "du") == 0
    code = capsys.readouterr().out.strip()
    now = SystemClock().now()
    step = totp.matching(office.secrets["du"], code, now, None)
    assert step is not None
    await office.engines.pool.execute("update staff set totp_step = $1", step)
    assert await run("code", "du") == 0
    following = capsys.readouterr().out.strip()
    assert totp.matching(office.secrets["du"], following, SystemClock().now(), step) is not None


async def test_there_are_no_codes_in_production(
    given: pytest.MonkeyPatch, office: Office, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    copy_of_the_keyring = tmp_path / "keyring.json"
    shutil.copy(os.environ["CAMAUG_KEYRING"], copy_of_the_keyring)
    await office.hire("du")
    given.setenv("CAMAUG_ENV", "production")
    given.setenv("CAMAUG_PUBLIC_URL", "https://camau.example.vn")
    given.setenv("CAMAUG_S3_PUBLIC_URL", "https://files.example.vn")
    given.setenv("CAMAUG_KEYRING", str(copy_of_the_keyring))
    given.delenv("CAMAUG_SIMULATORS_URL", raising=False)
    assert await run("code", "du") == 1
    assert capsys.readouterr().out == ""
    assert await run("code", "nobody") == 1


def test_a_command_beside_a_running_system_finds_its_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    place = Place(tmp_path, "dev")
    place.base.mkdir()
    told: dict[str, Any] = {"CAMAUG_DATABASE_URL": "postgresql://here", "PATH": "/elsewhere"}
    development.remember(place, told)
    assert (place.base / "settings.json").stat().st_mode & 0o777 == 0o600
    monkeypatch.setattr(development, "ROOT", tmp_path)
    monkeypatch.delenv("CAMAUG_INSTANCE", raising=False)
    monkeypatch.delenv("CAMAUG_DATABASE_URL")
    found = development.environment()
    assert found["CAMAUG_DATABASE_URL"] == "postgresql://here"
    assert found["PATH"] == os.environ["PATH"]
    monkeypatch.setenv("CAMAUG_DATABASE_URL", "postgresql://given")
    assert development.environment()["CAMAUG_DATABASE_URL"] == "postgresql://given"
