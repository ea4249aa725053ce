"""A GPU for machines without one: tensors that say they are on `cuda:0`, and refuse what those refuse.

Their numbers are on the CPU, computed by its kernels; what is tested is where everything is, not how fast.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._device import _device_constructors
from torch.utils._pytree import tree_leaves

import vaelab
from vaelab import _device

CPU, GPU = torch.device("cpu"), torch.device("cuda", 0)
_MAY_MIX = (Tensor.copy_, Tensor.__setitem__, Tensor.data.__set__)


class There(Tensor):
    """A tensor that is said to be on the GPU."""


class StandIn(TorchFunctionMode):
    """Follows where tensors are."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = dict(kwargs or {})
        first = args[0] if args else None
        if func == Tensor.device.__get__:
            return GPU if isinstance(first, There) else CPU
        if func in (Tensor.numpy, Tensor.__array__) and isinstance(first, There):
            raise TypeError("can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() first.")
        if func == Tensor.grad.__get__:
            gradient = func(first)
            return gradient if gradient is None or not isinstance(first, There) else _put(gradient, GPU)
        if func == Tensor.cpu:
            return _put(first, CPU)
        if func == Tensor.to:
            return _to(func, args, kwargs)
        _confirm_together(func, args, kwargs)
        wanted = kwargs.get("device")
        if wanted is None and func in _device_constructors():
            wanted = torch.get_default_device()
            _confirm_generator(kwargs.get("generator"), wanted)
        if wanted is None:
            return func(*args, **kwargs)
        return _put(func(*args, **kwargs | {"device": CPU}), torch.device(wanted))


def _put(tensor: Tensor, place: torch.device) -> Tensor:
    return tensor.as_subclass(There if place.type == "cuda" else Tensor)


def _to(func: Any, args: Any, kwargs: Any) -> Tensor:
    """`tensor.to` with a device, a type or both, as positions or names; nothing else matters here."""
    tensor, *given = args
    given += [kwargs.get("device"), kwargs.get("dtype")]
    places = [torch.device(one) for one in given if isinstance(one, str | torch.device)]
    types = [one for one in given if isinstance(one, torch.dtype)]
    out = func(tensor, types[0]) if types else tensor
    if not places or (places[0].type == "cuda") == isinstance(out, There):
        return out
    return _put(out, places[0])


def _confirm_together(func: Any, args: Any, kwargs: Any) -> None:
    tensors = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, Tensor)]
    there = any(isinstance(tensor, There) for tensor in tensors)
    here = any(not isinstance(tensor, There) and tensor.dim() > 0 for tensor in tensors)
    picked = func == Tensor.__getitem__ and isinstance(args[0], There)  # by indices of the CPU
    if there and here and not picked and func not in _MAY_MIX:
        raise RuntimeError("Expected all tensors to be on the same device, but found at least two, cuda:0 and cpu!")


def _confirm_generator(generator: torch.Generator | None, place: torch.device) -> None:
    if generator is not None and generator.device.type != place.type:
        raise RuntimeError(f"Expected a '{place.type}' device type for generator but found '{generator.device.type}'")


@contextmanager
def a_gpu(monkeypatch) -> Iterator[None]:
    """While it lasts this machine has a GPU, and what is made is made there, as a lesson's first cell has it."""
    helper = _device._AsOnTheCpu()
    monkeypatch.setenv("VAELAB_DEVICE", str(GPU))
    monkeypatch.setattr(_device, "_as_on_the_cpu", helper)
    with StandIn():
        try:
            assert vaelab.use_device() == GPU
            yield
        finally:
            helper.__exit__(None, None, None)
            torch.set_default_device(None)
