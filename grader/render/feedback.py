"""One student's feedback on one lesson: a page that stands on its own."""

from collections.abc import Sequence
from dataclasses import replace

from grader.course.catalogue import Lesson
from grader.render.html import render
from grader.render.view import points, view
from grader.results import Result
from grader.untrusted import lines, one_line


def feedback_html(
    result: Result,
    lesson: Lesson | None,
    course: str,
    about: Sequence[str] = (),
    decisions: Sequence[str] = (),
    total: tuple[float | None, float] | None = None,
) -> str:
    """A whole HTML page with the total and a card for each exercise; `course` is the name of the course.

    about: short lines on the file and when it was graded. decisions: what the instructor has decided beside the checks,
    and `total` the points (None for none) and most points that come of it.
    """
    score, most = (result.score, result.max_score) if total is None else total
    page = {
        "course": course,
        "lesson": lesson.title if lesson else one_line(result.lesson, 80),
        "student": one_line(result.student, 80),
        "points": "does not count" if score is None else points(score, most),
        "about": [one_line(text, 200) for text in about],
        "decisions": [one_line(text, 500) for text in decisions],
        "refused": result.error is not None,
        "said": [row for text in (result.error or "", *result.notes) for row in lines(text)],
        "cards": [replace(view(exercise, lesson), praise="") for exercise in result.exercises],
        "code": {one_line(name, 60): lines(text, most=200) for name, text in result.answers.items()},
    }
    return render("feedback.html.j2", page=page)
