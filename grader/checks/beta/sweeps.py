"""The sweep over prices, computed here with a stand-in: right, or with one of the known mistakes. float64, in nats."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.checks.kit.epochs import Weights, stand_in_terms


def sweep(
    betas: list[float],
    weights: Weights,
    train: list[Tensor],
    test: list[Tensor],
    epochs: int,
    learning_rate: float,
    mistake: str = "",
    by_loss: bool = True,
    one_optimizer: bool = True,
) -> Tensor:
    """(beta, rate, distortion) of each price, (K, 3), after training the stand-in by Adam; right or with a mistake.

    by_loss: whether the best epoch, where one is chosen, is that of the least weighted loss, or of the least sum.
    one_optimizer: whether a model that goes through all prices keeps its optimizer.
    """
    points: list[list[float]] = []
    current: Weights = {}
    for beta in betas:
        if not current or mistake != "sweep-continues-one-model":
            current = {name: value.double().clone().requires_grad_() for name, value in weights.items()}
        if not points or mistake != "sweep-continues-one-model" or not one_optimizer:
            rate = 1e-3 if mistake == "sweep-ignores-learning-rate" else learning_rate
            adam = _Adam(list(current.values()), rate, decay=1e-2 if mistake == "sweep-decays-weights" else 0.0)
        price = {"beta-ignored": 1.0, "sweep-trains-at-the-last-beta": betas[-1]}.get(mistake, beta)
        measured = [_measured(current, test)]
        for _ in range({"sweep-trains-nothing": 0, "sweep-trains-one-epoch": 1}.get(mistake, epochs)):
            for x in train:
                bce, kl = _tied_terms(current, x)
                loss = (price * bce + kl if mistake == "beta-on-reconstruction" else bce + price * kl).mean()
                adam.step(loss)
            measured.append(_measured(current, train if mistake == "sweep-measures-training-data" else test))
        best = min(measured[-epochs:], key=lambda point: point[1] + (beta if by_loss else 1.0) * point[0])
        points.append([beta, *(best if mistake == "sweep-reports-best-epoch" else measured[-1])])
    table = torch.tensor(points, dtype=torch.float64)
    if mistake == "rate-and-distortion-swapped":
        table = table[:, [0, 2, 1]]
    if mistake == "rate-times-beta":
        table[:, 1] *= table[:, 0]
    return table


class _Adam:
    """Kingma and Ba (2015), algorithm 1, with its default constants; with a decay that of Loshchilov and Hutter (2019).

    torch's own would load its compiler first, which takes a second and leaves a folder behind.
    """

    def __init__(self, weights: list[Tensor], rate: float, decay: float = 0.0) -> None:
        self.weights, self.rate, self.decay, self.steps = weights, rate, decay, 0
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
                weight *= 1 - self.rate * self.decay
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
    "sweep-ignores-learning-rate",
    "sweep-decays-weights",
    "sweep-trains-nothing",
    "sweep-trains-one-epoch",
    "sweep-measures-training-data",
    "sweep-reports-best-epoch",
    "sweep-trains-at-the-last-beta",
    "beta-ignored",
    "beta-on-reconstruction",
    "rate-and-distortion-swapped",
    "rate-times-beta",
)
