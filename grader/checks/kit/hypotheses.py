"""Mutants as hypotheses: the wrong values of a function are compared with those of its formula with mistakes in it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial, wraps
from typing import Any, TypeVar, cast

import torch
from torch import Tensor

from grader.checks.kit.changes import changes, rank
from grader.checks.kit.formulas import Change, Expr, Values, traced
from grader.checks.kit.probes import values
from grader.failures import CheckFailure, Raised

Check = TypeVar("Check", bound=Callable[..., Any])
ROWS = 5
_MOST_PAIRS = 6000  # of changes at once, in all forms together: what takes some 300 ms
_WRONG_AT_LEAST = 2  # draws on which what came is not right
_FURTHER = 8  # draws for telling hypotheses apart
_MOST_NUMBERS = 1000  # in a result for a few rows
_RTOL, _ATOL = 1e-4, 1e-5
_FLOAT32 = 1e-6  # how exact the values of known ideas are
_ALONE = {"formula-arguments-swapped", "formula-axis-squeezed", "formula-function-extra", "formula-size-fixed"}


@dataclass(frozen=True)
class Explanation:
    """The ids of one misconception or of two, and a sentence on what was changed, unless the id's text says it all."""

    names: tuple[str, ...]
    sentence: str


@dataclass(frozen=True)
class Idea:
    """Another formula that people take for the right one: a misconception's id, words for it, a plain function."""

    name: str
    words: str
    form: Callable[..., Any]


@dataclass(frozen=True)
class _Form:
    """A formula with all changes of it; `idea` says which wrong one it is, if any."""

    root: Expr
    changes: tuple[Change, ...]
    idea: Idea | None = None


@dataclass(frozen=True)
class _Fit:
    """Changes under which a form gives what came; `values` has the result for each draw."""

    form: _Form
    changes: tuple[Change, ...]
    values: tuple[Tensor, ...]


@dataclass(frozen=True)
class Reference:
    """The formula that a function of the submission should compute, and the inputs that tell its mutants apart.

    forms: plain functions with the formula, as it is usually written; more than one if there are several ways.
    axes: what runs along the axes of each of their arguments, such as "images latents"; "" for a number, "#" for a
    number that counts something.
    inputs: what to call the function of the submission with, from `draw` and a number of rows.
    given: the arguments of the forms, from those of the call; the same without it.
    noise: the arguments of a call that gives the noise alone, which under the same seed is the forms' last argument.
    suspects: what known wrong ideas give for a call. A hypothesis that amounts to one of them gets its name.
    cases: draws that a hypothesis has to explain; more where the formula has several regimes.
    ideas: wrong formulas, of the same arguments, in which there may be a mistake as well.
    """

    function: str
    forms: tuple[Callable[..., Any], ...]
    axes: Mapping[str, str]
    inputs: Callable[[Any, int], tuple[Any, ...]]
    given: Callable[..., tuple[Any, ...]] | None = None
    noise: Callable[..., tuple[Any, ...]] | None = None
    suspects: Callable[..., Mapping[str, Any]] | None = None
    cases: int = 4
    ideas: tuple[Idea, ...] = ()

    @cached_property
    def mutants(self) -> tuple[_Form, ...]:
        """Each form with all changes of it."""
        return tuple(self._mutant(form) for form in self.forms)

    @cached_property
    def mistaken(self) -> tuple[_Form, ...]:
        """Each wrong formula with all changes of it."""
        return tuple(self._mutant(idea.form, idea) for idea in self.ideas)

    def _mutant(self, form: Callable[..., Any], idea: Idea | None = None) -> _Form:
        axes = {name: tuple(names.split()) for name, names in self.axes.items()}
        root = traced(form, axes)
        return _Form(root, tuple(changes(root, axes)), idea)

    def explain(self, student: Any, draw: Any, of_one_row: bool = False) -> Explanation | None:
        """What explains the function's values for several draws, if exactly one hypothesis does, and not the right one.

        of_one_row: what explains values that are right for several rows, and wrong for single ones.
        """
        sizes = [1] * self.cases * of_one_row + [ROWS] * self.cases
        calls = [self.inputs(draw, rows) for rows in sizes]
        seen = self._seen(student, calls)
        if seen is None:
            return None
        came, arguments = seen
        known = [Values(dict(zip(self.axes, one, strict=True))) for one in arguments]
        for place in range(len(arguments[0])):  # an argument itself, such as a bound that always holds, says nothing
            if all(
                fits(one, torch.as_tensor(given[place]).double()) for one, given in zip(came, arguments, strict=True)
            ):
                return None
        right = [fits(one, values.of(self.mutants[0].root)) for one, values in zip(came, known, strict=True)]
        if right.count(False) < _WRONG_AT_LEAST or (of_one_row and not all(right[self.cases :])):
            return None
        return self._explained(came, known, calls, draw)

    def _seen(
        self, student: Any, calls: Sequence[tuple[Any, ...]]
    ) -> tuple[list[Tensor], list[tuple[Any, ...]]] | None:
        """What the submission gives for these calls, and what the forms get for the same."""
        alone = [self.noise(*call) for call in calls] if self.noise else []
        try:
            given = student.run(values, self.function, *map(list, (*calls, *alone)))
        except CheckFailure:
            return None
        if not all(map(_comparable, given)):
            return None
        came = [torch.as_tensor(one).detach().double() for one in given]
        if all(fits(one, came[0]) for one in came[: len(calls)]):  # whatever is asked: that says nothing
            return None
        arguments = [self.given(*call) if self.given else call for call in calls]
        for number, noise in enumerate(came[len(calls) :]):
            if noise.numel() < 2 or not noise.std() > 0.1:
                return None
            arguments[number] = (*arguments[number], noise)
        return came[: len(calls)], arguments

    def _explained(
        self, came: Sequence[Tensor], known: Sequence[Values], calls: Sequence[tuple[Any, ...]], draw: Any
    ) -> Explanation | None:
        most = _MOST_PAIRS // len(self.mutants)
        once = ((self.mutants, _singly), (self.mistaken, _as_it_is))
        twice = ((self.mutants, partial(_pairs, known=known, most=most)), (self.mistaken, _singly))
        for tried in (once, twice):
            fitting = [
                fit
                for forms, hypotheses in tried
                for form in forms
                for fit in _fitting(form, hypotheses(form), came, known)
            ]
            if fitting:
                likeliest = min(fitting, key=lambda fit: sum(map(rank, fit.changes)))
                return self._told(likeliest, known, calls) if self._alike(fitting, draw) else None
        return None

    def _alike(self, fitting: Sequence[_Fit], draw: Any) -> bool:
        """Whether these hypotheses amount to the same, also on draws that the submission has not seen."""
        if not all(_same(fit.values, fitting[0].values) for fit in fitting):
            return False
        if len(fitting) == 1 or self.noise:
            return True
        calls = [self.inputs(draw, ROWS) for _ in range(_FURTHER)]
        known = [Values(dict(zip(self.axes, self.given(*call) if self.given else call, strict=True))) for call in calls]
        given = [[_value(values, fit.form.root, *fit.changes) for values in known] for fit in fitting]
        return all(_same(one, given[0]) for one in given)

    def _told(self, fit: _Fit, known: Sequence[Values], calls: Sequence[tuple[Any, ...]]) -> Explanation:
        ideas = [self.suspects(*call) for call in calls] if self.suspects else []
        if whole := _known_as(fit.values, ideas):
            return Explanation((whole,), "")
        root, idea = fit.form.root, fit.form.idea
        names = [_known_as(tuple(_value(values, root, one) for values in known), ideas) for one in fit.changes]
        kinds = [name or change.kind for name, change in zip(names, fit.changes, strict=True)]
        said = [change.words for change in fit.changes]
        if idea:
            kinds, said = [idea.name, *kinds], [idea.words, *said]
        twice = "two things are wrong at once: " if len(said) > 1 else ""
        told = "; and ".join(said)
        return Explanation(tuple(dict.fromkeys(kinds)), f" This is what the formula gives if {twice}{told}.")


def explained(reference: Reference, of_one_row: bool = False) -> Callable[[Check], Check]:
    """For a check (student, draw, …): where values are wrong and no idea of its own fits, mutants are compared.

    of_one_row: the check asks for single rows.
    """

    def wrapped(check: Check) -> Check:
        @wraps(check)
        def run(student: Any, draw: Any, *arguments: Any, **options: Any) -> Any:
            try:
                return check(student, draw, *arguments, **options)
            except CheckFailure as failure:
                told = None
                if failure.misconception is None and not isinstance(failure, Raised):
                    told = reference.explain(student, draw, of_one_row)
                if told is None:
                    raise
                sentence, line, evidence = failure.message.partition("\n")
                message = f"{sentence}{told.sentence}{line}{evidence}"
                raise CheckFailure(message, told.names[0], failure.structural, told.names[1:]) from None

        return cast(Check, run)

    return wrapped


def _comparable(value: Any) -> bool:
    """Whether a result is a real number, or a tensor of a moderate number of them."""
    if isinstance(value, Tensor):
        return value.is_floating_point() and value.numel() <= _MOST_NUMBERS
    return isinstance(value, float)


def fits(came: Tensor, value: Tensor | None) -> bool:
    """Whether a hypothesis gives what came, but for rounding in float32."""
    if value is None or value.shape != came.shape:
        return False
    return torch.allclose(came, value, rtol=_RTOL, atol=_ATOL)


def _value(known: Values, root: Expr, *made: Change) -> Tensor:
    value = known.of(root, *made)
    return torch.tensor(torch.nan).double() if value is None else value


def _singly(form: _Form) -> Iterable[tuple[Change, ...]]:
    return ((change,) for change in form.changes)


def _as_it_is(form: _Form) -> Iterable[tuple[Change, ...]]:
    return ((),)


def _pairs(form: _Form, known: Sequence[Values], most: int) -> Iterable[tuple[Change, ...]]:
    """Two changes at once, of those that make a difference, one for each difference; at most so many, the likeliest.

    A bound makes a difference for some draws only.
    """
    unlike: dict[Any, Change] = {}
    right = [values.of(form.root) for values in known]
    for change in form.changes:
        changed = [one for one in (values.of(form.root, change) for values in known) if one is not None]
        if change.kind in _ALONE or len(changed) < len(known):
            continue
        if not all(fits(one, value) for one, value in zip(changed, right, strict=True)):
            unlike.setdefault(tuple((one.shape, *_digits(one)) for one in changed), change)
    return itertools.combinations(itertools.islice(unlike.values(), math.isqrt(2 * most)), 2)


def _digits(value: Tensor) -> list[str]:
    return [f"{one:.9g}" for one in value.flatten().tolist()[:8]]


def _fitting(
    form: _Form, hypotheses: Iterable[tuple[Change, ...]], came: Sequence[Tensor], known: Sequence[Values]
) -> Iterable[_Fit]:
    """Those hypotheses that explain what came for every draw."""
    for made in hypotheses:
        if all(fits(one, values.of(form.root, *made)) for one, values in zip(came, known, strict=True)):
            yield _Fit(form, made, tuple(_value(values, form.root, *made) for values in known))


def _same(one: Sequence[Tensor], other: Sequence[Tensor], rtol: float = 1e-9) -> bool:
    """Whether two hypotheses amount to the same: to the last digits, for every draw."""
    return all(
        a.shape == b.shape and torch.allclose(a, b, rtol, rtol / 100, equal_nan=True)
        for a, b in zip(one, other, strict=True)
    )


def _known_as(result: tuple[Tensor, ...], ideas: Sequence[Mapping[str, Any]]) -> str | None:
    """The idea that gives the same for every draw, if exactly one does."""

    def gives(name: str) -> bool:
        ways = [idea[name] if isinstance(idea[name], list | tuple) else [idea[name]] for idea in ideas]
        return any(
            _same(result, [torch.as_tensor(one, dtype=torch.float64) for one in way], _FLOAT32)
            for way in zip(*ways, strict=False)
        )

    named = [name for name in (ideas[0] if ideas else ()) if gives(name)]
    return (named[0] or None) if len(named) == 1 else None
