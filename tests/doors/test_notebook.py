"""`check`, `hint` and `progress` on a live namespace: a plain script, a notebook, nbgrader."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
import torch

import grader
from grader.authoring.points import exercise_checks, exercise_points
from grader.course.catalogue import lesson
from grader.course.folders import COURSE
from grader.doors.notebook import NotPassed
from grader.doors.progress import Record

pytestmark = pytest.mark.usefixtures("own_record")

RIGHT = """
def kl_divergence(mu, log_var):
    return 0.5 * (log_var.exp() + mu.square() - 1 - log_var).sum(dim=1)
"""
WRONG = RIGHT.replace("0.5 * ", "")


def points_of(exercise: str) -> float:
    """What an exercise of lesson 1 is worth."""
    checks = exercise_checks(COURSE.checks_file("01_plain_vae"), list(lesson("01_plain_vae").exercises))
    return exercise_points(checks)[exercise]


def in_script(source: str) -> dict[str, Any]:
    """Runs source as a script does, with `check` imported."""
    namespace: dict[str, Any] = {"__name__": "script"}
    exec("from grader import check, hint, progress\n" + source, namespace)
    return namespace


def test_a_right_answer_passes_in_plain_text(capsys: pytest.CaptureFixture[str]) -> None:
    in_script(RIGHT + "check('kl_divergence')")
    shown = capsys.readouterr().out
    assert "passed" in shown
    assert "<" not in shown


def test_a_wrong_answer_names_its_misconception(capsys: pytest.CaptureFixture[str]) -> None:
    in_script(WRONG + "check('kl_divergence')")
    shown = capsys.readouterr().out
    assert "failed" in shown
    assert lesson("01_plain_vae").misconceptions["kl-missing-half"].name[:30] in " ".join(shown.split())


def test_only_the_asked_exercise_is_checked_and_nothing_else_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    in_script("check('kl_divergence')")
    assert "`kl_divergence` is not defined: run the cell" in " ".join(capsys.readouterr().out.split())
    assert Record.load().results == {}  # nothing is known about the answer


def test_the_session_is_left_as_it_was() -> None:
    torch.manual_seed(3)
    random.seed(3)
    before = torch.get_rng_state(), random.getstate()
    with torch.no_grad():
        in_script(RIGHT + "check('kl_divergence')")
        assert not torch.is_grad_enabled()
    assert torch.equal(torch.get_rng_state(), before[0])
    assert random.getstate() == before[1]


def test_an_unknown_exercise_and_an_unknown_hint_say_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    for ask in (grader.check, grader.hint, grader.solution):
        ask("kl_divergance")
        assert "Did you mean: kl_divergence" in capsys.readouterr().out
    grader.hint("kl_divergence", 4)
    assert capsys.readouterr().out == "There are hints 1, 2 and 3, not 4.\n"


def test_hints_and_progress_in_plain_text(capsys: pytest.CaptureFixture[str]) -> None:
    grader.progress()
    assert "Not begun: The plain VAE, " in capsys.readouterr().out
    grader.hint("kl_divergence", 2)
    assert "2 of 3" in capsys.readouterr().out
    in_script(RIGHT + "check('kl_divergence')")
    capsys.readouterr()
    grader.progress()
    exercises = len(lesson("01_plain_vae").exercises)
    words = f"1 of {exercises} exercises passed · {points_of('kl_divergence'):g} points so far"
    assert words in " ".join(capsys.readouterr().out.split())


def test_the_record_survives_damage(tmp_path: Path) -> None:
    in_script(RIGHT + "check('kl_divergence')")
    assert Record.load().results["kl_divergence"].verdict == "passed"
    for damaged in ("", "[1]", '{"kl_divergence": 3}', '{"kl_divergence": {"name": 3}}'):
        (tmp_path / "progress.json").write_text(damaged)
        assert Record.load().results == {}
    in_script(WRONG + "check('kl_divergence')")
    assert Record.load().results["kl_divergence"].verdict == "failed"


def test_under_nbgrader_a_check_gives_its_points_and_keeps_no_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    namespace = in_script(RIGHT + "points = check('kl_divergence')")
    assert namespace["points"] == points_of("kl_divergence")
    assert Record.load().results == {}


@pytest.mark.slow
def test_nbgrader_validate_shows_the_card_of_what_has_not_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    monkeypatch.setenv("NBGRADER_VALIDATING", "1")
    points = in_script(RIGHT + "points = check('kl_divergence')")["points"]
    assert points == points_of("kl_divergence")
    with pytest.raises(NotPassed) as raised:
        in_script(WRONG + "check('kl_divergence')")
    shown = raised.value._render_traceback_()
    assert shown[0] == "◐ The KL divergence: partly right, 6 of 11 points"
    assert "    Looks like: The ½ is missing from the KL" in shown


@pytest.mark.slow
def test_in_a_notebook_the_card_is_html_with_a_plain_twin(tmp_path: Path) -> None:
    import nbclient
    import nbformat

    notebook = nbformat.v4.new_notebook()
    notebook.cells = [
        nbformat.v4.new_code_cell("from grader import check\n" + WRONG),
        nbformat.v4.new_code_cell("check('kl_divergence')"),
    ]
    nbclient.NotebookClient(notebook, kernel_name="python3", startup_timeout=300).execute(cwd=str(tmp_path))
    (output,) = notebook.cells[1].outputs
    assert output.output_type == "display_data"
    assert "failed" in output.data["text/html"]
    assert "failed" in output.data["text/plain"]
    assert not output.data["text/plain"].lstrip().startswith("<")


BARS = """
from matplotlib import pyplot as plt
from tqdm.auto import tqdm
from tqdm.notebook import tqdm as widgets

def kl_divergence(mu, log_var):
    for bars in (tqdm, widgets):
        for _ in bars(range(2)):
            print("noise")
    plt.plot([1, 2])
    return 0.5 * (log_var.exp() + mu.square() - 1 - log_var).sum(dim=1)
"""


@pytest.mark.slow
def test_a_card_is_all_that_a_check_shows_and_says_what_a_failed_run_left(tmp_path: Path) -> None:
    import nbclient
    import nbformat

    notebook = nbformat.v4.new_notebook()
    broken = "mistyped\ndef kl_divergence(mu, log_var):\n    return 0"
    cells = ["%matplotlib inline\nfrom grader import check", BARS, "check('kl_divergence')", broken]
    rebound = "def kl_divergence(mu, log_var):\n    return 0\nmistyped"
    cells += ["check('kl_divergence')", f"{BARS}\ncheck('kl_divergence')", rebound, "check('kl_divergence')"]
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in cells]
    client = nbclient.NotebookClient(notebook, kernel_name="python3", startup_timeout=300, allow_errors=True)
    client.execute(cwd=str(tmp_path))
    (card,) = notebook.cells[2].outputs
    assert "passed" in card.data["text/plain"]
    (card,) = notebook.cells[4].outputs
    words = " ".join(card.data["text/plain"].split())
    assert "The last run of its cell stopped with NameError: name 'mistyped' is not defined. This is the" in words
    for later in (5, 7):  # a cell that checks itself, and one that had bound the name before it failed
        (card,) = notebook.cells[later].outputs
        assert "The last run" not in card.data["text/plain"]
