"""A mistake costs its own exercise only: wrong answers, each alone in an otherwise right notebook.

A whole notebook is graded for each, so the suite takes a few of each exercise; VAELAB_ALL_ANSWERS=1 takes them all.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby
from typing import Any

import pytest

from grader.authoring.answers import Answer, read_answers
from grader.course.catalogue import lesson, lesson_ids
from grader.grading.grader import Grader
from grader.submission.plan import reference_submission
from tests.notebooks import ANSWERS

# What a wrong answer may cost beside its own exercise, and why: {(lesson, exercise, answer): {other exercise: reason}}.
EXCEPTIONS: dict[tuple[str, str, str], dict[str, str]] = {}

_grader: Any = None


def _start() -> None:
    global _grader
    _grader = Grader()


def _lost(answer: Answer) -> dict[str, str]:
    """The exercises that are not at full marks when `answer` stands in the reference notebook, and why.

    The training cell is left as a stub, and is not counted, unless it is what is answered wrongly.
    """
    the_lesson = lesson(answer.lesson)
    trained = [name for name in the_lesson.exercises if name.startswith("trained_") and name != answer.exercise]
    submission = reference_submission(the_lesson, {answer.exercise: answer.source} | dict.fromkeys(trained, ""))
    exercises, _ = _grader.grade_submission(submission, seed=11)
    failed = {one.name: one for one in exercises if one.verdict != "passed" and one.name not in trained}
    return {
        name: next(check.message for check in one.checks if check.verdict != "passed") for name, one in failed.items()
    }


def _a_few(answers: list[Answer]) -> list[Answer]:
    """Two of each exercise, one where no other exercise builds on it; none of those that train, which come last."""
    chosen = []
    for (lesson_id, exercise), some in groupby(answers, lambda one: (one.lesson, one.exercise)):
        exercises = lesson(lesson_id).exercises
        if exercises[exercise].trains:
            continue
        built_on = any(exercise in other.builds_on for other in exercises.values())
        several = list(some)
        chosen += [several[0], several[len(several) // 2]] if built_on else several[:1]
    return chosen


@pytest.fixture(scope="module")
def losses() -> Iterator[dict[tuple[str, str, str], dict[str, str]]]:
    answers = [answer for answer in read_answers(ANSWERS) if answer.kind == "wrong"]
    if "VAELAB_ALL_ANSWERS" not in os.environ:
        answers = _a_few(answers)
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn"), initializer=_start) as pool:
        found = pool.map(_lost, answers)
        yield {(one.lesson, one.exercise, one.name): lost for one, lost in zip(answers, found, strict=True)}


@pytest.mark.slow
@pytest.mark.parametrize("lesson_id", lesson_ids())
def test_every_wrong_answer_costs_its_own_exercise_only(
    losses: dict[tuple[str, str, str], dict[str, str]], lesson_id: str
) -> None:
    mine = {key: lost for key, lost in losses.items() if key[0] == lesson_id}
    assert mine
    for key, lost in mine.items():
        assert key[1] in lost, f"{key} passed"
        others = {name: message for name, message in lost.items() if name != key[1]}
        assert others.keys() == EXCEPTIONS.get(key, {}).keys(), f"{key} also cost {others}"


def test_every_exception_is_one_of_the_answers() -> None:
    wrong = {(one.lesson, one.exercise, one.name) for one in read_answers(ANSWERS) if one.kind == "wrong"}
    assert EXCEPTIONS.keys() <= wrong
