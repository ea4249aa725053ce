"""Saves are noticed whatever way the file is written, and only what they change is checked again."""

import json
import os

import pytest

from grader.course.catalogue import lesson
from grader.course.cells import exercise_cells
from grader.course.script import reference
from grader.doors import saves
from grader.doors.saves import Saves, Standing
from grader.submission.reading import Unreadable, read_notebook
from tests.notebooks import submission_json, write_submission

LESSON = "02_one_hot"
ADDS = "def condition(v, c):\n    return v + c.sum(1, keepdim=True)\n"
USES_HALF = "def kl_divergence(mu, log_var):\n    return half(mu**2 + log_var.exp() - 1 - log_var).sum(1)\n"
UNWRITTEN = ("condition", "label_encoding_experiment")


@pytest.fixture
def notebook(tmp_path):
    return write_submission(tmp_path / "a.ipynb", stubs=UNWRITTEN, lesson_id=LESSON)


def text(**answers):
    stubs = set(UNWRITTEN) - set(answers)
    return json.dumps(submission_json(answers, stubs=stubs, lesson_id=LESSON))


def test_a_save_is_read_once(notebook):
    watched = Saves(notebook)
    assert watched.read() == read_notebook(notebook)
    assert watched.read() is None
    notebook.write_text(text(condition=ADDS), "utf-8")
    assert watched.pending()
    assert watched.read() == read_notebook(notebook)
    assert watched.read() is None


def test_a_file_that_takes_the_place_of_another_is_a_save(notebook, tmp_path):
    watched = Saves(notebook)
    watched.read()
    before = notebook.stat()
    other = tmp_path / ".a.ipynb.tmp"
    other.write_bytes(notebook.read_bytes())
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    os.replace(other, notebook)
    assert watched.read() == read_notebook(notebook)


@pytest.mark.parametrize("half", ["", '{"cells": [', None], ids=["empty", "half written", "missing"])
def test_what_is_not_whole_yet_is_waited_for(notebook, half):
    watched = Saves(notebook)
    watched.read()
    _leave(notebook, half)
    assert watched.read() is None
    assert watched.pending()
    notebook.write_text(text(condition=ADDS), "utf-8")
    assert watched.read() == read_notebook(notebook)


@pytest.mark.parametrize("half", ["", '{"cells": [', None], ids=["empty", "half written", "missing"])
def test_what_stays_broken_is_said_once(notebook, half, monkeypatch):
    monkeypatch.setattr(saves, "PATIENCE", 0.0)
    watched = Saves(notebook)
    watched.read()
    _leave(notebook, half)
    with pytest.raises(Unreadable):
        watched.read()
    assert watched.read() is None


def _leave(notebook, half):
    if half is None:
        notebook.unlink()
    else:
        notebook.write_text(half, "utf-8")


@pytest.mark.slow
def test_only_what_a_save_changes_is_checked_again(grader, notebook):
    standing = Standing(grader)

    def take(content):
        notebook.write_text(content, "utf-8")
        return {change.result.name: (change.result.verdict, change.own) for change in standing.take(_cells(notebook))}

    assert take(text()) == {
        "one_hot": ("passed", True),
        "condition": ("failed", True),
        "label_encoding_experiment": ("failed", True),
    }
    assert standing.next_exercise == "condition"
    assert take(text()) == {}
    assert take(text(condition=ADDS)) == {"condition": ("failed", True)}
    right = ADDS.replace("v + c.sum(1, keepdim=True)", "torch.cat([v, c], dim=1)")
    assert take(text(condition=right)) == {"condition": ("passed", True)}
    assert standing.next_exercise == "label_encoding_experiment"
    added = submission_json({"condition": right}, stubs=["label_encoding_experiment"], lesson_id=LESSON)
    added["cells"].append(added["cells"][-1] | {"id": "own", "cell_type": "code", "source": "mine = 1"})
    assert take(json.dumps(added)) == {"one_hot": ("passed", False), "condition": ("passed", False)}


@pytest.mark.slow
def test_what_stands_below_a_change_is_checked_again_and_a_rest_comes_with_the_next_save(grader, tmp_path):
    unwritten = ["encoder", "reparameterize", "decoder", "vae", "train_epoch", "evaluate", "fit", "trained_vae"]
    path = tmp_path / "a.ipynb"
    standing = Standing(grader)

    def take(**answers):
        return standing.take(_cells(write_submission(path, answers, stubs=unwritten)))

    list(take())
    sign = "def kl_divergence(mu, log_var):\n    return -0.5 * (mu**2 + log_var.exp() - 1 - log_var).sum(1)\n"
    changes = take(kl_divergence=sign)
    first = next(changes)
    changes.close()
    assert (first.result.name, first.result.verdict, first.before.verdict) == ("kl_divergence", "failed", "passed")
    apart, rest = take(kl_divergence=sign)
    assert (apart.result.name, apart.own, apart.result.verdict) == ("reconstruction_loss", False, "passed")
    assert (rest.result.name, rest.own) == ("negative_elbo", False)
    assert rest.result.followed_through == ("kl_divergence",)
    assert list(take(kl_divergence=sign)) == []


@pytest.mark.slow
def test_an_answer_above_may_hold_a_helper_of_an_exercise_that_does_not_build_on_it(grader, tmp_path):
    written = {"encoder", "kl_divergence"}
    unwritten = set(lesson("01_plain_vae").exercises) - written
    path = tmp_path / "a.ipynb"
    standing = Standing(grader)

    def take(half):
        helper = f"{reference(exercise_cells('01_plain_vae')['encoder'].cell)}\n\ndef half(x):\n    return {half}"
        answers = {"encoder": helper, "kl_divergence": USES_HALF}
        changes = standing.take(_cells(write_submission(path, answers, stubs=unwritten)))
        return {change.result.name: (change.result.verdict, change.own) for change in changes}

    assert "encoder" not in lesson("01_plain_vae").prerequisites("kl_divergence")
    assert take("x / 2")["kl_divergence"] == ("passed", True)
    assert take("x") == {"encoder": ("passed", True), "kl_divergence": ("failed", False)}
    assert take("x / 2")["kl_divergence"] == ("passed", False)


def _cells(path):
    return read_notebook(path)
