"""What honest notebooks do and confinement does not allow: done in another way, or told in a sentence.

Nothing here protects anything. A notebook that undoes it is refused by the kernel.
"""

from __future__ import annotations

import functools
import inspect
import mmap
import os
import socket
from typing import Any

from grader.worker import event_loop, threads_alone
from grader.worker.commands import Commands

_NEED_PROCESSES = ("num_workers", "prefetch_factor", "persistent_workers", "multiprocessing_context", "timeout")
_MODES_AND_TIMES = ("chmod", "fchmod", "utime")


def prepare_libraries() -> None:
    """Once, before workers are forked: libraries start no processes and no compilers, and read no /proc."""
    import joblib
    import threadpoolctl
    import torch
    import torch._dynamo

    joblib.parallel.DEFAULT_BACKEND = "sequential"
    for name in ("loky", "multiprocessing"):  # which a notebook may have asked for
        joblib.parallel.BACKENDS[name] = joblib.parallel.SequentialBackend
    threadpoolctl._HAS_PROCFS = False
    torch._dynamo.config.disable = True  # `torch.compile` gives back what it is given
    torch.ones(1, 1, dtype=torch.half) @ torch.ones(1, 1, dtype=torch.half)  # reads what the processor can do
    _load_data_in_this_process()


def _load_data_in_this_process() -> None:
    from torch.utils.data import DataLoader

    start = DataLoader.__init__
    signature = inspect.signature(start)

    @functools.wraps(start)
    def start_alone(self: Any, *args: Any, **options: Any) -> None:
        bound = signature.bind(self, *args, **options)
        for name in _NEED_PROCESSES:
            bound.arguments.pop(name, None)
        start(*bound.args, **bound.kwargs)

    DataLoader.__init__ = start_alone  # type: ignore[method-assign]


def replace_calls(commands: Commands) -> None:
    """In a worker: calls that the kernel refuses are left out, or made in a way that it allows."""
    os.system = commands.system  # type: ignore[assignment]
    event_loop.let_tasks_be_made()
    threads_alone.share_among_threads()
    for name in _MODES_AND_TIMES:
        setattr(os, name, _changes_nothing)
    os.listxattr = _no_names
    mmap.mmap = _Map  # type: ignore[misc]
    socket.socketpair = _pipe  # type: ignore[assignment]


def _changes_nothing(path: Any, *arguments: Any, **options: Any) -> None:
    """FileNotFoundError if there is no such file: that is how `Path.touch` finds out."""
    os.stat(path)


def _no_names(*arguments: Any, **options: Any) -> list[str]:
    return []


class _Map(mmap.mmap):
    """Maps a file for reading in the way that is allowed, as a map of one's own."""

    def __new__(
        cls,
        fileno: int,
        length: int,
        flags: int = mmap.MAP_SHARED,
        prot: int = mmap.PROT_READ | mmap.PROT_WRITE,
        access: int = mmap.ACCESS_DEFAULT,
        offset: int = 0,
    ) -> _Map:
        if access == mmap.ACCESS_READ or (access == mmap.ACCESS_DEFAULT and prot == mmap.PROT_READ):
            return super().__new__(cls, fileno, length, mmap.MAP_PRIVATE, mmap.PROT_READ, offset=offset)
        if fileno != -1 and access != mmap.ACCESS_COPY and not flags & mmap.MAP_PRIVATE:
            raise PermissionError("a file cannot be mapped for writing here: use `np.save` or `torch.save`")
        if access != mmap.ACCESS_DEFAULT:
            return super().__new__(cls, fileno, length, access=access, offset=offset)
        return super().__new__(cls, fileno, length, flags, prot, offset=offset)


class _PipeEnd:
    """As much of a socket as asyncio needs to wake itself up."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def fileno(self) -> int:
        return self._descriptor

    def setblocking(self, blocking: bool) -> None:
        os.set_blocking(self._descriptor, blocking)

    def recv(self, size: int) -> bytes:
        return os.read(self._descriptor, size)

    def send(self, data: bytes) -> int:
        return os.write(self._descriptor, data)

    def close(self) -> None:
        os.close(self._descriptor)


def _pipe() -> tuple[_PipeEnd, _PipeEnd]:
    """In place of a pair of sockets, which a worker may not have. asyncio reads from the first one only."""
    reading, writing = os.pipe()
    return _PipeEnd(reading), _PipeEnd(writing)
