"""What a submission may use before it is stopped."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 2**20


@dataclass(frozen=True)
class Limits:
    """Limits for one worker, but `total_seconds`: for a submission. Seconds are wall-clock unless they say CPU.

    `cell_seconds` is the most for one cell and for one call, not counting what a busy machine makes it wait;
    `written_bytes` counts everything that is ever written, deleted or not.
    """

    cell_seconds: float = 60.0
    total_seconds: float = 600.0
    cpu_seconds: int = 300
    memory_bytes: int = 4096 * MIB
    scratch_bytes: int = 256 * MIB
    scratch_files: int = 10_000
    written_bytes: int = 2048 * MIB
    threads: int = 64
    file_bytes: int = 64 * MIB
    open_files: int = 64
