"""What a run changed in the gradebook: whose points, from what to what, by which check, and why."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.classroom.journal import Journal
from grader.classroom.tables import number, plain
from grader.files import write_if_changed

_MOST = 3  # checks in a sentence


@dataclass(frozen=True)
class CheckChange:
    """A check that gives other points than before; one that there is in one of the two only counts 0 in the other."""

    exercise: str
    check: str
    before: float
    after: float


@dataclass(frozen=True)
class Change:
    """A submission of which the gradebook shows other points: in all (None for no score), or from some checks."""

    student: str
    lesson: str
    before: float | None
    after: float | None
    why: str
    checks: tuple[CheckChange, ...]

    @property
    def difference(self) -> float:
        return (self.after or 0.0) - (self.before or 0.0)


def changes(journal: Journal, scores: Mapping[tuple[str, str], float | None]) -> list[Change]:
    """How what the gradebook showed until now differs from what stands in the journal.

    scores: those to be shown now, with the instructor's decisions, by student and lesson.
    """
    found = []
    for shown in journal.shown():
        student, lesson = shown.now["student"], shown.now["lesson"]
        checks = tuple(_between(shown.result, shown.now))
        after = scores[student, lesson]
        if checks or number(shown.score) != number(after):
            found.append(Change(student, lesson, shown.score, after, shown.why, checks))
    return found


def _between(old: dict[str, Any], new: dict[str, Any]) -> Iterator[CheckChange]:
    before, after = dict(_points(old)), dict(_points(new))
    for exercise, check in dict.fromkeys([*before, *after]):
        points = before.get((exercise, check), 0.0), after.get((exercise, check), 0.0)
        if points[0] != points[1]:
            yield CheckChange(exercise, check, *points)


def _points(result: dict[str, Any]) -> Iterator[tuple[tuple[str, str], float]]:
    for exercise in result["exercises"]:
        for check in exercise["checks"]:
            yield (exercise["name"], check["name"]), float(check["score"])


def sentences(found: Iterable[Change]) -> list[str]:
    """A sentence for each submission whose points in all have changed, the largest change first."""
    moved = [one for one in found if number(one.before) != number(one.after)]
    return [_sentence(one) for one in sorted(moved, key=lambda one: (-abs(one.difference), one.student, one.lesson))]


def _sentence(change: Change) -> str:
    before = "no score" if change.before is None else f"{change.before:g}"
    after = "no score" if change.after is None else f"{change.after:g} points"
    checks = sorted(change.checks, key=lambda one: -abs(one.after - one.before))
    listed = ", ".join(f"{one.exercise}/{one.check} {one.before:g} → {one.after:g}" for one in checks[:_MOST])
    more = f" and {len(checks) - _MOST} more" if len(checks) > _MOST else ""
    return f"{change.student}, {change.lesson}: {before} → {after} ({change.why})" + (
        f": {listed}{more}" if checks else ""
    )


def write_changes(path: Path, found: Iterable[Change]) -> None:
    """A CSV file with a line for each check; without one for a submission that only a decision has changed."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["student", "lesson", "exercise", "check", "before", "after", "why"])
    for one in found:
        names = plain(one.student), plain(one.lesson)
        for check in one.checks:
            points = number(check.before), number(check.after)
            writer.writerow([*names, plain(check.exercise), plain(check.check), *points, one.why])
        if not one.checks:
            writer.writerow([*names, "", "", number(one.before), number(one.after), one.why])
    write_if_changed(path, text.getvalue().encode("utf-8-sig", "replace"))
