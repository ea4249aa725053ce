"""An answer that says nothing about what its author believes gets no misconception, and no point."""

from __future__ import annotations

import pytest

from grader.course.catalogue import lesson, lesson_ids
from grader.course.cells import course_cells
from grader.grading.grader import Grader
from grader.submission.plan import reference_submission

NOTHING = {
    "None": "None",
    "zero": "0",
    "nan in the shape of the first argument": "(given[0] * float('nan') if hasattr(given[0], 'new_zeros') else None)",
    "an error of its own": "(1 / 0)",
}
CLASS = """
class {name}(__import__("torch").nn.Module):
    def __init__(self, *given, **sizes):
        super().__init__()

    def forward(self, *given, **more):
        return {value}

    sample = forward
"""
FUNCTION = """
def {name}(*given, **more):
    return {value}
"""


def answer(lesson_id: str, exercise: str, value: str) -> str:
    """Every name of the exercise, defined so that all its calls give `value`."""
    (cell,) = [cell for cell in course_cells(lesson_id) if cell.id == exercise]
    return "".join((CLASS if name[0].isupper() else FUNCTION).format(name=name, value=value) for name in cell.defines)


@pytest.mark.slow
@pytest.mark.parametrize("value", NOTHING)
@pytest.mark.parametrize("lesson_id", lesson_ids())
def test_nothing_is_guessed(grader: Grader, lesson_id: str, value: str) -> None:
    found = {}
    for exercise in lesson(lesson_id).exercises:
        if not exercise.startswith("trained_"):
            submission = reference_submission(
                lesson(lesson_id), {exercise: answer(lesson_id, exercise, NOTHING[value])}
            )
            found[exercise] = grader.grade_exercise(submission, exercise, seed=3)
    assert {name: result.misconceptions for name, result in found.items() if result.misconceptions} == {}
    assert {name: result.score for name, result in found.items() if result.score} == {}
