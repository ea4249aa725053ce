"""Checks of the weighted loss, of the KL's weight over time, and of free bits."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any

import torch
from torch import Tensor

from grader.checks.beta import oracles, references
from grader.checks.beta.stand_in import LATENTS, PIXELS
from grader.checks.kit.contracts import assert_finite_at_edges, assert_float, assert_nothing_changed
from grader.checks.kit.hypotheses import explained
from grader.checks.kit.inputs import confirmed, sure, told_apart
from grader.checks.kit.oracles import Suspects, bernoulli_nll, gaussian_kl
from grader.checks.kit.probes import attempt, gradients
from grader.checks.kit.vocabulary import assert_matches, describe, expect, fail
from grader.failures import CheckFailure, Raised

# beta_loss ------------------------------------------------------------------------------------------------------------


@explained(references.LOSS)
@confirmed
def assert_value(student: Any, draw: Any) -> None:
    """The loss weighs the KL by beta, for a beta above 1 and one below."""

    def make(beta: float) -> tuple[tuple[Tensor, ...], Tensor, Suspects]:
        x, x_hat, mu, log_var = _loss_inputs(draw)
        expected = (bernoulli_nll(x_hat, x) + beta * gaussian_kl(mu, log_var)).mean()
        return (x, x_hat, mu, log_var), expected, oracles.loss_suspects(x, x_hat, mu, log_var, beta)

    for beta in (3.7, 0.23):
        given, expected, suspects = told_apart(partial(make, beta))
        if beta < 1:  # whoever comes here has used a beta above 1
            suspects = {name: value for name, value in suspects.items() if name != "beta-ignored"}
            suspects["beta-never-below-one"] = oracles.loss_at(given, 1.0)
        _assert_scalar(_loss(student, draw, given, beta), expected, suspects, f"the loss at beta = {beta}")


def _loss(student: Any, draw: Any, given: tuple[Tensor, ...], beta: float) -> Any:
    """The student's loss of another number of images than there are latents: where terms do not fit, it says why."""
    try:
        return student.beta_loss(*given, beta)
    except Raised:
        name = _wrong_reduction(student, draw)
        rows = given[0].shape[0]
        if name == "latents-not-summed":
            fail(
                f"The terms do not fit together: with {rows} images and {LATENTS} latents the reconstruction has shape "
                f"({rows},), one number for each image, and your KL ({rows}, {LATENTS}), one for each latent of each "
                "image.",
                name,
            )
        if name == "kl-summed-over-images":
            fail(
                f"The terms do not fit together: with {rows} images and {LATENTS} latents the reconstruction has shape "
                f"({rows},), one number for each image, and your KL ({LATENTS},), one for each latent.",
                name,
            )
        raise


def _wrong_reduction(student: Any, draw: Any) -> str | None:
    """How the KL was reduced, from as many images as latents: there every table fits to every row."""
    x, x_hat, mu, log_var = _loss_inputs(draw, LATENTS)
    try:
        value = torch.as_tensor(student.beta_loss(x, x_hat, mu, log_var, 2.3)).double()
    except (CheckFailure, RuntimeError, TypeError, ValueError):
        return None
    bce, kl = bernoulli_nll(x_hat, x).mean(), 2.3 * gaussian_kl(mu, log_var).mean()
    ways = {"latents-not-summed": bce + kl / LATENTS, "kl-summed-over-images": bce + kl}
    return next((name for name, way in ways.items() if value.dim() == 0 and torch.isclose(value, way, 1e-4)), None)


def assert_special_prices(student: Any, draw: Any) -> None:
    """The loss is the negative ELBO at beta = 1 and the reconstruction at beta = 0."""
    x, x_hat, mu, log_var = _loss_inputs(draw)
    bce, kl = bernoulli_nll(x_hat, x), gaussian_kl(mu, log_var)
    for beta in (1.0, 0.0):
        value = _loss(student, draw, (x, x_hat, mu, log_var), beta)
        _assert_scalar(value, (bce + beta * kl).mean(), {}, f"the loss at beta = {beta:g}")


@explained(references.LOSS, of_one_row=True)
def assert_loss_of_one_image(student: Any, draw: Any) -> None:
    """The loss of a batch of one is a scalar, with many pixels and extreme variances too."""
    _loss(student, draw, _loss_inputs(draw), 2.5)
    for rows, pixels, latents, scale in ((1, PIXELS, 9, 1), (1, 900, 9, 6), (4, 1, 1, 1)):
        x, x_hat, mu = draw.uniform(rows, pixels), sure(draw, rows, pixels), draw(rows, latents)
        log_var = draw(rows, latents)
        log_var[0, :2] = scale * torch.tensor([2.0, -2.5])[:latents]
        expected = (bernoulli_nll(x_hat, x) + 2.5 * gaussian_kl(mu, log_var)).mean()
        what = "the loss of one image" if rows == 1 else "the loss of images with one pixel and one latent"
        _assert_scalar(student.beta_loss(x, x_hat, mu, log_var, 2.5), expected, {}, what)


def assert_loss_gradients(student: Any, draw: Any) -> None:
    """The loss has its gradients with respect to x_hat, mu and log_var."""
    x, x_hat, mu, log_var = _loss_inputs(draw)
    _loss(student, draw, (x, x_hat, mu, log_var), 3.7)
    seen = student.run(gradients, "beta_loss", torch.tensor(1.0), x, x_hat, mu, log_var, 3.7)
    wanted = {
        1: ("x_hat", (x_hat - x) / (x_hat * (1 - x_hat)) / 4),
        2: ("mu", 3.7 * mu / 4),
        3: ("log_var", 3.7 * torch.expm1(log_var) / 8),
    }
    loss = (bernoulli_nll(x_hat, x) + 3.7 * gaussian_kl(mu, log_var)).mean()
    for position, (name, gradient) in wanted.items():
        actual = seen["gradients"][position]
        _assert_reached(actual, name, seen["result"], loss)
        assert_matches(actual, gradient, what=f"dloss/d{name}", rtol=1e-3, atol=1e-4)
    assert_finite_at_edges(student, "beta_loss", draw.bits(4, PIXELS), draw.bits(4, PIXELS), mu, log_var, 3.7)


def assert_loss_unchanged(student: Any, draw: Any) -> None:
    """`beta_loss` leaves its arguments and the global modes as they were."""
    given = _loss_inputs(draw)
    _loss(student, draw, given, 2.0)
    assert_nothing_changed(student, "beta_loss", *given, 2.0)


def _loss_inputs(draw: Any, rows: int = 4) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """x, x_hat, mu and log_var."""
    return draw.uniform(rows, PIXELS), draw.uniform(rows, PIXELS), draw(rows, LATENTS), draw(rows, LATENTS)


# kl_weight ------------------------------------------------------------------------------------------------------------


@explained(references.WEIGHT)
def assert_rising(student: Any, draw: Any) -> None:
    """During the warm-up the weight is in proportion to the step."""
    schedules = _schedules(draw)
    for warmup, beta in schedules:
        for step in (int(draw.integers(1, warmup, 1)), 0, warmup - 1):
            what = f"the weight at step {step} of a warm-up of {warmup} steps to {beta}"
            _assert_weight(student, schedules, (step, warmup, beta), beta * step / warmup, what)


@explained(references.WEIGHT)
def assert_constant(student: Any, draw: Any) -> None:
    """After the warm-up the weight is beta."""
    schedules = _schedules(draw)
    for warmup, beta in schedules:
        for step in (warmup, warmup + int(draw.integers(1, warmup, 1)), 50 * warmup + 7):
            what = f"the weight at step {step} after a warm-up of {warmup} steps to {beta}"
            _assert_weight(student, schedules, (step, warmup, beta), beta, what)


def assert_without_warmup(student: Any, draw: Any) -> None:
    """A warm-up of no steps is over at step 0."""
    schedules = _schedules(draw)
    _, beta = schedules[0]
    right = _ideas_of(student, schedules) == {"right"}
    for step in (0, 5):
        outcome = student.run(attempt, "kl_weight", step, 0, beta)
        if outcome.get("raised") == "ZeroDivisionError":
            name = "warmup-divides-by-zero" if right else None
            fail(f"With warmup_steps = 0 your `kl_weight` divides by zero at step {step}.", name)
        expect("value" in outcome, f"With warmup_steps = 0 your `kl_weight` raised {outcome.get('raised')}.")
        value = assert_float(outcome["value"], "the weight")
        never = right and student.run(attempt, "kl_weight", 5, 0, beta).get("value") == 0
        suspects = {"warmup-zero-means-never": 0.0} if never else {}
        if right and not never and step == 0:
            suspects = {"warmup-of-no-steps-starts-at-zero": 0.0}
        assert_matches(value, beta, what=f"the weight at step {step} without warm-up", suspects=suspects)


def _schedules(draw: Any) -> list[tuple[int, float]]:
    """Three warm-ups: their lengths, and betas above 1 and below. The last one is as long as the first."""
    first, second = (12 * 1000 ** draw.uniform(2)).int().tolist()  # from a few batches to many epochs
    above = (2 + 3 * draw.uniform(1)).item()
    below, again = (0.2 + 0.6 * draw.uniform(2)).tolist()
    second += first == second
    return [(first, round(above, 2)), (second, round(below, 2)), (first, round(again, 2))]


def _assert_weight(
    student: Any, schedules: list[tuple[int, float]], at: tuple[int, int, float], right: float, what: str
) -> None:
    value = assert_float(student.kl_weight(*at), "the weight")
    if abs(value - right) > 1e-6 + 1e-5 * abs(right):
        ideas = sorted(_ideas_of(student, schedules))
        fail(f"Expected {what} to be {right:.6g}, got {value:.6g}.", ideas[0] if len(ideas) == 1 else None)


def _ideas_of(student: Any, schedules: list[tuple[int, float]]) -> set[str]:
    """The ideas, or "right", that explain the weights at all steps of these warm-ups and beyond."""
    possible: set[tuple[str, int]] | None = None
    for warmup, beta in schedules:
        for step in (0, 1, 3, warmup // 2, warmup - 1, warmup, warmup + 1, 3 * warmup // 2, 4 * warmup + 3):
            value = _weight_or_nan(student, step, warmup, beta)
            ideas = oracles.weight_ideas(step, warmup, beta) | {"right": [beta * min(1.0, step / warmup)]}
            fits = {
                (name, number)
                for name, ways in ideas.items()
                for number, way in enumerate(ways)
                if abs(value - way) <= 1e-6 + 1e-5 * abs(way) or (math.isnan(value) and math.isnan(way))
            }
            possible = fits if possible is None else possible & fits
    return {name for name, _ in possible or ()}


def _weight_or_nan(student: Any, step: int, warmup: int, beta: float) -> float:
    """The student's weight, nan where it divides by zero; what is no number and no such error counts as infinite."""
    outcome = student.run(attempt, "kl_weight", step, warmup, beta)
    if outcome.get("raised") == "ZeroDivisionError":
        return math.nan
    value = outcome.get("value")
    return value if isinstance(value, int | float) and math.isfinite(value) else math.inf


# free_bits ------------------------------------------------------------------------------------------------------------


@explained(references.FREE_BITS)
@confirmed
def assert_free_bits(student: Any, draw: Any) -> None:
    """The KL of each latent is averaged over the batch, raised to the floor, and summed."""

    def make(share: float) -> tuple[tuple[Tensor, Tensor, float], Tensor, Suspects]:
        mu, log_var = _codes(draw)
        floor = _floor(mu, log_var, share)
        suspects = oracles.free_bits_suspects(mu, log_var, floor)
        return (mu, log_var, floor), oracles.free_bits(mu, log_var, floor), suspects

    for share in (0.45, 0.7):
        given, expected, suspects = told_apart(partial(make, share))
        if _has_no_floor_when_low(student, *given):
            suspects = {
                **suspects,
                "free-bits-on-the-sum": [*suspects["free-bits-on-the-sum"], torch.tensor(5 * given[2])],
            }
        _assert_scalar(student.free_bits(*given), expected, suspects, f"the KL with floor {given[2]}")


def _has_no_floor_when_low(student: Any, mu: Tensor, log_var: Tensor, floor: float) -> bool:
    """Whether a low floor, which silent latents still need, makes no difference: one talkative latent pays for all."""
    result = student.free_bits(mu, log_var, floor / 4)
    plain = gaussian_kl(mu, log_var).mean()
    return isinstance(result, Tensor) and result.dim() == 0 and bool(torch.isclose(result.double(), plain, rtol=1e-4))


def assert_extreme_floors(student: Any, draw: Any) -> None:
    """A floor of 0 gives the plain KL, and a high floor itself for each latent."""
    mu, log_var = _codes(draw)
    plain = gaussian_kl(mu, log_var).mean()
    _assert_scalar(student.free_bits(mu, log_var, 0.0), plain, {}, "the KL with floor 0")
    high = torch.tensor(5 * 100.0).double()
    suspects = {"free-bits-on-the-sum": torch.tensor(100.0), "free-bits-missing": plain}
    _assert_scalar(student.free_bits(mu, log_var, 100.0), high, suspects, "the KL with floor 100 and 5 latents")


def assert_free_bits_gradients(student: Any, draw: Any) -> None:
    """Latents above the floor have their gradient, those below it have none."""
    mu, log_var = _codes(draw)
    floor = _floor(mu, log_var, 0.5)
    seen = student.run(gradients, "free_bits", torch.tensor(1.0), mu, log_var, floor)
    above = (oracles.kl_per_latent(mu, log_var).mean(0) > floor).float()
    usual = {"mu": mu / 6, "log_var": torch.expm1(log_var) / 12}
    expected = oracles.free_bits(mu, log_var, floor)
    for (name, gradient), actual in zip(usual.items(), seen["gradients"], strict=True):
        _assert_reached(actual, name, seen["result"], expected)
        right = torch.allclose(seen["result"].double(), expected, rtol=1e-3)
        suspects = {"free-bits-gradient-below-floor": gradient} if right else {}
        assert_matches(actual, gradient * above, what=f"the gradient of `{name}`", suspects=suspects)


def assert_all_silent(student: Any, draw: Any) -> None:
    """Where every latent is below the floor, the result still has a graph, and its gradients are 0."""
    mu, log_var = _codes(draw)
    seen = student.run(gradients, "free_bits", torch.tensor(1.0), mu, log_var, 50.0)
    expect(
        seen["graph"],
        "Where every latent is below the floor, the result has no graph: `backward()` fails there.",
        "graph-cut",
    )
    for gradient in seen["gradients"]:
        expect(
            gradient is None or not gradient.any(),
            "Where every latent is below the floor, gradients should be 0.",
            "free-bits-gradient-below-floor",
        )


@explained(references.FREE_BITS, of_one_row=True)
def assert_free_bits_of_one_image(student: Any, draw: Any) -> None:
    """The KL of a batch of one is a scalar, with extreme variances too."""
    mu, log_var = _codes(draw, 1)
    for given in (log_var, log_var + torch.tensor([8.0, -10.0, 0.0, 0.0, 0.0])):
        expected = oracles.free_bits(mu, given, 0.5)
        _assert_scalar(student.free_bits(mu, given, 0.5), expected, {}, "the KL of one image")


def assert_free_bits_unchanged(student: Any, draw: Any) -> None:
    """`free_bits` leaves its arguments and the global modes as they were."""
    assert_nothing_changed(student, "free_bits", *_codes(draw), 0.5)


def _codes(draw: Any, rows: int = 6) -> tuple[Tensor, Tensor]:
    """Three latents that say next to nothing, and two that say about the same, in any order; images differ."""
    scale = torch.tensor([0.15, 1.8, 0.1, 1.7, 0.2])
    mu, log_var, order = draw(rows, 5), draw(rows, 5), draw(5).argsort()
    mu[:, 3], log_var[:, 3] = -mu[:, 1], log_var[:, 1]
    return (mu * scale)[:, order], (log_var * scale / 2)[:, order]


def _floor(mu: Tensor, log_var: Tensor, share: float) -> float:
    """Between the silent latents and the talkative ones."""
    _, talkative = oracles.kl_per_latent(mu, log_var).mean(0).topk(2).values.tolist()
    return round(share * talkative, 3)


# losses and free bits -------------------------------------------------------------------------------------------------


def _assert_scalar(value: Any, expected: Tensor, suspects: Mapping[str, Any], what: str) -> None:
    """A scalar tensor, not a float."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        right = math.isclose(value, expected, rel_tol=1e-3)
        name = "float-instead-of-tensor" if right else None
        fail(f"Expected {what} to be a scalar tensor with a graph, got {describe(value)}.", name)
    assert_matches(value, expected, what=what, suspects=suspects)


def _assert_reached(gradient: Tensor | None, name: str, value: Any, expected: Tensor) -> None:
    """There is a gradient; without one, the graph is cut for certain when the value is right all the same."""
    shaped = isinstance(value, Tensor) and value.shape == expected.shape
    right = shaped and torch.allclose(value.double(), expected.double(), rtol=1e-3)
    expect(
        gradient is not None,
        f"No gradient reaches `{name}`: the graph is cut somewhere.",
        "graph-cut" if right else None,
    )
