"""What campus systems take back: tables of grades, and the names that feedback files have to have.

Nothing here knows the seed of the class: what is exported is made of lines and names alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from grader.classroom import CannotGrade
from grader.classroom.gradebook import Sheet
from grader.classroom.names import safe_name, some
from grader.classroom.roster import Identity, Member
from grader.classroom.tables import UNKNOWN_LESSON, Line, csv_text, number, plain

# Canvas, “Import” in the gradebook: lib/gradebook_importer.rb finds the columns about a student by these names, takes
# those after the section for assignments, by title, and a first cell with these words for the points of each.
CANVAS_COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
CANVAS_POSSIBLE = "    Points Possible"
CANVAS_EXCUSED = "EX"
# Moodle, “Upload grading worksheet”: mod/assign/feedback/offline/importgradeslib.php looks for the columns of the
# number, the grade and its time by their names in the user's language, and for the number behind “Participant ”.
MOODLE_COLUMNS = ("Identifier", "Full name", "Email address", "Grade", "Maximum Grade", "Last modified (grade)")
MOODLE_PARTICIPANT = "Participant {}"
# Moodle, feedback files in a zip: mod/assign/feedback/file/importziplib.php cuts a folder's name at its underscores.
MOODLE_FOLDER = "{name}_{number}_assignsubmission_file_"
# What nbgrader.plugins.export.CsvExportPlugin writes.
NBGRADER_COLUMNS = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email", "raw_score",
    "late_submission_penalty", "score", "max_score",
)  # fmt: skip

_NO_CANVAS = (
    "Canvas finds people by its own user numbers, and there are none here: the class did not come as a download from "
    "Canvas. Grade that download into this folder, or give the file that Canvas's gradebook exports as --roster."
)
_NO_MOODLE = (
    "Moodle finds people by the participant numbers of an assignment, and there are none here: the class did not come "
    "as a download from Moodle. Grade “Download all submissions” into this folder first."
)


@dataclass(frozen=True)
class Table:
    """A table of grades as CSV, and sentences about what the instructor should know of it."""

    text: str
    said: tuple[str, ...] = ()


def csv_table(lines: Iterable[Line]) -> Table:
    """A row for each student with the points of each lesson, for any other system."""
    students = _by_student(lines)
    lessons = _lessons(students)
    rows = [["student", "id", "email", "section", *lessons]]
    for student, by_lesson in students.items():
        person = max((line.person for line in by_lesson.values()), key=lambda words: sum(map(bool, words)))
        rows.append([plain(student), *map(plain, person), *(_points(by_lesson.get(lesson)) for lesson in lessons)])
    return Table(csv_text(rows))


def canvas_table(lines: Iterable[Line]) -> Table:
    """What “Import” in Canvas's gradebook takes: an assignment for each lesson, `EX` for what is excused."""
    students = _by_student(lines)
    lessons = _lessons(students)
    rows = [
        [*CANVAS_COLUMNS, *lessons],
        [CANVAS_POSSIBLE, "", "", "", "", *(number(_most(students, one)) for one in lessons)],
    ]
    unknown, listed, without = [], [], []
    for student, by_lesson in students.items():
        member = next((line.member for line in by_lesson.values() if line.member), None) or Member("")
        own = next((line.identity.number for line in by_lesson.values() if line.identity.system == "canvas"), "")
        grades = [CANVAS_EXCUSED if _excused(by_lesson.get(one)) else _points(by_lesson.get(one)) for one in lessons]
        if not any(grades):
            without.append(student)
        elif own or member.number:
            listed += [] if own else [student]
            name = plain(member.name or student)
            rows.append([name, plain(own or member.number), "", "", plain(member.section), *grades])
        else:
            unknown.append(student)
    if len(rows) == 2:
        raise CannotGrade(_NO_CANVAS)
    said = [*_left_out(unknown, "without a number in Canvas"), *_left_out(without, "without a score")]
    if listed:
        said.append(f"For {len(listed)} the ID is the id in the class list: it has to be Canvas's user number.")
    return Table(csv_text(rows), tuple(said))


def moodle_table(lines: Iterable[Line]) -> Table:
    """What “Upload grading worksheet” of one assignment in Moodle takes (in English: it finds columns by their names).

    Who has no score has no row, so that nothing in Moodle is emptied.
    """
    rows = [[*MOODLE_COLUMNS]]
    unknown, without = [], []
    for line in lines:
        if line.standing.score is None:
            without.append(line.student)
        elif line.identity.system == "moodle":
            name, email = plain(_moodle_name(line.identity)), plain(line.person[1])
            participant = MOODLE_PARTICIPANT.format(line.identity.number)
            rows.append([participant, name, email, _points(line), number(line.standing.max_score), "-"])
        else:
            unknown.append(line.student)
    if len(rows) == 1:
        raise CannotGrade(_NO_MOODLE)
    said = [*_left_out(unknown, "without a participant number of Moodle's"), *_left_out(without, "without a score")]
    return Table(csv_text(rows), tuple(said))


def nbgrader_table(lines: Iterable[Line]) -> Table:
    """The table that `nbgrader export` writes. Missing is 0 there; who is excused has no row.

    `late_submission_penalty` is what decisions about the whole lesson have taken.
    """
    students = _by_student(lines)
    most = {lesson: _most(students, lesson) for lesson in _lessons(students)}
    rows, unknown = [[*NBGRADER_COLUMNS]], []
    for line in (line for by_lesson in students.values() for line in by_lesson.values()):
        if not line.lesson:
            unknown.append(line.student)
        if line.standing.excused or not line.lesson:
            continue
        score = line.standing.score or 0.0
        raw = 0.0 if line.standing.score is None else sum(line.standing.scores.values())
        points = map(number, (raw, raw - score, score, line.standing.max_score or most[line.lesson]))
        rows.append([line.lesson, "", "", plain(line.student), "", "", plain(line.person[1]), *points])
    return Table(csv_text(rows), tuple(_left_out(unknown, "of no lesson that is known")))


TABLES: dict[str, Callable[[Iterable[Line]], Table]] = {
    "csv": csv_table,
    "canvas": canvas_table,
    "moodle": moodle_table,
    "nbgrader": nbgrader_table,
}


def page_name(form: str, sheet: Sheet) -> str:
    """What a student's page is called in a zip of feedback in the form of a campus system; "" if that is not known."""
    identity, lesson = sheet.identity, sheet.result.lesson or UNKNOWN_LESSON
    if form == "canvas":  # “Upload Submissions” reads the numbers in the name that the file was downloaded with
        return f"{safe_name(PurePosixPath(identity.place).stem)}.html" if identity.system == form else ""
    if form == "moodle":
        name = safe_name(_moodle_name(identity)).replace("_", " ")
        folder = MOODLE_FOLDER.format(name=name, number=identity.number)
        return f"{folder}/{lesson}.html" if identity.system == form else ""
    return f"{sheet.result.student}/{lesson}.html"


def no_names(form: str) -> CannotGrade:
    """The error where no page has a name that the system would take."""
    return CannotGrade({"canvas": _NO_CANVAS, "moodle": _NO_MOODLE}.get(form, "There are no pages of feedback here."))


def _by_student(lines: Iterable[Line]) -> dict[str, dict[str, Line]]:
    students: dict[str, dict[str, Line]] = {}
    for line in lines:
        students.setdefault(line.student, {})[line.lesson] = line
    return students


def _lessons(students: dict[str, dict[str, Line]]) -> list[str]:
    return sorted({lesson for by_lesson in students.values() for lesson in by_lesson if lesson})


def _most(students: dict[str, dict[str, Line]], lesson: str) -> float:
    """The most points of a lesson; those of one student may be fewer, where an exercise is excused."""
    return max(by_lesson[lesson].standing.max_score for by_lesson in students.values() if lesson in by_lesson)


def _points(line: Line | None) -> str:
    return "" if line is None else number(line.standing.score)


def _excused(line: Line | None) -> bool:
    return line is not None and line.standing.excused


def _moodle_name(identity: Identity) -> str:
    return identity.place.partition(f"_{identity.number}_assignsubmission_")[0]


def _left_out(students: list[str], why: str) -> Iterable[str]:
    if students:
        yield f"Not in it, {why}: {some(students)}."
