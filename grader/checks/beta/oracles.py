"""What is right in lesson 4, computed without the course's answers, and what the known wrong ideas would give.

Everything is in float64 and in nats. Suspects map a misconception's id to the value, or values, that it gives.
"""

from __future__ import annotations

import itertools
import math
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.distributions import Normal
from torch.distributions import kl_divergence as exact_kl

from grader.checks.kit.epochs import Weights, descend, descend_clipped, epoch_values, stand_in_terms
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
        "beta-squared": [(bce + beta**2 * kl).mean(), beta * (bce + beta * kl).mean()],
        "beta-off-by-one": [(bce + (beta - 1) * kl).mean(), (bce + (beta + 1) * kl).mean()],
        "beta-per-dimension": (bce + beta * latents / pixels * kl).mean(),
        "beta-on-part-of-kl": [
            (bce + value.sum(1)).mean() for value in _weighted_within(mu.double(), log_var.double(), beta)
        ],
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
        for name, values in (kl_formulas(mu, log_var) | handed_over(mu, log_var)).items()
        if name != "kl-sign"
    }
    from_bce = {
        name: [(value + beta * kl).mean() for value in _several(values)]
        for name, values in bce_formulas(x_hat, x).items()
        if name != "bce-sign"
    }
    return from_kl | from_bce | reductions | weights


def loss_at(given: tuple[Tensor, ...], beta: float) -> Tensor:
    """The weighted loss of x, x_hat, mu and log_var."""
    x, x_hat, mu, log_var = given
    return (bernoulli_nll(x_hat, x) + beta * gaussian_kl(mu, log_var)).mean()


def handed_over(mu: Tensor, log_var: Tensor) -> Suspects:
    """What `kl_per_latent` gives for other arguments than it asks for, and what is made of it: one number per image."""
    return {
        "kl-halved-again": gaussian_kl(mu, log_var) / 2,
        "log-var-exponentiated-first": [gaussian_kl(mu, log_var.exp()), gaussian_kl(mu, (log_var / 2).exp())],
        "arguments-in-wrong-order": gaussian_kl(log_var, mu),
    }


def _weighted_within(mu: Tensor, log_var: Tensor, beta: float) -> list[Tensor]:
    """KLs (B, L) in which beta multiplies one of the arguments, or one of the terms."""
    square, variance = mu.square(), log_var.exp()
    arguments = [(beta * mu, log_var), (mu, beta * log_var), (beta * mu, beta * log_var)]
    terms = [(square, 1 + log_var - variance), (variance, 1 + log_var - square), (-log_var, 1 - square - variance)]
    of_arguments = [kl_per_latent(*pair) for pair in arguments]
    return of_arguments + [(beta * term - others) / 2 for term, others in terms]


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
        "warmup-max-for-min": [beta * max(1.0, share)],
        "warmup-upside-down": _upside_down(step, warmup, beta),
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


def _upside_down(step: int, warmup: int, beta: float) -> list[float]:
    """Weights by warmup / step: nan at step 0, which raises an error."""
    if step == 0:
        return [math.nan] * 3
    inverse = warmup / step
    return [beta * min(1.0, inverse), beta * inverse, beta * inverse if step < warmup else beta]


def free_bits(mu: Tensor, log_var: Tensor, floor: float) -> Tensor:
    """The KL of each latent, averaged over the batch, at least `floor`, summed."""
    return kl_per_latent(mu, log_var).mean(0).clamp(min=floor).sum()


def free_bits_suspects(mu: Tensor, log_var: Tensor, floor: float) -> Suspects:
    """What wrong ways to make an allowance give."""
    kl = kl_per_latent(mu, log_var)
    mean, images, latents = kl.mean(0), kl.shape[0], kl.shape[1]
    of_images, right = kl.mean(1).clamp(min=floor), free_bits(mu, log_var, floor)
    wrong_kl: Suspects = {}
    for column in range(latents):
        given = mu[:, column : column + 1], log_var[:, column : column + 1]
        one = kl_formulas(*given) | handed_over(*given)
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
        "free-bits-over-latents-first": [of_images.sum(), of_images.mean()],
        "free-bits-floor-converted": [
            mean.clamp(min=floor * math.log(2)).sum(),
            mean.clamp(min=floor / math.log(2)).sum(),
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


def outputs(weights: Weights, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """x_hat, mu and log_var of the stand-in, where codes are their means or do not matter; with a graph."""
    x, weights = x.double(), {name: value.double() for name, value in weights.items()}
    mu, log_var = x @ weights["m"] + weights["cm"], x @ weights["v"] + weights["cv"]
    return torch.sigmoid(mu @ weights["w"] + weights["b"]), mu, log_var


def rate(weights: Weights, batches: list[Tensor]) -> tuple[float, Suspects]:
    """The mean KL per image, and what wrong ways of counting, formulas and mixed up terms give."""
    bce, kl = _terms_of_batches(weights, batches)
    right, suspects = _measured_values(kl)
    other, _ = epoch_values(bce)
    _, mu, log_var = outputs(weights, torch.cat(batches))
    suspects |= _averaged(kl_formulas(mu, log_var) | handed_over(mu, log_var))
    del suspects["kl-sign"]
    return right, suspects | {"rate-and-distortion-swapped": other, "rate-holds-the-loss": right + other}


def distortion(weights: Weights, batches: list[Tensor]) -> tuple[float, Suspects]:
    """The mean reconstruction loss per image, and what wrong ways of counting, formulas and mixed up terms give."""
    bce, kl = _terms_of_batches(weights, batches)
    right, suspects = _measured_values(bce)
    other, _ = epoch_values(kl)
    x = torch.cat(batches)
    suspects |= _averaged(bce_formulas(outputs(weights, x)[0], x))
    del suspects["bce-sign"]
    return right, suspects | {"rate-and-distortion-swapped": other, "distortion-holds-the-loss": right + other}


def _measured_values(terms: list[Tensor]) -> tuple[float, Suspects]:
    """The mean of a term per image, and what wrong ways of counting give: `=` in place of `+=` is one of them."""
    right, suspects = epoch_values(terms)
    images = sum(map(len, terms))
    last = terms[-1].sum().item() / images
    return right, suspects | {
        "epoch-loss-of-last-batch": [suspects["epoch-loss-of-last-batch"], last],
        "measured-with-a-minus": -right,
        "sums-weighted-again": sum(term.sum().item() * len(term) for term in terms) / images,
    }


def rates_in_wrong_order(weights: Weights, x: Tensor) -> list[Tensor]:
    """The rate where the model's outputs are taken for one another."""
    return [gaussian_kl(mu, log_var).mean() for _, mu, log_var in list(itertools.permutations(outputs(weights, x)))[1:]]


def losses_in_wrong_order(weights: Weights, x: Tensor, beta: float) -> list[Tensor]:
    """The weighted loss where the model's outputs are taken for one another."""
    orders = list(itertools.permutations(outputs(weights, x)))[1:]
    return [(bernoulli_nll(x_hat, x) + beta * gaussian_kl(mu, log_var)).mean() for x_hat, mu, log_var in orders]


def epoch_loss(weights: Weights, batches: list[Tensor], beta: float) -> tuple[float, Suspects]:
    """The mean weighted loss per image, and what wrong ways of counting and of weighing give."""
    right, suspects = epoch_values([bce + beta * kl for bce, kl in (stand_in_terms(weights, x) for x in batches)])
    of_batches = [wrong_losses(weights, x, beta) for x in batches]
    for name, ways in of_batches[0].items():
        suspects[name] = [epoch_values([losses[name][way] for losses in of_batches])[0] for way in range(len(ways))]
    return right, suspects


def wrong_losses(weights: Weights, x: Tensor, beta: float) -> dict[str, list[Tensor]]:
    """What wrong weights and wrong calls of the weighted loss give for each image (B,), for each idea in all its ways.

    x: in (0, 1) without its ends.
    """
    x_hat, mu, log_var = outputs(weights, x)
    bce, kl = bernoulli_nll(x_hat, x), gaussian_kl(mu, log_var)
    turned, exchanged = bernoulli_nll(x, x_hat), gaussian_kl(log_var, mu)
    return {
        "beta-ignored": [bce + kl],
        "beta-on-reconstruction": [beta * bce + kl],
        "beta-squared": [beta * (bce + beta * kl), bce + beta**2 * kl],
        "elbo-kl-missing": [bce],
        "arguments-in-wrong-order": [turned + beta * kl, bce + beta * exchanged, turned + beta * exchanged],
    }


def _terms_of_batches(weights: Weights, batches: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
    """The distortions and the rates of the images of each batch."""
    pairs = [stand_in_terms(weights, x) for x in batches]
    return [bce for bce, _ in pairs], [kl for _, kl in pairs]


def _averaged(suspects: Suspects) -> Suspects:
    """Values of each image as their means."""
    return {name: [value.mean() for value in _several(values)] for name, values in suspects.items()}


def active_counts(weights: Weights, batches: list[Tensor], threshold: float) -> tuple[int, dict[str, list[int]]]:
    """The number of active units (Burda et al. 2016), and what wrong ideas count: each in its ways, in one order."""
    _, mu, log_var = outputs(weights, torch.cat(batches))
    of_batches = list(mu.split([len(batch) for batch in batches]))
    variance, spread = mu.var(0, correction=0), log_var.exp().mean(0)
    within = torch.stack([part.var(0, correction=0) for part in of_batches])
    unbiased = torch.stack([part.var(0) for part in of_batches])
    shares = torch.tensor([len(part) / len(mu) for part in of_batches]).double()
    wrong: dict[str, list[Tensor]] = {
        "active-by-standard-deviation": [variance.sqrt()],
        "active-by-square-of-variance": [variance.square()],
        "active-by-log-of-variance": [variance.log()],
        "active-within-batches": [within.mean(0), unbiased.mean(0), shares @ within, shares @ unbiased],
        "active-in-one-batch": [*within[[0, -1]], *unbiased[[0, -1]]],
        "active-without-the-short-batch": [torch.cat(of_batches[:-1]).var(0, correction=0)],
        "active-by-size-of-mean": [mu.square().mean(0), mu.abs().mean(0), mu.mean(0).abs()],
        "active-by-kl": [kl_per_latent(mu, log_var).mean(0)],
        "active-by-posterior-variance": [spread],
        "active-by-drawn-codes": [variance + spread],
        "active-by-sharpness": [1 - spread - threshold],
        "active-counts-silent-latents": [2 * threshold - variance],
        "active-counts-images": [mu.var(1), mu.var(1, correction=0)],
        "active-counts-all-latents": [torch.full_like(variance, torch.inf)],
    }
    counts = {name: [int((one > threshold).sum()) for one in ways] for name, ways in wrong.items()}
    return int((variance > threshold).sum()), counts


def sgd(weights: Weights, batches: list[Tensor], rate: float, beta: float, mistake: str = "") -> Weights:
    """The weights after one epoch of gradient descent on the weighted loss, right or with a mistake of the loop."""
    return _descended(weights, batches, rate, beta, mistake)[0]


def clipped_steps(weights: Weights, batches: list[Tensor], rate: float, beta: float, first: Weights) -> list[Weights]:
    """The weights after epochs whose gradients are clipped; `first` has those after the first step."""
    return descend_clipped(weights, batches, partial(_weighted, beta=beta), rate, first)


def wrong_steps(weights: Weights, batches: list[Tensor], rate: float, beta: float) -> dict[str, list[Weights]]:
    """The weights after epochs with the known mistakes, for each mistake in all its ways."""
    found = {name: [sgd(weights, batches, rate, beta, name)] for name in _LOOP_MISTAKES}
    for name, ways in wrong_losses(weights, batches[0], beta).items():
        found[name] = []
        for way in range(len(ways)):

            def losses(current: Weights, x: Tensor, name: str = name, way: int = way) -> Tensor:
                return wrong_losses(current, x, beta)[name][way]

            found[name].append(descend(weights, batches, losses, rate)[0])
    return found


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
    return descend(weights, batches, partial(_weighted, beta=beta), rate, mistake)


def _weighted(current: Weights, x: Tensor, beta: float) -> Tensor:
    bce, kl = stand_in_terms(current, x)
    return bce + beta * kl


_LOOP_MISTAKES = (
    *("elbo-summed-over-batch", "zero-grad-missing", "one-step-per-epoch"),
    *("gradient-ascent", "step-before-backward", "short-batch-left-out"),
)
