"""The table of a lesson's exercises, and what is missing in it."""

import pytest

from grader.authoring.build import build
from tests.authoring.tiny_course import LESSON, edit, halves


@pytest.fixture
def folders(tmp_path):
    return halves(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[exercises.quarter]", "[exercises.third]", "no entry [exercises.quarter]"),
        ("[exercises.quarter]", "[exercises.third]", "[exercises.third] is not an exercise of the script"),
        ('["d", "e", "f"]', '["d", "e"]', "[exercises.quarter] has 2 hints, not 3"),
        ('["a", "b", "c"]', '["a", "b", " "]', "[exercises.half] has 2 hints, not 3"),
        ('builds_on = ["half"]', 'builds_on = ["third"]', "[exercises.quarter] builds on third, which"),
        ('title = "A half"\n', "", "[exercises.half] has no title"),
        ("[exercises.half]", "[exercises.half", ".toml: "),
        ('"c"]', '"c"]\nslips = {half-lost = ["three"]}', "slips] half-lost: no misconception has this name"),
        ('"c"]', '"c"]\nslips = {half-doubled = ["three", "four"]}', "slips] half-doubled: there is no check four"),
    ],
)
def test_gaps_in_the_table_of_exercises_are_told(folders, old, new, words):
    edit(folders.exercises(LESSON), old, new)
    found = build(check=True, folders=folders)
    assert any(words in line for line in found), found


def test_the_table_has_the_script_s_order(folders):
    head, half, quarter = folders.exercises(LESSON).read_text("utf-8").split("[exercises")
    folders.exercises(LESSON).write_text("[exercises".join([head, quarter + "\n", half]), "utf-8")
    assert "not in the script's order: half, quarter" in build(check=True, folders=folders)[0]


def test_a_lesson_without_a_table_is_not_built(folders):
    folders.exercises(LESSON).unlink()
    assert "has no table of exercises yet" in build(folders=folders)[0]


def test_a_lesson_without_checks_is_not_built(folders):
    folders.checks_file(LESSON).unlink()
    problem, *_ = build(folders=folders)
    assert "has no check file yet" in problem
