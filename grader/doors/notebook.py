"""What a notebook imports: `check`, `hint` and `progress`, on the names that the notebook has defined."""

from __future__ import annotations

import inspect
import os
import random
from typing import Any

import torch

from grader.course.catalogue import Lesson, lesson, lesson_ids, lesson_of_exercise
from grader.doors.progress import keep, read_record
from grader.grading.examination import examine
from grader.render import card
from grader.results import ExerciseResult
from grader.submission.student import Student
from grader.worker.servant import Servant

_SEED = 0


def check(exercise: str) -> float | None:
    """Checks one exercise of the running notebook and shows the result.

    Under nbgrader it returns the points, which nbgrader takes as the cell's score; elsewhere it returns nothing.
    LookupError if there is no such exercise.
    """
    owner = lesson_of_exercise(exercise)
    student = Student(LiveChannel(_namespace()))
    with _undisturbed():
        result = examine(lambda: student, owner, [exercise], _SEED).exercises[exercise]
    _show(card.card_html(result, owner), card.card_text(result, owner))
    if "NBGRADER_EXECUTION" in os.environ:
        return result.score
    keep(result)
    return None


def hint(exercise: str, level: int = 1) -> None:
    """Shows a hint: 1 is a nudge, 2 a pointer, 3 is nearly there."""
    owner = lesson_of_exercise(exercise)
    if level not in (1, 2, 3):
        raise ValueError(f"There are hints 1, 2 and 3, not {level!r}.")
    _show(card.hint_html(owner, exercise, level), card.hint_text(owner, exercise, level))


def progress() -> None:
    """Shows the points so far, what comes next, and what waits for what, in each lesson begun."""
    begun = lessons_begun()
    if not begun:
        print('Nothing has been checked yet. Run a cell with check("…").')
    for one, results in begun:
        _show(card.progress_html(one, results), card.progress_text(one, results))


def lessons_begun() -> list[tuple[Lesson, dict[str, ExerciseResult | None]]]:
    """The lessons with a result on record, each with the latest result of its exercises."""
    kept = read_record()
    lessons = [lesson(lesson_id) for lesson_id in lesson_ids()]
    return [
        (one, {name: kept.get(name) for name in one.exercises}) for one in lessons if kept.keys() & one.exercises.keys()
    ]


def _namespace() -> dict[str, Any]:
    """The notebook's names; outside IPython, those of the module that called `check`."""
    shell = _ipython()
    if shell is not None:
        return shell.user_ns
    frame = inspect.currentframe()
    while frame is not None and frame.f_globals.get("__name__") == __name__:
        frame = frame.f_back
    assert frame is not None
    return frame.f_globals


def _ipython() -> Any:
    import sys

    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def _show(html: str, text: str) -> None:
    if _ipython() is None:
        print(text)
        return
    from IPython.display import display

    display({"text/html": html, "text/plain": text}, raw=True)


class LiveChannel:
    """The submission is this process: the namespace of a running notebook."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._servant = Servant(namespace)

    def ask(self, tree: dict[str, Any], tensors: list[torch.Tensor], seconds: float) -> tuple[Any, list[torch.Tensor]]:
        return self._servant.answer(tree, tensors)

    def why_missing(self, name: str) -> str | None:
        return None


class _undisturbed:
    """Leaves the notebook's random generators and torch's global modes as they were."""

    def __enter__(self) -> None:
        self._torch = torch.get_rng_state()
        self._python = random.getstate()
        self._modes = (torch.is_grad_enabled(), torch.get_default_dtype())

    def __exit__(self, *exception: object) -> None:
        torch.set_rng_state(self._torch)
        random.setstate(self._python)
        torch.set_grad_enabled(self._modes[0])
        torch.set_default_dtype(self._modes[1])
