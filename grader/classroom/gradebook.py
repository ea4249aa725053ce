"""The files of a graded class, all made from the journal: the same journal gives the same bytes.

A file that is missing or was changed is written again by the next run; nothing here is ever half-written. A gradebook
that somebody has changed is kept under another name.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.classroom import CannotGrade
from grader.classroom.changes import Change, changes
from grader.classroom.decisions import FILE, Decision, Standing, read_decisions, standing_of
from grader.classroom.journal import Journal
from grader.classroom.names import did_you_mean, some
from grader.classroom.people import ClassList, names_beside
from grader.classroom.roster import Identity, Row
from grader.classroom.tables import (
    UNKNOWN_LESSON,
    WEIGHTS,
    Line,
    gradebook_table,
    plain,
    read_weights,
    totals_table,
)
from grader.files import write_if_changed
from grader.results import CheckResult, ExerciseResult, Result

NOTHING = "Nothing was handed in."
_FEW = 0.25  # of the class: a lesson that fewer have handed in may be there by mistake


@dataclass(frozen=True)
class Sheet:
    """What the page of a student shows: the result, what the instructor has decided, which file, and when."""

    result: Result
    standing: Standing
    identity: Identity
    graded: str


Feedback = Callable[[Sheet], str]


class Book:
    """The class in `journal`, with the decisions in `out`. What `lines` and `lessons` have, `sheets` finds out.

    `lessons` has the exercises of each lesson, and the most points for each.
    """

    def __init__(self, out: Path, journal: Journal) -> None:
        self.lines: list[Line] = []
        self.lessons: dict[str, dict[str, float]] = {}
        self._decisions: dict[tuple[str, str], list[Decision]] = defaultdict(list)
        for decision in read_decisions(out):
            lesson = "" if decision.lesson == UNKNOWN_LESSON else decision.lesson
            self._decisions[decision.student, lesson].append(decision)
        self._people = ClassList(journal.people())
        self._journal = journal

    def sheets(self) -> Iterator[Sheet]:
        """What each submission's page shows, one at a time. Read to its end, it leaves all lines in their order."""
        for row in self._journal.rows():
            yield self._enter(row)
        self.lines += self._missing()
        self.lines.sort(key=lambda line: (line.student, line.lesson))

    def read(self) -> Book:
        """The book with all its lines."""
        for _ in self.sheets():
            pass
        return self

    def _standing(self, result: Result, student: str, lesson: str) -> Standing:
        """With the decisions about the student by name, or by what stands in the gradebook where that is no formula."""
        names = dict.fromkeys([student, plain(student)])
        decided = [one for name in names for one in self._decisions.get((name, lesson), [])]
        return standing_of(result, sorted(decided, key=lambda one: one.line))

    def _enter(self, row: Row) -> Sheet:
        """Adds a submission's line; gives what its page shows."""
        result = Result.from_dict(row.result)
        if result.lesson:
            names = self.lessons.setdefault(result.lesson, {})
            names.update((exercise.name, exercise.max_score) for exercise in result.exercises)
        standing = self._standing(result, result.student, result.lesson)
        member = self._people.line_of(result.student, row.identity)
        self.lines.append(
            Line(
                result.student, result.lesson, standing, row.identity, row.graded, result.error or "", member,
                " ".join(result.all_notes),
            )
        )  # fmt: skip
        return Sheet(result, standing, row.identity, row.graded)

    def _missing(self) -> Iterator[Line]:
        """A line for each lesson that somebody of the class list has not handed in."""
        has = {(line.member, line.lesson) for line in self.lines if line.member}
        called = {line.member: line.student for line in self.lines if line.member}
        absent = [member for member in self._people.people if member not in called]
        called |= names_beside({line.student for line in self.lines}, absent)
        for member in self._people.people:
            for lesson in sorted(self.lessons):
                if (member, lesson) not in has:
                    student = called[member]
                    standing = self._standing(_nothing(student, lesson, self.lessons[lesson]), student, lesson)
                    yield Line(student, lesson, standing, Identity(), "", NOTHING, member)

    @property
    def decisions(self) -> int:
        """How many decisions of the instructor there are."""
        return sum(map(len, self._decisions.values()))

    def unclear(self) -> Iterator[str]:
        """Students of whom nobody can say which line of the class list they are."""
        for student in dict.fromkeys(line.student for line in self.lines if line.member is None):
            if self._people.may_be_several(student):
                yield (
                    f"The class list has several people called {student!r}, and no number or address says which of "
                    "them handed this in: none of them is taken to be this one."
                )

    def unlisted(self) -> Iterator[str]:
        """Who has handed in something, and is not on the class list."""
        lines = [line for line in self.lines if line.member is None and not self._people.may_be_several(line.student)]
        if self._people.people and (students := list(dict.fromkeys(line.student for line in lines))):
            are = "1 student is" if len(students) == 1 else f"{len(students)} students are"
            yield f"{are} not on the class list: {some(students)}."

    def unused(self) -> Iterator[str]:
        """Decisions about what is not in the gradebook: a name that was mistyped, perhaps."""
        for decision in (one for decisions in self._decisions.values() for one in decisions):
            if objection := self._objection(decision):
                yield f"{FILE}, line {decision.line} changes nothing. {objection}"

    def confirm(self, decision: Decision) -> None:
        """CannotGrade if the decision is about what is not in the gradebook."""
        if objection := self._objection(decision):
            raise CannotGrade(objection)

    def _objection(self, decision: Decision) -> str:
        """A sentence on what of the decision is not in the gradebook; "" if all is."""
        student, lesson, exercise = decision.student, decision.lesson, decision.exercise
        lines = [line for line in self.lines if student in (line.student, plain(line.student))]
        if not lines:
            names = {line.student for line in self.lines}
            return f"The gradebook has no student {student!r}.{did_you_mean(student, names)}"
        lessons = [line.lesson or UNKNOWN_LESSON for line in lines]
        if lesson not in lessons:
            return f"The gradebook has no lesson {lesson!r} of {student!r}. It has: {', '.join(lessons)}."
        exercises = self.lessons.get(lesson, {})
        if exercise and exercise not in exercises:
            return f"The lesson {lesson!r} has no exercise {exercise!r}.{did_you_mean(exercise, exercises)}"
        return ""

    def above(self) -> Iterator[str]:
        """Decisions that give more points than there are."""
        for line in self.lines:
            if line.standing.above:
                what = ", ".join(line.standing.above)
                yield f"{line.student}, {line.lesson}: more points than there are, as was decided: {what}."

    def sparse(self, weights: dict[str, float]) -> Iterator[str]:
        """Lessons that few have handed in, and that count in the totals of all."""
        students = len({line.student for line in self.lines})
        for lesson, weight in weights.items():
            count = sum(line.lesson == lesson and line.error != NOTHING for line in self.lines)
            if weight and count < _FEW * students:
                who = f"{count} of {students} handed in"
                yield f"totals.csv counts {lesson}, which {who}; its weight stands in {WEIGHTS}."


def _nothing(student: str, lesson: str, most: dict[str, float]) -> Result:
    """The result of what was not handed in: no points in any exercise, of the most for each."""
    blank = (ExerciseResult(name, (CheckResult("", "", "not_checked", 0.0, one),)) for name, one in most.items())
    return Result(student, lesson, 0, tuple(blank), NOTHING)


@dataclass(frozen=True)
class Written:
    """What stands in the gradebook now, how that differs from what stood there before, and sentences.

    `said` is about decisions and files, `about_class` about who has handed in what.
    """

    lines: list[Line]
    changes: list[Change]
    said: list[str]
    about_class: list[str]


def write_gradebook(out: Path, journal: Journal, feedback: Feedback) -> Written:
    """Write gradebook.csv, totals.csv, results/ and feedback/ below `out`, and remove what an earlier class left there.

    feedback: the page that a student reads, in HTML.
    """
    book = Book(out, journal)
    current: set[Path] = set()
    for sheet in book.sheets():
        place = _place(sheet.result.student, sheet.result.lesson)
        current.add(place)
        write_if_changed(_result_file(out, place), json_bytes(sheet.result.to_dict()))
        write_if_changed(_feedback_file(out, place), _bytes(feedback(sheet)))
    for student, lesson in journal.former():
        place = _place(student, lesson)
        if place not in current:
            _result_file(out, place).unlink(missing_ok=True)
            _feedback_file(out, place).unlink(missing_ok=True)
    weights = read_weights(out, sorted(book.lessons))
    exercises = list(dict.fromkeys(name for lesson in sorted(book.lessons) for name in book.lessons[lesson]))
    tables = {
        "gradebook.csv": gradebook_table(book.lines, exercises),
        "totals.csv": totals_table(book.lines, weights),
    }
    said = [*book.unused(), *book.above()]
    for name, text in tables.items():
        said += write_kept(out / name, text.encode("utf-8-sig", "replace"), journal, f" Put decisions into {FILE}.")
    scores = {(line.student, line.lesson): line.standing.score for line in book.lines}
    changed = changes(journal, scores)
    journal.show((*place, score) for place, score in scores.items())
    journal.drop_superseded()
    return Written(book.lines, changed, said, [*book.unclear(), *book.unlisted(), *book.sparse(weights)])


def write_kept(path: Path, content: bytes, journal: Journal, advice: str = "") -> list[str]:
    """Writes a file for instructors. What is there and was not made here is kept under another name, as is said."""
    before = path.read_bytes() if path.is_file() else None
    said = []
    if before is not None and before != content and not journal.has_written(path.name, _digest(before)):
        kept = path.with_name(f"{path.stem}.changed-{_digest(before)[:8]}{path.suffix}")
        write_if_changed(kept, before)
        said = [f"{path.name} was changed by hand, or is not the grader's: it is kept as {kept.name}.{advice}"]
    journal.note_written(path.name, _digest(content))
    write_if_changed(path, content)
    return said


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _place(student: str, lesson: str) -> Path:
    return Path(student, lesson or UNKNOWN_LESSON)


def _result_file(out: Path, place: Path) -> Path:
    return out / "results" / place.parent / f"{place.name}.json"


def _feedback_file(out: Path, place: Path) -> Path:
    return out / "feedback" / place.parent / f"{place.name}.html"


def json_bytes(data: Any) -> bytes:
    """`data` as the JSON text of files and of `--json`."""
    return _bytes(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
