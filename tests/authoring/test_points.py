"""Points: the weights of checks, scaled to 100 for a lesson."""

import pytest

from grader.authoring.build import build
from grader.authoring.errors import BuildError
from grader.authoring.points import exercise_checks, exercise_points
from tests.authoring.tiny_course import LESSON, edit, halves


@pytest.fixture
def folders(tmp_path):
    return halves(tmp_path)


def test_points_are_the_sums_of_the_checks(folders):
    checks = exercise_checks(folders.checks_file(LESSON), ["half", "quarter"])
    assert exercise_points(checks) == {"half": 60, "quarter": 40}
    assert {check.title for check in checks["half"]} == {"halves three", "halves zero"}


def test_weights_are_scaled_to_100_points(folders):
    edit(folders.checks_file(LESSON), "@worth(40)", "@worth(20)")
    checks = exercise_checks(folders.checks_file(LESSON), ["half", "quarter"])
    assert exercise_points(checks) == {"half": 75, "quarter": 25}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("class TestQuarter", "class TestThird", "TestThird belongs to no exercise"),
        ("class TestQuarter", "class Quarter", r"no class with checks that are worth points: TestQuarter \(quarter\)"),
        ("    @worth(40)\n", "", r"TestQuarter\.test_four lacks @worth"),
        ("vocabulary import worth", "vocabulary import value", "cannot be imported: ImportError"),
    ],
)
def test_points_refuses(folders, old, new, words):
    edit(folders.checks_file(LESSON), old, new)
    with pytest.raises(BuildError, match=words):
        exercise_checks(folders.checks_file(LESSON), ["half", "quarter"])
    assert any(str(folders.checks_file(LESSON)) in line for line in build(check=True, folders=folders))
