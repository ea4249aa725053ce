"""Judging trained models: on digits that nobody has, and with decoders that have not seen what their encoder saw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import Tensor
from torch.nn import functional as F

from grader.checks.kit import probes
from grader.checks.kit.vocabulary import expect

SIDE = 28
SHIFT, TURN, ZOOM, INK = 1.0, 0.1, 0.05, 0.15  # the most in pixels, radians, as a factor's and an exponent's logarithm

_copies: WeakKeyDictionary[Any, dict[tuple[Any, ...], Tensor]] = WeakKeyDictionary()


def redrawn(images: Tensor, draw: Any) -> Tensor:
    """Images (N, 784) that are each moved, turned, zoomed and inked otherwise, by small amounts that are drawn.

    Small enough for a model that has learned digits; whoever stores the digits themselves has other images.
    """
    right, down, turn, zoom, ink = (2 * draw.uniform(5, len(images)) - 1).unbind()
    scale, angle = (ZOOM * zoom).exp(), TURN * turn
    rows = [
        torch.stack([scale * angle.cos(), -scale * angle.sin(), right * 2 * SHIFT / SIDE], 1),
        torch.stack([scale * angle.sin(), scale * angle.cos(), down * 2 * SHIFT / SIDE], 1),
    ]
    grid = F.affine_grid(torch.stack(rows, 1), [len(images), 1, SIDE, SIDE], align_corners=False)
    moved = F.grid_sample(images.reshape(-1, 1, SIDE, SIDE), grid, align_corners=False).reshape(len(images), -1)
    return moved.clamp(0, 1) ** (INK * ink).exp()[:, None]


def encoder(student: Any, *path: Any) -> Callable[..., Any]:
    """The encoder of a trained model, where it was trained; `path` is the model's name and the keys that lead to it."""
    _copy(student, path)
    return lambda *inputs: student.run(probes.trained_part, list(path), "encoder", *inputs)


def decoder(student: Any, *path: Any) -> Callable[..., Any]:
    """The decoder of a trained model in another process, to which nothing but codes and labels ever comes.

    The model goes there as it was before it saw the first image of a check.
    """
    model = student.elsewhere.run(probes.unpacked, _copy(student, path))
    return lambda *inputs: student.elsewhere.run(probes.decoded, model, *inputs)


def _copy(student: Any, path: tuple[Any, ...]) -> Tensor:
    """The model as bytes, taken once in each process that has trained it, before anything is shown to it."""
    copies = _copies.setdefault(student._channel, {})
    if path not in copies:
        copy = student.run(probes.packed, list(path))
        expect(isinstance(copy, Tensor) and copy.dtype == torch.uint8, "The trained model cannot be copied.")
        copies[path] = copy
    return copies[path]
