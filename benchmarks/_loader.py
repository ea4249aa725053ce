"""The loop that tutorials have: torchvision's data set, ToTensor, a DataLoader."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import platformdirs
from torch import Tensor
from torch.utils.data import DataLoader

from vaelab import _torchvision


def tutorial_loader(class_name: str, batch_size: int) -> Callable[[], Iterator[tuple[Tensor, Tensor]]]:
    """An epoch of the training split of "MNIST" or "FashionMNIST" at each call: x (B, 784), y (B,).

    Every image becomes a PIL image and then a tensor, one at a time, in this process (no workers).
    """
    datasets = _torchvision.datasets()
    from torchvision.transforms import ToTensor

    root = os.environ.get("VAELAB_DATA") or platformdirs.user_cache_dir("vaelab")
    images = getattr(datasets, class_name)(root, train=True, transform=ToTensor())
    loader = DataLoader(images, batch_size=batch_size, shuffle=True)
    return lambda: ((x.flatten(1), y) for x, y in loader)
