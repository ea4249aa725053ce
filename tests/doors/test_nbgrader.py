"""`nbgrader autograde` with this course's configuration grades as `grader grade` does."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from html import escape, unescape
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.course.catalogue import lesson
from grader.grading.grader import Grader, NotIsolated
from grader.worker import sandbox
from tests.doors.test_browser import CHROMIUM, QUIET
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


SPOILT: dict[str, Callable[[dict[str, Any]], Any]] = {
    "a copied check": lambda cells: cells.update(again=cells["check_kl_divergence"] | {"id": "again"}),
    "an old schema": lambda cells: _metadata(cells["kl_divergence"], schema_version=1),
    "a schema of tomorrow": lambda cells: _metadata(cells["check_encoder"], schema_version=9),
    "no dictionary": lambda cells: cells["encoder"]["metadata"].update(nbgrader="mine"),
    "a grade on an answer": lambda cells: _metadata(cells["kl_divergence"], grade=True, points=50),
    "a check of one's own": lambda cells: _metadata(cells["encoder"], grade_id="mine", grade=True, points=10**6),
    "no points": lambda cells: cells["check_kl_divergence"]["metadata"]["nbgrader"].pop("points"),
    "a check deleted": lambda cells: cells.pop("check_kl_divergence"),
    "an answer and its check deleted": lambda cells: [cells.pop(name) for name in ("encoder", "check_encoder")],
    "tags that are none": lambda cells: cells["encoder"]["metadata"].update(tags=None),
    "a tag of the grader's own": lambda cells: cells["kl_divergence"]["metadata"].update(tags=["added-back"]),
    "no outputs": lambda cells: cells["kl_divergence"].pop("outputs"),
    "a check turned into prose": lambda cells: cells["check_encoder"].update(cell_type="markdown"),
    "half a character in prose": lambda cells: _own(cells, source="x \ud800 y"),
    "half a character in code": lambda cells: _append(cells["kl_divergence"], "\n# \udfff"),
    "half a character in a course's cell": lambda cells: _append(cells["check_encoder"], "\n# \ud83d"),
    "half a character in an id": lambda cells: _own(cells, id="a\ud800"),
    "half a character in metadata": lambda cells: cells["encoder"]["metadata"].update({"a\ud800": "\udfff"}),
    "half a character in an attachment": lambda cells: _own(cells, attachments={"a\ud800": {"image/png": "\udfff"}}),
    "a heading": lambda cells: _own(cells, cell_type="heading", level=1),
    "outputs that are none": lambda cells: cells["encoder"].update(
        outputs=[{"output_type": "stream", "x": number} for number in range(20_000)]
    ),
    "outputs of 60 MiB": lambda cells: cells["encoder"].update(
        outputs=[{"output_type": "stream", "name": "stdout", "text": "x" * 60 * 2**20}]
    ),
    "deep metadata": lambda cells: cells["encoder"]["metadata"].update(deep=_nested(800)),
    "ids that are none": lambda cells: [_own(cells, id=name) for name in ("a b/" * 40, "a b", "")],
}


# Files that `grader grade` does not read, each with the sentence that it says instead.
UNREADABLE: dict[str, tuple[bytes, str]] = {
    "cut off": (b'{"cells": [', "cut off when it was saved"),
    "a page": (b"<html></html>", "not a notebook"),
    "deep": (b'{"nbformat": 4, "cells": ' + b"[" * 10**6 + b"]" * 10**6 + b"}", "nested too deeply"),
    "large": (b" " * 65 * 2**20, "65 MiB large"),
    "format 3": (b'{"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": []}', "format 3, not 4"),
    "no cells": (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}', "has no cells"),
    "cells": (b'{"nbformat": 4, "cells": [' + b"{}, " * 5000 + b"{}]}", "5,001 cells"),
}


RUN = "document.title = `it ran`"
SCRIPTS = [
    f"<script>{RUN}</script>",
    f'<img src="nowhere" onerror="{RUN}">',
    f'<details open ontoggle="{RUN}"><summary>look</summary></details>',
    f'<svg onload="{RUN}"></svg>',
    f"[a link](javascript:{RUN.replace(' ', '')})",
    f"[another](JaVaScRiPt\\:{RUN.replace(' ', '')})",
    f"<a href='jav&#x61;script:{RUN}'>a third</a>",
    "[a fourth](javascript&#58;x) [a fifth](java&#115;cript&colon;x) [a sixth](java&amp;#115;cript&amp;#58;x)",
    "[a seventh][1] [an eighth](java&Tab;script&NewLine;:x) $\\href{javascript\t:x}{x}$\n\n[1]: javascript&#58;x",
    f'<iframe srcdoc="<script>parent.{RUN}</script>"></iframe>',
    f"$x$ `<script>` and <b>bold</b>\n\n```\n</pre><script>{RUN}</script>\n```",
]


def with_scripts() -> dict[str, Any]:
    """Prose of a student's own, of each kind of cell, and a course's cell that was changed."""
    notebook = as_released(submission_json(stubs=all_exercises()))
    prose = [{"cell_type": "markdown", "id": f"own-{n}", "metadata": {}, "source": s} for n, s in enumerate(SCRIPTS)]
    raw = {"cell_type": "raw", "id": "raw", "metadata": {"raw_mimetype": "text/html"}, "source": SCRIPTS[0]}
    notebook["cells"] += [*prose, raw]
    notebook["cells"][0]["source"] += SCRIPTS[1]
    view = {"model_module": "http://127.0.0.1:9/evil.js", "model_module_version": "1", "model_name": "A", "state": {}}
    widgets = {
        "application/vnd.jupyter.widget-state+json": {"version_major": 2, "version_minor": 0, "state": {"a": view}}
    }
    return notebook | {
        "metadata": notebook["metadata"] | {"widgets": widgets, "kernelspec": None, "title": "</title>" + SCRIPTS[0]}
    }


def _own(cells: dict[str, Any], **changed: object) -> None:
    """A cell of the student's own."""
    cell = {"cell_type": "markdown", "id": f"own-{len(cells)}", "metadata": {}, "source": "x"}
    cells[f"own {len(cells)}"] = cell | changed


def _nested(depth: int) -> list[Any]:
    inner: list[Any] = []
    for _ in range(depth):
        inner = [inner]
    return inner


def _append(cell: dict[str, Any], text: str) -> None:
    cell["source"] = "".join(cell["source"]) + text


def _metadata(cell: dict[str, Any], **changed: object) -> None:
    cell["metadata"]["nbgrader"] |= changed


def spoilt(change: str) -> dict[str, Any]:
    """One wrong answer among stubs, as handed out, and then changed where nbgrader looks."""
    stubs = [name for name in all_exercises() if name not in ("encoder", "kl_divergence")]
    notebook = json.loads(json.dumps(as_released(submission_json(HALF, stubs=stubs))))
    cells = {cell["id"]: cell for cell in notebook["cells"]}
    SPOILT[change](cells)
    return notebook | {"cells": list(cells.values())}


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
    course.submit_as_it_is("scripts", with_scripts())
    for student in SPOILT:
        course.submit_as_it_is(student, spoilt(student))
    for student, (content, _) in UNREADABLE.items():
        course.submit_file(student, content)
    nbgrader(course.folder, "autograde", LESSON)
    return SimpleNamespace(course=course, scores=course.scores())


@pytest.mark.parametrize("student", CLASS)
def test_scores_are_the_graders(graded: SimpleNamespace, grader: Grader, student: str, tmp_path: Path) -> None:
    path = tmp_path / f"{student}.ipynb"
    path.write_text(json.dumps(CLASS[student]), "utf-8")
    assert graded.scores[student] == {one.name: one.score for one in grader.grade(path).exercises}


@pytest.mark.parametrize("change", SPOILT)
def test_nothing_that_a_student_saves_costs_anybody_a_grade(
    graded: SimpleNamespace, grader: Grader, change: str, tmp_path: Path
) -> None:
    path = tmp_path / "spoilt.ipynb"
    path.write_text(json.dumps(spoilt(change)), "utf-8")
    scores = {one.name: one.score for one in grader.grade(path).exercises}
    assert graded.scores[change] == scores
    assert sum(scores.values()) > 0


@pytest.mark.parametrize("student", UNREADABLE)
def test_a_file_that_cannot_be_read_has_no_points_and_a_sentence(graded: SimpleNamespace, student: str) -> None:
    assert graded.scores[student] == dict.fromkeys(all_exercises(), 0)
    path = graded.course.folder / "autograded" / student / LESSON / f"{LESSON}.ipynb"
    cards = [cell["outputs"][0]["data"]["text/plain"] for cell in json.loads(path.read_text("utf-8"))["cells"]]
    assert len(cards) == len(all_exercises())
    assert all(UNREADABLE[student][1] in " ".join("".join(card).split()) for card in cards)


def test_nbformat_reads_no_file_of_a_student(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import nbformat

    from grader.doors.nbgrader_reading import BoundedExporter

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("read by nbformat")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(nbformat, "read", refuse)
    names = {"student": "ann", "assignment": LESSON, "notebook": LESSON}
    for step in ("submitted", "autograded"):
        path = tmp_path / step / "ann" / LESSON / f"{LESSON}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(spoilt("outputs that are none")), "utf-8")
    read = tmp_path / "submitted" / "ann" / LESSON / f"{LESSON}.ipynb"
    notebook = json.loads(BoundedExporter().from_filename(str(read), {"nbgrader": names})[0])
    assert [cell["source"] for cell in notebook["cells"]]
    assert not any(cell.get("outputs") for cell in notebook["cells"])
    with pytest.raises(AssertionError, match="read by nbformat"):  # what nbgrader itself has written
        BoundedExporter().from_filename(str(path), {"nbgrader": names})


@pytest.fixture(scope="module")
def feedback(graded: SimpleNamespace) -> Path:
    """The folder of nbgrader's pages, with those that tests look at."""
    for student in ("half", "scripts"):
        nbgrader(graded.course.folder, "generate_feedback", LESSON, f"--student={student}")
    return Path(graded.course.folder / "feedback")


def test_feedback_shows_the_cards(feedback: Path) -> None:
    page = (feedback / "half" / LESSON / f"{LESSON}.html").read_text("utf-8")
    assert "The ½ is missing from the KL" in page
    assert "Traceback (most recent call last)" not in page
    index = page[page.index('<div id="toc">') : page.index("</ol>")]
    assert re.findall(r'href="#check_(\w+)">([^<]+)</a>', index) == [
        (name, escape(exercise.title)) for name, exercise in lesson(LESSON).exercises.items()
    ]
    assert "Comment on: Your trained VAE</a>" in index  # nbgrader's own, on a cell that was left as it was
    assert not re.search(r">(Test cell|Comment)</a>", index)


@pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium (apt-get install chromium)")
def test_no_script_of_a_student_runs_on_nbgraders_pages(feedback: Path) -> None:
    from playwright.sync_api import sync_playwright

    page_of = feedback / "scripts" / LESSON / f"{LESSON}.html"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(page_of.as_uri(), wait_until="domcontentloaded")
        schemes = page.evaluate("[...document.links].map(link => link.protocol)")
        assert {"javascript:", "data:"} & set(schemes) == set()
        page.wait_for_timeout(500)
        assert "it ran" not in page.title()
        assert page.locator(".jp-MarkdownOutput script, .jp-MarkdownOutput iframe, [onerror], [ontoggle]").count() == 0
        assert not [url for url in asked if "evil" in url]
        browser.close()


# What commands are made of, and what hides them until they are rendered.
PIECES = [
    *("\\", "\\\\", "\\\\\\", "href", "def", "g", "re", "newcommand", "let", "left", "htmlClass", "require"),
    *("&#92;", "&amp;#92;", "&amp;amp;#x5c;", "&bsol;", "&#104;ref", "&", "amp;", "#92;"),
    *("\0", "\x08", "\n", "<b>", "<wbr>", "<!---->", "{", "}", "$", " ", "9"),
]
NO_COMMAND = re.compile(r"\\(href|[gex]?def|let|(re)?newcommand|htmlClass|require)(?![a-zA-Z])")


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.booleans())
def test_no_mathematics_of_a_student_makes_links_or_commands(prose: str, html: bool) -> None:
    from grader.doors.nbgrader_submission import harmless

    page = re.sub(r"<wbr>|<!---->", "", harmless(prose, html))
    shown = re.sub(r"[\0\x08]", "", unescape(page))
    assert not NO_COMMAND.search(shown)
    assert not NO_COMMAND.search(harmless(shown, html))


@pytest.mark.parametrize(
    ("prose", "shown"),
    [
        (r"$\\href{x}{y}$", "$＼href{x}{y}$"),
        (
            r"$\newcommand{\j}[1]{\href{java#1:x}{y}} \j{script}$",
            r"$＼newcommand{\j}[1]{＼href{java#1:x}{y}} \j{script}$",
        ),
        (r"$\g\def\x{1} \re\newcommand$", r"$\g＼def\x{1} \re＼newcommand$"),
        (r"\$&#92;hr&#101;f&amp;#92;url\$", r"\$＼href＼url\$"),
        (r"$\left( \mathbb{E}_q \log p \right) \displaystyle \newline \\ \hat x$", None),
    ],
)
def test_commands_look_as_they_did_and_are_none(prose: str, shown: str | None) -> None:
    from grader.doors.nbgrader_submission import harmless

    assert harmless(prose) == (shown or prose)


def test_more_prose_than_a_page_can_hold_is_not_shown() -> None:
    from nbformat.v4 import new_markdown_cell, new_notebook

    from grader.doors.nbgrader_submission import SanitiseProse

    notebook = new_notebook(cells=[new_markdown_cell(source) for source in ("before", "x" * 299_990, "y" * 5, "after")])
    SanitiseProse().preprocess(notebook, {"nbgrader": {"notebook": LESSON}})
    assert [cell.source[:8] for cell in notebook.cells] == ["before", "x" * 8, "(5 chara", "(5 chara"]


def test_prose_that_would_take_long_to_sanitise_is_shown_with_its_tags() -> None:
    from grader.doors.nbgrader_submission import harmless

    assert harmless("<b>x</b> &lt;") == "<b>x</b> &lt;"
    assert harmless("<ul><li onclick=x>" * 10, html=False) == "&lt;ul>&lt;li onclick=x>" * 10


def test_nothing_but_the_check_cells_has_an_output(graded: SimpleNamespace) -> None:
    path = graded.course.folder / "autograded" / "half" / LESSON / f"{LESSON}.ipynb"
    cells = json.loads(path.read_text("utf-8"))["cells"]
    assert {cell["id"] for cell in cells if cell.get("outputs")} == {f"check_{name}" for name in all_exercises()}


class TestPreprocessor:
    @pytest.fixture
    def warm(self, door: ModuleType, grader: Grader, monkeypatch: pytest.MonkeyPatch) -> None:
        """Grades with a grader that is open."""
        monkeypatch.setattr(door, "_grader", lambda *_: grader)

    @pytest.fixture(autouse=True)
    def course(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Ann's submission, where nbgrader has it, below the folder that is the current one."""
        monkeypatch.chdir(tmp_path)
        handed_in = tmp_path / "submitted" / "ann" / LESSON / f"{LESSON}.ipynb"
        handed_in.parent.mkdir(parents=True)
        handed_in.write_text(json.dumps(as_released(CLASS["half"])), "utf-8")

    def outputs(self, door: ModuleType, points: dict[str, float], **settings: Any) -> dict[str, Any]:
        """The outputs of the check cells of Ann's notebook, whose cells are worth `points`."""
        import nbformat

        notebook = nbformat.from_dict(as_released(CLASS["half"]))
        cells = {cell.id: cell for cell in notebook.cells}
        for name, worth in points.items():
            cells[f"check_{name}"].metadata.nbgrader.points = worth
        cells["check_fit"].metadata.nbgrader.grade_id = "written_by_the_instructor"
        where = {"nbgrader": {"student": "ann", "assignment": LESSON, "notebook": LESSON}}
        door.GradeConfined(**settings).preprocess(notebook, where)
        return {name: cells[f"check_{name}"].outputs for name in all_exercises()}

    @pytest.mark.usefixtures("warm")
    def test_points_are_the_share_of_what_the_cell_is_worth(self, door: ModuleType) -> None:
        outputs = self.outputs(door, {"kl_divergence": 22.0, "encoder": 1.0}, seed=1)
        for name, points in {"kl_divergence": "12", "encoder": "1", "decoder": "7"}.items():
            assert outputs[name][-1].data == {"text/plain": points}
        assert "The ½ is missing" in outputs["kl_divergence"][0].data["text/html"]

    @pytest.mark.usefixtures("warm")
    def test_a_cell_that_is_not_the_courses_is_not_graded(self, door: ModuleType) -> None:
        (output,) = self.outputs(door, {}, seed=1)["fit"]
        assert (output.output_type, output.ename) == ("error", "NotGraded")
        assert "not one of the course's checks" in output.evalue

    @pytest.mark.usefixtures("warm")
    def test_the_class_keeps_its_seed(self, door: ModuleType, tmp_path: Path) -> None:
        first, second = (self.outputs(door, {"kl_divergence": 22.0}) for _ in range(2))
        assert first["kl_divergence"] == second["kl_divergence"]
        place = tmp_path / ".grader-seed"
        assert place.stat().st_mode & 0o777 == 0o600
        place.write_text(str(int(place.read_text()) + 1))
        assert self.outputs(door, {"kl_divergence": 22.0})["kl_divergence"] != first["kl_divergence"]
        place.write_text("none")
        with pytest.raises(ValueError, match="should hold one number"):
            self.outputs(door, {})

    def test_limits_are_set_in_the_configuration(self, door: ModuleType) -> None:
        with pytest.raises(ValueError, match="There is no limit 'patience'"):
            self.outputs(door, {}, seed=1, limits=["patience=3"])

    def test_where_nothing_can_be_isolated_nobody_gets_a_zero(
        self, door: ModuleType, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sandbox, "describe", lambda: sandbox.Isolation(0, False, ("Nothing here.",)))
        with pytest.raises(NotIsolated, match="Nothing here"):
            self.outputs(door, {}, seed=1, limits=["cell_seconds=30"])
