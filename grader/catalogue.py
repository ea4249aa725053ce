"""The course's lessons: where their files are, their exercises, hints and misconceptions."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent
ROOT = PACKAGE.parent


class UnknownLesson(LookupError):
    """There is no such lesson."""


@dataclass(frozen=True)
class Exercise:
    """One thing a student writes. `builds_on` names the exercises whose code it may call."""

    name: str
    title: str
    builds_on: tuple[str, ...]
    hints: tuple[str, str, str]


@dataclass(frozen=True)
class Misconception:
    """A named wrong idea."""

    id: str
    name: str
    symptom: str
    why: str
    origin: str
    hint: str


@dataclass(frozen=True)
class Lesson:
    """A notebook of the course and everything that is known about it."""

    id: str
    title: str
    exercises: dict[str, Exercise]

    @property
    def misconceptions(self) -> dict[str, Misconception]:
        """The whole catalogue: a wrong idea from one lesson may well turn up in another."""
        return misconceptions()

    @property
    def checks_file(self) -> Path:
        return PACKAGE / "checks" / f"test_{self.id}.py"

    @property
    def source_file(self) -> Path:
        return ROOT / "solutions" / f"{self.id}.py"

    @property
    def walkthrough_file(self) -> Path:
        return ROOT / "solutions" / f"{self.id}.ipynb"

    @property
    def notebook_file(self) -> Path:
        return ROOT / "lessons" / self.id / f"{self.id}.ipynb"

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
    return tuple(sorted(path.stem for path in (PACKAGE / "checks").glob("[0-9]*.toml")))


@cache
def lesson(lesson_id: str) -> Lesson:
    """The lesson with this id; UnknownLesson when there is none."""
    if lesson_id not in lesson_ids():
        raise UnknownLesson(f"There is no lesson {lesson_id!r}. The lessons are: {', '.join(lesson_ids())}.")
    data = tomllib.loads((PACKAGE / "checks" / f"{lesson_id}.toml").read_text("utf-8"))
    exercises = {
        name: Exercise(name, entry["title"], tuple(entry["builds_on"]), tuple(entry["hints"]))
        for name, entry in data["exercises"].items()
    }
    return Lesson(lesson_id, data["title"], exercises)


@cache
def misconceptions() -> dict[str, Misconception]:
    """Every misconception that a check may name, by id."""
    found: dict[str, Misconception] = {}
    for file in sorted((PACKAGE / "misconceptions").glob("*.toml")):
        for name, entry in tomllib.loads(file.read_text("utf-8")).items():
            found[name] = Misconception(id=name, **entry)
    return found


@cache
def lesson_of_exercise(exercise: str) -> Lesson:
    """The lesson that has this exercise; LookupError with the names that come close when none has."""
    import difflib

    names = {name: lesson_id for lesson_id in lesson_ids() for name in lesson(lesson_id).exercises}
    if exercise not in names:
        close = difflib.get_close_matches(str(exercise), names, n=3) or list(names)
        raise LookupError(f"There is no exercise {exercise!r}. Did you mean: {', '.join(close)}?")
    return lesson(names[exercise])
