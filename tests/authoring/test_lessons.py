"""This course is built, and its stubs say whose they are."""

import pytest

from grader.authoring.build import build
from grader.course import script
from grader.course.folders import COURSE
from tests.authoring.tiny_course import cells


def test_the_course_is_built():
    assert build(check=True) == []


@pytest.mark.parametrize("lesson", COURSE.lesson_ids())
def test_every_stub_of_the_course_names_its_exercise(lesson):
    student = cells(COURSE.notebook(lesson))
    for cell in script.read(COURSE.script(lesson)):
        if cell.kind == "exercise":
            assert student[cell.name].source == script.stub(cell)
            assert f'raise NotImplementedError("exercise {cell.name}' in script.stub(cell)
