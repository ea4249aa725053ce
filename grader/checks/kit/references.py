"""Formulas that lessons share, as they are usually written: what they become by mistakes is told from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from grader.checks.kit.hypotheses import Idea

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


def _squared_error(x_hat: Formula, x: Formula) -> Formula:
    return (x_hat - x).square().sum(1)


def _half_squared_error(x_hat: Formula, x: Formula) -> Formula:
    return 0.5 * (x_hat - x).square().sum(1)


def _absolute_error(x_hat: Formula, x: Formula) -> Formula:
    return (x_hat - x).abs().sum(1)


def _cross_entropy_of_logits(x_hat: Formula, x: Formula) -> Formula:
    return cross_entropy(x_hat.sigmoid(), x)


def _cross_entropy_swapped(x_hat: Formula, x: Formula) -> Formula:
    return cross_entropy(x, x_hat)


def kl_of_the_average(mu: Formula, log_var: Formula) -> Formula:
    """The KL of one code, whose mean and log-variance are those of all images on average."""
    mean, width = mu.mean(0), log_var.mean(0)
    return 0.5 * (mean.square() + width.exp() - 1 - width).sum()


AVERAGE_CODE = "the KL is that of one average code, and not the average of the images' KLs"


def instead_of_cross_entropy(
    formula_with: Callable[[Callable[..., Formula]], Callable[..., Formula]],
) -> tuple[Idea, ...]:
    """What people take for the cross-entropy, in a formula that is made with a function (x_hat, x) for it."""
    return (
        Idea(
            "squared-error-instead-of-bce",
            "the squared error stands for the cross-entropy",
            formula_with(_squared_error),
        ),
        Idea(
            "squared-error-instead-of-bce",
            "half the squared error stands for the cross-entropy",
            formula_with(_half_squared_error),
        ),
        Idea(
            "absolute-error-instead-of-bce",
            "the absolute error stands for the cross-entropy",
            formula_with(_absolute_error),
        ),
        Idea(
            "bce-sigmoid-twice",
            "a sigmoid is applied to x̂, which is a probability already",
            formula_with(_cross_entropy_of_logits),
        ),
        Idea(
            "bce-swapped-arguments",
            "x̂ and x are swapped in the cross-entropy",
            formula_with(_cross_entropy_swapped),
        ),
    )


def warmed_up(step: Formula, steps: Formula, most: Formula) -> Formula:
    """What grows in proportion to the step, up to `most` at `steps`."""
    return most * (step / steps).clamp(max=1)


def schedule(draw: Any, rows: int) -> tuple[int, int, float]:
    """A step, how many there are on the way up, and what is reached: before the end and beyond, below 1 and above."""
    steps = int(draw.integers(20, 40, 1))
    step = 1 + int(1.8 * steps * draw.uniform(1).item() ** 3)
    return step, steps, 0.2 * 40 ** draw.uniform(1).item()
