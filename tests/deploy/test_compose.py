"""The compose file fits the installation: its commands exist, its files and settings are there."""

import re
import subprocess
import sys

import pytest
import yaml

from camaug.settings import ROOT

DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
OURS = {name: one for name, one in COMPOSE["services"].items() if one["image"] == "camaug"}
MADE_BY_THE_OPERATOR = {
    "camaug.env", "migrator.env", "database.env", "keyring.json", "tls.pem", "s3.json",
}  # fmt: skip


@pytest.mark.parametrize("name", OURS)
def test_every_command_of_ours_exists(name: str) -> None:
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "camaug.cli", *OURS[name]["command"], "--help"],
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0


def test_only_the_migration_may_change_the_schema() -> None:
    having = {name for name, one in OURS.items() if "migrator.env" in one["env_file"]}
    assert having == {"migrate"}
    assert not re.search(r"^CAMAUG_MIGRATOR_URL", (DEPLOY / "camaug.env").read_text(), re.MULTILINE)


def test_every_file_that_is_mounted_is_here_or_named_as_the_operators() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    mounted = set(re.findall(r"\./([\w.]+):", text))
    for one in COMPOSE["services"].values():
        mounted |= set(one.get("env_file", []))
    for name in mounted - MADE_BY_THE_OPERATOR:
        assert (DEPLOY / name).exists(), name
    for name in MADE_BY_THE_OPERATOR:
        assert f"#   {name}" in text, f"{name} is not explained"


def test_the_container_runs_what_the_test_of_the_installation_runs() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    assert re.findall(r"^RUN (.*install.*)$", text, re.MULTILINE) == [
        "sh /source/deploy/install.sh /app"
    ]
    assert not re.search(r"https?://", text)
