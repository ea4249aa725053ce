"""What the process of the checks may use on account of one submission: memory, and processor time for an exercise."""

from __future__ import annotations

import ctypes
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.failures import NotChecked

_MEMORY = 3 * 2**30


@contextmanager
def bounded_memory() -> Iterator[None]:
    """While it lasts, this process may use a few gigabytes more at most: a check that goes beyond that fails."""
    if sys.platform != "linux":
        yield
        return
    import resource

    before, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() + _MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (min([most, *[m for m in (before, hard) if m >= 0]]), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (before, hard))


class TookTooLong(BaseException):
    """Raised in the midst of a check; no `except Exception` on the way is to catch it."""


class Allowance:
    """Seconds of processor time for all checks of an exercise. What a worker takes for its answers is not part of it.

    Another thread has to `enforce` it now and then. The check that goes on ends with TookTooLong: at its next step in
    Python, so single operations have to be kept short by looking at sizes first.
    """

    def __init__(self, seconds: float) -> None:
        self._left = seconds
        self._lock = threading.Lock()
        self._spending: tuple[int, float] | None = None  # the thread, and the time on its clock at which it is to end

    @contextmanager
    def spend(self) -> Iterator[None]:
        """What this thread does meanwhile counts. NotChecked when nothing is left."""
        if self._left <= 0:
            raise NotChecked("The checks before this one took too long on what your code gave them.")
        start = time.thread_time()
        with self._lock:
            self._spending = threading.get_ident(), start + self._left
        try:
            yield
        finally:
            with self._lock:
                _raise_in(threading.get_ident(), None)
                self._spending = None
            self._left -= time.thread_time() - start

    def enforce(self) -> None:
        """Ends what is being checked if it has used up what it may."""
        with self._lock:
            if self._spending and _time_of(self._spending[0]) > self._spending[1]:
                _raise_in(self._spending[0], TookTooLong)
                self._spending = None


def _time_of(thread: int) -> float:
    """The processor time that a thread has used; 0 where the system does not tell."""
    if sys.platform != "linux":
        return 0.0
    return time.clock_gettime(time.pthread_getcpuclockid(thread))


def _raise_in(thread: int, error: type[BaseException] | None) -> None:
    """Raises an exception in a thread, at its next step in Python; None takes back one that is not raised yet."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), error and ctypes.py_object(error))
