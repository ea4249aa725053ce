"""Runs the checks of a lesson on submissions, by pytest in this process."""

from __future__ import annotations

import io
import math
import os
import queue
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace

import pytest
import torch

from grader.course.catalogue import Lesson, is_general
from grader.course.folders import COURSE
from grader.failures import BrokenChecks
from grader.grading.bounds import Allowance
from grader.grading.plugin import Examiner, Job
from grader.results import CheckResult, ExerciseResult
from grader.submission.student import Student

# Checks write no files, log nothing, start no threads and are no unit tests, so these plugins have nothing to do; the
# garbage collection of `unraisableexception` alone costs five times as much as the checks.
_UNUSED_PLUGINS = (
    "cacheprovider unraisableexception threadexception logging faulthandler junitxml pastebin stepwise doctest "
    "terminal unittest skipping setuponly setupplan recwarn tmpdir monkeypatch debugging"
)
_CHECKING_SECONDS = 60.0  # of processor time for the checks of one exercise; they need less than one
_GLANCE_SECONDS = 1.0
_LAST_SECONDS = 5.0  # for a thread that an interrupt has left at work; it does not keep the process from ending


@dataclass(frozen=True)
class Examination:
    """The results by exercise, and one sentence for each exercise that failed in form rather than in value."""

    exercises: dict[str, ExerciseResult]
    problems: dict[str, str]


def examine(connect: Callable[[], Student], lesson: Lesson, exercises: Iterable[str], seed: int) -> Examination:
    """Runs the checks of these exercises; `connect` gives the student (anew for each check).

    What the student's code prints when it runs in this process is not shown.
    """
    job = Job(connect, tuple(exercises), seed, Allowance(math.inf))
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        _run_pytest(lesson, [job])
    return _examination(job, lesson)


class Examiners:
    """pytest with the checks of each lesson, set up once and kept ready in a thread for each lesson.

    `seconds` of processor time are what the checks of an exercise may take.
    """

    def __init__(self, seconds: float = _CHECKING_SECONDS) -> None:
        self._seconds = seconds
        self._lessons: dict[str, _Ready] = {}

    def examine(
        self, connect: Callable[[], Student], lesson: Lesson, exercises: Iterable[str], seed: int
    ) -> Examination:
        """What the function `examine` does for a student in another process, without starting pytest each time."""
        ready = self._lessons.get(lesson.id) or self._lessons.setdefault(lesson.id, _Ready(lesson))
        job = Job(connect, tuple(exercises), seed, Allowance(self._seconds))
        ready.do(job)
        return _examination(job, lesson)

    def close(self) -> None:
        for ready in self._lessons.values():
            ready.close()


class _Ready:
    """A thread in which pytest waits for jobs."""

    def __init__(self, lesson: Lesson) -> None:
        self._lesson = lesson
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name=f"checks of {lesson.id}", daemon=True)
        self._thread.start()

    def do(self, job: Job) -> None:
        self._jobs.put(job)
        while not job.done.wait(_GLANCE_SECONDS):
            job.allowance.enforce()
            if not self._thread.is_alive():
                raise self._error or RuntimeError(f"the checks of {self._lesson.id} ended")

    def close(self) -> None:
        self._jobs.put(None)
        self._thread.join(_LAST_SECONDS)

    def _work(self) -> None:
        torch.set_num_threads(torch.get_num_threads())  # OpenMP counts anew in each thread
        try:
            _run_pytest(self._lesson, iter(self._jobs.get, None))
        except BaseException as error:
            self._error = error


def _run_pytest(lesson: Lesson, jobs: Iterable[Job]) -> None:
    examiner = Examiner(lesson, jobs)
    file = COURSE.checks_file(lesson.id)
    arguments = [str(file), "--rootdir", str(file.parent), "-c", os.devnull]
    arguments += ["--noconftest", "--import-mode=importlib", "--capture=no"]
    arguments += ["--disable-plugin-autoload"]  # what else is installed for pytest has no part in grading
    arguments += [word for plugin in _UNUSED_PLUGINS.split() for word in ("-p", f"no:{plugin}")]
    status = pytest.main(arguments, plugins=[examiner])
    if examiner.broken or status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise BrokenChecks(f"{file}: {examiner.broken or repr(status)}")


def _examination(job: Job, lesson: Lesson) -> Examination:
    return Examination({name: _result(job, name, lesson) for name in job.exercises}, job.problems)


def _result(job: Job, exercise: str, lesson: Lesson) -> ExerciseResult:
    checks = _specific(_settled(job.outcomes[exercise], job.after[exercise]))
    if exercise not in job.cut_short:
        checks = _kept(checks, lesson.exercises[exercise].slips)
    return ExerciseResult(exercise, _with_hints(checks, lesson))


def _specific(checks: list[CheckResult]) -> list[CheckResult]:
    """The checks without the general names, where one of them has a name that says more."""
    general = [bool(check.misconceptions) and all(map(is_general, check.misconceptions)) for check in checks]
    if not any(check.misconceptions and not one for check, one in zip(checks, general, strict=True)):
        return checks
    return [
        replace(check, misconception=None, also=()) if one else check
        for check, one in zip(checks, general, strict=True)
    ]


def _settled(checks: list[CheckResult], after: dict[str, tuple[str, ...]]) -> list[CheckResult]:
    """The checks without the points of those that passed although none of the ones that they count after counts."""
    by_name = {check.name: check for check in checks}

    def counts(check: CheckResult) -> bool:
        earlier = after[check.name]
        return check.verdict == "passed" and (not earlier or any(counts(by_name[name]) for name in earlier))

    def settle(check: CheckResult) -> CheckResult:
        if check.verdict != "passed" or counts(check):
            return check
        first = by_name[after[check.name][0]]
        message = f"This holds, but counts only once the values are right: “{first.title}” has to pass first."
        return replace(check, verdict="not_checked", score=0.0, message=message)

    return [settle(check) for check in checks]


def _kept(checks: list[CheckResult], slips: Mapping[str, frozenset[str]]) -> list[CheckResult]:
    """The checks with half of the points where one slip explains everything that failed.

    A name alone does not: other mistakes, or nothing at all, may stand behind the checks that such a slip would pass.
    So does what raises, or lacks a part: this is for answers that were given to every check.
    """
    names = {name for check in checks for name in check.misconceptions}
    spoilt = slips.get(names.pop()) if len(names) == 1 else None
    if spoilt is None or any(check.verdict == "failed" and check.name not in spoilt for check in checks):
        return checks
    return [check if check.verdict == "passed" else replace(check, score=check.max_score / 2) for check in checks]


def _with_hints(checks: list[CheckResult], lesson: Lesson) -> tuple[CheckResult, ...]:
    """Each check that names a misconception carries its hint; what has no name has no hint that is sure to fit."""
    ideas = lesson.misconceptions
    hints = [" ".join(ideas[name].hint for name in check.misconceptions if name in ideas) for check in checks]
    return tuple(replace(check, hint=hint) for check, hint in zip(checks, hints, strict=True))
