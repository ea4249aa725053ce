"""Checks of lesson 01: the plain VAE."""

from __future__ import annotations

from torch.distributions import Normal
from torch.distributions import kl_divergence as exact_kl

from grader.checks.support import assert_matches, worth


class TestKLDivergence:
    """The KL divergence from q(z|x) to the standard normal prior."""

    @worth(1)
    def test_closed_form(self, student, draw):
        """agrees with torch.distributions.kl_divergence"""
        mu, log_var = draw(5, 7), draw(5, 7)
        expected = exact_kl(Normal(mu, (log_var / 2).exp()), Normal(0.0, 1.0)).sum(1)
        suspects = {"kl-missing-half": 2 * expected, "kl-sign": -expected}
        assert_matches(student.kl_divergence(mu, log_var), expected, suspects=suspects)
