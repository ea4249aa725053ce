"""Grading processes: each with a grader of its own, replaced when it dies, none outliving the class.

They are spawned, not forked, so the process that keeps the journal never runs tensor code.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from multiprocessing.connection import Connection, wait
from typing import Any

from grader.classroom import CannotGrade
from grader.classroom.tasks import OpenGrader, Queue, Task, cannot_start, grade_task

# There is a process for each core already; torch looks here when the grader is opened.
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")

_MAX_FAILED_STARTS = 3  # in a row; one may be bad luck on a machine that is short of memory


class Pool:
    """`size` grading processes that work through tasks, each holding one at a time."""

    def __init__(self, open_grader: OpenGrader, size: int) -> None:
        self._open_grader = open_grader
        self._size = size
        self._jobs: list[_Job] = []
        self._failed_starts = 0

    def results(self, tasks: Iterator[Task]) -> Iterator[tuple[Task, dict[str, Any]]]:
        """Each task with its result in JSON form, as soon as it is there.

        At most one task is read ahead. A task whose process dies is tried once more in a new one; if that dies too,
        the task is refused.
        """
        queue = Queue(tasks)
        try:
            while queue or any(job.task for job in self._jobs):
                while queue and len(self._jobs) < self._size:
                    self._jobs.append(_Job(self._open_grader))
                for job in self._heard():
                    outcome = self._outcome(job, queue)
                    if outcome:
                        yield outcome
                    if queue and job.ready and not job.task:
                        job.give(queue.pop())
        finally:
            for job in self._jobs:
                job.let_go()
            for job in self._jobs:
                job.end()

    def _heard(self) -> list[_Job]:
        """The jobs that have said something, or died."""
        speaking = wait([job.pipe for job in self._jobs])
        return [job for job in self._jobs if job.pipe in speaking]

    def _outcome(self, job: _Job, queue: Queue) -> tuple[Task, dict[str, Any]] | None:
        match job.hear():
            case {"result": result} if job.task:
                task, job.task = job.task, None
                return task, result
            case {"ready": True}:
                job.ready = True
                self._failed_starts = 0
            case {"cannot": reason}:
                raise CannotGrade(str(reason))
            case {"failed": reason}:
                job.last_words = str(reason)
            case _:
                self._bury(job, queue)
        return None

    def _bury(self, job: _Job, queue: Queue) -> None:
        """Take a dead job out; its task goes back to the queue."""
        self._jobs.remove(job)
        job.let_go()
        reason = job.end()
        was_ready, job.ready = job.ready, False
        if not was_ready:
            self._failed_starts += 1
            if self._failed_starts == _MAX_FAILED_STARTS:
                raise CannotGrade(f"No grading process can be started: {reason}.")
        elif job.task:
            queue.put_back(job.task, reason)


class _Job:
    """A grading process, as the class sees it."""

    def __init__(self, open_grader: OpenGrader) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(open_grader, theirs))
        self._process.start()
        theirs.close()
        self.ready = False
        self.task: Task | None = None
        self.last_words = ""

    def give(self, task: Task) -> None:
        self.task = task
        with suppress(OSError):  # if it has died, that is noticed where its answer is awaited
            self.pipe.send(task)

    def hear(self) -> Any:
        """What it says next, or None if it has died."""
        try:
            return json.loads(self.pipe.recv_bytes())
        except (EOFError, OSError):
            return None

    def let_go(self) -> None:
        """An idle one closes its grader and ends; a busy one is killed."""
        self.pipe.close()
        if self.task:
            self._process.kill()

    def end(self) -> str:
        """Wait until it has ended, after `let_go`; says how it ended."""
        self._process.join(10)
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()
        code = self._process.exitcode or 0
        self._process.close()
        how = f"was killed by signal {-code}" if code < 0 else f"ended by itself with exit code {code}"
        return self.last_words or f"the grading process {how}"


def _work(open_grader: OpenGrader, pipe: Connection) -> None:
    """The life of a grading process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the class's to handle
    os.environ |= _ONE_THREAD
    threading.Thread(target=_go_with_parent, daemon=True).start()
    with suppress(OSError), ExitStack() as stack:
        try:
            grader = stack.enter_context(open_grader())
        except Exception as error:
            _say(pipe, cannot_start(error))
            return
        _say(pipe, {"ready": True})
        while (task := _next_task(pipe)) is not None:
            outcome = grade_task(grader, task)
            _say(pipe, outcome)
            if "result" not in outcome:
                return


def _go_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent:
        wait([parent.sentinel])
        os._exit(1)


def _next_task(pipe: Connection) -> Task | None:
    try:
        task: Task = pipe.recv()
    except EOFError:
        return None
    return task


def _say(pipe: Connection, words: dict[str, Any]) -> None:
    pipe.send_bytes(json.dumps(words).encode())
