"""What an instructor decides against or beside the checks: read from OUT/decisions.csv, applied at every run.

The file is the instructor's: `grader decide` adds lines to it, and nothing here ever changes one.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.classroom import CannotGrade
from grader.classroom.separators import separator
from grader.results import Result

FILE = "decisions.csv"
_MORE = "more"  # than the header has
COLUMNS = ("student", "lesson", "exercise", "score", "add", "excused", "late_penalty", "reason")
_ENDED = re.compile(r"[.!?…][)\]\"'”’»]*\s*$")  # a sentence
_YES, _NO = ("yes", "y", "true", "1", "x"), ("", "no", "n", "false", "0")


@dataclass(frozen=True)
class Decision:
    """One line. `exercise` "" means the whole lesson; `late_penalty` is a share of the lesson's points."""

    student: str
    lesson: str
    exercise: str = ""
    score: float | None = None
    add: float = 0.0
    excused: bool = False
    late_penalty: float = 0.0
    reason: str = ""
    line: int = 0


@dataclass
class Standing:
    """What a submission is worth: points by exercise, and in all; `score` is None for what does not count.

    `notes` has a sentence for each decision, and `above` names what these give more points than there are. `excused`:
    the whole lesson does not count.
    """

    scores: dict[str, float]
    score: float | None
    max_score: float
    notes: list[str] = field(default_factory=list)
    excused: bool = False
    above: list[str] = field(default_factory=list)


def read_decisions(out: Path) -> list[Decision]:
    """The instructor's decisions; CannotGrade, with the line, for one that cannot be understood."""
    path = out / FILE
    if not path.exists():
        return []
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CannotGrade(f"{path} cannot be read: {error}.") from error
    reader = csv.DictReader(io.StringIO(text), restkey=_MORE, delimiter=separator(text))
    unknown = [name for name in reader.fieldnames or () if name not in COLUMNS]
    if unknown or "student" not in (reader.fieldnames or ()):
        raise CannotGrade(f"{path}: the first line has to name columns of these: {', '.join(COLUMNS)}.")
    found = []
    try:
        for line in reader:
            if any(line.pop(_MORE, None) or []):
                raise CannotGrade(f"{path}, line {reader.line_num}: more columns than the first line: quote commas.")
            if any((value or "").strip() for value in line.values()):
                found.append(_decision(path, reader.line_num, line))
    except csv.Error as error:
        raise CannotGrade(f"{path}, line {reader.line_num} cannot be read: {error}.") from error
    return found


def _decision(path: Path, number: int, line: dict[str, Any]) -> Decision:
    def text(column: str) -> str:
        return str(line.get(column) or "").strip()

    def wrong(column: str, help: str) -> CannotGrade:
        return CannotGrade(f"{path}, line {number}: {column} is {text(column)!r}; {help}.")

    def points(column: str) -> float | None:
        if not text(column):
            return None
        try:
            value = float(text(column))
        except ValueError:
            raise wrong(column, "write a number of points") from None
        if not abs(value) < 1e6:
            raise wrong(column, "write a number of points")
        return value

    if not text("student") or not text("lesson"):
        raise CannotGrade(f"{path}, line {number}: give a student and a lesson.")
    if text("excused").lower() not in (*_YES, *_NO):
        raise wrong("excused", "write yes or nothing")
    share = text("late_penalty").removesuffix("%")
    try:
        penalty = float(share or 0) / (100 if text("late_penalty").endswith("%") else 1)
    except ValueError:
        penalty = math.nan
    if not 0 <= penalty <= 1:
        raise wrong("late_penalty", "write a share such as 10% or 0.1")
    if penalty and text("exercise"):
        raise wrong("late_penalty", "it holds for a whole lesson, so leave the exercise empty")
    return Decision(
        text("student"), text("lesson"), text("exercise"), points("score"), points("add") or 0.0,
        text("excused").lower() in _YES, penalty, text("reason"), number,
    )  # fmt: skip


def add_decision(out: Path, decision: Decision) -> None:
    """Adds a line to the instructor's file, which is made if it is not there.

    CannotGrade, and nothing is written, if that line or what is there already could not be understood.
    """
    read_decisions(out)
    path = out / FILE
    text = io.StringIO()
    before = path.read_text("utf-8-sig") if path.exists() else ""
    writer = csv.writer(text, delimiter=separator(before), lineterminator="\n")
    header = next(csv.reader(io.StringIO(before), delimiter=separator(before)), None)
    if header is None:
        header = list(COLUMNS)
        writer.writerow(header)
    values = {
        "student": decision.student, "lesson": decision.lesson, "exercise": decision.exercise,
        "score": "" if decision.score is None else repr(decision.score),
        "add": repr(decision.add) if decision.add else "",
        "excused": "yes" if decision.excused else "",
        "late_penalty": repr(decision.late_penalty) if decision.late_penalty else "", "reason": decision.reason,
    }  # fmt: skip
    _decision(path, len(before.splitlines() or [header]) + 1, values)
    if lacking := [name for name, value in values.items() if value and name not in header]:
        raise CannotGrade(f"{path}: the first line lacks {', '.join(lacking)}: add it there.")
    writer.writerow([values.get(name, "") for name in header])
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write(("\n" if before and not before.endswith("\n") else "") + text.getvalue())


def standing_of(result: Result, decisions: list[Decision]) -> Standing:
    """What a result is worth with the decisions about this student and lesson, in their order.

    Those about exercises come first. A notebook that could not be graded is worth nothing until somebody decides.
    """
    counts = result.is_graded
    scores = {one.name: one.score for one in result.exercises}
    most = {one.name: one.max_score for one in result.exercises}
    standing = Standing(scores, None, sum(most.values()))
    for decision in decisions:
        if decision.exercise in scores:
            _decide_exercise(standing, most, decision)
            counts = True
    standing.max_score = sum(most[name] for name in scores)
    standing.score = sum(scores.values()) if counts else None
    for decision in decisions:
        if not decision.exercise:
            _decide_lesson(standing, decision)
    if decisions and most:
        standing.above = list(_above(standing, most))
    return standing


def _above(standing: Standing, most: dict[str, float]) -> Iterator[str]:
    for name, score in standing.scores.items():
        if score > most[name]:
            yield f"`{name}` {score:g} of {most[name]:g} points"
    if standing.score is not None and standing.score > standing.max_score:
        yield f"the lesson {standing.score:g} of {standing.max_score:g} points"


def _decide_exercise(standing: Standing, most: dict[str, float], decision: Decision) -> None:
    name, before = decision.exercise, standing.scores[decision.exercise]
    if decision.excused:
        del standing.scores[name], most[name]
        standing.notes.append(_sentence(f"`{name}` does not count", decision))
        return
    after = max(0.0, (before if decision.score is None else decision.score) + decision.add)
    standing.scores[name] = after
    standing.notes.append(_sentence(f"`{name}`: {after:g} points instead of {before:g}", decision))


def _decide_lesson(standing: Standing, decision: Decision) -> None:
    if decision.excused:
        standing.score, standing.excused = None, True
        standing.notes.append(_sentence("Excused: this lesson does not count", decision))
        return
    before, standing.excused = standing.score or 0.0, False
    after = max(0.0, (before if decision.score is None else decision.score) + decision.add)
    standing.score = after * (1 - decision.late_penalty)
    penalty = f", {100 * decision.late_penalty:g}% off for being late" if decision.late_penalty else ""
    standing.notes.append(_sentence(f"{standing.score:g} points instead of {before:g}{penalty}", decision))


def _sentence(what: str, decision: Decision) -> str:
    stop = "" if not decision.reason or _ENDED.search(decision.reason) else "."
    return f"{what}. {decision.reason}{stop}".rstrip()
