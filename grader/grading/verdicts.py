"""On what each exercise is judged: the student's own code or, where that has failed before it, the course's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from grader.course.catalogue import Lesson
from grader.results import ExerciseResult


class Place(Protocol):
    """Where the exercises of one notebook can be checked.

    trains_again: a cell that trains a model can be run once more, on corrected code.
    """

    trains_again: bool

    def on_own_code(self, name: str) -> ExerciseResult: ...

    def on_corrected(self, name: str, broken: tuple[str, ...]) -> ExerciseResult | None:
        """The result with the course's version of `broken`; None where there can be none."""
        ...

    def is_untouched(self, name: str) -> bool: ...

    def has_changed(self, name: str) -> bool:
        """Whether an exercise was defined again after its check, so that what builds on it meets another version."""
        ...


class Verdicts:
    """The results of a lesson's exercises, each found when it is first asked for.

    Every exercise is checked on the student's own code. Where something that it builds on has failed, it is checked
    once more with the course's version of that, and the better result counts. A training runs once: on corrected code
    if what it builds on has failed.
    """

    def __init__(self, lesson: Lesson, place: Place, known: Mapping[str, ExerciseResult] | None = None) -> None:
        """known: results that are there already, and stand."""
        self._lesson = lesson
        self._place = place
        self._found = dict(known or {})

    def of(self, name: str) -> ExerciseResult:
        """The result of one exercise; of what it builds on too, where that matters."""
        if name not in self._found:
            self._found[name] = self._judge(name)
        return self._found[name]

    def broken(self, name: str) -> tuple[str, ...]:
        """What an exercise builds on and what is not right when its turn comes: failed, or changed since."""
        needed = self._lesson.prerequisites(name)
        return tuple(
            other
            for other in self._lesson.exercises
            if other in needed and (self.of(other).verdict != "passed" or self._place.has_changed(other))
        )

    def _judge(self, name: str) -> ExerciseResult:
        if self._place.is_untouched(name):
            return self._place.on_own_code(name)
        if self._lesson.exercises[name].trains and self._place.trains_again:
            return self._corrected(name) or self._place.on_own_code(name)
        own = self._place.on_own_code(name)
        if own.verdict == "passed":
            return own
        corrected = self._corrected(name)
        if corrected is None:
            return own
        return replace(corrected if corrected.score >= own.score else own, judged_twice=True)

    def _corrected(self, name: str) -> ExerciseResult | None:
        broken = self.broken(name)
        return self._place.on_corrected(name, broken) if broken else None
