"""What is right, computed without a line of the course's answers, and what the known wrong ideas would give.

Everything is in float64 and in nats. Suspects map a misconception's id to the value, or the list of values, that the
wrong idea gives on the same inputs.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.distributions import Normal
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
        "kl-log-sigma-as-log-var": half(square + variance.square() - 1 - log_var),
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
            half(variance - square - 1 - log_var),
            half(square - variance - 1 - log_var),
        ],
        "kl-reversed": half(log_var + (1 + square) / variance - 1),
        "kl-without-mu": half(variance - 1 - log_var),
    }


def kl_suspects(mu: Tensor, log_var: Tensor) -> Suspects:
    """Wrong formulas, and the right one reduced in a wrong way."""
    per_latent = exact_kl(Normal(mu.double(), (log_var.double() / 2).exp()), Normal(0.0, 1.0))
    return kl_formulas(mu, log_var) | {
        "kl-sum-over-batch": per_latent.sum(),
        "kl-mean-over-batch": [per_latent.sum(1).mean(), per_latent.mean()],
        "kl-summed-over-wrong-dimension": per_latent.sum(0),
        "kl-not-summed": per_latent,
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
    }


def bce_suspects(x_hat: Tensor, x: Tensor) -> Suspects:
    """Wrong formulas, and the right one reduced in a wrong way."""
    per_pixel = F.binary_cross_entropy(x_hat.double(), x.double(), reduction="none")
    return bce_formulas(x_hat, x) | {
        "bce-summed-over-batch": per_pixel.sum(),
        "bce-averaged-over-batch": per_pixel.sum(1).mean(),
        "bce-default-mean": per_pixel.mean(),
        "bce-summed-over-wrong-dimension": per_pixel.sum(0),
        "bce-not-summed": per_pixel,
    }


def elbo_suspects(x: Tensor, x_hat: Tensor, mu: Tensor, log_var: Tensor) -> Suspects:
    """What a wrong combination, or a wrong term written out, makes of the loss."""
    bce, kl = bernoulli_nll(x_hat, x), gaussian_kl(mu, log_var)
    pixels, latents, images = x.shape[1], mu.shape[1], x.shape[0]
    combined = {
        "elbo-sign": -(bce + kl).mean(),
        "elbo-kl-subtracted": [(bce - kl).mean(), (kl - bce).mean()],
        "elbo-kl-missing": bce.mean(),
        "elbo-reconstruction-missing": kl.mean(),
        "elbo-summed-over-batch": (bce + kl).sum(),
        "elbo-terms-reduced-differently": [
            bce.mean() + kl.sum(),
            bce.sum() + kl.mean(),
            bce.mean() / pixels + kl.sum(),
        ],
        "elbo-divided-by-batch-twice": (bce + kl).mean() / images,
        "elbo-mean-over-everything": [bce.mean() / pixels + kl.mean() / latents, (bce + kl).mean() / pixels],
        "elbo-not-averaged": bce + kl,
    }
    of_kl = {name: _means(bce, values) for name, values in kl_formulas(mu, log_var).items() if name != "kl-sign"}
    of_bce = {name: _means(kl, values) for name, values in bce_formulas(x_hat, x).items() if name != "bce-sign"}
    return of_kl | of_bce | combined  # a term with the wrong sign is the same as a subtracted one


def _means(other: Tensor, values: Tensor | list[Tensor]) -> list[Tensor]:
    candidates = values if isinstance(values, list) else [values]
    return [(other + value).mean() for value in candidates]


def stand_in_losses(weights: dict[str, Tensor], batches: list[Tensor]) -> list[Tensor]:
    """The loss of each image of each batch, for the stand-in model of `training_probes.epoch`; with a graph."""
    weights = {name: value.double() for name, value in weights.items()}
    return [
        bernoulli_nll(torch.sigmoid(weights["b"]).expand(len(x), -1), x)
        + gaussian_kl(x.double() @ weights["m"], x.double() @ weights["v"])
        for x in batches
    ]


def epoch_values(losses: list[Tensor]) -> tuple[float, Suspects]:
    """The mean loss per image of an epoch, and what wrong ways of counting give."""
    means = [loss.mean().item() for loss in losses]
    total, images = sum(loss.sum().item() for loss in losses), sum(map(len, losses))
    by_batches = {"averages-batches-not-images": sum(means) / len(means)} if len(set(map(len, losses))) > 1 else {}
    return total / images, by_batches | {
        "epoch-loss-not-divided": [total, sum(means)],
        "epoch-loss-divided-wrongly": [total / len(losses), sum(means) / images],
        "epoch-loss-of-last-batch": means[-1],
    }


def sgd_epoch(
    weights: dict[str, Tensor], batches: list[Tensor], rate: float, mistake: str = ""
) -> tuple[dict[str, Tensor], list[Tensor]]:
    """One epoch of gradient descent on the stand-in, right or with a mistake: new weights, losses on the way."""
    current = {name: value.double().clone().requires_grad_() for name, value in weights.items()}
    gradients = {name: torch.zeros_like(value) for name, value in current.items()}
    met = []
    for number, x in enumerate(batches):
        (losses,) = stand_in_losses(current, [x])
        met.append(losses.detach())
        loss = losses.sum() if mistake == "elbo-summed-over-batch" else losses.mean()
        found = torch.autograd.grad(loss, list(current.values()))
        keep = mistake in ("zero-grad-missing", "one-step-per-epoch")
        gradients = {name: gradient + keep * gradients[name] for name, gradient in zip(current, found, strict=True)}
        if mistake == "one-step-per-epoch" and number < len(batches) - 1:
            continue
        sign = 1 if mistake == "gradient-ascent" else -1
        current = {
            name: (value.detach() + sign * rate * gradients[name]).requires_grad_() for name, value in current.items()
        }
    return {name: value.detach() for name, value in current.items()}, met
