"""The mistakes that people make in a formula: every place where one of the operators applies gives one change.

Where two changes come to the same, the likelier one is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from grader.checks.kit.formulas import LOG_2, Change, Expr, applied, argument, expr, node, reduced
from grader.checks.kit.reductions import length_of, lengths, of_reduction
from grader.checks.kit.wording import CALLED, listed, number, over, short, written

_SIZES = (784, 28, 20, 10, 2)  # that people write in place of what they are given
_OTHER_FUNCTION = {
    "exp": ("square",),
    "log": ("exp", "log1p"),
    "log1p": ("log",),
    "square": ("abs",),
    "sqrt": ("square",),
    "abs": ("square", "sqrt"),
    "atanh": ("atan", "tanh"),
    "sigmoid": ("exp", "tanh"),
    "softmax": ("sigmoid", "log_softmax"),
    "log_softmax": ("softmax",),
}
_LIKELY = (
    "formula-factor-missing",
    "formula-mean-for-sum",
    "formula-sum-for-mean",
    "formula-wrong-axis",
    "formula-sign",
    "formula-not-reduced",
    "formula-term-missing",
    "formula-other-scale",
    "formula-function-missing",
    "formula-axis-kept",
    "formula-order",
    "formula-factor-inverted",
    "formula-bound",
    "formula-one-item-only",
    "formula-bracket",
    "formula-other-logarithm",
    "formula-arguments-swapped",
    "formula-other-quantity",
    "formula-other-function",
    "formula-off-by-one",
    "formula-factor-extra",
    "formula-size-fixed",
    "formula-other-divisor",
    "formula-reduced-again",
    "formula-function-extra",
    "formula-operation",
    "formula-axis-squeezed",
)


def changes(root: Expr, given: dict[str, tuple[str, ...]]) -> list[Change]:
    """All changes of a formula of these arguments, the likely ones first."""
    found: list[Change] = []
    seen: set[Expr] = set()
    pending = [(root, "")]
    while pending:
        place, where = pending.pop(0)
        if place in seen:
            continue
        seen.add(place)
        pending += [(part, _within(place)) for part in place.parts]
        found += _of_argument(place, given, where) if place.kind == "given" else _OF[place.kind](place, given)
    return sorted([*found, *_of_whole(root, given)], key=rank)


def rank(change: Change) -> int:
    """How likely a change is among others that come to the same: 0 is the likeliest."""
    return _LIKELY.index(change.kind)


def _within(place: Expr) -> str:
    """Where an argument stands, if that is more than a sum or a mean of it."""
    if place.kind == "apply" and place.data[0] == "exp":
        return f" in exp({short(place.parts[0])})"
    return "" if place.kind in ("reduce", "size") else f" in {short(place)}"


def _of_whole(root: Expr, given: dict[str, tuple[str, ...]]) -> Iterator[Change]:
    """What happens to a result as a whole, and to the arguments before anything else."""
    yield Change("formula-sign", "the sign of the whole is wrong", root, -root)
    yield Change("formula-other-logarithm", "the result is in bits, not in nats", root, root / LOG_2)
    yield Change("formula-other-logarithm", "nats are multiplied by log 2", root, root * LOG_2)
    yield Change("formula-factor-extra", "the result is twice as large", root, 2 * root)
    yield Change("formula-factor-extra", "the result is half as large", root, root / 2)
    yield Change("formula-function-extra", "the exponential of the result is given", root, applied("exp", root))
    yield Change("formula-function-extra", "the logarithm of the result is given", root, applied("log", root))
    yield Change("formula-function-extra", "the root of the result is given", root, applied("sqrt", root))
    yield Change("formula-function-extra", "the square of the result is given", root, applied("square", root))
    if root.axes:
        yield Change("formula-axis-squeezed", "axes of length 1 are squeezed away", root, applied("squeeze", root))
        for how, told in (("sum", "added up"), ("mean", "averaged")):
            for axis, name in enumerate(root.axes):
                yield Change("formula-reduced-again", f"the {name} are {told}", root, reduced(how, root, axis))
            if len(root.axes) > 1:
                yield Change("formula-reduced-again", f"{listed(root.axes)} are {told}", root, reduced(how, root, None))
    names = list(given)
    for index, one in enumerate(names):
        for other in names:
            if other != one and _alike(given[one], given[other]):
                words = f"{_name(other)} stands for {_name(one)} wherever it occurs"
                new = _with(root, {one: argument(other, given[other])})
                yield Change("formula-other-quantity", words, root, new)
        for other in names[index + 1 :]:
            if _alike(given[one], given[other]):
                words = f"{_name(one)} and {_name(other)} have changed places"
                swapped = {one: argument(other, given[other]), other: argument(one, given[one])}
                yield Change("formula-arguments-swapped", words, root, _with(root, swapped))
    for name in names:
        for text, new in _scales(argument(name, given[name])):
            words = f"{text} stands for {_name(name)} wherever it occurs"
            yield Change("formula-other-scale", words, root, _with(root, {name: new}))


def _alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two arguments are of one form, so that one may be taken for the other."""
    return one == other or not set(one + other) - {"#"}


def _name(name: str) -> str:
    return written(argument(name, ()))


def _with(place: Expr, arguments: dict[str, Expr]) -> Expr:
    """The formula with something else in place of some arguments."""
    if place.kind == "given":
        return arguments.get(place.data[0], place)
    return replace(place, parts=tuple(_with(part, arguments) for part in place.parts))


# sums -----------------------------------------------------------------------------------------------------------------


def _of_sum(place: Expr, given: dict[str, tuple[str, ...]]) -> Iterator[Change]:
    terms = place.parts
    whole = short(place)
    for term in terms:
        told = short(term)
        if len(terms) > 1:
            yield Change("formula-term-missing", f"the term {told} is missing in {whole}", term, expr(0))
        yield Change("formula-sign", f"the sign of {told} is wrong in {whole}", term, -term)
        if term.kind == "number":
            for step in (1, -1) if abs(term.data[0]) > 1 else (1,):
                words = f"{number(term.data[0] + step)} stands for {told} in {whole}"
                yield Change("formula-off-by-one", words, term, expr(term.data[0] + step))
        elif len(terms) > 1 and term.kind != "given":
            yield Change("formula-factor-extra", f"{told} is there twice in {whole}", term, 2 * term)
            yield Change("formula-factor-extra", f"{told} has an extra ½ in {whole}", term, term / 2)
    yield from _bracket_of_sum(place)
    for cut in range(1, len(terms)) if len(terms) > 2 else ():
        for left in (slice(cut), slice(cut, None)):
            new = node("sum", terms[left], place.data[left])
            yield Change("formula-term-missing", f"of {whole} only {short(new)} is left", place, new)
    if len(terms) == 2:
        yield Change("formula-sign", f"the sign of {whole} is wrong", place, -place)
        words = f"{short(terms[0])} and {short(terms[1])} are multiplied, not added"
        yield Change("formula-operation", words, place, node("product", place.parts, (1, 1)))


def _bracket_of_sum(place: Expr) -> Iterator[Change]:
    """(a + b) · c for a + b · c."""
    for index, term in enumerate(place.parts):
        if term.kind != "product" or len(place.parts) < 2:
            continue
        for at, factor in enumerate(term.parts):
            if term.data[at] > 0:
                left = [number for number in range(len(term.parts)) if number != at]
                rest = node("product", tuple(term.parts[n] for n in left), tuple(term.data[n] for n in left))
                parts = (*place.parts[:index], rest, *place.parts[index + 1 :])
                words = f"the bracket is in the wrong place: the factor {short(factor)} reaches all of {short(place)}"
                yield Change("formula-bracket", words, place, node("sum", parts, place.data) * factor)


# products -------------------------------------------------------------------------------------------------------------


def _of_product(place: Expr, given: dict[str, tuple[str, ...]]) -> Iterator[Change]:
    for index, (factor, power) in enumerate(zip(place.parts, place.data, strict=True)):
        others = [part for at, part in enumerate(place.parts) if at != index]
        yield from _bracket_of_factor(place, index)
        if power > 0 and factor.kind == "apply" and len(factor.parts) == 2:
            first, bound = factor.parts
            powers = tuple(one for at, one in enumerate(place.data) if at != index)
            new = applied(factor.data[0], node("product", (*others, first), (*powers, 1)), bound)
            yield Change("formula-bracket", f"{short(new)} stands for {short(place)}", place, new)
        if all(part.kind == "number" for part in others):
            continue
        told, rest = short(factor), short(others[0])
        missing = f"the factor {told} is missing before {rest}" if power > 0 else f"{rest} is not divided by {told}"
        yield Change("formula-factor-missing", missing, factor, expr(1))
        turned = f"{rest} is divided by {told}" if power > 0 else f"{rest} is multiplied by {told}"
        yield Change("formula-factor-inverted", f"{turned}, the other way round", factor, 1 / factor)
        yield Change("formula-factor-extra", f"the factor {told} is there twice before {rest}", factor, factor * factor)
        if power < 0 and factor.kind == "product":
            yield from _without_brackets(place, index)
    if len(place.parts) == 2 and place.data == (1, 1):
        words = f"{short(place.parts[0])} and {short(place.parts[1])} are added, not multiplied"
        yield Change("formula-operation", words, place, node("sum", place.parts, (1, 1)))


def _without_brackets(place: Expr, index: int) -> Iterator[Change]:
    """a / b · c for a / (b · c)."""
    divisor = place.parts[index]
    for last, factor in enumerate(divisor.parts[1:], 1):
        powers = [1 if at == last else -power for at, power in enumerate(divisor.data)]
        parts = (*place.parts[:index], *divisor.parts, *place.parts[index + 1 :])
        data = (*place.data[:index], *powers, *place.data[index + 1 :])
        words = f"the brackets of {short(divisor)} are missing: {short(factor)} multiplies in place of dividing"
        yield Change("formula-bracket", words, place, node("product", parts, data))


def _bracket_of_factor(place: Expr, index: int) -> Iterator[Change]:
    """½ · a + b for ½ · (a + b), also where the bracket is added up or averaged as a whole."""
    bracket = place.parts[index]
    inner = bracket.parts[0] if bracket.kind == "reduce" else bracket
    if inner.kind != "sum" or len(inner.parts) < 2:
        return
    others = tuple(part for at, part in enumerate(place.parts) if at != index)
    powers = tuple(power for at, power in enumerate(place.data) if at != index)
    count = len(inner.parts)
    reached = {(at,) for at in range(count)} | {tuple(range(most)) for most in range(1, count)}
    reached |= {tuple(range(least, count)) for least in range(1, count)}
    factor = short(node("product", others, powers)) if len(others) > 1 or powers[0] < 0 else short(others[0])
    for chosen in sorted(reached, key=lambda places: (len(places), places)):
        parts = tuple(
            node("product", (*others, part), (*powers, 1)) if at in chosen else part
            for at, part in enumerate(inner.parts)
        )
        new = node("sum", parts, inner.data)
        if bracket.kind == "reduce":
            new = replace(bracket, parts=(new,))
        told = listed(short(inner.parts[at]) for at in chosen)
        words = f"the bracket is in the wrong place: of {short(inner)} the factor {factor} reaches only {told}"
        yield Change("formula-bracket", words, place, new)


# functions ------------------------------------------------------------------------------------------------------------


def _of_function(place: Expr, given: dict[str, tuple[str, ...]]) -> Iterator[Change]:
    function, *options = place.data
    inside = place.parts[0]
    told, whole = short(inside), short(place)
    if len(place.parts) == 2:
        yield from _of_bound(place)
        return
    yield Change("formula-function-missing", f"{told} stands for {whole}", place, inside)
    for other in _OTHER_FUNCTION.get(function, ()):
        new = applied(other, inside, *(options if "softmax" in other else ()))
        yield Change("formula-other-function", f"{short(new)} stands for {whole}", place, new)
    if function == "square":
        yield Change("formula-other-function", f"2 · {told} stands for {whole}", place, 2 * inside)
    if function == "log":
        for other in ("log2", "log10"):
            words = f"the logarithm of {told} is taken to base {other.removeprefix('log')}"
            yield Change("formula-other-logarithm", words, place, applied(other, inside))
    if options:
        names = inside.axes
        for axis, name in enumerate(names):
            if axis != options[0] % len(names):
                words = f"{function} runs over the {name}, not over the {names[options[0]]}"
                yield Change("formula-wrong-axis", words, place, applied(function, inside, axis))
        return
    yield from _bracket_of_function(place)
    yield from _other_order(place)


def _of_bound(place: Expr) -> Iterator[Change]:
    """max(a, b) and min(a, b)."""
    function = place.data[0]
    other = "minimum" if function == "maximum" else "maximum"
    inside, bound = place.parts
    whole = short(place)
    yield Change("formula-bound", f"{short(inside)} stands for {whole}", place, inside)
    turned = applied(other, inside, bound)
    yield Change("formula-bound", f"{short(turned)} stands for {whole}", place, turned)
    yield Change("formula-bound", f"{short(bound)} is added, not used as a bound, in {whole}", place, inside + bound)
    yield from _other_order(place)


def _bracket_of_function(place: Expr) -> Iterator[Change]:
    """f(a) + b, or a + f(b), for f(a + b); c · f(a) for f(c · a)."""
    function, inside = place.data[0], place.parts[0]
    if inside.kind not in ("sum", "product") or len(inside.parts) < 2:
        return
    called = CALLED.get(function, function)
    for index, part in enumerate(inside.parts):
        parts = tuple(applied(function, one) if at == index else one for at, one in enumerate(inside.parts))
        words = f"the bracket is in the wrong place: of {short(inside)}, {called} is taken of {short(part)} only"
        yield Change("formula-bracket", words, place, node(inside.kind, parts, inside.data))
    if inside.kind == "sum" and function == "square":
        squares = tuple(applied("square", part) for part in inside.parts)
        words = f"each term of {short(inside)} is squared by itself"
        yield Change("formula-bracket", words, place, node("sum", squares, inside.data))


def _other_order(place: Expr) -> Iterator[Change]:
    """mean(f(x)) for f(mean(x)), also where something is added to the mean inside of f."""
    inside, *bounds = place.parts
    terms = inside.parts if inside.kind == "sum" else (inside,)
    for index, term in enumerate(terms):
        if term.kind == "reduce" and not term.data[2]:
            how, axis, _ = term.data
            within = term.parts[0]
            if inside.kind == "sum":
                parts = tuple(within if at == index else one for at, one in enumerate(terms))
                within = node("sum", parts, inside.data)
            function = applied(place.data[0], within, *bounds)
            called = CALLED.get(place.data[0], place.data[0])
            words = f"{called} is taken before the {how}{over(term)}, not after it"
            yield Change("formula-order", words, place, reduced(how, function, axis))


# what formulas are made of --------------------------------------------------------------------------------------------


def _of_size(place: Expr, given: dict[str, tuple[str, ...]]) -> Iterator[Change]:
    told = written(place)
    for step, words in ((1, f"{told} is one too large"), (-1, f"{told} is one too small")):
        yield Change("formula-off-by-one", words, place, place + step)
    for size in _SIZES:
        yield Change("formula-size-fixed", f"{told} is fixed at {size}", place, expr(size))
    for length in lengths(given):
        if length != place.parts[0].axes[place.data[0]]:
            words = f"the number of {length} stands for {told}"
            yield Change("formula-other-quantity", words, place, length_of(length, given))


def _of_argument(place: Expr, given: dict[str, tuple[str, ...]], where: str) -> Iterator[Change]:
    name, counts = place.data
    told = written(place)
    for step, words in ((1, f"{told} + 1"), (-1, f"{told} − 1")) if counts else ():
        yield Change("formula-off-by-one", f"{words} stands for {told}{where}", place, place + step)
    for other, axes in given.items():
        if other != name and _alike(axes, given[name]):
            new = argument(other, axes)
            yield Change("formula-other-quantity", f"{written(new)} stands for {told}{where}", place, new)
    for text, new in _scales(place):
        yield Change("formula-other-scale", f"{text} stands for {told}{where}", place, new)


def _scales(place: Expr) -> tuple[tuple[str, Expr], ...]:
    """What is taken for an argument that says how wide something is."""
    return {
        "log_var": (("log σ", place / 2), ("2 · log σ²", 2 * place), ("σ²", applied("exp", place)),
                    ("σ", applied("exp", place / 2))),
        "sigma": (("σ²", applied("square", place)), ("√σ", applied("sqrt", place)), ("log σ", applied("log", place)),
                  ("exp(σ)", applied("exp", place))),
    }.get(place.data[0], ())  # fmt: skip


def _of_number(place: Expr, given: dict[str, tuple[str, ...]]) -> Iterator[Change]:
    """Numbers, and uses of a value, are changed as terms and factors."""
    yield from ()


_OF = {
    "same": _of_number,
    "sum": _of_sum,
    "product": _of_product,
    "apply": _of_function,
    "reduce": of_reduction,
    "size": _of_size,
    "number": _of_number,
}
