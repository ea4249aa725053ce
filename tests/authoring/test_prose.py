"""Prose that renders otherwise than it reads, and predictions without an answer."""

import pytest

from grader.authoring.prose import badly_rendered
from grader.course.script import Cell

DEMO = Cell("demo", "", "print(1)")
PREDICT = "> **Predict first.** Which one is larger?"
ANSWER = "<details><summary>Answer</summary>\n\nThe first.\n\n</details>"


def prose(source, kind="markdown"):
    return Cell(kind, "", source)


def flaws(*sources):
    """What is found in cells of prose; a title comes first, so that headings have their level."""
    return badly_rendered([prose("# Title"), *map(prose, sources)])


@pytest.mark.parametrize(
    "source",
    [
        "> **When it goes wrong.**\n>\n> - *It is slow* → it runs twice.\n> - *It stops* → a limit.",
        "## When it goes wrong\n\n- *It is slow* → it runs twice.",
        "- **When it goes wrong** lists symptoms and their causes.\n- **Predict first** means: commit yourself.",
        "**Predict first** means: commit yourself.",
        "1. One\n2. Two\n\n$$a\n- b\n= c$$\n\n3. Three",
        "- One\n  - one a\n  - one b\n- Two",
        "The year was 1994. Then 5.5 and 3-4.",
        "## Two\n\n### Three\n\n## Two again",
        ANSWER,
        "",
    ],
)
def test_what_reads_as_it_renders_is_left_alone(source):
    assert flaws(source) == []


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("> **When it goes wrong.**\n> *It is slow* → it runs twice.\n> *It stops* → a limit.", "is not a list"),
        ("**When it goes wrong**\n\nIt is slow.", "is not a list"),
        ("## When it goes wrong\n\nIt is slow.", "is not a list"),
        ("# When it goes wrong", "is not a list"),
        ("- Kingma, *Bayes*, 2014. More in lesson\n  5. A book.", 'begins with a number, "5. A book."'),
        ("More in lesson\n5.", 'begins with a number, "5."'),
        ("More in lesson\n1. A book.", 'runs into a list at "A book."'),
        ("- More in lesson\n  1. A book.", 'runs into a list at "A book."'),
        ("5. A book, which is at the start of a cell.", "a list begins with 5"),
        ("1. One\n\nSome words.\n\n3. Three", "a list begins with 3"),
        ("Three things:\n- one\n- two", 'runs into a list at "one"'),
        ("The difference is a\n- b", 'runs into a list at "b"'),
        ("Two things:\n      - one", 'a list marker inside a paragraph, "- one"'),
        ("Two things:\n• one", 'a list marker inside a paragraph, "• one"'),
        ("### Three", 'the heading "Three" has level 3 after level 1: write ##'),
        ("<details><summary>Answer</summary>\n\nThe first.", "do not pair: close"),
        ("The first.\n\n</details>", "do not pair: open"),
        ("<details><summary>Answer</summary>\nThe *first*.\n\n</details>", "leave an empty line before it"),
    ],
)
def test_what_renders_otherwise_is_told_with_its_cell(source, problem):
    [line] = flaws("Fine.", source)
    assert line.startswith("cell markdown-03: ")
    assert problem in line


def test_every_cell_of_prose_is_read():
    assert flaws("### Three", "Two\n- three")[0].startswith("cell markdown-03: a paragraph runs into")
    [line] = badly_rendered([prose("# Title"), prose("Two\n- three", kind="answers")])
    assert line.startswith("cell answers-01: ")


def test_headings_of_answers_do_not_count_for_students():
    answers = prose("## Answers", kind="answers")
    [line] = badly_rendered([prose("# Title"), answers, prose("### Three")])
    assert line.startswith('cell markdown-02: the heading "Three" has level 3 after level 1')


def unanswered(*cells):
    found = badly_rendered(list(cells))
    assert all('"Predict first" has no answer' in line for line in found)
    return [line.split(":")[0] for line in found]


def test_a_prediction_is_answered_after_its_demo():
    assert unanswered(prose(PREDICT), DEMO, prose(ANSWER)) == []
    assert (
        unanswered(prose(PREDICT), DEMO, prose("Look."), DEMO, prose(f"{ANSWER}\n\n{PREDICT}"), DEMO, prose(ANSWER))
        == []
    )


def test_a_prediction_without_an_answer_is_told():
    assert unanswered(prose(PREDICT)) == ["cell markdown-01"]
    assert unanswered(prose(PREDICT), DEMO, prose("It is the first.")) == ["cell markdown-01"]
    assert unanswered(prose(PREDICT), DEMO, prose(PREDICT), DEMO, prose(ANSWER)) == ["cell markdown-01"]
    assert unanswered(prose(PREDICT), DEMO, prose(f"{PREDICT}\n\n{ANSWER}")) == ["cell markdown-01", "cell markdown-02"]


def test_an_answer_before_its_demo_is_none():
    assert unanswered(prose(PREDICT), prose(ANSWER), DEMO) == ["cell markdown-01"]
    assert unanswered(prose(f"{PREDICT}\n\n{ANSWER}"), DEMO) == ["cell markdown-01"]


def test_what_students_do_not_get_and_other_folds_answer_nothing():
    assert unanswered(prose(PREDICT), DEMO, prose(ANSWER, kind="answers")) == ["cell markdown-01"]
    assert unanswered(prose(PREDICT), DEMO, prose(ANSWER.replace("Answer", "A proof"))) == ["cell markdown-01"]
