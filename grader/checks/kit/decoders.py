"""Checks of what decoders promise: pixels are probabilities, and any real numbers are a code."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from grader.checks.kit import probes
from grader.checks.kit.networks import TRIES, NetworkSpec, assert_not_drawn
from grader.checks.kit.slopes import plain
from grader.checks.kit.vocabulary import expect, fail


def assert_pixels(values: Tensor) -> None:
    """Outputs of a sigmoid under generic weights."""
    expect(
        not torch.allclose(values.sum(1), torch.ones(len(values)), atol=1e-3),
        "The pixels of each image add up to 1: they should be separate probabilities, not one distribution.",
        "softmax-over-pixels",
    )
    assert_not_drawn(values)
    low, high = values.min().item(), values.max().item()
    if low < 0 and low >= -1 and high <= 1:
        fail(f"Pixels lie between {low:.3g} and {high:.3g}: `tanh` gives −1 to 1.", "tanh-on-pixels")
    if low < 0 or high > 1:
        one_sided = low >= 0
        fail(
            f"Pixels lie between {low:.3g} and {high:.3g}, not between 0 and 1.",
            "relu-on-pixels" if one_sided and low == 0 else "sigmoid-missing",
        )
    zeros, ones = (values == 0).sum(1), (values > 0.9999).sum(1)
    expect(
        not ((zeros == 1) & (ones == 1)).all(),
        "Every image has one pixel that is exactly 0 and one that is 1: each image is stretched to the whole range.",
        "pixels-stretched",
    )
    expect(
        (values == 0).float().mean() < 0.01,  # a sigmoid gives 0 too, but only far out
        "Some pixels are exactly 0 for ordinary codes: use a sigmoid, which never gets stuck there.",
        "pixels-clamped" if zeros.unique().numel() > 1 else None,  # as many in each: a stretched image
    )
    if low >= 0.5:
        twice = high < 0.7311  # sigmoid(1)
        reason = "there are two sigmoids in a row" if twice else "something keeps the sigmoid's input positive"
        fail(f"No pixel is ever below ½: {reason}.", "two-sigmoids" if twice else "relu-before-sigmoid")
    expect(low < 0.4 and high > 0.6, f"Pixels stay between {low:.3g} and {high:.3g}, whatever the weights.")


def assert_far_codes(student: Any, spec: NetworkSpec, near: Tensor, farther: Tensor) -> None:
    """Codes may be any real numbers: farther out the images are others than where they are far out already."""
    far = 0.0
    for _ in range(TRIES):
        first, second = student.run(probes.outputs, spec.build(student, 0.3), near, farther)
        far = max(far, (plain(first)[0] - plain(second)[0]).abs().max().item())
    expect(
        far > 1e-4,
        "Codes far from 0 give the same images as codes twice as far: a code may be any real numbers.",
        "codes-kept-in-a-range"
        if _sizes_count(student, spec, near) and _kept_in_a_range(student, spec, near)
        else None,
    )
    ones = [torch.ones(len(near), spec.sizes["output_dim"])]
    rates = student.run(probes.slopes, spec.build(student), 100 * farther, [near], ones)
    finite = all(rate is not None and bool(rate.isfinite().all()) for of_mode in rates for (rate,) in of_mode)
    expect(finite, "Gradients are not finite where codes are far from 0: use `torch.sigmoid`.")


def _kept_in_a_range(student: Any, spec: NetworkSpec, rows: Tensor) -> bool:
    """Whether each latent by itself, where it is large, changes nothing any more, and does where it is small.

    Weights are so small that no hidden unit is flat there.
    """
    codes = rows[:1].repeat(spec.input_size, 1)
    codes[:, : spec.input_size] *= 0.1
    latent = torch.eye(*codes.shape)
    least, most = torch.zeros(2, 2)
    for _ in range(TRIES):
        steps = [codes * (1 - latent) + size * latent for size in (0.3, 0.6, 30.0, 60.0, -0.3, -0.6, -30.0, -60.0)]
        said = [plain(output)[0] for output in student.run(probes.outputs, spec.build(student, 0.1), *steps)]
        moved = torch.stack([(one - other).abs().max() for one, other in zip(said[::2], said[1::2], strict=True)])
        least, most = torch.maximum(least, moved[[0, 2]]), torch.maximum(most, moved[[1, 3]])
    return bool(((most < 1e-6) & (least > 1e-5)).any())


def _sizes_count(student: Any, spec: NetworkSpec, rows: Tensor) -> bool:
    """Whether small codes three times as large give other images: they do not where codes are scaled to one size."""
    of_code = torch.arange(rows.shape[1]) < spec.input_size
    small, larger = (rows * torch.where(of_code, size, 1.0) for size in (0.3, 0.9))
    for _ in range(TRIES):
        one, other = (
            plain(output)[0] for output in student.run(probes.outputs, spec.build(student, 0.1), small, larger)
        )
        if (one - other).abs().max() > 0.1 * (one - one.roll(1, 0)).abs().max():
            return True
    return False
