"""Gradescope's door: grades what a student has uploaded there. `run_autograder` calls it with /autograder.

A machine that cannot grade leaves no results, so that nobody gets 0 for it, and says why to the instructor.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from grader.classroom import CannotGrade
from grader.classroom.discover import discover_own
from grader.classroom.gradebook import json_bytes
from grader.classroom.gradescope import ASSIGNMENT
from grader.course.catalogue import lesson as find_lesson
from grader.course.catalogue import lesson_ids
from grader.files import write_if_changed
from grader.grading.grader import NotIsolated, unchecked
from grader.grading.opening import Opening
from grader.render.gradescope import results_json
from grader.results import Result
from grader.worker.warm_parent import CannotStart


def grade_submission(root: Path) -> None:
    """Grade root/submission as root/source/assignment.json says, and write root/results/results.json."""
    about = json.loads((root / "source" / ASSIGNMENT).read_text("utf-8"))
    opening = Opening(about["allow_unisolated"])
    lesson = find_lesson(about["lesson"])
    with tempfile.TemporaryDirectory() as scratch:
        found = discover_own(root / "submission", lesson.id, lesson_ids(), Path(scratch), opening.lesson_of)
        own = next(iter(found.submissions), None)
        nothing = f"No notebook of the lesson “{lesson.title}” was handed in."
        reason = nothing if own is None else own.refused or ""
        if own is not None and not reason:
            with opening() as grader:
                result = grader.grade(own.path, student="", lesson=lesson.id, seed=about["seed"])
        else:
            result = Result("", lesson.id, about["seed"], unchecked(lesson, reason), reason)
    notes = [f"{item.name}: {item.reason}." for item in found.skipped]
    write_if_changed(root / "results" / "results.json", json_bytes(results_json(result, lesson, notes=notes)))


def main(root: Path) -> int:
    try:
        grade_submission(root)
    except (NotIsolated, CannotStart, CannotGrade, OSError) as error:
        print(f"This submission was not graded. {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
