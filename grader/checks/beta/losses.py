"""Checks of the weighted loss, of the KL's weight over time, and of free bits."""
# What students' functions take and give has no types.
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import math
from functools import partial

import torch

from grader.checks.beta import oracles
from grader.checks.kit.contracts import assert_float, assert_nothing_changed
from grader.checks.kit.inputs import told_apart
from grader.checks.kit.oracles import bernoulli_nll, gaussian_kl
from grader.checks.kit.probes import attempt, gradients
from grader.checks.kit.vocabulary import assert_matches, describe, expect, fail, worth

PIXELS, LATENTS = 7, 3


def images(draw, rows=4):
    return draw.uniform(rows, PIXELS), draw.uniform(rows, PIXELS), draw(rows, LATENTS), draw(rows, LATENTS)


def assert_scalar(value, expected, suspects, what="the loss", **tolerance):
    if isinstance(value, int | float) and not isinstance(value, bool):
        right = math.isclose(value, expected, rel_tol=1e-3)
        name = "float-instead-of-tensor" if right else None
        fail(f"Expected {what} to be a scalar tensor with a graph, got {describe(value)}.", name)
    assert_matches(value, expected, what=what, suspects=suspects, **tolerance)


def assert_reached(gradient, name, value, expected):
    """There is a gradient; without one, the graph is cut for certain when the value is right all the same."""
    shaped = isinstance(value, torch.Tensor) and value.shape == expected.shape
    right = shaped and torch.allclose(value.double(), expected.double(), rtol=1e-3)
    expect(
        gradient is not None,
        f"No gradient reaches `{name}`: somewhere the graph is cut.",
        "graph-cut" if right else None,
    )


class TestBetaLoss:
    """The weighted loss."""

    @worth(5)
    def test_value(self, student, draw):
        """is the reconstruction plus beta times the KL, averaged over the batch, for several betas"""

        def make(beta):
            x, x_hat, mu, log_var = images(draw)
            expected = (bernoulli_nll(x_hat, x) + beta * gaussian_kl(mu, log_var)).mean()
            return (x, x_hat, mu, log_var), expected, oracles.loss_suspects(x, x_hat, mu, log_var, beta)

        for beta in (3.7, 0.23):
            given, expected, suspects = told_apart(partial(make, beta))
            value = student.beta_loss(*given, beta)
            assert_scalar(value, expected, suspects, f"the loss at beta = {beta}")

    @worth(2)
    def test_special_prices(self, student, draw):
        """is the negative ELBO at beta = 1, and the reconstruction alone at beta = 0"""
        x, x_hat, mu, log_var = images(draw, 3)
        bce, kl = bernoulli_nll(x_hat, x), gaussian_kl(mu, log_var)
        for beta in (1.0, 0.0):
            value = student.beta_loss(x, x_hat, mu, log_var, beta)
            assert_scalar(value, (bce + beta * kl).mean(), {}, f"the loss at beta = {beta:g}")

    @worth(1)
    def test_one_image(self, student, draw):
        """works for a single image"""
        x, x_hat, mu, log_var = images(draw, 1)
        expected = (bernoulli_nll(x_hat, x) + 2.5 * gaussian_kl(mu, log_var)).mean()
        assert_scalar(student.beta_loss(x, x_hat, mu, log_var, 2.5), expected, {}, "the loss of one image")

    @worth(3)
    def test_gradients(self, student, draw):
        """carries a graph to x_hat, mu and log_var, and beta weighs the gradients of the last two"""
        x, x_hat, mu, log_var = images(draw)
        seen = student.run(gradients, "beta_loss", torch.tensor(1.0), x, x_hat, mu, log_var, 3.7)
        wanted = {
            1: ("x_hat", (x_hat - x) / (x_hat * (1 - x_hat)) / 4),
            2: ("mu", 3.7 * mu / 4),
            3: ("log_var", 3.7 * torch.expm1(log_var) / 8),
        }
        loss = (bernoulli_nll(x_hat, x) + 3.7 * gaussian_kl(mu, log_var)).mean()
        for position, (name, gradient) in wanted.items():
            actual = seen["gradients"][position]
            assert_reached(actual, name, seen["result"], loss)
            assert_matches(actual, gradient, what=f"dloss/d{name}", rtol=1e-3, atol=1e-4)

    @worth(1, after=["value", "special_prices"])
    def test_unchanged(self, student, draw):
        """changes neither its arguments nor global modes"""
        assert_nothing_changed(student, "beta_loss", *images(draw), 2.0)


def reaches_beta(student):
    """Whether the weight is beta when the warm-up is over: only then do its other values say what is wrong."""
    value = student.run(attempt, "kl_weight", 33, 20, 3.5).get("value")
    return isinstance(value, int | float) and abs(value - 3.5) < 1e-6


class TestKLWeight:
    """The weight during a warm-up."""

    @worth(4)
    def test_rising(self, student, draw):
        """rises in a straight line from 0 at step 0 to beta"""
        for step, warmup, beta in ((7, 20, 3.5), (13, 50, 0.4), (0, 20, 3.5), (19, 20, 2.0)):
            value = assert_float(student.kl_weight(step, warmup, beta), "the weight")
            suspects = oracles.weight_suspects(step, warmup, beta) if reaches_beta(student) else {}
            what = f"the weight at step {step} of a warm-up of {warmup} steps to {beta}"
            assert_matches(value, beta * step / warmup, what=what, suspects=suspects)

    @worth(3)
    def test_constant(self, student, draw):
        """is beta from the end of the warm-up on"""
        for step, warmup, beta in ((33, 20, 3.5), (20, 20, 3.5), (1000, 50, 0.4)):
            value = assert_float(student.kl_weight(step, warmup, beta), "the weight")
            suspects = oracles.weight_suspects(step, warmup, beta)
            what = f"the weight at step {step} after a warm-up of {warmup} steps to {beta}"
            assert_matches(value, beta, what=what, suspects=suspects)

    @worth(2)
    def test_without_warmup(self, student):
        """is beta at once when there is no warm-up"""
        for step in (0, 5):
            outcome = student.run(attempt, "kl_weight", step, 0, 2.5)
            if outcome.get("raised") == "ZeroDivisionError":
                name = "warmup-divides-by-zero" if reaches_beta(student) else None
                fail(f"With warmup_steps = 0 your `kl_weight` divides by zero at step {step}.", name)
            expect("value" in outcome, f"With warmup_steps = 0 your `kl_weight` raised {outcome.get('raised')}.")
            value = assert_float(outcome["value"], "the weight")
            suspects = {"warmup-zero-means-never": 0.0} if reaches_beta(student) else {}
            assert_matches(value, 2.5, what=f"the weight at step {step} without warm-up", suspects=suspects)

    @worth(1)
    def test_default(self, student):
        """rises to 1 unless told otherwise"""
        value = assert_float(student.kl_weight(3, 12), "the weight")
        assert_matches(value, 0.25, what="the weight at step 3 of 12")


class TestFreeBits:
    """The KL with an allowance for each latent."""

    @staticmethod
    def codes(draw, rows=6):
        """Three latents that say next to nothing, and two that say about the same; images differ."""
        scale = torch.tensor([0.15, 1.8, 0.1, 1.7, 0.2])
        mu, log_var = draw(rows, 5), draw(rows, 5)
        mu[:, 3], log_var[:, 3] = -mu[:, 1], log_var[:, 1]
        return mu * scale, log_var * scale / 2

    @staticmethod
    def floor(mu, log_var, share):
        """Between the silent latents and the talkative ones."""
        return round(share * oracles.kl_per_latent(mu, log_var).mean(0)[3].item(), 3)

    @worth(6)
    def test_value(self, student, draw):
        """averages each latent over the batch, raises it to the floor, and sums"""

        def make(share):
            mu, log_var = self.codes(draw)
            floor = self.floor(mu, log_var, share)
            suspects = oracles.free_bits_suspects(mu, log_var, floor)
            return (mu, log_var, floor), oracles.free_bits(mu, log_var, floor), suspects

        for share in (0.7, 0.4):
            given, expected, suspects = told_apart(partial(make, share))
            assert_scalar(student.free_bits(*given), expected, suspects, f"the KL with floor {given[2]}")

    @worth(2)
    def test_no_floor(self, student, draw):
        """is the plain KL when the floor is 0, and L times the floor when the floor is high"""
        mu, log_var = self.codes(draw)
        plain = gaussian_kl(mu, log_var).mean()
        assert_scalar(student.free_bits(mu, log_var, 0.0), plain, {}, "the KL with floor 0")
        high = torch.tensor(5 * 100.0).double()
        suspects = {"free-bits-on-the-sum": torch.tensor(100.0), "free-bits-missing": plain}
        assert_scalar(student.free_bits(mu, log_var, 100.0), high, suspects, "the KL with floor 100 and 5 latents")

    @worth(4)
    def test_gradients(self, student, draw):
        """gives latents above the floor their usual gradient, and latents below it none"""
        mu, log_var = self.codes(draw)
        floor = self.floor(mu, log_var, 0.5)
        seen = student.run(gradients, "free_bits", torch.tensor(1.0), mu, log_var, floor)
        above = (oracles.kl_per_latent(mu, log_var).mean(0) > floor).float()
        usual = {"mu": mu / 6, "log_var": torch.expm1(log_var) / 12}
        expected = oracles.free_bits(mu, log_var, floor)
        for (name, gradient), actual in zip(usual.items(), seen["gradients"], strict=True):
            assert_reached(actual, name, seen["result"], expected)
            right = torch.allclose(seen["result"].double(), expected, rtol=1e-3)
            suspects = {"free-bits-gradient-below-floor": gradient} if right else {}
            assert_matches(actual, gradient * above, what=f"the gradient of `{name}`", suspects=suspects)

    @worth(1)
    def test_one_image(self, student, draw):
        """works for a single image"""
        mu, log_var = self.codes(draw, 1)
        expected = oracles.free_bits(mu, log_var, 0.5)
        assert_scalar(student.free_bits(mu, log_var, 0.5), expected, {}, "the KL of one image")

    @worth(1, after=["value", "no_floor"])
    def test_unchanged(self, student, draw):
        """changes neither its arguments nor global modes"""
        assert_nothing_changed(student, "free_bits", *self.codes(draw), 0.5)
