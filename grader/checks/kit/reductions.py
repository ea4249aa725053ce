"""The mistakes that people make in a sum or a mean over axes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from grader.checks.kit.formulas import Change, Expr, applied, argument, node, reduced
from grader.checks.kit.wording import CALLED, over, short

_FIXED = (784, 400, 256, 128, 100, 64, 32, 20)  # numbers of pixels, units, images and latents that people write down


def of_reduction(place: Expr, given: dict[str, tuple[str, ...]]) -> Iterator[Change]:
    """What people take a sum or a mean for, what they take it over, and what they divide it by."""
    how, axis, keep = place.data
    inside = place.parts[0]
    names, runs = inside.axes, over(place)
    told = f"the {how}{runs} of {short(inside)}"
    other = "mean" if how == "sum" else "sum"
    kind = "formula-mean-for-sum" if how == "sum" else "formula-sum-for-mean"
    yield Change(kind, f"{told} is a {other}", place, reduced(other, inside, axis, keep))
    if len(names) > 1:
        for at in (None, *range(len(names))):
            if at != axis:
                for way, verb in ((how, "runs"), (other, f"is a {other} that runs")):
                    new = reduced(way, inside, at)
                    yield Change("formula-wrong-axis", f"{told} {verb}{over(new)}", place, new)
    if axis is None and len(names) == 2:
        for at, name in enumerate(names):
            words = f"{told} is a sum over the {name} and a mean over the {names[1 - at]}"
            new = reduced("mean", reduced("sum", inside, at), None)
            yield Change("formula-sum-for-mean" if how == "mean" else kind, words, place, new)
    yield Change("formula-not-reduced", f"{told} is not taken", place, inside)
    yield from _of_some_terms(place)
    if inside.kind == "apply" and inside.data[0] in CALLED:
        first, *bounds = inside.parts
        new = applied(inside.data[0], reduced(how, first, axis), *bounds)
        yield Change(
            "formula-order", f"{CALLED[inside.data[0]]} is taken after the {how}{runs}, not before", place, new
        )
        for at, name in enumerate(names) if axis is None and len(names) == 2 else ():
            new = reduced(how, applied(inside.data[0], reduced(how, first, at), *bounds), None)
            words = f"{CALLED[inside.data[0]]} is taken after the {how} over the {name}, before the other"
            yield Change("formula-order", words, place, new)
    if axis is None and how == "mean" and len(names) == 2:
        count = node("product", tuple(node("size", (inside,), (at,)) for at in (0, 1)), (1, 1))
        less = reduced("sum", inside, None) / (count - 1)
        yield Change("formula-off-by-one", f"{told} divides by one less than their number", place, less)
    yield from _by_fixed_sizes(place)
    if axis is None and len(names) != 1:
        return
    at = axis or 0
    if how == "sum" or len(names) > 1:
        words = f"{told} keeps its axis of length 1"
        yield Change("formula-axis-kept", words, place, reduced(how, inside, at, keep=True))
    one = names[at]
    for which in ("first", "last"):
        words = f"only the {which} of the {one} counts in {told}"
        yield Change("formula-one-item-only", words, place, replace(applied(which, inside, at), axes=place.axes))
        words = f"the {which} of the {one} is left out of {told}"
        left = reduced(how, applied(f"without the {which}", inside, at), at)
        yield Change("formula-off-by-one", words, place, left)
    for length in lengths(given):
        if how == "sum" and length != one:
            words = f"{told} is divided by the number of {length}"
            yield Change("formula-factor-extra", words, place, place / length_of(length, given))
        if how == "mean" and length != one:
            words = f"{told} divides by the number of {length}"
            yield Change("formula-other-divisor", words, place, reduced("sum", inside, at) / length_of(length, given))
            words = f"{told} is divided by the number of {length} as well"
            yield Change("formula-factor-extra", words, place, place / length_of(length, given))
    if how == "mean":
        size = node("size", (inside,), (at,))
        yield Change("formula-factor-extra", f"{told} is divided by the number of {one} twice", place, place / size)
        less = reduced("sum", inside, at) / (size - 1)
        yield Change("formula-off-by-one", f"{told} divides by one less than the number of {one}", place, less)


def _by_fixed_sizes(place: Expr) -> Iterator[Change]:
    """A sum divided by a number that is written down, for a mean; a mean multiplied by one, for a sum."""
    how, axis, keep = place.data
    told = f"the {how}{over(place)} of {short(place.parts[0])}"
    if not over(place):
        return
    for size in _FIXED:
        if how == "mean":
            words = f"{told} is a sum divided by {size}, however many there are"
            yield Change("formula-size-fixed", words, place, reduced("sum", place.parts[0], axis, keep) / size)
        else:
            words = f"{told} is {size} times a mean, however many there are"
            yield Change("formula-size-fixed", words, place, reduced("mean", place.parts[0], axis, keep) * size)


def _of_some_terms(place: Expr) -> Iterator[Change]:
    """mean(a) + b, or a + mean(b), for mean(a + b)."""
    how, axis, keep = place.data
    inside = place.parts[0]
    if inside.kind != "sum":
        return
    for cut in range(1, len(inside.parts)):
        halves = [node("sum", inside.parts[part], inside.data[part]) for part in (slice(cut), slice(cut, None))]
        for index, half in enumerate(halves):
            if half.axes == inside.axes:
                words = f"the {how}{over(place)} is taken of {short(half)} only, and not of all of {short(inside)}"
                parts = [reduced(how, one, axis, keep) if at == index else one for at, one in enumerate(halves)]
                yield Change("formula-not-reduced", words, place, node("sum", tuple(parts), (1, 1)))


def lengths(given: dict[str, tuple[str, ...]]) -> list[str]:
    """Everything that runs along an axis of an argument."""
    return list(dict.fromkeys(name for axes in given.values() for name in axes if name != "#"))


def length_of(name: str, given: dict[str, tuple[str, ...]]) -> Expr:
    """How many of these there are, from an argument that has an axis for them."""
    holder, axes = next((holder, axes) for holder, axes in given.items() if name in axes)
    return node("size", (argument(holder, axes),), (axes.index(name),))
