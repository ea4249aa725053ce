"""`nbgrader autograde` with this course's configuration grades as `grader grade` does."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from grader.grading.grader import Grader, NotIsolated
from grader.worker import sandbox
from tests.nbgrader_course import NbgraderCourse, nbgrader
from tests.notebooks import LESSON, all_exercises, as_released, submission_json

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="submissions are isolated on Linux only"),
    pytest.mark.slow,
]
HALF = {"kl_divergence": "def kl_divergence(mu, log_var):\n    return (mu**2 + log_var.exp() - 1 - log_var).sum(1)"}
UNTRAINED = ["trained_vae"]
CLASS = {
    "half": submission_json(HALF, stubs=UNTRAINED),
    "noisy": submission_json(stubs=UNTRAINED, added={"encoder": "import sys\nprint('oh', file=sys.stderr)"}),
}


@pytest.fixture(scope="module")
def door() -> ModuleType:
    """The module tested, imported here: nbgrader takes seconds, which is too long where tests are only collected."""
    from grader.doors import nbgrader

    return nbgrader


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    course = NbgraderCourse(tmp_path_factory.mktemp("course"))
    for student, notebook in CLASS.items():
        course.submit(student, notebook)
    nbgrader(course.folder, "autograde", LESSON)
    return SimpleNamespace(course=course, scores=course.scores())


@pytest.mark.parametrize("student", CLASS)
def test_scores_are_the_graders(graded: SimpleNamespace, grader: Grader, student: str, tmp_path: Path) -> None:
    path = tmp_path / f"{student}.ipynb"
    path.write_text(json.dumps(CLASS[student]), "utf-8")
    assert graded.scores[student] == {one.name: one.score for one in grader.grade(path).exercises}


def test_feedback_shows_the_cards(graded: SimpleNamespace) -> None:
    nbgrader(graded.course.folder, "generate_feedback", LESSON)
    page = (graded.course.folder / "feedback" / "half" / LESSON / f"{LESSON}.html").read_text("utf-8")
    assert "The ½ is missing from the KL" in page
    assert "Traceback (most recent call last)" not in page


def test_nothing_but_the_check_cells_has_an_output(graded: SimpleNamespace) -> None:
    path = graded.course.folder / "autograded" / "half" / LESSON / f"{LESSON}.ipynb"
    cells = json.loads(path.read_text("utf-8"))["cells"]
    assert {cell["id"] for cell in cells if cell.get("outputs")} == {f"check_{name}" for name in all_exercises()}


class TestPreprocessor:
    @pytest.fixture
    def warm(self, door: ModuleType, grader: Grader, monkeypatch: pytest.MonkeyPatch) -> None:
        """Grades with a grader that is open."""
        monkeypatch.setattr(door, "_grader", lambda *_: grader)

    def outputs(self, door: ModuleType, points: dict[str, float], **settings: Any) -> dict[str, Any]:
        """The outputs of the check cells of a notebook whose cells are worth `points`."""
        import nbformat

        notebook = nbformat.from_dict(as_released(CLASS["half"]))
        cells = {cell.id: cell for cell in notebook.cells}
        for name, worth in points.items():
            cells[f"check_{name}"].metadata.nbgrader.points = worth
        cells["check_fit"].metadata.nbgrader.grade_id = "written_by_the_instructor"
        where = {"nbgrader": {"student": "ann", "notebook": LESSON}}
        door.GradeConfined(**settings).preprocess(notebook, where)
        return {name: cells[f"check_{name}"].outputs for name in all_exercises()}

    @pytest.mark.usefixtures("warm")
    def test_points_are_the_share_of_what_the_cell_is_worth(self, door: ModuleType) -> None:
        outputs = self.outputs(door, {"kl_divergence": 22.0, "encoder": 1.0}, seed=1)
        for name, points in {"kl_divergence": "2", "encoder": "1", "decoder": "7"}.items():
            assert outputs[name][-1].data == {"text/plain": points}
        assert "The ½ is missing" in outputs["kl_divergence"][0].data["text/html"]

    @pytest.mark.usefixtures("warm")
    def test_a_cell_that_is_not_the_courses_is_not_graded(self, door: ModuleType) -> None:
        (output,) = self.outputs(door, {})["fit"]
        assert (output.output_type, output.ename) == ("error", "NotGraded")
        assert "not one of the course's checks" in output.evalue

    def test_limits_are_set_in_the_configuration(self, door: ModuleType) -> None:
        with pytest.raises(ValueError, match="There is no limit 'patience'"):
            self.outputs(door, {}, limits=["patience=3"])

    def test_where_nothing_can_be_isolated_nobody_gets_a_zero(
        self, door: ModuleType, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sandbox, "describe", lambda: sandbox.Isolation(0, False, ("Nothing here.",)))
        with pytest.raises(NotIsolated, match="Nothing here"):
            self.outputs(door, {}, limits=["cell_seconds=30"])
