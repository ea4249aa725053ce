"""The checks' own test: every right answer passes, every wrong one fails, and no misconception is named wrongly."""

from __future__ import annotations

import pytest

from grader.authoring.answers import Trial, read_answers, try_answer
from grader.course.catalogue import lesson, lesson_ids
from grader.grading.grader import Grader
from tests.notebooks import ANSWERS

NAMED_AT_LEAST = 0.95  # of a lesson's wrong answers whose first line names a misconception


@pytest.fixture(scope="module", params=lesson_ids())
def trials(grader: Grader, request: pytest.FixtureRequest) -> list[Trial]:
    return [try_answer(grader, answer, 7) for answer in read_answers(ANSWERS) if answer.lesson == request.param]


@pytest.mark.slow
class TestTrials:
    def test_every_right_answer_passes(self, trials: list[Trial]) -> None:
        rejected = [
            (one.lesson, one.exercise, one.name, one.message)
            for one in trials
            if one.kind == "right" and not one.passed
        ]
        assert rejected == []

    def test_every_wrong_answer_fails(self, trials: list[Trial]) -> None:
        accepted = [(one.lesson, one.exercise, one.name) for one in trials if one.kind == "wrong" and one.passed]
        assert accepted == []

    def test_no_misconception_is_named_wrongly(self, trials: list[Trial]) -> None:
        wrongly = [
            (one.lesson, one.exercise, one.name, one.expected, one.misconceptions)
            for one in trials
            if one.misconceptions and (one.kind == "right" or (one.expected and one.expected not in one.misconceptions))
        ]
        assert wrongly == []

    def test_labelled_misconceptions_are_named(self, trials: list[Trial]) -> None:
        labelled = [one for one in trials if one.expected]
        missed = [(one.lesson, one.exercise, one.name, one.expected) for one in labelled if one.naming != "rightly"]
        assert len(labelled) - len(missed) >= NAMED_AT_LEAST * len(labelled), missed


def test_every_label_is_in_the_catalogue() -> None:
    for answer in read_answers(ANSWERS):
        assert not answer.expected or answer.expected in lesson(answer.lesson).misconceptions, answer


@pytest.mark.parametrize("lesson_id", lesson_ids())
def test_every_exercise_has_right_and_wrong_answers(lesson_id: str) -> None:
    answers = [answer for answer in read_answers(ANSWERS) if answer.lesson == lesson_id]
    for exercise in lesson(lesson_id).exercises:
        kinds = [answer.kind for answer in answers if answer.exercise == exercise]
        assert kinds.count("right") >= 2, exercise
        assert kinds.count("wrong") >= 3, exercise
