"""What the kernel tells about a running worker. Where it tells nothing, everything is 0."""

from __future__ import annotations

from pathlib import Path


def used_by(pid: int) -> tuple[int, int]:
    """How many bytes a process has written so far, and how many threads it has."""
    try:
        counts = dict(line.split(": ") for line in Path(f"/proc/{pid}/io").read_text().splitlines())
        threads = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[17]
    except (OSError, ValueError):
        return 0, 0
    return int(counts["wchar"]), int(threads)


def waited_for_processor(pid: int) -> float:
    """How many seconds a process, and this thread, have been ready to run while something else ran."""
    return _run_delay(f"/proc/{pid}") + _run_delay("/proc/thread-self")


def _run_delay(task: str) -> float:
    try:
        with open(f"{task}/schedstat", "rb", buffering=0) as file:
            return int(file.read().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0
