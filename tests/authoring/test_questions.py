"""Questions about why: what is missing or unfit in a table is told."""

import pytest

from grader.authoring.questions import load, problems
from grader.course.folders import COURSE
from grader.course.questions import QuestionError, questions_of
from tests.authoring.tiny_course import LESSON, halves

EXERCISES = ["half", "quarter"]


@pytest.fixture
def folders(tmp_path):
    return halves(tmp_path)


def flaws(folders, old="", new=""):
    table = folders.questions(LESSON)
    text = table.read_text("utf-8")
    assert old in text
    table.write_text(text.replace(old, new), "utf-8")
    found = problems(load(folders, LESSON), folders, LESSON, EXERCISES)
    assert all(line.startswith(f"{table}: ") for line in found)
    return [line.removeprefix(f"{table}: ") for line in found]


def test_a_table_that_is_complete_has_no_flaws(folders):
    assert flaws(folders) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[quarter", "[third", "no entry [quarter]"),
        ("[quarter", "[third", "[third] is not an exercise of the script"),
        ("[half.wrong.half-of-nothing]", "[half.wrong.half-lost]", "no wrong answer to the exercise shows half-lost"),
        ("[half.wrong.half-of-nothing]", "[half.wrong.half-lost]", "says nothing about why half-lost is wrong"),
        ('[half.wrong.half-of-nothing]\nsays = "It is 0."\n', "", "[half] has 2 wrong answers, not 3"),
        ('"It is 0."', '"It is one of  two equal parts."', "[half] has two answers that say the same"),
        ("$x / 2$", r"$\\notacommand x$", "the formula $"),
        ("$x / 2$", "$x / 2", "a $ opens a formula"),
        ('"It is 0."', '"<details> It is 0."', "do not pair"),
        ('"It is one of two equal parts."', '"It is one of two parts which are equal."', "more than half"),
    ],
)
def test_flaws_are_told(folders, old, new, words):
    found = flaws(folders, old, new)
    assert any(words in line for line in found), found


def test_the_entries_have_the_script_s_order(folders):
    assert problems(load(folders, LESSON), folders, LESSON, EXERCISES[::-1]) == [
        f"{folders.questions(LESSON)}: the entries are not in the script's order: quarter, half"
    ]


def test_an_idea_of_what_it_builds_on_will_do_only_where_there_are_few(folders):
    own = folders.answers / LESSON / "quarter" / "wrong"
    own.mkdir(parents=True)
    for idea in ("half-doubled", "half-negated", "quarter-lost"):
        (own / f"{idea}.py").write_text(f"# misconception: {idea}\n", "utf-8")
    assert flaws(folders) == ["[quarter] no wrong answer to the exercise shows half-of-nothing"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("right =", "wright =", r"\[half\] is not complete: 'right'"),
        ("[half]", "[half", "questions.toml: "),
    ],
)
def test_what_cannot_be_read_is_told(folders, old, new, words):
    text = folders.questions(LESSON).read_text("utf-8")
    folders.questions(LESSON).write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(QuestionError, match=words):
        load(folders, LESSON)


def test_a_lesson_without_a_table_is_told(folders):
    folders.questions(LESSON).unlink()
    with pytest.raises(QuestionError, match="no table of questions yet"):
        load(folders, LESSON)


@pytest.mark.parametrize("lesson_id", COURSE.lesson_ids())
def test_every_exercise_of_the_course_has_its_question(lesson_id):
    questions = load(COURSE, lesson_id)
    exercises = list(questions_of(lesson_id))
    assert questions == questions_of(lesson_id)
    assert problems(questions, COURSE, lesson_id, exercises) == []
