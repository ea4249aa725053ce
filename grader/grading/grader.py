"""Grading one submission: read the notebook, sort its cells, examine it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import torch

from grader.course.catalogue import Lesson, UnknownLesson
from grader.course.catalogue import lesson as find_lesson
from grader.failures import NotChecked
from grader.grading.bounds import bounded_memory
from grader.grading.examination import Examiners, examine
from grader.grading.sitting import Sitting
from grader.results import ExerciseResult, Result
from grader.submission import plan
from grader.submission.reading import Unreadable, read_notebook
from grader.untrusted import clean
from grader.worker import sandbox
from grader.worker.limits import Limits
from grader.worker.warm_parent import WarmParent

_MOST_CODE = 8000  # characters of an answer that are kept for who reads the result


class NotIsolated(RuntimeError):
    """This machine cannot isolate submissions, and nobody has allowed grading without."""


class Grader:
    """Grades submissions one after another. Use as a context manager; it owns the warm parent of the workers.

    Raises NotIsolated when the machine cannot confine submissions, unless `allow_unisolated`.
    """

    def __init__(self, limits: Limits | None = None, *, allow_unisolated: bool = False) -> None:
        self._limits = limits or Limits()
        self._isolation = sandbox.describe()
        if not self._isolation.complete and not allow_unisolated:
            raise NotIsolated(f"{self._isolation.sentence()} Use --allow-unisolated to grade anyway.")
        torch.set_num_threads(1)  # the checks' tensors are small; a second thread would only wait for the first
        self._examiners = Examiners()
        self._parent = WarmParent()

    def grade(
        self,
        path: Path,
        *,
        student: str = "",
        lesson: str | None = None,
        seed: int = 0,
        kept: Iterable[ExerciseResult] = (),
    ) -> Result:
        """The result of one notebook. Whatever is wrong with it is in the result; nothing it does raises here.

        kept: what an earlier grading with this seed has found and what stands; only the other exercises are examined.

        What does raise is a failure of the grader itself (CannotStart, OSError: no disk, no process): then there is no
        result. UnknownLesson if `lesson` is not one of the course's.
        """
        the_lesson = find_lesson(lesson) if lesson else None
        try:
            cells = read_notebook(path)
            the_lesson = the_lesson or find_lesson(plan.recognise_lesson(cells))
            submission = plan.sort_cells(the_lesson, cells)
        except Unreadable as reason:
            known = the_lesson.id if the_lesson else None
            return self.refuse(str(reason), student=student or path.stem, lesson=known, seed=seed)
        exercises = self.grade_submission(submission, seed, kept)
        notes = [] if self._isolation.complete else [self._isolation.sentence()]
        answers = {
            name: clean(text, _MOST_CODE)
            for name, text in submission.answers.items()
            if not submission.is_untouched(name)
        }
        notes += submission.notes
        result = Result(student or path.stem, the_lesson.id, seed, exercises, None, answers, tuple(notes))
        if result.all_notes and all(exercise.verdict == "not_checked" for exercise in exercises):
            silent = tuple(replace(exercise, notes=()) for exercise in exercises)
            return replace(result, exercises=silent, error=" ".join(result.all_notes), notes=())
        return result

    def grade_submission(
        self, submission: plan.Submission, seed: int, kept: Iterable[ExerciseResult] = ()
    ) -> tuple[ExerciseResult, ...]:
        """The results of all exercises, with what was wrong in form; those of `kept` as they are."""
        with self.sitting(submission, seed, kept) as sitting:
            return sitting.results()

    @contextmanager
    def sitting(self, submission: plan.Submission, seed: int, kept: Iterable[ExerciseResult] = ()) -> Iterator[Sitting]:
        """A submission at its examination, for those who do not want all of its exercises."""
        with bounded_memory(), Sitting(self._parent, self._examiners, self._limits, submission, seed, kept) as sitting:
            yield sitting

    def grade_exercise(self, submission: plan.Submission, exercise: str, seed: int) -> ExerciseResult:
        """The result of one exercise alone, on the student's own code."""
        with Sitting(self._parent, self._examiners, self._limits, submission, seed) as sitting:
            return sitting.result_of(exercise)

    def refuse(self, reason: str, *, student: str, lesson: str | None, seed: int) -> Result:
        """The result of what cannot be opened: no points, and the reason at each exercise."""
        exercises = unchecked(find_lesson(lesson), reason) if lesson else ()
        return Result(student, lesson or "", seed, exercises, reason)

    def close(self) -> None:
        self._parent.close()  # first, so that checks which an interrupt has left behind find no worker and end
        self._examiners.close()

    def __enter__(self) -> Grader:
        """Waits until workers can be started; CannotStart if that is not possible on this machine."""
        try:
            self._parent.wait()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def unchecked(lesson: Lesson, reason: str) -> tuple[ExerciseResult, ...]:
    """All exercises of a lesson, with no points, for a notebook that could not be graded."""

    def refuse() -> NoReturn:
        raise NotChecked(reason)

    return tuple(examine(refuse, lesson, lesson.exercises, 0).exercises.values())


def grade(
    path: Path | str,
    *,
    lesson: str | None = None,
    seed: int = 0,
    limits: Limits | None = None,
    allow_unisolated: bool = False,
) -> Result:
    """Grades one notebook."""
    with Grader(limits, allow_unisolated=allow_unisolated) as grader:
        return grader.grade(Path(path), lesson=lesson, seed=seed)


__all__ = ["Grader", "NotIsolated", "UnknownLesson", "grade", "unchecked"]
