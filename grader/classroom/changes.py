"""What a regrading changed: whose points, from what to what, by which check."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.classroom.journal import Journal
from grader.classroom.tables import number, plain
from grader.files import write_if_changed


@dataclass(frozen=True)
class Change:
    """One check that gives a student other points than before; `why` is the notebook or the checks."""

    student: str
    lesson: str
    exercise: str
    check: str
    before: float
    after: float
    why: str


def changes(journal: Journal, last: int) -> list[Change]:
    """All changes since the result `last`; a check that there is in one of the two only counts 0 in the other."""
    return [
        change
        for old, new, other in journal.graded_again(last)
        for change in _between(old, new, "another notebook" if other else "the checks have changed")
    ]


def _between(old: dict[str, Any], new: dict[str, Any], why: str) -> Iterator[Change]:
    before, after = dict(_points(old)), dict(_points(new))
    for exercise, check in dict.fromkeys([*before, *after]):
        points = before.get((exercise, check), 0.0), after.get((exercise, check), 0.0)
        if points[0] != points[1]:
            yield Change(new["student"], new["lesson"], exercise, check, *points, why)


def _points(result: dict[str, Any]) -> Iterator[tuple[tuple[str, str], float]]:
    for exercise in result["exercises"]:
        for check in exercise["checks"]:
            yield (exercise["name"], check["name"]), float(check["score"])


def sentences(found: Iterable[Change]) -> list[str]:
    """A sentence for each student and lesson."""
    by_submission: dict[tuple[str, str], list[Change]] = {}
    for change in found:
        by_submission.setdefault((change.student, change.lesson), []).append(change)
    return [
        f"{student}, {lesson}: {sum(one.after - one.before for one in group):+g} points ({group[0].why}): "
        + ", ".join(f"{one.exercise}/{one.check} {one.before:g} → {one.after:g}" for one in group[:3])
        + (f" and {len(group) - 3} more" if len(group) > 3 else "")
        for (student, lesson), group in by_submission.items()
    ]


def write_changes(path: Path, found: Iterable[Change]) -> None:
    """A CSV file with a line for each change."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["student", "lesson", "exercise", "check", "before", "after", "why"])
    for one in found:
        names = map(plain, (one.student, one.lesson, one.exercise, one.check))
        writer.writerow([*names, number(one.before), number(one.after), one.why])
    write_if_changed(path, text.getvalue().encode("utf-8-sig", "replace"))
