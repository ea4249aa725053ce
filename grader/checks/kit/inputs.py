"""Random inputs on which right and wrong answers differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar, cast

import torch
from torch import Tensor

from grader.failures import CheckFailure

Given = TypeVar("Given")
Check = TypeVar("Check", bound=Callable[..., Any])
_MOST_DRAWS = 1000


def sure(draw: Any, *shape: int) -> Tensor:
    """Predictions of pixels as trained models make them: from ½ to within 5e-5 of 0 or 1."""
    doubt = 10 ** (-4 * draw.uniform(*shape)) / 2
    return torch.where(draw.uniform(*shape) < 0.5, doubt, 1 - doubt)


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


def confirmed(check: Check) -> Check:
    """A check (student, draw, …) that draws its inputs: a misconception is named only if it explains two draws.

    One number may come close to that of a wrong idea by chance.
    """

    @wraps(check)
    def run(student: Any, draw: Any, *arguments: Any, **options: Any) -> Any:
        try:
            return check(student, draw, *arguments, **options)
        except CheckFailure as failure:
            if failure.misconception is None or failure.misconception == again(student, draw, arguments, options):
                raise
            raise CheckFailure(failure.message, structural=failure.structural) from None

    def again(student: Any, draw: Any, arguments: Any, options: Any) -> str | None:
        try:
            check(student, draw, *arguments, **options)
        except CheckFailure as failure:
            return failure.misconception
        return None

    return cast(Check, run)


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
