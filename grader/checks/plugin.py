"""The pytest plugin behind every check: the fixtures `student`, `draw`, `digits`, and the record of what happened."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator
from typing import Any

import pytest
import torch

from grader.checks.support import CheckFailure
from grader.render.clean import clean as cleaned
from grader.results import CheckResult
from grader.student import Student
from grader.worker.wire import ProtocolError
from vaelab import data

MAX_MESSAGE = 4000


class NotChecked(Exception):
    """A check could not be carried out, for a reason that is not the student's answer to this exercise."""


def seed_of(use: str, seed: int) -> int:
    """A seed for one use, from which neither the grading seed nor the seed of another use can be told."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{use}".encode()).digest()[:6], "big")


class Draw:
    """Random inputs for one check, from the grading seed and the check's name: any selection of checks, same inputs."""

    def __init__(self, seed: int, check: str) -> None:
        self._generator = torch.Generator().manual_seed(seed_of(check, seed))

    def __call__(self, *shape: int) -> torch.Tensor:
        """Standard normal numbers, float32."""
        return torch.randn(*shape, generator=self._generator)

    def uniform(self, *shape: int) -> torch.Tensor:
        """Uniform numbers in [0.02, 0.98): pixels, and probabilities away from the ends."""
        return 0.02 + 0.96 * torch.rand(*shape, generator=self._generator)

    def bits(self, *shape: int) -> torch.Tensor:
        """Zeros and ones, float32."""
        return torch.randint(0, 2, shape, generator=self._generator).float()

    def integers(self, low: int, high: int, *shape: int) -> torch.Tensor:
        """Integers from low to high - 1, int64."""
        return torch.randint(low, high, shape, generator=self._generator)


class Examiner:
    """Runs the checks of some exercises on one student and keeps a CheckResult for each.

    `after` has, by exercise and check, the checks of which one has to pass before the check's points count.
    """

    def __init__(self, connect: Callable[[], Student], lesson: str, exercises: dict[str, str], seed: int) -> None:
        self._connect = connect
        self._lesson = lesson
        self._exercise_of_class = exercises
        self._seed = seed
        self.outcomes: dict[str, list[CheckResult]] = {name: [] for name in exercises.values()}
        self.after: dict[str, dict[str, tuple[str, ...]]] = {name: {} for name in exercises.values()}
        self.problems: dict[str, str] = {}
        self.broken = ""

    @pytest.fixture
    def draw(self, request: pytest.FixtureRequest) -> Draw:
        return Draw(self._seed, _name_of(request))

    @pytest.fixture
    def student(self, request: pytest.FixtureRequest) -> Student:
        student = self._connect()
        student.begin(seed_of(f"{_name_of(request)} in the worker", self._seed))
        return student

    @pytest.fixture
    def digits(self) -> data.Split:
        """Held-out digits, on the trusted side."""
        return data.load("digits", "test")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if self._exercise(item) is not None]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A check file that cannot be imported is a fault of the course, and has to say why."""
        if report.failed:
            self.broken = str(report.longrepr)

    def _exercise(self, item: pytest.Item) -> str | None:
        owner = item.cls  # type: ignore[attr-defined]
        return self._exercise_of_class.get(class_key(owner.__name__)) if owner else None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if call.when == "call" or (call.when == "setup" and call.excinfo is not None):
            self._record(item, call.excinfo.value if call.excinfo else None)
        return report

    def _record(self, item: pytest.Item, error: BaseException | None) -> None:
        exercise = self._exercise(item)
        assert exercise is not None
        function: Any = item.function  # type: ignore[attr-defined]
        points, name = float(function.points), function.__name__.removeprefix("test_")
        self.after[exercise][name] = function.after
        message, misconception = _explain(error)
        message = cleaned(message, MAX_MESSAGE)
        verdict: Any = "passed" if error is None else "not_checked" if isinstance(error, NotChecked) else "failed"
        self.outcomes[exercise].append(
            CheckResult(
                name=name,
                title=" ".join((function.__doc__ or function.__name__).split()),
                verdict=verdict,
                score=points if error is None else 0.0,
                max_score=points,
                message=message,
                misconception=misconception,
            )
        )
        if isinstance(error, CheckFailure) and error.structural:
            self.problems.setdefault(exercise, message.partition("\n")[0])


def _name_of(request: pytest.FixtureRequest) -> str:
    """The check's name, the same wherever the course lies."""
    return str(request.node.nodeid.rpartition("/")[2])


def class_key(name: str) -> str:
    """TestKLDivergence and kl_divergence meet at "kldivergence"."""
    return name.removeprefix("Test").replace("_", "").lower()


def _explain(error: BaseException | None) -> tuple[str, str | None]:
    if error is None:
        return "", None
    if isinstance(error, CheckFailure):
        return error.message, error.misconception
    if isinstance(error, NotChecked | AssertionError):
        return str(error), None
    if isinstance(error, ProtocolError):
        return f"What came back is not data that can be checked ({error}).", None
    return f"The check could not work with what came back ({type(error).__name__}: {error}).", None
