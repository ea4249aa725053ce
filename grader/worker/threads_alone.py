"""What `multiprocessing` shares among processes, for threads alone: its pools of threads, locks, queues and values.

The kernel gives a worker neither semaphores with names nor shared files. There is no other process to share them with.
"""

from __future__ import annotations

import mmap
import multiprocessing.heap
import multiprocessing.synchronize
import threading
from types import SimpleNamespace
from typing import Any

_RECURSIVE_MUTEX = 0


def share_among_threads() -> None:
    """In a worker, which cannot start a process."""
    present = vars(multiprocessing.synchronize._multiprocessing)  # type: ignore[attr-defined]
    multiprocessing.synchronize._multiprocessing = SimpleNamespace(**present | {"SemLock": _SemLock})  # type: ignore[attr-defined]
    multiprocessing.heap.Arena = _Arena  # type: ignore[assignment,misc]


class _SemLock:
    """As `_multiprocessing.SemLock`, with the semaphores and locks of `threading`."""

    SEM_VALUE_MAX = multiprocessing.synchronize.SEM_VALUE_MAX  # type: ignore[attr-defined]

    def __init__(self, kind: int, value: int, maxvalue: int, name: str, unlink: bool) -> None:
        self.kind, self.maxvalue, self.name, self.handle = kind, maxvalue, None, 0
        self._free = threading.Semaphore(value)
        self._bound = threading.Lock()
        self._owner: int | None = None
        self._depth = 0

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        if self.kind == _RECURSIVE_MUTEX and self._is_mine():
            self._depth += 1
            return True
        got = self._free.acquire(block, max(0.0, timeout) if block and timeout is not None else None)
        if got:
            self._owner = threading.get_ident()
            self._depth += 1
        return got

    def release(self) -> None:
        if self.kind == _RECURSIVE_MUTEX:
            if not self._is_mine():
                raise AssertionError("attempt to release recursive lock not owned by thread")
            self._depth -= 1
            if self._depth:
                return
            self._owner = None
            self._free.release()
            return
        with self._bound:
            if self._get_value() >= self.maxvalue:
                raise ValueError("semaphore or lock released too many times")
            self._depth -= 1
            self._free.release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *exception: object) -> None:
        self.release()

    def _is_mine(self) -> bool:
        return self._depth > 0 and self._owner == threading.get_ident()

    def _count(self) -> int:
        return self._depth

    def _get_value(self) -> int:
        return self._free._value

    def _is_zero(self) -> bool:
        return self._get_value() == 0

    def _after_fork(self) -> None:
        pass


class _Arena:
    """Memory for `multiprocessing.Value` and `Array`, without a file behind it."""

    def __init__(self, size: int, fd: int = -1) -> None:
        self.size, self.fd = size, -1
        self.buffer: Any = mmap.mmap(-1, size)
