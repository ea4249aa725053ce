"""The formulas of lesson 5 with their arguments, from which mistakes are told."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from grader.checks.kit.hypotheses import Reference
from grader.checks.kit.oracles import Suspects
from grader.checks.kit.references import Formula
from grader.checks.likelihoods import oracles

IMAGES = {"x_hat": "images pixels", "x": "images pixels"}


def gaussian_nll(x_hat: Formula, x: Formula, sigma: Formula) -> Formula:
    """−log N(x; x_hat, sigma² I) of each image, pixel by pixel."""
    return 0.5 * (((x - x_hat) / sigma).square() + (2 * math.pi * sigma.square()).log()).sum(1)


def gaussian_nll_in_parts(x_hat: Formula, x: Formula, sigma: Formula) -> Formula:
    """The same as an error and two constants of the whole image."""
    error, pixels = (x - x_hat).square().sum(1), x.shape[1]
    return error / (2 * sigma.square()) + pixels * sigma.log() + pixels / 2 * oracles.LOG_2_PI


def log_norm(lam: Formula) -> Formula:
    """log C(λ), away from ½."""
    t = 1 - 2 * lam
    return (2 * t.atanh() / t).log()


def bits_per_dim(nll: Formula, dims: Formula) -> Formula:
    """Bits per dimension of a density."""
    return nll / dims / math.log(2)


def bits_per_dim_of_levels(nll: Formula, dims: Formula, levels: Formula) -> Formula:
    """Bits per dimension of pixels that have levels."""
    return nll / dims / math.log(2) + levels.log2()


def sigma_of_squared_error(weight: Formula, beta: Formula) -> Formula:
    """The σ behind a weighted squared error."""
    return (beta / (2 * weight)).sqrt()


def optimal_sigma(x_hat: Formula, x: Formula, floor: Formula) -> Formula:
    """The root mean square error, at least the floor."""
    return (x_hat - x).square().mean().sqrt().clamp(min=floor)


def drawn(x_hat: Formula, sigma: Formula, noise: Formula) -> Formula:
    """A draw with this noise."""
    return x_hat + sigma * noise


def _errors(draw: Any, rows: int) -> tuple[Tensor, Tensor, float]:
    """Images, predictions with errors of all sizes that lean either way, and a floor, far below the error or above."""
    x = draw.uniform(rows, 7)
    lean = 0.8 * draw.bits(1) - 0.4
    x_hat = x + 0.1 * 40 ** draw.uniform(1) * (lean + draw(rows, 7))
    share = 1.1 + draw.uniform(1).item() if draw.bits(1) else 0.02 * 40 ** draw.uniform(1).item()
    return x_hat, x, share * oracles.optimal_sigma(x_hat, x)


def _optimal_suspects(x_hat: Tensor, x: Tensor, floor: float) -> Suspects:
    return oracles.optimal_suspects(x_hat, x, floor) | oracles.floor_suspects(x_hat, x, floor)


GAUSSIAN = Reference(
    "gaussian_nll",
    (gaussian_nll, gaussian_nll_in_parts),
    IMAGES | {"sigma": ""},
    inputs=lambda draw, rows: (draw.uniform(rows, 7), draw.uniform(rows, 7), (0.2 + draw.uniform(1) / 2).item()),
    suspects=oracles.gaussian_suspects,
)
LOG_NORM = Reference(
    "continuous_bernoulli_log_norm",
    (log_norm,),
    {"lam": "images pixels"},
    inputs=lambda draw, rows: (0.02 + 0.4 * draw.uniform(rows, 3),),
    suspects=oracles.log_norm_suspects,
)
BITS = Reference(
    "bits_per_dim",
    (bits_per_dim,),
    {"nll": "", "dims": "#"},
    inputs=lambda draw, rows: ((300 * draw(1)).item(), int(draw.integers(5, 90, 1))),
    suspects=lambda nll, dims: oracles.bits_suspects(nll, dims, None),
)
LEVELS = Reference(
    "bits_per_dim",
    (bits_per_dim_of_levels,),
    {"nll": "", "dims": "#", "levels": "#"},
    inputs=lambda draw, rows: (
        *((300 * draw(1)).item(), int(draw.integers(5, 90, 1))),
        int(draw.integers(5, 60, 1)),
    ),
    suspects=oracles.bits_suspects,
)
SIGMA = Reference(
    "sigma_of_squared_error",
    (sigma_of_squared_error,),
    {"weight": "", "beta": ""},
    inputs=lambda draw, rows: ((9 * draw.uniform(1)).item(), (0.2 + 5 * draw.uniform(1)).item()),
    suspects=oracles.sigma_suspects,
)
OPTIMAL = Reference(
    "optimal_sigma",
    (optimal_sigma,),
    IMAGES | {"floor": ""},
    inputs=_errors,
    suspects=_optimal_suspects,
    cases=12,
)
DRAW = Reference(
    "sample_likelihood",
    (drawn,),
    {"x_hat": "images pixels", "sigma": "", "noise": "images pixels"},
    inputs=lambda draw, rows: (draw.uniform(rows, 7), (0.2 + draw.uniform(1) / 2).item()),
    noise=lambda x_hat, sigma: (torch.zeros_like(x_hat), 1.0),
)
