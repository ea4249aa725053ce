"""A mistake costs its own exercise only: wrong answers in an otherwise right notebook.

A whole notebook is graded each time, so the suite takes one answer of each exercise, and a second one where it is
exhaustive, and puts those of independent exercises into one notebook; VAELAB_ALL_ANSWERS=1 takes them all, each alone.
"""

from __future__ import annotations

import os
from itertools import groupby

import pytest

from grader.authoring.answers import Answer, read_answers
from grader.course.catalogue import Lesson, lesson, lesson_ids
from grader.grading.grader import Grader
from grader.submission.plan import reference_submission
from tests.notebooks import ANSWERS

# What a wrong answer may cost beside its own exercise, and why: {(lesson, exercise, answer): {other exercise: reason}}.
EXCEPTIONS: dict[tuple[str, str, str], dict[str, str]] = {}

MOST = 5  # wrong answers in one notebook


def _lost(grader: Grader, the_lesson: Lesson, wrong: list[Answer]) -> dict[str, str]:
    """The exercises that are not at full marks when these answers stand in the reference notebook, and why.

    The training cell is left as a stub, and is not counted, unless it is what is answered wrongly.
    """
    answers = {answer.exercise: answer.source for answer in wrong}
    trained = [name for name in the_lesson.exercises if name.startswith("trained_") and name not in answers]
    exercises = grader.grade_submission(reference_submission(the_lesson, answers | dict.fromkeys(trained, "")), 11)
    failed = {one.name: one for one in exercises if one.verdict != "passed" and one.name not in trained}
    return {
        name: next(check.message for check in one.checks if check.verdict != "passed") for name, one in failed.items()
    }


def _rounds(the_lesson: Lesson) -> tuple[list[list[Answer]], list[list[Answer]]]:
    """The wrong answers to a lesson in two rounds of notebooks: one to each exercise, and what comes after."""
    wrong = [one for one in read_answers(ANSWERS) if one.lesson == the_lesson.id and one.kind == "wrong"]
    if "VAELAB_ALL_ANSWERS" in os.environ:
        return [[answer] for answer in wrong], []
    rounds: tuple[list[Answer], list[Answer]] = [], []
    for exercise, some in groupby(wrong, lambda one: one.exercise):
        several = list(some)
        if not the_lesson.exercises[exercise].trains:  # which takes seconds
            rounds[0].append(several[0])
            rounds[1].append(several[len(several) // 2])
    met = {frozenset({name, other}) for name in the_lesson.exercises for other in the_lesson.prerequisites(name)}
    return _apart(rounds[0], met), _apart(rounds[1], met)


def _apart(answers: list[Answer], met: set[frozenset[str]]) -> list[list[Answer]]:
    """Notebooks for answers, one to each exercise.

    Together are only answers to exercises that have not `met`: that do not build on one another, and stood in no
    notebook together before. So whatever is answered wrongly, every other exercise is answered rightly beside it once.
    """
    notebooks: list[list[Answer]] = []
    for answer in answers:
        for notebook in notebooks:
            pairs = {frozenset({answer.exercise, other.exercise}) for other in notebook}
            if len(notebook) < MOST and not pairs & met:
                notebook.append(answer)
                met |= pairs
                break
        else:
            notebooks.append([answer])
    return notebooks


@pytest.mark.slow
@pytest.mark.parametrize("number", [0, pytest.param(1, marks=pytest.mark.exhaustive)])
@pytest.mark.parametrize("lesson_id", lesson_ids())
def test_every_wrong_answer_costs_its_own_exercise_only(grader: Grader, lesson_id: str, number: int) -> None:
    for wrong in _rounds(lesson(lesson_id))[number]:
        keys = [(one.lesson, one.exercise, one.name) for one in wrong]
        lost = _lost(grader, lesson(lesson_id), wrong)
        assert {answer.exercise for answer in wrong} <= lost.keys(), f"one of {keys} passed"
        others = {name: message for name, message in lost.items() if name not in {one.exercise for one in wrong}}
        expected = set().union(*(EXCEPTIONS.get(key, {}) for key in keys))
        assert others.keys() == expected, f"{keys} also cost {others}"


@pytest.mark.parametrize("lesson_id", lesson_ids())
def test_beside_every_mistake_every_other_exercise_is_right_once(lesson_id: str) -> None:
    together = [
        {answer.exercise for answer in wrong} for notebooks in _rounds(lesson(lesson_id)) for wrong in notebooks
    ]
    for name in set().union(*together):
        assert set.intersection(*(some for some in together if name in some)) == {name}


@pytest.mark.parametrize("lesson_id", lesson_ids())
def test_the_first_round_has_an_answer_to_every_exercise(lesson_id: str) -> None:
    tried = {answer.exercise for wrong in _rounds(lesson(lesson_id))[0] for answer in wrong}
    assert tried >= {name for name, exercise in lesson(lesson_id).exercises.items() if not exercise.trains}


def test_every_exception_is_one_of_the_answers() -> None:
    wrong = {(one.lesson, one.exercise, one.name) for one in read_answers(ANSWERS) if one.kind == "wrong"}
    assert EXCEPTIONS.keys() <= wrong
