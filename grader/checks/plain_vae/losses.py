"""Checks of the two terms of the negative ELBO, and of their sum."""
# What students' functions take and give has no types.
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import math

import torch

from grader.checks.kit import probes
from grader.checks.kit.contracts import assert_nothing_changed, gradients_of
from grader.checks.kit.inputs import told_apart
from grader.checks.kit.oracles import bernoulli_nll, gaussian_kl
from grader.checks.kit.vocabulary import assert_matches, assert_tensor, expect, numbers_differ, worth
from grader.checks.plain_vae import oracles


class TestKLDivergence:
    """The KL divergence from q(z|x) to the standard normal prior."""

    @worth(3)
    def test_closed_form(self, student, draw):
        """agrees with torch.distributions.kl_divergence, one number per image"""
        mu, log_var = draw(5, 7), draw(5, 7)
        result, again = student.kl_divergence(mu, log_var), student.kl_divergence(mu, log_var)
        expect(
            not numbers_differ(result, again),
            "Two calls gave different numbers: the closed form has no noise, nothing needs to be sampled.",
            "kl-estimated-by-sampling",
        )
        suspects = oracles.kl_suspects(mu, log_var)
        assert_matches(result, gaussian_kl(mu, log_var), what="the KL", suspects=suspects)

    @worth(1)
    def test_mean_term(self, student, draw):
        """is ½ Σ mu² where the variance is 1"""
        mu = 2 * draw(4, 6)
        result = student.kl_divergence(mu, torch.zeros(4, 6))
        assert_matches(result, mu.double().square().sum(1) / 2, what="the KL of N(mu, 1)")

    @worth(1)
    def test_variance_term(self, student, draw):
        """is ½ Σ (exp(log_var) − 1 − log_var) where the mean is 0"""
        log_var = 2 * draw(4, 6)
        expected = (torch.expm1(log_var.double()) - log_var).sum(1) / 2
        assert_matches(student.kl_divergence(torch.zeros(4, 6), log_var), expected, what="the KL of N(0, exp(log_var))")

    @worth(1)
    def test_prior(self, student):
        """is 0 at the prior, and only there"""
        result = student.kl_divergence(torch.zeros(3, 5), torch.zeros(3, 5))
        assert_matches(result, torch.zeros(3), what="the KL at the prior")
        above = assert_tensor(student.kl_divergence(torch.full((3, 5), 0.2), torch.full((3, 5), -0.2)), (3,))
        expect((above > 0).all(), "The KL of anything but the prior must be above 0.")

    @worth(1)
    def test_one_image(self, student, draw):
        """gives shape (1,) for a single image, and any number of latents"""
        for latents in (1, 6):
            mu, log_var = draw(1, latents), draw(1, latents)
            assert_matches(student.kl_divergence(mu, log_var), gaussian_kl(mu, log_var))

    @worth(1)
    def test_extremes(self, student, draw):
        """stays finite and exact for log_var = ±20"""
        mu, log_var = draw(4, 3), torch.tensor([[20.0, 0.3, -20.0]]).expand(4, 3).contiguous()
        for columns in ([0, 1], [1, 2]):
            part = (mu[:, columns], log_var[:, columns])
            assert_matches(student.kl_divergence(*part), gaussian_kl(*part))

    @worth(2)
    def test_gradients(self, student, draw):
        """has the gradients mu and (exp(log_var) − 1)/2"""
        mu, log_var, weights = draw(5, 4), draw(5, 4), draw(5)
        _, (by_mu, by_log_var) = gradients_of(
            student, "kl_divergence", weights, mu, log_var, needed=(0, 1), what="the KL"
        )
        assert_matches(by_mu, mu * weights[:, None], what="dKL/dmu, weighted,")
        assert_matches(by_log_var, torch.expm1(log_var) / 2 * weights[:, None], what="dKL/dlog_var, weighted,")

    @worth(1, after=["closed_form", "mean_term", "variance_term"])
    def test_unchanged(self, student, draw):
        """changes neither its arguments nor global modes"""
        assert_nothing_changed(student, "kl_divergence", draw(4, 3), draw(4, 3))


class TestReconstructionLoss:
    """The reconstruction loss is −log p(x|z) under independent Bernoulli pixels."""

    @worth(3)
    def test_cross_entropy(self, student, draw):
        """is the binary cross-entropy summed over pixels, one number per image"""
        x_hat, x = draw.uniform(5, 9), draw.uniform(5, 9)
        suspects = oracles.bce_suspects(x_hat, x)
        assert_matches(
            student.reconstruction_loss(x_hat, x), bernoulli_nll(x_hat, x), what="the loss", suspects=suspects
        )

    @worth(1)
    def test_one_half(self, student, draw):
        """is D ln 2 for x_hat = ½, whatever the image"""
        pixels = int(draw.integers(5, 30, 1))
        expected = torch.full((3,), pixels * math.log(2))
        suspects = {
            "bce-mean-over-pixels": expected / pixels,
            "bce-in-bits": expected / math.log(2),
            "bce-sign": -expected,
        }
        result = student.reconstruction_loss(torch.full((3, pixels), 0.5), draw.uniform(3, pixels))
        assert_matches(result, expected, what="the loss of x_hat = ½", suspects=suspects)

    @worth(1)
    def test_ink_and_paper(self, student, draw):
        """is right for images of pure 0s and 1s, and for confident predictions"""
        x = draw.bits(4, 12)
        x_hat = torch.where(draw.uniform(4, 12) < 0.5, 1e-3, 1 - 1e-3)
        assert_matches(student.reconstruction_loss(x_hat, x), bernoulli_nll(x_hat, x), rtol=1e-3)

    @worth(1)
    def test_edges(self, student, draw):
        """stays finite, with finite gradients, where x_hat is exactly 0 or 1"""
        x_hat, x = draw.bits(6, 8), draw.bits(6, 8)
        x[0] = x_hat[0]
        x[1:, 0] = 1 - x_hat[1:, 0]
        assert_tensor(student.reconstruction_loss(draw.uniform(6, 8), x), (6,), "the loss of an ordinary prediction")
        seen = student.run(probes.gradients, "reconstruction_loss", torch.ones(6), x_hat, x)
        result, gradients = seen["result"], seen["gradients"]
        expect(
            isinstance(result, torch.Tensor) and result.isfinite().all(),
            "The loss is infinite or `nan` where x_hat is exactly 0 or 1: a hand-written logarithm needs a clamp.",
            "log-of-zero",
        )
        expect(gradients and gradients[0] is not None, "There is no gradient where x_hat is exactly 0 or 1.")
        expect(gradients[0].isfinite().all(), "Gradients are not finite where x_hat is exactly 0 or 1.")
        assert_tensor(result, (6,), "the loss")
        expect(
            result[0].abs() < 1e-2,
            f"A perfect prediction of a black-and-white image should cost 0, not {result[0]:.4g}.",
        )
        expect((result[1:] > 5).all(), "A certain but wrong prediction should be dear.")

    @worth(1)
    def test_one_image(self, student, draw):
        """gives shape (1,) for a single image, and any number of pixels"""
        for pixels in (1, 7):
            x_hat, x = draw.uniform(1, pixels), draw.uniform(1, pixels)
            assert_matches(student.reconstruction_loss(x_hat, x), bernoulli_nll(x_hat, x))

    @worth(2)
    def test_gradient(self, student, draw):
        """has the gradient (x_hat − x) / (x_hat (1 − x_hat))"""
        x_hat, x, weights = draw.uniform(5, 6), draw.uniform(5, 6), draw(5)
        _, (by_x_hat,) = gradients_of(student, "reconstruction_loss", weights, x_hat, x, needed=(0,), what="the loss")
        expected = (x_hat - x) / (x_hat * (1 - x_hat)) * weights[:, None]
        assert_matches(by_x_hat, expected, what="the gradient, weighted,", rtol=1e-3, atol=1e-4)

    @worth(1, after=["cross_entropy", "one_half"])
    def test_unchanged(self, student, draw):
        """changes neither its arguments nor global modes"""
        assert_nothing_changed(student, "reconstruction_loss", draw.uniform(4, 6), draw.uniform(4, 6))


class TestNegativeElbo:
    """The negative ELBO is reconstruction plus KL, averaged over the batch."""

    @worth(3)
    def test_value(self, student, draw):
        """is the mean over images of reconstruction loss plus KL, in nats"""

        def make():
            x, x_hat, mu, log_var = draw.uniform(5, 9), draw.uniform(5, 9), draw(5, 4), draw(5, 4)
            expected = (bernoulli_nll(x_hat, x) + gaussian_kl(mu, log_var)).mean()
            return (x, x_hat, mu, log_var), expected, oracles.elbo_suspects(x, x_hat, mu, log_var)

        (x, x_hat, mu, log_var), expected, suspects = told_apart(make)
        assert_matches(student.negative_elbo(x, x_hat, mu, log_var), expected, what="the loss", suspects=suspects)

    @worth(1)
    def test_reconstruction_alone(self, student, draw):
        """is the reconstruction loss alone where q is the prior"""
        x, x_hat, zeros = draw.uniform(4, 7), draw.uniform(4, 7), torch.zeros(4, 3)
        expected = bernoulli_nll(x_hat, x).mean()
        assert_matches(student.negative_elbo(x, x_hat, zeros, zeros), expected, what="the loss at KL = 0")

    @worth(1)
    def test_kl_alone(self, student, draw):
        """is D ln 2 + KL where x_hat = ½"""
        x, mu, log_var = draw.uniform(4, 7), draw(4, 3), draw(4, 3)
        expected = 7 * math.log(2) + gaussian_kl(mu, log_var).mean()
        result = student.negative_elbo(x, torch.full((4, 7), 0.5), mu, log_var)
        assert_matches(result, expected, what="the loss at x_hat = ½")

    @worth(1)
    def test_one_image(self, student, draw):
        """is a scalar for a single image too"""
        x, x_hat, mu, log_var = draw.uniform(1, 7), draw.uniform(1, 7), draw(1, 3), draw(1, 3)
        expected = (bernoulli_nll(x_hat, x) + gaussian_kl(mu, log_var)).mean()
        assert_matches(student.negative_elbo(x, x_hat, mu, log_var), expected, what="the loss of one image")

    @worth(1)
    def test_gradients(self, student, draw):
        """carries a graph to x_hat, mu and log_var"""
        x, x_hat, mu, log_var = draw.uniform(4, 7), draw.uniform(4, 7), draw(4, 3), draw(4, 3)
        given = (x, x_hat, mu, log_var)
        _, (by_x_hat, by_mu, by_log_var) = gradients_of(
            student, "negative_elbo", torch.tensor(1.0), *given, needed=(1, 2, 3), what="the loss"
        )
        assert_matches(by_x_hat, (x_hat - x) / (x_hat * (1 - x_hat)) / 4, what="dloss/dx_hat", rtol=1e-3, atol=1e-4)
        assert_matches(by_mu, mu / 4, what="dloss/dmu")
        assert_matches(by_log_var, torch.expm1(log_var) / 8, what="dloss/dlog_var")

    @worth(1, after=["value", "reconstruction_alone", "kl_alone"])
    def test_unchanged(self, student, draw):
        """changes neither its arguments nor global modes"""
        assert_nothing_changed(student, "negative_elbo", draw.uniform(4, 6), draw.uniform(4, 6), draw(4, 3), draw(4, 3))
