"""What every function and model of the course promises, wherever it is: the checks that all lessons share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import torch
from torch import Tensor

from grader.checks.kit import probes
from grader.checks.kit.vocabulary import assert_number, assert_tensor, describe, expect, fail, numbers_differ
from grader.failures import CheckFailure

Run = Callable[..., Any]
STEP = 2e-3  # of differences, in float32
_INFINITE = "infinite-gradient-of-a-logarithm"


def assert_nothing_changed(student: Any, function: str, *arguments: Any) -> None:
    """A function leaves its arguments and the global modes as they were, and gives the same in every surrounding."""
    _assert_kept(student.run(probes.side_effects, function, *arguments), arguments, f"`{function}`")


def assert_model_unchanged(student: Any, model: Any, method: str, *arguments: Any) -> None:
    """A model, called as a whole or by a method, leaves its arguments, its mode and the global modes as they were.

    Under one seed it gives the same in every mode. Called as a whole, its outputs have a graph in both of its modes.
    """
    seen = student.run(probes.model_side_effects, model, method, *arguments)
    who = f"`{method}`" if method else "The model"
    _assert_kept(seen, arguments, who)
    for one in seen:
        expect(one["before"][3] == one["after"][3], f"{who} changes the model's train/eval mode.", "mode-not-restored")
        assert_marks_kept(one["lost"], who)
        expect(method or one["graphs"], f"{one['where'].capitalize()} an output of the model has no graph.")


def _assert_kept(seen: list[dict[str, Any]], arguments: tuple[Any, ...], who: str) -> None:
    for one in seen:
        for before, after in zip(arguments, one["given"], strict=True):
            kept = probes.same(before, after)
            expect(kept, f"{who} changes the tensors that it is given.", "arguments-changed-in-place")
        assert_modes_kept(one["before"], one["after"], who)
        expect(one["before"][2] == one["after"][2], f"{who} changes `requires_grad` of a tensor that is not its own.")
        expect(
            _same(one["result"], seen[0]["result"]),
            f"Under the same seed {_inside(who)} gives one result {seen[0]['where']}, and another {one['where']}.",
        )


def _inside(who: str) -> str:
    """A subject that begins a sentence, as it stands within one."""
    return who[0].lower() + who[1:]


def _same(one: Any, other: Any) -> bool:
    """Whether two results are equal up to rounding: tensors, numbers, or tuples of them."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, Tensor) and isinstance(other, Tensor):
        return one.shape == other.shape and torch.allclose(one.double(), other.double(), 1e-4, 1e-5, equal_nan=True)
    return bool(one == other)


def assert_marks_kept(lost: list[str], who: str) -> None:
    """Flags and gradients of a marked model are as they were; `lost` names those that are not."""
    expect(
        "requires_grad" not in lost,
        f"{who} changes `requires_grad` of parameters: some were frozen before, the others were not.",
        "requires-grad-changed",
    )
    expect("gradients" not in lost, f"{who} changes gradients that the parameters had before.")
    expect("hooks" not in lost, f"{who} leaves a hook on the model: remove it when you are done.")


def assert_modes_kept(before: list[Any], after: list[Any], who: str) -> None:
    """The global modes [gradients enabled, default dtype and other switches] are the same before and after."""
    expect(
        before[0] == after[0],
        f"{who} leaves gradients switched {'on' if after[0] else 'off'} for everything that comes after it: "
        "use `with torch.no_grad():`.",
        "grad-mode-left-changed",
    )
    expect(before[1] == after[1], f"{who} changes a switch that holds for everybody: {before[1]} became {after[1]}.")


def assert_mode_met(seen: dict[str, Any], *, training: bool, doing: str) -> None:
    """The model was called, and always in this mode; `seen["training"]` has the mode of each call."""
    expect(bool(seen["training"]), "The model is never called.")
    expect(
        all(mode == training for mode in seen["training"]),
        f"The model is in {'evaluation' if training else 'training'} mode while it {doing}.",
        "trains-in-eval-mode" if training else "evaluates-in-training-mode",
    )


def fail_without_steps(seen: dict[str, Any]) -> NoReturn:
    """The weights after an epoch are those from before it: says what is missing."""
    expect(bool(seen["training"]), "The weights do not change: the model is never called.")
    expect(
        seen["backwards"] or not seen["losses"],
        "The weights do not change: `backward()` is called, but on a loss from which no graph leads to them.",
        "graph-cut",
    )
    if not seen["backwards"]:
        fail("The weights do not change: `loss.backward()` is never called.", "backward-missing")
    if not seen["steps"]:
        fail("The weights do not change: `optimizer.step()` is never called.", "step-missing")
    fail(
        "The weights do not change, although there are gradients and steps: when `optimizer.step()` is called, the "
        "gradients have already been cleared or are not there yet.",
        "gradients-cleared-before-step",
    )


def gradients_of(
    student: Any,
    function: str,
    weights: Tensor,
    *arguments: Any,
    needed: tuple[int, ...],
    what: str,
    misconception: str = "graph-cut",
) -> tuple[Tensor, list[Tensor]]:
    """A function's result, and the gradients of its weighted sum with respect to the arguments at `needed`.

    Fails when gradients are missing. Where the result responds to the argument all the same, the graph is cut, and
    the misconception is named when none of the gradients arrives.
    Fails too when they are not the slopes of the values that the function gives in calls of their own.
    """
    seen = student.run(probes.gradients, function, weights, *arguments)
    gradients = seen["gradients"]
    if seen["result"] is None:
        raise CheckFailure(f"Expected {what} to be a tensor, got {describe(None)}.", structural=True)
    missing = [position for position in needed if gradients[position] is None or not gradients[position].any()]
    if missing:
        one, other = student.run(probes.responds, function, 7, list(arguments), missing[0])
        cut = _apart(*(torch.tensor(value) if isinstance(value, float) else value for value in (one, other)))
        fail(
            f"Gradients of {what} do not reach {'every' if seen['graph'] else 'any'} argument: "
            "the graph is cut somewhere, or an argument is not used.",
            (misconception if len(missing) == len(needed) else "graph-cut") if cut else None,
        )
    for position in needed:
        assert_slope(student, function, weights, arguments, position, gradients[position])
    return seen["result"], [gradients[position] for position in needed]


def _apart(one: Any, other: Any) -> bool:
    """Whether two results differ by more than rounding, which a term that is added and subtracted again leaves."""
    return numbers_differ(one, other) and not torch.allclose(one.detach(), other.detach(), 1e-4, 1e-6, equal_nan=True)


def assert_slope(
    student: Any, function: str, weights: Tensor, arguments: tuple[Any, ...], position: int, gradient: Tensor
) -> None:
    """The weighted sum of a function moves with one argument as the gradient says, in every row, under one seed."""
    argument = arguments[position]
    direction = argument.roll(1, 0) - argument if argument.dim() and len(argument) > 1 else argument

    def by_difference(step: float) -> Tensor:
        calls = [[*arguments[:position], argument + h * direction, *arguments[position + 1 :]] for h in (step, -step)]
        ahead, behind = (torch.as_tensor(value).double() for value in student.run(probes.values, function, *calls))
        return ((ahead - behind) * weights).sum() / (2 * step)

    by_autograd = (assert_tensor(gradient, tuple(argument.shape), "the gradient").double() * direction).sum()
    allowed = 0.02 * (gradient.double() * direction).abs().sum() + 1e-3
    slope = by_difference(STEP)
    expect(slope.isfinite() and by_autograd.isfinite(), "Values or gradients are not finite (nan or infinite).")
    if (slope - by_autograd).abs() <= allowed:
        return
    smooth = (slope - by_difference(2 * STEP)).abs() <= allowed
    fail(
        "The gradients are not the slopes of the values: part of the way from an argument to the result is cut out of "
        "the graph (by `detach`, `.data` or `no_grad`).",
        "graph-cut" if smooth else None,
    )


def draws_numbers(student: Any, function: str, *arguments: Any) -> bool:
    """Whether a function takes numbers from torch's global generator."""
    before, after = student.run(probes.draws, function, *arguments)["states"][0]
    return not torch.equal(before, after)


def assert_finite_at_edges(student: Any, function: str, *arguments: Any) -> None:
    """A loss of (x, x_hat, …) is finite, and so are its gradients but the one for x, where x_hat is exactly 0 or 1."""
    seen = student.run(probes.gradients, function, torch.tensor(1.0), *arguments)
    for value, told, name in (
        (seen["result"], "The loss is not finite where x_hat is exactly 0 or 1.", "log-of-zero"),
        *(
            (gradient, "The loss is finite where x_hat is exactly 0 or 1, but its gradients are not.", _INFINITE)
            for gradient in seen["gradients"][1:]
        ),
    ):
        expect(not isinstance(value, Tensor) or value.isfinite().all(), told, name)


def assert_draws_anew(seen: dict[str, Any], function: str) -> None:
    """Two measurements in a row, whose result depends on the codes that are drawn, differ."""
    expect(
        seen["again"] != seen["value"],
        f"Two calls of `{function}` in a row gave the same number, although codes are drawn anew: leave the seed of "
        "the random generator alone.",
        "noise-seeded-inside",
    )


def assert_float(value: Any, what: str) -> float:
    """A finite Python float, not a tensor."""
    if isinstance(value, Tensor) and value.numel() == 1:
        kept = " It even carries its graph, which keeps every activation in memory." if value.requires_grad else ""
        fail(
            f"Expected {what} to be a Python float, got {describe(value)}.{kept} Use `.item()`.",
            "tensor-instead-of-float",
        )
    return assert_number(value, what)
