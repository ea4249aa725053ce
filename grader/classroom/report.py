"""The report on a graded class: gathered from its journal, written as OUT/report.html."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from grader.class_report import MOST_SURPRISING, ClassReport
from grader.classroom import CannotGrade
from grader.classroom.disk import disk_faults
from grader.classroom.figures import lesson_figures
from grader.classroom.findings import clusters, misconceptions, positions, silent, troubles
from grader.classroom.gradebook import Book, Sheet
from grader.classroom.journal import Journal, confirm_graded, now, open_journal
from grader.classroom.similarity import similar_pairs
from grader.classroom.tables import read_weights, totals
from grader.files import write_if_changed
from grader.render.report import report_html
from grader.results import Result

REPORT = "report.html"
_LOWEST_SHARE, _LOWEST = 0.1, 5  # of the class, but not fewer than so many


def write_report(out: Path) -> Path:
    """Write the report on the class that was graded into `out`; CannotGrade if there is none, or nothing is graded."""
    confirm_graded(out)
    with disk_faults(out), open_journal(out) as journal:
        report = class_report(out, journal)
        if not report.submissions:
            raise CannotGrade(f"Nothing is graded in {out} yet, so there is nothing to report.")
        write_if_changed(out / REPORT, report_html(report).encode("utf-8", "replace"))
    return out / REPORT


def class_report(out: Path, journal: Journal) -> ClassReport:
    """What there is to say about the class, with the instructor's decisions and weights in `out`."""
    book = Book(out, journal)
    sheets = list(book.sheets())
    results = [sheet.result for sheet in sheets]
    reached = totals(book.lines, read_weights(out, sorted(book.lessons)))
    figures = [
        lesson_figures(
            lesson,
            [line for line in book.lines if line.lesson == lesson],
            [sheet for sheet in sheets if sheet.result.lesson == lesson],
        )
        for lesson in sorted(book.lessons)
    ]
    ranked = positions(book.lines, reached, figures, sheets)
    most = max(_LOWEST, round(_LOWEST_SHARE * len(ranked)))
    lowest = [one for one in ranked[:most] if one.total < 100]
    others = sorted((one for one in ranked[most:] if one.fails), key=lambda one: (-len(one.fails), one.student))
    return ClassReport(
        len(reached),
        len(sheets),
        max((sheet.graded for sheet in sheets), default=""),
        now(),
        book.decisions,
        tuple(figures),
        tuple(misconceptions(results)),
        tuple(clusters(results)),
        tuple(troubles(sheets)),
        tuple(lowest),
        tuple(others[:MOST_SURPRISING]),
        tuple(silent(book.lines)),
        tuple(similar_pairs(_one_of_each_group(sheets))),
    )


def _one_of_each_group(sheets: Iterable[Sheet]) -> list[Result]:
    """The results, without those of further people who have handed in the same file together."""
    places: dict[object, Result] = {}
    for sheet in sheets:
        identity, result = sheet.identity, sheet.result
        alone = result.student if identity.system != "gradescope" else ""
        places.setdefault((identity.place, result.lesson, alone), result)
    return list(places.values())
