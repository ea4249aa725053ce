"""The same class for both graders: notebooks to grade, nbgrader's course around them, and the two commands, timed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from grader.authoring.example import write_class
from grader.course import script
from grader.course.cells import exercise_cells
from grader.course.folders import COURSE, ROOT

LESSON = "01_plain_vae"
TRAINED = "trained_vae"
RIGHT = "all-right"
_UNREADABLE = "cut-off"  # nbgrader cannot open it, so it is compared on the others


@dataclass(frozen=True)
class Spent:
    """Wall-clock and CPU seconds of a command and all its descendants."""

    wall: float
    cpu: float

    def each(self, count: int) -> Spent:
        return Spent(self.wall / count, self.cpu / count)

    def __sub__(self, other: Spent) -> Spent:
        return Spent(self.wall - other.wall, self.cpu - other.cpu)


class Class:
    """Some submissions of the example class in a folder of nbgrader's shape, which `grader grade` reads too.

    `trained`: with the students' training, else with the stub in its place. `copies`: how often each is there.
    """

    def __init__(self, folder: Path, *, trained: bool, only: int | None = None, copies: int = 1) -> None:
        self.folder = folder
        written = [path for path in write_class(folder / "written") if path.stem == LESSON]
        written = [path for path in written if path.parent.name != _UNREADABLE]
        written.sort(key=lambda path: path.parent.name != RIGHT)
        for path in written[:only]:
            notebook = json.loads(path.read_text("utf-8"))
            if not trained:
                _take_out_training(notebook)
            for copy in range(copies):
                there = folder / "submitted" / f"{path.parent.name}-{copy}" / LESSON / f"{LESSON}.ipynb"
                there.parent.mkdir(parents=True)
                there.write_text(json.dumps(notebook), "utf-8")
        self.size = len(list((folder / "submitted").iterdir()))

    def prepare_nbgrader(self) -> None:
        """The course's lesson in nbgrader's gradebook; its configuration, but with nbgrader's own way of grading.

        Its own way of reading, too: without tags, which the course's leaves out, demo cells would run.
        """
        config = (ROOT / "nbgrader_config.py").read_text("utf-8")
        config += "from nbconvert.exporters import NotebookExporter\nc.Autograde.exporter_class = NotebookExporter\n"
        config += "c.Autograde.sanitize_preprocessors = Autograde.sanitize_preprocessors.default()\n"
        config += "c.Autograde.autograde_preprocessors = Autograde.autograde_preprocessors.default()\n"
        (self.folder / "nbgrader_config.py").write_text(config, "utf-8")
        shutil.copytree(COURSE.notebook(LESSON).parent, self.folder / "lessons" / LESSON)
        self._run("-m", "nbgrader", "generate_assignment", LESSON)

    def nbgrader(self, *, demos: bool = False) -> Spent:
        """`nbgrader autograde`; `demos`: with the cells that the course's configuration leaves out."""
        everything = ["--Execute.skip_cells_with_tag=skip-execution"] if demos else []
        return self._run("-m", "nbgrader", "autograde", LESSON, *everything)

    def grader(self, jobs: int) -> Spent:
        """`grader grade` into a new folder."""
        out = self.folder / f"graded-{time.monotonic_ns()}"
        return self._run("-m", "grader", "grade", str(self.folder), "--out", str(out), "--jobs", str(jobs))

    def scores(self) -> tuple[float, float]:
        """What nbgrader and the grader gave for the right solution."""
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{self.folder / 'gradebook.db'}") as gradebook:
            theirs = gradebook.find_submission(LESSON, f"{RIGHT}-0").score
        file = next(self.folder.glob(f"graded-*/results/{RIGHT}-0/{LESSON}.json"))
        return theirs, json.loads(file.read_text("utf-8"))["score"]

    def _run(self, *arguments: str) -> Spent:
        begun, cpu = time.perf_counter(), _children_seconds()
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return Spent(time.perf_counter() - begun, _children_seconds() - cpu)

    def _environment(self) -> dict[str, str]:
        """One thread for each process on both sides, and no data set but the digits: VAELAB_DATA is a file."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("NBGRADER")}
        threads = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
        places = {"VAELAB_DATA": __file__, "VAELAB_PROGRESS": str(self.folder / "progress.json")}
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
        return kept | threads | places | {"PATH": path, "PYTHONPATH": str(ROOT)}


def _take_out_training(notebook: dict[str, list[dict[str, str]]]) -> None:
    stub = script.stub(exercise_cells(LESSON)[TRAINED].cell)
    for cell in notebook["cells"]:
        if cell["id"] == TRAINED:
            cell["source"] = stub


def _children_seconds() -> float:
    """CPU seconds of all processes that were started here, or by those, and have ended."""
    times = os.times()
    return times.children_user + times.children_system
