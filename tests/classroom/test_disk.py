"""A disk that is full, cannot be written or gives back something else; the grading itself is a fake."""

from __future__ import annotations

import errno
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.classroom import CannotGrade
from grader.classroom.disk import disk_faults
from grader.classroom.gradebook import Sheet
from grader.classroom.run import Outcome, grade_class
from grader.files import write_if_changed
from grader.results import ExerciseResult, Result
from grader.worker.scratch import ScratchRoot
from tests.classroom.storm import files, journal
from tests.fake_grading import KNOWN, FakeGrader

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers are confined on Linux only")
Run = Callable[..., Outcome]


def page(sheet: Sheet) -> str:
    return f"{sheet.result.student} {sheet.result.score}" + "." * 2000


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Grades a class of twenty with a fake grader."""
    folder = tmp_path_factory.mktemp("class")
    for number in range(20):
        (folder / f"s{number:02}.ipynb").write_text("x" * number)

    def run(out: Path, grader: FakeGrader | None = None) -> Outcome:
        return grade_class(folder, out, open_grader=grader or FakeGrader(), feedback=page, known=KNOWN, jobs=1, seed=1)

    return run


@pytest.fixture(scope="module")
def calm(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The class, graded without a disturbance."""
    out = tmp_path_factory.mktemp("calm")
    run(out)
    return out


class FullGrader(FakeGrader):
    """Has no disk for its workers."""

    def grade(
        self, path: Path, *, student: str, lesson: str | None, seed: int, kept: Iterable[ExerciseResult] = ()
    ) -> Result:
        if student == "s07":
            raise OSError(errno.ENOSPC, "No space left on device", "/tmp")
        return super().grade(path, student=student, lesson=lesson, seed=seed)


class TestDisk:
    def test_no_disk_for_workers_stops_the_class_and_it_goes_on_later(
        self, run: Run, calm: Path, tmp_path: Path
    ) -> None:
        with pytest.raises(CannotGrade, match=r"a disk is full .*same command again"):
            run(tmp_path / "out", FullGrader())
        assert all(result.error is None for result in run(tmp_path / "out").results)
        assert files(tmp_path / "out") == files(calm)

    @pytest.mark.slow
    @pytest.mark.parametrize("call", ["os.fsync", "os.replace", "pathlib.Path.mkdir"])
    @pytest.mark.parametrize("number", [1, 2, 9])
    def test_a_disk_that_is_full_at_some_call(
        self, run: Run, calm: Path, tmp_path: Path, call: str, number: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        calls = 0
        place, _, name = call.rpartition(".")
        real = getattr(Path if "Path" in place else os, name)

        def full(*args: Any, **kwargs: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls >= number:
                raise OSError(errno.ENOSPC, "No space left on device")
            return real(*args, **kwargs)

        with monkeypatch.context() as patch:
            patch.setattr(call, full)
            with pytest.raises(CannotGrade, match="disk is full"):
                run(tmp_path / "out")
        assert list(tmp_path.rglob("*.part")) == []
        run(tmp_path / "out")
        assert files(tmp_path / "out") == files(calm)

    @pytest.fixture
    def small(self, tmp_path: Path) -> Iterator[Callable[[str], None]]:
        """Mounts a disk at `disk`; gives what changes its options."""
        disk = tmp_path / "disk"
        disk.mkdir()
        if os.geteuid() or not shutil.which("mount"):
            pytest.skip("only root can mount a small disk")
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=60k", "x", str(disk)], capture_output=True).returncode:
            pytest.skip("a small disk cannot be mounted here")
        yield lambda options: subprocess.run(["mount", "-o", f"remount,{options}", str(disk)], check=True) and None
        subprocess.run(["umount", str(disk)], check=True)

    def test_a_disk_that_is_really_full(
        self, run: Run, calm: Path, tmp_path: Path, small: Callable[[str], None]
    ) -> None:
        with pytest.raises(CannotGrade, match="disk is full"):
            run(tmp_path / "disk")
        small("size=10m")
        run(tmp_path / "disk")
        assert files(tmp_path / "disk") == files(calm)
        assert {count for _, count in journal(tmp_path / "disk")} == {1}

    def test_an_out_that_cannot_be_written(self, run: Run, tmp_path: Path, small: Callable[[str], None]) -> None:
        small("ro")
        with pytest.raises(CannotGrade, match=r"could not be written or read: .*Read-only"):
            run(tmp_path / "disk")


def _halved(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 100)


def _emptied(path: Path) -> None:
    os.truncate(path, 0)


def _garbled(path: Path) -> None:
    path.write_bytes(random.Random(0).randbytes(path.stat().st_size))


def _scratched(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:8192] = bytes(4096)
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [_halved, _cut, _emptied, _garbled, _scratched], ids=lambda one: one.__name__)
def test_a_damaged_journal_is_told_and_nothing_is_touched(
    run: Run, calm: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    out = shutil.copytree(calm, tmp_path / "out")
    before = files(out)
    damage(out / "results.sqlite")
    with pytest.raises(CannotGrade, match=r"results\.sqlite is damaged.*--seed"):
        run(out)
    assert files(out) == before
    (out / "results.sqlite").unlink()
    run(out)
    assert files(out) == before


def test_a_class_with_nothing_left_to_grade_tidies_up_too(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    run(tmp_path / "out")
    left = ScratchRoot()
    os.close(left.lock)  # everybody was killed, after the last result
    assert run(tmp_path / "out").graded == 0
    assert not left.path.exists()


def test_a_disk_that_is_full_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "gradebook.csv"
    write_if_changed(path, b"old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(CannotGrade, match="disk is full"), disk_faults(tmp_path):
        write_if_changed(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_other_faults_say_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotGrade, match="could not be written or read"), disk_faults(tmp_path):
        write_if_changed(tmp_path / "file" / "x", b"")
