"""What the benchmarks share: a lesson's solution as names, a table, a line about the machine."""

from __future__ import annotations

import os
import platform
import statistics
import textwrap
from collections.abc import Collection, Iterable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def solution(lesson_id: str, without: Collection[str] = ()) -> dict[str, Any]:
    """The names that a lesson's set-up cells and reference answers define, without those of some exercises."""
    from grader.course import script

    names: dict[str, Any] = {"__name__": "lesson"}
    for cell in script.read(ROOT / "solutions" / f"{lesson_id}.py"):
        if cell.kind in ("setup", "exercise") and cell.name not in without:
            exec(compile(script.reference(cell), f"<{cell.name or 'setup'}>", "exec"), names)
    if "tqdm" in names:
        names["tqdm"] = partial(names["tqdm"], disable=True)  # no bars between the tables
    return names


def machine(threads: int | None = None) -> str:
    """What the figures depend on. The load says how many processes wanted a core in the last minute."""
    load = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    used = f" ({threads} used by torch)" if threads else ""
    return f"{cores()} cores{used}, torch {version('torch')}, Python {platform.python_version()}{load}"


def print_table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """The title, and columns as wide as they need to be: the first to the left, the others to the right."""
    lines = [list(head), *map(list, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    print("\n" + textwrap.fill(title, 110, subsequent_indent="   ") + "\n")
    for number, (label, *cells) in enumerate(lines):
        aligned = [cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True)]
        print("  ".join([label.ljust(widths[0]), *aligned]).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths))


def middle(values: Iterable[float]) -> float:
    return statistics.median(values)


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
