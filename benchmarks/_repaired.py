"""Documents A and D with the repairs of lesson 5: a learned σ, all constants, the KL to the prior, pixels in [0, 1]."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from _common import print_table, solution
from _reproduction import Setting
from torch import Tensor

from vaelab import data

Outputs = tuple[Tensor, Tensor, Tensor]
SHOWN = (1, 2, 5, 10, 20)


def repaired_d(setting: Setting) -> None:
    """Lesson 5's SigmaVAE on Fashion-MNIST, with document D's sizes and training."""
    lesson = solution("05_likelihoods")
    images, test = setting.load("fashion-mnist")
    torch.manual_seed(0)
    model = lesson["SigmaVAE"]()
    batches = data.batches(images.images, batch_size=128, shuffle=True)
    networks = [*model.encoder.parameters(), *model.decoder.parameters()]
    adam = _optimizer(networks, model.log_sigma, 1e-3)
    epochs = (((x,) for x in batches) for _ in range(setting.epochs(10)))
    rows = _rows(lesson, model, model.log_sigma, adam, epochs, (test.images,))
    _print("D, repaired: σ learned, pixels in [0, 1], one meaning for the second head.", rows)


def repaired_a(setting: Setting, model: Any, one_hot: Callable[[Tensor, int], Tensor]) -> None:
    """Document A's networks, a new `model` of lesson 3, with a σ that is learned."""
    lesson = solution("05_likelihoods")
    images, test = setting.load("fashion-mnist")
    labelled = data.batches(images.images, one_hot(images.labels, 10), batch_size=128, shuffle=True)
    log_sigma = torch.nn.Parameter(torch.zeros(()))
    adam = _optimizer(model.parameters(), log_sigma, 5e-3)
    epochs = (labelled for _ in range(setting.epochs(20)))
    rows = _rows(lesson, model, log_sigma, adam, epochs, (test.images, one_hot(test.labels, 10)))
    _print("A, repaired: σ learned, no noise in the loss, all constants, the KL to N(0, I).", rows)


def _optimizer(networks: Iterable[Tensor], log_sigma: Tensor, rate: float) -> torch.optim.Optimizer:
    return torch.optim.Adam([{"params": networks}, {"params": [log_sigma], "lr": 3e-2}], lr=rate)


def _rows(
    lesson: dict[str, Any],
    model: Callable[..., Outputs],
    log_sigma: Tensor,
    adam: torch.optim.Optimizer,
    epochs: Iterable[Iterable[tuple[Tensor, ...]]],
    held_out: tuple[Tensor, ...],
) -> list[list[str]]:
    """Trains, and measures the held-out images after some of the epochs."""

    def terms(given: tuple[Tensor, ...]) -> tuple[Tensor, Tensor, Tensor]:
        x_hat, mu, log_var = model(*given)
        term = lesson["gaussian_nll"](x_hat, given[0], log_sigma.exp())
        return term.mean(), lesson["kl_divergence"](mu, log_var).mean(), lesson["optimal_sigma"](x_hat, given[0])

    rows = []
    for number, batches in enumerate(epochs, start=1):
        for given in batches:
            term, kl, _ = terms(given)
            adam.zero_grad()
            (term + kl).backward()
            adam.step()
        if number in SHOWN:
            with torch.no_grad():
                term, kl, error = terms(held_out)
                figures = [term + kl, term, kl]
                widths = [log_sigma.exp(), error]
                rows.append([str(number), *(f"{one:.1f}" for one in figures), *(f"{one:.4f}" for one in widths)])
    return rows


def _print(title: str, rows: list[list[str]]) -> None:
    head = ["epoch", "bound, test images", "Gaussian term", "KL", "σ", "root mean square error"]
    print_table(f"{title} Nats per image for pixels in [0, 1], a density.", head, rows)
