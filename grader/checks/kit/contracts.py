"""What every function and model of the course promises, wherever it is: the checks that all lessons share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import torch
from torch import Tensor

from grader.checks.kit import probes
from grader.checks.kit.vocabulary import assert_number, describe, expect, fail, numbers_differ

Run = Callable[..., Any]


def assert_nothing_changed(student: Any, function: str, *arguments: Any) -> None:
    """A function leaves its arguments and the global modes as they were."""
    _assert_kept(student.run(probes.side_effects, function, *arguments), arguments, f"`{function}`")


def assert_model_unchanged(student: Any, model: Any, method: str, *arguments: Any) -> None:
    """A model, called as a whole or by a method, leaves its arguments, its mode and the global modes as they were."""
    seen = student.run(probes.model_side_effects, model, method, *arguments)
    who = f"`{method}`" if method else "The model"
    _assert_kept(seen, arguments, who)
    changed = any(before[2:] != after[2:] for before, after in zip(seen["before"], seen["after"], strict=True))
    expect(not changed, f"{who} changes the model's train/eval mode.", "mode-not-restored")


def _assert_kept(seen: dict[str, Any], arguments: tuple[Any, ...], who: str) -> None:
    for given in seen["arguments"]:
        for before, after in zip(arguments, given, strict=True):
            same = torch.equal(before, after) if isinstance(before, Tensor) else before == after
            expect(same, f"{who} changes the tensors that it is given.", "arguments-changed-in-place")
    for before, after in zip(seen["before"], seen["after"], strict=True):
        assert_modes_kept(before, after, who)


def assert_modes_kept(before: list[Any], after: list[Any], who: str) -> None:
    """The global modes [gradients enabled, default dtype] are the same before and after."""
    expect(
        before[0] == after[0],
        f"{who} leaves gradients switched {'on' if after[0] else 'off'} for everything that comes after it: "
        "use `with torch.no_grad():`.",
        "grad-mode-left-changed",
    )
    expect(before[1] == after[1], f"{who} changes the default dtype to {after[1]}.")


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
    *arguments: Tensor,
    needed: tuple[int, ...],
    what: str,
    misconception: str = "graph-cut",
) -> tuple[Tensor, list[Tensor]]:
    """A function's result, and the gradients of its weighted sum with respect to the arguments at `needed`.

    Fails when a gradient is missing; the misconception is named when the result responds to that argument all the same.
    """
    seen = student.run(probes.gradients, function, weights, *arguments)
    gradients = seen["gradients"]
    missing = [position for position in needed if gradients[position] is None or not gradients[position].any()]
    if missing:
        one, other = student.run(probes.responds, function, 7, list(arguments), missing[0])
        cut = numbers_differ(*(torch.tensor(value) if isinstance(value, float) else value for value in (one, other)))
        fail(
            f"Gradients of {what} do not reach {'every' if seen['graph'] else 'any'} argument: "
            "the graph is cut somewhere, or an argument is not used.",
            misconception if cut else None,
        )
    return seen["result"], [gradients[position] for position in needed]


def assert_float(value: Any, what: str) -> float:
    """A finite Python float, not a tensor."""
    if isinstance(value, Tensor) and value.numel() == 1:
        kept = " It even carries its graph, which keeps every activation in memory." if value.requires_grad else ""
        fail(
            f"Expected {what} to be a Python float, got {describe(value)}.{kept} Use `.item()`.",
            "tensor-instead-of-float",
        )
    return assert_number(value, what)
