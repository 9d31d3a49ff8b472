from pathlib import Path

import pytest

from camaug import steps, webbuild
from camaug.steps import StepFailed


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace whose build script copies its one source."""
    workspace = tmp_path / "miniapps"
    workspace.mkdir()
    (workspace / "source.js").write_text("one")
    (workspace / "package.json").write_text(
        '{"name": "toy", "version": "1.0.0", "scripts": '
        '{"build": "mkdir $CAMAUG_WEB_OUT && cp source.js $CAMAUG_WEB_OUT"}}'
    )
    (workspace / "package-lock.json").write_text(
        '{"name": "toy", "version": "1.0.0", "lockfileVersion": 3, "packages": '
        '{"": {"name": "toy", "version": "1.0.0"}}}'
    )
    monkeypatch.setattr(steps, "say", lambda *_, **__: None)
    return tmp_path


def test_a_build_is_made_once_for_the_same_sources(root: Path):
    built = webbuild.build(root)
    assert (built / "source.js").read_text() == "one"
    (built / "mark").touch()
    assert webbuild.build(root) == built
    assert (built / "mark").exists()


def test_changed_sources_are_built_beside_the_old_ones(root: Path):
    first = webbuild.build(root)
    (root / "miniapps" / "source.js").write_text("two")
    second = webbuild.build(root)
    assert (second / "source.js").read_text() == "two"
    assert (first / "source.js").read_text() == "one"


def test_the_build_before_stays_and_older_ones_go(root: Path):
    builds: list[Path] = []
    for text in ("one", "two", "three", "four"):
        (root / "miniapps" / "source.js").write_text(text)
        builds.append(webbuild.build(root))
    assert [one.exists() for one in builds] == [False, False, True, True]


def test_a_failed_build_is_one_line_and_leaves_no_result(root: Path):
    package = root / "miniapps" / "package.json"
    package.write_text(package.read_text().replace("cp source.js", "cp nothing"))
    with pytest.raises(StepFailed, match=r"^vite failed: .*vite\.log\)$"):
        webbuild.build(root)
    assert [path.name for path in (root / ".camaug" / "web").glob("*[!w]")] == []
