"""Results as Gradescope shows them."""

from dataclasses import replace

from grader.course.catalogue import lesson
from grader.render.gradescope import results_json
from grader.results import Result
from tests.fake_grading import FakeGrader

LESSON = "01_plain_vae"
RESULT = FakeGrader()._result("a", LESSON, 987654321987, 3)


def test_a_test_for_each_exercise_with_its_card():
    data = results_json(RESULT, lesson(LESSON))
    assert data["score"] == sum(test["score"] for test in data["tests"]) == 6
    first = data["tests"][0]
    assert (first["max_score"], first["status"], first["output_format"]) == (5.5, "failed", "text")
    assert first["name"] == lesson(LESSON).exercises["encoder"].title
    assert "not b" in first["output"]
    right = replace(RESULT.exercises[0], checks=RESULT.exercises[0].checks[:1])
    assert results_json(replace(RESULT, exercises=(right,)), None)["tests"][0]["status"] == "passed"


def test_what_was_decided_and_what_was_wrong_stand_above():
    data = results_json(replace(RESULT, error="Cut\x1b[31m off."), None, score=2, notes=["Late."])
    assert (data["score"], data["output"]) == (2, "Late.\n\nCut off.")
    assert results_json(Result("a", "", 7, error="No notebook."), None)["tests"] == []


def test_a_note_that_an_exercise_repeats_is_not_above():
    notes = ("`encoder`: not b", "Something else.")
    assert results_json(replace(RESULT, notes=notes), lesson(LESSON))["output"] == "Something else."
