"""The tables for instructors as CSV: a line for each student and lesson, and the totals of each student."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from grader.class_report import Reached
from grader.classroom import CannotGrade
from grader.classroom.decisions import Standing
from grader.classroom.roster import Identity, Member
from grader.classroom.separators import separator
from grader.files import write_if_changed
from grader.untrusted import one_line

WEIGHTS = "weights.csv"
UNKNOWN_LESSON = "unknown"
_FIRST = ("student", "id", "email", "section", "lesson", "late", "file", "graded", "score", "max_score")
COLUMNS = (*_FIRST, "decisions", "notes", "error")  # the exercises' columns come before the last three
# What begins a formula, and what may stand between columns; in every form that one of these has in Unicode.
_SIGNS = "=+@＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋⩵⩶﬩−-"
_SEPARATORS = ",;:|~^¦\t，；：｜～＾￤﹐﹔﹕､、﹑،؛\u037e︐︑︓︔"
# A program may cut cells elsewhere than we do, and drop quotation marks there.
_FORMULA = re.compile(rf"^(?='|[\s\"']*[{_SIGNS}])|(?<=[{_SEPARATORS}])(?=[\s\"']*[{_SIGNS}])")


@dataclass(frozen=True)
class Line:
    """One student's submission for one lesson, and the student's line of the class list, if there is one.

    `error` says why it could not be graded, "" if it was; `notes` what was odd about it.
    """

    student: str
    lesson: str
    standing: Standing
    identity: Identity
    graded: str
    error: str
    member: Member | None
    notes: str = ""

    @property
    def person(self) -> tuple[str, str, str]:
        """Number, address and section; what a campus system says about the file before what the class list says."""
        listed = self.member or Member("")
        return self.identity.number or listed.number, self.identity.email or listed.email, listed.section


def gradebook_table(lines: Iterable[Line], exercises: list[str]) -> str:
    """A row for each line, with a column for each exercise of all lessons."""
    rows = [[*_FIRST, *exercises, *COLUMNS[-3:]]]
    for line in lines:
        standing = line.standing
        rows.append(
            [
                plain(line.student), *map(plain, line.person), plain(line.lesson) or UNKNOWN_LESSON,
                "yes" if line.identity.late else "", plain(line.identity.file), line.graded,
                number(standing.score), number(standing.max_score) if standing.scores else "",
                *["" if standing.score is None else number(standing.scores.get(name)) for name in exercises],
                plain(" ".join(standing.notes)), plain(line.notes), plain(line.error),
            ]
        )  # fmt: skip
    return csv_text(rows)


@dataclass(frozen=True)
class Total:
    """What a student has reached: per cent in each lesson, and in all; None for what is excused."""

    person: tuple[str, str, str]
    shares: dict[str, float | None]
    total: float | None


def totals(lines: Iterable[Line], weights: dict[str, float]) -> dict[str, Total]:
    """For each student per cent in each lesson, and the weighted mean of what is not excused."""
    students: dict[str, dict[str, Line]] = {}
    for line in lines:
        students.setdefault(line.student, {})[line.lesson] = line
    return {student: _total(by_lesson, weights) for student, by_lesson in students.items()}


def _total(by_lesson: dict[str, Line], weights: dict[str, float]) -> Total:
    shares = {lesson: share(by_lesson[lesson]) if lesson in by_lesson else 0.0 for lesson in weights}
    counted = {lesson: value for lesson, value in shares.items() if value is not None}
    whole = sum(weights[lesson] for lesson in counted)
    total = sum(weights[lesson] * value for lesson, value in counted.items()) / whole if whole else None
    person = max((line.person for line in by_lesson.values()), key=lambda words: sum(map(bool, words)))
    return Total(person, shares, total)


def totals_table(lines: Iterable[Line], weights: dict[str, float]) -> str:
    """A row for each student with the totals."""
    rows = [["student", "id", "email", "section", *weights, "total"]]
    for student, reached in totals(lines, weights).items():
        cells = [
            number(None if value is None else round(value, 2)) for value in (*reached.shares.values(), reached.total)
        ]
        rows.append([plain(student), *map(plain, reached.person), *cells])
    return csv_text(rows)


def reached(line: Line) -> Reached:
    """The line in short, for a table on the screen."""
    standing = line.standing
    lesson, said = line.lesson or UNKNOWN_LESSON, [*standing.notes, line.error or line.notes]
    counts = share(line) if standing.score is not None and standing.max_score else None
    return Reached(
        line.student, lesson, standing.score, standing.max_score, counts, standing.excused, " ".join(said).strip()
    )


def share(line: Line) -> float | None:
    """Per cent of a lesson's points: 0 for what is missing or unreadable, None for what is excused."""
    if line.standing.score is None:
        return None if line.standing.excused else 0.0
    return 100 * line.standing.score / line.standing.max_score if line.standing.max_score else 0.0


def read_weights(out: Path, lessons: list[str]) -> dict[str, float]:
    """What each lesson weighs in the total, from OUT/weights.csv, which is the instructor's to change.

    A lesson that it does not name weighs 1, and is added to it.
    """
    path = out / WEIGHTS
    weights: dict[str, float] = {}
    if path.exists():
        try:
            text = path.read_text("utf-8-sig")
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator(text)))
            weights = {row[0].strip(): float(row[1]) for row in rows[1:] if row and row[0].strip()}
        except (OSError, ValueError, IndexError, csv.Error) as error:
            raise CannotGrade(
                f"{path} should have lines such as 01_plain_vae,1 below lesson,weight ({error})."
            ) from error
        if any(not math.isfinite(weight) or weight < 0 for weight in weights.values()):
            raise CannotGrade(f"{path}: weights are numbers from 0 on.")
    new = [lesson for lesson in lessons if lesson not in weights]
    weights |= dict.fromkeys(new, 1.0)
    if new:
        rows = [["lesson", "weight"], *[[lesson, number(weight)] for lesson, weight in sorted(weights.items())]]
        write_if_changed(path, csv_text(rows).encode())
    return {lesson: weights[lesson] for lesson in lessons}


def csv_text(rows: list[list[str]]) -> str:
    """The rows as CSV, with one kind of line end on all systems."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def plain(text: str) -> str:
    """`text` on one line, such that no spreadsheet takes it for a formula."""
    return _FORMULA.sub("'", one_line(text))


def number(value: float | None) -> str:
    """A number as short as it can be; nothing for None."""
    if value is None:
        return ""
    return str(int(value)) if value == int(value) else repr(round(value, 6))
