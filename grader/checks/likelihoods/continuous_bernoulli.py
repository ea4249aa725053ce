"""Checks of the continuous Bernoulli's constant: its values, near ½ and far from it, and its gradients."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from grader.checks.kit import probes as kit
from grader.checks.kit.contracts import assert_nothing_changed, gradients_of
from grader.checks.kit.hypotheses import explained
from grader.checks.kit.inputs import told_apart
from grader.checks.kit.oracles import Suspects
from grader.checks.kit.vocabulary import assert_matches, expect
from grader.checks.likelihoods import oracles, references

NAME = "continuous_bernoulli_log_norm"
ENDS, POINTS = (1e-4, 1 - 1e-4), 240


@explained(references.LOG_NORM)
def assert_values(student: Any, draw: Any) -> None:
    """The constant is right, element by element, in any shape."""

    def make() -> tuple[Tensor, Tensor, Suspects]:
        lam = _far_from_half(draw, 4, 5)
        return lam, oracles.log_norm(lam), oracles.log_norm_suspects(lam)

    lam, expected, suspects = told_apart(make)
    result = getattr(student, NAME)(lam)
    if isinstance(result, Tensor) and result.shape == lam.shape:
        suspects = {**suspects, **oracles.series_too_far(expected, result, lam)}
    assert_matches(result, expected, what="log C", suspects=suspects)
    for shape in ((), (1,), (7,), (2, 3, 4)):
        lam = _far_from_half(draw, *shape) if shape else _far_from_half(draw, 1)[0]
        assert_matches(getattr(student, NAME)(lam), oracles.log_norm(lam), what=f"log C of a tensor of shape {shape}")


def assert_ends(student: Any, draw: Any) -> None:
    """The constant and its gradient are right close to 0 and to 1."""
    lam = torch.cat([torch.tensor(ENDS), *(10 ** (-4 + 2 * draw.uniform(2, 6)))])
    lam = torch.cat([lam, 1 - lam[2:]]).clamp(*ENDS)
    clipped = {"log-norm-clipped": oracles.clipped_log_norms(lam)}
    assert_matches(getattr(student, NAME)(lam), oracles.log_norm(lam), what="log C near 0 and 1", suspects=clipped)
    _assert_gradient(student, lam, "near 0 and 1")


def _far_from_half(draw: Any, *shape: int) -> Tensor:
    """Values of λ on both sides, away from ½ and from the ends."""
    return torch.where(draw.bits(*shape) > 0, 0.02 + 0.4 * draw.uniform(*shape), 0.58 + 0.4 * draw.uniform(*shape))


def _near_half(draw: Any) -> Tensor:
    """Values of λ around ½, from a tenth away to the last digit, on both sides, and ½ itself.

    They are many, because what is rounded badly comes out right now and then.
    """
    away = torch.logspace(-1, -7, POINTS) * (0.7 + 0.5 * draw.uniform(POINTS))
    return torch.cat([0.5 - away, 0.5 + away, torch.tensor([0.5, 0.5])])


def assert_near_half(student: Any, draw: Any) -> None:
    """The constant is right around ½, and log 2 there."""
    lam = _near_half(draw)
    result, expected = getattr(student, NAME)(lam), oracles.log_norm(lam)
    suspects = {}
    if isinstance(result, Tensor) and result.shape == lam.shape:
        _assert_finite_at_half(result, expected)
        suspects["log-norm-constant-near-half"] = oracles.flat_near_half(expected, result, lam, math.log(2))
    assert_matches(result, expected, what="log C around ½", suspects=suspects)
    half = getattr(student, NAME)(torch.full((3,), 0.5))
    assert_matches(half, torch.full((3,), math.log(2)), what="log C at ½")


def _assert_finite_at_half(result: Tensor, expected: Tensor) -> None:
    """The last two of λ are ½; where others are right, what comes out there tells what has been divided by what."""
    far, half = [0, 1, POINTS, POINTS + 1], result.detach()[-2:]
    if half.isfinite().all() or not bool(((result.detach() - expected)[far].abs() < 0.02).all()):
        return
    expect(not half.isnan().all(), "At λ = ½ the result is nan: the formula is 0/0 there.", "zero-by-zero-at-half")
    kept = "the denominator is kept away from 0, the numerator is not"
    named = "half-kept-from-zero-below-only" if (half == -math.inf).all() else None
    expect(not named, f"At λ = ½ the result is log 0 = −∞: {kept}.", named)


def assert_gradients(student: Any, draw: Any) -> None:
    """The gradient is right, away from ½ and around it, where it is 0."""
    lam, weights = 0.05 + 0.35 * draw.uniform(6), 0.5 + draw.uniform(6)
    _, (gradient,) = gradients_of(student, NAME, weights, lam, needed=(0,), what="log C")
    expected = _slope(lam) * weights
    assert_matches(gradient, expected, what="the gradient (times random weights)", rtol=1e-3, atol=1e-3)


def assert_gradients_near_half(student: Any, draw: Any) -> None:
    """The gradient is right around ½, and 0 there."""
    lam = _near_half(draw)
    seen = student.run(kit.gradients, NAME, torch.ones(len(lam)), lam)
    (gradient,) = seen["gradients"]
    expect(gradient is not None, "No gradient of log C reaches λ around ½.")
    dead = not gradient[-2:].isfinite().all() and seen["result"].isfinite().all()
    expect(
        not dead,
        "Around ½ the values are right, but gradients are `nan`: `torch.where` computes both of its sides, and 0 times "
        "infinity is `nan`.",
        "where-lets-nan-through",
    )
    _assert_gradient(student, lam, "around ½")


def _assert_gradient(student: Any, lam: Tensor, where: str) -> None:
    seen = student.run(kit.gradients, NAME, torch.ones(len(lam)), lam)
    (gradient,) = seen["gradients"]
    expect(gradient is not None, f"No gradient of log C reaches λ {where}.")
    slope = _slope(lam)
    suspects = {}
    if gradient.shape == lam.shape:
        suspects["log-norm-constant-near-half"] = oracles.flat_near_half(slope, gradient, lam, 0.0)
        if _rounded_near_half(student, slope, gradient, lam):
            suspects["log-norm-rounded-near-half"] = gradient
        elif _right_farther_out(student):
            suspects |= oracles.bent_near_half(slope, gradient, lam)
    what = f"the gradient of log C {where}"
    assert_matches(gradient, slope, what=what, suspects=suspects, rtol=1e-3, atol=2e-3)


def _rounded_near_half(student: Any, slope: Tensor, gradient: Tensor, lam: Tensor) -> bool:
    """Whether slopes are off close to ½ only, and are right where λ comes in double precision."""

    def off(of: Tensor) -> Tensor:
        return ~((of.double() - slope).abs() <= 2e-3 + 1e-3 * slope.abs())

    def close(of: Tensor) -> bool:
        return bool(((of.double() - oracles.log_norm(lam)).abs() < 1e-3)[off(gradient)].all())

    exact = student.run(kit.gradients, NAME, torch.ones(len(lam), dtype=torch.float64), lam.double())
    (of_exact,), values = exact["gradients"], exact["result"]
    if of_exact is None or not isinstance(values, Tensor) or of_exact.shape != lam.shape:
        return False
    near = ((lam - 0.5).abs() < 0.02)[off(gradient)].all()
    return bool(near and gradient.isfinite().all() and not off(of_exact).any()) and close(values)


def _right_farther_out(student: Any) -> bool:
    """Whether the constant is right at ½ and away from it."""
    lam = torch.tensor([0.05, 0.2, 0.33, 0.5, 0.67, 0.9])
    value = getattr(student, NAME)(lam)
    fits = isinstance(value, Tensor) and value.shape == lam.shape
    return fits and torch.allclose(value.detach().double(), oracles.log_norm(lam), 1e-3)


def _slope(lam: Tensor) -> Tensor:
    """d log C / dλ, in float64."""
    leaf = lam.double().requires_grad_()
    (gradient,) = torch.autograd.grad(oracles.log_norm(leaf).sum(), leaf)
    return gradient


def assert_kept(student: Any, draw: Any) -> None:
    """Elements do not depend on one another; arguments and modes are left alone."""
    lam = torch.cat([draw.uniform(5), torch.tensor([0.5])])
    assert_nothing_changed(student, NAME, lam)
    assert_nothing_changed(student, NAME, draw.uniform(3, 4))
