"""How good are generated images? Frozen judges, and statistics of a set of samples.

Images are float tensors (N, 784) of pixels in [0, 1], distances Euclidean over the pixels, entropies in nats.
`benchmarks/train_judges.py` trained the judges and measures their accuracies.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import torch
from safetensors import safe_open
from torch import Tensor, nn

from vaelab.data import SIDE

JUDGES = ("digits", "mnist", "fashion-mnist")
CLASSES = 10
_ROWS_AT_ONCE = 256


class Judge:
    """A frozen classifier of images: `judge(images)` are its class probabilities.

    `accuracy` is the share of the data set's test split that it classifies correctly.
    """

    def __init__(self, name: str, network: nn.Sequential, accuracy: float) -> None:
        self.name, self.accuracy = name, accuracy
        self._network = network.eval().requires_grad_(False)

    def __call__(self, images: Tensor) -> Tensor:
        """Class probabilities (N, 10) of images (N, 784), without a graph."""
        return self._run(self._network, images).softmax(dim=1)

    def features(self, images: Tensor) -> Tensor:
        """The last hidden layer (N, 32) of images (N, 784): where sets of images are compared."""
        return self._run(self._network[:-1], images)

    def _run(self, network: nn.Module, images: Tensor) -> Tensor:
        images = _rows(images, "images", width=SIDE * SIDE)
        with torch.no_grad():
            parts = images.cpu().view(-1, 1, SIDE, SIDE).split(_ROWS_AT_ONCE)
            return torch.cat([network(part) for part in parts]).to(images.device)


@cache
def judge(name: str = "digits") -> Judge:
    """The judge of "digits", "mnist" or "fashion-mnist"."""
    if name not in JUDGES:
        raise ValueError(f"no judge for {name!r}; choose one of {', '.join(map(repr, JUDGES))}")
    with safe_open(judge_file(name), framework="pt") as file:
        weights = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 (not a dict)
        accuracy = float(file.metadata()["accuracy"])
    with torch.device("cpu"):  # wherever the images are
        network = judge_network()
    network.load_state_dict(weights)
    return Judge(name, network, accuracy)


def judge_file(name: str) -> Path:
    """Where the weights of a judge lie."""
    return Path(__file__).with_name(f"{name}.safetensors")


def judge_network() -> nn.Sequential:
    """The network that every judge is: images (N, 1, 28, 28) to logits (N, 10)."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 5, stride=2, padding=2), nn.ReLU(),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 48, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(48 * 3 * 3, 32), nn.ReLU(),
        nn.Linear(32, CLASSES),
    )  # fmt: skip


def nearest_distance(a: Tensor, b: Tensor) -> Tensor:
    """The distance (N,) of each row of `a` (N, D) to its nearest row of `b` (M, D).

    The nearest row is found with a matrix product, which rounds small distances badly; the distance to it is
    then computed from the difference, so that a copy is at distance 0.
    """
    a, b = _rows(a, "a"), _rows(b, "b")
    if a.shape[1] != b.shape[1] or len(b) == 0:
        raise ValueError(f"cannot compare rows of shape {tuple(a.shape)} with rows of shape {tuple(b.shape)}")
    nearest = [torch.cdist(part, b).argmin(dim=1) for part in a.split(_ROWS_AT_ONCE)]
    return (a - b[torch.cat(nearest)]).norm(dim=1)


def diversity(images: Tensor) -> float:
    """The mean distance between two different rows of `images` (N, D), N ≥ 2; 0 when all are the same."""
    images = _rows(images, "images")
    if len(images) < 2:
        raise ValueError("diversity needs at least two images")
    return torch.pdist(images).mean().item()


def class_coverage(probabilities: Tensor) -> float:
    """The share of the C classes that are the verdict on at least one image; probabilities (N, C)."""
    return (_verdict_shares(probabilities) > 0).float().mean().item()


def class_entropy(probabilities: Tensor) -> float:
    """The entropy of the verdicts' distribution over classes: log C when even, 0 when all agree; (N, C)."""
    return torch.special.entr(_verdict_shares(probabilities)).sum().item()


def _verdict_shares(probabilities: Tensor) -> Tensor:
    """The share (C,) of images whose most probable class is each class."""
    probabilities = _rows(probabilities, "probabilities")
    if len(probabilities) == 0:
        raise ValueError("there are no verdicts without images")
    verdicts = probabilities.argmax(dim=1)
    return verdicts.bincount(minlength=probabilities.shape[1]) / len(verdicts)


def _rows(value: Tensor, what: str, width: int | None = None) -> Tensor:
    """`value` as a finite float32 matrix without a graph, or ValueError."""
    if not isinstance(value, Tensor) or value.dim() != 2 or (width and value.shape[1] != width):
        found = tuple(value.shape) if isinstance(value, Tensor) else type(value).__name__
        raise ValueError(f"{what} must be a tensor of shape (N, {width or 'D'}), not {found}")
    if not value.isfinite().all():
        raise ValueError(f"{what} must be finite, but some values are nan or infinite")
    return value.detach().float()
