"""What every function and model of the course promises, wherever it is: the checks that all lessons share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from grader.checks import probes
from grader.checks.support import assert_number, describe, expect, fail

Run = Callable[..., Any]


def assert_nothing_changed(student: Any, function: str, *arguments: Tensor) -> None:
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


def reached(gradients: Any, what: str, misconception: str, needed: tuple[int, ...] = (0, 1)) -> list[Tensor]:
    """The gradients that `probes.gradients` brought back; fails when there is no graph, or an argument is not reached."""
    expect(
        gradients is not None,
        f"Expected {what} to carry a graph, but gradients cannot flow through it (a detached tensor or a plain number).",
        misconception,
    )
    expect(
        all(gradients[position] is not None for position in needed),
        f"Gradients of {what} do not reach every argument.",
        misconception,
    )
    return [gradients[position] for position in needed]


def assert_float(value: Any, what: str) -> float:
    """A finite Python float, not a tensor."""
    if isinstance(value, Tensor) and value.numel() == 1:
        kept = " It even carries its graph, which keeps every activation in memory." if value.requires_grad else ""
        fail(
            f"Expected {what} to be a Python float, got {describe(value)}.{kept} Use `.item()`.",
            "tensor-instead-of-float",
        )
    return assert_number(value, what)
