"""The real nbgrader takes what `grader build` makes."""

import shutil

import pytest

from grader.authoring.build import build
from grader.course import script
from grader.course.folders import COURSE, ROOT
from grader.files import write_if_changed
from tests.authoring.tiny_course import LESSON, cells, halves, load, save
from tests.nbgrader_course import nbgrader

pytestmark = pytest.mark.slow


@pytest.fixture
def folders(tmp_path):
    """The tiny course, built, with this course's configuration of nbgrader beside it."""
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    folders = halves(tmp_path)
    assert build(folders=folders) == [f"{LESSON}: there is no walkthrough"]
    return folders


def test_nbgrader_generates_the_assignment_from_the_instructors_notebook(folders, tmp_path):
    from grader.authoring import notebooks, questions

    there = tmp_path / "source" / LESSON / f"{LESSON}.ipynb"
    asked = questions.load(folders, LESSON)
    full = notebooks.instructor(script.read(folders.script(LESSON)), {"half": 60.0, "quarter": 40.0}, asked)
    full.cells[0].source += "\n\n" + notebooks.how_to_install("")  # which only students' notebooks have
    write_if_changed(there, notebooks.dumps(full).encode())
    nbgrader(tmp_path, "generate_assignment", LESSON, "--CourseDirectory.source_directory=source")
    assert cells(tmp_path / "release" / LESSON / f"{LESSON}.ipynb") == cells(folders.notebook(LESSON))


def test_nbgrader_generates_the_assignment_from_the_lesson(folders, tmp_path):
    nbgrader(tmp_path, "generate_assignment", LESSON)
    assert cells(tmp_path / "release" / LESSON / f"{LESSON}.ipynb") == cells(folders.notebook(LESSON))


def solve(folders, lesson, path):
    """Write the student's notebook with the reference answers in it."""
    notebook = load(folders.notebook(lesson))
    answers = {
        cell.name: script.reference(cell) for cell in script.read(folders.script(lesson)) if cell.kind == "exercise"
    }
    for cell in notebook.cells:
        cell.source = answers.get(cell.id, cell.source)
    save(notebook, path)


def test_nbgrader_validates_the_answers_and_refuses_the_stubs(folders, tmp_path):
    shutil.copy(folders.notebook(LESSON), tmp_path / "stubs.ipynb")
    solve(folders, LESSON, tmp_path / "solved.ipynb")
    assert "Success! Your notebook passes all the tests." in nbgrader(tmp_path, "validate", "solved.ipynb")
    said = nbgrader(tmp_path, "validate", "stubs.ipynb")
    assert "VALIDATION FAILED ON 2 CELL(S)" in said
    assert "exercise quarter" in said


@pytest.mark.exhaustive  # with a real lesson what the test before shows with a tiny one
def test_nbgrader_validates_the_answers_of_a_lesson(tmp_path):
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    solve(COURSE, "02_one_hot", tmp_path / "solved.ipynb")
    assert "Success! Your notebook passes all the tests." in nbgrader(tmp_path, "validate", "solved.ipynb")
