"""Folders of workers: those in use stay, those that were left behind go."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from pathlib import Path

import pytest

from grader.worker.limits import Limits
from grader.worker.scratch import Exceeded, Scratch, ScratchRoot
from grader.worker.warm_parent import WarmParent

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers are confined on Linux only")


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_what_is_in_use_stays_and_what_was_left_behind_goes(temporary: Path) -> None:
    used, left = ScratchRoot(), ScratchRoot()
    deep = left.path / "a" / "b"
    deep.mkdir(parents=True)
    (deep / "file").touch()
    (left.path / "closed").mkdir(0)
    os.close(left.lock)  # what the end of the last process that uses it does
    (temporary / "vaelab-grader-link").symlink_to(used.path)
    newest = ScratchRoot()
    assert used.path.is_dir()
    assert not left.path.exists()
    for home in (used, newest):
        home.remove()
    assert [path.name for path in temporary.iterdir()] == ["vaelab-grader-link"]


def test_a_new_home_that_is_taken_for_a_left_one_is_made_again(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, made = tempfile.mkdtemp, []

    def make_and_lose(**options: str) -> str:
        made.append(make(**options))
        if len(made) == 1:
            os.rmdir(made[0])
        return made[-1]

    monkeypatch.setattr("tempfile.mkdtemp", make_and_lose)
    home = ScratchRoot()
    assert str(home.path) == made[1]
    assert home.path.is_dir()
    home.remove()


@pytest.mark.slow
def test_the_warm_parent_tidies_up_when_the_grader_is_gone(temporary: Path) -> None:
    warm = WarmParent()
    warm.wait()
    (warm.home / "left").mkdir()
    os.close(warm._home.lock)
    warm._control.close()
    warm._process.wait(60)
    assert list(temporary.iterdir()) == []
    if warm._process.stderr:
        warm._process.stderr.close()


def test_a_folder_that_becomes_a_link_is_not_followed(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The moment in which it is changed is the worst one: between the look at its kind and the look inside."""
    scratch = Scratch(temporary, Limits(scratch_files=20))
    folder = scratch.path / "folder"
    folder.mkdir()
    strangers = temporary / "strangers"
    strangers.mkdir()
    for number in range(30):
        (strangers / str(number)).touch()
    is_folder = stat.S_ISDIR

    def swap(mode: int) -> bool:
        if is_folder(mode) and not folder.is_symlink():
            folder.rename(scratch.path / "before")
            folder.symlink_to(strangers)
        return is_folder(mode)

    monkeypatch.setattr("grader.worker.scratch.stat.S_ISDIR", swap)
    scratch._look_at_files()
    assert folder.is_symlink()
    (scratch.path / "before").rmdir()
    monkeypatch.undo()
    for number in range(21):
        (scratch.path / str(number)).touch()
    with pytest.raises(Exceeded):
        scratch._look_at_files()
