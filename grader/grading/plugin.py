"""The pytest plugin behind every check: the fixtures `student`, `draw`, `digits`, and the record of what happened."""

from __future__ import annotations

import gc
import threading
import traceback
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from grader.course.catalogue import Lesson, class_key, without_exercise
from grader.course.points import scaled, title_of
from grader.failures import CheckFailure, NotChecked, Raised
from grader.grading.bounds import Allowance, TookTooLong
from grader.results import CheckResult
from grader.seeds import Draw, seed_of
from grader.submission.student import Student
from grader.untrusted import clean as cleaned
from grader.worker.wire import ProtocolError
from vaelab import data

MAX_MESSAGE = 4000


class Job:
    """One student to examine on some exercises, and what came out.

    `connect` gives the student, anew for each check. `after` has, by exercise and check, the checks of which one has to
    pass before the check's points count; `problems` one sentence for each exercise that failed in form; `cut_short`
    the exercises in which some check was not answered: code raised, or a part is missing.
    """

    def __init__(
        self, connect: Callable[[], Student], exercises: tuple[str, ...], seed: int, allowance: Allowance
    ) -> None:
        self.connect = connect
        self.exercises = exercises
        self.seed = seed
        self.allowance = allowance
        self.outcomes: dict[str, list[CheckResult]] = {name: [] for name in exercises}
        self.after: dict[str, dict[str, tuple[str, ...]]] = {name: {} for name in exercises}
        self.problems: dict[str, str] = {}
        self.cut_short: set[str] = set()
        self.done = threading.Event()
        self._cause: dict[str, tuple[str, str, bool]] = {}

    def one_cause(self, exercise: str, title: str, error: BaseException | None) -> BaseException | None:
        """The same error, or NotChecked for an exception that comes after a failure of form, and says something else.

        Where the form is wrong, or code raises, other checks raise too: one traceback is enough. After code that names
        what does not exist, whatever fails without a name of its own waits.
        """
        if not isinstance(error, CheckFailure):
            return error
        sentence, raised = error.message.partition("\n")[0], isinstance(error, Raised)
        nothing = isinstance(error, Raised) and error.names_nothing
        first, said, names_nothing = self._cause.get(exercise, (title, sentence, nothing))
        if raised or error.structural:
            self._cause[exercise] = first, said, names_nothing
        same_cause = raised or (names_nothing and not error.misconception)
        return NotChecked(f"Waits for “{first}”.") if same_cause and said != sentence else error


class Examiner:
    """The plugin: runs the checks that each job asks for, one job after another."""

    def __init__(self, lesson: Lesson, jobs: Iterable[Job]) -> None:
        self._lesson = lesson
        self._jobs = jobs
        self._job: Job
        self._points: dict[str, float] = {}
        self.broken = ""

    @pytest.fixture
    def draw(self, request: pytest.FixtureRequest) -> Draw:
        return Draw(self._job.seed, self._name_of(request))

    @pytest.fixture
    def student(self, request: pytest.FixtureRequest) -> Student:
        student = self._job.connect()
        student.begin(seed_of(f"{self._name_of(request)} in the worker", self._job.seed))
        return student

    @pytest.fixture
    def digits(self) -> data.Split:
        """Held-out digits, on the trusted side."""
        return data.load("digits", "test")

    def _name_of(self, request: pytest.FixtureRequest) -> str:
        """What a check draws its inputs by. Another name here would give every kept result other numbers."""
        return f"test_{self._lesson.id}.py::{request.node.nodeid.partition('::')[2]}"

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A check file that cannot be imported is a fault of the course, and has to say why."""
        if report.failed:
            self.broken = str(report.longrepr)

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        """What stops pytest itself has to say why, once."""
        self.broken = excinfo.exconly()
        return True

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """In place of pytest's own loop, which runs every test once."""
        if session.testsfailed:  # by collection: pytest's own loop says so
            return None
        self.broken = "; ".join(self._faults({_class_of(item) for item in session.items}))
        if self.broken:
            return True
        self._points = scaled({_key(item): _function(item).points for item in session.items})
        for job in self._jobs:
            self._job = job
            with _no_collection():
                self._run(job, session.items)
            job.done.set()
        return True

    def _faults(self, classes: set[str]) -> list[str]:
        """Classes that belong to no exercise, and exercises that have no class."""
        keys = {class_key(name) for name in classes}
        unchecked = [name for name in self._lesson.exercises if class_key(name) not in keys]
        strays = without_exercise(sorted(classes), self._lesson.exercises)
        return [*strays, *[f"there are no checks of {name}" for name in unchecked]]

    def _run(self, job: Job, items: list[pytest.Item]) -> None:
        keys = {class_key(name): name for name in job.exercises}
        owners = [(item, keys.get(class_key(_class_of(item)))) for item in items]
        chosen = [(item, exercise) for item, exercise in owners if exercise]
        for (item, exercise), following in zip(chosen, [*[item for item, _ in chosen[1:]], None], strict=True):
            self._exercise = exercise
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self) -> Generator[None, object, object]:
        with self._job.allowance.spend():
            return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
        """In place of pytest's own report, which draws tracebacks that nobody reads, and keeps what they hold."""
        assert call.when != "collect"
        error = call.excinfo.value if call.excinfo else None
        if call.when == "call" or (call.when == "setup" and error is not None):
            self._record(item, error)
        _let_go(error)
        return pytest.TestReport(item.nodeid, item.location, {}, "failed" if error else "passed", None, call.when)

    def _record(self, item: pytest.Item, error: BaseException | None) -> None:
        job, exercise = self._job, self._exercise
        function = _function(item)
        points, name = self._points[_key(item)], function.__name__.removeprefix("test_")
        title = title_of(function)
        if not _is_answer(error):
            job.cut_short.add(exercise)
        error = job.one_cause(exercise, title, error)
        message, misconception = _explain(error)
        message = cleaned(message, MAX_MESSAGE)
        verdict: Any = "passed" if error is None else "not_checked" if isinstance(error, NotChecked) else "failed"
        job.after[exercise][name] = function.after
        job.outcomes[exercise].append(
            CheckResult(
                name=name,
                title=title,
                verdict=verdict,
                score=points if error is None else 0.0,
                max_score=points,
                message=message,
                misconception=misconception,
                also=error.also if isinstance(error, CheckFailure) else (),
            )
        )
        if isinstance(error, CheckFailure) and error.structural:
            job.problems.setdefault(exercise, message.partition("\n")[0])


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without garbage collection, which costs more than the checks; reference counts free nearly all they leave."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _let_go(error: BaseException | None) -> None:
    """Empties the frames that an exception holds on to, and with them what the submission has sent."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__


def _function(item: pytest.Item) -> Any:
    return item.function  # type: ignore[attr-defined]


def _key(item: pytest.Item) -> str:
    return f"{_class_of(item)}::{_function(item).__name__}"


def _class_of(item: pytest.Item) -> str:
    owner = item.cls  # type: ignore[attr-defined]
    return owner.__name__ if owner else item.name


def _is_answer(error: BaseException | None) -> bool:
    """Whether the exercise did what was asked, right or wrong, or was not asked because of another one."""
    return error is None or (isinstance(error, NotChecked | AssertionError) and not isinstance(error, Raised))


def _explain(error: BaseException | None) -> tuple[str, str | None]:
    if error is None:
        return "", None
    if isinstance(error, CheckFailure):
        return error.message, error.misconception
    if isinstance(error, NotChecked | AssertionError):
        return str(error), None
    if isinstance(error, TookTooLong):
        return "What your code gave took too long to check: it is far larger than what was asked for.", None
    if isinstance(error, ProtocolError):
        return f"What came back is not data that can be checked ({error}).", None
    return f"What came back does not have the form that is asked for.\n{type(error).__name__}: {error}", None
