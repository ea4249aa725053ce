"""Document E's third part: a die beside z, with no label in sight, as it was published and with lesson 6's repairs."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from _common import print_table, solution
from _reproduction import Setting
from torch import Tensor

from vaelab import data

GAMMA, CAPACITY = 20.0, 100.0
NATS_FOR_Z, GROWING_DIE = (
    3.0,
    0.3,
)  # with the five nats that suit the embedded digits, z says too much of the digit here
PUBLISHED_NMI = {20: 0.48}
SHOWN = (1, 5, 10, 15, 20)
Objective = Callable[[Tensor, Tensor, Tensor, int, int], Tensor]


@dataclass(frozen=True)
class Published:
    """What was published of a model: its NMI at some epochs, and that its die stayed fair."""

    nmi: dict[int, float]
    entropy: float | None = None


NOTHING = Published({})


def dice_of_e(setting: Setting) -> None:
    """Trains with four losses, one seed, and prints what the die says after some of the epochs."""
    lesson = solution("06_discrete_latents")
    objectives: list[tuple[str, Objective, Published]] = [
        ("the bound alone", bound(lesson), Published({}, math.log(10))),
        ("with E's capacities", loss_of_e, Published(PUBLISHED_NMI)),
        ("capacities per image, of the KL", budgeted(lesson, 0.0), NOTHING),
        ("the same, and 30 × aggregate KL", budgeted(lesson, 30.0), NOTHING),
    ]
    rows = [row for label, objective, told in objectives for row in _rows(setting, lesson, label, objective, told)]
    print_table(
        "E, third part. 784-400 with 20 latents and a die of 10 faces, Adam 1e-3, batches of 128, τ = 2/3, MNIST "
        "without labels. E's capacities: 20 · |ΣKL − C| + 20 · |ΣH − C|, sums over the batch, C from 0 to 100 "
        "over the whole training. Repaired: means, |KL − C| for both, 3 nats for z and log 10 for the die, reached "
        "after 30 % of the training, γ = 10. H is the mean entropy of the die, in nats; log 10 = 2.30. Different here: "
        "the temperature and the schedule are ours.",
        ["loss", "epoch", "published H", "H", "published NMI", "NMI, training", "NMI, test"],
        rows,
    )


def bound(lesson: dict[str, Any]) -> Objective:
    """The negative bound of a batch, in nats per image."""
    return lambda term, kl_z, logits, step, steps: (term + kl_z + lesson["categorical_kl"](logits)).mean()


def loss_of_e(reconstruction: Tensor, kl_z: Tensor, logits: Tensor, step: int, steps: int) -> Tensor:
    """Document E's loss, divided by the batch's size: the capacity is held against sums, and against the entropy."""
    capacity = CAPACITY * min(1.0, step / steps)
    off = (kl_z.sum() - capacity).abs() + (entropy(logits).sum() - capacity).abs()
    return (reconstruction.sum() + GAMMA * off) / len(reconstruction)


def entropy(logits: Tensor) -> Tensor:
    """(B, C) to (B,), in nats."""
    log_p = logits.log_softmax(dim=1)
    return -(log_p.exp() * log_p).sum(dim=1)


def budgeted(lesson: dict[str, Any], price: float, growing_z: float = 0.3) -> Objective:
    """Lesson 6's capacity loss with little room for z, and a price for faces that are used unequally.

    growing_z: the share of the training after which z has all of its nats; the die has after `GROWING_DIE`.
    """

    def objective(reconstruction: Tensor, kl_z: Tensor, logits: Tensor, step: int, steps: int) -> Tensor:
        for_z = lesson["capacity"](step, int(growing_z * steps), NATS_FOR_Z)
        for_die = lesson["capacity"](step, int(GROWING_DIE * steps), math.log(10))
        loss = lesson["capacity_loss"](reconstruction, kl_z, lesson["categorical_kl"](logits), 10.0, for_z, for_die)
        return loss + price * lesson["aggregate_kl"](logits)

    return objective


def _rows(
    setting: Setting, lesson: dict[str, Any], label: str, objective: Objective, published: Published
) -> list[list[str]]:
    train, test = setting.load("mnist")

    def watch(model: Any) -> list[str]:
        with torch.no_grad():
            uncertain = entropy(model.encoder(test.images)[2]).mean().item()
        found = [lesson["nmi"](split.labels, model.cluster(split.images)) for split in (train, test)]
        return [f"{value:.2f}" for value in (uncertain, *found)]

    torch.manual_seed(0)
    model = lesson["JointVAE"]()
    batches = data.batches(train.images, batch_size=128, shuffle=True)
    epochs = setting.epochs(20)
    seen = lesson["train_joint"](model, batches, objective, epochs=epochs, learning_rate=1e-3, watch=watch)
    fair = "—" if published.entropy is None else f"{published.entropy:.2f}"
    return [
        [label, str(epoch), fair, uncertain, _told(published.nmi.get(epoch)), on_training, on_test]
        for epoch, (uncertain, on_training, on_test) in enumerate(seen, start=1)
        if epoch in SHOWN or setting.quick
    ]


def _told(figure: float | None) -> str:
    return "—" if figure is None else f"{figure:.2f}"
