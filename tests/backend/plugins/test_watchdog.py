"""Who held the loop, who was at work when a process died, by whom one grew."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from camaug.plugins import growth, recorder, watchdog
from camaug.plugins.growth import Growth
from camaug.plugins.recorder import Recorder
from camaug.plugins.watchdog import Word

PROGRAM = """
import asyncio, sys, time
sys.path.insert(0, {folder!r})
import camaug_slow
from camaug.plugins.gate import Gate
from camaug.plugins.recorder import Recorder
from camaug.plugins.watchdog import Watchdog

async def call(send):
    {call}

async def main():
    gate = Gate("slow-one", print, Recorder(None))
    owners = {{{folder!r} + "/camaug_slow": "slow-two"}}
    async with Watchdog(Gate.run.__code__, lambda: owners).running():
        {main}
    print("ended in order")

asyncio.run(main())
"""
SLOW = """
import asyncio, time

async def hold(seconds):
    time.sleep(seconds)

async def spin():
    while True:
        pass

async def turn(times):
    for _ in range(times):
        time.sleep(0.4)
        await asyncio.sleep(0)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where word is left."""
    monkeypatch.setenv(watchdog.FOLDER, str(tmp_path / "words"))
    (tmp_path / "words").mkdir()
    return tmp_path / "words"


def run(folder: Path, main: str, call: str = "pass") -> tuple[int, list[Word]]:
    """A process of its own: how it ended, and what it left."""
    package = folder.parent / "camaug_slow"
    package.mkdir()
    (package / "__init__.py").write_text(SLOW)
    program = PROGRAM.format(folder=str(folder.parent), main=main, call=call)
    done = subprocess.run(  # noqa: S603  (our own program)
        [sys.executable, "-c", program], capture_output=True, timeout=60, check=False
    )
    return done.returncode, [word for _, word in watchdog.words(dict)]


def test_a_call_that_holds_the_loop_ends_the_process_and_is_named(folder: Path):
    code, words = run(folder, "await gate.run(call, print)", "await camaug_slow.hold(60)")
    assert code == 1
    assert words == [
        Word(plugin_id="slow-one", trouble="blocked", note="camaug_slow/__init__.py:5")
    ]


def test_one_that_works_without_end_is_told_from_a_machine_that_is_busy(folder: Path):
    code, words = run(folder, "await gate.run(call, print)", "await camaug_slow.spin()")
    assert (code, [one.plugin_id for one in words]) == (1, ["slow-one"])


def test_a_task_that_a_plugin_left_behind_is_its_own(folder: Path):
    code, words = run(folder, "await asyncio.create_task(camaug_slow.hold(60))")
    assert (code, [one.plugin_id for one in words]) == (1, ["slow-two"])


@pytest.mark.parametrize(
    "main", ["await camaug_slow.turn(5)", "time.sleep(2.5)"], ids=["yields now and then", "core"]
)
def test_others_are_left_alone(folder: Path, main: str):
    assert run(folder, main) == (0, [])


def test_where_c_holds_everything_the_last_resort_names_the_plugin(folder: Path):
    code, _ = run(folder, "await asyncio.create_task(camaug_slow.turn(1))")
    assert code == 0
    trace = folder / "999999999.trace"
    package = folder.parent / "camaug_slow"
    trace.write_text(
        "Timeout (0:00:05)!\nThread 0x1 (most recent call first):\n"
        '  File "/lib/x.py", line 1 in f\n'
        f'\nThread 0x2 (most recent call first):\n  File "/lib/sum.py", line 3 in g\n'
        f'  File "{package}/__init__.py", line 7 in hold\n'
    )
    (said,) = watchdog.words(lambda: {str(package): "slow-two"})
    assert said == (
        trace,
        Word(plugin_id="slow-two", trouble="blocked", note="camaug_slow/__init__.py:7"),
    )


def test_where_the_main_thread_waits_the_one_at_work_elsewhere_is_named(folder: Path):
    packages = {f"{folder.parent}/{name}": name for name in ("slow-one", "slow-two")}
    main = '\n\nThread 0x3:\n  File "/lib/loop.py", line 3 in run\n'
    one, two = (
        f'Thread 0x{number}:\n  File "{package}/__init__.py", line 7 in <module>\n'
        for number, package in enumerate(packages)
    )
    trace = folder / "999999999.trace"
    trace.write_text(one + main)
    assert [word.plugin_id for _, word in watchdog.words(lambda: packages)] == ["slow-one"]
    trace.write_text(f"{one}\n{two}{main}")
    assert watchdog.words(lambda: packages) == []


def test_a_trace_that_names_no_plugin_is_shown_and_goes(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    trace = folder / "999999999.trace"
    trace.write_text('Thread 0x2:\n  File "/lib/sum.py", line 3 in g\n')
    assert watchdog.words(dict) == []
    assert "sum.py" in capsys.readouterr().err
    assert not trace.exists()


def working(pid: int, *plugins: str) -> None:
    kept = Recorder(recorder.own(pid))
    for one in ["calm-one", *plugins]:
        kept.begin(one)
    kept.end("calm-one")


def test_one_death_accuses_nobody_the_second_the_one_that_was_there_twice(folder: Path):
    working(1, "first-one", "second-one")
    recorder.bury(1, 3)
    assert watchdog.words(dict) == []
    working(2, "first-one", "third-one")
    recorder.bury(2, -11)
    ((_, word),) = watchdog.words(dict)
    assert (word.plugin_id, word.trouble) == ("first-one", "died")
    assert sorted(path.suffix for path in folder.iterdir()) == [".word"]


@pytest.mark.usefixtures("folder")
def test_two_that_were_there_each_time_are_not_told_apart():
    for pid in (1, 2, 3):
        working(pid, "first-one", "second-one")
        recorder.bury(pid, 3)
    assert watchdog.words(dict) == []
    working(4, "second-one")
    recorder.bury(4, 3)
    assert [word.plugin_id for _, word in watchdog.words(dict)] == ["second-one"]


@pytest.mark.parametrize("code", [-9, -15])
def test_an_end_from_outside_accuses_nobody(folder: Path, code: int):
    for pid in (1, 2, 3):
        working(pid, "first-one")
        recorder.bury(pid, code)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("raw", [b"", b"nonsense", b'{"plugin_id": 1}', b"\xff"])
def test_a_word_that_nobody_can_read_stops_nobody(folder: Path, raw: bytes):
    (folder / "1-1.word").write_bytes(raw)
    good = watchdog.Word(plugin_id="first-one", trouble="blocked", note="x")
    watchdog.leave(good)
    assert [word for _, word in watchdog.words(dict)] == [good]
    assert not (folder / "1-1.word").exists()


@pytest.mark.usefixtures("folder")
def test_an_end_in_the_middle_of_its_calls_is_not_in_order():
    for pid in (1, 2):
        working(pid, "first-one")
        recorder.bury(pid, 0)
    assert [word.plugin_id for _, word in watchdog.words(dict)] == ["first-one"]


def test_a_death_with_no_call_under_way_accuses_whose_call_ended_last(folder: Path):
    for pid in (1, 2):
        kept = Recorder(recorder.own(pid))
        for one in ("calm-one", "last-one"):
            kept.begin(one)
            kept.end(one)
        recorder.bury(pid, 0)  # told to end, and did
        assert len(list(folder.iterdir())) == pid - 1
        kept = Recorder(recorder.own(pid))
        for one in (f"calm-{pid}", "last-one"):
            kept.begin(one)
            kept.end(one)
        recorder.bury(pid, 1)
    assert [word.plugin_id for _, word in watchdog.words(dict)] == ["last-one"]


def test_a_death_that_is_explained_is_not_counted(folder: Path):
    for pid in (1, 2, 3):
        working(pid, "first-one")
        (folder / f"{pid}.trace").write_text("x")
        recorder.bury(pid, 1)
    assert not list(folder.glob("*.dead"))


def test_the_plugin_by_which_a_process_grew_is_named(monkeypatch: pytest.MonkeyPatch):
    sizes = iter([100.0, 150.0, 160.0, 400.0, 650.0])
    monkeypatch.setattr(growth, "resident_mib", lambda: next(sizes))
    grown = Growth(600)
    for at_work in ({"calm-one", "big-one"}, {"calm-one"}, {"big-one"}):
        grown.look(at_work)
        assert not grown.is_too_much
    grown.look({"big-one", "calm-one"})
    assert grown.is_too_much
    word = grown.blame()
    assert word is not None
    assert (word.plugin_id, word.trouble, word.note) == (
        "big-one",
        "memory",
        "540 MiB",
    )


def test_what_grew_while_nobody_was_at_work_accuses_nobody(monkeypatch: pytest.MonkeyPatch):
    sizes = iter([100.0, 700.0, 710.0])
    monkeypatch.setattr(growth, "resident_mib", lambda: next(sizes))
    grown = Growth(600)
    grown.look(set())
    grown.look({"calm-one"})
    assert grown.is_too_much
    assert grown.blame() is None


def test_without_a_server_nothing_is_kept(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(watchdog.FOLDER, raising=False)
    watchdog.leave(Word(plugin_id="first-one", trouble="blocked", note=""))
    recorder.bury(os.getpid(), 3)
    assert (watchdog.words(dict), watchdog.trace(), recorder.own(1)) == ([], None, None)


def test_a_word_that_another_process_took_meanwhile_is_no_error(folder: Path):
    (folder / "1-1.word").symlink_to(folder / "gone")
    (folder / "999999999.trace").symlink_to(folder / "gone")
    assert watchdog.words(dict) == []
