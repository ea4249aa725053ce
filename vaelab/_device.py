"""Where a notebook computes: on a GPU if there is one, with the same code.

PyTorch's default device does most of it. On the CPU it is left alone, since with a default device every call of PyTorch
goes through Python, which small networks feel.
"""

from __future__ import annotations

import os
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

_FOR_NUMPY = (Tensor.numpy, Tensor.__array__)
_DRAWN = (torch.rand, torch.randn, torch.randint, torch.randperm)


def device() -> torch.device:
    """Where models train: what VAELAB_DEVICE names ("cpu", "cuda:1", "mps"), else a CUDA GPU, else the CPU."""
    chosen = os.environ.get("VAELAB_DEVICE")
    return torch.device(chosen or ("cuda" if torch.cuda.is_available() else "cpu"))


def use_device() -> torch.device:
    """From now on models, tensors and data sets are made on `device()`, unless they say where; returns it.

    What works on the CPU goes on working: NumPy and matplotlib are given copies, and a generator of the CPU, such as a
    DataLoader's, draws there.
    """
    wanted = device()
    if wanted.type != "cpu":
        torch.set_default_device(wanted)
        _as_on_the_cpu.begin()
    elif torch.get_default_device().type != "cpu":
        torch.set_default_device(None)
    return wanted


class _AsOnTheCpu(TorchFunctionMode):
    """Does for tensors on a GPU what works for those on the CPU and is an error there."""

    begun = False

    def begin(self) -> None:
        if not self.begun:
            self.begun = True
            self.__enter__()

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if func in _FOR_NUMPY:
            return func(args[0].cpu(), *args[1:], **kwargs)
        generator = kwargs.get("generator")
        if func in _DRAWN and generator is not None and kwargs.get("device") is None:
            kwargs = kwargs | {"device": generator.device}
        return func(*args, **kwargs)


_as_on_the_cpu = _AsOnTheCpu()
