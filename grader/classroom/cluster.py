"""Grading on the workers of a Dask cluster: notebooks travel there as bytes, results come back as JSON has them.

Losing a worker costs nothing: the cluster gives what it was grading to another one.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from distributed import Client, Future, get_worker, wait
from distributed.scheduler import KilledWorker

from grader.classroom import CannotGrade
from grader.classroom.tasks import AnyGrader, OpenGrader, Queue, Task, cannot_start, grade_task
from grader.course.version import course_version

_CONNECT_SECONDS = 10
_GLANCE_SECONDS = 1.0
_PATIENCE = 60.0  # without a single worker
_IDLE_SECONDS = 30.0
_KEPT = "Everything graded so far is kept; run the same command to resume."


class Cluster:
    """The workers of a Dask scheduler; each grades one submission at a time, with a grader of its own."""

    def __init__(self, open_grader: OpenGrader, address: str) -> None:
        self._open_grader = open_grader
        self._address = address
        self._seen = time.monotonic()

    def results(self, tasks: Iterator[Task]) -> Iterator[tuple[Task, dict[str, Any]]]:
        """Each task with its result in JSON form, as soon as it is there. CannotGrade if the cluster fails."""
        queue = Queue(tasks)
        if not queue:
            return
        with self._client() as client:
            running: dict[Future, Task] = {}
            while queue or running:
                for _ in range(self._size(client) - len(running)):
                    if queue:
                        task = queue.pop()
                        running[self._submit(client, task)] = task
                for future in _finished(running):
                    task = running.pop(future)
                    match self._outcome(future):
                        case {"result": result}:
                            yield task, result
                        case {"failed": reason}:
                            queue.put_back(task, reason)
                        case {"cannot": reason}:
                            raise CannotGrade(reason)

    @contextmanager
    def _client(self) -> Iterator[Client]:
        """A connection to the scheduler; CannotGrade if there is none, or if it breaks."""
        try:
            client = Client(self._address, timeout=_CONNECT_SECONDS)
        except (OSError, ValueError) as error:
            raise CannotGrade(f"There is no Dask scheduler at {self._address}: {error}") from None
        try:
            yield client
        except (OSError, CancelledError) as error:
            raise CannotGrade(f"The Dask scheduler at {self._address} is gone ({error}). {_KEPT}") from None
        finally:
            client.close(timeout=_CONNECT_SECONDS)

    def _size(self, client: Client) -> int:
        """How many submissions the cluster can grade at once; CannotGrade if it has had no worker for a while."""
        workers = len(client.nthreads())
        if workers:
            self._seen = time.monotonic()
        elif time.monotonic() - self._seen > _PATIENCE:
            raise CannotGrade(
                f"The Dask scheduler at {self._address} has had no worker for {_PATIENCE:g} seconds. {_KEPT}"
            )
        return workers

    def _submit(self, client: Client, task: Task) -> Future:
        content = b""
        try:
            content = task.path.read_bytes() if task.refused is None else b""
        except OSError as error:
            task = replace(task, refused=f"The file cannot be opened: {error.strerror}.")
        key = f"grade-{task.student}-{task.lesson}-{time.monotonic_ns()}"
        return client.submit(
            _grade, self._open_grader, replace(task, key=None), content, course_version(), key=key, pure=False
        )

    def _outcome(self, future: Future) -> dict[str, Any]:
        error = future.exception()
        if error is None:
            return dict(future.result())
        if isinstance(error, KilledWorker):
            return {"failed": "the Dask workers that graded it were lost"}
        return {"cannot": f"The workers of {self._address} cannot grade ({type(error).__name__}: {error})."}


def _finished(running: dict[Future, Task]) -> list[Future]:
    """Those that are finished by now, after waiting a moment for the first."""
    if not running:
        time.sleep(_GLANCE_SECONDS)
        return []
    try:
        return list(wait(list(running), timeout=_GLANCE_SECONDS, return_when="FIRST_COMPLETED").done)
    except TimeoutError:
        return []


class _KeptGrader:
    """The grader of a Dask worker: opened when it is needed, closed when it has been idle for a while."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._stack = ExitStack()
        self._grader: AnyGrader | None = None
        self._opened_by: OpenGrader | None = None
        self._used = 0.0

    def grade(self, open_grader: OpenGrader, task: Task) -> dict[str, Any]:
        with self._turn:
            if self._opened_by != open_grader:
                self._close()
            if self._grader is None:
                try:
                    self._grader = self._stack.enter_context(open_grader())
                except Exception as error:
                    return cannot_start(error)
                self._opened_by = open_grader
            outcome = grade_task(self._grader, task)
            if "result" not in outcome:
                self._close()
            self._used = time.monotonic()
            timer = threading.Timer(_IDLE_SECONDS, self._close_if_idle)
            timer.daemon = True
            timer.start()
            return outcome

    def _close_if_idle(self) -> None:
        with self._turn:
            if time.monotonic() - self._used >= _IDLE_SECONDS:
                self._close()

    def _close(self) -> None:
        self._grader = self._opened_by = None
        self._stack.close()


_KEPT_GRADER = _KeptGrader()


def _grade(open_grader: OpenGrader, task: Task, content: bytes, version: str) -> dict[str, Any]:
    """Runs on a Dask worker. Its folder is one that Dask clears away even if the worker is killed."""
    worker = get_worker()
    if course_version() != version:
        return {
            "cannot": f"The Dask worker {worker.address} has a different version of the course, of Python or of a "
            "package that affects results. Install the same versions there."
        }
    with tempfile.TemporaryDirectory(dir=worker.local_directory) as folder:
        path = Path(folder) / "submission.ipynb"
        path.write_bytes(content)
        return _KEPT_GRADER.grade(open_grader, replace(task, path=path))
