"""A question with its answers in an order that is fixed, and not always the same."""

from collections import Counter

from grader.course.catalogue import lesson, lesson_ids
from grader.course.questions import LETTERS, questions_of, read_questions

TABLE = """\
[area]
asks = "Why?"
right = "So."
because = "It is so."
[area.wrong.lost-sign]
says = "Not so."
[area.wrong.sign-twice]
says = "Twice."
because = "Once is enough."
[area.wrong.no-sign]
says = "None."
"""


def read(path, table=TABLE):
    path.write_text(table, "utf-8")
    return read_questions(path, {"lost-sign": "A sign is lost.", "no-sign": "There is one."})["area"]


def test_a_question_says_why_each_answer_is_right_or_wrong(tmp_path):
    question = read(tmp_path / "questions.toml")
    assert (question.exercise, question.text) == ("area", "Why?")
    assert (question.right.text, question.right.why) == ("So.", "It is so.")
    assert {choice.misconception: (choice.text, choice.why) for choice in question.wrong} == {
        "lost-sign": ("Not so.", "A sign is lost."),
        "sign-twice": ("Twice.", "Once is enough."),
        "no-sign": ("None.", "There is one."),
    }


def test_answers_keep_their_letters_when_they_are_reworded(tmp_path):
    before = read(tmp_path / "before.toml")
    after = read(tmp_path / "after.toml", TABLE.replace("Not so.", "By no means."))
    assert [letter for letter, _ in before.lettered] == list(LETTERS)
    assert [one.misconception for one in before.choices] == [one.misconception for one in after.choices]


def test_the_right_answer_is_found_under_every_letter():
    questions = [question for name in lesson_ids() for question in questions_of(name).values()]
    assert len(questions) == sum(len(lesson(name).exercises) for name in lesson_ids())
    counts = Counter(letter for question in questions for letter, choice in question.lettered if choice.is_right)
    assert set(counts) == set(LETTERS)
    assert max(counts.values()) < len(questions) / 2
