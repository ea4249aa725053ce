"""What the checks of lesson 5 take for wrong ideas: values that agree with estimates and definitions."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F

from grader.checks.likelihoods import continuous_bernoulli, oracles
from grader.seeds import Draw


def test_the_gap_of_clipped_noise_is_what_draws_give() -> None:
    draw = Draw(0, "gap")
    x, eta = draw.uniform(3, 5), 0.7
    x_hat = x + 0.5 * draw(3, 5)
    noisy = (x_hat + eta * draw(100_000, 3, 5)).clamp(0, 1)
    squares = ((x - noisy).square().mean(0) - (x - x_hat).square()).sum(1)
    assert oracles.clipped_gap(x_hat, x, eta) == pytest.approx(squares.mean().item() / (2 * eta**2), abs=0.02)


def test_without_anything_to_clip_the_gap_is_half_a_nat_for_each_pixel() -> None:
    x_hat = torch.full((2, 8), 0.5)
    assert oracles.clipped_gap(x_hat, x_hat, 0.01) == pytest.approx(4.0, rel=1e-4)


def test_series_come_close_to_log_c_around_a_half() -> None:
    lam = torch.tensor([0.45, 0.52])
    *_, longest = oracles.log_norm_suspects(lam)["log-norm-series-everywhere"]
    assert torch.allclose(longest, oracles.log_norm(lam), atol=1e-6)


def test_a_neighbourhood_is_flat_only_if_something_outside_it_is_not() -> None:
    lam = torch.tensor([0.3, 0.45, 0.49, 0.5, 0.6])
    right, log_two = oracles.log_norm(lam), torch.full((5,), math.log(2), dtype=torch.float64)
    window = torch.where((lam - 0.5).abs() < 0.07, log_two, right)
    assert torch.equal(oracles.flat_near_half(right, window, lam, math.log(2)), window)
    for other in (right, log_two):
        assert torch.allclose(oracles.flat_near_half(right, other, lam, math.log(2)), right)


def test_ideas_of_the_gaussian_term_are_finite_at_the_ends() -> None:
    x_hat, x = torch.tensor([[0.0, 1.0, 0.4]]), torch.tensor([[0.2, 0.7, 0.9]])
    for ways in oracles.gaussian_suspects(x_hat, x, 0.3).values():
        assert all(torch.as_tensor(way).isfinite().all() for way in (ways if isinstance(ways, list) else [ways]))


def test_slopes_around_a_half_tell_another_series_from_another_lambda() -> None:
    lam = 0.5 + torch.linspace(-0.1, 0.1, 61)
    right, close = 8 / 3 * (lam.double() - 0.5), (lam - 0.5).abs() < 0.05
    series = torch.where(close, right / 4, right)
    moved = torch.where(close, right + 0.01, right)
    assert list(oracles.bent_near_half(right, series, lam)) == ["log-norm-other-series"]
    assert list(oracles.bent_near_half(right, moved, lam)) == ["log-norm-of-another-lambda"]
    for other in (right, -right, right + 0.01 * torch.randn(61, generator=torch.manual_seed(0)).double()):
        assert oracles.bent_near_half(right, other, lam) == {}


def test_a_series_is_too_far_only_if_it_is_right_farther_out() -> None:
    lam = torch.linspace(0.02, 0.98, 25)
    right = oracles.log_norm(lam)
    series = oracles.log_norm_suspects(lam)["log-norm-series-everywhere"][0]
    window = torch.where((1 - 2 * lam).abs() < 0.6, series, right)
    ways = oracles.series_too_far(right, window, lam)["log-norm-series-too-far"]
    assert torch.allclose(ways[0], window, atol=1e-5)
    assert oracles.series_too_far(right, series, lam) == oracles.series_too_far(right, right, lam) == {}


def test_the_limit_of_the_library_s_loss_is_among_raised_widths() -> None:
    x_hat, x, sigma = torch.rand(2, 3), torch.rand(2, 3), 4e-4
    variance = torch.full((2, 3), sigma**2)
    of_library = F.gaussian_nll_loss(x_hat, x, variance, full=True, reduction="none").sum(1).double()
    ways = oracles.raised_widths(x_hat, x, sigma)["gaussian-sigma-raised"]
    assert sum(torch.allclose(way, of_library, rtol=1e-4) for way in ways) >= 1
    assert not any(torch.allclose(way, oracles.gaussian_nll(x_hat, x, sigma), rtol=1e-2) for way in ways)


def test_no_seed_hides_that_slopes_are_rounded_near_half() -> None:
    def off(seed: int) -> float:
        lam = continuous_bernoulli._near_half(Draw(seed, "half")).requires_grad_()
        library = torch.distributions.ContinuousBernoulli(logits=lam.log() - torch.log1p(-lam))
        (came,) = torch.autograd.grad((library.log_prob(torch.ones_like(lam)) - lam.log()).sum(), lam)
        right = continuous_bernoulli._slope(lam.detach())
        return float(((came - right).abs() - 1e-3 * right.abs()).max())

    assert min(off(seed) for seed in range(200)) > 2e-3
