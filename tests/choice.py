"""Which examples `python course.py test` tries: each kind once.

What shows a kind again is marked `exhaustive`, and left to `python course.py test --all`. The choice follows the order
of the examples, which is that of their names, so that a failure repeats.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable
from typing import Any, TypeVar

import pytest

Example = TypeVar("Example")


def first_of_each(examples: Iterable[Example], kind: Callable[[Example], Hashable], number: int = 1) -> list[Example]:
    """The first `number` examples of each kind."""
    seen: Counter[Hashable] = Counter()
    chosen = []
    for example in examples:
        seen[kind(example)] += 1
        if seen[kind(example)] <= number:
            chosen.append(example)
    return chosen


def parameters(examples: Iterable[Example], chosen: Collection[Example], name: Callable[[Example], str]) -> list[Any]:
    """All examples, to parametrize a test with; those that are not among the chosen ones are `exhaustive`."""
    return [pytest.param(one, id=name(one), marks=() if one in chosen else pytest.mark.exhaustive) for one in examples]
