"""A running notebook: each exercise judged for itself, the answers to read, and nothing left behind."""

from __future__ import annotations

from typing import Any

import pytest
import torch

import grader
from grader.authoring.answers import Answer, read_answers
from grader.course import script
from grader.course.catalogue import lesson, lesson_ids
from grader.course.cells import course_cells
from grader.doors import live
from grader.doors.live import LivePlace, define
from grader.doors.progress import Record
from grader.doors.undisturbed import on_the_cpu, undisturbed
from grader.grading.grader import Grader
from grader.grading.sitting import Sitting
from grader.grading.verdicts import Verdicts
from grader.seeds import seed_of
from grader.submission.plan import reference_submission
from tests.gpu_stand_in import CPU, GPU, a_gpu
from tests.notebooks import ANSWERS, LESSON

pytestmark = pytest.mark.usefixtures("own_record")

LOSS = "def reconstruction_loss(x_hat, x):\n    return (x_hat - x).square().mean(dim=1)"
WRONG_MEAN = "def evaluate(model, batches):\n    return 0.0"


def notebook(answers: dict[str, str], lesson_id: str = LESSON) -> dict[str, Any]:
    """The names of a notebook in which every cell has run: the course's answers, but for some."""
    names: dict[str, Any] = {"__name__": "notebook"}
    for entry in course_cells(lesson_id):
        trains = entry.cell.kind == "exercise" and lesson(lesson_id).exercises[entry.id].trains
        if entry.cell.kind in ("setup", "exercise") and not trains:
            define(answers.get(entry.id, script.reference(entry.cell)), entry.id, names)
    return names


def shown(names: dict[str, Any], exercise: str, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    exec(f"from grader import check\ncheck({exercise!r})", names)
    return " ".join(capsys.readouterr().out.split())


def test_a_mistake_costs_only_its_own_exercise(capsys: pytest.CaptureFixture[str]) -> None:
    names = notebook({"reconstruction_loss": LOSS})
    mine = names["reconstruction_loss"]
    assert "failed" in shown(names, "reconstruction_loss", capsys)
    card = shown(names, "negative_elbo", capsys)
    assert Record.load().results["negative_elbo"].verdict == "passed"
    assert "with the course's own `reconstruction_loss` in place of yours, which fails" in card
    assert names["reconstruction_loss"] is mine


@pytest.mark.slow
def test_what_an_answer_changes_in_place_is_put_back(capsys: pytest.CaptureFixture[str]) -> None:
    names = notebook(
        {"one_hot": "def one_hot(labels, num_classes):\n    return labels.unsqueeze_(1).mul_(0)"}, "02_one_hot"
    )
    before = names["digits"].labels.clone()
    assert "passed" in shown(names, "label_encoding_experiment", capsys)
    assert torch.equal(names["digits"].labels, before)


def test_a_traceback_names_the_functions_it_came_through(capsys: pytest.CaptureFixture[str]) -> None:
    names = notebook({"kl_divergence": "def kl_divergence(mu, log_var):\n    return mu @ log_var"})
    assert "`kl_divergence()`, line 2" in shown(names, "kl_divergence", capsys)


@pytest.mark.slow
def test_both_mistakes_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    names = notebook({"reconstruction_loss": LOSS, "negative_elbo": "def negative_elbo(*terms):\n    return 1.0"})
    card = shown(names, "negative_elbo", capsys)
    assert "Your `reconstruction_loss` fails too: mend that first." in card
    assert Record.load().results["negative_elbo"].score == 0


def test_what_is_not_written_yet_is_no_news(capsys: pytest.CaptureFixture[str]) -> None:
    names = notebook({"reconstruction_loss": LOSS})
    del names["negative_elbo"]
    assert "`negative_elbo` is not defined: run the cell" in shown(names, "negative_elbo", capsys)


def test_after_a_restart_nothing_is_called_a_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    names = notebook({})
    shown(names, "evaluate", capsys)
    for lost in ("kl_divergence", "reconstruction_loss"):
        del names[lost]
    card = shown(names, "negative_elbo", capsys)
    assert "with the course's own" not in card
    assert Record.load().results["evaluate"].verdict == "passed"


@pytest.mark.slow
def test_judging_a_trained_model_leaves_the_notebooks_classes_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """Also where a class was defined again after the training, so that pickle cannot find it by its name."""
    names = notebook({})
    names["trained_vae"] = names["VAE"]()
    encoder = next(entry for entry in course_cells(LESSON) if entry.id == "encoder")
    exec(script.reference(encoder.cell), names)
    shown(names, "trained_vae", capsys)
    for owner in ("VAE", "Encoder", "Decoder"):
        assert names[owner].__init__.__globals__ is names
    assert type(names["trained_vae"].encoder).forward.__globals__ is names


def test_an_answer_is_shown_after_all_hints(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {"__name__": "notebook"}
    for level in (1, 3):
        grader.hint("kl_divergence", level)
    capsys.readouterr()
    exec("from grader import check, solution\nsolution('kl_divergence')", names)
    assert 'hint("kl_divergence", 2)' in capsys.readouterr().out
    assert "kl_divergence" not in names
    grader.hint("kl_divergence", 2)
    exec("solution('kl_divergence')", names)
    assert "def kl_divergence" in capsys.readouterr().out
    assert callable(names["kl_divergence"])
    exec("check('kl_divergence')", names)
    assert Record.load().results["kl_divergence"].verdict == "passed"
    capsys.readouterr()
    grader.progress()
    assert "answer read" in capsys.readouterr().out


def test_an_answer_is_shown_when_it_is_asked_for_twice(capsys: pytest.CaptureFixture[str]) -> None:
    names = notebook({})
    exec("from grader import solution\nsolution('encoder')\nsolution('encoder')", names)
    assert "class Encoder" in capsys.readouterr().out
    assert Record.load().read == {"encoder"}


def test_the_last_exercise_completes_the_lesson(capsys: pytest.CaptureFixture[str]) -> None:
    names = notebook({}, "02_one_hot")
    for exercise in lesson("02_one_hot").exercises:
        assert "lesson complete" not in capsys.readouterr().out
        exec(f"from grader import check\ncheck({exercise!r})", names)
    assert "lesson complete" in capsys.readouterr().out
    assert "lesson complete" not in shown(names, "one_hot", capsys)


SAMPLE = 40  # of so many answers one is tried both ways; `python -m tests.doors.test_live` tries all


@pytest.mark.slow
@pytest.mark.parametrize("lesson_id", lesson_ids())
def test_live_and_graded_verdicts_are_the_same(lesson_id: str, grader: Grader) -> None:
    assert differences(lesson_id, grader, SAMPLE) == []


def differences(lesson_id: str, grader: Grader, sample: int) -> list[tuple[object, ...]]:
    """Answers among the course's, each beside a wrong answer to something it builds on, that are not judged alike."""
    found = []
    one = lesson(lesson_id)
    answers = [
        answer
        for answer in read_answers(ANSWERS)
        if answer.lesson == lesson_id and not one.exercises[answer.exercise].trains
    ]
    for number, answer in enumerate(answers):
        if number % sample:
            continue
        written = _beside_a_wrong_one(answer, answers, number) | {answer.exercise: answer.source}
        try:
            names = notebook(written, lesson_id)
        except Exception:  # a cell that does not run leaves nothing to check
            continue
        submission = reference_submission(one, written)
        live = Verdicts(one, LivePlace(one, names, seed_of(submission.content, 0))).of(answer.exercise)
        with Sitting(grader._parent, grader._examiners, grader._limits, submission, 0) as sitting:
            graded = sitting._verdicts.of(answer.exercise)
        if (live.score, live.misconceptions) != (graded.score, graded.misconceptions):
            found.append((answer.exercise, answer.name, sorted(written), live.to_dict(), graded.to_dict()))
    return found


def _beside_a_wrong_one(answer: Answer, answers: list[Answer], number: int) -> dict[str, str]:
    needed = lesson(answer.lesson).prerequisites(answer.exercise)
    wrong = [other for other in answers if other.exercise in needed and other.kind == "wrong"]
    return {wrong[number % len(wrong)].exercise: wrong[number % len(wrong)].source} if wrong else {}


if __name__ == "__main__":
    with Grader() as everything:
        for name in lesson_ids():
            print(name, "judged in different ways:", [one[:3] for one in differences(name, everything, 1)])


class Ran:
    """What IPython tells after a cell."""

    def __init__(self, source: str, error: BaseException | None) -> None:
        self.info = self
        self.raw_cell = source
        self.error_before_exec, self.error_in_exec = None, error


def test_a_cell_that_trains_and_is_as_handed_out_is_not_written_yet(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = notebook({})
    noted = live.Cells(names)
    monkeypatch.setattr(live, "cells", lambda: noted)
    stub = script.stub(next(entry.cell for entry in course_cells(LESSON) if entry.id == "trained_vae"))
    with pytest.raises(NotImplementedError) as stopped:
        exec(stub, names)
    noted.begin(Ran(stub, None))
    noted.note(Ran(stub, stopped.value))
    card = shown(names, "trained_vae", capsys)
    assert "○ Your trained VAE: not written yet" in card
    assert "failed" not in card
    assert "The last run" not in card
    assert noted.is_stub(lesson(LESSON), "trained_vae")
    noted.begin(Ran("trained_vae = None", None))
    assert noted.why_missing("trained_vae") == ""


@pytest.mark.slow
def test_a_notebook_on_a_gpu_is_checked_on_the_cpu(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_gpu(monkeypatch):
        names = notebook({}) | {"own": {"models": [None]}}
        model = names["model"] = names["own"]["models"][0] = names["VAE"](latent_dim=2)
        for exercise in ("reparameterize", "vae", "train_epoch", "evaluate"):
            assert "passed" in shown(names, exercise, capsys)
        assert names["model"] is names["own"]["models"][0] is model
        parts = [names["digits"].images, next(model.parameters()), torch.randn(2)]
        assert {part.device for part in parts} == {GPU}


def test_what_a_check_finds_on_the_cpu_is_one_copy_of_each_thing(monkeypatch: pytest.MonkeyPatch) -> None:
    with a_gpu(monkeypatch):
        model = torch.nn.Linear(3, 2)
        data = torch.randn(4, 3)
        rows: list[Any] = [data]
        rows.append(rows)
        names: dict[str, Any] = {"model": model, "again": {"best": model}, "data": data, "rows": rows, "n": 3}
        before = dict(names)
        with torch.device("cpu"), on_the_cpu(names):
            assert names["again"]["best"] is names["model"] is not model
            assert names["rows"][0] is names["data"]
            assert names["model"](names["data"]).device == CPU
            names["n"] = 4
        assert {name for name in names if names[name] is not before[name]} == {"n"}


def test_gpus_draw_on_as_if_nothing_had_been_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    put_back: list[Any] = []
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_rng_state_all", lambda: ["state"])
    monkeypatch.setattr(torch.cuda, "set_rng_state_all", put_back.extend)
    with undisturbed():
        assert put_back == []
    assert put_back == ["state"]
