"""What the reproductions of documents share: data, early stopping, the judge's verdicts, seconds per epoch."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import torch
from _loader import tutorial_loader
from torch import Tensor

from vaelab import data, metrics

PER_CLASS = 100
_TORCHVISION = {"mnist": "MNIST", "fashion-mnist": "FashionMNIST"}
Terms = Callable[[Tensor, Tensor], Tensor]


@dataclass
class Setting:
    """A data set, how much of the training to do, and what was found beside the losses."""

    quick: bool
    whole: bool = False
    accuracies: list[list[str]] = field(default_factory=list)
    seconds: list[list[str]] = field(default_factory=list)

    def load(self, name: str) -> tuple[data.Split, data.Split]:
        """The training and the test split; the embedded digits when it has to be quick."""
        name = "digits" if self.quick else name
        return data.load(name, "train"), data.load(name, "test")

    def epochs(self, full: int) -> int:
        return min(full, 2) if self.quick else full

    def judge(self, label: str, model: Any, generate: Callable[[Any, Tensor], Tensor], name: str) -> None:
        """Notes how many of the images are recognised as what was asked for, and how much they vary."""
        name = "digits" if self.quick else name
        judge, test = metrics.judge(name), data.load(name, "test")
        asked = torch.arange(10).repeat_interleave(PER_CLASS)
        images = generate(model, asked)
        right = (judge(images).argmax(dim=1) == asked).float().mean().item()
        spread = [
            metrics.diversity(images[asked == k]) / metrics.diversity(test.images[test.labels == k][:PER_CLASS])
            for k in range(10)
        ]
        self.accuracies.append([label, f"{right:.1%}", f"{sum(spread) / 10:.0%}", f"{judge.accuracy:.1%}"])

    def against_loader(self, label: str, name: str, size: int, epoch: Callable[[Any], Any], ours: list[float]) -> None:
        """Notes the seconds of the epochs beside those of one that `epoch` makes of a DataLoader's pairs."""
        if self.quick:
            return
        start = time.perf_counter()
        epoch(tutorial_loader(_TORCHVISION[name], size)())
        theirs = time.perf_counter() - start
        each = sum(ours) / len(ours)
        self.seconds.append([label, str(len(ours)), f"{each:.1f}", f"{theirs:.1f}", f"{theirs / each:.1f} x"])


class Tally:
    """A function of per-image values (B,) that also adds them up."""

    def __init__(self, function: Terms) -> None:
        self._function = function
        self._total, self._images = 0.0, 0

    def __call__(self, first: Tensor, second: Tensor) -> Tensor:
        values = self._function(first, second)
        self._total += values.detach().sum().item()
        self._images += len(values)
        return values

    def take(self) -> float:
        """The mean per image since the last call."""
        mean = self._total / self._images
        self._total, self._images = 0.0, 0
        return mean


def train(
    epoch: Callable[[], float], test: Callable[[], float], epochs: int, patience: float = math.inf
) -> Iterator[tuple[int, float, float, float]]:
    """Epochs with number, training loss, test loss and seconds of training.

    Ends when the test loss has not been lower for `patience` epochs in a row.
    """
    best, waited = math.inf, 0
    for number in range(1, epochs + 1):
        start = time.perf_counter()
        loss = epoch()
        seconds = time.perf_counter() - start
        held_out = test()
        yield number, loss, held_out, seconds
        best, waited = (held_out, 0) if held_out < best else (best, waited + 1)
        if waited >= patience:
            return


def twin(model: Any, rate: float) -> tuple[Any, torch.optim.Optimizer]:
    """A copy of a model with an optimizer of its own, to time an epoch that leaves the model as it is."""
    model = copy.deepcopy(model)
    return model, torch.optim.Adam(model.parameters(), lr=rate)
