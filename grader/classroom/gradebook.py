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

from grader.classroom.decisions import FILE, Decision, Standing, read_decisions, standing_of
from grader.classroom.journal import Identity, Journal, Row
from grader.classroom.people import ClassList, names_beside
from grader.classroom.tables import Line, gradebook_table, read_weights, totals_table
from grader.files import write_if_changed
from grader.results import Result

UNKNOWN_LESSON = "unknown"
NOTHING = "Nothing was handed in."


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

    `lessons` has the exercises of each lesson.
    """

    def __init__(self, out: Path, journal: Journal) -> None:
        self.lines: list[Line] = []
        self.lessons: dict[str, dict[str, None]] = {}
        self._decisions: dict[tuple[str, str], list[Decision]] = defaultdict(list)
        for decision in read_decisions(out):
            self._decisions[decision.student, decision.lesson].append(decision)
        self._people = ClassList(journal.people())
        self._journal = journal

    def sheets(self) -> Iterator[Sheet]:
        """What each submission's page shows, one at a time. Read to its end, it leaves all lines in their order."""
        for row in self._journal.rows():
            yield self._enter(row)
        self.lines += self._missing()
        self.lines.sort(key=lambda line: (line.student, line.lesson))

    def _enter(self, row: Row) -> Sheet:
        """Adds a submission's line; gives what its page shows."""
        result = row.result
        if result["lesson"]:
            names = self.lessons.setdefault(result["lesson"], {})
            names.update(dict.fromkeys(exercise["name"] for exercise in result["exercises"]))
        standing = standing_of(result, self._decisions.get((result["student"], result["lesson"]), []))
        member = self._people.line_of(result["student"], row.identity)
        sheet = Sheet(Result.from_dict(result), standing, row.identity, row.graded)
        self.lines.append(
            Line(
                sheet.result.student, sheet.result.lesson, standing, row.identity, row.graded, sheet.result.error or "",
                member, " ".join(sheet.result.notes),
            )
        )  # fmt: skip
        return sheet

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
                    nothing = {"exercises": [], "error": NOTHING}
                    standing = standing_of(nothing, self._decisions.get((student, lesson), []))
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

    def unused(self) -> Iterator[str]:
        """Decisions about what is not in the gradebook: a name that was mistyped, perhaps."""
        there = {(line.student, line.lesson) for line in self.lines}
        for (student, lesson), decisions in self._decisions.items():
            for decision in decisions:
                where = f"{FILE}, line {decision.line}"
                if (student, lesson) not in there:
                    yield f"{where}: the gradebook has no row for {student!r} and {lesson!r}, so this changes nothing."
                elif decision.exercise and decision.exercise not in self.lessons.get(lesson, {}):
                    yield f"{where}: {lesson} has no exercise {decision.exercise!r}, so this changes nothing."


def write_gradebook(out: Path, journal: Journal, feedback: Feedback) -> list[str]:
    """Write gradebook.csv, totals.csv, results/ and feedback/ below `out`, and remove what an earlier class left there.

    feedback: the page that a student reads, in HTML. Gives sentences for the instructor.
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
    journal.drop_superseded()
    weights = read_weights(out, sorted(book.lessons))
    exercises = list(dict.fromkeys(name for lesson in sorted(book.lessons) for name in book.lessons[lesson]))
    tables = {
        "gradebook.csv": gradebook_table(book.lines, exercises),
        "totals.csv": totals_table(book.lines, weights),
    }
    said = [*book.unclear(), *book.unused()]
    for name, text in tables.items():
        said += write_kept(out / name, text.encode("utf-8-sig", "replace"), journal, f" Put decisions into {FILE}.")
    return said


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
