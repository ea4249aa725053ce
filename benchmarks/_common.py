"""What the benchmarks share: a lesson's solution as names, a table, a line about the machine."""

from __future__ import annotations

import argparse
import os
import platform
import textwrap
from collections.abc import Iterable, Sequence
from functools import partial
from importlib.metadata import version
from typing import Any

from grader.course import script
from grader.course.catalogue import UnknownLesson, lesson, lesson_ids
from grader.course.folders import COURSE


def solution(lesson_id: str, **instead: Any) -> dict[str, Any]:
    """The names that a lesson's set-up cells and reference answers define, its trained models left out.

    `instead`: other definitions of some names, which the lesson's functions then use.
    """
    names: dict[str, Any] = {"__name__": "lesson"}
    for cell in script.read(COURSE.script(lesson_id)):
        if cell.kind in ("setup", "exercise") and not is_trained_model(cell.name):
            exec(compile(script.reference(cell), f"<{cell.name or 'setup'}>", "exec"), names)
    if "tqdm" in names:
        names["tqdm"] = partial(names["tqdm"], disable=True)  # no bars between the tables
    names.update(instead)
    return names


def is_trained_model(exercise: str) -> bool:
    """Whether the answer to an exercise is a model that the student has trained."""
    return exercise.startswith("trained_")


def lessons_named(parser: argparse.ArgumentParser, names: Sequence[str]) -> list[str]:
    """The ids of these lessons, of all if none is named; ends the program where there is no such lesson."""
    try:
        return [lesson(name).id for name in names or lesson_ids()]
    except UnknownLesson as error:
        parser.error(str(error))


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


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
