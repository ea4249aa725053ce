"""How a check leaves a running notebook: as it was."""

from __future__ import annotations

import copy
import random
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy
import torch
from torch import Tensor, nn

from vaelab.data import Batches

_CPU = torch.device("cpu")
_MOST_NUMBERS = 2**24  # of a tensor that is copied before each check; of a larger one only the shape is put back


def ipython() -> Any:
    """The shell of the running notebook; None in a plain script."""
    module = sys.modules.get("IPython")
    return module.get_ipython() if module else None


@contextmanager
def undisturbed() -> Iterator[None]:
    """Leaves the notebook as it was: its random generators, torch's global modes, no bars and no pictures.

    Meanwhile new tensors are made on the CPU, whatever the notebook prefers.
    """
    modes = torch.is_grad_enabled(), torch.get_default_dtype()
    states = torch.get_rng_state(), random.getstate(), numpy.random.get_state()
    on_gpus = torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []
    with ExitStack() as stack:
        if torch.get_default_device() != _CPU:
            stack.enter_context(_CPU)
        if ipython() is not None:
            from IPython.utils.capture import capture_output

            stack.enter_context(capture_output())
        stack.callback(_close_figures, set(_figures()))
        try:
            yield
        finally:
            torch.set_rng_state(states[0])
            random.setstate(states[1])
            numpy.random.set_state(states[2])
            if on_gpus:
                torch.cuda.set_rng_state_all(on_gpus)
            torch.set_grad_enabled(modes[0])
            torch.set_default_dtype(modes[1])


def _figures() -> list[int]:
    pyplot = sys.modules.get("matplotlib.pyplot")
    return pyplot.get_fignums() if pyplot else []


def _close_figures(but: set[int]) -> None:
    for number in set(_figures()) - but:
        sys.modules["matplotlib.pyplot"].close(number)


@contextmanager
def tensors_kept(namespace: dict[str, Any]) -> Iterator[None]:
    """What checked code changes in place in the notebook's tensors, such as a data set's labels, is put back."""
    kept = [_Kept(tensor) for value in list(namespace.values()) for tensor in _tensors(value)]
    try:
        yield
    finally:
        for one in kept:
            one.put_back()


class _Kept:
    """A tensor, and what it was."""

    def __init__(self, tensor: Tensor) -> None:
        self._tensor = tensor
        self._layout = tensor.size(), tensor.stride(), tensor.storage_offset()
        self._numbers = tensor.clone() if tensor.numel() <= _MOST_NUMBERS else None

    def put_back(self) -> None:
        tensor = self._tensor
        if (tensor.size(), tensor.stride(), tensor.storage_offset()) != self._layout:
            tensor.as_strided_(*self._layout)
        if self._numbers is not None and not tensor.equal(self._numbers):
            tensor.copy_(self._numbers)


def _tensors(value: Any) -> list[Tensor]:
    """A tensor without a graph, or those of a tuple such as a data set."""
    parts = value if isinstance(value, tuple) else (value,)
    return [part for part in parts if type(part) is Tensor and not part.requires_grad and not part.is_inference()]


@contextmanager
def on_the_cpu(namespace: dict[str, Any]) -> Iterator[None]:
    """Meanwhile the notebook's models and tensors are copies on the CPU, where they are elsewhere.

    Checks compute on the CPU, and functions of the notebook find their globals there, too.
    """
    made: dict[int, Any] = {}
    kept = dict(namespace)
    copies = {name: _on_the_cpu(value, made) for name, value in kept.items() if not name.startswith("_")}
    moved = {name: value for name, value in copies.items() if value is not kept[name]}
    namespace.update(moved)
    try:
        yield
    finally:
        for name, value in moved.items():
            if namespace.get(name) is value:  # else the checked code has bound it anew
                namespace[name] = kept[name]


def _on_the_cpu(value: Any, made: dict[int, Any]) -> Any:
    """The value itself, or a copy if something of it is elsewhere; `made` holds the copy of each object, by its id."""
    if isinstance(value, Tensor):
        return value if value.device == _CPU else made.setdefault(id(value), _copied(value))
    if isinstance(value, nn.Module):
        return _model_on_the_cpu(value, made)
    if isinstance(value, Batches):
        return value.to(_CPU)
    if type(value) is dict or isinstance(value, tuple | list):
        if id(value) not in made:
            made[id(value)] = value  # it may hold itself
            made[id(value)] = _parts_on_the_cpu(value, made)
        return made[id(value)]
    return value


def _parts_on_the_cpu(value: Any, made: dict[int, Any]) -> Any:
    before = list(value.values() if isinstance(value, dict) else value)
    parts = [_on_the_cpu(part, made) for part in before]
    if all(part is one for part, one in zip(parts, before, strict=True)):
        return value
    if isinstance(value, dict):
        return dict(zip(value, parts, strict=True))
    return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)


def _model_on_the_cpu(model: nn.Module, made: dict[int, Any]) -> nn.Module:
    """Everything of it is copied; its tensors are, so to speak, already."""
    elsewhere = [tensor for tensor in (*model.parameters(), *model.buffers()) if tensor.device != _CPU]
    if not elsewhere:
        return model
    for tensor in elsewhere:
        made.setdefault(id(tensor), _copied(tensor))
    return copy.deepcopy(model, made)


def _copied(tensor: Tensor) -> Tensor:
    numbers = tensor.detach().cpu()
    return nn.Parameter(numbers, tensor.requires_grad) if isinstance(tensor, nn.Parameter) else numbers
