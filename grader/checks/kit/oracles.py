"""What is right, computed without a line of the course's answers, and what the known wrong ideas would give.

Everything is in float64 and in nats. Suspects map a misconception's id to the value, or the list of values, that the
wrong idea gives on the same inputs.
"""

from __future__ import annotations

import itertools
import math
from typing import Any

import torch
from torch import Tensor
from torch.distributions import ContinuousBernoulli, Normal
from torch.distributions import kl_divergence as exact_kl
from torch.nn import functional as F

Suspects = dict[str, Any]


def gaussian_kl(mu: Tensor, log_var: Tensor) -> Tensor:
    """KL(N(mu, exp(log_var)) ‖ N(0, I)) of each image, (B, L) to (B,)."""
    mu, log_var = mu.double(), log_var.double()
    return exact_kl(Normal(mu, (log_var / 2).exp()), Normal(0.0, 1.0)).sum(1)


def bernoulli_nll(x_hat: Tensor, x: Tensor) -> Tensor:
    """−log p(x|z) of each image under independent Bernoulli pixels, (B, D) to (B,)."""
    x_hat, x = x_hat.double(), x.double()
    return -(torch.xlogy(x, x_hat) + torch.special.xlog1py(1 - x, -x_hat)).sum(1)


def kl_formulas(mu: Tensor, log_var: Tensor) -> Suspects:
    """Wrong formulas for the KL, still one number per image."""
    mu, log_var = mu.double(), log_var.double()
    square, variance, right = mu.square(), log_var.exp(), gaussian_kl(mu, log_var)

    def half(terms: Tensor) -> Tensor:
        return terms.sum(1) / 2

    return {
        "kl-missing-half": 2 * right,
        "kl-sign": -right,
        "kl-mean-over-latents": right / mu.shape[1],
        "kl-log-sigma-as-log-var": [
            half(square + variance.square() - 1 - log_var),
            half(square + variance.square() - 1 - 2 * log_var),
        ],
        "kl-in-bits": right / math.log(2),
        "kl-one-counted-once": half(square + variance - log_var) - 0.5,
        "kl-half-misplaced": (variance + square - log_var / 2 - 0.5).sum(1),
        "kl-log-var-not-exponentiated": [
            half(square + log_var - 1 - log_var),
            half(square + log_var.square() - 1 - log_var),
            half(square + log_var.square() - 1 - log_var.square().log()),
        ],
        "kl-sigma-not-squared": half(square + variance.sqrt() - 1 - log_var),
        "kl-mu-not-squared": [half(mu + variance - 1 - log_var), half(mu.abs() + variance - 1 - log_var)],
        "kl-missing-one": half(square + variance - log_var),
        "kl-sign-of-one-term": [
            half(square + variance - 1 + log_var),
            half(square + variance + 1 - log_var),
            half(variance - square - 1 - log_var),
            half(square - variance - 1 - log_var),
        ],
        "kl-reversed": half(log_var + (1 + square) / variance - 1),
        "kl-without-mu": half(variance - 1 - log_var),
    }


def more_kl_formulas(mu: Tensor, log_var: Tensor) -> dict[str, list[Tensor]]:
    """More of them, for several images at once: a single number is too little to tell so many apart."""
    mu, log_var = mu.double(), log_var.double()
    square, variance, sigma = mu.square(), log_var.exp(), (log_var / 2).exp()
    terms = torch.stack([square, variance, -torch.ones_like(square), -log_var]).sum(2)
    halves = torch.tensor(list(itertools.product((0.5, 1.0), repeat=4)), dtype=terms.dtype)

    def changed(mean_and_variance: Tensor, logarithm: Tensor) -> Tensor:
        return (mean_and_variance - 1 - logarithm).sum(1) / 2

    return {
        "kl-in-bits": [changed(square + variance, log_var / math.log(base)) for base in (2, 10)],
        "kl-half-misplaced": list(halves[1:-1] @ terms),  # not on all four terms, nor on none
        "kl-sigma-not-squared": [changed(square + variance, log_var / 2), changed(square + sigma, log_var / 2)],
        "kl-square-of-sum": [changed((mu + variance).square(), log_var), changed((mu + sigma).square(), log_var)],
    }


def bce_formulas(x_hat: Tensor, x: Tensor) -> Suspects:
    """Wrong formulas for the reconstruction term, still one number per image."""
    x_hat, x = x_hat.double(), x.double()
    right, squares = bernoulli_nll(x_hat, x), (x_hat - x).square().sum(1)
    return {
        "bce-mean-over-pixels": right / x.shape[1],
        "bce-sign": -right,
        "bce-swapped-arguments": F.binary_cross_entropy(x, x_hat, reduction="none").sum(1),
        "squared-error-instead-of-bce": [squares, squares / 2, squares / x.shape[1]],
        "absolute-error-instead-of-bce": (x_hat - x).abs().sum(1),
        "bce-ink-only": [-(x * x_hat.log()).sum(1), -((1 - x) * (1 - x_hat).log()).sum(1)],
        "bce-sigmoid-twice": F.binary_cross_entropy_with_logits(x_hat, x, reduction="none").sum(1),
        "bce-in-bits": right / math.log(2),
        "bce-of-rounded-pixels": [bernoulli_nll(x_hat, x.round()), bernoulli_nll(x_hat, (x > 0).double())],
        "bce-minus-entropy": right - bernoulli_nll(x, x),
        "continuous-bernoulli": -ContinuousBernoulli(x_hat).log_prob(x).sum(1),
    }
