"""An example class to try the grader on: `python -m grader.authoring.example DIR` writes it to DIR/submissions.

Every notebook is the student's notebook of a lesson, filled in from the course's own solution and from the right and
wrong answers that the checks are tested with. The same course gives the same bytes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from grader.authoring.answers import Answer, read_answers
from grader.course.catalogue import lesson
from grader.course.folders import COURSE
from grader.files import write_if_changed
from grader.submission import plan

FIRST = "01_plain_vae"
_IN_OTHER_WORDS = ("reparameterize", "kl_divergence", "reconstruction_loss", "negative_elbo")
_MISCONCEPTIONS = ("kl-missing-half", "std-is-log-var", "bce-mean-over-pixels")
_SEVERAL = {"02_one_hot": "one-hot-counts-from-one", "06_discrete_latents": "gumbel-sign"}
_BROKEN = "def kl_divergence(mu, log_var:\n    return 0\n"


def write_class(out: Path, answers: Path = COURSE.answers) -> list[Path]:
    """Write the notebooks of the example class below `out`/submissions; returns their paths."""
    given = read_answers(answers)
    folder = out / "submissions"
    written = []
    for student, lessons in _class(given).items():
        for lesson_id, cells in lessons.items():
            written.append(folder / student / f"{lesson_id}.ipynb")
            _write(written[-1], _notebook(lesson_id, cells))
    whole = _notebook(FIRST, _right(FIRST))
    written.append(folder / "cut-off" / f"{FIRST}.ipynb")
    _write(written[-1], whole[: len(whole) // 2])
    return written


def _class(given: list[Answer]) -> dict[str, dict[str, Mapping[str, str]]]:
    """For each student and lesson the cells that are filled in."""
    right = _right(FIRST)
    first_half = list(right)[: len(right) // 2]
    students: dict[str, Mapping[str, str]] = {
        "all-right": right,
        "all-right-in-other-words": right | {name: _other(given, name) for name in _IN_OTHER_WORDS},
        "unfinished": {exercise: right[exercise] for exercise in first_half},
        "syntax-error": right | {"kl_divergence": _BROKEN},
    }
    students |= {idea: _with_mistake(given, FIRST, idea) for idea in _MISCONCEPTIONS}
    several: dict[str, Mapping[str, str]] = {name: _with_mistake(given, name, idea) for name, idea in _SEVERAL.items()}
    return {student: {FIRST: cells} for student, cells in students.items()} | {"several-lessons": several}


def _right(lesson_id: str) -> dict[str, str]:
    return dict(plan.reference_submission(lesson(lesson_id)).answers)


def _with_mistake(given: list[Answer], lesson_id: str, misconception: str) -> dict[str, str]:
    """The course's own answers with one wrong one, without its label."""
    wrong = next(one for one in given if (one.lesson, one.expected) == (lesson_id, misconception))
    return _right(lesson_id) | {wrong.exercise: wrong.source.partition("\n")[2]}


def _other(given: list[Answer], exercise: str) -> str:
    """A right answer other than the course's own."""
    return next(one.source for one in given if (one.lesson, one.exercise, one.kind) == (FIRST, exercise, "right"))


def _notebook(lesson_id: str, cells: Mapping[str, str]) -> bytes:
    notebook = json.loads(COURSE.notebook(lesson_id).read_text("utf-8"))
    for cell in notebook["cells"]:
        if cell["id"] in cells:
            cell["source"] = cells[cell["id"]].splitlines(keepends=True)
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_if_changed(path, content)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Usage: python -m grader.authoring.example DIR")
    paths = write_class(Path(sys.argv[1]))
    print(f"An example class of {len(paths)} submissions is in {paths[0].parents[1]}.")
