"""A result as Gradescope shows it: the content of an autograder's results.json."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grader.course.catalogue import Lesson
from grader.render.card import card_text
from grader.render.view import notes_beside, title, view
from grader.results import ExerciseResult, Result
from grader.untrusted import clean


def results_json(
    result: Result, lesson: Lesson | None, *, score: float | None = None, notes: Sequence[str] = ()
) -> dict[str, Any]:
    """A test for each exercise, with its card as text. Gradescope escapes text; nothing of a submission is markup.

    score: the points in all, where an instructor has decided otherwise. notes: sentences above the tests.
    """
    cards = [view(exercise, lesson) for exercise in result.exercises]
    said = [*notes, result.error or "", *notes_beside(result, cards)]
    return {
        "score": result.score if score is None else score,
        "output": clean("\n\n".join(filter(None, said))),
        "output_format": "text",
        "tests": [_test(exercise, lesson) for exercise in result.exercises],
    }


def _test(exercise: ExerciseResult, lesson: Lesson | None) -> dict[str, Any]:
    return {
        "name": title(lesson, exercise.name),
        "score": exercise.score,
        "max_score": exercise.max_score,
        "status": "passed" if exercise.verdict == "passed" else "failed",
        "output": card_text(exercise, lesson),
        "output_format": "text",
    }
