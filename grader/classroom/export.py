"""Grades and feedback of a graded class, in the forms that campus systems take back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.classroom import CannotGrade
from grader.classroom.archive import zipped
from grader.classroom.campus import TABLES, no_names, page_name
from grader.classroom.disk import disk_faults
from grader.classroom.gradebook import Book, Feedback, Sheet, write_kept
from grader.classroom.gradescope import handed_back
from grader.classroom.journal import Journal, confirm_graded, open_journal
from grader.classroom.lock import only_grader

FORMATS = (*TABLES, "gradescope")
_ONE_ASSIGNMENT = ("moodle", "gradescope")  # systems whose files belong to one assignment


def export(
    out: Path, form: str, *, grades: Path | None, pages: Path | None, lesson: str | None, feedback: Feedback
) -> list[str]:
    """Write the grades to the file `grades` and the pages of feedback to the zip archive `pages`, or one of them.

    lesson: the only one to export; needed where a file belongs to one assignment and the class has several lessons.
    feedback: the page that a student reads. Gives sentences for the instructor.
    CannotGrade, and nothing is written, if there is no such class, lesson or form, or what the form needs is not known.
    """
    if form not in FORMATS:
        raise CannotGrade(f"There is no format {form!r}. The formats are: {', '.join(FORMATS)}.")
    confirm_graded(out)
    with disk_faults(out), only_grader(out), open_journal(out) as journal:
        book = Book(out, journal).read()
        lesson = _lesson(sorted(book.lessons), lesson, form in _ONE_ASSIGNMENT or (form == "canvas" and pages))
        written: dict[Path, bytes] = {}
        said = [*book.unused()]
        if grades and form == "gradescope":
            written[grades], more = handed_back(_sheets(out, journal, lesson))
            said += more
        elif grades:
            table = TABLES[form](line for line in book.lines if lesson is None or line.lesson in (lesson, ""))
            written[grades] = table.text.encode("utf-8-sig" if form == "csv" else "utf-8", "replace")
            said += table.said
        if pages:
            written[pages] = _pages(form, _sheets(out, journal, lesson), feedback)
        for path, content in written.items():
            said += write_kept(path, content, journal)
        return said


def _lesson(lessons: list[str], asked: str | None, only_one: object) -> str | None:
    """The lesson to export; None for all."""
    if not lessons or (asked is not None and asked not in lessons):
        raise CannotGrade(f"There is nothing of {asked or 'any lesson'} here. Graded are: {', '.join(lessons)}.")
    if asked is None and only_one:
        if len(lessons) > 1:
            raise CannotGrade(f"This goes to one assignment: choose a --lesson, of {', '.join(lessons)}.")
        return lessons[0]
    return asked


def _sheets(out: Path, journal: Journal, lesson: str | None) -> Iterator[Sheet]:
    """Those of the lesson, and of notebooks of which nobody can say what they are: they get their reason back, too."""
    return (sheet for sheet in Book(out, journal).sheets() if lesson is None or sheet.result.lesson in (lesson, ""))


def _pages(form: str, sheets: Iterable[Sheet], feedback: Feedback) -> bytes:
    named = {name: feedback(sheet).encode("utf-8", "replace") for sheet in sheets if (name := page_name(form, sheet))}
    if not named:
        raise no_names(form)
    return zipped(named)
