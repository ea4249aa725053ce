"""The checks of a lesson's exercises and their points: they are written down nowhere else."""

from __future__ import annotations

import inspect
import runpy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.authoring.errors import BuildError
from grader.course.catalogue import class_key, without_exercise
from grader.course.points import scaled, title_of


@dataclass(frozen=True)
class Check:
    """A check's name in results, what students read of it, and its points."""

    name: str
    title: str
    points: float


def exercise_checks(checks_file: Path, exercises: list[str]) -> dict[str, list[Check]]:
    """The checks of each exercise: the tests of its class, TestKLDivergence for kl_divergence.

    BuildError when a class or an exercise has no counterpart, or when a test lacks @worth.
    """
    if not checks_file.is_file():
        raise BuildError(f"{checks_file}: the lesson has no check file yet")
    names = {class_key(exercise): exercise for exercise in exercises}
    classes = {name: value for name, value in _names(checks_file).items() if _has_checks(name, value)}
    for stray in without_exercise(classes, exercises):
        raise BuildError(f"{checks_file}: {stray}")
    tests: dict[str, Any] = {
        f"{owner}::{name}": function
        for owner, group in classes.items()
        for name, function in inspect.getmembers(group, inspect.isfunction)
        if name.startswith("test")
    }
    for name, function in tests.items():
        if not hasattr(function, "points"):
            raise BuildError(f"{checks_file}: {name.replace('::', '.')} lacks @worth(points)")
    found: dict[str, list[Check]] = {exercise: [] for exercise in exercises}
    points = scaled({name: function.points for name, function in tests.items()})
    for name, function in tests.items():
        group, _, test = name.partition("::")
        found[names[class_key(group)]].append(Check(test.removeprefix("test_"), title_of(function), points[name]))
    _confirm(found, checks_file)
    return found


def exercise_points(checks: dict[str, list[Check]]) -> dict[str, float]:
    """What each exercise is worth."""
    return {exercise: sum(check.points for check in group) for exercise, group in checks.items()}


def _names(checks_file: Path) -> dict[str, Any]:
    try:
        return runpy.run_path(str(checks_file))
    except Exception as error:
        raise BuildError(f"{checks_file} cannot be imported: {type(error).__name__}: {error}") from error


def _has_checks(name: str, value: Any) -> bool:
    return inspect.isclass(value) and name.startswith("Test")


def _confirm(checks: dict[str, list[Check]], checks_file: Path) -> None:
    unchecked = [exercise for exercise, group in checks.items() if not group]
    if unchecked:
        classes = ", ".join(f"Test{name.title().replace('_', '')} ({name})" for name in unchecked)
        raise BuildError(f"{checks_file}: no class with checks that are worth points: {classes}")
