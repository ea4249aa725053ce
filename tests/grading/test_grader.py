"""Grading one notebook: right, unfinished, wrong and broken ones, each with its own clear sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from grader import grade
from grader.course.catalogue import UnknownLesson
from grader.grading.grader import Grader
from grader.render.view import state_of
from grader.results import ExerciseResult, Result
from grader.worker.client import OutOfTime, Worker
from grader.worker.limits import Limits
from tests.notebooks import LESSON, all_exercises, write_submission

UNTRAINED = {"trained_vae": "trained_vae = None"}  # spares the training where it does not matter


def by_name(result: Result) -> dict[str, ExerciseResult]:
    return {exercise.name: exercise for exercise in result.exercises}


def lost(result: Result) -> set[str]:
    """The exercises that are not at full marks."""
    return {exercise.name for exercise in result.exercises if exercise.verdict != "passed"}


@pytest.mark.slow
def test_the_reference_gets_every_point_and_the_same_result_twice(grader: Grader, tmp_path: Path) -> None:
    path = write_submission(tmp_path / "someone.ipynb")
    first = grader.grade(path, seed=5)
    assert (first.student, first.lesson, first.error) == ("someone", LESSON, None)
    assert (first.score, first.max_score) == (100, 100)
    assert json.dumps(grader.grade(path, seed=5).to_dict()) == json.dumps(first.to_dict())
    assert grader.grade(path, seed=6).score == 100


def test_the_released_notebook_fails_every_check_and_names_the_exercise(grader: Grader, tmp_path: Path) -> None:
    result = grader.grade(write_submission(tmp_path / "blank.ipynb", stubs=all_exercises()), seed=5)
    assert (result.score, result.error) == (0, None)
    for exercise in result.exercises:
        for check in exercise.checks:
            assert check.verdict == "failed"
            assert exercise.name in check.message
        assert state_of(exercise) == "unwritten"
    for exercise in result.exercises:
        for check in exercise.checks:
            assert check.hint == ""  # only a known mistake has a hint that is sure to fit


@pytest.mark.slow
def test_a_mistake_costs_its_own_exercise_and_its_misconception_is_named(grader: Grader, tmp_path: Path) -> None:
    wrong = "def kl_divergence(mu, log_var):\n    return (log_var.exp() + mu**2 - 1 - log_var).sum(dim=1)"
    result = grader.grade(write_submission(tmp_path / "a.ipynb", {"kl_divergence": wrong}), seed=5)
    assert lost(result) == {"kl_divergence"}
    assert by_name(result)["kl_divergence"].misconceptions == ("kl-missing-half",)
    assert by_name(result)["negative_elbo"].followed_through == ("kl_divergence",)
    assert result.error is None


BROKEN_CELLS = {
    "syntax error": ("def kl_divergence(mu, log_var:\n    pass", "raised SyntaxError (in Python "),
    "exception": (
        "def kl_divergence(mu, log_var):\n    return mu\n1 / 0",
        "raised ZeroDivisionError: division by zero",
    ),
    "missing name": ("kl = 3", "does not define `kl_divergence`"),
    "not callable": ("kl_divergence = 3", "should be a function or a class, but is a `int`"),
    "wrong shape": ("def kl_divergence(mu, log_var):\n    return mu", "to have shape"),
    "nan": ("def kl_divergence(mu, log_var):\n    return mu.sum(1) * float('nan')", "finite numbers"),
    "not a tensor": ("def kl_divergence(mu, log_var):\n    return 'four'", "to be a tensor"),
    "input": ("def kl_divergence(mu, log_var):\n    return input('?')", "asks for input"),
    "input in cell": ("name = input('?')", "asks for input"),
    "exit": ("def kl_divergence(mu, log_var):\n    import sys\n    sys.exit()", "must not end the Python process"),
    "exit in cell": ("import sys\nsys.exit(0)", "must not end the Python process"),
    "hard exit": ("import os\nos._exit(0)", "ended the Python process"),
    "hard exit in call": (
        "def kl_divergence(mu, log_var):\n    import os\n    os._exit(0)",
        "ended the Python process",
    ),
    "deleted file": ("import os\nos.remove('x')", "FileNotFoundError"),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", BROKEN_CELLS)
def test_one_broken_cell_costs_its_own_exercise_and_says_why(grader: Grader, tmp_path: Path, case: str) -> None:
    source, sentence = BROKEN_CELLS[case]
    path = write_submission(tmp_path / "broken.ipynb", {"kl_divergence": source} | UNTRAINED)
    result = grader.grade(path, seed=5)
    assert lost(result) == {"kl_divergence", "trained_vae"}
    assert result.error is None
    assert sentence in " ".join(result.all_notes)
    if case != "exception":  # there the function was defined before the cell failed, so it is checked for what it does
        assert sentence in by_name(result)["kl_divergence"].checks[0].message


@pytest.mark.slow
def test_an_endless_cell_and_an_endless_call_cost_their_own_exercises(
    grader: Grader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = "while True:\n    pass"
    answers = {"kl_divergence": endless, "decoder": f"class Decoder:\n    {endless.replace('pass', '    pass')}"}
    monkeypatch.setattr(grader, "_limits", Limits(cell_seconds=2))
    result = grader.grade(write_submission(tmp_path / "a.ipynb", answers | UNTRAINED), seed=5)
    assert lost(result) == {"kl_divergence", "decoder", "trained_vae"}
    for name in ("kl_divergence", "decoder"):
        assert f"The cell of exercise `{name}` did not finish within 2 seconds." in " ".join(result.all_notes)


@pytest.mark.slow
def test_an_endless_call_is_waited_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits = []
    asked = Worker.ask

    def ask(worker: Worker, tree: dict[str, Any], *given: Any) -> Any:
        try:
            return asked(worker, tree, *given)
        except OutOfTime:
            waits.append(tree)
            raise

    monkeypatch.setattr(Worker, "ask", ask)
    answers = {"kl_divergence": "def kl_divergence(mu, log_var):\n    while True:\n        pass"}
    stubs = [name for name in all_exercises() if name not in answers]
    with Grader(Limits(cell_seconds=2)) as hurried:
        result = hurried.grade(write_submission(tmp_path / "a.ipynb", answers, stubs=stubs), seed=5)
    assert by_name(result)["kl_divergence"].score == 0
    assert all("did not finish within 2 seconds" in one.message for one in by_name(result)["kl_divergence"].checks[:3])
    assert len(waits) == 1


@pytest.mark.slow
def test_a_traceback_starts_at_the_students_line(grader: Grader, tmp_path: Path) -> None:
    source = "def kl_divergence(mu, log_var):\n    half = mu / 2\n    return half + undefined"
    result = grader.grade(write_submission(tmp_path / "a.ipynb", {"kl_divergence": source} | UNTRAINED), seed=5)
    message = by_name(result)["kl_divergence"].checks[0].message
    assert message.startswith("Your `kl_divergence` raised NameError: name 'undefined' is not defined")
    assert "cell `kl_divergence`, line 3: return half + undefined" in message
    assert "grader" not in message


@pytest.mark.slow
def test_a_missing_cell_costs_its_own_exercise(grader: Grader, tmp_path: Path) -> None:
    path = write_submission(tmp_path / "a.ipynb", UNTRAINED, dropped=["kl_divergence"])
    result = grader.grade(path, seed=5)
    assert lost(result) == {"kl_divergence", "trained_vae"}
    assert "The cell of exercise `kl_divergence` is missing." in result.all_notes


@pytest.mark.slow
def test_added_cells_that_fail_or_change_modes_cost_nothing(grader: Grader, tmp_path: Path) -> None:
    added = {
        "encoder": "raise RuntimeError('scratch work')",
        "decoder": "import torch\ntorch.set_grad_enabled(False)\ntorch.set_default_dtype(torch.float64)",
        "vae": "%matplotlib inline\n!ls\n%timeit 1 + 1",
    }
    result = grader.grade(write_submission(tmp_path / "a.ipynb", UNTRAINED, added=added), seed=5)
    assert lost(result) == {"trained_vae"}


UNREADABLE = {
    "empty": (b"", "is empty"),
    "truncated": (b'{"nbformat": 4, "cells": [{"cell_', "cut off"),
    "no notebook": (b"hello", "not a notebook"),
    "no cells": (b'{"nbformat": 4, "cells": []}', "no cells"),
    "something else": (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "1"}]}', "No exercise"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_is_no_submission_gets_a_reason_and_no_point(grader: Grader, tmp_path: Path, case: str) -> None:
    content, sentence = UNREADABLE[case]
    path = tmp_path / "odd.ipynb"
    path.write_bytes(content)
    result = grader.grade(path, seed=5)
    assert sentence in (result.error or "")
    assert (result.score, result.max_score, result.exercises) == (0, 0, ())
    if case != "something else":
        told = grader.grade(path, lesson=LESSON, seed=5)
        assert (told.score, told.max_score) == (0, 100)
        assert {check.verdict for exercise in told.exercises for check in exercise.checks} == {"not_checked"}


def test_an_unknown_lesson_is_the_callers_mistake(grader: Grader, tmp_path: Path) -> None:
    with pytest.raises(UnknownLesson, match="The lessons are: 01_plain_vae"):
        grader.grade(write_submission(tmp_path / "a.ipynb"), lesson="99_nothing")


@pytest.mark.slow
def test_grade_is_one_call(tmp_path: Path) -> None:
    result = grade(write_submission(tmp_path / "a.ipynb", UNTRAINED), seed=5)
    assert isinstance(result, Result)
    assert lost(result) == {"trained_vae"}


@pytest.mark.slow
def test_a_result_survives_json(grader: Grader, tmp_path: Path) -> None:
    result = grader.grade(write_submission(tmp_path / "a.ipynb", UNTRAINED), seed=5)
    assert Result.from_dict(json.loads(json.dumps(result.to_dict()))) == result
