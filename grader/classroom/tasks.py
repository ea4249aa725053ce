"""Submissions on their way through grading, whoever grades them: what is to be done, and what became of it."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from grader.classroom import CannotGrade
from grader.classroom.disk import is_full
from grader.course.version import Version
from grader.results import ExerciseResult, Result

_KEPT = "Everything graded so far is kept: free some space and run the same command again."
_MAX_TRIES = 2


class AnyGrader(Protocol):
    """Gives one submission its result: by grading it, or by refusing it for a reason."""

    def grade(
        self, path: Path, *, student: str, lesson: str | None, seed: int, kept: Iterable[ExerciseResult] = ()
    ) -> Result: ...

    def refuse(self, reason: str, *, student: str, lesson: str | None, seed: int) -> Result: ...


class OpenGrader(Protocol):
    """Opens a grader, in whatever process it is called: it can be pickled."""

    def __call__(self) -> AbstractContextManager[AnyGrader]: ...

    def version_of(self, asked: str, lesson: str) -> Version:
        """What of a result stands until this changes. `asked`: "" if the notebook itself said which lesson it is."""
        ...

    def lesson_of(self, path: Path) -> str:
        """The lesson that a notebook is of; ValueError with a sentence if that cannot be told."""
        ...


@dataclass(frozen=True)
class Task:
    """One submission to grade, or to refuse for the reason `refused`.

    `key` is the caller's; `tries` counts how often it has been started. `kept` are the results of exercises that stand.
    """

    key: Any
    path: Path
    student: str
    lesson: str | None
    seed: int
    refused: str | None = None
    kept: tuple[ExerciseResult, ...] = ()
    tries: int = 0


def grade_task(grader: AnyGrader, task: Task) -> dict[str, Any]:
    """What became of a task, in JSON form.

    {"result": …}; {"cannot": reason} when no other one can be graded either; {"failed": reason} when the grader broke.
    """
    try:
        return {"result": _result(grader, task).to_dict()}
    except Exception as error:
        if is_full(error):
            return {"cannot": f"No submission can be graded, because a disk is full ({error}). {_KEPT}"}
        traceback.print_exc()
        return {"failed": f"the grader itself failed ({type(error).__name__}: {error})"}


def cannot_start(error: Exception) -> dict[str, Any]:
    """The same for a grader that could not be opened."""
    return {"cannot": f"The grader cannot start: {error or type(error).__name__}"}


def _result(grader: AnyGrader, task: Task) -> Result:
    if task.refused is not None:
        return grader.refuse(task.refused, student=task.student, lesson=task.lesson, seed=task.seed)
    return grader.grade(task.path, student=task.student, lesson=task.lesson, seed=task.seed, kept=task.kept)


class Queue:
    """Tasks to come, at most one of them read ahead; those that are put back come first."""

    def __init__(self, tasks: Iterator[Task]) -> None:
        self._tasks = tasks
        self._next = next(tasks, None)
        self._back: list[Task] = []

    def __bool__(self) -> bool:
        return bool(self._back) or self._next is not None

    def put_back(self, task: Task, reason: str) -> None:
        """A task whose grader died, for this reason, is tried once more, and refused if that fails too."""
        if task.refused:
            raise CannotGrade(f"The grading processes keep dying: {reason}.")
        if task.tries >= _MAX_TRIES:
            task = replace(task, refused=f"This could not be graded: {reason}, twice.")
        self._back.append(task)

    def pop(self) -> Task:
        if self._back:
            task = self._back.pop()
        elif self._next:
            task, self._next = self._next, next(self._tasks, None)
        else:
            raise IndexError("no task is left")
        return replace(task, tries=task.tries + 1)
