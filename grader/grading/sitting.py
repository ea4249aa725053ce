"""One submission at its examination: exercise after exercise, in confined rooms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

from grader.grading.examination import Examination, Examiners
from grader.grading.verdicts import Verdicts
from grader.results import ExerciseResult
from grader.seeds import seed_of
from grader.submission import plan
from grader.submission.budget import TimeBudget
from grader.submission.student import Student
from grader.submission.workroom import Workroom
from grader.worker.limits import Limits
from grader.worker.warm_parent import WarmParent


class Rooms(NamedTuple):
    """Where a submission is questioned; `untrained` is where its trained models are decoded, out of their sight."""

    main: Workroom
    untrained: Workroom

    def close(self) -> None:
        self.main.close()
        self.untrained.close()


class Sitting:
    """A submission and the rooms that it is examined in. Use as a context manager.

    Rooms with the course's version of what has failed are opened when they are first needed (see `Verdicts`).
    """

    trains_again = True

    def __init__(
        self,
        parent: WarmParent,
        examiners: Examiners,
        limits: Limits,
        submission: plan.Submission,
        seed: int,
        kept: Iterable[ExerciseResult] = (),
    ) -> None:
        """kept: results that stand, so that only the other exercises are looked at."""
        self._parent, self._examiners, self._limits = parent, examiners, limits
        self._submission = submission
        self._lesson = submission.lesson
        self._seed = seed_of(submission.content, seed)
        self._budget = TimeBudget(limits.total_seconds)
        self._deadly: set[plan.Step] = set()
        self._rooms = self._open_rooms(frozenset())
        self._corrected: tuple[frozenset[str], Rooms] | None = None
        self._kept = {one.name: one for one in kept}
        self._verdicts = Verdicts(self._lesson, self, self._kept)
        self._problems: dict[str, str] = {}

    def results(self) -> tuple[ExerciseResult, ...]:
        """Of all exercises, with notes on what was wrong in form."""
        return tuple(map(self.verdict, self._lesson.exercises))

    def verdict(self, exercise: str) -> ExerciseResult:
        """Of one exercise, on the course's version of what has failed before it if that is better."""
        found = self._verdicts.of(exercise)
        return found if exercise in self._kept else replace(found, notes=self._notes(found))

    def result_of(self, exercise: str) -> ExerciseResult:
        """Of one exercise alone, on the student's own code."""
        return self.on_own_code(exercise)

    def _notes(self, result: ExerciseResult) -> tuple[str, ...]:
        """A cell that did not run, that was changed after its check, or that gave what is no answer."""
        name, notes = result.name, []
        written = not self._submission.is_untouched(name)
        failure = self._rooms.main.failures.get(name, "").partition("\n")[0] if written else ""
        if failure:
            notes.append(failure)
        if result.verdict != "passed" and (anchor := self._submission.written_again.get(name)):
            notes.append(f"`{name}` was graded as it stood at its check: a cell after `{anchor}` defines it again.")
        if written and not failure and name in self._problems:
            notes.append(f"`{name}`: {self._problems[name]}")
        return tuple(notes)

    def is_untouched(self, name: str) -> bool:
        return self._submission.is_untouched(name)

    def has_changed(self, name: str) -> bool:
        return name in self._submission.written_again

    def on_own_code(self, name: str) -> ExerciseResult:
        with self._in(self._rooms, name) as examination:
            self._problems |= examination.problems
            return examination.exercises[name]

    def on_corrected(self, name: str, broken: tuple[str, ...]) -> ExerciseResult | None:
        """None when the exercise's own cell does not run with the course's version of `broken`."""
        rooms = self._corrected_rooms(frozenset(broken))
        with self._in(rooms, name) as examination:
            if name in rooms.main.failures:
                names = ", ".join(f"`{other}`" for other in broken)
                said = rooms.main.failures[name].partition("\n")[0]
                self._problems[name] = f"It could not be checked with the course's {names} in place of yours: {said}"
                return None
            return replace(examination.exercises[name], followed_through=broken)

    def _corrected_rooms(self, broken: frozenset[str]) -> Rooms:
        if self._corrected is None or self._corrected[0] != broken:
            self._close_corrected()
            self._corrected = broken, self._open_rooms(broken)
        return self._corrected[1]

    @contextmanager
    def _in(self, rooms: Rooms, name: str) -> Iterator[Examination]:
        for room in rooms:
            room.turn_to(name)
        examination = self._examiners.examine(lambda: Student(*rooms), self._lesson, [name], self._seed)
        for room in rooms:
            if room.fault:
                raise room.fault
        yield examination

    def _open_rooms(self, replaced: frozenset[str]) -> Rooms:
        return Rooms(*(self._room(plan.steps(self._submission, replaced, train=train)) for train in (True, False)))

    def _room(self, steps: list[plan.Step]) -> Workroom:
        return Workroom(self._parent, self._limits, self._submission, steps, self._seed, self._budget, self._deadly)

    def _close_corrected(self) -> None:
        if self._corrected is not None:
            self._corrected[1].close()

    def __enter__(self) -> Sitting:
        return self

    def __exit__(self, *exception: object) -> None:
        self._close_corrected()
        self._rooms.close()
