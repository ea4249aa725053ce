"""Which cells run: the course's locked ones, the student's answers and added cells, each in its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.course import script
from grader.course.catalogue import lesson
from grader.course.cells import course_cells, exercise_cells
from grader.submission import plan
from grader.submission.reading import StudentCell, Unreadable, read_notebook
from tests.notebooks import as_released, submission_json

LESSON = lesson("01_plain_vae")
ANSWER = "def kl_divergence(mu, log_var):\n    return 'mine'"


def cell(text: str, *ids: str, code: bool = True) -> StudentCell:
    return StudentCell(code, ids, text)


def handed_in(**changes: list[StudentCell]) -> list[StudentCell]:
    """The student's notebook as released, with some cells (by id) replaced by others."""
    cells: list[StudentCell] = []
    for entry in course_cells(LESSON.id):
        released = cell(script.stub(entry.cell), entry.id, code=entry.cell.is_code)
        cells += changes.get(entry.id, [released])
    return cells


def handed_in_cells(exercise: str) -> list[StudentCell]:
    """The stub of an exercise."""
    return [one for one in handed_in() if exercise in one.ids]


def names(steps: list[plan.Step]) -> list[str]:
    return [step.name for step in steps]


def test_the_released_notebook_is_untouched_and_has_nothing_added() -> None:
    submission = plan.sort_cells(LESSON, handed_in())
    assert list(submission.answers) == list(LESSON.exercises)
    assert all(submission.is_untouched(name) for name in LESSON.exercises)
    assert submission.added == {}
    assert submission.notes == []


def test_only_setup_and_exercise_cells_run_in_the_courses_order() -> None:
    steps = plan.steps(plan.sort_cells(LESSON, handed_in()))
    assert {step.kind for step in steps} == {"setup", "exercise", "check"}
    assert [step.name for step in steps if step.kind == "exercise"] == list(LESSON.exercises)


def test_an_answer_is_found_by_its_id() -> None:
    submission = plan.sort_cells(LESSON, handed_in(kl_divergence=[cell(ANSWER, "kl_divergence")]))
    assert submission.answers["kl_divergence"] == ANSWER
    assert not submission.is_untouched("kl_divergence")


def test_an_answer_without_id_is_found_by_the_name_it_defines() -> None:
    submission = plan.sort_cells(LESSON, handed_in(kl_divergence=[cell(ANSWER, "a81f")]))
    assert submission.answers["kl_divergence"] == ANSWER
    assert submission.added == {}


def test_a_notebook_that_lost_all_its_ids_runs_no_demo() -> None:
    cells = [StudentCell(entry.is_code, (), entry.source) for entry in handed_in(kl_divergence=[cell(ANSWER)])]
    submission = plan.sort_cells(LESSON, cells)
    assert submission.answers["kl_divergence"] == ANSWER
    assert submission.added == {}


def test_edited_locked_cells_come_from_the_course() -> None:
    setup = next(entry for entry in course_cells(LESSON.id) if entry.cell.kind == "setup")
    submission = plan.sort_cells(LESSON, handed_in(**{setup.id: [cell("import this", setup.id)]}))
    step = next(step for step in plan.steps(submission) if step.name == setup.id)
    assert step.source == setup.cell.source


def test_the_students_own_cells_run_where_they_stand() -> None:
    mine = [cell(ANSWER, "kl_divergence"), cell("extra = 1", "zz"), cell("a note", "yy", code=False)]
    steps = plan.steps(plan.sort_cells(LESSON, [cell("first = 1"), *handed_in(kl_divergence=mine)]))
    assert steps[0].source == "first = 1"
    position = names(steps).index("kl_divergence")
    assert steps[position + 1] == plan.Step("added", "added after kl_divergence", "extra = 1")


def test_missing_retyped_and_doubled_cells_are_said() -> None:
    twice = [cell("class Encoder: pass", "encoder"), cell("class Encoder: ...", "encoder")]
    submission = plan.sort_cells(
        LESSON, handed_in(kl_divergence=[], decoder=[cell("# prose", "decoder", code=False)], encoder=twice)
    )
    assert submission.notes == [
        "The cell of exercise `encoder` appears 2 times; the last was graded.",
        "The cell of exercise `decoder` is no longer a code cell.",
        "The cell of exercise `kl_divergence` is missing.",
    ]
    assert submission.answers["encoder"] == "class Encoder: ..."
    assert "kl_divergence" not in [step.name for step in plan.steps(submission) if step.kind == "exercise"]


def test_of_doubled_cells_the_last_that_defines_the_name_counts() -> None:
    twice = [cell("class Encoder: ...", "encoder"), cell("x = 1", "encoder")]
    assert plan.sort_cells(LESSON, handed_in(encoder=twice)).answers["encoder"] == "class Encoder: ..."


def test_an_exercise_is_judged_where_its_check_stands() -> None:
    steps = plan.steps(plan.sort_cells(LESSON, handed_in(check_kl_divergence=[cell("late = 1", "zz")])))
    at = steps.index(plan.Step("check", "kl_divergence", ""))
    assert steps[at - 2].name == "kl_divergence"
    assert steps[at - 1].source == "late = 1"


def test_an_answer_below_its_stub_is_found_and_judged_after_it() -> None:
    late = [cell('check("decoder")', "check_decoder"), cell(ANSWER, "zz")]
    submission = plan.sort_cells(LESSON, handed_in(check_decoder=late))
    assert not submission.is_untouched("kl_divergence")
    early = plan.sort_cells(LESSON, handed_in(kl_divergence=[*handed_in_cells("kl_divergence"), cell(ANSWER, "zz")]))
    assert not early.is_untouched("kl_divergence")
    below = [cell('check("kl_divergence")', "check_kl_divergence"), cell("x = 1", "yy"), cell(ANSWER, "zz")]
    steps = plan.steps(plan.sort_cells(LESSON, handed_in(check_kl_divergence=below)))
    at = steps.index(plan.Step("check", "kl_divergence", ""))
    assert steps[at - 1].source == ANSWER
    assert steps[at - 2].source == "x = 1"


def test_what_a_later_cell_defines_again_is_noted() -> None:
    again = [cell("check('decoder')", "check_decoder"), cell("def encoder(): ...\nclass Encoder: ...", "zz")]
    answered = [cell("class Encoder: pass", "encoder")]
    submission = plan.sort_cells(LESSON, handed_in(encoder=answered, check_decoder=again))
    assert submission.written_again == {"encoder": "check_decoder"}
    assert plan.sort_cells(LESSON, handed_in()).written_again == {}


def test_replaced_exercises_run_in_the_courses_version_and_stay_replaced() -> None:
    mine = "import torch.distributions as D\n" + ANSWER + "\nprint(kl_divergence)\ndigits = None"
    again = [cell(mine, "kl_divergence"), cell("kl_divergence = abs\nother = 1", "zz")]
    submission = plan.sort_cells(LESSON, handed_in(kl_divergence=again))
    steps = plan.steps(submission, frozenset({"kl_divergence"}))
    kept, own, added = (steps[names(steps).index("kl_divergence") + shift] for shift in (-1, 0, 1))
    assert own == plan.Step(
        "exercise", "kl_divergence", script.reference(exercise_cells(LESSON.id)["kl_divergence"].cell)
    )
    assert kept.source.split("\n")[0] == "import torch.distributions as D"
    assert "digits" not in kept.source
    assert added.source == "\nother = 1"


def test_of_a_training_nothing_is_kept_that_would_train_again() -> None:
    trained = [cell("trained_vae = VAE()\nhistory = fit(trained_vae)", "trained_vae")]
    steps = plan.steps(plan.sort_cells(LESSON, handed_in(trained_vae=trained)), frozenset({"trained_vae"}))
    assert not [step for step in steps if "history = fit(trained_vae)" in step.source]


def test_a_cell_that_was_split_runs_in_its_parts() -> None:
    parts = [cell("def half(x): return x / 2", "kl_divergence"), cell(ANSWER, "kl_divergence")]
    submission = plan.sort_cells(LESSON, handed_in(kl_divergence=parts))
    steps = plan.steps(submission)
    assert submission.notes == []
    at = names(steps).index("kl_divergence")
    assert [steps[at - 1].source, steps[at].source] == [parts[0].source, ANSWER]


def test_a_cell_with_magics_defines_what_its_other_lines_do() -> None:
    assert cell("%time x = 1\n!ls\ny = 2").defines == {"y"}


@pytest.mark.parametrize(
    "line",
    [
        "files = !ls",
        "torch.log?",
        "?torch.log",
        "torch.log??",
        "x = %magic",
        "places['a'] = !ls {x} \\\n  y",
        "if True:\n    !ls\nelse:\n    %cd x",
        "!echo it's (",
        "%%time",
        "\n%%capture --no-stderr out\n%%time",
    ],
)
def test_an_answer_beside_ipythons_own_syntax_is_found(line: str) -> None:
    cells = [cell(f"{line}\n{ANSWER}", "zz")] if line.lstrip().startswith("%%") else [cell(f"{ANSWER}\n{line}", "zz")]
    stub = script.stub(exercise_cells(LESSON.id)["kl_divergence"].cell)
    submission = plan.sort_cells(LESSON, handed_in(kl_divergence=[cell(stub, "kl_divergence"), *cells]))
    assert not submission.is_untouched("kl_divergence")


@pytest.mark.parametrize("magic", ["%%script false --no-raise-error", "%%writefile answer.py", "%%bash"])
def test_what_a_cell_magic_keeps_from_running_defines_nothing(magic: str) -> None:
    assert cell(f"{magic}\n{ANSWER}").defines == set()


def test_what_is_left_of_a_replaced_cell_keeps_its_commands() -> None:
    again = [cell("!mkdir out\nkl_divergence = abs\nfiles = !ls", "zz")]
    submission = plan.sort_cells(LESSON, handed_in(kl_divergence=[cell(ANSWER, "kl_divergence"), *again]))
    steps = plan.steps(submission, frozenset({"kl_divergence"}))
    kept = next(step.source for step in steps if step.kind == "added")
    assert kept.split("\n")[:3] == ["get_ipython().system('mkdir out')", "", "files = get_ipython().getoutput('ls')"]


def test_a_lesson_is_recognised_by_ids_and_by_names() -> None:
    assert plan.recognise_lesson(handed_in()) == LESSON.id
    assert plan.recognise_lesson([cell("def negative_elbo(): ...")]) == LESSON.id
    with pytest.raises(Unreadable, match="not one of the course's"):
        plan.recognise_lesson([cell("print('hello')", "encodr"), cell("def f(:")])


@pytest.mark.parametrize("text", ["def f(:", "x = '\ud800'", "\0", "(" * 5000, "x = " + "-" * 200_000 + "1"])
def test_source_that_python_cannot_read_does_no_harm(text: str) -> None:
    submission = plan.sort_cells(LESSON, handed_in(kl_divergence=[cell(text, "kl_divergence"), cell(text)]))
    assert submission.answers["kl_divergence"] == text


def test_changes_to_the_course_s_own_cells_are_told() -> None:
    """They do not run when the notebook is graded; what a demo prints otherwise is nobody's concern."""
    course = {entry.id: entry for entry in course_cells(LESSON.id)}
    cells = [cell(course["setup-01"].cell.source + "\nSIZE = 3", "setup-01")]
    cells += [cell("print(1)", "demo-01"), cell("factor = 2\nprint(factor)", "demo-02")]
    notes = plan.sort_cells(LESSON, cells).notes
    assert "Not as the course has them, so its own versions were used: `setup-01`, `demo-02`." in notes
    unchanged = plan.sort_cells(LESSON, [cell(course["setup-01"].cell.source + "\n\n", "setup-01")]).notes
    assert not any("Not as the course has them" in note for note in unchanged)


# Notebooks as other programs save them

SCRATCH = "# a cell of the student's own\nscratch = 1"


def as_colab_saves(cells: list[dict[str, Any]]) -> dict[str, Any]:
    """Format 4.0, without cell ids but with Colab's own in the metadata, and Colab's outputs."""
    saved = []
    for number, one in enumerate(cells):
        own = {"id": f"kX2b{number:04d}", "colab": {"base_uri": "https://localhost:8080/"}, "outputId": "f00d"}
        kept = {key: value for key, value in one.items() if key != "id"}
        saved.append(kept | {"metadata": one["metadata"] | own})
    widget = {"application/vnd.google.colaboratory.intrinsic+json": {"type": "string"}, "text/plain": ["'7'"]}
    shown = [{"output_type": "execute_result", "data": widget, "metadata": {}, "execution_count": 3}]
    for one in saved:
        if one["cell_type"] == "code":
            one |= {"outputs": shown, "execution_count": 3}
    about = {"colab": {"provenance": [], "toc_visible": True, "gpuType": "T4"}, "accelerator": "GPU"}
    about |= {"kernelspec": {"name": "python3", "display_name": "Python 3"}, "language_info": {"name": "python"}}
    return {"nbformat": 4, "nbformat_minor": 0, "metadata": about, "cells": saved}


def as_colab_saves_without_nbgrader(cells: list[dict[str, Any]]) -> dict[str, Any]:
    return as_colab_saves([one | {"metadata": {}} for one in cells])


def as_vs_code_saves(cells: list[dict[str, Any]]) -> dict[str, Any]:
    """Lines as lists, the language in each cell's metadata, the kernel's path in the notebook's."""
    saved = [
        one
        | {"metadata": one["metadata"] | {"vscode": {"languageId": "python"}}, "source": one["source"].splitlines(True)}
        for one in cells
    ]
    about = {
        "kernelspec": {"display_name": ".venv", "language": "python", "name": "python3"},
        "vscode": {"interpreter": {}},
    }
    return {"nbformat": 4, "nbformat_minor": 2, "metadata": about | {"orig_nbformat": 4}, "cells": saved}


def as_vs_code_saves_without_ids(cells: list[dict[str, Any]]) -> dict[str, Any]:
    return as_vs_code_saves([{key: value for key, value in one.items() if key != "id"} for one in cells])


def as_notebook_7_saves(cells: list[dict[str, Any]]) -> dict[str, Any]:
    """Format 4.5, with the state of widgets."""
    widgets = {"application/vnd.jupyter.widget-state+json": {"state": {}, "version_major": 2, "version_minor": 0}}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"widgets": widgets}, "cells": cells}


def as_jupyterlab_saves(cells: list[dict[str, Any]]) -> dict[str, Any]:
    """Format 4.4, whose cells have no ids, with what JupyterLab's cells say of themselves."""
    own = {"tags": ["mine"], "collapsed": False, "jupyter": {"outputs_hidden": True}}
    saved = [{key: value for key, value in one.items() if key != "id"} for one in cells]
    return {
        "nbformat": 4,
        "nbformat_minor": 4,
        "metadata": {"toc-autonumbering": True},
        "cells": [one | {"metadata": one["metadata"] | own} for one in saved],
    }


@pytest.mark.parametrize(
    "save",
    [
        as_colab_saves,
        as_colab_saves_without_nbgrader,
        as_vs_code_saves,
        as_vs_code_saves_without_ids,
        as_notebook_7_saves,
        as_jupyterlab_saves,
    ],
)
def test_the_same_is_graded_whatever_program_saved_it(tmp_path: Path, save: Callable[..., dict[str, Any]]) -> None:
    notebook = as_released(submission_json({"kl_divergence": ANSWER}, stubs=["vae"], added={"encoder": SCRATCH}))
    path = tmp_path / "ann.ipynb"
    path.write_text(json.dumps(save(notebook["cells"])), "utf-8")
    cells = read_notebook(path)
    assert plan.recognise_lesson(cells) == LESSON.id
    submission = plan.sort_cells(LESSON, cells)
    assert submission.answers["kl_divergence"] == ANSWER
    assert submission.is_untouched("vae")
    assert submission.added == {"encoder": [SCRATCH]}
    assert submission.notes == []
    path.write_text(json.dumps(notebook), "utf-8")
    assert submission.content == plan.sort_cells(LESSON, read_notebook(path)).content


def test_the_line_that_stands_for_an_answer_is_looked_for_in_the_source() -> None:
    released = plan.sort_cells(LESSON, handed_in())
    assert all(released.holds_stub(name) for name in LESSON.exercises)
    assert not plan.reference_submission(LESSON).holds_stub("encoder")
    assert not released.holds_stub("no_exercise")
