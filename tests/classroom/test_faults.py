"""Faults that grading has to survive, with the real command and real submissions.

benchmarks/faults.py is the long version of the first test here.
"""

from __future__ import annotations

import errno
import random
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from grader.grading.grader import Grader
from grader.worker.warm_parent import CannotStart
from tests.classroom.storm import SEED, Storm, files, journal, write_class
from tests.waiting import wait_until

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="workers are confined on Linux only"),
    pytest.mark.slow,
]
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
    storm.run(jobs=1)
    assert len(files(storm.out)) == 2 * STUDENTS + 3  # and three tables
    return storm


@pytest.fixture
def storm(source: Path, tmp_path: Path) -> Storm:
    return Storm(source, tmp_path / "out", tmp_path / "tmp")


def assert_like(storm: Storm, calm: Storm) -> None:
    """The same files, each submission graded once, nothing left behind."""
    assert files(storm.out) == files(calm.out)
    assert journal(storm.out) == [(student, 1) for student, _ in journal(calm.out)]
    assert len(journal(storm.out)) == STUDENTS
    wait_until(lambda: not storm.leftovers())


@pytest.mark.exhaustive  # with the real grader what test_killed.py shows with a fake one
def test_kills_at_random_moments_leave_no_trace(storm: Storm, calm: Storm) -> None:
    assert storm.rage(3, random.Random(4)) >= 1  # fewer where the class is finished sooner
    storm.run()
    assert_like(storm, calm)


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
