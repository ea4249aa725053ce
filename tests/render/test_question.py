"""A question as Markdown: what is right is behind the fold."""

from grader.course.questions import Choice, Question
from grader.render.question import question_markdown

QUESTION = Question(
    "area",
    "Why is it $r^2$?",
    (
        Choice("For luck.", "Luck has no part in it.", "lost-sign"),
        Choice("It has two sides.", "Each side gives one $r$."),
        Choice("For the unit.", "The unit follows.", "no-sign"),
        Choice("It is not.", "It is.", "sign-twice"),
    ),
)


def test_the_answers_are_in_view_and_the_explanations_folded():
    shown, fold, folded = question_markdown(QUESTION).partition("<details><summary>Answer</summary>\n\n")
    assert fold
    assert shown.splitlines() == [
        "> **One question.** Why is it $r^2$?",
        ">",
        "> - **A.** For luck.",
        "> - **B.** It has two sides.",
        "> - **C.** For the unit.",
        "> - **D.** It is not.",
        "",
    ]
    assert folded.splitlines() == [
        "**B.** Each side gives one $r$.",
        "",
        "- **A**: Luck has no part in it.",
        "- **C**: The unit follows.",
        "- **D**: It is.",
        "",
        "</details>",
    ]
