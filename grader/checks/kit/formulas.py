"""Formulas as trees: a plain function of tensors is called with stand-ins, which record what is done with them.

What a function does with its arguments has to be written with operators and methods of tensors (`.exp()`, `.sum(1)`,
`.shape[1]`, …), without loops and without looking at values.
"""

from __future__ import annotations

import math
import operator
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from typing import Any

import torch
from torch import Tensor

LOG_2 = math.log(2)
FUNCTIONS: dict[str, Callable[..., Tensor]] = {
    "exp": torch.exp,
    "log": torch.log,
    "log2": torch.log2,
    "log10": torch.log10,
    "log1p": torch.log1p,
    "sqrt": torch.sqrt,
    "square": torch.square,
    "abs": torch.abs,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "atanh": torch.atanh,
    "atan": torch.atan,
    "softmax": torch.softmax,
    "log_softmax": torch.log_softmax,
    "maximum": torch.maximum,
    "minimum": torch.minimum,
    "squeeze": torch.squeeze,
    "first": lambda value, axis: value.select(axis, 0),
    "last": lambda value, axis: value.select(axis, -1),
    "without the first": lambda value, axis: value.narrow(axis, 1, value.shape[axis] - 1),
    "without the last": lambda value, axis: value.narrow(axis, 0, value.shape[axis] - 1),
}


@dataclass(frozen=True, eq=False)
class Expr:
    """A node of a formula.

    kind and data: "given" (name, whether it is a count), "number" (value), "sum" (a sign for each part), "product" (1
    or -1, the power of each part), "apply" (function, further arguments), "reduce" ("sum" or "mean", axis or None for
    all, whether the axis is kept), "size" (axis of the part whose length it is), "same" (one of several uses of a
    value).
    axes: what runs along each axis of the value ("images", "latents"); none for a scalar.
    """

    kind: str
    parts: tuple[Expr, ...] = ()
    data: tuple[Any, ...] = ()
    axes: tuple[str, ...] = ()

    @cached_property
    def places(self) -> frozenset[Expr]:
        """This node and all below it."""
        return frozenset([self]).union(*(part.places for part in self.parts))

    def __add__(self, other: Any) -> Expr:
        return _joined("sum", self, 1, other)

    def __sub__(self, other: Any) -> Expr:
        return _joined("sum", self, -1, other)

    def __mul__(self, other: Any) -> Expr:
        return _joined("product", self, 1, other)

    def __truediv__(self, other: Any) -> Expr:
        return _joined("product", self, -1, other)

    def __radd__(self, other: Any) -> Expr:
        return expr(other) + self

    def __rsub__(self, other: Any) -> Expr:
        return expr(other) - self

    def __rmul__(self, other: Any) -> Expr:
        return expr(other) * self

    def __rtruediv__(self, other: Any) -> Expr:
        return expr(other) / self

    def __neg__(self) -> Expr:
        return node("sum", (self,), (-1,))

    def __pow__(self, power: int) -> Expr:
        if power != 2:
            raise TypeError("a formula may hold squares, and no other powers")
        return applied("square", self)

    def __getattr__(self, name: str) -> Callable[..., Expr]:
        if name not in FUNCTIONS:
            raise AttributeError(f"a formula cannot be made of {name!r}")
        return lambda *options: applied(name, self, *options)

    def double(self) -> Expr:
        return self

    def sum(self, axis: int | None = None) -> Expr:
        return reduced("sum", self, axis)

    def mean(self, axis: int | None = None) -> Expr:
        return reduced("mean", self, axis)

    def clamp(self, min: Any = None, max: Any = None) -> Expr:
        raised = self if min is None else applied("maximum", self, expr(min))
        return raised if max is None else applied("minimum", raised, expr(max))

    @property
    def shape(self) -> tuple[Expr, ...]:
        return tuple(node("size", (self,), (axis,)) for axis in range(len(self.axes)))


def node(kind: str, parts: tuple[Expr, ...], data: tuple[Any, ...] = ()) -> Expr:
    """A node that has the axes of its largest part."""
    axes: tuple[str, ...] = () if kind == "size" else max((part.axes for part in parts), key=len)
    return Expr(kind, parts, data, axes)


def expr(value: Any) -> Expr:
    """A number, or what is a formula already."""
    return value if isinstance(value, Expr) else Expr("number", data=(float(value),))


def _joined(kind: str, left: Expr, sign: int, right: Any) -> Expr:
    """`left` and one more term or factor. What stands to the left without brackets is part of the same chain."""
    if left.kind == kind:
        return node(kind, (*left.parts, expr(right)), (*left.data, sign))
    return node(kind, (left, expr(right)), (1, sign))


def applied(function: str, part: Expr, *options: Any) -> Expr:
    """A function of the formula; options are axes, or a second formula."""
    others = tuple(one for one in options if isinstance(one, Expr))
    return node("apply", (part, *others), (function, *(one for one in options if not isinstance(one, Expr))))


def reduced(how: str, part: Expr, axis: int | None, keep: bool = False) -> Expr:
    """A sum or a mean over an axis, or over all of them."""
    left = () if axis is None else (*part.axes[:axis], *part.axes[axis + 1 :])
    return replace(node("reduce", (part,), (how, axis, keep)), axes=part.axes if keep else left)


def traced(function: Callable[..., Any], given: Mapping[str, tuple[str, ...]]) -> Expr:
    """The formula behind a function of these arguments: their names, and what runs along the axes of each.

    ("#",) stands for a number that counts something.
    """
    root = function(*(argument(name, axes) for name, axes in given.items()))
    return _apart(root, Counter(_uses(root)), {})


def argument(name: str, axes: tuple[str, ...]) -> Expr:
    """What stands for an argument."""
    counts = axes == ("#",)
    return Expr("given", data=(name, counts), axes=() if counts else axes)


def _uses(root: Expr) -> Iterator[Expr]:
    """Every part of every node, once for each node that it is part of."""
    for place in root.places:
        yield from place.parts


def _apart(place: Expr, uses: Mapping[Expr, int], made: dict[Expr, Expr]) -> Expr:
    """The formula with a node of its own for each use of a value: what is done to one use is not done to the others.

    What is done to a value itself, where it is computed, holds wherever it is used.
    """
    if place.kind in ("given", "number"):
        return replace(place)
    if place not in made:
        made[place] = replace(place, parts=tuple(_apart(part, uses, made) for part in place.parts))
    return made[place] if uses[place] < 2 else Expr("same", (made[place],), axes=place.axes)


@dataclass(frozen=True, eq=False)
class Change:
    """One mistake in a formula: `new` stands in one place. `words` say what it is, `kind` is its misconception's id."""

    kind: str
    words: str
    place: Expr
    new: Expr


class Values:
    """What a formula and its changed forms give for some arguments, in float64. What they share is computed once."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = {name: torch.as_tensor(value, dtype=torch.float64) for name, value in given.items()}
        self._known: dict[tuple[Any, ...], Any] = {}

    def of(self, root: Expr, *changes: Change) -> Tensor | None:
        """The value with these changes at once; None where the changed formula has none."""
        try:
            return torch.as_tensor(self._of(root, changes), dtype=torch.float64)
        except (RuntimeError, AttributeError, IndexError, TypeError, ValueError, ZeroDivisionError, OverflowError):
            return None

    def _of(self, place: Expr, changes: tuple[Change, ...]) -> Any:
        relevant = tuple(change for change in changes if change.place in place.places)
        key = (place, *relevant)
        if key not in self._known:
            self._known[key] = self._computed(place, relevant)
        return self._known[key]

    def _computed(self, place: Expr, changes: tuple[Change, ...]) -> Any:
        for change in changes:
            if change.place is place:
                return self._of(change.new, tuple(other for other in changes if other is not change))
        return self._result(place, [self._of(part, changes) for part in place.parts])

    def _result(self, place: Expr, values: list[Any]) -> Any:
        match place.kind:
            case "given":
                return self._given[place.data[0]]
            case "number":
                return place.data[0]
            case "sum":
                return reduce(operator.add, (v if sign > 0 else -v for v, sign in zip(values, place.data, strict=True)))
            case "product":
                return reduce(
                    operator.mul, (v if power > 0 else 1 / v for v, power in zip(values, place.data, strict=True))
                )
            case "same":
                return values[0]
            case "size":
                return float(values[0].shape[place.data[0]])
            case "reduce":
                how, axis, keep = place.data
                total = values[0].sum() if axis is None else values[0].sum(axis, keepdim=keep)
                return total if how == "sum" else total * (max(total.numel(), 1) / max(values[0].numel(), 1))
        function, *options = place.data
        tensors = [value if isinstance(value, Tensor) else torch.tensor(value).double() for value in values]
        return FUNCTIONS[function](*tensors, *options)
