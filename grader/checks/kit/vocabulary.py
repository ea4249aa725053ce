"""The vocabulary of checks: points, comparisons, and failures that explain themselves."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from typing import Any, NoReturn, TypeVar

import torch

from grader.failures import CheckFailure

_Check = TypeVar("_Check", bound=Callable[..., Any])
_SHOWN = 6
_MOST_NUMBERS = 2**21  # far more than any check asks for; what a check does with them must not take minutes


def worth(points: float, after: Collection[str] = ()) -> Callable[[_Check], _Check]:
    """Says how many points a check gives. Points live here and nowhere else.

    `after` names checks of the same exercise: the points count once one of them passes. It is for properties that an
    answer without content has too ("leaves its arguments alone"), and that only the submission's own process can see:
    what is forged there earns nothing without values that are right.
    """

    def mark(check: _Check) -> _Check:
        check.points = points  # type: ignore[attr-defined]
        check.after = tuple(after)  # type: ignore[attr-defined]
        return check

    return mark


def fail(message: str, misconception: str | None = None) -> NoReturn:
    """Ends a check as failed."""
    raise CheckFailure(message, misconception)


def expect(condition: object, message: str, misconception: str | None = None) -> None:
    """Fails with `message` unless `condition` holds."""
    if not condition:
        fail(message, misconception)


def describe(value: Any) -> str:
    """What came back, in a few words: "a tensor of shape (5, 7), dtype float32", "a float", "a `Normal` object"."""
    if isinstance(value, torch.Tensor):
        return f"a tensor of shape {tuple(value.shape)}, {str(value.dtype).removeprefix('torch.')}"
    if value is None:
        return "None (is a `return` missing?)"
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of length {len(value)}"
    if isinstance(value, bool | int | float):
        return f"the {type(value).__name__} {value:.6g}" if not isinstance(value, bool) else f"the bool {value}"
    return f"a `{getattr(value, 'type_name', type(value).__name__)}` object"


def expect_at_least(least: float, got: float, sentence: str, misconception: str | None = None) -> None:
    """Fails with the sentence, in which {got} and {least} stand for the numbers, unless one is at least the other."""
    if got < least or math.isnan(got):
        shown = told_apart(got, least)
        fail(sentence.format(got=shown[0], least=shown[1]), misconception)


def expect_at_most(most: float, got: float, sentence: str, misconception: str | None = None) -> None:
    """Fails with the sentence, in which {got} and {most} stand for the numbers, unless one is at most the other."""
    if got > most or math.isnan(got):
        shown = told_apart(got, most)
        fail(sentence.format(got=shown[0], most=shown[1]), misconception)


def told_apart(value: float, limit: float) -> tuple[str, str]:
    """A number that misses a limit, and the limit, in the fewest digits (two of the limit's) in which they differ."""
    first = max(0, 1 - math.floor(math.log10(abs(limit)))) if limit else 2
    pairs = ((f"{value:.{places}f}", f"{limit:.{places}f}") for places in range(first, first + 15))
    return next((pair for pair in pairs if pair[0] != pair[1]), (repr(value), repr(limit)))


def assert_tensor(value: Any, shape: tuple[int, ...] | None = None, what: str = "the result") -> torch.Tensor:
    """Fails unless `value` is a floating tensor of this shape with finite numbers; returns it without its graph.

    Without a shape, one number is in it at least.
    """
    _require_float_tensor(value, what)
    if shape is not None and tuple(value.shape) != tuple(shape):
        raise CheckFailure(_wrong_shape(what, tuple(shape), tuple(value.shape)), structural=True)
    if shape is None and not value.numel():
        raise CheckFailure(f"Expected {what} to hold numbers, got {describe(value)}.", structural=True)
    _require_finite(value, what)
    return value.detach()


def assert_rows(values: torch.Tensor, rows: int, what: str) -> torch.Tensor:
    """Fails unless there is one of `what` for each row that was given; returns the values."""
    expect(values.shape[:1] == (rows,), f"Expected {rows} {what} for as many rows, got {describe(values)}.")
    return values


def assert_number(value: Any, what: str = "the result") -> float:
    """Fails unless `value` is a finite Python float (or int); returns it."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CheckFailure(f"Expected {what} to be a Python float, got {describe(value)}.", structural=True)
    if not math.isfinite(value):
        raise CheckFailure(f"Expected {what} to be a finite number, got {value}.", structural=True)
    return float(value)


def numbers_differ(one: Any, other: Any) -> bool:
    """Whether two results are tensors of one shape whose numbers differ; NaN differs from nothing."""
    both = isinstance(one, torch.Tensor) and isinstance(other, torch.Tensor) and one.shape == other.shape
    return both and not torch.equal(one.detach().nan_to_num(), other.detach().nan_to_num())


def assert_matches(
    actual: Any,
    expected: torch.Tensor | float,
    *,
    what: str = "the result",
    suspects: Mapping[str, Any] | Callable[[], Mapping[str, Any]] | None = None,
    rtol: float = 1e-4,
    atol: float = 1e-5,
) -> None:
    """Fails unless `actual` equals `expected` (a tensor, or a float for functions that return Python floats).

    `suspects` maps a misconception's id to the value (or list of values) that the wrong idea would give on these
    inputs. The misconception is named only when exactly one of them fits and it does not also fit the right answer.
    Under "" go values that are wrong for several reasons: what fits one of them gets no name. A function that gives the
    map is called for a wrong answer only: for values that take long to compute, such as trainings with a mistake.
    """
    if isinstance(expected, torch.Tensor):
        wanted = expected.detach()
        _assert_dtype(actual, wanted, what, rtol, atol)
        _require_float_tensor(actual, what)
    else:
        actual, wanted = torch.tensor(assert_number(actual, what)), torch.tensor(float(expected))
    if _close(actual, wanted, rtol, atol):
        return
    misconception = _recognise(actual, wanted, suspects() if callable(suspects) else suspects or {}, rtol, atol)
    if tuple(actual.shape) != tuple(wanted.shape):
        message = _wrong_shape(what, tuple(wanted.shape), tuple(actual.shape))
        raise CheckFailure(message, misconception, structural=True)
    _require_finite(actual, what)
    raise CheckFailure(_difference(actual.detach(), wanted, what, rtol, atol), misconception)


def _assert_dtype(actual: Any, wanted: torch.Tensor, what: str, rtol: float, atol: float) -> None:
    """Names the mistake where the numbers are right and are not floating-point numbers."""
    if not isinstance(actual, torch.Tensor) or actual.is_floating_point() or actual.is_complex():
        return
    if _close(actual, wanted, rtol, atol):
        message = f"Expected {what} to hold floating-point numbers, got {describe(actual)}."
        raise CheckFailure(message, "result-of-another-dtype", structural=True)


def _require_float_tensor(value: Any, what: str) -> None:
    if not isinstance(value, torch.Tensor):
        raise CheckFailure(f"Expected {what} to be a tensor, got {describe(value)}.", structural=True)
    if not value.is_floating_point():
        raise CheckFailure(f"Expected {what} to hold floating-point numbers, got {describe(value)}.", structural=True)
    if value.numel() > _MOST_NUMBERS:
        raise CheckFailure(f"Expected {what} to be of moderate size, got {describe(value)}.", structural=True)


def _wrong_shape(what: str, wanted: tuple[int, ...], got: tuple[int, ...]) -> str:
    last = len(got) - 1
    left = f": dimension {last} is still there" if got[:last] == wanted and got[last] > 1 else ""
    return f"Expected {what} to have shape {wanted}, got {got}{left}."


def _require_finite(value: torch.Tensor, what: str) -> None:
    bad = ~torch.isfinite(value.detach())
    if bad.any():
        first = value.detach()[bad].flatten()[0].item()
        message = f"Expected {what} to hold finite numbers, but {int(bad.sum())} of {bad.numel()} are not ({first})."
        raise CheckFailure(message, structural=True)


def _close(actual: torch.Tensor, expected: torch.Tensor, rtol: float, atol: float) -> bool:
    """Same shape and close everywhere; NaN is close to nothing."""
    if actual.shape != expected.shape:
        return False
    return torch.allclose(actual.detach().double(), expected.detach().double(), rtol=rtol, atol=atol)


def _recognise(
    actual: torch.Tensor, expected: torch.Tensor, suspects: Mapping[str, Any], rtol: float, atol: float
) -> str | None:
    def fits(value: Any) -> bool:
        candidates = value if isinstance(value, list | tuple) else [value]
        tensors = [torch.as_tensor(candidate) for candidate in candidates]
        return any(_close(actual, t, rtol, atol) and not _close(expected, t, rtol, atol) for t in tensors)

    named = [misconception for misconception, value in suspects.items() if fits(value)]
    return (named[0] or None) if len(named) == 1 else None


def _difference(actual: torch.Tensor, expected: torch.Tensor, what: str, rtol: float, atol: float) -> str:
    """The sentence and the evidence: the first element that differs, and the first few values of both."""
    actual64, expected64 = actual.double(), expected.double()
    differs = (actual64 - expected64).abs() > atol + rtol * expected64.abs()
    if actual.dim() == 0:
        return f"Expected {what} to be {expected64.item():.6g}, got {actual64.item():.6g}."
    first = tuple(differs.nonzero()[0].tolist())
    where = ", ".join(map(str, first))
    return (
        f"Expected {what} at [{where}] to be {expected64[first].item():.6g}, got {actual64[first].item():.6g}.\n"
        f"{int(differs.sum())} of {differs.numel()} values differ.\n"
        f"expected: {_row(expected64)}\n"
        f"got:      {_row(actual64)}"
    )


def _row(values: torch.Tensor) -> str:
    flat = values.flatten()
    shown = ", ".join(f"{value:.5g}" for value in flat[:_SHOWN].tolist())
    return f"[{shown}{', …' if flat.numel() > _SHOWN else ''}]"
