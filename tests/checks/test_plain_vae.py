"""What the checks of lesson 1 rest on: names that exist, limits that were measured, statistics that hold."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import torch

from grader import seeds
from grader.checks.kit import sampling
from grader.checks.kit.oracles import bernoulli_nll, gaussian_kl
from grader.checks.plain_vae import fitting, oracles
from grader.course.catalogue import lesson
from grader.course.folders import COURSE

ANSWERS = COURSE.answers / "01_plain_vae"
CHECKS = Path(fitting.__file__).parent
LABEL = re.compile(r"# misconception: ([a-z0-9-]+)")


class Draw:
    """Draws as the fixture `draw` gives them."""

    def __init__(self, seed: int = 0) -> None:
        self.generator = torch.Generator().manual_seed(seed)

    def __call__(self, *shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=self.generator)

    def uniform(self, *shape: int) -> torch.Tensor:
        return 0.02 + 0.96 * torch.rand(*shape, generator=self.generator)


def labels() -> dict[str, str]:
    found = {}
    for file in ANSWERS.glob("*/*/*.py"):
        label = LABEL.match(file.read_text("utf-8"))
        if label:
            found[f"{file.parent.parent.name}/{file.stem}"] = label.group(1)
    return found


def test_every_labelled_misconception_is_in_the_catalogue() -> None:
    known = lesson("01_plain_vae").misconceptions
    assert {name for name in labels().values() if name not in known} == set()


def test_every_exercise_has_answers_of_both_kinds() -> None:
    for exercise in lesson("01_plain_vae").exercises:
        assert len(list((ANSWERS / exercise / "right").glob("*.py"))) >= 3
        assert len(list((ANSWERS / exercise / "wrong").glob("*.py"))) >= 5


@pytest.mark.parametrize(
    "lesson_id", ["01_plain_vae", "03_conditional_vae", "04_beta", "05_likelihoods", "06_discrete_latents"]
)
def test_limits_lie_four_standard_deviations_from_the_measured_mean(lesson_id: str) -> None:
    measured = tomllib.loads(COURSE.thresholds(lesson_id).read_text("utf-8"))
    assert measured
    for entry in measured.values():
        sign = 1 if entry["good"] == "below" else -1
        assert entry["n"] >= 10
        assert entry["limit"] == pytest.approx(entry["mean"] + 4 * sign * entry["sd"], abs=1e-3)


@pytest.mark.parametrize("seed", range(5))
def test_honest_draws_pass_and_a_tenth_too_wide_does_not(seed: int) -> None:
    draw = Draw(seed)
    mu, log_var = draw(sampling.GROUPS, 4), draw(sampling.GROUPS, 4)
    noise = draw(8000 * sampling.GROUPS, 4)

    def codes(stretch: float) -> torch.Tensor:
        deviation = stretch * (log_var / 2).exp()
        return sampling.repeated(mu, 8000) + sampling.repeated(deviation, 8000) * noise

    sampling.assert_gaussian_codes(codes(1.0), mu, log_var)
    with pytest.raises(AssertionError, match="standard deviation"):
        sampling.assert_gaussian_codes(codes(1.1), mu, log_var)


def test_correlated_noise_is_found() -> None:
    noise = Draw()(6000, 4)
    assert not sampling.correlated(noise)
    mixed = noise.clone()
    mixed[:, 1] = 0.9 * noise[:, 1] + 0.19**0.5 * noise[:, 0]
    assert sampling.correlated(mixed)


def test_wrong_formulas_differ_from_the_right_one_and_from_each_other() -> None:
    draw = Draw()
    mu, log_var, x_hat, x = draw(5, 7), draw(5, 7), draw.uniform(5, 9), draw.uniform(5, 9)
    for right, suspects in (
        (gaussian_kl(mu, log_var), oracles.kl_suspects(mu, log_var)),
        (bernoulli_nll(x_hat, x), oracles.bce_suspects(x_hat, x)),
        (
            (bernoulli_nll(x_hat, x) + gaussian_kl(mu, log_var)).mean(),
            oracles.elbo_suspects(x, x_hat, mu, log_var),
        ),
    ):
        values = [
            (name, v) for name, value in suspects.items() for v in (value if isinstance(value, list) else [value])
        ]
        values = [(name, v) for name, v in values if not v.isnan().any()]
        for number, (name, value) in enumerate(values):
            assert not same(value, right), name
            for other, another in values[number + 1 :]:
                assert name == other or not same(value, another), (name, other)


def same(one: torch.Tensor, other: torch.Tensor) -> bool:
    return one.shape == other.shape and torch.allclose(one, other, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("way", "names"),
    [
        ({"extra": 1}, ("patience-off-by-one",)),
        ({"with_previous": True}, ("compares-with-previous",)),
        ({"extra": 1, "reset": False}, ("patience-off-by-one", "patience-not-reset")),
        ({"extra": -1, "ties": True}, ("patience-off-by-one", "ties-count-as-improvement")),
    ],
    ids=["late", "the one before", "late and never reset", "early and ties"],
)
def test_numbers_of_epochs_tell_mistakes(way: dict[str, Any], names: tuple[str, ...]) -> None:
    for seed in range(3):
        battery = list(fitting._battery(seeds.Draw(seed, "fit")).values())
        counts = [fitting.epochs_run(script, patience, **way) for script, patience in battery]
        assert fitting.diagnosis(battery, counts) == names


def test_ways_of_stopping_are_told_apart() -> None:
    script = fitting.Script(Draw(), [3, 1, 2, 2.1, 0.5, 2.2, 2.3, 2.4])
    assert fitting.epochs_run(script, 3) == 8
    assert fitting.epochs_run(script, 2) == 4
    assert fitting.epochs_run(script, 3, reset=False) == 6
    assert fitting.epochs_run(script, 3, by_training=True) == 4
