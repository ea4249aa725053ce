"""Checks of a capacity that grows, and of the loss that holds two codes to their capacities."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from grader.checks.discrete_latents import oracles, references
from grader.checks.discrete_latents.ideas import assert_all_match
from grader.checks.kit.contracts import assert_float, assert_nothing_changed
from grader.checks.kit.hypotheses import explained
from grader.checks.kit.probes import attempt, gradients
from grader.checks.kit.refusals import assert_allows
from grader.checks.kit.vocabulary import assert_matches, describe, expect, fail

# capacity -------------------------------------------------------------------------------------------------------------


@explained(references.CAPACITY)
def assert_growing(student: Any, draw: Any) -> None:
    """On the way up the capacity is in proportion to the step."""
    schedules = _schedules(draw)
    for steps, final in schedules:
        for step in (int(draw.integers(1, steps, 1)), 0, steps - 1):
            _assert_capacity(student, schedules, (step, steps, final), final * step / steps)


@explained(references.CAPACITY)
def assert_constant(student: Any, draw: Any) -> None:
    """From `steps` on it is final."""
    schedules = _schedules(draw)
    for steps, final in schedules:
        for step in (steps, steps + int(draw.integers(1, steps, 1)), 50 * steps + 7):
            _assert_capacity(student, schedules, (step, steps, final), final)


def assert_at_once(student: Any, draw: Any) -> None:
    """With steps = 0 it is final at once."""
    schedules = _schedules(draw)
    right, final = _ideas_of(student, schedules) == {"right"}, schedules[0][1]
    for step in (0, 5):
        outcome = assert_allows(student, "capacity", (step, 0, final), (3, 8, final), "steps = 0")
        expect(
            "value" in outcome,
            f"With steps = 0 your `capacity` raised {outcome.get('raised')} at step {step}.",
            "capacity-divides-by-zero" if right and outcome.get("raised") == "ZeroDivisionError" else None,
        )
        value = assert_float(outcome["value"], "the capacity")
        message = f"Expected the capacity at step {step} with steps = 0 to be {final:.6g}, got {value:.6g}."
        expect(abs(value - final) <= 1e-4 * final, message, "capacity-not-final-without-way" if right else None)


def _schedules(draw: Any) -> list[tuple[int, float]]:
    """Lengths of the way up, and finals above 1 and below."""
    first, second = (12 * 1000 ** draw.uniform(2)).int().tolist()
    second += first == second
    above = (2 + 3 * draw.uniform(1)).item()
    below, again = (0.2 + 0.6 * draw.uniform(2)).tolist()
    return [(first, round(above, 2)), (second, round(below, 2)), (first, round(again, 2))]


def _assert_capacity(
    student: Any, schedules: list[tuple[int, float]], at: tuple[int, int, float], right: float
) -> None:
    value = assert_float(student.capacity(*at), "the capacity")
    if abs(value - right) > 1e-6 + 1e-5 * abs(right):
        ideas = sorted(_ideas_of(student, schedules))
        what = f"the capacity at step {at[0]} of {at[1]} on the way to {at[2]}"
        fail(f"Expected {what} to be {right:.6g}, got {value:.6g}.", ideas[0] if len(ideas) == 1 else None)


def _ideas_of(student: Any, schedules: list[tuple[int, float]]) -> set[str]:
    """The ideas, or "right", that explain the capacities at all steps of these schedules and beyond."""
    possible: set[tuple[str, int]] | None = None
    rate = _first_gain(student, *schedules[0])
    for steps, final in schedules:
        for step in (0, 1, 3, steps // 2, steps - 1, steps, steps + 1, 3 * steps // 2, 4 * steps + 3):
            value = _capacity_or_nan(student, step, steps, final)
            ideas = oracles.capacity_ideas(step, steps, final, rate) | {"right": [final * min(1.0, step / steps)]}
            fits = {
                (name, number)
                for name, ways in ideas.items()
                for number, way in enumerate(ways)
                if abs(value - way) <= 1e-6 + 1e-5 * abs(way) or (math.isnan(value) and math.isnan(way))
            }
            possible = fits if possible is None else possible & fits
    return {name for name, _ in possible or ()}


def _first_gain(student: Any, steps: int, final: float) -> float:
    """What the capacity gains in its first step; infinite where that is nothing, or all."""
    gain = _capacity_or_nan(student, 1, steps, final)
    return gain if 0 < gain < final else math.inf


def _capacity_or_nan(student: Any, step: int, steps: int, final: float) -> float:
    """The student's capacity, nan where it divides by zero; what is no number counts as infinite."""
    outcome = student.run(attempt, "capacity", step, steps, final)
    if outcome.get("raised") == "ZeroDivisionError":
        return math.nan
    value = outcome.get("value")
    return value if isinstance(value, int | float) and math.isfinite(value) else math.inf


# capacity_loss --------------------------------------------------------------------------------------------------------


@explained(references.LOSS)
def assert_loss(student: Any, draw: Any) -> None:
    """The loss where the means lie on either side of their capacities, and images on both."""
    cases = []
    for above in ((True, False), (False, True), (False, False), (True, True), (True, False)):
        given = _terms(draw, 5, above)
        value = student.capacity_loss(*given)
        _assert_no_float(value, oracles.capacity_loss(*given), "the loss")
        cases.append((value, oracles.capacity_loss(*given), oracles.loss_suspects(*given)))
    assert_all_match(cases, "the loss")


def _terms(draw: Any, rows: int, above: tuple[bool, bool]) -> tuple[Tensor, Tensor, Tensor, float, float, float]:
    """Terms of images, gamma and capacities; `above` says for each code whether its mean exceeds its capacity.

    Single images lie on both sides, and the sums over the batch above.
    """
    cost, kl_z, kl_c = 20 + 5 * draw.uniform(rows), 1 + 6 * draw.uniform(rows), 0.1 + 2.2 * draw.uniform(rows)
    capacities = []
    for kl, over in zip((kl_z, kl_c), above, strict=True):
        edge = kl.min() if over else kl.max()
        way = 0.3 + 0.4 * draw.uniform(1).item()
        capacities.append(round((way * kl.mean() + (1 - way) * edge).item(), 3) if rows > 1 else 0.7 * kl.item())
    gamma = round(3 + 9 * draw.uniform(1).item(), 2)
    return cost, kl_z, kl_c, gamma, *capacities


def _assert_scalar(value: Any, expected: Tensor, what: str) -> None:
    _assert_no_float(value, expected, what)
    assert_matches(value, expected, what=what)


def _assert_no_float(value: Any, expected: Tensor, what: str) -> None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        right = math.isclose(value, expected, rel_tol=1e-3)
        name = "float-for-a-scalar-tensor" if right else None
        fail(f"Expected {what} to be a scalar tensor with a graph, got {describe(value)}.", name)


def assert_loss_edges(student: Any, draw: Any) -> None:
    """One image, no price, capacities of 0, and exactly at both capacities."""
    one = _terms(draw, 1, (True, False))
    _assert_scalar(student.capacity_loss(*one), oracles.capacity_loss(*one), "the loss of one image")
    cost, kl_z, kl_c, gamma, *_ = _terms(draw, 4, (True, True))
    for price, c_z, c_c in ((0.0, 1.0, 2.0), (gamma, 0.0, 0.0), (gamma, 40.0, 50.0)):
        expected = oracles.capacity_loss(cost, kl_z, kl_c, price, c_z, c_c)
        what = f"the loss at gamma = {price} with capacities {c_z} and {c_c}"
        _assert_scalar(student.capacity_loss(cost, kl_z, kl_c, price, c_z, c_c), expected, what)
    exact = torch.tensor([1.0, 3.0]), torch.tensor([0.0, 4.0]), torch.tensor([0.0, 2.0])
    seen = student.run(gradients, "capacity_loss", torch.tensor(1.0), *exact, 10.0, 2.0, 1.0)
    _assert_scalar(seen["result"], torch.tensor(2.0), "the loss exactly at both capacities")
    cost, *of_kls = seen["gradients"]
    finite = all(one is None or bool(one.isfinite().all()) for one in seen["gradients"])
    roots = isinstance(cost, Tensor) and bool(cost.isfinite().all()) and all(_all_nan(one) for one in of_kls)
    message = "Exactly at a capacity the gradients are not finite."
    expect(finite, message, "absolute-value-without-slope-at-zero" if roots else None)


def _all_nan(gradient: Any) -> bool:
    return isinstance(gradient, Tensor) and bool(gradient.isnan().all())


def assert_loss_gradients(student: Any, draw: Any) -> None:
    """Each image's term has the gradient 1/B, or ±gamma/B on the side of the capacity where the mean lies."""
    for above in ((True, False), (False, True)):
        given = _terms(draw, 4, above)
        seen = student.run(gradients, "capacity_loss", torch.tensor(1.0), *given)
        slopes = [1 / 4, *(given[3] / 4 * (1 if over else -1) for over in above)]
        value = seen["result"]
        right = isinstance(value, Tensor) and torch.allclose(value.double(), oracles.capacity_loss(*given), rtol=1e-3)
        for name, slope, gradient in zip(("reconstruction", "kl_z", "kl_c"), slopes, seen["gradients"], strict=True):
            expect(
                gradient is not None,
                f"No gradient reaches `{name}`: the graph is cut somewhere.",
                "graph-cut" if right else None,
            )
            assert_matches(gradient, torch.full((4,), slope), what=f"dloss/d{name}", rtol=1e-3)


def assert_loss_unchanged(student: Any, draw: Any) -> None:
    """`capacity_loss` leaves its arguments and the global modes as they were."""
    assert_nothing_changed(student, "capacity_loss", *_terms(draw, 4, (True, False)))
