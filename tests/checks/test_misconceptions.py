"""Every misconception that a check names has an entry in a table, and every entry a check that names it."""

from grader.authoring.ideas import unmatched
from grader.course.folders import COURSE


def test_checks_and_tables_have_the_same_misconceptions() -> None:
    assert unmatched(COURSE, COURSE.lesson_ids()) == []
