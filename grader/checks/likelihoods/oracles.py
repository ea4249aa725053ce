"""What is right in lesson 5, in float64 and without a line of the course's answers, and what known wrong ideas give."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.distributions import ContinuousBernoulli, Normal

from grader.checks.kit.oracles import Suspects, bernoulli_nll

LOG_2_PI = math.log(2 * math.pi)


def gaussian_nll(x_hat: Tensor, x: Tensor, sigma: float) -> Tensor:
    """−log N(x; x_hat, sigma² I) of each image, (B, D) to (B,)."""
    return -Normal(x_hat.double(), sigma).log_prob(x.double()).sum(1)


def gaussian_suspects(x_hat: Tensor, x: Tensor, sigma: float) -> Suspects:
    """What wrong ideas of the Gaussian term give."""
    squares, pixels, log = (x_hat.double() - x.double()).square().sum(1), x.shape[1], math.log(sigma)
    error, rest, right = squares / (2 * sigma**2), pixels * LOG_2_PI / 2, gaussian_nll(x_hat, x, sigma)
    return {
        "gaussian-constants-left-out": [error, error + pixels * log, error + rest],
        "gaussian-log-sigma-once": [
            *(error + log + constant for constant in (0.0, LOG_2_PI / 2, rest)),
            error + pixels * log + LOG_2_PI / 2,
        ],
        "gaussian-missing-half": [
            2 * error + pixels * log + constant for constant in (0.0, rest, pixels * LOG_2_PI / 4)
        ],
        "gaussian-sigma-for-variance": [
            squares / (2 * sigma) + pixels * log / 2 + constant for constant in (0.0, rest)
        ],
        "gaussian-sigma-not-squared": squares / (2 * sigma) + pixels * log + rest,
        "gaussian-variance-for-sigma": [
            gaussian_nll(x_hat, x, sigma**2),
            error + 2 * pixels * log + rest,
        ],
        "gaussian-half-on-log-sigma": error + pixels * log / 2 + rest,
        "gaussian-two-pi-without-half": error + pixels * log + 2 * rest,
        "gaussian-sign": -right,
        "gaussian-sign-of-log-sigma": error - pixels * log + rest,
        "gaussian-mean-over-pixels": [right / pixels, error / pixels + pixels * log + rest],
        "gaussian-reduced-over-batch": [right.sum(), right.mean()],
        "gaussian-not-summed": -Normal(x_hat.double(), sigma).log_prob(x.double()),
        "gaussian-in-bits": right / math.log(2),
        "gaussian-error-not-squared": [
            (x_hat - x).double().abs().sum(1) / (2 * sigma**2) + pixels * log + rest,
            squares.sqrt() / (2 * sigma**2) + pixels * log + rest,
        ],
        "gaussian-is-cross-entropy": bernoulli_nll(x_hat, x),
    }


def bits(nll: float, dims: int, levels: int | None) -> float:
    """Bits per dimension."""
    return nll / dims / math.log(2) + (math.log2(levels) if levels else 0.0)


def bits_suspects(nll: float, dims: int, levels: int | None) -> dict[str, list[float]]:
    """What wrong conversions give."""
    plain = nll / dims / math.log(2)
    wrong = {
        "bits-are-still-nats": [nll / dims + (math.log(levels) if levels else 0.0)],
        "bits-multiplied-by-log-two": [nll / dims * math.log(2) + (math.log2(levels) if levels else 0.0)],
        "bits-of-the-whole-image": [nll / math.log(2) + (math.log2(levels) if levels else 0.0)],
        "bits-sign": [-bits(nll, dims, levels)],
    }
    if levels:
        wrong |= {
            "levels-ignored": [plain],
            "levels-subtracted": [plain - math.log2(levels)],
            "levels-in-nats": [plain + math.log(levels), nll / dims / math.log(2) + math.log10(levels)],
            "levels-once-per-image": [plain + math.log2(levels) / dims],
            "levels-multiplied": [plain * math.log2(levels), plain + levels],
        }
    return wrong


def sigma_suspects(weight: float, beta: float) -> dict[str, list[float]]:
    """What wrong ideas of the σ behind a squared error give."""
    variance = beta / (2 * weight)
    return {
        "sigma-is-variance": [variance],
        "sigma-two-forgotten": [math.sqrt(beta / weight)],
        "sigma-two-misplaced": [math.sqrt(2 * beta / weight), math.sqrt(beta / weight) / 2],
        "sigma-weight-upside-down": [math.sqrt(weight * beta / 2), math.sqrt(weight / (2 * beta))],
        "sigma-beta-upside-down": [math.sqrt(1 / (2 * weight * beta))],
        "sigma-without-beta": [math.sqrt(1 / (2 * weight))],
        "sigma-without-weight": [math.sqrt(beta / 2)],
        "sigma-is-precision": [1 / variance, 1 / math.sqrt(variance)],
        "sigma-as-logarithm": [math.log(variance) / 2, math.log(variance)],
    }


def optimal_sigma(x_hat: Tensor, x: Tensor) -> float:
    """The root mean square error."""
    return (x_hat - x).double().square().mean().sqrt().item()


def optimal_suspects(x_hat: Tensor, x: Tensor, floor: float) -> Suspects:
    """What wrong ideas of the best σ give."""
    error = (x_hat - x).double()
    of_images = error.square().mean(1).sqrt()
    mean_square = error.square().mean().item()
    wrong = {
        "optimal-sigma-is-variance": [mean_square],
        "optimal-sigma-of-each-image": [of_images.mean().item()],
        "optimal-sigma-not-per-pixel": [
            error.square().sum(1).mean().sqrt().item(),
            error.square().sum().sqrt().item(),
            error.square().sum(1).sqrt().mean().item(),
            error.square().mean(1).sum().sqrt().item(),
        ],
        "optimal-sigma-absolute-error": [error.abs().mean().item()],
        "optimal-sigma-mean-error-removed": [error.std(correction=0).item(), error.std().item()],
        "optimal-sigma-with-half": [math.sqrt(mean_square / 2)],
        "optimal-sigma-of-the-data": [x.double().std(correction=0).item(), x.double().std().item()],
    }
    return {name: [max(value, floor) for value in values] for name, values in wrong.items()} | {
        "optimal-sigma-is-logarithm": [math.log(mean_square) / 2],
        "optimal-sigma-per-image": of_images.clamp(min=floor),
        "optimal-sigma-floor-added": [
            math.sqrt(mean_square) + floor, math.sqrt(mean_square + floor**2), math.sqrt(mean_square + floor),
        ],
        "optimal-sigma-floor-as-ceiling": [min(math.sqrt(mean_square), floor)],
    }  # fmt: skip


def gap_suspects(pixels: int, rows: int, eta: float, clean: float) -> dict[str, list[float]]:
    """What wrong ideas of the noise's cost give; `clean`: the mean of ½‖x − x_hat‖²/eta²."""
    return {
        "gap-without-half": [float(pixels)],
        "gap-per-pixel": [0.5],
        "gap-in-units-of-eta": [
            pixels * eta**2 / 2, pixels * eta**2, pixels / (2 * eta**2), pixels / (2 * eta), pixels * eta / 2,
        ],
        "gap-is-the-whole-loss": [clean + pixels / 2],
        "gap-is-the-loss-without-noise": [clean],
        "gap-sign": [-pixels / 2],
        "gap-summed-over-batch": [pixels * rows / 2],
    }  # fmt: skip


def log_norm(lam: Tensor) -> Tensor:
    """log C(λ) in float64, with a graph."""
    t = 1 - 2 * lam.double()
    near = t.abs() < 1e-2
    safe = torch.where(near, 0.5, t)
    series = math.log(2) + (t**2 / 3 + t**4 / 5 + t**6 / 7 + t**8 / 9).log1p()
    return torch.where(near, series, ((1 + safe).log() - (1 - safe).log()).abs().log() - safe.abs().log())


def log_norm_suspects(lam: Tensor) -> Suspects:
    """What wrong ideas of the constant give."""
    lam = lam.double()
    right, t = log_norm(lam), 1 - 2 * lam
    return {
        "log-norm-is-norm": right.exp(),
        "log-norm-sign": -right,
        "log-norm-two-forgotten": right - math.log(2),
        "log-norm-of-the-integral": [right.exp().reciprocal()],
        "log-norm-tan-for-tanh": ((2 * t.atan() / t).log()),
        "log-norm-tanh-for-artanh": ((2 * t.tanh() / t).log()),
        "log-norm-not-divided": [(2 * t.atanh()).abs().log(), 2 * t.atanh()],
        "log-norm-series-everywhere": [
            math.log(2) + t**2 / 3, math.log(2) + t**2 / 3 + 13 / 90 * t**4,
        ],
        "log-norm-is-density": [-ContinuousBernoulli(lam).log_prob(lam), ContinuousBernoulli(lam).log_prob(lam)],
    }  # fmt: skip
