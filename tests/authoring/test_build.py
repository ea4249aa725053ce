"""Building lessons: what students get, what goes stale, what leaks."""

import base64
import json
import shutil

import pytest

from grader.authoring.build import build
from grader.course import script
from grader.course.folders import ROOT
from grader.render.card import card_html
from grader.results import CheckResult, ExerciseResult
from tests.authoring.tiny_course import LESSON, cells, course, edit, halves, load, output, save
from vaelab.explorers import TABLE

pytestmark = pytest.mark.slow  # executing the walkthrough starts a Jupyter kernel


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """A course of one tiny lesson, built and executed once."""
    folders = halves(tmp_path_factory.mktemp("course"))
    assert build(execute=True, folders=folders) == []
    return folders


@pytest.fixture
def folders(executed, tmp_path):
    """A copy of it to spoil."""
    shutil.copytree(executed.solutions.parent, tmp_path, dirs_exist_ok=True)
    return course(tmp_path)


def snapshot(folders):
    root = folders.solutions.parent
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts}


def card(verdict, *titles, points=0):
    """What check() shows."""
    checks = (CheckResult("test_three", title, verdict, points, points or 35) for title in titles or ["halves three"])
    return output("display_data", data={"text/html": card_html(ExerciseResult("half", tuple(checks)), None)})


def printed(text):
    return output("stream", text=text)


# What students and readers get


def test_students_get_stubs_that_name_the_exercise(folders):
    student = cells(folders.notebook(LESSON))
    for exercise in ("half", "quarter"):
        names = {}
        exec(student[exercise].source, names)
        with pytest.raises(NotImplementedError, match=f"exercise {exercise}"):
            names[exercise](1)


def test_links_lead_to_the_same_kind_of_notebook(folders):
    assert "(01_halves.ipynb)" in cells(folders.walkthrough(LESSON))["markdown-01"].source
    assert "(../01_halves/01_halves.ipynb)" in cells(folders.notebook(LESSON))["markdown-01"].source


def test_the_first_cell_says_what_to_do_where_the_package_is_missing(folders):
    first = cells(folders.notebook(LESSON))["markdown-01"].source
    assert first.endswith(
        "open it with `python course.py lab`, or ask your instructor for the address to install from."
    )
    folders.install.write_text('address = "git+https://example.org/course.git"', "utf-8")
    assert "the student's notebook is not what its source gives" in str(build(check=True, folders=folders))
    assert build(folders=folders) == []
    first = cells(folders.notebook(LESSON))["markdown-01"].source
    assert first.endswith("first run `%pip install git+https://example.org/course.git`.")
    assert "%pip" not in cells(folders.walkthrough(LESSON))["markdown-01"].source


def test_answers_in_prose_are_for_readers(folders):
    assert cells(folders.walkthrough(LESSON))["answers-01"].source == "Twice a half is the whole."
    assert "answers-01" not in cells(folders.notebook(LESSON))


def test_nbgraders_stubs_are_the_ones_that_grading_knows(folders):
    student = cells(folders.notebook(LESSON))
    for cell in script.read(folders.script(LESSON)):
        if cell.kind == "exercise":
            assert student[cell.name].source == script.stub(cell)


def test_nbgrader_metadata(folders):
    from nbgrader.utils import compute_checksum

    student = cells(folders.notebook(LESSON))
    assert list(student) == [
        "markdown-01", "setup-01", "half", "quarter", "check_half", "question_half", "check_quarter", "demo-01",
        "demo-02", "question_quarter",
    ]  # fmt: skip
    roles = {
        name: [role for role in ("solution", "grade", "locked") if cell.metadata.nbgrader[role]]
        for name, cell in student.items()
        if "nbgrader" in cell.metadata
    }
    assert roles == {
        "setup-01": ["locked"],
        "half": ["solution"],
        "quarter": ["solution"],
        "check_half": ["grade", "locked"],
        "check_quarter": ["grade", "locked"],
    }
    assert student["check_half"].metadata.nbgrader.points == 60
    assert student["check_quarter"].metadata.nbgrader.points == 40
    for name in roles:
        assert student[name].metadata.nbgrader.checksum == compute_checksum(student[name])
        assert student[name].metadata.deletable is False
    assert [name for name, cell in student.items() if cell.metadata.get("editable") is False] == [
        "setup-01", "check_half", "check_quarter",
    ]  # fmt: skip


def test_students_get_the_picture_and_no_outputs(folders):
    student = load(folders.notebook(LESSON))
    picture = student.cells[0].attachments["cover.png"]["image/png"]
    assert base64.b64decode(picture).startswith(b"\x89PNG")
    assert not any(cell.get("outputs") for cell in student.cells)


def test_walkthrough_shows_results_and_nothing_fleeting(folders):
    walkthrough = cells(folders.walkthrough(LESSON))
    assert "### BEGIN SOLUTION" in walkthrough["half"].source
    [result] = walkthrough["check_half"].outputs
    assert result.data["text/plain"] == "'half: 60.0 points'"
    printed, drawn = walkthrough["demo-01"].outputs
    assert printed.text == "drawn twice\n"
    picture = drawn.data["image/png"].strip()
    assert b"Software" not in base64.b64decode(picture)
    assert walkthrough["markdown-01"].attachments["cover.png"]["image/png"] == picture
    assert "version" not in json.dumps(load(folders.walkthrough(LESSON)).metadata)
    printed, explorer = walkthrough["demo-02"].outputs
    assert printed.text == "1.500\n"
    assert set(explorer.data) == {"text/plain", "image/png", TABLE}  # what needs no kernel


def test_building_again_gives_the_same_bytes(folders):
    before = snapshot(folders)
    folders.notebook(LESSON).unlink()
    folders.walkthrough(LESSON).unlink()
    assert build(execute=True, folders=folders) == []
    assert snapshot(folders) == before


def test_check_writes_nothing(folders):
    folders.notebook(LESSON).unlink()
    before = snapshot(folders)
    assert build(check=True, folders=folders) == [
        f"{LESSON}: the student's notebook is not what its source gives; run `grader build`"
    ]
    assert snapshot(folders) == before


# What is wrong with a lesson is said


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("# # Halves", "# # Halving", "walkthrough is older than its source (first at cell markdown-01)"),
        ("for x in range(5)", "for x in range(6)", "walkthrough is older than its source (first at cell demo-01)"),
        ("# %% demo\n", '# %% demo\nprint(3)\n\n# %% demo\n', "walkthrough is older"),
        ('check("half")', 'check("halves")', "has to be exactly"),
        ('# %% demo="cover"', "# %% demo", "this one has 0 and 1"),
        ("attachment:cover.png", "cover.png", "this one has 1 and 0"),
        ("    return halved\n", "    return halved)\n", "cell half: answer and stub must both be valid"),
        ("# Halves\n", "# Halves\n#\n# BEGIN SOLUTION\n", "outside an exercise cell"),
        ("# # Halves\n", "# ## Halves\n", "cell markdown-01: the heading"),
    ],
)  # fmt: skip
def test_check_finds_a_changed_source(folders, old, new, problem):
    edit(folders.script(LESSON), old, new)
    assert any(problem in line for line in build(check=True, folders=folders))


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (lambda cell: cell.update(execution_count=None), "cell demo-02 has not been executed"),
        (
            lambda cell: cell.outputs.append(output("error", ename="E", evalue="", traceback=[])),
            "cell demo-02 ended in an error",
        ),
        (lambda cell: cell.outputs.append(card("failed")), "cell demo-02 shows a card that is not a pass"),
        (lambda cell: cell.outputs.append(card("not_checked")), "cell demo-02 shows a card that is not a pass"),
        (lambda cell: cell.outputs.append(printed(str(ROOT / "x"))), "cell demo-02 shows a path or an address"),
        (lambda cell: cell.outputs.append(printed("<Axes at 0x7f10>")), "cell demo-02 shows a path or an address"),
        (
            lambda cell: cell.outputs.append(printed("vaelab: using digits (no fashion-mnist: it is not there)\n")),
            "cell demo-02 draws digits instead of Fashion-MNIST (no fashion-mnist: it is not there): set VAELAB_DATA",
        ),
        (lambda cell: cell.update(source="1"), "older than its source (first at cell demo-02)"),
    ],
    ids=["not executed", "error", "failed card", "card of nothing", "path", "address", "no data", "other source"],
)
def test_check_finds_a_spoilt_walkthrough(folders, spoil, problem):
    path = folders.walkthrough(LESSON)
    notebook = load(path)
    spoil(next(cell for cell in notebook.cells if cell.id == "demo-02"))
    save(notebook, path)
    found = build(check=True, folders=folders)
    assert [line.split("walkthrough")[0] for line in found] == [f"{LESSON}: the "] * len(found)
    assert any(problem in line for line in found)


def test_check_finds_a_missing_walkthrough_and_picture(folders):
    folders.walkthrough(LESSON).unlink()
    assert build(check=True, folders=folders) == [
        f"{LESSON}: there is no walkthrough",
        f"{LESSON}: the student's notebook is not what its source gives; run `grader build`",
    ]


def test_check_finds_strays_and_spares_what_tools_keep(folders):
    (folders.lessons / LESSON / ".ipynb_checkpoints").mkdir()
    (folders.lessons / LESSON / ".ipynb_checkpoints" / "old.ipynb").touch()
    stray, orphan = folders.lessons / LESSON / "notes.txt", folders.solutions / "00_gone.ipynb"
    stray.touch()
    orphan.touch()
    assert build(check=True, folders=folders) == [f"{path}: belongs to no lesson" for path in (stray, orphan)]


def test_a_broken_notebook_is_stale_not_a_traceback(folders):
    folders.notebook(LESSON).write_text("{", "utf-8")
    folders.walkthrough(LESSON).write_text('{"cells": 3}', "utf-8")
    found = build(check=True, folders=folders)
    assert f"{LESSON}: there is no walkthrough" in found
    assert f"{LESSON}: the student's notebook is not what its source gives; run `grader build`" in found


def test_unknown_lesson_and_empty_course(tmp_path, folders):
    assert build(lessons=["09_none"], folders=folders) == ["09_none: there is no such lesson"]
    empty = course(tmp_path / "empty")
    assert build(folders=empty) == [f"{empty.solutions}: there are no lessons"]


def test_new_words_keep_the_results_of_the_same_code(folders):
    outputs = cells(folders.walkthrough(LESSON))["demo-01"].outputs
    edit(folders.script(LESSON), "# # Halves\n", "# # Halving\n")
    assert any("older than its source" in line for line in build(check=True, folders=folders))
    assert build(folders=folders) == []
    walkthrough = cells(folders.walkthrough(LESSON))
    assert walkthrough["markdown-01"].source.startswith("# Halving")
    assert "cover.png" in walkthrough["markdown-01"].attachments
    assert walkthrough["demo-01"].outputs == outputs
    edit(folders.script(LESSON), "for x in range(5)", "for x in range(6)")
    assert any("older than its source (first at cell demo-01)" in line for line in build(folders=folders))


def test_a_failing_answer_stops_the_walkthrough(folders):
    before = folders.walkthrough(LESSON).read_bytes()
    edit(folders.script(LESSON), "plt.show()", "plt.show()\n1 / 0")
    [problem] = build(execute=True, folders=folders)
    assert problem == f"{LESSON}: the walkthrough does not run: ZeroDivisionError: division by zero"
    assert folders.walkthrough(LESSON).read_bytes() == before


def test_only_what_is_stale_or_named_is_executed(folders, monkeypatch):
    from grader.authoring import walkthrough

    executed, execute = [], walkthrough.execute
    monkeypatch.setattr(walkthrough, "execute", lambda notebook: executed.append(1) or execute(notebook))
    assert build(execute=True, folders=folders) == []
    assert executed == []
    assert build(execute=True, lessons=[LESSON], folders=folders) == []
    edit(folders.script(LESSON), "plt.show()", "plt.show()\n2 + 2")
    assert build(execute=True, folders=folders) == []
    assert len(executed) == 2


def test_pictures_are_not_replaced_by_those_of_a_smaller_data_set(folders, monkeypatch):
    edit(folders.script(LESSON), "plt.show()", "plt.show()\nfrom vaelab import data\n\nname = lambda: data.resolve()")
    assert build(execute=True, folders=folders) == []
    before = folders.walkthrough(LESSON).read_bytes()
    monkeypatch.setattr("vaelab.data.resolve", lambda name="auto": "digits")
    [problem] = build(execute=True, lessons=[LESSON], folders=folders)
    assert "its pictures are of Fashion-MNIST, which is missing here" in problem
    assert folders.walkthrough(LESSON).read_bytes() == before


# Answers that leak


@pytest.mark.parametrize("anchor", ["import os\n", "# %% demo\n"], ids=["setup", "demo"])
def test_an_answer_outside_its_markers_leaks(folders, anchor):
    edit(folders.script(LESSON), anchor, f"{anchor}def solve(x):\n        halved = x /  sum([1, 1])\n\n\n")
    found = build(folders=folders)
    assert any("shows a line of the answer to half: halved = x / sum([1, 1])" in line for line in found)


def test_an_answer_beside_its_markers_leaks(folders):
    edit(
        folders.script(LESSON),
        "    ### BEGIN SOLUTION\n    halved",
        "    halved = x / sum([1, 1])\n    ### BEGIN SOLUTION\n    halved",
    )
    assert any("cell half shows a line of the answer to half" in line for line in build(folders=folders))


def test_an_answer_that_the_prose_shows_does_not_leak(folders):
    edit(folders.script(LESSON), "import os\n", "halved = 3 / sum([1, 1])\n")
    edit(folders.script(LESSON), "= x / sum", "= 3 / sum")
    assert any("shows a line" in line for line in build(folders=folders))
    edit(folders.script(LESSON), "# # Halves\n", "# # Halves\n# `halved = 3 / sum([1, 1])`\n")
    assert not any("shows a line" in line for line in build(folders=folders))


def test_an_uncleared_notebook_leaks(folders):
    shutil.copy(folders.walkthrough(LESSON), folders.notebook(LESSON))
    found = build(check=True, folders=folders)
    assert f"{LESSON}: cell half has a solution marker" in found
    assert f"{LESSON}: cell check_half has outputs" in found
    assert f"{LESSON}: cell half shows a line of the answer to half: halved = x / sum([1, 1])" in found


@pytest.mark.parametrize(
    ("second", "points", "is_older"),
    [("halves zero", 30, False), ("halves nothing", 30, True), ("halves zero", 25, True)],
)
def test_check_finds_a_card_that_is_older_than_its_checks(folders, second, points, is_older):
    shown = card("passed", "halves three", second, points=points)
    notebook = load(folders.walkthrough(LESSON))
    next(cell for cell in notebook.cells if cell.id == "check_half").outputs.append(shown)
    save(notebook, folders.walkthrough(LESSON))
    problem = f"{LESSON}: the walkthrough's card of half is older than its checks; run `grader build --execute`"
    assert (problem in build(check=True, folders=folders)) == is_older


# Misconceptions


def test_checks_and_tables_have_to_name_the_same_misconceptions(folders):
    table = folders.checks_folder(LESSON) / "misconceptions.toml"
    table.write_text(table.read_text("utf-8") + "[half-halved]\n", "utf-8")
    folders.kit.mkdir()
    (folders.kit / "misconceptions.toml").write_text("[lost-sign]\n[never-met]\n", "utf-8")
    edit(folders.checks_file(LESSON), "import worth\n", 'import worth\n\nUSED = ["lost-sign", "half-squared"]\n')
    assert build(check=True, folders=folders) == [
        f"{folders.checks_file(LESSON)}:3: no misconception half-squared in {table}; write its entry",
        f"{table}: no check of its lesson names half-halved; delete the entry",
        f"{folders.kit / 'misconceptions.toml'}: no check names never-met; delete the entry",
    ]
