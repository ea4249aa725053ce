"""Faults that grading has to survive, with the real command and real submissions where that is affordable.

benchmarks/faults.py is the long version of the first test here.
"""

from __future__ import annotations

import errno
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.classroom import CannotGrade
from grader.classroom.run import Outcome, grade_class
from grader.grading.grader import Grader
from grader.results import Result
from grader.worker.client import CannotStart, WarmParent
from grader.worker.scratch import ScratchRoot
from tests.classroom.storm import SEED, Storm, files, journal, write_class
from tests.fake_grading import KNOWN, FakeGrader

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers are confined on Linux only")
STUDENTS = 6


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("class")
    write_class(folder, STUDENTS)
    return folder


@pytest.fixture(scope="module")
def calm(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Storm:
    """The class, graded without a disturbance."""
    root = tmp_path_factory.mktemp("calm")
    storm = Storm(source, root / "out", root / "tmp")
    storm.run()
    assert len(files(storm.out)) == 2 * STUDENTS + 1
    return storm


@pytest.fixture
def storm(source: Path, tmp_path: Path) -> Storm:
    return Storm(source, tmp_path / "out", tmp_path / "tmp")


def assert_like(storm: Storm, calm: Storm) -> None:
    """The same files, each submission graded once, nothing left behind."""
    assert files(storm.out) == files(calm.out)
    assert journal(storm.out) == [(student, 1) for student, _ in journal(calm.out)]
    assert len(journal(storm.out)) == STUDENTS
    assert storm.leftovers() == []


def test_kills_at_random_moments_leave_no_trace(storm: Storm, calm: Storm) -> None:
    assert storm.rage(3, random.Random(4)) == 3
    storm.run()
    assert_like(storm, calm)


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    with Grader() as one:
        yield one


class TestGrader:
    def grade_all(self, grader: Grader, source: Path, seed: int) -> list[dict[str, Any]]:
        return [grader.grade(path, seed=seed).to_dict() for path in sorted(source.iterdir())]

    def test_a_regrade_gives_the_same_and_another_seed_the_same_scores(self, grader: Grader, source: Path) -> None:
        first = self.grade_all(grader, source, SEED)
        assert self.grade_all(grader, source, SEED) == first
        other = self.grade_all(grader, source, SEED + 1)
        assert [result["score"] for result in other] == [result["score"] for result in first]
        assert len({result["score"] for result in first}) > 1

    def test_a_clock_that_jumps(self, grader: Grader, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = source / "student01.ipynb"
        before = grader.grade(path)
        jumps = random.Random(1)
        monkeypatch.setattr(time, "time", lambda: jumps.uniform(0, 4e9))
        assert grader.grade(path) == before

    def test_a_full_disk_under_the_workers_costs_nobody_a_point(
        self, grader: Grader, source: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: Any, **__: Any) -> str:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr("grader.worker.scratch.tempfile.mkdtemp", full)
        with pytest.raises(OSError, match="No space left"):
            grader.grade(source / "student01.ipynb")


def test_without_its_warm_parent_a_grader_gives_no_result(source: Path) -> None:
    with Grader() as grader:
        grader._parent._process.kill()
        grader._parent._process.wait()
        with pytest.raises(CannotStart, match="The process that starts workers ended"):
            grader.grade(source / "student01.ipynb")


class TestScratchRoot:
    @pytest.fixture(autouse=True)
    def temporary(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        return tmp_path

    def test_what_is_in_use_stays_and_what_was_left_behind_goes(self, temporary: Path) -> None:
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
        self, temporary: Path, monkeypatch: pytest.MonkeyPatch
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

    def test_a_class_with_nothing_left_to_grade_tidies_up_too(self, temporary: Path, run: Run) -> None:
        run(temporary / "out")
        left = ScratchRoot()
        os.close(left.lock)  # everybody was killed, after the last result
        assert run(temporary / "out").graded == 0
        assert not left.path.exists()

    def test_the_warm_parent_tidies_up_when_the_grader_is_gone(self, temporary: Path) -> None:
        warm = WarmParent()
        warm.wait()
        (warm.home / "left").mkdir()
        os.close(warm._home.lock)
        warm._control.close()
        warm._process.wait(30)
        assert list(temporary.iterdir()) == []
        if warm._process.stderr:
            warm._process.stderr.close()


Run = Callable[..., Outcome]


def page(result: Result) -> str:
    return f"{result.student} {result.score}" + "." * 2000


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Grades a class of twenty with a fake grader."""
    folder = tmp_path / "class"
    folder.mkdir()
    for number in range(20):
        (folder / f"s{number:02}.ipynb").write_text("x" * number)

    def run(out: Path, grader: FakeGrader | None = None) -> Outcome:
        return grade_class(folder, out, open_grader=grader or FakeGrader(), feedback=page, known=KNOWN, jobs=2, seed=1)

    return run


class FullGrader(FakeGrader):
    """Has no disk for its workers."""

    def grade(self, path: Path, *, student: str, lesson: str | None, seed: int) -> Result:
        if student == "s07":
            raise OSError(errno.ENOSPC, "No space left on device", "/tmp")
        return super().grade(path, student=student, lesson=lesson, seed=seed)


class TestDisk:
    def test_no_disk_for_workers_stops_the_class_and_it_goes_on_later(self, run: Run, tmp_path: Path) -> None:
        with pytest.raises(CannotGrade, match=r"a disk is full .*same command again"):
            run(tmp_path / "out", FullGrader())
        assert all(result.error is None for result in run(tmp_path / "out").results)
        run(tmp_path / "calm")
        assert files(tmp_path / "out") == files(tmp_path / "calm")

    @pytest.mark.parametrize("call", ["os.fsync", "os.replace", "pathlib.Path.mkdir"])
    @pytest.mark.parametrize("number", [1, 2, 9])
    def test_a_disk_that_is_full_at_some_call(
        self, run: Run, tmp_path: Path, call: str, number: int, monkeypatch: pytest.MonkeyPatch
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
        run(tmp_path / "calm")
        assert files(tmp_path / "out") == files(tmp_path / "calm")

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

    def test_a_disk_that_is_really_full(self, run: Run, tmp_path: Path, small: Callable[[str], None]) -> None:
        with pytest.raises(CannotGrade, match="disk is full"):
            run(tmp_path / "disk")
        small("size=10m")
        run(tmp_path / "disk")
        run(tmp_path / "calm")
        assert files(tmp_path / "disk") == files(tmp_path / "calm")
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
    run: Run, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    out = tmp_path / "out"
    run(out)
    before = files(out)
    damage(out / "results.sqlite")
    with pytest.raises(CannotGrade, match=r"results\.sqlite is damaged.*--seed"):
        run(out)
    assert files(out) == before
    (out / "results.sqlite").unlink()
    run(out)
    assert files(out) == before
