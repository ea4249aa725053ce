"""The stand-in model of lesson 4's checks: its weights and batches, and what must be left as it was."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from grader.checks.kit.contracts import assert_marks_kept, assert_modes_kept
from grader.checks.kit.epochs import NARROW, Weights
from grader.checks.kit.vocabulary import expect

SIZES, PIXELS, LATENTS = (5, 5, 2), 7, 3


def drawn(draw: Any, log_var: float = NARROW, edges: bool = True) -> tuple[Weights, list[Tensor]]:
    """Weights of a stand-in, by default one whose codes are their means, and batches of which the last is smaller.

    log_var: what the log-variances vary around. edges: whether some pixels are 0 or 1, which a clamp in place changes.
    """
    weights = {
        "m": draw(PIXELS, LATENTS) / 2,
        "v": draw(PIXELS, LATENTS) / 2,
        "cm": torch.zeros(LATENTS),
        "cv": torch.full((LATENTS,), log_var),
        "w": draw(LATENTS, PIXELS) / 2,
        "b": draw(PIXELS),
    }
    batches = [draw.uniform(size, PIXELS) for size in SIZES]
    if edges:
        batches[0][0] = batches[0][0].round()
    return weights, batches


def square(draw: Any) -> tuple[Weights, list[Tensor]]:
    """Weights of a stand-in whose three outputs have one shape and lie in (0, 1), each in its own range; batches.

    Whoever takes one output for another gets no error here, but another number.
    """
    weights = {
        "m": draw.uniform(PIXELS, PIXELS) / PIXELS,
        "v": draw.uniform(PIXELS, PIXELS) / PIXELS / 3,
        "cm": torch.zeros(PIXELS),
        "cv": torch.zeros(PIXELS),
        "w": torch.zeros(PIXELS, PIXELS),
        "b": 1 + draw.uniform(PIXELS),
    }
    return weights, [draw.uniform(size, PIXELS) for size in SIZES]


def assert_left_alone(seen: dict[str, Any], function: str, batches: list[Tensor]) -> None:
    """Batches and global modes are as they were."""
    kept = all(torch.equal(before, after) for before, after in zip(batches, seen["batches"], strict=True))
    expect(kept, f"`{function}` changes the batches that it is given.", "arguments-changed-in-place")
    assert_modes_kept(seen["before"], seen["after"], f"`{function}`")
    assert_marks_kept(seen["lost"], f"`{function}`")
