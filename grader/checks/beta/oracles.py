"""What is right in lesson 4, computed without the course's answers, and what the known wrong ideas would give.

Everything is in float64 and in nats. Suspects map a misconception's id to the value, or values, that it gives.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.distributions import Normal
from torch.distributions import kl_divergence as exact_kl

from grader.checks.kit.epochs import Weights, descend, epoch_values, stand_in_terms
from grader.checks.kit.oracles import Suspects, bce_formulas, bernoulli_nll, gaussian_kl, kl_formulas


def kl_per_latent(mu: Tensor, log_var: Tensor) -> Tensor:
    """KL(N(mu, exp(log_var)) ‖ N(0, 1)) of each latent of each image, (B, L)."""
    mu, log_var = mu.double(), log_var.double()
    return exact_kl(Normal(mu, (log_var / 2).exp()), Normal(0.0, 1.0))


def loss_suspects(x: Tensor, x_hat: Tensor, mu: Tensor, log_var: Tensor, beta: float) -> Suspects:
    """What wrong weights, wrong reductions and wrong terms make of the weighted loss."""
    bce, kl = bernoulli_nll(x_hat, x), gaussian_kl(mu, log_var)
    pixels, latents = x.shape[1], mu.shape[1]
    weights = {
        "beta-ignored": (bce + kl).mean(),
        "beta-on-reconstruction": (beta * bce + kl).mean(),
        "beta-on-both": beta * (bce + kl).mean(),
        "beta-divides": (bce + kl / beta).mean(),
        "beta-as-mixture": ((1 - beta) * bce + beta * kl).mean(),
        "beta-squared": (bce + beta**2 * kl).mean(),
    }
    reductions = {
        "elbo-kl-subtracted": [(bce - beta * kl).mean(), (beta * kl - bce).mean()],
        "elbo-sign": -(bce + beta * kl).mean(),
        "elbo-kl-missing": bce.mean(),
        "elbo-reconstruction-missing": beta * kl.mean(),
        "elbo-summed-over-batch": (bce + beta * kl).sum(),
        "elbo-terms-reduced-differently": [
            bce.mean() + beta * kl.sum(),
            bce.sum() + beta * kl.mean(),
            bce.mean() / pixels + beta * kl.sum(),
        ],
        "elbo-mean-over-everything": [
            bce.mean() / pixels + beta * kl.mean() / latents,
            (bce + beta * kl).mean() / pixels,
        ],
        "elbo-not-averaged": bce + beta * kl,
    }
    from_kl = {
        name: [(bce + beta * value).mean() for value in _several(values)]
        for name, values in kl_formulas(mu, log_var).items()
        if name != "kl-sign"
    }
    from_bce = {
        name: [(value + beta * kl).mean() for value in _several(values)]
        for name, values in bce_formulas(x_hat, x).items()
        if name != "bce-sign"
    }
    return from_kl | from_bce | reductions | weights


def _several(values: Any) -> list[Tensor]:
    return values if isinstance(values, list) else [values]


def weight_ideas(step: int, warmup: int, beta: float) -> dict[str, list[float]]:
    """What wrong ideas of a warm-up give at any step: for each idea the ways to have it, always in the same order."""
    share = step / warmup
    way = min(1.0, share)
    return {
        "warmup-missing": [beta],
        "warmup-never-stops": [beta * share],
        "warmup-off-by-one": [
            beta * min(1.0, (step + 1) / warmup),
            beta * min(1.0, step / (warmup + 1)),
            beta * min(1.0, (step + 1) / (warmup + 1)),
            beta * min(1.0, max(0.0, (step - 1) / warmup)),
            beta * min(1.0, step / (warmup - 1)),
        ],
        "warmup-beta-as-ceiling": [min(beta, share)],
        "warmup-not-linear": [beta * way**2, beta * way**0.5, beta * (1 - math.cos(math.pi * way)) / 2],
        "warmup-ignores-beta": [way],
        "warmup-capped-at-one": [min(1.0, beta * share)],
        "warmup-runs-backwards": [beta * (1 - way), beta * (1 - share), beta * (1 - way if step < warmup else 1)],
        "warmup-jumps": [beta * (step >= warmup), beta * (step > warmup)],
        "warmup-starts-at-one": [1 + (beta - 1) * way],
        "warmup-again-and-again": [
            *(beta * (step % warmup) / warmup, beta * (step % (warmup + 1)) / warmup),
            *(beta * min(1.0, 2 * (share % 1)), beta * min(1.0, share % 2), beta * (1 - abs(share % 2 - 1))),
        ],
    }


def free_bits(mu: Tensor, log_var: Tensor, floor: float) -> Tensor:
    """The KL of each latent, averaged over the batch, at least `floor`, summed."""
    return kl_per_latent(mu, log_var).mean(0).clamp(min=floor).sum()


def free_bits_suspects(mu: Tensor, log_var: Tensor, floor: float) -> Suspects:
    """What wrong ways to make an allowance give."""
    kl = kl_per_latent(mu, log_var)
    mean, images, latents = kl.mean(0), kl.shape[0], kl.shape[1]
    right = free_bits(mu, log_var, floor)
    wrong_kl: Suspects = {}
    for column in range(latents):
        one = kl_formulas(mu[:, column : column + 1], log_var[:, column : column + 1])
        for name, values in one.items():
            floored = [value.mean().clamp(min=floor) for value in _several(values)]
            known = wrong_kl.get(name, [torch.zeros(())] * len(floored))
            wrong_kl[name] = [a + b for a, b in zip(known, floored, strict=True)]
    for same_for_one_latent in ("kl-mean-over-latents", "kl-one-counted-once"):
        wrong_kl.pop(same_for_one_latent)
    silent = torch.tensor(latents * floor).double()  # a wrong KL below the floor everywhere leaves no trace of itself
    wrong = wrong_kl | {
        "free-bits-per-image": [kl.clamp(min=floor).mean(0).sum(), kl.clamp(min=floor).sum()],
        "free-bits-on-the-sum": [
            mean.sum().clamp(min=floor),
            kl.sum(1).clamp(min=floor).mean(),
            mean.sum().clamp(min=latents * floor),
        ],
        "free-bits-subtracted": [(mean - floor).clamp(min=0).sum(), (kl - floor).clamp(min=0).sum(1).mean()],
        "free-bits-as-ceiling": mean.clamp(max=floor).sum(),
        "free-bits-averaged-over-latents": right / latents,
        "free-bits-summed-over-batch": [kl.sum(0).clamp(min=floor).sum(), right * images],
        "free-bits-missing": mean.sum(),
        "free-bits-drops-latents": torch.where(mean > floor, mean, torch.zeros_like(mean)).sum(),
    }
    return {
        name: [value for value in _several(values) if not torch.isclose(value, silent)]
        for name, values in wrong.items()
    }


def rate(weights: Weights, batches: list[Tensor]) -> tuple[float, Suspects]:
    """The mean KL per image, and what wrong ways of counting, formulas and mixed up terms give."""
    bce, kl = _terms_of_batches(weights, batches)
    right, suspects = _measured_values(kl)
    other, _ = epoch_values(bce)
    x = torch.cat(batches)
    suspects |= _averaged(kl_formulas(x @ weights["m"] + weights["cm"], x @ weights["v"] + weights["cv"]))
    return right, suspects | {"rate-and-distortion-swapped": other, "rate-holds-the-loss": right + other}


def distortion(weights: Weights, batches: list[Tensor]) -> tuple[float, Suspects]:
    """The mean reconstruction loss per image, and what wrong ways of counting, formulas and mixed up terms give."""
    bce, kl = _terms_of_batches(weights, batches)
    right, suspects = _measured_values(bce)
    other, _ = epoch_values(kl)
    x = torch.cat(batches)
    x_hat = torch.sigmoid((x @ weights["m"] + weights["cm"]) @ weights["w"] + weights["b"])
    suspects |= _averaged(bce_formulas(x_hat, x))
    return right, suspects | {"rate-and-distortion-swapped": other, "distortion-holds-the-loss": right + other}


def _measured_values(terms: list[Tensor]) -> tuple[float, Suspects]:
    """The mean of a term per image, and what wrong ways of counting give: `=` in place of `+=` is one of them."""
    right, suspects = epoch_values(terms)
    last = terms[-1].sum().item() / sum(map(len, terms))
    return right, suspects | {"epoch-loss-of-last-batch": [suspects["epoch-loss-of-last-batch"], last]}


def epoch_loss(weights: Weights, batches: list[Tensor], beta: float) -> tuple[float, Suspects]:
    """The mean weighted loss per image, and what wrong ways of counting and of weighing give."""
    pairs = list(zip(*_terms_of_batches(weights, batches), strict=True))
    right, suspects = epoch_values([bce + beta * kl for bce, kl in pairs])
    return right, suspects | {
        "beta-ignored": epoch_values([bce + kl for bce, kl in pairs])[0],
        "beta-on-reconstruction": epoch_values([beta * bce + kl for bce, kl in pairs])[0],
        "elbo-kl-missing": epoch_values([bce for bce, _ in pairs])[0],
    }


def _terms_of_batches(weights: Weights, batches: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
    """The distortions and the rates of the images of each batch."""
    pairs = [stand_in_terms(weights, x) for x in batches]
    return [bce for bce, _ in pairs], [kl for _, kl in pairs]


def _averaged(suspects: Suspects) -> Suspects:
    """Values of each image as their means."""
    return {name: [value.mean() for value in _several(values)] for name, values in suspects.items()}


def active_counts(weights: Weights, batches: list[Tensor], threshold: float) -> tuple[int, dict[str, set[int]]]:
    """The number of active units (Burda et al. 2016), and what wrong ideas count, each in one way or several."""
    x = torch.cat(batches).double()
    mu, log_var = x @ weights["m"].double() + weights["cm"], x @ weights["v"].double() + weights["cv"]
    of_batches = list(mu.split([len(batch) for batch in batches]))
    variance, spread = mu.var(0, correction=0), log_var.exp().mean(0)
    within = torch.stack([part.var(0, correction=0) for part in of_batches])
    unbiased = torch.stack([part.var(0) for part in of_batches])
    shares = torch.tensor([len(part) / len(mu) for part in of_batches]).double()
    wrong: dict[str, Tensor | list[Tensor]] = {
        "active-by-standard-deviation": variance.sqrt(),
        "active-within-batches": [within.mean(0), unbiased.mean(0), shares @ within, shares @ unbiased],
        "active-in-one-batch": [*within[[0, -1]], *unbiased[[0, -1]]],
        "active-without-the-short-batch": torch.cat(of_batches[:-1]).var(0, correction=0),
        "active-by-size-of-mean": mu.square().mean(0),
        "active-by-kl": kl_per_latent(mu, log_var).mean(0),
        "active-by-posterior-variance": spread,
        "active-by-drawn-codes": variance + spread,
        "active-by-sharpness": 1 - spread - threshold,
        "active-counts-all-latents": torch.full_like(variance, torch.inf),
        # without a name, so that what gives one of these counts by chance gets none
        "": [mu.var(1), mu.var(1, correction=0), 2 * threshold - variance],
    }
    counts = {
        name: {int((one > threshold).sum()) for one in (values if isinstance(values, list) else [values])}
        for name, values in wrong.items()
    }
    return int((variance > threshold).sum()), counts


def sgd(weights: Weights, batches: list[Tensor], rate: float, beta: float, mistake: str = "") -> Weights:
    """The weights after one epoch of gradient descent on the weighted loss, right or with a mistake."""
    return _descended(weights, batches, rate, beta, mistake)[0]


def losses_on_the_way(weights: Weights, batches: list[Tensor], rate: float, beta: float) -> tuple[float, Suspects]:
    """The mean of the losses before each step, and what it is after the steps."""
    after, met = _descended(weights, batches, rate, beta)
    later, _ = epoch_loss(weights | after, batches, beta)
    unmoved, _ = epoch_loss(weights, batches, beta)
    right, suspects = epoch_values(met)
    _, met_later = _descended(weights, batches, rate, beta, "epoch-loss-after-training")
    return right, suspects | {"epoch-loss-after-training": [later, epoch_values(met_later)[0]], "": unmoved}


def _descended(
    weights: Weights, batches: list[Tensor], rate: float, beta: float, mistake: str = ""
) -> tuple[Weights, list[Tensor]]:
    def losses(current: Weights, x: Tensor) -> Tensor:
        bce, kl = stand_in_terms(current, x)
        wrong = {"beta-ignored": bce + kl, "beta-on-reconstruction": beta * bce + kl, "elbo-kl-missing": bce}
        return wrong.get(mistake, bce + beta * kl)

    return descend(weights, batches, losses, rate, mistake)


EPOCH_MISTAKES = (
    *("beta-ignored", "beta-on-reconstruction", "elbo-kl-missing", "elbo-summed-over-batch"),
    *("zero-grad-missing", "one-step-per-epoch", "gradient-ascent", "step-before-backward"),
)


def sweep(
    betas: list[float],
    weights: Weights,
    train: list[Tensor],
    test: list[Tensor],
    epochs: int,
    learning_rate: float,
    mistake: str = "",
) -> Tensor:
    """(beta, rate, distortion) of each price, (K, 3), after training the stand-in by Adam; right or with a mistake."""
    points = []
    current: Weights = {}
    for beta in betas:
        if not current or mistake != "sweep-continues-one-model":
            current = {name: value.double().clone().requires_grad_() for name, value in weights.items()}
            adam = _Adam(list(current.values()), 1e-3 if mistake == "sweep-ignores-learning-rate" else learning_rate)
        price = {"beta-ignored": 1.0, "sweep-trains-at-the-last-beta": betas[-1]}.get(mistake, beta)
        measured = []
        for _ in range(1 if mistake == "sweep-trains-one-epoch" else epochs):
            for x in train:
                bce, kl = _tied_terms(current, x)
                loss = (price * bce + kl if mistake == "beta-on-reconstruction" else bce + price * kl).mean()
                adam.step(loss)
            measured.append(_measured(current, train if mistake == "sweep-measures-training-data" else test))
        best = min(measured, key=lambda point: point[1] + beta * point[0])
        points.append([beta, *(best if mistake == "sweep-reports-best-epoch" else measured[-1])])
    table = torch.tensor(points, dtype=torch.float64)
    if mistake == "rate-and-distortion-swapped":
        table = table[:, [0, 2, 1]]
    if mistake == "rate-times-beta":
        table[:, 1] *= table[:, 0]
    return table


class _Adam:
    """Kingma and Ba (2015), algorithm 1, with its default constants.

    torch's own would load its compiler first, which takes a second and leaves a folder behind.
    """

    def __init__(self, weights: list[Tensor], rate: float) -> None:
        self.weights, self.rate, self.steps = weights, rate, 0
        self.means = [torch.zeros_like(weight) for weight in weights]
        self.squares = [torch.zeros_like(weight) for weight in weights]

    def step(self, loss: Tensor) -> None:
        """Moves the weights down the gradient of the loss."""
        self.steps += 1
        gradients = torch.autograd.grad(loss, self.weights)
        with torch.no_grad():
            for weight, mean, square, gradient in zip(self.weights, self.means, self.squares, gradients, strict=True):
                mean.lerp_(gradient, 0.1)
                square.lerp_(gradient.square(), 0.001)
                size = (square / (1 - 0.999**self.steps)).sqrt() + 1e-8
                weight -= self.rate * mean / (1 - 0.9**self.steps) / size


def _tied_terms(weights: Weights, x: Tensor) -> tuple[Tensor, Tensor]:
    """Distortion and rate (B,) of the sweep's stand-in, x_hat = sigmoid(b + Σ m): what one gains the other pays."""
    return stand_in_terms(weights | {"b": weights["b"] + weights["m"].sum(1)}, x)


def _measured(weights: Weights, batches: list[Tensor]) -> tuple[float, float]:
    with torch.no_grad():
        bce, kl = _tied_terms(weights, torch.cat(batches))
    return kl.mean().item(), bce.mean().item()


SWEEP_MISTAKES = (
    "sweep-continues-one-model",
    "sweep-ignores-learning-rate",
    "sweep-trains-one-epoch",
    "sweep-measures-training-data",
    "sweep-reports-best-epoch",
    "sweep-trains-at-the-last-beta",
    "beta-ignored",
    "beta-on-reconstruction",
    "rate-and-distortion-swapped",
    "rate-times-beta",
)
