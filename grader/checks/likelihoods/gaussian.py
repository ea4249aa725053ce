"""Checks of the Gaussian term, of its best σ, and of draws from it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from grader.checks.kit import probes as kit
from grader.checks.kit import sampling
from grader.checks.kit.contracts import assert_nothing_changed, assert_slope, draws_numbers, gradients_of
from grader.checks.kit.hypotheses import explained
from grader.checks.kit.inputs import confirmed, told_apart
from grader.checks.kit.oracles import Suspects
from grader.checks.kit.refusals import assert_refuses
from grader.checks.kit.vocabulary import assert_matches, assert_tensor, describe, expect, fail, numbers_differ
from grader.checks.likelihoods import oracles, probes, references

PIXELS, TIMES, MANY = 7, 4000, 300


def _sigma(draw: Any) -> float:
    """A width that no wrong idea takes for another one: away from 1, where σ, σ² and σ's root are the same."""
    return round((0.25 + 0.3 * draw.uniform(1)).item(), 3)


# gaussian_nll ---------------------------------------------------------------------------------------------------------


@explained(references.GAUSSIAN)
def assert_gaussian_term(student: Any, draw: Any) -> None:
    """The term has its value for widths below 1 and above, one number per image."""
    for factor in (1.0, 7.0):

        def make(factor: float = factor) -> tuple[tuple[Tensor, Tensor, float], Tensor, Suspects]:
            given = draw.uniform(5, PIXELS), draw.uniform(5, PIXELS), factor * _sigma(draw)
            return given, oracles.gaussian_nll(*given), oracles.gaussian_suspects(*given)

        given, expected, suspects = told_apart(make)
        result, again = student.gaussian_nll(*given), student.gaussian_nll(*given)
        expect(not numbers_differ(result, again), "Two calls gave different numbers: nothing has to be drawn here.")
        assert_matches(result, expected, what=f"the term at σ = {given[2]:.3g}", suspects=suspects)


def assert_any_width(student: Any, draw: Any) -> None:
    """Tensors of one number do as σ; the term is right for many pixels and for extreme widths."""
    x_hat, x, sigma = draw.uniform(4, PIXELS), draw.uniform(4, PIXELS), _sigma(draw)
    for given in (torch.tensor(sigma), torch.tensor([sigma])):
        result = student.gaussian_nll(x_hat, x, given)
        what = f"the term for σ as a tensor of shape {tuple(given.shape)}"
        assert_matches(result, oracles.gaussian_nll(x_hat, x, float(given)), what=what)
    for width in (1e-3, 0.2, 30.0):
        x_hat, x = draw.uniform(3, 784), draw.uniform(3, 784)
        expected, raised = oracles.gaussian_nll(x_hat, x, width), oracles.raised_widths(x_hat, x, width)
        result = student.gaussian_nll(x_hat, x, width)
        assert_matches(result, expected, what=f"the term at σ = {width:g}", suspects=raised, atol=1e-2)


def assert_gaussian_gradients(student: Any, draw: Any) -> None:
    """The term has its gradients with respect to x_hat."""
    x_hat, x, weights, sigma = (
        draw.uniform(5, 6),
        draw.uniform(5, 6),
        0.5 + draw.uniform(5),
        torch.tensor([_sigma(draw)]),
    )
    given = x_hat, x, sigma
    _, (by_x_hat,) = gradients_of(student, "gaussian_nll", weights, *given, needed=(0,), what="the term")
    error = (x_hat - x) / sigma**2
    assert_matches(by_x_hat, error * weights[:, None], what="the gradient for x_hat (times random weights)", rtol=1e-3)


def assert_gradient_of_sigma(student: Any, draw: Any) -> None:
    """The gradient reaches σ, in either shape."""
    x_hat, x, weights, width = draw.uniform(5, 6), draw.uniform(5, 6), 0.5 + draw.uniform(5), _sigma(draw)
    squares = (x_hat - x).double().square().sum(1)
    expected = ((6 / width - squares / width**3) * weights).sum()
    for shape in ((), (1,)):
        sigma = torch.full(shape, width)
        seen = student.run(kit.gradients, "gaussian_nll", weights, x_hat, x, sigma)
        gradient = seen["gradients"][2]
        moves = numbers_differ(*student.run(kit.responds, "gaussian_nll", 7, [x_hat, x, sigma], 2))
        expect(
            gradient is not None,
            f"No gradient reaches σ, a tensor of shape {shape}: `float(sigma)`, `.item()` or `math.log` cut the graph.",
            "graph-cut" if moves else None,
        )
        if gradient.numel() == 1:
            assert_slope(student, "gaussian_nll", weights, (x_hat, x, sigma), 2, gradient)
        assert_matches(gradient.reshape(()), expected, what="the gradient for σ (times random weights)", rtol=1e-3)


@explained(references.GAUSSIAN, of_one_row=True)
def assert_gaussian_sizes(student: Any, draw: Any) -> None:
    """One image, one pixel and no image at all are fine, and so is a σ far below one grey level."""
    for rows, pixels, factor in ((1, 1, 1.0), (1, 9, 1.0), (4, 1, 1.0), (0, 5, 1.0), (3, 5, 1e-3)):
        x_hat, x, sigma = draw.uniform(rows, pixels), draw.uniform(rows, pixels), factor * _sigma(draw)
        what = f"the term of {rows} images with {pixels} pixels at σ = {sigma:.3g}"
        expected, raised = oracles.gaussian_nll(x_hat, x, sigma), oracles.raised_widths(x_hat, x, sigma)
        outcome = student.run(kit.attempt, "gaussian_nll", x_hat, x, sigma)
        if not rows and "raised" in outcome:  # of few images, and of one, it gave the right terms
            told = f"{outcome['raised']}: {outcome['line']}"
            fail(f"For a batch without any image `gaussian_nll` raised {told}", "empty-batch-fails")
        assert_matches(student.gaussian_nll(x_hat, x, sigma), expected, what=what, suspects=raised)


def assert_gaussian_refuses(student: Any, draw: Any) -> None:
    """A σ of 0 or less is a ValueError."""
    x_hat, x = draw.uniform(3, 4), draw.uniform(3, 4)
    right = oracles.gaussian_nll(x_hat, x, 0.6)

    def sound(value: Any) -> bool:
        return isinstance(value, Tensor) and value.shape == right.shape and torch.allclose(value.double(), right, 1e-3)

    cases = {what: (x_hat, x, wrong) for what, wrong in _NO_WIDTHS.items()}
    assert_refuses(student, "gaussian_nll", cases, (x_hat, x, 0.6), sound)


_NO_WIDTHS: dict[str, float | Tensor] = {
    "σ = 0": 0.0,
    "σ = -0.3": -0.3,
    "σ = 0 as a tensor": torch.tensor(0.0),
    "σ = -0.7 as a tensor of shape (1,)": torch.tensor([-0.7]),
}


def assert_gaussian_unchanged(student: Any, draw: Any) -> None:
    """Arguments and modes are left alone, whatever kind σ is."""
    x_hat, x = draw.uniform(4, PIXELS), draw.uniform(4, PIXELS)
    for sigma in (0.4, torch.tensor([0.4])):
        assert_nothing_changed(student, "gaussian_nll", x_hat, x, sigma)


# optimal_sigma --------------------------------------------------------------------------------------------------------


@explained(references.OPTIMAL)
@confirmed
def assert_best_sigma(student: Any, draw: Any) -> None:
    """The σ is the root mean square over images and pixels."""

    def make() -> tuple[tuple[Tensor, Tensor], Tensor, Suspects]:
        x = draw.uniform(5, PIXELS)
        x_hat = x + torch.tensor([[0.05], [0.1], [0.2], [0.5], [0.9]]) * (0.4 + draw(5, PIXELS))
        right = torch.tensor(oracles.optimal_sigma(x_hat, x), dtype=torch.float64)
        return (x_hat, x), right, oracles.optimal_suspects(x_hat, x, 1e-3)

    given, expected, suspects = told_apart(make)
    result = student.optimal_sigma(*given)
    _assert_no_float(result, expected, "the best σ")
    assert_matches(result, expected, what="the best σ", suspects=suspects, atol=1e-4)


def _assert_no_float(value: Any, expected: Tensor, what: str) -> None:
    """A right number that is no tensor is named."""
    if isinstance(value, float):
        right = math.isclose(value, expected, rel_tol=1e-3)
        name = "float-for-a-scalar-tensor" if right else None
        fail(f"Expected {what} to be a scalar tensor, got {describe(value)}.", name)


@explained(references.OPTIMAL)
@confirmed
def assert_floor(student: Any, draw: Any) -> None:
    """The σ is not below the floor, and the floor changes nothing above it."""
    for share in (0.8, 1.7):

        def make(share: float = share) -> tuple[tuple[Tensor, Tensor, float], Tensor, Suspects]:
            x = draw.uniform(4, PIXELS)
            x_hat = x + 0.3 * (0.2 + draw(4, PIXELS))
            right = oracles.optimal_sigma(x_hat, x)
            expected = torch.tensor(max(right, share * right), dtype=torch.float64)
            return (x_hat, x, share * right), expected, oracles.floor_suspects(x_hat, x, share * right)

        (x_hat, x, floor), expected, suspects = told_apart(make)
        result, right = student.optimal_sigma(x_hat, x, floor), oracles.optimal_sigma(x_hat, x)
        if isinstance(result, Tensor) and result.shape == () and _is_ceiling(student, x_hat, x):
            suspects = {"optimal-sigma-floor-as-ceiling": min(floor, right)}
        what = f"σ for errors of {right:.3g} and a floor of {floor:.3g}"
        _assert_no_float(result, expected, what)
        assert_matches(result, expected, what=what, suspects=suspects, atol=1e-4)
    x, expected = draw.uniform(4, PIXELS), torch.tensor(1e-3, dtype=torch.float64)
    assert_matches(student.optimal_sigma(x, x), expected, what="σ for a perfect fit", atol=1e-6)


def _is_ceiling(student: Any, x_hat: Tensor, x: Tensor) -> bool:
    """Whether σ is the smaller one of the right σ and the floor, for a floor below and one above."""
    right = oracles.optimal_sigma(x_hat, x)
    low, high = (student.optimal_sigma(x_hat, x, share * right) for share in (0.05, 1.9))
    if not (isinstance(low, Tensor) and isinstance(high, Tensor)):
        return False
    least, most = (assert_tensor(one, ()).item() for one in (low, high))
    return abs(least - 0.05 * right) <= 1e-4 and abs(most - right) <= 1e-4


def assert_finite_gradients(student: Any, draw: Any) -> None:
    """Where there are gradients they are finite, at a perfect fit too."""
    x = draw.uniform(4, PIXELS)
    near = x + 0.2 * (0.3 + draw(4, PIXELS))
    value = assert_tensor(student.optimal_sigma(near, x), (), "σ").item()
    has_root = abs(value - oracles.optimal_sigma(near, x)) < 1e-4
    for x_hat in (x.clone(), near):
        seen = student.run(probes.optional_gradients, "optimal_sigma", x_hat, x)
        assert_tensor(seen["result"], (), "σ")
        expect(
            all(one is None or bool(one.isfinite().all()) for one in seen["gradients"]),
            "The gradient of σ is not finite at a perfect fit: the slope of a root at 0 is infinite. Keep away from 0 "
            "before you take the root.",
            "root-of-zero" if has_root else None,
        )


def assert_best_sigma_kept(student: Any, draw: Any) -> None:
    """One image and one pixel are fine; arguments and modes are left alone."""
    for rows, pixels in ((1, 1), (1, 6), (5, 1), (3, 784)):
        x_hat, x = draw.uniform(rows, pixels), draw.uniform(rows, pixels)
        right = torch.tensor(max(oracles.optimal_sigma(x_hat, x), 1e-3), dtype=torch.float64)
        assert_matches(student.optimal_sigma(x_hat, x), right, what=f"σ of {rows} images with {pixels} pixels")
    assert_nothing_changed(student, "optimal_sigma", draw.uniform(4, PIXELS), draw.uniform(4, PIXELS))


# sample_likelihood ----------------------------------------------------------------------------------------------------


@explained(references.DRAW)
def assert_draws(student: Any, draw: Any) -> None:
    """Draws are distributed as N(x_hat, σ² I), for means anywhere and σ of every kind, and are not clipped."""
    kinds: tuple[Callable[[float], float | Tensor], ...] = (float, torch.tensor, lambda width: torch.tensor([width]))
    for kind in kinds:
        x_hat, width = draw.uniform(sampling.GROUPS, 4), _sigma(draw)
        samples = _draws(student, x_hat, kind(width))
        _assert_gaussian(samples, x_hat, width)
    _assert_gaussian(_draws(student, 3 * x_hat - 1, 1.7), 3 * x_hat - 1, 1.7)
    many = draw.uniform(sampling.GROUPS, MANY)  # pixels enough to tell a sum of twelve uniform numbers from a Gaussian
    _assert_gaussian(_draws(student, many, 0.3, TIMES // 2), many, 0.3)


def _draws(student: Any, x_hat: Tensor, sigma: float | Tensor, times: int = TIMES) -> Tensor:
    batch = sampling.repeated(x_hat, times)
    return assert_tensor(student.sample_likelihood(batch, sigma), tuple(batch.shape), "the draws")


def _assert_gaussian(samples: Tensor, x_hat: Tensor, width: float) -> None:
    grouped, mean = sampling.grouped(samples, len(x_hat)), x_hat.double().flatten()
    deviation = torch.full_like(mean, width)
    wrong = sampling.deviates_from_normal(grouped, mean, deviation)
    inside = bool(((samples >= 0) & (samples <= 1)).all()) and bool(((samples == 0) | (samples == 1)).any())
    zeros = torch.zeros_like(mean)
    suspects = {
        "draw-is-the-mean": [(mean, zeros)],
        "draw-with-variance": [(mean, deviation**2)],
        "draw-with-root-of-sigma": [(mean, deviation.sqrt())],
        "draw-ignores-sigma": [(mean, torch.ones_like(mean))],
        "draw-without-mean": [(zeros, deviation)],
        "noise-not-centred": [(mean + deviation / 2, deviation / 12**0.5)],
        "noise-not-normal": [(mean, deviation / 3**0.5)],
        "draw-noise-weighed-by-pixels": [
            (mean, deviation * weight)
            for pixel in (mean.abs(), 1 - mean, mean * (1 - mean))
            for weight in (pixel, pixel.clamp(min=0).sqrt())
        ],
    }
    clipped = "draw-clipped" if inside else None
    measured = grouped.std(0).clamp_min(1e-9)
    centred = bool(((grouped.mean(0) - mean).abs() <= sampling.LIMIT * measured / len(grouped) ** 0.5).all())
    other_shape = centred and sampling.deviates_from_normal(grouped, grouped.mean(0), measured) == "shape"
    shaped = "noise-not-normal" if wrong == "shape" or other_shape else None
    named = clipped or shaped or sampling.recognise(grouped, suspects)
    expect(
        wrong is None,
        f"The {wrong} of the draws is not that of N(x_hat, σ² I) with σ = {width:g}: expected a mean of "
        f"{mean[0]:.3g} and a standard deviation of {width:.3g} in the first pixel, got {grouped[:, 0].mean():.3g} and "
        f"{grouped[:, 0].std():.3g}.",
        named,
    )


def assert_noise_apart(student: Any, draw: Any) -> None:
    """Every pixel of every image has its own noise, and every call new noise."""
    x_hat, width = draw.uniform(sampling.GROUPS, 4), 0.6
    noise, again = ((_draws(student, x_hat, width) - sampling.repeated(x_hat, TIMES)) / width for _ in range(2))
    expect(not bool((noise.abs() < 1e-3).all()), "There is no noise: the draws are the means.", "draw-is-the-mean")
    sampling.assert_own_noise(noise, changes=not torch.equal(noise, again))
    sampling.assert_fresh_draws(student.run(kit.draws, "sample_likelihood", x_hat, width))
    first, second = student.run(kit.values, "sample_likelihood", [x_hat, width], [x_hat + 0.5, width])
    moved = second - assert_tensor(first, tuple(x_hat.shape), "the draws")
    assert_matches(moved, torch.full_like(x_hat, 0.5), what="under one seed, what a draw moves by when x_hat does,")


def assert_draws_kept(student: Any, draw: Any) -> None:
    """Draws carry no graph; one image is fine; arguments and modes are left alone."""
    x_hat = draw.uniform(4, PIXELS)
    assert_tensor(student.sample_likelihood(x_hat[:1, :1], 0.4), (1, 1), "the draw of one pixel")
    for sigma in (0.4, torch.tensor(0.4)):
        assert_nothing_changed(student, "sample_likelihood", x_hat, sigma)
        graph = student.run(probes.graph_of_result, "sample_likelihood", x_hat, sigma)
        expect(not graph, "The draws carry a graph: nobody trains on them. Use `torch.no_grad()`.", "sample-with-graph")


def assert_draws_refuse(student: Any, draw: Any) -> None:
    """A σ of 0 or less is a ValueError."""
    x_hat = draw.uniform(3, 4)

    def sound(value: Any) -> bool:
        return isinstance(value, Tensor) and numbers_differ(value, x_hat) and draws_numbers(student, name, x_hat, 0.6)

    name, cases = "sample_likelihood", {what: (x_hat, wrong) for what, wrong in _NO_WIDTHS.items()}
    assert_refuses(student, name, cases, (x_hat, 0.6), sound)
