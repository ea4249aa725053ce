"""An instructor's nbgrader course with this course's configuration: submissions in, scores out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from grader.course.folders import COURSE
from tests.notebooks import LESSON, as_released

ROOT = Path(__file__).parents[1]


def nbgrader(folder: Path, *arguments: str) -> str:
    """What nbgrader said, run in `folder`. AssertionError when it did not succeed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NBGRADER")}
    environment["PYTHONPATH"] = str(ROOT)
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=1800, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


class NbgraderCourse:
    """Lesson 01 as an assignment in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(COURSE.notebook(LESSON).parent, folder / "lessons" / LESSON)
        shutil.copy(ROOT / "nbgrader_config.py", folder)
        nbgrader(folder, "generate_assignment", LESSON)

    def submit(self, student: str, notebook: dict[str, Any]) -> None:
        """With the metadata that students have been given."""
        self.submit_as_it_is(student, as_released(notebook))

    def submit_as_it_is(self, student: str, notebook: dict[str, Any]) -> None:
        self.submit_file(student, json.dumps(notebook).encode())

    def submit_file(self, student: str, content: bytes) -> None:
        there = self.folder / "submitted" / student / LESSON / f"{LESSON}.ipynb"
        there.parent.mkdir(parents=True)
        there.write_bytes(content)

    def scores(self) -> dict[str, dict[str, float]]:
        """By student and exercise, from nbgrader's gradebook."""
        from nbgrader.api import Gradebook  # takes seconds: too long where tests are only collected

        with Gradebook(f"sqlite:///{self.folder / 'gradebook.db'}") as book:
            return {
                one.student.id: {
                    grade.name.removeprefix("check_"): grade.score for grade in one.notebooks[0].grades
                }
                for one in book.assignment_submissions(LESSON)
            }  # fmt: skip
