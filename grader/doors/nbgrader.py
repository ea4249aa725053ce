"""nbgrader's door: `nbgrader autograde` with this grader in place of a kernel."""

from __future__ import annotations

import atexit
import os
import secrets
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade
from traitlets import Bool, Integer, List, Unicode

from grader.doors.nbgrader_reading import submitted_file
from grader.worker.limits import Limits, changed

if TYPE_CHECKING:
    from grader.grading.grader import Grader
    from grader.results import ExerciseResult, Result


SEED_FILE = ".grader-seed"


class GradeConfined(NbGraderPreprocessor):
    """In place of nbgrader's `Execute`, which runs a submission, and the checks in it, with the instructor's rights.

    Here the submission runs confined, and the checks run where it cannot reach them. Each check cell gets what `check`
    shows, which is for nbgrader's feedback page, and the points, which are for its gradebook. Other cells get nothing.
    """

    seed = Integer(None, allow_none=True, help="The seed of the checks' random inputs; None for the class's own.").tag(
        config=True
    )
    limits = List(Unicode(), help='Limits for a submission, such as "cell_seconds=120"; see grader grade --help.').tag(
        config=True
    )
    allow_unisolated = Bool(False, help="Run submissions even where they cannot be isolated.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Puts the outcome of each exercise into its check cell. What it raises is never the submission's fault."""
        names = resources["nbgrader"]
        result = self._result(names)
        for said in filter(None, (result.error, *result.all_notes)):
            self.log.warning("%s: %s", names["student"], said)
        exercises = {f"check_{exercise.name}": exercise for exercise in result.exercises}
        for cell in nb.cells:
            if is_grade(cell):
                outcome = exercises.get(cell.metadata.nbgrader.grade_id)
                cell.outputs = _outputs(outcome, cell.metadata.nbgrader.points) if outcome else _not_graded(result)
                cell.execution_count = 1
        return nb, resources

    def _result(self, names: dict[str, str]) -> Result:
        """Of the file that was handed in, like `grader grade`: what nbgrader made of it is for its own pages."""
        from grader.course.catalogue import lesson_ids

        course = CourseDirectory(config=self.config)
        grader = _grader(changed(self.limits), self.allow_unisolated)
        seed = _seed_of_class(Path(course.root)) if self.seed is None else self.seed
        lesson = names["notebook"] if names["notebook"] in lesson_ids() else None
        return grader.grade(submitted_file(course, names), student=names["student"], lesson=lesson, seed=seed)


@cache
def _grader(limits: Limits, allow_unisolated: bool) -> Grader:
    """One for all submissions: it is open until nbgrader ends."""
    from grader.grading.grader import Grader

    grader = Grader(limits, allow_unisolated=allow_unisolated)
    atexit.register(grader.close)
    return grader


def _seed_of_class(root: Path) -> int:
    """Drawn once, and kept beside nbgrader's gradebook: what is graded again meets the same inputs."""
    place = root / SEED_FILE
    with suppress(FileExistsError), os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(str(secrets.randbits(63)))
    try:
        return int(place.read_text())
    except ValueError:
        raise ValueError(f"{place} should hold one number, the seed of the class. Delete it for a new one.") from None


def _outputs(exercise: ExerciseResult, worth: float) -> list[NotebookNode]:
    """What students read, and what nbgrader reads as a score: the same share of the points it knows of."""
    from grader.course.catalogue import lesson_of_exercise
    from grader.render.card import card_html, card_text

    lesson = lesson_of_exercise(exercise.name)
    card = {"text/html": card_html(exercise, lesson), "text/plain": card_text(exercise, lesson)}
    score = {"text/plain": f"{exercise.score / exercise.max_score * worth:.10g}"}
    return [new_output("display_data", data=card), new_output("execute_result", data=score, execution_count=1)]


def _not_graded(result: Result) -> list[NotebookNode]:
    """An error, which nbgrader counts as no points."""
    reason = result.error or "This cell is not one of the course's checks, so nothing here can grade it."
    return [new_output("error", ename="NotGraded", evalue=reason, traceback=[reason])]
