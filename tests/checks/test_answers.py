"""The checks' own test: every right answer passes, every wrong one fails, and no misconception is named wrongly.

A lesson's answers are tried in two parts: the chosen ones, and the `others`, which are exhaustive.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.authoring.answers import Answer, Trial, read_answers, try_answer
from grader.course.catalogue import lesson, lesson_ids
from grader.grading.grader import Grader
from tests.choice import first_of_each, parameters
from tests.notebooks import ANSWERS

NAMED_AT_LEAST = 0.95  # of a lesson's wrong answers whose first line names a misconception
# Wrong answers with a symptom of a misconception that is not theirs.
NAMELESS = (
    "01_plain_vae/decoder/wrong/codes_standardised.py",  # no code is kept in a range
    "03_conditional_vae/conditional_encoder/wrong/embedding_of_zeros_and_ones.py",  # the label is not missing
)
SHARE = 3  # of the names in a lesson, and of the wrong answers without one, every third is chosen


def answers_to(lesson_id: str) -> list[Answer]:
    return [answer for answer in read_answers(ANSWERS) if answer.lesson == lesson_id]


def trains(answer: Answer) -> bool:
    return lesson(answer.lesson).exercises[answer.exercise].trains


def chosen(answers: list[Answer]) -> list[Answer]:
    """Of a lesson's answers: two right ones to each exercise, and a share of the wrong ones; where a model is trained,
    one of each kind.
    """
    brief = first_of_each([one for one in answers if trains(one)], lambda one: (one.exercise, one.kind))
    others = [one for one in answers if not trains(one)]
    right = first_of_each([one for one in others if one.kind == "right"], lambda one: one.exercise, 2)
    wrong = [one for one in others if one.kind == "wrong"]
    named = first_of_each([one for one in wrong if one.expected], lambda one: (one.exercise, one.expected))
    nameless = [one for one in wrong if not one.expected]
    return [*brief, *right, *named[::SHARE], *nameless[::SHARE]]


def others(answers: list[Answer]) -> list[Answer]:
    some = chosen(answers)
    return [one for one in answers if one not in some]


PARTS = [(lesson_id, part) for lesson_id in lesson_ids() for part in (chosen, others)]


@pytest.fixture(
    scope="module",
    params=parameters(PARTS, [one for one in PARTS if one[1] is chosen], lambda one: f"{one[0]}-{one[1].__name__}"),
)
def trials(grader: Grader, request: pytest.FixtureRequest) -> list[Trial]:
    lesson_id, part = request.param
    return [try_answer(grader, answer, 7) for answer in part(answers_to(lesson_id))]


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

    def test_a_slip_spoils_no_check_but_those_in_the_table(self, trials: list[Trial]) -> None:
        """Else it would keep nothing of them."""
        more = []
        for one in trials:
            spoilt = lesson(one.lesson).exercises[one.exercise].slips.get(one.expected or "")
            if spoilt is not None and one.misconceptions == [one.expected] and not spoilt.issuperset(one.failed):
                more.append((one.lesson, one.exercise, one.name, set(one.failed) - spoilt))
        assert more == []


@pytest.mark.slow
@pytest.mark.parametrize("path", NAMELESS)
def test_a_symptom_of_something_else_has_no_name(grader: Grader, path: str) -> None:
    lesson_id, exercise, _, file = path.split("/")
    answer = Answer(lesson_id, exercise, Path(file).stem, "wrong", (ANSWERS / path).read_text("utf-8"))
    assert try_answer(grader, answer, 7).misconceptions == []


def test_a_target_of_zeros_and_ones_has_an_infinite_gradient_and_no_second_name(grader: Grader) -> None:
    answer = next(one for one in answers_to("01_plain_vae") if one.name == "target_first")
    assert try_answer(grader, answer, 7).misconceptions == [answer.expected]


def test_every_label_is_in_the_catalogue() -> None:
    for answer in read_answers(ANSWERS):
        assert not answer.expected or answer.expected in lesson(answer.lesson).misconceptions, answer


@pytest.mark.parametrize("lesson_id", lesson_ids())
def test_every_exercise_has_right_and_wrong_answers(lesson_id: str) -> None:
    answers = answers_to(lesson_id)
    for exercise in lesson(lesson_id).exercises:
        kinds = [answer.kind for answer in answers if answer.exercise == exercise]
        assert kinds.count("right") >= 2, exercise
        assert kinds.count("wrong") >= 3, exercise


@pytest.mark.parametrize("lesson_id", lesson_ids())
def test_the_chosen_answers_have_every_exercise(lesson_id: str) -> None:
    answers = answers_to(lesson_id)
    some = chosen(answers)
    for exercise, about in lesson(lesson_id).exercises.items():
        kinds = [one.kind for one in some if one.exercise == exercise]
        assert kinds.count("right") == (1 if about.trains else 2), exercise
        assert kinds.count("wrong") >= 1, exercise
    assert sorted([*some, *others(answers)], key=answers.index) == answers
