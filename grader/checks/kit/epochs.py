"""Epochs of training on stand-in models, computed here: right, or with one of the known mistakes. float64, in nats."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from typing import Any, TypeVar

import torch
from torch import Tensor
from torch.nn import functional as F

from grader.checks.kit.oracles import Suspects, bernoulli_nll, gaussian_kl

NARROW = -30.0  # a log-variance at which a code is its mean, in single precision
TRAINED = ("m", "v", "b", "k")  # the weights of a stand-in that an optimizer changes

Weights = dict[str, Tensor]
Batch = TypeVar("Batch")


def epoch_values(losses: list[Tensor]) -> tuple[float, Suspects]:
    """The mean loss per image of an epoch, and what wrong ways of counting give."""
    means = [loss.mean().item() for loss in losses]
    total, images = sum(loss.sum().item() for loss in losses), sum(map(len, losses))
    by_batches: Suspects = {}
    if len(set(map(len, losses))) > 1:
        by_batches["averages-batches-not-images"] = sum(means) / len(means)
    if len(losses) > 2:  # of two batches (a + b) / 2 is the mean
        by_batches["epoch-loss-running-average"] = _running_averages(means)
    if len(losses[-1]) < len(losses[0]):
        before = total - losses[-1].sum().item()
        by_batches["short-batch-left-out"] = [before / (images - len(losses[-1])), before / images]
    return total / images, by_batches | {
        "epoch-loss-not-divided": [total, sum(means)],
        "epoch-loss-divided-wrongly": [total / len(losses), sum(means) / images],
        "epoch-loss-of-last-batch": means[-1],
        "returns-inside-the-loop": [means[0], means[0] * len(losses[0]) / images],
    }


def _running_averages(means: list[float]) -> list[float]:
    """What is left of the batches' losses where each new one has a fixed share in the average so far."""

    def after(share: float, start: float, losses: list[float]) -> float:
        return reduce(lambda average, loss: (1 - share) * average + share * loss, losses, start)

    from_first = [after(share, means[0], means[1:]) for share in (0.5, 0.1)]
    return from_first + [after(share, 0.0, means) for share in (0.5, 0.1, 0.9)]


def descend(
    weights: Weights,
    batches: list[Batch],
    losses: Callable[[Weights, Batch], Tensor],
    rate: float,
    mistake: str = "",
    limit: Callable[[Weights], Weights] = lambda gradients: gradients,
) -> tuple[Weights, list[Tensor]]:
    """One epoch of gradient descent, right or with a mistake: the new weights, and the losses on the way.

    `losses` gives the loss of each image of a batch, (B,), with a graph; `limit` what is left of the gradients.
    """
    if mistake == "short-batch-left-out":
        batches = batches[:-1]
    constants = {name: value for name, value in weights.items() if name not in TRAINED}
    current = {name: value.double().clone().requires_grad_() for name, value in weights.items() if name in TRAINED}
    gradients = {name: torch.zeros_like(value) for name, value in current.items()}
    keep = mistake in ("zero-grad-missing", "one-step-per-epoch")
    late = mistake == "step-before-backward"
    sign = 1 if mistake == "gradient-ascent" else -1
    met = []
    for number, batch in enumerate(batches, start=1):
        of_images = losses(constants | current, batch)
        met.append(of_images.detach())
        loss = of_images.sum() if mistake == "elbo-summed-over-batch" else of_images.mean()
        new = torch.autograd.grad(loss, list(current.values()), materialize_grads=True)
        before = gradients
        gradients = {name: gradient + keep * gradients[name] for name, gradient in zip(current, new, strict=True)}
        if mistake != "one-step-per-epoch" or number == len(batches):
            used = limit(before if late else gradients)
            current = {n: (v.detach() + sign * rate * used[n]).requires_grad_() for n, v in current.items()}
        if mistake == "epoch-loss-after-training":
            met[-1] = losses(constants | current, batch).detach()
    return constants | {name: value.detach() for name, value in current.items()}, met


def descend_clipped(
    weights: Weights, batches: list[Batch], losses: Callable[[Weights, Batch], Tensor], rate: float, first: Weights
) -> list[Weights]:
    """The weights after epochs whose gradients are clipped, by norm and by value, as much as in the first step.

    first: the weights after that step, which say where the gradients end.
    """
    of_first = [(first[name].double() - weights[name].double()) / rate for name in weights if name in TRAINED]
    length = torch.cat([one.flatten() for one in of_first]).norm().item()
    largest = max(one.abs().max().item() for one in of_first)

    def by_norm(gradients: Weights) -> Weights:
        norm = torch.cat([one.flatten() for one in gradients.values()]).norm().item()
        return {name: one * min(1.0, length / norm) for name, one in gradients.items()}

    def by_value(gradients: Weights) -> Weights:
        return {name: one.clamp(-largest, largest) for name, one in gradients.items()}

    return [descend(weights, batches, losses, rate, limit=limit)[0] for limit in (by_norm, by_value)]


def stand_in_outputs(weights: Weights, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """x_hat, mu and log_var of the model of `stand_ins`; with a graph.

    Right where w is 0, or where codes are as good as their means (see `NARROW`).
    """
    x, weights = x.double(), {name: value.double() for name, value in weights.items()}
    mu, log_var = x @ weights["m"] + weights.get("cm", 0), x @ weights["v"] + weights.get("cv", 0)
    x_hat = torch.sigmoid(mu @ weights["w"] + weights["b"]) if "w" in weights else torch.sigmoid(weights["b"])
    return x_hat.expand(len(x), -1), mu, log_var


def stand_in_terms(weights: Weights, x: Tensor) -> tuple[Tensor, Tensor]:
    """Distortion and rate of each image, (B,) each; see `stand_in_outputs`."""
    x_hat, mu, log_var = stand_in_outputs(weights, x)
    return bernoulli_nll(x_hat, x), gaussian_kl(mu, log_var)


def stand_in_losses(weights: Weights, x: Tensor) -> Tensor:
    """The negative ELBO of each image."""
    distortion, rate = stand_in_terms(weights, x)
    return distortion + rate


def mistaken_losses(weights: Weights, x: Tensor) -> dict[str, list[Tensor]]:
    """What wrong losses charge each image, (B,), each in one way or several: their mean is the loss; with a graph."""
    x_hat, mu, log_var = stand_in_outputs(weights, x)
    bce, kl, squares = bernoulli_nll(x_hat, x), gaussian_kl(mu, log_var), (x_hat - x.double()).square().sum(1)
    images, pixels, latents = len(x), x.shape[1], mu.shape[1]
    return {
        "bce-swapped-arguments": [bernoulli_nll(x, x_hat) + kl],
        "bce-mean-over-pixels": [bce / pixels + kl],
        "bce-sigmoid-twice": [bernoulli_nll(x_hat.sigmoid(), x) + kl],
        "squared-error-instead-of-bce": [squares + kl, squares / 2 + kl, squares / pixels + kl],
        "model-outputs-mixed-up": [bce + gaussian_kl(log_var, mu)],
        "elbo-kl-missing": [bce],
        "elbo-reconstruction-missing": [kl],
        "elbo-kl-subtracted": [bce - kl, kl - bce],
        "elbo-mean-over-everything": [bce / pixels + kl / latents, (bce + kl) / pixels],
        "elbo-terms-reduced-differently": [images * bce + kl, bce + images * kl, bce / pixels + images * kl],
    }


def distortions_of_codes(weights: Weights, x: Tensor, draw: Any) -> tuple[float, float, float]:
    """The expected distortion of codes drawn with variance e, its standard deviation over images, and that of means."""
    mu, x = x.double() @ weights["m"].double(), x.double()
    losses = []
    for noise in [draw(*mu.shape).double() * math.exp(0.5) for _ in range(20)] + [torch.zeros_like(mu)]:
        logits = (mu + noise) @ weights["w"].double() + weights["b"].double()
        losses.append((F.softplus(logits) - x * logits).sum(1))
    drawn = torch.stack(losses[:-1])
    return drawn.mean().item(), drawn.std().item(), losses[-1].mean().item()
