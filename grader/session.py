"""Runs the checks of a lesson on one student, by pytest in this process."""

from __future__ import annotations

import gc
import io
import os
from collections.abc import Callable, Iterable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace

import pytest

from grader.catalogue import Lesson
from grader.checks.plugin import Examiner, class_key
from grader.results import CheckResult, ExerciseResult
from grader.student import Student

# Garbage collection in `unraisableexception` alone costs five times as much as the checks themselves; checks write no
# files, log nothing and start no threads, so none of these plugins has anything to do.
_UNUSED_PLUGINS = (
    "cacheprovider unraisableexception threadexception logging faulthandler junitxml pastebin stepwise doctest"
)


@dataclass(frozen=True)
class Examination:
    """The results by exercise, and one sentence for each exercise that failed in form rather than in value."""

    exercises: dict[str, ExerciseResult]
    problems: dict[str, str]


def examine(connect: Callable[[], Student], lesson: Lesson, exercises: Iterable[str], seed: int) -> Examination:
    """Runs the checks of these exercises; `connect` gives the student (anew for each check)."""
    wanted = list(exercises)
    examiner = Examiner(connect, lesson.id, {class_key(name): name for name in wanted}, seed)
    _run_pytest(lesson, examiner)
    results = {
        name: ExerciseResult(name, _with_hints(_settle(examiner.outcomes[name], examiner.after[name]), lesson, name))
        for name in wanted
    }
    return Examination(results, examiner.problems)


def _run_pytest(lesson: Lesson, examiner: Examiner) -> None:
    arguments = [
        str(lesson.checks_file),
        "--noconftest",
        "--import-mode=importlib",
        "-q",
        "--tb=no",
        "--no-header",
    ]
    arguments += [
        "--rootdir",
        str(lesson.checks_file.parent),
        "-c",
        os.devnull,
        "--capture=no",
        "--disable-warnings",
    ]
    arguments += [word for plugin in _UNUSED_PLUGINS.split() for word in ("-p", f"no:{plugin}")]
    output = io.StringIO()
    collecting = gc.isenabled()
    gc.disable()
    try:
        with redirect_stdout(output), redirect_stderr(output):
            status = pytest.main(arguments, plugins=[examiner])
    finally:
        if collecting:
            gc.enable()
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise RuntimeError(f"the checks of {lesson.id} could not run:\n{examiner.broken or output.getvalue()}")


def _settle(checks: list[CheckResult], after: dict[str, tuple[str, ...]]) -> list[CheckResult]:
    """Takes back the points of checks that passed although none of those passed that they count after."""
    by_name = {check.name: check for check in checks}

    def settled(check: CheckResult) -> CheckResult:
        earlier = [by_name[name] for name in after[check.name]]
        if check.verdict != "passed" or not earlier or any(other.verdict == "passed" for other in earlier):
            return check
        titles = " or ".join(f"“{other.title}”" for other in earlier)
        return replace(check, verdict="failed", score=0.0, message=f"This holds, but counts only once {titles} holds.")

    return [settled(check) for check in checks]


def _with_hints(checks: list[CheckResult], lesson: Lesson, exercise: str) -> tuple[CheckResult, ...]:
    """Each failed check carries the hint to offer first: of its own misconception, else of the exercise's first one.

    Where no misconception was recognised, that is the exercise's nudge.
    """
    hints = {name: idea.hint for name, idea in lesson.misconceptions.items()}
    named = [hints[check.misconception] for check in checks if check.misconception in hints]
    first = [*named, lesson.exercises[exercise].hints[0]][0]
    return tuple(
        replace(check, hint=hints.get(check.misconception or "", first)) if check.verdict == "failed" else check
        for check in checks
    )
