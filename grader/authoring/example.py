"""An example class to try the grader on: `python -m grader.authoring.example DIR` writes DIR/submissions/*.ipynb.

Every notebook is the student's notebook of the first lesson, filled in from the course's own solution and from
the right and wrong answers that the checks are tested with. The same course gives the same bytes.
"""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grader.authoring.answers import Answer, read_answers
from grader.course.catalogue import Lesson, lesson
from grader.course.folders import COURSE
from grader.files import write_if_changed
from grader.submission import plan

LESSON = "01_plain_vae"
_IN_OTHER_WORDS = ("reparameterize", "kl_divergence", "reconstruction_loss", "negative_elbo")
_MISCONCEPTIONS = ("kl-missing-half", "std-is-log-var", "bce-mean-over-pixels")
_BROKEN = "def kl_divergence(mu, log_var:\n    return 0\n"


def write_class(out: Path, answers: Path = COURSE.answers) -> list[Path]:
    """Write the notebooks of the example class into `out`/submissions; returns their paths."""
    the_lesson = lesson(LESSON)
    blank = json.loads(COURSE.notebook(LESSON).read_text("utf-8"))
    given = [answer for answer in read_answers(answers) if answer.lesson == LESSON]
    folder = out / "submissions"
    written = []
    for student, cells in _class(the_lesson, given).items():
        written.append(folder / f"{student}.ipynb")
        write_if_changed(written[-1], _notebook(blank, cells))
    whole = _notebook(blank, plan.reference_submission(the_lesson).answers)
    written.append(folder / "cut-off.ipynb")
    write_if_changed(written[-1], whole[: len(whole) // 2])
    return written


def _class(the_lesson: Lesson, given: list[Answer]) -> dict[str, Mapping[str, str]]:
    """For each student the cells that are filled in."""
    right = plan.reference_submission(the_lesson).answers
    first_half = list(the_lesson.exercises)[: len(the_lesson.exercises) // 2]
    students: dict[str, Mapping[str, str]] = {
        "all-right": right,
        "all-right-in-other-words": right | {name: _other(given, name) for name in _IN_OTHER_WORDS},
        "unfinished": {exercise: right[exercise] for exercise in first_half},
        "syntax-error": right | {"kl_divergence": _BROKEN},
    }
    for misconception in _MISCONCEPTIONS:
        wrong = next(answer for answer in given if answer.expected == misconception)
        students[misconception] = right | {wrong.exercise: wrong.source.partition("\n")[2]}  # without its label
    return students


def _other(given: list[Answer], exercise: str) -> str:
    """A right answer other than the course's own."""
    return next(answer.source for answer in given if answer.exercise == exercise and answer.kind == "right")


def _notebook(blank: dict[str, Any], cells: Mapping[str, str]) -> bytes:
    notebook = copy.deepcopy(blank)
    for cell in notebook["cells"]:
        if cell["id"] in cells:
            cell["source"] = cells[cell["id"]].splitlines(keepends=True)
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Usage: python -m grader.authoring.example DIR")
    paths = write_class(Path(sys.argv[1]))
    print(f"An example class of {len(paths)} submissions is in {paths[0].parent}.")
