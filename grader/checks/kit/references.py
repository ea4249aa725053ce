"""Formulas that lessons share, as they are usually written: what they become by mistakes is told from them."""

from __future__ import annotations

from typing import Any

Formula = Any  # a tensor, or what stands for one


def kl_per_latent(mu: Formula, log_var: Formula) -> Formula:
    """KL(N(mu, exp(log_var)) ‖ N(0, 1)) of each latent of each image, (B, L)."""
    return 0.5 * (mu.square() + log_var.exp() - 1 - log_var)


def kl(mu: Formula, log_var: Formula) -> Formula:
    """The KL of each image, (B,)."""
    return 0.5 * (mu.square() + log_var.exp() - 1 - log_var).sum(1)


def kl_with_minus(mu: Formula, log_var: Formula) -> Formula:
    """The same, as it stands in the paper."""
    return -0.5 * (1 + log_var - mu.square() - log_var.exp()).sum(1)


def cross_entropy(x_hat: Formula, x: Formula) -> Formula:
    """The binary cross-entropy of each image, (B,)."""
    return -(x * x_hat.log() + (1 - x) * (1 - x_hat).log()).sum(1)


def warmed_up(step: Formula, steps: Formula, most: Formula) -> Formula:
    """What grows in proportion to the step, up to `most` at `steps`."""
    return most * (step / steps).clamp(max=1)


def schedule(draw: Any, rows: int) -> tuple[int, int, float]:
    """A step, how many there are on the way up, and what is reached: before the end and beyond, below 1 and above."""
    steps = int(draw.integers(20, 40, 1))
    step = 1 + int(1.8 * steps * draw.uniform(1).item() ** 3)
    return step, steps, 0.2 * 40 ** draw.uniform(1).item()
