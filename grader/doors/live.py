"""A running notebook as a place where exercises are checked: its names and its cells."""

from __future__ import annotations

import linecache
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any

import torch

from grader.course import script
from grader.course.catalogue import Lesson, class_key, lesson, lesson_ids, lesson_of_exercise
from grader.course.cells import exercise_cells, has_sources, owner_of
from grader.doors.undisturbed import ipython, on_the_cpu, tensors_kept
from grader.failures import unwritten
from grader.grading.examination import examine
from grader.results import ExerciseResult
from grader.submission.student import Student, explain_exception
from grader.untrusted import one_line
from grader.worker.servant import Servant


class Cells:
    """What became of the cells that ran: whether the last one that defines a name failed, and its text."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._namespace = namespace
        self._before: dict[str, Any] = {}
        self._failed: dict[str, tuple[str, str]] = {}
        self._sources: dict[str, str] = {}

    def begin(self, info: Any) -> None:
        """For IPython's event `pre_run_cell`: what runs now has not failed yet, and may check itself."""
        defined = _names(str(info.raw_cell or ""))
        self._before = {name: self._namespace.get(name) for name in defined}
        for name in defined:
            self._failed.pop(name, None)

    def note(self, ran: Any) -> None:
        """For IPython's event `post_run_cell`. A name that was bound anew before the error is no earlier version."""
        error = ran.error_before_exec or ran.error_in_exec
        for name in _names(str(ran.info.raw_cell or "")) | _left_open(error):
            self._sources[name] = str(ran.info.raw_cell)
            self._failed.pop(name, None)
            if error is not None and self._namespace.get(name) is self._before.get(name):
                self._failed[name] = type(error).__name__, one_line(str(error), 200)

    def failure_of(self, lesson: Lesson, exercise: str) -> str:
        """How the last cell that defines what the exercise is to define failed; "" if it did not."""
        entry = exercise_cells(lesson.id).get(exercise)
        return self.failure(entry.defines) if entry else ""

    def failure(self, names: frozenset[str]) -> str:
        """How the last cell that defines one of these names failed; "" if it did not."""
        return next((": ".join(self._failed[name]) for name in sorted(names) if name in self._failed), "")

    def why_missing(self, name: str) -> str:
        """What is to be said about the last cell that was to define this name, if it failed."""
        if name not in self._failed:
            return ""
        kind, message = self._failed[name]
        if blank := self._blank(name, kind, message):
            return unwritten(blank)
        return explain_exception(f"The cell that defines `{name}`", kind, message, [])

    def _blank(self, name: str, kind: str, message: str) -> str:
        """The exercise that is not written, if that is why this name is not there."""
        met = _unwritten(kind, message)
        if not met:
            return ""
        owner = lesson_of_exercise(met)
        own = owner_of(owner.id, name) or ""
        return own if self.is_stub(owner, own) else met

    def is_stub(self, lesson: Lesson, exercise: str) -> bool:
        """Whether the exercise's cell is as it was handed out."""
        entry = exercise_cells(lesson.id).get(exercise)
        if entry is None:
            return False
        stub = script.stub(entry.cell).split()
        return any(self._sources.get(name, "").split() == stub for name in entry.defines)


@cache
def cells() -> Cells:
    """Those of the running notebook, from the first call on; without IPython, none."""
    shell = ipython()
    noted = Cells(shell.user_ns if shell is not None else {})
    if shell is not None:
        shell.events.register("pre_run_cell", noted.begin)
        shell.events.register("post_run_cell", noted.note)
    return noted


class LiveChannel:
    """The submission is this process: the names of a running notebook."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._servant = Servant(namespace)

    def ask(self, tree: dict[str, Any], tensors: list[torch.Tensor], seconds: float) -> tuple[Any, list[torch.Tensor]]:
        reply, reply_tensors = self._servant.answer(tree, tensors)
        match reply:
            case {"raised": {"type": kind, "message": message, "frames": frames}}:
                if blank := _unwritten(kind, message):
                    return {"unwritten": blank, "frames": frames}, []
        return reply, reply_tensors

    def why_missing(self, name: str) -> str | None:
        undefined = f"`{name}` is not defined: run the cell that defines it, after a restart all cells above it."
        return cells().why_missing(name) or undefined


class LivePlace:
    """Checks exercises on the names of a running notebook.

    What is not right is replaced by the course's version while an exercise is checked; the student's functions find it
    under its name. What has been trained is not trained again.
    """

    trains_again = False

    def __init__(self, lesson: Lesson, namespace: dict[str, Any], seed: int = 0) -> None:
        self._lesson = lesson
        self._namespace = namespace
        self._seed = seed
        self._own: dict[str, ExerciseResult] = {}

    def on_own_code(self, name: str) -> ExerciseResult:
        """The first exercise is examined alone; what it builds on together, since pytest starts for each time."""
        if name not in self._own:
            known = set(self._own)
            needed = set().union(*map(self._lesson.prerequisites, known)) - known
            self._own |= self._examine([name, *sorted(needed - {name})])
        return self._own[name]

    def on_corrected(self, name: str, broken: tuple[str, ...]) -> ExerciseResult | None:
        if self._lesson.exercises[name].trains or not has_sources():
            return None
        with self._replaced(broken):
            return replace(self._examine([name])[name], followed_through=broken)

    def is_untouched(self, name: str) -> bool:
        return cells().is_stub(self._lesson, name)

    def is_defined(self, name: str) -> bool:
        """Whether any of the names that the exercise is to define is there."""
        entry = exercise_cells(self._lesson.id).get(name)
        if entry is None:  # the package alone: an exercise is called like what it is to define, but for capitals
            return class_key(name) in map(class_key, self._namespace)
        return not entry.defines.isdisjoint(self._namespace)

    def has_changed(self, name: str) -> bool:
        """A notebook that runs has one version of everything."""
        return False

    def _examine(self, names: list[str]) -> dict[str, ExerciseResult]:
        student = Student(LiveChannel(self._namespace))
        with on_the_cpu(self._namespace), tensors_kept(self._namespace):
            return examine(lambda: student, self._lesson, names, self._seed).exercises

    @contextmanager
    def _replaced(self, exercises: tuple[str, ...]) -> Iterator[None]:
        before = dict(self._namespace)
        try:
            for name in exercises:
                define(script.reference(exercise_cells(self._lesson.id)[name].cell), name, self._namespace)
            yield
        finally:
            for name in self._namespace.keys() - before.keys():
                del self._namespace[name]
            self._namespace.update(before)


def define(source: str, exercise: str, namespace: dict[str, Any]) -> None:
    """Runs the course's answer to an exercise among the notebook's names; tracebacks can show its lines."""
    filename = f"<the course's {exercise}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    exec(compile(source, filename, "exec", dont_inherit=True), namespace)


def _left_open(error: BaseException | None) -> frozenset[str]:
    """What an exercise's cell is to define that stopped at the line which the course has put there."""
    exercise = _unwritten(type(error).__name__, str(error))
    cells = exercise_cells(lesson_of_exercise(exercise).id) if exercise else {}
    return cells[exercise].defines if exercise in cells else frozenset()


def _unwritten(kind: str, message: str) -> str:
    """The exercise of the course that an exception says is not written; "" if it says something else."""
    exercise = script.unwritten_exercise(message) if kind == "NotImplementedError" else ""
    return exercise if any(exercise in lesson(lesson_id).exercises for lesson_id in lesson_ids()) else ""


def _names(source: str) -> set[str]:
    """What a cell defines; a guess where Python cannot read it."""
    try:
        return script.defines(source)
    except SyntaxError:
        return script.defines_by_sight(source)
