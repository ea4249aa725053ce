"""Grading on a Dask cluster: a real scheduler and real workers, on this machine, that are lost at bad moments."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.classroom import CannotGrade, cluster
from grader.classroom.run import Outcome, grade_class
from grader.course.folders import ROOT
from grader.grading.opening import Opening
from tests.classroom.storm import Storm, files, journal, write_class
from tests.fake_grading import KNOWN, BrokenGrader, FakeGrader, page
from tests.waiting import PATIENCE, wait_until

pytestmark = pytest.mark.slow

HOST = "127.0.0.1"
NOBODY = "127.0.0.1:9"  # a port below 1024, which no scheduler has


class DaskCluster:
    """A scheduler and its workers as an instructor starts them, each a process of its own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self._folder = folder
        self._environment = os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(folder)} | settings
        self._processes: list[subprocess.Popen[str]] = []
        scheduler = self._start("dask_scheduler", "--host", HOST, "--port", "0", "--no-dashboard")
        self.address = self._first_words(scheduler, r"Scheduler at:\s+(tcp://\S+)")

    def add_worker(self) -> subprocess.Popen[str]:
        worker = self._start(
            "dask_worker", self.address, "--host", HOST, "--nthreads", "1", "--no-nanny", "--no-dashboard",
            "--local-directory", str(self._folder),
        )  # fmt: skip
        self._first_words(worker, r"Registered to:\s+(tcp://\S+)")
        return worker

    def lose(self, process: subprocess.Popen[str]) -> None:
        process.send_signal(signal.SIGKILL)
        process.communicate()

    def lose_scheduler(self) -> None:
        self.lose(self._processes[0])

    def close(self) -> None:
        for process in reversed(self._processes):
            if process.poll() is None:
                self.lose(process)

    def _start(self, program: str, *arguments: str) -> subprocess.Popen[str]:
        with (self._folder / f"{len(self._processes)}.log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{program}", *arguments],
                env=self._environment,
                stdout=subprocess.DEVNULL,
                stderr=log,
                text=True,
            )
        self._processes.append(process)
        return process

    def _first_words(self, process: subprocess.Popen[str], pattern: str) -> str:
        log = self._folder / f"{self._processes.index(process)}.log"
        wait_until(lambda: re.search(pattern, log.read_text()) or process.poll() is not None)
        match = re.search(pattern, log.read_text())
        assert match, log.read_text()
        return match[1]


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """A scheduler with one worker, for tests that leave both alive."""
    cluster = DaskCluster(tmp_path_factory.mktemp("dask"))
    cluster.add_worker()
    yield cluster
    cluster.close()


@pytest.fixture
def dask(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[DaskCluster]:
    """A scheduler without workers, of the test's own; a parameter is what it has in its environment."""
    folder = tmp_path / "dask"
    folder.mkdir()
    cluster = DaskCluster(folder, **getattr(request, "param", {}))
    yield cluster
    cluster.close()


Run = Callable[..., Outcome]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Grades a class of eight with a fake grader, on a cluster unless `scheduler` is None."""
    folder = tmp_path / "class"
    folder.mkdir()
    for number in range(8):
        (folder / f"s{number}.ipynb").write_text("x" * number)

    def run(scheduler: str | None, out: Path = tmp_path / "out", **options: object) -> Outcome:
        settings = {"open_grader": FakeGrader(tmp_path / "log"), "feedback": page, "known": KNOWN}
        return grade_class(folder, out, scheduler=scheduler, **{**settings, "seed": 1, **options})  # type: ignore[arg-type]

    return run


def test_a_lost_worker_costs_nothing(tmp_path: Path, dask: DaskCluster) -> None:
    """The real grader and the real command: one worker is killed at work, another one joins; the same class as here."""
    source = tmp_path / "class"
    source.mkdir()
    write_class(source, 4)
    here = Storm(source, tmp_path / "here", tmp_path / "tmp")
    there = Storm(source, tmp_path / "there", tmp_path / "tmp")
    first = dask.add_worker()
    grading = there.start("--scheduler", dask.address, jobs=None)
    there.wait_for(1, grading)
    dask.lose(first)
    dask.add_worker()
    _, said = grading.communicate(timeout=PATIENCE)
    assert grading.returncode == 0, said
    here.run(jobs=1)
    assert files(there.out) == files(here.out)
    assert journal(there.out) == journal(here.out)


class TestCluster:
    def test_gives_what_processes_here_give(self, run: Run, lasting: DaskCluster, tmp_path: Path) -> None:
        assert run(lasting.address).graded == 8
        run(None, tmp_path / "here")
        assert files(tmp_path / "out") == files(tmp_path / "here")
        assert run(f"tcp://{NOBODY}").graded == 0  # nothing to grade, nobody to ask

    def test_what_the_grader_fails_on_twice_is_refused(self, run: Run, lasting: DaskCluster, tmp_path: Path) -> None:
        (tmp_path / "class" / "s3.ipynb").write_text("raise")
        result = next(result for result in run(lasting.address).results if result.student == "s3")
        assert result.error == "This could not be graded: the grader itself failed (KeyError: 'in the grader'), twice."

    @pytest.mark.parametrize("dask", [{"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}], indirect=True, ids=[""])
    def test_what_takes_its_workers_with_it_is_refused(self, run: Run, dask: DaskCluster, tmp_path: Path) -> None:
        """This cluster lets a task take one worker; it is begun twice, so the third one refuses it."""
        for path in (tmp_path / "class").glob("*.ipynb"):
            path.unlink()
        (tmp_path / "class" / "s3.ipynb").write_text("die")
        for _ in range(3):
            dask.add_worker()
        (result,) = run(dask.address).results
        assert result.error == "This could not be graded: the Dask workers that graded it were lost, twice."

    def test_a_notebook_that_goes_away_gets_its_reason(self, run: Run, lasting: DaskCluster, tmp_path: Path) -> None:
        def lose(done: int, total: int) -> None:
            (tmp_path / "class" / "s7.ipynb").unlink(missing_ok=True)

        errors = {result.student: result.error for result in run(lasting.address, progress=lose).results}
        assert errors["s7"] == "The file cannot be opened: No such file or directory."

    def test_a_grader_that_cannot_start_is_said(self, run: Run, lasting: DaskCluster) -> None:
        with pytest.raises(CannotGrade, match="cannot start: this machine cannot isolate a submission"):
            run(lasting.address, open_grader=BrokenGrader())

    @pytest.mark.parametrize("address", [f"tcp://{NOBODY}", "nonsense://x", NOBODY])
    def test_no_scheduler_is_said(self, run: Run, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cluster, "_CONNECT_SECONDS", 1)
        with pytest.raises(CannotGrade, match=f"There is no Dask scheduler at {address}"):
            run(address)

    def test_no_worker_is_said(self, run: Run, dask: DaskCluster, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cluster, "_PATIENCE", 2)
        with pytest.raises(CannotGrade, match="has had no worker for 2 seconds"):
            run(dask.address)

    def test_a_lost_scheduler_is_said_and_nothing_is_lost(
        self, run: Run, dask: DaskCluster, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def lose(done: int, total: int) -> None:
            if done == 3:
                dask.lose_scheduler()
                monkeypatch.setattr(cluster, "_CONNECT_SECONDS", 1)  # for saying farewell to nobody

        dask.add_worker()
        with pytest.raises(CannotGrade, match=r"is gone .* Everything graded so far is kept"):
            run(dask.address, progress=lose)
        assert run(None).graded == 5

    def test_another_version_of_the_course_is_said(
        self, run: Run, lasting: DaskCluster, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(cluster, "course_version", lambda: "newer")
        with pytest.raises(CannotGrade, match="has a different version of the course"):
            run(lasting.address)


def test_a_grader_that_nobody_wants_is_closed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    closed = []

    class Closing(FakeGrader):
        def __exit__(self, *exc: object) -> None:
            closed.append(True)

    kept = cluster._KeptGrader()
    notebook = tmp_path / "s.ipynb"
    notebook.write_text("x")
    task = cluster.Task(None, notebook, "s", None, 1)
    for _ in range(2):
        assert "result" in kept.grade(Closing(), task)
    assert closed == []
    monkeypatch.setattr(cluster, "_IDLE_SECONDS", 0.0)
    assert "result" in kept.grade(Closing(), task)
    wait_until(lambda: closed)
    assert closed == [True]
    assert "result" in kept.grade(Closing(), task)


def test_the_courses_grading_can_travel() -> None:
    assert Opening(True) == Opening(True) != Opening(False)
