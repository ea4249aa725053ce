"""What wrong ideas make of the terms of the negative ELBO, and of their sum; float64, in nats."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.distributions import Normal
from torch.distributions import kl_divergence as exact_kl
from torch.nn import functional as F

from grader.checks.kit.oracles import (
    Suspects,
    bce_formulas,
    bernoulli_nll,
    gaussian_kl,
    kl_formulas,
    more_kl_formulas,
)


def kl_suspects(mu: Tensor, log_var: Tensor) -> Suspects:
    """Wrong formulas, and the right one reduced in a wrong way."""
    per_latent = exact_kl(Normal(mu.double(), (log_var.double() / 2).exp()), Normal(0.0, 1.0))
    formulas, more = kl_formulas(mu, log_var), more_kl_formulas(mu, log_var)
    more = {name: [*values, *_several(formulas.get(name, []))] for name, values in more.items()}
    return (
        formulas
        | more
        | {
            "kl-sum-over-batch": per_latent.sum(),
            "kl-mean-over-batch": [
                per_latent.sum(1).mean(),
                per_latent.mean(),
                per_latent.sum(1).mean().expand(len(mu)),
            ],
            "kl-summed-over-wrong-dimension": per_latent.sum(0),
            "kl-not-summed": per_latent,
        }
    )


def logarithms_of_log_var(mu: Tensor, log_var: Tensor) -> list[Tensor]:
    """The KL of each image where log_var, taken for σ² itself, is positive and has its logarithm taken."""
    mu, log_var = mu.double(), log_var.double()
    return [(mu.square() + variance - 1 - log_var.log()).sum(1) / 2 for variance in (log_var.exp(), log_var)]


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


def one_half_suspects(right: Tensor, pixels: int) -> Suspects:
    """What wrong reductions, units and signs make of the loss (B,) of x_hat = ½."""
    return {
        "bce-mean-over-pixels": right / pixels,
        "bce-in-bits": right / math.log(2),
        "bce-sign": -right,
    }


def exchanged(loss: Tensor, x_hat: Tensor, x: Tensor) -> bool:
    """Whether losses (B,) are, but for a factor, those of x as the prediction and x_hat as the target."""
    factors = loss / bernoulli_nll(x, x_hat)
    return torch.allclose(factors, factors[:1], rtol=1e-3)


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
    return [(other + value).mean() for value in _several(values)]


def _several(values: Tensor | list[Tensor]) -> list[Tensor]:
    return values if isinstance(values, list) else [values]
