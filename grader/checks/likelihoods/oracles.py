"""What is right in lesson 5, in float64 and without a line of the course's answers, and what known wrong ideas give."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.distributions import ContinuousBernoulli, Normal

from grader.checks.kit.oracles import Suspects

LOG_2_PI = math.log(2 * math.pi)


def gaussian_nll(x_hat: Tensor, x: Tensor, sigma: float) -> Tensor:
    """−log N(x; x_hat, sigma² I) of each image, (B, D) to (B,)."""
    return -Normal(x_hat.double(), sigma).log_prob(x.double()).sum(1)


def gaussian_suspects(x_hat: Tensor, x: Tensor, sigma: float) -> Suspects:
    """What wrong ideas of the Gaussian term give."""
    squares, pixels, log = (x_hat.double() - x.double()).square().sum(1), x.shape[1], math.log(sigma)
    error, rest, right = squares / (2 * sigma**2), pixels * LOG_2_PI / 2, gaussian_nll(x_hat, x, sigma)
    coins = F.binary_cross_entropy(x_hat.clamp(0, 1), x, reduction="none").double().sum(1)  # finite at 0 and 1, too
    return {
        "gaussian-constants-left-out": error,
        "gaussian-two-pi-left-out": error + pixels * log,
        "gaussian-log-sigma-left-out": error + rest,
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
        "gaussian-is-cross-entropy": coins,
        "gaussian-constants-on-cross-entropy": [coins + pixels * log + constant for constant in (0.0, rest)],
    }


def raised_widths(x_hat: Tensor, x: Tensor, sigma: float) -> Suspects:
    """What a σ gives that is kept above a usual limit, by itself or as a variance."""
    limits = [10.0**-k for k in range(1, 9)] + [0.05, 5e-3]
    widths = [max(sigma, limit**power) for limit in limits for power in (1.0, 0.5)]
    widths += [way for limit in limits for way in (sigma + limit, math.sqrt(sigma**2 + limit))]
    far = [width for width in widths if width > 1.05 * sigma]
    return {"gaussian-sigma-raised": [gaussian_nll(x_hat, x, width) for width in far]}


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
            "levels-minus-one": [plain + math.log2(levels - 1)],
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
        "sigma-root-of-a-part": [
            beta / math.sqrt(2 * weight), math.sqrt(beta) / (2 * weight), math.sqrt(beta / 2) / weight,
        ],
        "sigma-without-beta": [math.sqrt(1 / (2 * weight))],
        "sigma-without-weight": [math.sqrt(beta / 2)],
        "sigma-is-precision": [1 / variance, 1 / math.sqrt(variance)],
        "sigma-as-logarithm": [math.log(variance) / 2, math.log(variance)],
    }  # fmt: skip


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
    }


def floor_suspects(x_hat: Tensor, x: Tensor, floor: float) -> dict[str, list[float]]:
    """What wrong ideas of the floor give."""
    squares = (x_hat - x).double().square()
    right, mean_square = optimal_sigma(x_hat, x), squares.mean().item()
    return {
        "optimal-sigma-floor-added": [
            right + floor, math.sqrt(mean_square + floor**2), math.sqrt(mean_square + floor),
        ],
        "optimal-sigma-floor-of-variance": [math.sqrt(max(mean_square, floor))],
        "optimal-sigma-floor-on-pixels": [
            squares.clamp(min=lowest).mean().sqrt().item() for lowest in (floor**2, floor)
        ],
        "optimal-sigma-without-floor": [right] if right < floor else [],
    }  # fmt: skip


def clipped_gap(x_hat: Tensor, x: Tensor, eta: float) -> float:
    """The expected gap where x_hat with its noise is clipped to [0, 1]."""
    mean, standard = x_hat.double(), Normal(torch.tensor(0.0, dtype=torch.float64), 1.0)
    low, high = -mean / eta, (1 - mean) / eta
    inside, above = standard.cdf(high) - standard.cdf(low), 1 - standard.cdf(high)
    at_low, at_high = standard.log_prob(low).exp(), standard.log_prob(high).exp()
    first = mean * inside + eta * (at_low - at_high) + above
    second = (
        (mean**2 + eta**2) * inside
        + 2 * mean * eta * (at_low - at_high)
        + eta**2 * (low * at_low - high * at_high)
        + above
    )
    added = second - mean**2 - 2 * x.double() * (first - mean)
    return added.sum(1).mean().item() / (2 * eta**2)


def gap_suspects(x_hat: Tensor, x: Tensor, eta: float) -> dict[str, list[float]]:
    """What wrong ideas of the noise's cost give."""
    (rows, pixels), errors = x.shape, (x - x_hat).double()
    clean = errors.square().sum(1).mean().item() / (2 * eta**2)
    return {
        "gap-clipped": [clipped_gap(x_hat, x, eta)],
        "gap-of-uniform-noise": [
            factor * way
            for factor in (1, 2)  # twice where the ½ of the loss is missing, too
            for way in (pixels / 6 - errors.sum(1).mean().item() / (2 * eta), pixels / 6, pixels / 24)
        ],
        "gap-without-half": [float(pixels)],
        "gap-per-pixel": [0.5],
        "gap-in-units-of-eta": [
            pixels * eta**2 / 2, pixels * eta**2, pixels / (2 * eta**2), pixels / (2 * eta), pixels * eta / 2,
        ],
        "gap-is-the-whole-loss": [clean + pixels / 2],
        "gap-half-on-one-loss": [pixels / 2 - clean, pixels + clean],
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


def _series(t: Tensor) -> list[Tensor]:
    """The first terms of the series of log C, and the logarithm of those of C."""
    of_log = torch.stack([t**2 / 3, 13 / 90 * t**4, 251 / 2835 * t**6]).cumsum(0)
    of_norm = torch.stack([t ** (2 * k) / (2 * k + 1) for k in range(1, 6)]).cumsum(0)
    return [math.log(2) + one for one in (*of_log, *of_norm.log1p())]


def clipped_log_norms(lam: Tensor) -> list[Tensor]:
    """log C of λ that was first clipped to [c, 1 − c], for usual c."""
    return [log_norm(lam.clamp(c, 1 - c)) for c in (5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2, 0.1)]


def flat_near_half(right: Tensor, result: Tensor, lam: Tensor, flat: float) -> Tensor:
    """What is right, but for one value as far around λ = ½ as `result` has it, if it has others farther out."""
    away = (lam.double() - 0.5).abs()
    same = (result.detach().double() - flat).abs() < 1e-6
    width = away[same].max() if same.any() else 0.0
    return torch.where((away <= width) & (width < away.max()), flat, right.detach())


def bent_near_half(right: Tensor, result: Tensor, lam: Tensor) -> Suspects:
    """Slopes of log C that are straight where they are wrong around λ = ½, as a series and as another λ have them.

    The slope is 8/3·(λ − ½) there. A series with another coefficient has another factor, and what takes λ + δ for λ is
    off by a constant. Empty where the wrong slopes are few, far from ½, on one side of it, or not straight.
    """
    away, came = lam.double() - 0.5, result.detach().double()
    wrong = (came - right).abs() > 2e-3 + 1e-3 * right.abs()
    if wrong.sum() < 8 or not ((away[wrong] < 0).any() and (away[wrong] > 0).any()) or away[wrong].abs().max() > 0.15:
        return {}
    used = wrong & (away.abs() < 0.06)
    columns = torch.stack([away[used], torch.ones_like(away[used])], 1)
    factor, shift = torch.linalg.lstsq(columns, came[used]).solution.tolist() if used.sum() > 7 else (math.nan,) * 2
    straight = torch.where(wrong, factor * away + shift, right)
    misses = (straight - came)[used].abs().max() if used.any() else math.inf
    if not misses < 1e-3 + 0.05 * (came - right)[used].abs().max():
        return {}
    inner = torch.where(wrong, came, right)
    if abs(shift) < 1e-3 and factor > 0.02 and abs(factor - 8 / 3) > 0.1:
        return {"log-norm-other-series": inner}
    if abs(shift) > 2e-3 and abs(factor - 8 / 3) < 0.1:
        return {"log-norm-of-another-lambda": inner}
    return {}


def series_too_far(right: Tensor, result: Tensor, lam: Tensor) -> dict[str, list[Tensor]]:
    """The constants where they are those of a series as far from ½ as `result` is wrong, and right farther out.

    Empty where few are wrong, or none is right farther out.
    """
    t, right = 1 - 2 * lam.double(), right.detach()
    wrong = (result.detach().double() - right).abs() > 1e-5 + 1e-4 * right.abs()
    near = t.abs() <= t[wrong].abs().max() if wrong.any() else wrong
    if wrong.sum() < 3 or near.all():
        return {}
    return {"log-norm-series-too-far": [torch.where(near, series, right) for series in _series(t)]}


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
        "log-norm-series-everywhere": _series(t),
        "log-norm-reduced": [right.sum(), right.mean(), right.sum(-1), right.mean(-1)],
        "log-norm-is-density": [-ContinuousBernoulli(lam).log_prob(lam), ContinuousBernoulli(lam).log_prob(lam)],
    }  # fmt: skip
