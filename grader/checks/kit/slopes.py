"""Whether a network's gradients are the slopes of its values, and what is wrong where they are not."""

from __future__ import annotations

import itertools
from typing import Any, NoReturn

import torch
from torch import Tensor

from grader.checks.kit import probes
from grader.checks.kit.vocabulary import assert_tensor, expect, fail

STEP = 2e-3  # of finite differences, in float32
UNMOVED = (
    "A small change of the input changes nothing in one of the outputs: it is the same for every input, or the input "
    "is rounded or scaled to one size on the way."
)


def plain(output: Any) -> tuple[Tensor, ...]:
    """The outputs of a network, one or several, as finite tensors without a graph."""
    values = output if isinstance(output, tuple | list) else (output,)
    return tuple(assert_tensor(value, what="an output of the network") for value in values)


def assert_slopes(
    student: Any, models: list[Any], x: Tensor, directions: list[Tensor], weights: list[Tensor], unmoved: str = UNMOVED
) -> None:
    """Every output moves with the input, row by row, and the gradients are the slopes of the values, in both modes.

    models: several sets of weights, because single units may be dead; x and each direction: (B, columns of the input).
    """
    largest = torch.zeros(len(directions), len(weights), dtype=torch.float64)
    for model in models:
        rates = student.run(probes.slopes, model, x, directions, weights)
        for mode, of_mode in zip(("training", "evaluation"), rates, strict=True):
            moves = _moves(student, model, mode, x, directions, weights, STEP)
            for place, output in itertools.product(range(len(directions)), range(len(weights))):
                by_difference, by_autograd = moves[place][output], of_mode[place][output]
                if not _agree(by_difference, by_autograd):
                    wider = _moves(student, model, mode, x, directions, weights, 2 * STEP)[place][output]
                    _assert_rows_apart(student, model, mode, x)
                    sides = (x + side * directions[place] for side in (STEP / 2, -STEP / 2))
                    of_sides = [_moves(student, model, mode, side, directions, weights, STEP / 2) for side in sides]
                    others = [wider, *(moved[place][output] for moved in of_sides)]
                    _tell_apart(by_difference, others, by_autograd, mode)
        largest = torch.maximum(largest, torch.tensor([[one.abs().max() for one in row] for row in moves]))
    expect((largest > 1e-4).all(), unmoved)


def _assert_rows_apart(student: Any, model: Any, mode: str, x: Tensor) -> None:
    """The first and the last row give the same whatever the other rows are: else slopes of single rows mean nothing."""
    after, before = (
        torch.cat([x[:1], x[1:2].expand(len(x) - 1, -1)]),
        torch.cat([x[-2:-1].expand(len(x) - 1, -1), x[-1:]]),
    )
    given = student.run(probes.under_seed, model, mode == "training", x, after, before)
    whole, of_first, of_last = (torch.cat(plain(output), dim=1) for output in given)
    expect(
        torch.allclose(whole[[0, -1]], torch.stack([of_first[0], of_last[-1]]), rtol=1e-3, atol=1e-5),
        f"In {mode} mode the output for one row depends on the other rows of its batch.",
        "images-mixed-in-batch",
    )


def _moves(
    student: Any, model: Any, mode: str, x: Tensor, directions: list[Tensor], weights: list[Tensor], step: float
) -> list[list[Tensor]]:
    """For each direction and output: how fast its weighted sum moves in each row (B,), by differences of values."""
    steps = [x + h * direction for direction in directions for h in (step, -step)]
    values = [plain(output) for output in student.run(probes.under_seed, model, mode == "training", *steps)]
    return [
        [((a.double() - b) * w).sum(1) / (2 * step) for a, b, w in zip(ahead, behind, weights, strict=True)]
        for ahead, behind in zip(values[::2], values[1::2], strict=True)
    ]


def _agree(values: Tensor, rate: Any) -> bool:
    """Slopes (B,) by differences and by autograd agree in most rows: in a few, a unit may switch in between."""
    size = values.abs().max().item()
    if size < 1e-4:
        return True
    if rate is None:
        return False
    rate = assert_tensor(rate, tuple(values.shape), "the gradients").double()
    return bool(((rate - values).abs() <= 0.05 * values.abs() + 0.03 * size).double().mean() > 0.6)


def _tell_apart(values: Tensor, others: list[Tensor], rate: Tensor | None, mode: str) -> NoReturn:
    """Fails: the graph is cut where values move smoothly; rows that exchange their slopes are mixed in the batch.

    others: slopes by differences over a wider step, and over those ahead and behind: others where there is a kink.
    """
    if rate is None:
        fail(f"In {mode} mode no gradient of an output reaches the input: the graph is cut somewhere.", "graph-cut")
    size = values.abs().max()
    allowed = 0.05 * values.abs() + 0.03 * size
    smooth = all(((other - values).abs() <= allowed).double().mean() > 0.6 for other in others)
    exchanged = (values.sum() - rate.double().sum()).abs() <= 0.02 * values.abs().sum()
    fail(
        f"In {mode} mode the gradients are not the slopes of the values: part of the way from the input to an output "
        "is cut out of the graph (by `detach`, `.data` or `no_grad`), or something on the way is not differentiable.",
        "graph-cut" if smooth and not exchanged else None,
    )
