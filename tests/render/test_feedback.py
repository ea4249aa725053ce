"""The page of feedback: what counts, the points of each check, and nothing twice."""

from dataclasses import replace

from grader.render import card
from grader.render.feedback import Counted, feedback_html
from grader.render.view import points
from grader.results import ExerciseResult, Result
from tests.render.test_render import LESSON, RESULT, Page, outcome


def test_the_table_adds_up_to_what_counts():
    said = Counted({"encoder": 4.0, "vae": 1.5}, 7.0, 6.0, ["Three more."])
    text = Page(feedback_html(RESULT, LESSON, "A course", (), said)).text
    assert "7 of 6 points" in text
    assert "The encoder ✓ passed 4 of 4" in text
    assert "The KL divergence ◐ partly right the checks gave 2 of 4 · does not count" in text
    assert "The VAE – not checked the checks gave 0 of 2 · 1.5 of 2" in text
    assert "Decided for the whole lesson +1.5" in text
    plain = Page(feedback_html(RESULT, LESSON, "A course")).text
    assert "the checks gave" not in plain
    assert "Decided" not in plain


def test_points_of_a_lesson_that_nobody_recognised_are_of_no_number():
    decided = Counted({}, 10.0, 0.0, ["10 points instead of 0. Read on paper."])
    text = Page(feedback_html(Result("ann", "", 1, error="It is a PDF."), None, "A course", (), decided)).text
    assert "A lesson that was not recognised ann 10 points Decided by your instructor" in text
    assert "of 0 points" not in text
    undecided = Page(feedback_html(Result("ann", "", 1, error="It is a PDF."), None, "A course")).text
    assert "0 points" not in undecided
    assert (points(1, 0), points(1, 1), points(0.5, 2)) == ("1 point", "1 of 1 point", "0.5 of 2 points")


def test_feedback_shows_the_points_of_each_check_and_cards_in_notebooks_do_not():
    slip = replace(outcome("is half right", "failed", "m"), score=1.0)
    exercise = ExerciseResult(
        "kl_divergence", (slip, outcome("a", "failed", "n"), outcome("b", "failed", "n"), outcome("c"))
    )
    page = Page(feedback_html(Result("a", "b", 1, (exercise,)), LESSON, "A course")).text
    for words in ("failed: is half right 1 of 2", "a 0 of 2 b 0 of 2", "c 2 of 2"):
        assert words in page
        assert words not in Page(card.card_html(exercise, LESSON)).text


def test_a_note_that_a_card_repeats_is_said_once():
    wrong = ExerciseResult("kl_divergence", (outcome("a", "failed", "The result is `None`."),))
    notes = ("`kl_divergence`: The result is `None`.", "`x` was **not** run.")
    page = Page(feedback_html(Result("a", "b", 1, (wrong,), notes=notes), LESSON, "A course"))
    assert page.text.count("The result is None .") == 1
    assert "About this notebook x was not run." in page.text
    refused = ExerciseResult("vae", (outcome("a", "not_checked", "It is not JSON."),))
    whole = feedback_html(Result("a", "b", 1, (refused,), "It is not JSON."), LESSON, "A course")
    assert whole.count("It is not JSON.") == 1
