"""A class of ten in which one check is changed: what is said before, what is graded again, and whose score changes."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.course.folders import COURSE, ROOT
from tests.notebooks import write_submission

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="submissions are isolated on Linux only"),
    pytest.mark.slow,
]
LESSON = "02_one_hot"
CHECKS, CONDITION = "grader/checks/one_hot/checks.py", "grader/checks/one_hot/condition.py"
GRADIENTS = '    """Gradients reach v and c, each from its own columns."""\n'
WORTH = "    @worth({})\n    def test_{}(self, student, draw):\n"
TITLE = '        """raises ValueError for labels outside'
EXPERIMENT = "label_encoding_experiment"
# What each has got wrong, by the course's example; nobody else has begun with the experiment, which takes longest.
CLASS: dict[str, dict[str, str]] = {
    "right": {},
    "cuts": {"condition": "cuts_the_graph"},
    "without": {"condition": "without_gradients"},
    "adds": {"condition": "adds"},
    "counts": {"one_hot": "counts_from_one"},
    "clamps": {"one_hot": "clamps", "condition": "label_first"},
    "half": {"one_hot": "half_slips_through"},
    "few": {EXPERIMENT: "few_steps"},
    "both": {"one_hot": "modulo", EXPERIMENT: "integer_twice"},
}


class Course:
    """A copy of the course that can be changed, a class of ten, and the command line to grade it."""

    def __init__(self, root: Path) -> None:
        self.root, self.source, self.out = root / "course", root / "class", root / "out"
        ignored = shutil.ignore_patterns("__pycache__", "answers", "*.ipynb")
        for folder in ("grader", "vaelab", "solutions"):
            shutil.copytree(ROOT / folder, self.root / folder, ignore=ignored)
        for student, answers in CLASS.items():
            given = {name: self.answer(name, answer) for name, answer in answers.items()}
            stubs = {EXPERIMENT} - answers.keys()
            write_submission(self.source / f"{student}.ipynb", given, stubs=stubs, lesson_id=LESSON)
        (self.source / "cut.ipynb").write_text('{"cells": [')

    @staticmethod
    def answer(exercise: str, name: str) -> str:
        return (COURSE.answers / LESSON / exercise / "wrong" / f"{name}.py").read_text("utf-8")

    def change(self, file: str, old: str, new: str) -> None:
        path = self.root / file
        text = path.read_text("utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), "utf-8")

    def grade(self, out: Path | None = None, *more: str) -> tuple[str, str, list[dict[str, str]]]:
        """What is said before and afterwards, and the rows of --changes."""
        changes = self.root.parent / "changes.csv"
        environment = os.environ | {"PYTHONPATH": str(self.root), "COLUMNS": "120"}
        words = ["grade", self.source, "--out", out or self.out, "--jobs", "1", "--seed", "7", "--changes", changes]
        done = subprocess.run(
            [sys.executable, "-P", "-m", "grader", *map(str, words), *more],
            cwd=self.root, env=environment, capture_output=True, text=True, timeout=1200, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        with changes.open(newline="", encoding="utf-8-sig") as file:
            return done.stderr, done.stdout, list(csv.DictReader(file))

    def results(self, out: Path | None = None) -> dict[str, dict]:
        files = sorted(((out or self.out) / "results").rglob("*.json"))
        return {file.parent.name: json.loads(file.read_text("utf-8")) for file in files}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    course = Course(tmp_path_factory.mktemp("regrading"))
    course.grade()
    return course


def test_a_check_that_changes_grades_its_exercise_again_and_says_so(course: Course) -> None:
    before = course.results()
    course.change(CONDITION, GRADIENTS, GRADIENTS + "    return\n")
    said, after, rows = course.grade()
    assert (
        f"{LESSON}: 10 of 10 submissions will be graded again: `condition` (its check `gradients` changed). "
        "What was found of other exercises is kept."
    ) in said
    assert "10 graded now, 0 kept from before." in after
    assert (
        f"Changed: cuts, {LESSON}: 60 → 65 points (`condition`: its check `gradients` changed): "
        "condition/gradients 0 → 5." in after
    )
    assert {(row["student"], row["exercise"], row["check"], row["before"], row["after"]) for row in rows} == {
        (student, "condition", "gradients", "0", "5") for student in ("cuts", "without")
    }
    course.change(CONDITION, GRADIENTS + "    return\n", GRADIENTS)
    said, after, rows = course.grade()
    assert "will be graded again" not in said
    assert "0 graded now, 10 kept from before." in after
    changed = {(row["student"], row["before"], row["after"]) for row in rows}
    assert changed == {("cuts", "5", "0"), ("without", "5", "0")}
    assert course.results() == before


def test_what_stands_with_new_points_and_what_is_graded_again_are_as_if_graded_from_scratch(course: Course) -> None:
    title = '        """keeps the columns'
    course.change(CHECKS, WORTH.format(8, "values") + title, WORTH.format(6, "values") + title)
    course.change(CHECKS, WORTH.format(4, "sizes"), WORTH.format(6, "sizes"))
    said, after, rows = course.grade()
    assert (
        f"{LESSON}: only points changed, of `condition`: 10 scores computed anew from kept results, without running a "
        "notebook."
    ) in said
    assert "0 graded now, 10 kept from before." in after
    assert {row["check"] for row in rows} == {"values", "sizes"}
    assert {row["why"] for row in rows} == {"points changed"}
    course.change(CHECKS, TITLE, TITLE.replace("labels", "all labels"))
    said, _, _ = course.grade()
    assert f"`one_hot` (its check `out_of_range` changed), `{EXPERIMENT}` (it builds on `one_hot`). What was" in said
    results = course.results()
    course.grade(course.root / "from-scratch")
    assert results == course.results(course.root / "from-scratch")
