"""What grading costs beyond the student's code, and whether the grader's memory stays flat: in one process tree."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import torch

from grader.course.catalogue import lesson
from grader.grading.examination import examine
from grader.grading.grader import Grader
from grader.submission import plan
from grader.submission.reading import read_notebook
from grader.submission.student import Student
from grader.worker import wire
from grader.worker.servant import Names, Namespace, Reply, Servant


@dataclass
class Series:
    """Submissions graded one after another: CPU seconds of each, and MiB now and then."""

    trusted: float = 0.0
    workers: float = 0.0
    memory: list[tuple[int, float, float]] = field(default_factory=list)


def grade_many(path: Path, lesson_id: str, count: int) -> Series:
    """The same notebook graded `count` times by one grader, after two times that are not counted.

    CPU of the trusted process, and of the warm parent with all its workers; resident memory of both.
    """
    series = Series()
    me = psutil.Process()
    with Grader() as grader:
        for _ in range(2):
            grader.grade(path, lesson=lesson_id)
        (parent,) = me.children()
        trusted, workers = time.process_time(), _tree_seconds(parent)
        for number in range(1, count + 1):
            grader.grade(path, lesson=lesson_id, seed=number)
            if number in {1, count} or number % max(count // 6, 1) == 0:
                series.memory.append((number, _mebibytes(me), _mebibytes(parent)))
        series.trusted = (time.process_time() - trusted) / count
        series.workers = (_tree_seconds(parent) - workers) / count
    return series


def _tree_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system + times.children_user + times.children_system)


def _mebibytes(process: psutil.Process) -> float:
    return float(process.memory_info().rss / 2**20)


def student_code(path: Path, lesson_id: str, repetitions: int) -> dict[str, float]:
    """CPU seconds of the cells, the calls and the probes of a submission, without a grader around them.

    The same cells, then the same calls with the same arguments, run here, in a warm process. Only they are on the
    clock: not what passes values to and fro, compares them, or runs pytest.
    """
    submission = plan.sort_cells(lesson(lesson_id), read_notebook(path))
    torch.set_num_threads(1)
    _run_once(submission)  # warms up
    runs = [_run_once(submission) for _ in range(repetitions)]
    return {part: sum(run[part] for run in runs) / repetitions for part in runs[0]}


def _run_once(submission: plan.Submission) -> dict[str, float]:
    servant = _ClockedServant({"__name__": "__main__"})
    for step in plan.steps(submission):
        if step.kind != "check":
            servant.answer({"do": "cell", "name": step.name, "source": step.source}, [])
    student = Student(_Channel(servant))
    examine(lambda: student, submission.lesson, submission.lesson.exercises, 0)
    return servant.seconds


class _ClockedServant(Servant):
    """Answers like the one in a worker, and keeps the CPU seconds of the student's cells, calls and of probes."""

    def __init__(self, namespace: Namespace) -> None:
        super().__init__(namespace)
        self.seconds = {"cells": 0.0, "calls": 0.0, "probes": 0.0}

    @contextmanager
    def _clock(self, part: str) -> Iterator[None]:
        start = time.process_time()
        try:
            yield
        finally:
            self.seconds[part] += time.process_time() - start

    def _cell(self, request: dict[str, Any], tensors: list[torch.Tensor]) -> None:
        with self._clock("cells"):
            super()._cell(request, tensors)

    def _target(self, root: str | int, path: list[str]) -> Any:
        target = super()._target(root, path)
        if not callable(target):
            return target

        def clocked(*args: Any, **kwargs: Any) -> Any:
            with self._clock("calls"):
                return target(*args, **kwargs)

        return clocked

    def _run(self, request: dict[str, Any], tensors: list[torch.Tensor]) -> Any:
        args, kwargs = wire.unpack(request["arguments"], tensors, self._resolve)
        probe: dict[str, Any] = {"__name__": "probe"}
        exec(compile(request["source"], "<probe>", "exec"), probe)
        with self._clock("probes"):
            return probe[request["name"]](Names(self.namespace), *args, **kwargs)


class _Channel:
    """Brings requests to the servant in this process."""

    def __init__(self, servant: Servant) -> None:
        self._servant = servant

    def ask(self, tree: dict[str, Any], tensors: list[torch.Tensor], seconds: float) -> Reply:
        return self._servant.answer(tree, tensors)

    def why_missing(self, name: str) -> str | None:
        return None
