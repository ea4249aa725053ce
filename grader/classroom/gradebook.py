"""The files of a graded class, all made from the journal: the same journal gives the same bytes.

A file that is missing or was changed is written again by the next run; nothing here is ever half-written. A gradebook
that somebody has changed is kept under another name.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.classroom.decisions import FILE, Decision, Standing, read_decisions, standing_of
from grader.classroom.journal import Identity, Journal, Row
from grader.classroom.people import ClassList
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


@dataclass
class Book:
    """A class by its decisions and its class list; `entries` adds what the journal has."""

    decisions: dict[tuple[str, str], list[Decision]]
    people: ClassList
    lines: list[Line] = field(default_factory=list)
    lessons: dict[str, dict[str, None]] = field(default_factory=dict)


def write_gradebook(out: Path, journal: Journal, feedback: Feedback) -> list[str]:
    """Write gradebook.csv, totals.csv, results/ and feedback/ below `out`, and remove what an earlier class left there.

    feedback: the page that a student reads, in HTML. Gives sentences for the instructor.
    """
    book = open_book(out, journal)
    current: set[Path] = set()
    for row, sheet in entries(book, journal):
        place = _place(row.result["student"], row.result["lesson"])
        current.add(place)
        write_if_changed(_result_file(out, place), json_bytes(row.result))
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
    return [*_unused(book), *[said for name, text in tables.items() for said in _write(out, name, text, journal)]]


def open_book(out: Path, journal: Journal) -> Book:
    """The book of the class in `out`, before anything is entered; CannotGrade if the decisions cannot be understood."""
    return Book(_by_submission(read_decisions(out)), ClassList(journal.people()))


def entries(book: Book, journal: Journal) -> Iterator[tuple[Row, Sheet]]:
    """All graded submissions, one at a time; when they have been read, the book has all lines, the missing ones too."""
    for row in journal.rows():
        yield row, _enter(book, row)
    book.lines += _missing(book)
    book.lines.sort(key=lambda line: (line.student, line.lesson))


def _by_submission(decisions: list[Decision]) -> dict[tuple[str, str], list[Decision]]:
    found: dict[tuple[str, str], list[Decision]] = defaultdict(list)
    for decision in decisions:
        found[decision.student, decision.lesson].append(decision)
    return found


def _enter(book: Book, row: Row) -> Sheet:
    """Adds a submission's line to the book; gives what its page shows."""
    result = row.result
    if result["lesson"]:
        names = book.lessons.setdefault(result["lesson"], {})
        names.update(dict.fromkeys(exercise["name"] for exercise in result["exercises"]))
    standing = standing_of(result, book.decisions.get((result["student"], result["lesson"]), []))
    member = book.people.line_of(result["student"], row.identity)
    book.lines.append(
        Line(result["student"], result["lesson"], standing, row.identity, row.graded, result["error"] or "", member)
    )
    return Sheet(Result.from_dict(result), standing, row.identity, row.graded)


def _missing(book: Book) -> Iterator[Line]:
    """A line for each lesson that somebody of the class list has not handed in."""
    has = {(line.member, line.lesson) for line in book.lines if line.member}
    called = {line.member: line.student for line in book.lines if line.member}
    for member in book.people.people:
        for lesson in sorted(book.lessons):
            if (member, lesson) not in has:
                student = called.get(member, member.name)
                nothing = {"exercises": [], "error": NOTHING}
                standing = standing_of(nothing, book.decisions.get((student, lesson), []))
                yield Line(student, lesson, standing, Identity(), "", NOTHING, member)


def _unused(book: Book) -> Iterator[str]:
    """Decisions about what is not in the gradebook: a name that was mistyped, perhaps."""
    there = {(line.student, line.lesson) for line in book.lines}
    for (student, lesson), decisions in book.decisions.items():
        for decision in decisions:
            where = f"{FILE}, line {decision.line}"
            if (student, lesson) not in there:
                yield f"{where}: the gradebook has no row for {student!r} and {lesson!r}, so this changes nothing."
            elif decision.exercise and decision.exercise not in book.lessons.get(lesson, {}):
                yield f"{where}: {lesson} has no exercise {decision.exercise!r}, so this changes nothing."


def _write(out: Path, name: str, text: str, journal: Journal) -> Iterator[str]:
    """Writes a table. One that somebody else has changed is kept under another name, and a sentence says so."""
    path, content = out / name, text.encode("utf-8-sig", "replace")
    before = path.read_bytes() if path.is_file() else None
    if before is not None and before != content and not journal.has_written(name, _digest(before)):
        kept = path.with_name(f"{path.stem}.changed-{_digest(before)[:8]}{path.suffix}")
        write_if_changed(kept, before)
        yield f"{name} had been changed by hand: that version is kept as {kept.name}. Put decisions into {FILE}."
    journal.note_written(name, _digest(content))
    write_if_changed(path, content)


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
