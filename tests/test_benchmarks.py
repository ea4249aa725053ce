"""The programs in benchmarks/ run and print what they promise. Nothing here is timed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from grader.course.folders import COURSE, ROOT, Folders
from grader.submission import plan

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def as_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """The programs import their neighbours the way a program does that is started by its path."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))


def bench(name: str, *arguments: str) -> str:
    environment = os.environ | {"OMP_NUM_THREADS": "1", "VAELAB_DATA": __file__}  # a file holds no data set
    done = subprocess.run(
        [sys.executable, "-W", "error", str(ROOT / "benchmarks" / f"{name}.py"), *arguments, "--quick"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert re.match(r"\d+ cores.*, torch \d+\.\d+", done.stdout)
    return done.stdout


def row(printed: str, label: str) -> list[float]:
    """The figures of the line that begins with `label`."""
    (line,) = [line for line in printed.splitlines() if line.startswith(label)]
    return [float(figure) for figure in re.findall(r"-?\d+(?:\.\d+)?(?:e\+\d+)?", line[len(label) :])]


@pytest.mark.exhaustive  # a program's smallest form
def test_grading_tells_the_graders_own_cost_from_the_students_code() -> None:
    printed = bench("grading")
    (total,) = row(printed, "a submission, all processes")
    parts = [row(printed, f"the same {part}")[0] for part in ("cells", "calls", "probes")]
    (own,) = row(printed, "the grader's own")
    assert own == pytest.approx(total - sum(parts), abs=0.003)
    assert 0 < sum(parts) < total
    assert "Resident memory" in printed


@pytest.mark.exhaustive  # a program's smallest form
def test_latency_has_a_row_for_every_exercise_but_the_trained_ones() -> None:
    printed = bench("latency", "01_plain_vae")
    exercises = [name for name in plan.lesson("01_plain_vae").exercises if name != "trained_vae"]
    for exercise in exercises:
        first, median, slowest = row(printed, f"01 {exercise} ")
        assert first > 0
        assert slowest >= median > 0
    assert "trained_vae" not in printed
    assert "all calls but the first" in printed


@pytest.mark.exhaustive  # a program's smallest form
def test_training_compares_the_loops_and_the_products() -> None:
    printed = bench("training")
    assert "2,000 random images" in printed
    assert row(printed, "train_epoch on a DataLoader with ToTensor")[2] == 1
    assert row(printed, "its matrix products alone")[-1] == 100


def test_products_of_a_step_are_those_that_torch_counts() -> None:
    from _common import solution
    from torch.utils.flop_counter import FlopCounterMode
    from training import BATCH, _product_shapes

    lesson = solution("01_plain_vae")
    model, x = lesson["VAE"](), torch.rand(BATCH, 784)
    with FlopCounterMode(display=False) as counter:
        lesson["negative_elbo"](x, *model(x)).backward()
    assert counter.get_total_flops() == 2 * sum(a * b * c for a, b, c in _product_shapes(BATCH))


@pytest.mark.exhaustive  # a program's smallest form
def test_watch_has_a_row_for_every_exercise_but_the_trained_ones() -> None:
    printed = bench("watch", "03_conditional_vae")
    exercises = [name for name in plan.lesson("03_conditional_vae").exercises if name != "trained_cvae"]
    for exercise in ["the first save: all exercises", *exercises]:
        assert all(seconds > 0 for seconds in row(printed, f"{exercise} "))
    assert "trained_cvae" not in printed


@pytest.mark.exhaustive  # a program's smallest form
def test_validity_has_a_line_for_every_seed(tmp_path: Path) -> None:
    for kind, body in (("right", "(v, dim=1)"), ("wrong", "(v, dim=0)")):
        answer = tmp_path / "02_one_hot" / "condition" / kind / "cat.py"
        answer.parent.mkdir(parents=True)
        answer.write_text(f"def condition(v, c):\n    return torch.cat{body.replace('v,', '[v, c],')}\n")
    printed = bench("validity", "--answers", str(tmp_path))
    assert "seed 1: 1 of 1 right answers passed; 1 of 1 wrong answers failed" in printed
    assert "0 verdicts depend on the seed: []" in printed


@pytest.mark.exhaustive  # a program's smallest form
def test_validity_names_an_answer_that_is_judged_wrongly(tmp_path: Path) -> None:
    answer = tmp_path / "02_one_hot" / "condition" / "wrong" / "cat.py"
    answer.parent.mkdir(parents=True)
    answer.write_text("def condition(v, c):\n    return torch.cat([v, c], dim=1)\n")
    with pytest.raises(AssertionError, match=r"02_one_hot/condition/wrong/cat\.py passed although wrong"):
        bench("validity", "--answers", str(tmp_path), "--first", "3")


@pytest.mark.exhaustive  # a program's smallest form
def test_versions_checks_a_lesson_with_another_python() -> None:
    printed = bench("versions", sys.executable, "--lessons", "02_one_hot")
    assert re.search(r"\n02_one_hot +3 of 3 +3 of 3 +3 of 3\n", printed)


@pytest.mark.exhaustive  # a program's smallest form
def test_mutants_are_caught_or_explained() -> None:
    printed = bench("mutants", "--exercise", "fit")
    mutants, caught = row(printed, "01 fit")
    assert 0 < caught <= mutants
    assert "0 of them without a reason." in printed


def test_every_operator_makes_a_mutant() -> None:
    from _mutation import mutants

    source = """
def loss(x, mu):
    total = 0
    for row in x:
        if row > 1:
            total += (row * mu).sum(dim=1)
    return -total
"""
    made = {one.mistake.partition(": ")[2]: one.source for one in mutants(source)}
    assert "return total" in made["no minus in `-total`"]
    assert "row / mu" in made["another sign in `row * mu`"]
    assert "row >= 1" in made["the edge of `row > 1`"]
    assert ".mean(dim=1)" in made["`mean` in `(row * mu).sum(dim=1)`"]
    assert "list(x)[:1]" in made["the first of `x`"]
    assert "in mu" in made["mu for x"]
    assert "total = (row" in made["no sum in `total += (row * mu).sum(dim=1)`"]
    assert len({*made.values()}) == len(made)
    assert source.strip() not in made.values()


@pytest.mark.exhaustive  # a program's smallest form
def test_documents_print_their_figures() -> None:
    printed = bench("documents", "A", "E")
    assert "two epochs on the embedded digits" in printed
    published_first_epoch = "161.8"
    assert published_first_epoch in printed
    assert "recognised as asked" in printed
    for title in ("A. CVAE", "E, first part", "E, second part"):
        assert title in printed


def test_document_a_is_lesson_3_with_a_sigmoid_and_log_sigma() -> None:
    from _common import solution
    from documents import as_in_a

    lesson = solution("03_conditional_vae")
    model = lesson["CVAE"](11, 7, 2, 3)
    x, z, c = torch.rand(4, 11), torch.randn(4, 2), torch.eye(3)[[0, 1, 2, 0]]
    (_, log_sigma), hidden = model.encoder(x, c), model.decoder.hidden(torch.cat([z, c], dim=1)).sigmoid()
    expected = model.decoder.pixels(hidden).sigmoid()
    as_in_a(model)
    torch.testing.assert_close(model.encoder(x, c)[1], 2 * log_sigma)
    torch.testing.assert_close(model.decoder(z, c), expected)


def test_losses_of_the_documents_cost_what_their_defects_cost() -> None:
    from documents import ETA, loss_of_a

    torch.manual_seed(0)
    x, zero = torch.rand(2000, 784), torch.zeros(2000, 2)
    exact = loss_of_a(x, x, zero, zero)  # a perfect reconstruction at the prior: noise, ½ for each latent, log η
    torch.testing.assert_close(exact.item(), 392 + 2 * 0.5 + torch.tensor(ETA).log().item() / 2000, rtol=0, atol=3)


def test_a_class_is_the_same_for_both_graders(tmp_path: Path) -> None:
    from _classes import LESSON, TRAINED, Class

    both = Class(tmp_path / "small", trained=False), Class(tmp_path / "large", trained=True, copies=2)
    assert [one.size for one in both] == [7, 14]
    for one in both:
        names = [path.name for path in sorted((one.folder / "submitted").iterdir())]
        assert not any(name.startswith("cut-off") for name in names)
        notebook = json.loads(
            (one.folder / "submitted" / "all-right-0" / LESSON / f"{LESSON}.ipynb").read_text("utf-8")
        )
        (trained,) = [cell for cell in notebook["cells"] if cell["id"] == TRAINED]
        assert ("NotImplementedError" in "".join(trained["source"])) == (one is both[0])


MEASURED = {
    "short": [{"bound": 300.0, "rate": 12.0}, {"bound": 302.0, "rate": 14.0}, {"bound": 304.0, "rate": 16.0}],
    "long": [{"bound": 290.0, "rate": 13.0}, {"bound": 290.0, "rate": 13.0}, {"bound": 290.0, "rate": 13.0}],
}


def test_a_limit_lies_four_deviations_beyond_the_mean_of_the_worst_recipe() -> None:
    from _calibration import Limit, as_toml, limits_of, misses

    limits = limits_of(MEASURED, {"bound": "below", "rate": "above"})
    assert limits == {"bound": Limit("below", 302, 2, 3, "short"), "rate": Limit("above", 14, 2, 3, "short")}
    assert [limit.value for limit in limits.values()] == [310, 6]
    assert misses({"bound": 310.0, "rate": 6.0}, limits) == []
    assert misses({"bound": 310.1, "rate": 6.0}, limits) == ["bound"]
    assert misses({"bound": 200.0, "rate": 5.9}, limits) == ["rate"]
    assert tomllib.loads(as_toml("04_beta", limits)) == {
        "bound": {"good": "below", "limit": 310, "mean": 302, "sd": 2, "n": 3, "recipe": "short"},
        "rate": {"good": "above", "limit": 6, "mean": 14, "sd": 2, "n": 3, "recipe": "short"},
    }


def test_the_files_of_limits_name_the_program_that_wrote_them() -> None:
    from _calibration import as_toml

    for file in COURSE.checks.glob("*/thresholds.toml"):
        (header,) = as_toml(f"00_{file.parent.name}", {}).splitlines()
        assert file.read_text("utf-8").startswith(header)
        program = re.match(r"# Written by (\S+)\.", header)
        assert program
        assert (ROOT / program[1]).is_file()


@pytest.fixture
def calibrate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Calibrates lesson 2 with made-up figures and these options, as if a folder of its own were the course's."""
    import _calibration

    monkeypatch.setattr(_calibration, "COURSE", Folders(COURSE.solutions, tmp_path, tmp_path))
    monkeypatch.setattr(torch, "set_num_threads", lambda count: None)
    (tmp_path / "one_hot").mkdir()

    def run(*options: str, bad: float) -> int:
        monkeypatch.setattr(sys, "argv", ["calibrate_one_hot.py", *options])
        return _calibration.calibrate(
            "02_one_hot",
            good={"rate": "above"},
            recipes={"low": {"level": 20}, "high": {"level": 30}},
            honest=lambda names, seed, level: {"rate": level + seed % 2},
            bad=lambda names: {"untrained": {"rate": bad}},
        )

    return run


def test_a_calibration_writes_only_when_told_to(
    calibrate: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written = tmp_path / "one_hot" / "thresholds.toml"
    assert calibrate(bad=0) == 0
    assert not written.exists()
    printed = capsys.readouterr().out
    assert re.search(r"^low +20.5 ± 0.53$", printed, re.MULTILINE)
    assert re.search(r"^bad: untrained +\*0$", printed, re.MULTILINE)
    assert calibrate("--write", bad=0) == 0
    limit = tomllib.loads(written.read_text("utf-8"))["rate"]
    assert (limit["n"], limit["recipe"]) == (10, "low")
    assert row(printed, "limit") == [limit["limit"]]


def test_limits_that_a_bad_model_meets_or_few_seeds_gave_are_not_written(
    calibrate: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert calibrate("--write", bad=25) == 1
    assert "No limit is missed by: untrained." in capsys.readouterr().out
    with pytest.raises(SystemExit, match="2"):
        calibrate("--write", "--seeds", "9", bad=0)
    assert "at least 10 seeds" in capsys.readouterr().err
    assert not list(tmp_path.glob("*/thresholds.toml"))


@pytest.mark.exhaustive  # a program's smallest form
def test_the_way_to_the_first_check_is_timed_step_by_step() -> None:
    printed = bench("first_check")
    steps = [row(printed, label)[0] for label in ("git clone", "lab: your copies, JupyterLab's address", "a kernel")]
    cells = [row(printed, f"the cell {name}")[-1] for name in ("setup-02", "encoder", "check_encoder")]
    (all_steps,) = row(printed, "all")
    assert min(steps) > 0
    assert sum(steps) + sum(cells) < all_steps
