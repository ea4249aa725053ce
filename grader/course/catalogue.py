"""The course's lessons: their exercises, hints and misconceptions."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from grader.course.folders import COURSE


class UnknownLesson(LookupError):
    """There is no such lesson."""


@dataclass(frozen=True)
class Exercise:
    """One thing a student writes. `builds_on` names the exercises whose code it may call.

    trains: its cell trains a model, which takes seconds.
    slips: misconceptions that cost half of what they spoil and no more, and the checks that they spoil.
    """

    name: str
    title: str
    builds_on: tuple[str, ...]
    hints: tuple[str, str, str]
    trains: bool = False
    slips: Mapping[str, frozenset[str]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Misconception:
    """A named wrong idea."""

    id: str
    name: str
    symptom: str
    why: str
    origin: str
    hint: str


def is_general(misconception: str) -> bool:
    """Whether an id stands for a kind of mistake in any formula. What it is in this one stands in the message."""
    return misconception.startswith("formula-")


@dataclass(frozen=True)
class Lesson:
    """A notebook of the course and everything that is known about it."""

    id: str
    title: str
    exercises: dict[str, Exercise]

    @property
    def misconceptions(self) -> dict[str, Misconception]:
        """What the lesson's checks may name: the wrong ideas that lessons share, and the lesson's own."""
        return _misconceptions(self.id)

    def prerequisites(self, exercise: str) -> set[str]:
        """The exercises that `exercise` builds on, directly or through others."""
        found: set[str] = set()
        pending = list(self.exercises[exercise].builds_on)
        while pending:
            name = pending.pop()
            if name not in found:
                found.add(name)
                pending += self.exercises[name].builds_on
        return found


@cache
def lesson_ids() -> tuple[str, ...]:
    """The ids of all lessons, in the order of the course."""
    return COURSE.lesson_ids()


@cache
def lesson(lesson_id: str) -> Lesson:
    """The lesson with this id; UnknownLesson when there is none."""
    if lesson_id not in lesson_ids():
        raise UnknownLesson(f"There is no lesson {lesson_id!r}. The lessons are: {', '.join(lesson_ids())}.")
    data = tomllib.loads(COURSE.exercises(lesson_id).read_text("utf-8"))
    exercises = {
        name: Exercise(
            name,
            entry["title"],
            tuple(entry["builds_on"]),
            tuple(entry["hints"]),
            entry.get("trains", False),
            {slip: frozenset(checks) for slip, checks in entry.get("slips", {}).items()},
        )
        for name, entry in data["exercises"].items()
    }
    return Lesson(lesson_id, data["title"], exercises)


@cache
def _misconceptions(lesson_id: str) -> dict[str, Misconception]:
    tables = [tomllib.loads(file.read_text("utf-8")) for file in COURSE.misconceptions(lesson_id)]
    return {name: Misconception(id=name, **entry) for table in tables for name, entry in table.items()}


@cache
def lesson_of_exercise(exercise: str) -> Lesson:
    """The lesson that has this exercise; LookupError with the names that come close when none has."""
    import difflib

    if not isinstance(exercise, str):
        raise LookupError('An exercise is named by its name in quotes, as in check("encoder").')
    names = {name: lesson_id for lesson_id in lesson_ids() for name in lesson(lesson_id).exercises}
    if exercise not in names:
        parts = [name for name in names if exercise and exercise in name]
        close = parts or difflib.get_close_matches(exercise, names, n=3)
        meant = f"Did you mean: {', '.join(close[:3])}?" if close else "Each check cell shows the name of its exercise."
        raise LookupError(f"There is no exercise {exercise!r}. {meant}")
    return lesson(names[exercise])


def class_key(name: str) -> str:
    """What an exercise and the class of its checks share: "kldivergence" for kl_divergence and TestKLDivergence."""
    return name.removeprefix("Test").replace("_", "").lower()


def without_exercise(classes: Iterable[str], exercises: Iterable[str]) -> list[str]:
    """A sentence for each class of checks whose name is no exercise's."""
    keys = {class_key(exercise) for exercise in exercises}
    return [f"{name} belongs to no exercise of the lesson" for name in classes if class_key(name) not in keys]
