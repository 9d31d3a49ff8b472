import multiprocessing
import os
import shutil
import stat
import time
from pathlib import Path

import pytest

from camaug import place as module
from camaug.place import AlreadyRunning, Place
from camaug.steps import StepFailed


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    (tmp_path / "run").mkdir()
    return Place(tmp_path / "clone", "test")


def hold(place: Place, taken: "multiprocessing.synchronize.Event") -> None:
    place.lock()
    taken.set()
    signal_never_comes = multiprocessing.Event()
    signal_never_comes.wait()


def test_a_second_instance_is_refused_with_the_pid_of_the_first(place: Place):
    taken = multiprocessing.Event()
    first = multiprocessing.Process(target=hold, args=(place, taken))
    first.start()
    assert taken.wait(10)
    begin = time.monotonic()
    with pytest.raises(AlreadyRunning) as refused:
        place.lock()
    assert time.monotonic() - begin < 8  # the owner lives: there is nothing to wait ten seconds for
    assert refused.value.pid == first.pid
    first.kill()
    first.join()
    os.close(place.lock())


def test_an_instance_waits_for_the_last_child_of_a_killed_one(place: Place):
    taken = place.lock()
    pipe = os.pipe()
    child = os.fork()
    if child == 0:
        os.read(pipe[0], 1)
        os._exit(0)
    (place.base / "run" / "lock").write_text("4194305")  # no process has an id that high
    os.close(taken)
    with pytest.raises(AlreadyRunning):
        place.lock(patience_s=0.2)
    os.write(pipe[1], b"x")
    os.close(place.lock(patience_s=5))
    os.waitpid(child, 0)


def test_two_instances_of_one_clone_have_nothing_in_common(place: Place):
    other = Place(place.root, "dev")
    assert other.sockets() != place.sockets()
    assert other.data != place.data
    assert other.secrets != place.secrets
    assert place.data not in place.secrets.parents


@pytest.mark.parametrize("name", ["", "data", "venv", "../x", "a/b", "Ủy ban", "-x"])
def test_an_instance_needs_a_plain_name_that_is_no_folder_of_another_use(tmp_path: Path, name: str):
    with pytest.raises(StepFailed, match="cannot be called"):
        Place(tmp_path, name)


def test_the_socket_folder_is_private(place: Place):
    assert stat.S_IMODE(place.sockets().stat().st_mode) == 0o700


def test_the_socket_folder_is_short_even_in_a_long_path_with_vietnamese_letters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    deep = tmp_path / ("Thư mục của tôi " * 6)
    deep.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(deep))
    made = Place(deep, "test").sockets()
    assert len(os.fsencode(made / "pg" / ".s.PGSQL.5432.lock")) <= 100
    made.rmdir()


def test_a_socket_folder_prepared_by_somebody_else_is_refused(place: Place, tmp_path: Path):
    folder = place.sockets()
    folder.rmdir()
    folder.symlink_to(tmp_path)
    with pytest.raises(StepFailed, match="belongs to somebody else"):
        place.sockets()


def test_memory_is_new_each_time_and_given_back(place: Place):
    folder = place.memory()
    if folder is None:  # no room here: the data folder is used
        assert shutil.disk_usage("/dev/shm").free < 4 * 1024**3  # noqa: S108
        return
    (folder / "kept").touch()
    assert place.memory() == folder
    assert list(folder.iterdir()) == []
    place.forget_memory()
    assert not folder.exists()


def test_without_room_in_memory_there_is_none(place: Place, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "_MEMORY_ROOM", 1024**6)
    assert place.memory() is None
