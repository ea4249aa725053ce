"""Epochs of training on stand-in models, computed here: right, or with one of the known mistakes. float64, in nats."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.checks.kit.oracles import Suspects, bernoulli_nll, gaussian_kl


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


def stand_in_losses(weights: dict[str, Tensor], batches: list[Tensor]) -> list[Tensor]:
    """The loss of each image of each batch, for the stand-in model of `training_probes.epoch`; with a graph."""
    weights = {name: value.double() for name, value in weights.items()}
    return [
        bernoulli_nll(torch.sigmoid(weights["b"]).expand(len(x), -1), x)
        + gaussian_kl(x.double() @ weights["m"], x.double() @ weights["v"])
        for x in batches
    ]
