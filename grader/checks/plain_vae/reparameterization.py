"""Checks of `reparameterize`: the distribution of its codes, their noise and their gradients."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from grader.checks.kit import probes, sampling
from grader.checks.kit.contracts import gradients_of
from grader.checks.kit.hypotheses import explained
from grader.checks.kit.vocabulary import assert_matches, assert_tensor, expect
from grader.checks.plain_vae import references


def assert_shape(student: Any, draw: Any) -> None:
    """Codes are finite and have the shape of mu, in a batch of one and for extreme variances too."""
    assert_tensor(student.reparameterize(draw(1, 3), draw(1, 3)), (1, 3), "z")
    extreme = torch.tensor([[-20.0, 20.0, 0.3]]).expand(4, 3)
    assert_tensor(student.reparameterize(draw(4, 3), extreme), (4, 3), "z for log_var = ±20")
    _assert_any_variance(student, draw)


def _assert_any_variance(student: Any, draw: Any) -> None:
    """Under one seed the noise is the same whatever the variance, which is exp(log_var) in every range."""
    zeros = torch.zeros(4, 3)
    for size in (12.0, 80.0):
        log_var = size * torch.tensor([[-1.0, 1.0, -0.5]]).expand(4, 3).contiguous()
        noise, z = student.run(probes.values, "reparameterize", [zeros, zeros], [zeros, log_var])
        noise = assert_tensor(noise, (4, 3), "z")
        assert_matches(z, (log_var / 2).exp() * noise, what=f"z for log_var up to ±{size:g}", rtol=1e-3)
        seen = student.run(probes.gradients, "reparameterize", torch.ones(4, 3), zeros, log_var)
        for name, gradient in zip(("mu", "log_var"), seen["gradients"], strict=True):
            expect(
                gradient is not None and bool(gradient.isfinite().all()),
                f"There are no finite gradients for {name} where log_var is ±{size:g}.",
            )


@explained(references.CODE)
def assert_distribution(student: Any, draw: Any) -> None:
    """Codes are distributed as N(mu, exp(log_var))."""
    mu, log_var = draw(sampling.GROUPS, 4), draw(sampling.GROUPS, 4)
    z = student.reparameterize(mu, log_var)
    if isinstance(z, Tensor) and z.isnan().any():
        _assert_no_root_of_log_var(student, mu, log_var.abs())
    sampling.assert_gaussian_codes(_codes(student, mu, log_var, 8000), mu, log_var)


def _assert_no_root_of_log_var(student: Any, mu: Tensor, log_var: Tensor) -> None:
    """What is nan for a negative log_var shows at a positive one what it is."""
    samples = sampling.grouped(_codes(student, mu, log_var, 8000), len(mu))
    idea = {"std-is-log-var": [(mu.double().flatten(), log_var.double().flatten().sqrt())]}
    expect(
        sampling.recognise(samples, idea) is None,
        "Codes are `nan` where log_var is negative: a square root is taken of `log_var`, which is a logarithm.",
        "std-is-log-var",
    )


def assert_own_noise(student: Any, draw: Any) -> None:
    """Each image and each latent has its own noise."""
    mu, log_var = draw(sampling.GROUPS, 4), draw(sampling.GROUPS, 4)
    noise, again = (
        (_codes(student, mu, log_var, 4000) - sampling.repeated(mu, 4000))
        / sampling.repeated((log_var / 2).exp(), 4000)
        for _ in range(2)
    )
    sampling.assert_own_noise(noise, changes=not torch.equal(noise, again))
    shift = draw(1, 4)
    first, second = student.run(probes.values, "reparameterize", [mu, log_var], [mu + shift, log_var])
    moved = second - assert_tensor(first, tuple(mu.shape), "z")
    assert_matches(moved, shift.expand_as(mu), what="under one seed, what z moves by when mu does,", atol=1e-4)


def assert_gradients(student: Any, draw: Any) -> None:
    """Codes have their gradients with respect to mu and log_var, for the noise that was drawn."""
    mu, log_var, weights = draw(6, 5), draw(6, 5), draw(6, 5)
    z, (by_mu, by_log_var) = gradients_of(
        student,
        "reparameterize",
        weights,
        mu,
        log_var,
        needed=(0, 1),
        what="z",
        misconception="sample-detached",
    )
    assert_tensor(z, (6, 5), "z")
    assert_matches(by_mu, weights, what="dz/dmu (times random weights)")
    noise = (z - mu) * weights
    suspects = {"std-without-half": noise}
    assert_matches(by_log_var, noise / 2, what="dz/dlog_var (times random weights)", suspects=suspects, atol=1e-4)


def assert_fresh_draws(student: Any, draw: Any) -> None:
    """Every call draws anew, from torch's global generator."""
    mu, log_var = draw(1, 3).repeat(4, 1), draw(1, 3).repeat(4, 1)  # rows that differ have noise of their own
    sampling.assert_fresh_draws(student.run(probes.draws, "reparameterize", mu, log_var))


def _codes(student: Any, mu: Tensor, log_var: Tensor, times: int) -> Tensor:
    """Codes for each row of mu and log_var, `times` times over, in one batch."""
    batch = sampling.repeated(mu, times), sampling.repeated(log_var, times)
    return assert_tensor(student.reparameterize(*batch), tuple(batch[0].shape), "z")
