"""How a check leaves a running notebook: as it was."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy
import torch
from torch import Tensor

_MOST_NUMBERS = 2**24  # of a tensor that is copied before each check; of a larger one only the shape is put back


def ipython() -> Any:
    """The shell of the running notebook; None in a plain script."""
    module = sys.modules.get("IPython")
    return module.get_ipython() if module else None


@contextmanager
def undisturbed() -> Iterator[None]:
    """Leaves the notebook as it was: its random generators, torch's global modes, no bars and no pictures."""
    modes = torch.is_grad_enabled(), torch.get_default_dtype()
    states = torch.get_rng_state(), random.getstate(), numpy.random.get_state()
    with ExitStack() as stack:
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
