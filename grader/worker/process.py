"""What the kernel tells about a running worker. Where it tells nothing, everything is 0."""

from __future__ import annotations

import os
from pathlib import Path


def used_by(pid: int) -> tuple[int, int]:
    """How many bytes a process has written so far, and how many threads it has."""
    try:
        counts = dict(line.split(": ") for line in Path(f"/proc/{pid}/io").read_text().splitlines())
        threads = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[17]
    except (OSError, ValueError):
        return 0, 0
    return int(counts["wchar"]), int(threads)


class RunDelay:
    """How long a process, and the thread that asks it, have been ready to run while something else ran."""

    def __init__(self, pid: int) -> None:
        self._files = [_opened(f"/proc/{pid}/schedstat"), _opened("/proc/thread-self/schedstat")]

    def seconds(self) -> float:
        """In all, so far. It is read at every question, so the files stay open."""
        return sum(_second_number(file) for file in self._files) / 1e9

    def close(self) -> None:
        for file in self._files:
            if file is not None:
                os.close(file)


def _opened(path: str) -> int | None:
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None


def _second_number(file: int | None) -> int:
    try:
        return 0 if file is None else int(os.pread(file, 128, 0).split()[1])
    except (OSError, ValueError, IndexError):
        return 0
