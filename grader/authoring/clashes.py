"""Names that stand for two things somewhere in the course: a sentence for each."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from grader.classroom.tables import COLUMNS
from grader.course.folders import Folders


def clashes(folders: Folders, lessons: Iterable[str]) -> list[str]:
    """Exercises and misconceptions that two tables define, and exercises named like another column of a gradebook."""
    exercises: dict[str, list[Path]] = defaultdict(list)
    misconceptions: dict[str, set[Path]] = defaultdict(set)
    for lesson in lessons:
        for name in names_in(folders.exercises(lesson), "exercises"):
            exercises[name].append(folders.exercises(lesson))
        for table in folders.misconceptions(lesson):
            for name in names_in(table):
                misconceptions[name].add(table)
    found = [
        f"{tables[0]}: an exercise cannot be called {name}" for name, tables in exercises.items() if name in COLUMNS
    ]
    for what, places in (("exercise", exercises), ("misconception", misconceptions)):
        for name, tables in places.items():
            if len(tables) > 1:
                found.append(f"the {what} {name} is in more than one table: {', '.join(map(str, sorted(tables)))}")
    return found


def names_in(table: Path, section: str = "") -> list[str]:
    """What a table defines; nothing if it is missing or damaged, which is reported elsewhere."""
    try:
        entries = tomllib.loads(table.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError):
        return []
    return list(entries.get(section, {}) if section else entries)
