"""What a check is made of, told from the text of its lesson's folder."""

from pathlib import Path

import pytest

from grader.course.catalogue import class_key, lesson, lesson_ids
from grader.course.folders import COURSE
from grader.course.sources import CheckSource, LessonSources
from grader.failures import BrokenChecks

CHECKS = '''
"""Checks."""
from grader.checks.kit.vocabulary import worth
from grader.checks.tiny import helpers, limits as bounds
from grader.checks.tiny.oracles import right

SIZES = (3, 4)


class TestFirst:
    """The first."""

    shared = SIZES

    @worth(2, after=["b"])
    def test_a(self, student):
        """is a"""
        helpers.assert_a(student, self.shared)

    @worth(1)
    def test_b(self, student):
        """is b"""
        assert student.b() == right()


class TestSecond:
    @worth(0.5)
    def test_c(self, student):
        """is c"""
        look_at(bounds)


def look_at(module):
    return module
'''
HELPERS = """
from grader.checks.tiny import oracles

LOW, HIGH = 1, 2

def assert_a(student, sizes):
    within(oracles.right() + LOW)

def within(value):
    from grader.checks.tiny.limits import LIMIT
    return value < LIMIT

def unused():
    return 1
"""
ORACLES = "def right():\n    return 1\n\ndef wrong():\n    return 2\n"
LIMITS = "LIMIT = 3\nOTHER = 4\n"
FILES = {"checks.py": CHECKS, "helpers.py": HELPERS, "oracles.py": ORACLES, "limits.py": LIMITS, "__init__.py": ""}


@pytest.fixture
def read(tmp_path: Path):
    """The checks by class and name, with some text replaced in a file."""

    def read(file: str = "checks.py", old: str = "", new: str = "") -> dict[str, CheckSource]:
        for name, text in FILES.items():
            assert name != file or old in text
            (tmp_path / name).write_text(text.replace(old, new) if name == file and old else text)
        classes = LessonSources(tmp_path, "grader.checks.tiny").checks()
        return {f"{owner}.{name}": one for owner, checks in classes for name, one in checks.items()}

    return read


A, B, C = "TestFirst.test_a", "TestFirst.test_b", "TestSecond.test_c"


@pytest.mark.parametrize(
    ("file", "old", "new", "changed"),
    [
        ("checks.py", '"""is b"""', '"""is really b"""', {B}),
        ("checks.py", 'after=["b"]', "after=[]", {A}),
        ("checks.py", "shared = SIZES", "shared = SIZES[:1]", {A, B}),
        ("checks.py", "(3, 4)", "(3, 5)", {A, B}),
        ("checks.py", "return module", "return None", {C}),
        ("helpers.py", "+ LOW", "- LOW", {A}),
        ("helpers.py", "LOW, HIGH = 1", "LOW, HIGH = 0", {A}),
        ("helpers.py", "value < LIMIT", "value <= LIMIT", {A}),
        ("oracles.py", "return 1", "return 3", {A, B}),
        ("limits.py", "LIMIT = 3", "LIMIT = 5", {A, C}),
        ("limits.py", "OTHER = 4", "OTHER = 5", {C}),  # the module itself is handed on
        ("oracles.py", "def right", "print()\n\ndef right", {A, B}),  # it runs when the module is imported
        ("oracles.py", "def right():\n    return 1", "try:\n    right = int\nfinally:\n    pass", {A, B}),
        ("oracles.py", "return 2", "return 3", set()),
        ("helpers.py", "def unused", "def still_unused", set()),
        ("checks.py", "student.b() == right()", "student.b()  ==  right()  # or so", set()),
        ("checks.py", "@worth(2,", "@worth(7.5,", set()),
    ],
)
def test_a_change_concerns_the_checks_that_lead_to_it(read, file, old, new, changed):
    before = {name: one.digest for name, one in read().items()}
    after = {name: one.digest for name, one in read(file, old, new).items()}
    assert {name for name in (A, B, C) if before[name] != after[name]} == changed


def test_weights_are_read(read):
    assert {name: one.weight for name, one in read().items()} == {A: 2, B: 1, C: 0.5}
    assert read(old="@worth(1)", new="@worth(1.5)")[B].weight == 1.5
    for new in ("@worth(ONE)", "@slow"):
        with pytest.raises(BrokenChecks, match=r"TestFirst.test_b has no @worth\(points\)"):
            read(old="@worth(1)", new=new)


@pytest.mark.parametrize("lesson_id", lesson_ids())
def test_every_exercise_has_checks_with_sources(lesson_id):
    name = COURSE.checks_file(lesson_id).parent.name
    found = LessonSources(COURSE.checks_file(lesson_id).parent, f"grader.checks.{name}").checks()
    names = sorted(map(class_key, lesson(lesson_id).exercises))
    assert sorted(class_key(owner) for owner, checks in found if checks) == names
