"""Judging trained models: on digits that nobody has, and with decoders that have not seen what their encoder saw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import Tensor
from torch.nn import functional as F

from grader.checks.kit import probes
from grader.checks.kit.vocabulary import assert_tensor, expect
from vaelab import data, metrics

SIDE = 28
SHIFT, TURN, ZOOM, INK = 1.0, 0.1, 0.05, 0.15  # the most in pixels, radians, as a factor's and an exponent's logarithm

COPY = 0.1  # the distance from a stored digit below which an image is a copy
FEW, BLIND = 50, 1e-3  # inputs to try a network without weights on, and how much its outputs may vary

_copies: WeakKeyDictionary[Any, dict[tuple[Any, ...], Tensor]] = WeakKeyDictionary()
_made_of_weights: WeakKeyDictionary[Any, set[tuple[Any, ...]]] = WeakKeyDictionary()


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


def unseen(digits: data.Split, draw: Any) -> data.Split:
    """Digits as nobody has them."""
    return data.Split(redrawn(digits.images, draw), digits.labels)


def encoder(student: Any, *path: Any) -> Callable[..., Any]:
    """The encoder of a trained model, where it was trained; `path` is the model's name and the keys that lead to it."""
    if student.elsewhere is not student:
        _copy(student, path)

    def encode(x: Tensor, *labels: Tensor) -> Any:
        noise = torch.rand(x.shape, generator=torch.Generator().manual_seed(0))  # x itself stays where it is encoded
        _assert_made_of_weights(student, path, "encoder", noise, *labels)
        return student.run(probes.trained_part, list(path), "encoder", x, *labels)

    return encode


def decoder(student: Any, *path: Any) -> Callable[..., Any]:
    """The decoder of a trained model in another process, to which nothing but codes and labels ever comes.

    The model goes there as it was before it saw the first image of a check.
    """
    model = _twin(student, path)

    def decode(z: Tensor, *labels: Tensor) -> Any:
        _assert_made_of_weights(student, path, "decoder", z, *labels)
        return student.elsewhere.run(probes.decoded, model, z, *labels)

    return decode


def _assert_made_of_weights(student: Any, path: tuple[Any, ...], part: str, *inputs: Tensor) -> None:
    """With all weights next to 0, a network gives one and the same for everything: it knows nothing else.

    Whatever still tells inputs apart is not learned: stored images, a basis that was computed from them.
    """
    checked = _made_of_weights.setdefault(student._channel, set())
    if (path, part) in checked:
        return
    few = [tensor[:FEW] for tensor in inputs]
    said = student.elsewhere.run(probes.without_weights, _twin(student, path), part, *few)
    for values in said if isinstance(said, tuple) else (said,):
        spread = assert_tensor(values, what=f"the {part}'s output").double().std(0).max() if len(few[0]) > 1 else 0.0
        expect(
            not spread > BLIND,
            f"With all its weights next to 0, the {part} of the trained model still tells its inputs apart: what it "
            "knows is not in weights that were trained.",
            "samples-are-stored-images" if part == "decoder" and _are_stored(values) else None,
        )
    checked.add((path, part))


def _are_stored(images: Tensor) -> bool:
    """Whether images (N, 784) are digits of the course, to the pixel."""
    stored = torch.cat([data.load("digits", split).images for split in data.SPLITS])
    return bool(metrics.nearest_distance(images, stored).median() < COPY)


def _twin(student: Any, path: tuple[Any, ...]) -> Any:
    """Another model like the trained one, in another process. In a live notebook, which has none, a copy: unpacking
    would give the classes there other globals."""
    if student.elsewhere is student:
        return student.run(probes.duplicated, list(path))
    return student.elsewhere.run(probes.unpacked, _copy(student, path))


def _copy(student: Any, path: tuple[Any, ...]) -> Tensor:
    """The model as bytes, taken once in each process that has trained it, before anything is shown to it."""
    copies = _copies.setdefault(student._channel, {})
    if path not in copies:
        copy = student.run(probes.packed, list(path))
        expect(isinstance(copy, Tensor) and copy.dtype == torch.uint8, "The trained model cannot be copied.")
        copies[path] = copy
    return copies[path]
