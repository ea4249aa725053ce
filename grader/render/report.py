"""The report on a class: a page for instructors that stands on its own."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean, median

from markupsafe import Markup

from grader.class_report import (
    COMMON,
    COMMON_SHARE,
    LEAST_CLASS,
    MOST_PASS,
    MOST_SURPRISING,
    ClassReport,
    LessonFigures,
)
from grader.course.catalogue import Lesson, lesson, lesson_ids
from grader.render.histogram import histogram_svg
from grader.render.html import render
from grader.render.view import counted, title
from grader.untrusted import lines, one_line

_MOST = 30  # rows of what may have hundreds
_EVIDENCE, _CODE = 6, 60  # lines


@dataclass(frozen=True)
class Distribution:
    """A lesson's histogram and the sentence below it."""

    svg: Markup
    sentence: str


def report_html(report: ClassReport) -> str:
    """The whole page."""
    known = {name: lesson(name) for name in lesson_ids()}
    return render(
        "report.html.j2",
        report=report,
        distributions={one.lesson: _distribution(one) for one in report.lessons if one.shares},
        most=_MOST,
        least_class=LEAST_CLASS,
        most_pass=MOST_PASS,
        most_surprising=MOST_SURPRISING,
        common=(COMMON, COMMON_SHARE),
        lesson_title=lambda name: known[name].title if name in known else one_line(name, 60),
        exercise_title=lambda name, exercise: title(known.get(name), exercise),
        idea=lambda name: _idea(name, known),
        line=one_line,
        evidence=lambda text: "\n".join(lines(text.strip().partition("\n")[2], most=_EVIDENCE)),
        code=lambda text: "\n".join(lines(text, most=_CODE)),
    )


def _idea(name: str, known: dict[str, Lesson]) -> str:
    """The name of a misconception in words, or its id where no lesson knows it."""
    return next((one.misconceptions[name].name for one in known.values() if name in one.misconceptions), one_line(name))


def _distribution(figures: LessonFigures) -> Distribution:
    shares, middle = figures.shares, median(figures.shares)
    full = sum(share >= 100 for share in shares)
    sentence = (
        f"{counted(len(shares), 'submission')}: mean {fmean(shares):.0f} %, median {middle:.0f} % "
        f"(the dashed line), from {min(shares):.0f} to {max(shares):.0f} %, {full} with full marks."
    )
    return Distribution(histogram_svg(shares, middle), sentence)
