"""The points of a lesson's exercises, collected from its checks: they are written down nowhere else."""

from __future__ import annotations

import inspect
import runpy
from pathlib import Path
from typing import Any

from grader.authoring.errors import BuildError
from grader.course.catalogue import class_key, without_exercise

TOTAL = 100


def exercise_points(checks_file: Path, exercises: list[str]) -> dict[str, float]:
    """What each exercise is worth: the sum over the tests of its class, TestKLDivergence for kl_divergence.

    BuildError when a class or an exercise has no counterpart, when a test lacks @worth, or when the whole
    lesson is not worth 100.
    """
    if not checks_file.is_file():
        raise BuildError(f"{checks_file}: the lesson has no check file yet")
    names = {class_key(exercise): exercise for exercise in exercises}
    worth = dict.fromkeys(exercises, 0.0)
    classes = {name: value for name, value in _names(checks_file).items() if _has_checks(name, value)}
    for stray in without_exercise(classes, exercises):
        raise BuildError(f"{checks_file}: {stray}")
    for name, tests in classes.items():
        worth[names[class_key(name)]] += _points_of(tests, checks_file)
    _confirm(worth, checks_file)
    return worth


def _names(checks_file: Path) -> dict[str, Any]:
    try:
        return runpy.run_path(str(checks_file))
    except Exception as error:
        raise BuildError(f"{checks_file} cannot be imported: {type(error).__name__}: {error}") from error


def _has_checks(name: str, value: Any) -> bool:
    return inspect.isclass(value) and name.startswith("Test")


def _points_of(tests: type, checks_file: Path) -> float:
    total = 0.0
    for name, function in inspect.getmembers(tests, inspect.isfunction):
        if name.startswith("test"):
            if not hasattr(function, "points"):
                raise BuildError(f"{checks_file}: {tests.__name__}.{name} lacks @worth(points)")
            total += function.points
    return total


def _confirm(worth: dict[str, float], checks_file: Path) -> None:
    unchecked = [exercise for exercise, value in worth.items() if not value]
    if unchecked:
        classes = ", ".join(f"Test{name.title().replace('_', '')} ({name})" for name in unchecked)
        raise BuildError(f"{checks_file}: no class with checks that are worth points: {classes}")
    total = sum(worth.values())
    if abs(total - TOTAL) > 1e-9:
        raise BuildError(f"{checks_file}: the points add up to {total:g}, not {TOTAL}")
