"""Checks of what is read off a loss: bits per dimension, the σ behind a squared error, document A's two slips."""

from __future__ import annotations

import itertools
import math
from typing import Any

import torch
from torch import Tensor

from grader.checks.kit import probes as kit
from grader.checks.kit.contracts import assert_float, assert_nothing_changed, draws_numbers
from grader.checks.kit.hypotheses import explained
from grader.checks.kit.inputs import confirmed, told_apart
from grader.checks.kit.refusals import assert_allows, assert_refuses
from grader.checks.kit.vocabulary import assert_matches, describe, expect, fail
from grader.checks.likelihoods import oracles, probes, references

Ideas = dict[str, list[float]]


# bits_per_dim ---------------------------------------------------------------------------------------------------------


@explained(references.BITS)
@confirmed
def assert_density(student: Any, draw: Any) -> None:
    """Without levels nats become bits, and images dimensions; negative figures too."""
    for sign in (1.0, -1.0):

        def make(sign: float = sign) -> tuple[tuple[float, int], float, Ideas]:
            given = sign * (50 + 900 * draw.uniform(1)).item(), int(draw.integers(5, 900, 1))
            return given, oracles.bits(*given, None), oracles.bits_suspects(*given, None)

        (nll, dims), expected, suspects = told_apart(make)
        result = assert_float(student.bits_per_dim(nll, dims), "bits per dimension of a float")
        what = f"bits per dimension of {nll:.1f} nats in {dims} dimensions"
        assert_matches(result, expected, what=what, suspects=suspects)
    assert_allows(student, "bits_per_dim", (3.5, 1), (3.5, 40), "a single dimension")
    one = assert_float(student.bits_per_dim(3.5, 1), "bits per dimension of a float")
    assert_matches(one, oracles.bits(3.5, 1, None), what="bits per dimension of 3.5 nats in one dimension")


@explained(references.LEVELS)
@confirmed
def assert_levels(student: Any, draw: Any) -> None:
    """With levels there are log2(levels) bits more: 8 for a uniform density at 256."""
    for levels in (int(draw.integers(5, 60, 1)), 256, 2):

        def make(levels: int = levels) -> tuple[tuple[float, int, int], float, Ideas]:
            given = (300 * draw(1)).item(), int(draw.integers(5, 90, 1)), levels
            return given, oracles.bits(*given), oracles.bits_suspects(*given) if 2 < levels < 60 else {}

        given, expected, suspects = told_apart(make)
        assert_allows(student, "bits_per_dim", given, (3.5, 40, 37), f"{given[1]} dimensions at {levels} levels")
        result = assert_float(student.bits_per_dim(*given), "bits per dimension of a float")
        assert_matches(result, expected, what=f"bits per dimension at {levels} levels", suspects=suspects)
    uniform = assert_float(student.bits_per_dim(0.0, 784, levels=256), "bits per dimension")
    assert_matches(uniform, 8.0, what="bits per dimension of a uniform density at 256 levels")


def assert_kind_kept(student: Any, draw: Any) -> None:
    """Tensors give tensors of their shape with a graph, and are left alone."""
    for shape in ((), (5,), (1,), (2, 3)):
        nll = 200 * draw(6)[: math.prod(shape)].reshape(shape)
        for levels in (None, 256):
            expected = nll.double() / 37 / math.log(2) + (8 if levels else 0)
            result = student.bits_per_dim(nll, 37, levels)
            if isinstance(result, float) and shape == ():
                plain = abs(result - expected.item()) < 1e-4 * (1 + abs(result))
                sentence = f"A tensor of one number gave the float {result:.6g}, which has no shape and no graph."
                fail(sentence, "bits-always-a-float" if plain else None)
            assert_matches(result, expected, what=f"bits per dimension of a tensor of shape {shape}", atol=1e-4)
    weights, nll = draw(5), 200 * draw(5)
    assert_nothing_changed(student, "bits_per_dim", nll, 37, 256)
    assert_matches(
        _gradient(student, nll, weights), weights / 37 / math.log(2), what="the gradient (times random weights)"
    )


def _gradient(student: Any, nll: Tensor, weights: Tensor) -> Tensor:
    seen = student.run(kit.gradients, "bits_per_dim", weights, nll, 37, 256)
    (gradient,) = seen["gradients"]
    expect(gradient is not None, "Bits per dimension of a tensor carry no graph: the gradient ends there.", "graph-cut")
    return gradient


def assert_bits_refuse(student: Any) -> None:
    """No dimensions, or fewer than two levels, are a ValueError."""
    cases = {
        "dims = 0": (10.0, 0),
        "dims = -3": (10.0, -3),
        "levels = 1": (10.0, 5, 1),
        "levels = 0": (10.0, 5, 0),
        "levels = -4": (10.0, 5, -4),
        "dims = 0 and a tensor": (torch.ones(3), 0),
    }
    assert_refuses(student, "bits_per_dim", cases, (10.0, 5), lambda value: _is(value, oracles.bits(10.0, 5, None)))


def _is(value: Any, right: float) -> bool:
    return isinstance(value, float) and math.isclose(value, right, rel_tol=1e-4)


# sigma_of_squared_error -----------------------------------------------------------------------------------------------


@explained(references.SIGMA)
@confirmed
def assert_sigma(student: Any, draw: Any) -> None:
    """The σ follows from both weights."""
    for low, high in ((0.002, 0.02), (2.0, 60.0)):

        def make(low: float = low, high: float = high) -> tuple[tuple[float, float], float, Ideas]:
            weight = low * (high / low) ** draw.uniform(1).item()
            beta = 0.2 * 30 ** draw.uniform(1).item()
            return (weight, beta), math.sqrt(beta / weight / 2), oracles.sigma_suspects(weight, beta)

        (weight, beta), expected, suspects = told_apart(make)
        result = assert_float(student.sigma_of_squared_error(weight, beta), "σ")
        assert_matches(result, expected, what=f"σ for weight {weight:.4g} and beta {beta:.4g}", suspects=suspects)


def assert_known_sigmas(student: Any) -> None:
    """Document D's loss, half a square, and the mean over 784 pixels have the σ that they have."""
    for weight, beta, sigma in ((1.0, 1.0, 0.70711), (0.5, 1.0, 1.0), (1 / 784, 1.0, 19.799), (50.0, 1.0, 0.1)):
        result = assert_float(student.sigma_of_squared_error(weight, beta), "σ")
        assert_matches(result, sigma, what=f"σ for weight {weight:.4g} and beta {beta:g}")
    assert_matches(assert_float(student.sigma_of_squared_error(), "σ"), 0.70711, what="σ without arguments")
    by_name = assert_float(student.sigma_of_squared_error(beta=8.0), "σ")
    assert_matches(by_name, 2.0, what="σ for beta=8 and the default weight")
    small = assert_float(student.sigma_of_squared_error(8e9), "σ")
    assert_matches(small, 7.90569e-6, what="σ for weight 8e9", atol=1e-9)


def assert_sigma_refuses(student: Any) -> None:
    """Weights of 0 or less are a ValueError."""
    given = ((0.0, 1.0), (-2.0, 1.0), (1.0, 0.0), (1.0, -0.5), (-1.0, -1.0))
    cases = {f"weight {weight:g} and beta {beta:g}": (weight, beta) for weight, beta in given}
    assert_refuses(student, "sigma_of_squared_error", cases, (2.0, 9.0), lambda value: _is(value, 1.5))


# noisy_loss_gap -------------------------------------------------------------------------------------------------------


@confirmed
def assert_gap(student: Any, draw: Any) -> None:
    """The gap is half the number of pixels, whatever the images, the errors and the noise are."""
    for _ in range(4):
        x_hat, x, eta = _telling(draw)
        _assert_gap(student, x_hat, x, eta, named=True)
    expect(
        not _noise_shared(student, eta),  # estimates of it may be close by luck
        "All images of a batch get the same draws. If you draw: at least 100 draws for each image, independent ones.",
        "gap-noise-shared",
    )


def _telling(draw: Any) -> tuple[Tensor, Tensor, float]:
    """Pictures and a noise for which wrong ideas, and what is right, are apart by more than estimates are off."""
    for _ in range(300):
        pixels, rows = int(draw.integers(20, 120, 1)), int(draw.integers(150, 250, 1))
        eta, share = 0.05 * 40 ** draw.uniform(1).item(), draw.uniform(1).item()
        x = draw.uniform(rows, pixels)
        x_hat = x + eta * share * draw(rows, pixels)
        ideas = {"right": [pixels / 2]} | oracles.gap_suspects(x_hat, x, eta)
        values = sorted((way, name) for name, ways in ideas.items() for way in ways)
        if all(
            one[1] == other[1] or other[0] - one[0] > 2 * _allowed(x_hat, x, eta)
            for one, other in itertools.pairwise(values)
        ):
            break
    return x_hat, x, eta


def _allowed(x_hat: Tensor, x: Tensor, eta: float) -> float:
    """Six standard errors of a gap that is estimated from a hundred draws an image."""
    ratio = (x - x_hat).double().square().sum(1).mean().item() / eta**2
    return 6 * math.sqrt((x.shape[1] / 2 + ratio) / (100 * len(x)))


def assert_gap_of_any_errors(student: Any, draw: Any) -> None:
    """The gap is the same for a perfect fit and for large errors; one image and one pixel are fine."""
    for rows, pixels, error in ((120, 784, 0.0), (120, 784, 3.0), (200, 30, 8.0), (1, 60, 1.0), (40, 1, 1.0)):
        eta = 0.3
        x = draw.uniform(rows, pixels)
        _assert_gap(student, x + error * eta * draw(rows, pixels), x, eta, named=False)


def _assert_gap(student: Any, x_hat: Tensor, x: Tensor, eta: float, *, named: bool) -> None:
    """The gap is D/2, up to what a hundred draws an image leave open."""
    rows, pixels = x.shape
    result = assert_float(student.noisy_loss_gap(x_hat, x, eta), "the gap")
    allowed = _allowed(x_hat, x, eta)
    if abs(result - pixels / 2) <= allowed:
        return
    ideas = oracles.gap_suspects(x_hat, x, eta) if named else {}
    fits = [
        name
        for name, ways in ideas.items()
        if any(abs(result - way) <= min(allowed, 0.02 * abs(way)) and abs(way - pixels / 2) > allowed for way in ways)
    ]
    if named and _only_first_image(student, x_hat, x, eta):
        fits = ["formula-one-item-only"]
    elif named and not fits:
        small = abs(result) < 0.2 * pixels / 2
        fits = ["gap-noise-averaged-first"] * (small and _averaged_first(student, eta))
    if not fits and _noise_shared(student, eta):
        fits = ["gap-noise-shared"]
    fail(
        f"For {rows} images of {pixels} pixels and η = {eta:.3g} you give {result:.4f} nats; more than {allowed:.2g} "
        "away from what the noise adds. If you draw: at least 100 draws for each image, independent ones.",
        fits[0] if len(fits) == 1 else None,
    )


def _noise_shared(student: Any, eta: float) -> bool:
    """Whether noise is drawn, and images of a batch get what each would get by itself under the same seed.

    Several small sizes are tried: the more pixels and draws, the closer together estimates are anyway.
    """
    return all(_noise_shared_by_two(student, pixels, eta) for pixels in (2, 3, 4, 5))


def _noise_shared_by_two(student: Any, pixels: int, eta: float) -> bool:
    x = torch.full((2, pixels), 0.5)
    x_hat = x + eta * torch.tensor([[0.5], [-1.0]])
    batches = [slice(0, 2), slice(0, 1), slice(1, 2)]
    given = [[x_hat[rows], x[rows], eta] for rows in batches]
    both, first, second = student.run(kit.values, "noisy_loss_gap", *given)
    if not all(isinstance(one, float) for one in (both, first, second)):
        return False
    drawn = student.noisy_loss_gap(*given[0]) != student.noisy_loss_gap(*given[0])
    return drawn and first != second and abs(both - (first + second) / 2) <= 3e-5 * (abs(first) + abs(second))


def _only_first_image(student: Any, x_hat: Tensor, x: Tensor, eta: float) -> bool:
    """Whether noise is drawn, and under one seed the gap moves with the errors of the first image alone."""
    others, first = x_hat.clone(), x_hat.clone()
    others[1:] += 3 * eta
    first[0] += 3 * eta
    usual, of_others, of_first = student.run(
        kit.values, "noisy_loss_gap", [x_hat, x, eta], [others, x, eta], [first, x, eta]
    )
    return bool(usual == of_others != of_first) and draws_numbers(student, "noisy_loss_gap", x_hat, x, eta)


def _averaged_first(student: Any, eta: float) -> bool:
    """Whether a gap is what the mean of all the noises adds: for a pixel without error χ²/(2·draws), of one degree."""
    given = torch.full((1, 1), 0.5), torch.full((1, 1), 0.5), eta
    gaps = student.run(probes.repeated_values, "noisy_loss_gap", 150, *given)
    if gaps is None or not gaps.mean() > 0:
        return False
    counts = student.run(probes.normal_numbers, "noisy_loss_gap", 2000, *given)
    as_many = any(count > 4 and abs(2 * count * gaps.mean().item() - 1) < 0.4 for count in counts)
    return as_many and abs(gaps.std() / gaps.mean() / 2**0.5 - 1).item() < 0.4


def assert_gap_refuses(student: Any, draw: Any) -> None:
    """An η of 0 or less is a ValueError; arguments and modes are left alone."""
    x_hat, x = draw.uniform(3, 5), draw.uniform(3, 5)
    cases = {f"η = {eta:g}": (x_hat, x, eta) for eta in (0.0, -0.1)}

    def sound(value: Any) -> bool:
        return isinstance(value, float) and abs(value - 2.5) < 0.6  # six standard errors of what 100 draws give

    assert_refuses(student, "noisy_loss_gap", cases, (x, x, 0.3), sound)
    assert_nothing_changed(student, "noisy_loss_gap", x_hat, x, 0.4)


# kl_defect ------------------------------------------------------------------------------------------------------------

PLACE, VALUE = math.sqrt(0.5), math.log(2) / 2


def _defect(student: Any) -> tuple[float, float]:
    """The two numbers."""
    said = student.kl_defect()
    if not (isinstance(said, tuple) and len(said) == 2):
        fail(f"Expected a tuple (sigma, value) of two floats, got {describe(said)}.")
    return assert_float(said[0], "the place"), assert_float(said[1], "the value")


def _term(sigma: float, base: float = math.e) -> float:
    """Document A's term for μ = 0."""
    return sigma**2 - math.log(sigma, base) - 0.5


def _values(place: float) -> dict[str, list[float]]:
    """What the right term, under "", and wrong ones come to at a place."""
    if place <= 0:
        return {}
    return {
        "": [_term(place)],
        "defect-value-of-the-true-kl": [(place**2 - 1) / 2 - math.log(place)],
        "defect-log-of-variance": [place**2 - 2 * math.log(place) - 0.5],
        "defect-half-left-out": [place**2 - math.log(place)],
        "defect-another-base": [_term(place, 10)],
    }


def _idea_of_value(place: float, value: float) -> str | None:
    """The one term, "" for the right one, that comes to this value at this place."""
    named = [name for name, ways in _values(place).items() if any(abs(value - way) < 1e-4 for way in ways)]
    return named[0] if len(named) == 1 else None


def _inexact(place: float, value: float) -> bool:
    """Whether these numbers are near the minimum: the term's value at a place beside it, or both rounded."""
    near = 0.6 < place < 0.85 and abs(value - _term(place)) < 1e-4
    rounded = any(round(PLACE, digits) == place and round(VALUE, digits) == value for digits in (1, 2, 3))
    return near or rounded


def assert_place(student: Any) -> None:
    """The minimum is at the σ where the slope is 0."""
    place, value = _defect(student)
    known = _idea_of_value(place, value) is not None
    bases = [1 / math.sqrt(2 * math.log(base)) for base in (2, 10)]
    wrong = {
        "defect-gives-variance": abs(place - 0.5) < 1e-4 and (known or _idea_of_value(PLACE, value) is not None),
        "defect-at-the-prior": abs(place - 1) < 1e-4 and abs(value - 0.5) < 1e-4,
        "defect-of-the-true-kl": abs(place - 1) < 1e-4 and abs(value) < 1e-4,
        "defect-swapped": abs(place - VALUE) < 1e-4 and abs(value - PLACE) < 1e-4,
        "defect-another-base": any(
            abs(place - other) < 1e-4 and abs(value - _term(other, base)) < 1e-4
            for other, base in zip(bases, (2, 10), strict=True)
        ),
        "defect-gives-log-sigma": abs(place - math.log(PLACE)) < 1e-4 and abs(value - VALUE) < 1e-4,
        "defect-not-exact": _inexact(place, value),
    }
    named = [name for name, holds in wrong.items() if holds]
    expect(
        abs(place - PLACE) <= 1e-4,
        f"You give σ = {place:.5f}, where the slope 2σ − 1/σ is {2 * place - 1 / place if place else math.nan:.4f}.",
        named[0] if len(named) == 1 else None,
    )


def assert_least_value(student: Any) -> None:
    """The value there is that of document A's term."""
    place, value = _defect(student)
    named = _idea_of_value(place, value) if abs(place - PLACE) < 1e-4 or abs(place - 0.5) < 1e-4 else None
    if abs(place - 0.5) < 1e-4 and named is None:  # σ² beside the value at σ
        named = _idea_of_value(PLACE, value)
    if abs(place - PLACE) < 1e-4 and not named:
        rounded = any(round(VALUE, digits) == value for digits in (2, 3))
        named = "defect-half-as-value" if abs(value - 0.5) < 1e-4 else "defect-not-exact" if rounded else None
    expect(
        abs(value - VALUE) <= 1e-4,
        f"You give the least value as {value:.5f}; put your σ into σ² + μ² − log σ − ½ with μ = 0.",
        named or None,
    )
