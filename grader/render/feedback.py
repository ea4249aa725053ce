"""One student's feedback on one lesson: a page that stands on its own."""

from dataclasses import replace

from grader.course.catalogue import Lesson
from grader.render.html import render
from grader.render.view import points, view
from grader.results import Result
from grader.untrusted import lines, one_line


def feedback_html(result: Result, lesson: Lesson | None, course: str) -> str:
    """A whole HTML page with the total and a card for each exercise; `course` is the name of the course."""
    page = {
        "course": course,
        "lesson": lesson.title if lesson else one_line(result.lesson, 80),
        "student": one_line(result.student, 80),
        "points": points(result.score, result.max_score),
        "error": lines(result.error or ""),
        "cards": [replace(view(exercise, lesson), praise="") for exercise in result.exercises],
    }
    return render("feedback.html.j2", page=page)
