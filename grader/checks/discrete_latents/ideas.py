"""One wrong idea that explains several results at once, where a single one would fit more than one idea."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from grader.checks.kit.oracles import Suspects
from grader.checks.kit.vocabulary import assert_matches

Case = tuple[Any, Any, Suspects]  # what came back, what is right, and what wrong ideas give


def assert_all_match(cases: Sequence[Case], what: str, rtol: float = 1e-4, atol: float = 1e-6) -> None:
    """Fails at the first result that is not right; a misconception is named if it alone explains all results.

    An idea may give the right result in some of the cases. Ideas list their ways always in the same order.
    """
    wrong = [case for case in cases if not _close(case[0], case[1], rtol, atol)]
    if not wrong:
        return
    explained = [_explanations(*case, rtol, atol) for case in cases]
    names = {name for name, _ in set.intersection(*explained)}
    value, right, _ = wrong[0]
    suspects = {name: value for name in names if len(names) == 1}
    assert_matches(value, right, what=what, rtol=rtol, atol=atol, suspects=suspects)


def _explanations(value: Any, right: Any, suspects: Suspects, rtol: float, atol: float) -> set[tuple[str, int]]:
    ways = {name: each if isinstance(each, list) else [each] for name, each in suspects.items()}
    return {(name, n) for name, each in ways.items() for n, way in enumerate(each) if _close(value, way, rtol, atol)}


def _close(value: Any, other: Any, rtol: float, atol: float) -> bool:
    """Whether two results, floats or tensors of one shape, are equal but for rounding."""
    if not isinstance(value, Tensor | float | int) or isinstance(value, Tensor) != isinstance(other, Tensor):
        return False
    one, two = torch.as_tensor(value).detach().double(), torch.as_tensor(other).detach().double()
    return one.shape == two.shape and torch.allclose(one, two, rtol=rtol, atol=atol)
