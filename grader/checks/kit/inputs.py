"""Random inputs on which right and wrong answers differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import torch
from torch import Tensor

Given = TypeVar("Given")
_MOST_DRAWS = 1000


def told_apart(make: Callable[[], tuple[Given, Any, Mapping[str, Any]]]) -> tuple[Given, Any, Mapping[str, Any]]:
    """The inputs, the right value and the values of wrong ideas that `make` draws, once they can be told apart.

    On one draw in a hundred or so a wrong idea comes close to the right value by chance, or to the value of another
    wrong idea; then `make` is called again. Two wrong ideas that amount to the same on a draw, to the last digit, may
    stay. RuntimeError when no draw will do.
    """
    for _ in range(_MOST_DRAWS):
        given, right, suspects = make()
        if _all_differ(torch.as_tensor(right).double(), suspects):
            return given, right, suspects
    raise RuntimeError(f"No inputs tell the right answer from these ideas: {', '.join(suspects)}.")


def _all_differ(right: Tensor, suspects: Mapping[str, Any]) -> bool:
    """Whether no two ideas come within a tenth of a percent of one another: ten times what passes for equal."""
    owners, values = [0], [right.detach()]
    for number, wrong in enumerate(suspects.values(), start=1):
        for value in wrong if isinstance(wrong, list) else [wrong]:
            tensor = torch.as_tensor(value).detach().double()
            if tensor.shape == right.shape and tensor.isfinite().all():
                owners.append(number)
                values.append(tensor)
    flat, owner = torch.stack(values).reshape(len(values), -1), torch.tensor(owners)
    apart, size = (flat[:, None] - flat[None]).abs(), torch.maximum(flat[:, None].abs(), flat[None].abs())
    close = (apart <= 1e-4 + 1e-3 * size).all(2) & (owner[:, None] != owner[None])
    same = (apart <= 1e-9 * (1 + size)).all(2) & (owner[:, None] > 0) & (owner[None] > 0)
    return not (close & ~same).any()
