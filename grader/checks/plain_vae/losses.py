"""Checks of the two terms of the negative ELBO, and of their sum."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from grader.checks.kit import probes
from grader.checks.kit.contracts import assert_finite_at_edges, draws_numbers, gradients_of
from grader.checks.kit.hypotheses import explained
from grader.checks.kit.inputs import confirmed, sure, told_apart
from grader.checks.kit.oracles import Suspects, bernoulli_nll, gaussian_kl
from grader.checks.kit.vocabulary import assert_matches, assert_tensor, expect, numbers_differ
from grader.checks.plain_vae import oracles, references

# kl_divergence --------------------------------------------------------------------------------------------------------


@explained(references.KL)
def assert_closed_form(student: Any, draw: Any) -> None:
    """The KL is exact, one number per image, the same in every call."""
    mu, log_var = draw(5, 7), draw(5, 7)
    result, again = student.kl_divergence(mu, log_var), student.kl_divergence(mu, log_var)
    expect(
        not numbers_differ(result, again),
        "Two calls gave different numbers: the closed form has no noise, and nothing needs to be sampled.",
        "kl-estimated-by-sampling" if draws_numbers(student, "kl_divergence", mu, log_var) else None,
    )
    if isinstance(result, Tensor) and result.isnan().any():
        _assert_no_logarithm_of_log_var(student, mu, log_var.abs())
    suspects = oracles.kl_suspects(mu, log_var)
    assert_matches(result, gaussian_kl(mu, log_var), what="the KL", suspects=suspects)


def _assert_no_logarithm_of_log_var(student: Any, mu: Tensor, log_var: Tensor) -> None:
    """What is nan for a negative log_var shows at a positive one what it is."""
    result = assert_tensor(student.kl_divergence(mu, log_var), what="the KL").double()
    ideas = oracles.logarithms_of_log_var(mu, log_var)
    expect(
        not any(one.shape == result.shape and torch.allclose(result, one, 1e-4, 1e-5) for one in ideas),
        "The KL is `nan` where log_var is negative: the logarithm is taken of `log_var`, which is log σ² already.",
        "kl-log-var-not-exponentiated",
    )


def assert_mean_term(student: Any, draw: Any) -> None:
    """Where the variance is 1, the KL is that of the mean alone."""
    mu = 2 * draw(4, 6)
    result = student.kl_divergence(mu, torch.zeros(4, 6))
    assert_matches(result, mu.double().square().sum(1) / 2, what="the KL of N(mu, 1)")


def assert_variance_term(student: Any, draw: Any) -> None:
    """Where the mean is 0, the KL is that of the variance alone."""
    log_var = 2 * draw(4, 6)
    expected = (torch.expm1(log_var.double()) - log_var).sum(1) / 2
    assert_matches(student.kl_divergence(torch.zeros(4, 6), log_var), expected, what="the KL of N(0, exp(log_var))")


def assert_zero_at_prior(student: Any) -> None:
    """The KL is 0 at the prior, and above 0 elsewhere."""
    result = student.kl_divergence(torch.zeros(3, 5), torch.zeros(3, 5))
    assert_matches(result, torch.zeros(3), what="the KL at the prior")
    above = assert_tensor(student.kl_divergence(torch.full((3, 5), 0.2), torch.full((3, 5), -0.2)), (3,))
    expect((above > 0).all(), "The KL of anything but the prior must be above 0.")


@explained(references.KL, of_one_row=True)
def assert_kl_of_one_image(student: Any, draw: Any) -> None:
    """A batch of one has a KL of shape (1,), with one latent or several; so has each of several images one latent."""
    for rows, latents in ((1, 1), (1, 6), (4, 1)):
        mu, log_var = draw(rows, latents), draw(rows, latents)
        assert_matches(student.kl_divergence(mu, log_var), gaussian_kl(mu, log_var))


def assert_extremes(student: Any, draw: Any) -> None:
    """The KL is exact where log_var is 20 or −20."""
    mu, log_var = draw(4, 3), torch.tensor([[20.0, 0.3, -20.0]]).expand(4, 3).contiguous()
    wide = draw(2, 90), torch.tensor([[-4.0], [4.0]]).expand(2, 90).contiguous()  # no float holds their product
    for part in (*((mu[:, columns], log_var[:, columns]) for columns in ([0, 1], [1, 2])), wide):
        result, right = student.kl_divergence(*part), gaussian_kl(*part)
        if isinstance(result, Tensor) and result.shape == right.shape and not result.allclose(right.float(), 1e-4):
            _assert_not_clamped(student)
        assert_matches(result, right)


def _assert_not_clamped(student: Any) -> None:
    """The KL still changes where log_var is far from 0: it is not right near 0, and that of some bound farther out."""
    near = torch.tensor([[-1.0], [-0.5], [0.5], [1.0]])
    if not torch.allclose(student.kl_divergence(0 * near, near).double(), gaussian_kl(0 * near, near), 1e-3):
        return
    for sign, beyond in ((1, "above"), (-1, "below")):
        log_var = sign * torch.tensor([[12.0], [16.0], [20.0], [24.0]])
        result = assert_tensor(student.kl_divergence(torch.zeros(4, 1), log_var), (4,), "the KL").double()
        expect(
            result.max() - result.min() > 1e-4 * result.abs().max() or result.abs().max() < 1e-2,
            f"The KL is the same for log_var = {sign * 12}, {sign * 16}, {sign * 20} and {sign * 24}: "
            f"`log_var` is kept from going {beyond} a bound.",
            "log-var-clamped",
        )


def assert_kl_gradients(student: Any, draw: Any) -> None:
    """The KL has its gradients with respect to mu and log_var."""
    mu, log_var, weights = draw(5, 4), draw(5, 4), draw(5)
    _, (by_mu, by_log_var) = gradients_of(student, "kl_divergence", weights, mu, log_var, needed=(0, 1), what="the KL")
    assert_matches(by_mu, mu * weights[:, None], what="dKL/dmu (times random weights)")
    assert_matches(by_log_var, torch.expm1(log_var) / 2 * weights[:, None], what="dKL/dlog_var (times random weights)")


# reconstruction_loss --------------------------------------------------------------------------------------------------


@explained(references.RECONSTRUCTION)
def assert_cross_entropy(student: Any, draw: Any) -> None:
    """The loss is the binary cross-entropy summed over pixels, one number per image."""
    x_hat, x = draw.uniform(5, 9), draw.uniform(5, 9)
    suspects = oracles.bce_suspects(x_hat, x)
    first, result = (student.reconstruction_loss(x_hat, x) for _ in range(2))
    expect(not numbers_differ(first, result), "Two calls with the same images gave different numbers.")
    assert_matches(result, bernoulli_nll(x_hat, x), what="the loss", suspects=suspects)
    x_hat, x = draw.uniform(2, 900), draw.uniform(2, 900)  # no float holds the product of so many probabilities
    result = student.reconstruction_loss(x_hat, x)
    expect(
        not (isinstance(result, Tensor) and result.isinf().all()),
        "Images of 900 pixels have an infinite loss: probabilities are multiplied, and the product is 0 in float32.",
        "probabilities-multiplied",
    )
    assert_matches(result, bernoulli_nll(x_hat, x), what="the loss of images of 900 pixels")


def to_the_edges(draw: Any) -> Tensor:
    """Predictions (4, 6), those of the last image exactly 0 or 1."""
    return torch.cat([draw.uniform(3, 6), draw.bits(1, 6)])


def assert_one_half(student: Any, draw: Any) -> None:
    """Where x_hat is ½ every pixel costs ln 2, whatever the image."""
    pixels = int(draw.integers(5, 30, 1))
    expected = torch.full((3,), pixels * math.log(2))
    result = student.reconstruction_loss(torch.full((3, pixels), 0.5), draw.uniform(3, pixels))
    suspects = oracles.one_half_suspects(expected, pixels)
    assert_matches(result, expected, what="the loss of x_hat = ½", suspects=suspects)


def assert_ink_and_paper(student: Any, draw: Any) -> None:
    """The loss is right for pixels of 0 and 1 and predictions close to them."""
    x = draw.bits(4, 12)
    x_hat = sure(draw, 4, 12)
    assert_matches(student.reconstruction_loss(x_hat, x), bernoulli_nll(x_hat, x), rtol=1e-3)


def assert_edges(student: Any, draw: Any) -> None:
    """The loss and its gradients are finite where x_hat is exactly 0 or 1, and the loss tells right from wrong."""
    x_hat, x = draw.bits(6, 8), draw.bits(6, 8)
    x[0] = x_hat[0]
    x[1:, 0] = 1 - x_hat[1:, 0]
    ordinary = draw.uniform(2, 6, 8)
    said = assert_tensor(student.reconstruction_loss(*ordinary), (6,), "the loss of an ordinary prediction")
    seen = student.run(probes.gradients, "reconstruction_loss", torch.ones(6), x_hat, x)
    result, gradients = seen["result"], seen["gradients"]
    expect(
        isinstance(result, Tensor) and result.isfinite().all(),
        "The loss is infinite or `nan` where x_hat is exactly 0 or 1: a hand-written logarithm needs a clamp.",
        "log-of-zero",
    )
    expect(gradients and gradients[0] is not None, "There is no gradient where x_hat is exactly 0 or 1.")
    expect(
        gradients[0].isfinite().all(),
        "The loss is finite where x_hat is exactly 0 or 1, but its gradients are not.",
        None
        if oracles.exchanged(said, *ordinary)
        else "infinite-gradient-of-a-logarithm",  # of a target it is infinite
    )
    assert_tensor(result, (6,), "the loss")
    expect(
        result[0].abs() < 1e-2,
        f"A perfect prediction of a black-and-white image should cost 0, not {result[0]:.4g}.",
    )
    expect((result[1:] > 5).all(), "A prediction that is certain but wrong should cost a lot.")


@explained(references.RECONSTRUCTION, of_one_row=True)
def assert_reconstruction_of_one_image(student: Any, draw: Any) -> None:
    """A batch of one has a loss of shape (1,), with one pixel or several; several images may have one pixel."""
    for rows, pixels in ((1, 1), (1, 7), (4, 1)):
        x_hat, x = draw.uniform(rows, pixels), draw.uniform(rows, pixels)
        assert_matches(student.reconstruction_loss(x_hat, x), bernoulli_nll(x_hat, x))


def assert_reconstruction_gradient(student: Any, draw: Any) -> None:
    """The loss has its gradient with respect to x_hat."""
    x_hat, x, weights = draw.uniform(5, 6), draw.uniform(5, 6), draw(5)
    _, (by_x_hat,) = gradients_of(student, "reconstruction_loss", weights, x_hat, x, needed=(0,), what="the loss")
    expected = (x_hat - x) / (x_hat * (1 - x_hat)) * weights[:, None]
    assert_matches(by_x_hat, expected, what="the gradient (times random weights)", rtol=1e-3, atol=1e-4)


# negative_elbo --------------------------------------------------------------------------------------------------------


@explained(references.ELBO)
@confirmed
def assert_elbo_value(student: Any, draw: Any) -> None:
    """The loss is the mean over images of the two terms' sum."""

    def make() -> tuple[tuple[Tensor, ...], Tensor, Suspects]:
        x, x_hat, mu, log_var = draw.uniform(5, 9), draw.uniform(5, 9), draw(5, 4), draw(5, 4)
        expected = (bernoulli_nll(x_hat, x) + gaussian_kl(mu, log_var)).mean()
        return (x, x_hat, mu, log_var), expected, oracles.elbo_suspects(x, x_hat, mu, log_var)

    given, expected, suspects = told_apart(make)
    result, again = student.negative_elbo(*given), student.negative_elbo(*given)
    expect(
        not numbers_differ(result, again),
        "Two calls gave different numbers: both terms have a formula, and nothing needs to be sampled.",
        "kl-estimated-by-sampling" if draws_numbers(student, "negative_elbo", *given) else None,
    )
    assert_matches(result, expected, what="the loss", suspects=suspects)


def assert_reconstruction_alone(student: Any, draw: Any) -> None:
    """Where q is the prior, only the reconstruction is left."""
    x, x_hat, zeros = draw.uniform(4, 7), draw.uniform(4, 7), torch.zeros(4, 3)
    expected = bernoulli_nll(x_hat, x).mean()
    assert_matches(student.negative_elbo(x, x_hat, zeros, zeros), expected, what="the loss at KL = 0")


def assert_kl_alone(student: Any, draw: Any) -> None:
    """Where x_hat is ½, the KL is left beside a constant."""
    x, mu, log_var = draw.uniform(4, 7), draw(4, 3), draw(4, 3)
    expected = 7 * math.log(2) + gaussian_kl(mu, log_var).mean()
    result = student.negative_elbo(x, torch.full((4, 7), 0.5), mu, log_var)
    assert_matches(result, expected, what="the loss at x_hat = ½")


@explained(references.ELBO, of_one_row=True)
def assert_elbo_of_one_image(student: Any, draw: Any) -> None:
    """The loss of a batch of one is a scalar, with many pixels and extreme variances too."""
    for rows, pixels, latents, scale in ((1, 7, 9, 1), (1, 900, 9, 6), (4, 1, 1, 1)):
        x, x_hat, mu = draw.uniform(rows, pixels), sure(draw, rows, pixels), draw(rows, latents)
        log_var = draw(rows, latents)
        log_var[0, :2] = scale * torch.tensor([2.0, -2.5])[:latents]
        expected = (bernoulli_nll(x_hat, x) + gaussian_kl(mu, log_var)).mean()
        what = "the loss of one image" if rows == 1 else "the loss of images with one pixel and one latent"
        assert_matches(student.negative_elbo(x, x_hat, mu, log_var), expected, what=what)


def assert_elbo_gradients(student: Any, draw: Any) -> None:
    """The loss has its gradients with respect to x_hat, mu and log_var, finite ones at the edges too."""
    x, x_hat, mu, log_var = draw.uniform(4, 7), draw.uniform(4, 7), draw(4, 3), draw(4, 3)
    given = (x, x_hat, mu, log_var)
    _, (by_x_hat, by_mu, by_log_var) = gradients_of(
        student, "negative_elbo", torch.tensor(1.0), *given, needed=(1, 2, 3), what="the loss"
    )
    assert_matches(by_x_hat, (x_hat - x) / (x_hat * (1 - x_hat)) / 4, what="dloss/dx_hat", rtol=1e-3, atol=1e-4)
    assert_matches(by_mu, mu / 4, what="dloss/dmu")
    assert_matches(by_log_var, torch.expm1(log_var) / 8, what="dloss/dlog_var")
    assert_finite_at_edges(student, "negative_elbo", draw.bits(4, 7), draw.bits(4, 7), mu, log_var)
