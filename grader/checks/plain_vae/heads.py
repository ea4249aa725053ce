"""Checks of the encoder's two heads."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from grader.checks.kit.heads import assert_any_size, assert_both_signs, assert_own_heads, assert_unbounded
from grader.checks.kit.networks import NetworkSpec
from grader.checks.kit.vocabulary import expect

NETWORKS, ROWS, LINES = 12, 10, 5  # how many are tried, and how many images and latents have to show a logarithm


def assert_two_heads(student: Any, spec: NetworkSpec, draw: Any) -> None:
    """`mu` and `log_var` are not the same numbers, nor is `log_var` one number for all latents."""
    ((mu, log_var),) = spec.outputs(student, draw.uniform(40, spec.input_size), times=1)
    assert_own_heads(mu, log_var)


def assert_affine_heads(student: Any, spec: NetworkSpec, draw: Any) -> None:
    """Both heads reach any real number under moderate and large weights."""
    _assert_no_logarithm(student, spec, draw.uniform(100, spec.input_size))
    x = draw.uniform(40, spec.input_size)
    moderate = spec.outputs(student, x, 2.0, times=8)
    for head, name in enumerate(("mu", "log_var")):
        assert_both_signs(torch.cat([pair[head] for pair in moderate]), name)
    large, huge = spec.outputs(student, x, 20.0, times=2), spec.outputs(student, x, 80.0, times=4)
    for head, name in enumerate(("mu", "log_var")):
        assert_unbounded(torch.cat([pair[head] for pair in moderate + large]), name)
        assert_any_size(torch.cat([pair[head] for pair in huge]), name)


def _assert_no_logarithm(student: Any, spec: NetworkSpec, x: Tensor) -> None:
    """`log_var` is not the logarithm of what an affine layer (or a softplus behind one) gives.

    Behind a single hidden unit everything affine is a straight line over everything else that is: over `mu`.
    """
    outputs = student.run(spec.several, spec.name, spec.sizes | {"hidden_dim": 1}, 2.0, NETWORKS, x)
    shape = (len(x), spec.sizes["latent_dim"])
    pairs = [[one.double() for one in pair] for pair in outputs if [*map(_shape_of, pair)] == [shape, shape]]
    lines = [line for mu, log_var in pairs for line in _bent_lines(mu[:, 0], log_var)]
    for undone in (torch.exp, lambda values: values.exp().expm1().log()):
        expect(
            len(lines) < LINES or not all(_straight(mu, undone(values), 1e-4) for mu, values in lines),
            "`log_var` is the logarithm of what its layer gives: return what the layer gives, as it is.",
            "logarithm-behind-head",
        )


def _shape_of(value: Any) -> tuple[int, ...] | None:
    return tuple(value.shape) if isinstance(value, Tensor) else None


def _bent_lines(mu: Tensor, log_var: Tensor) -> list[tuple[Tensor, Tensor]]:
    """The columns of log_var that bend over mu, each with its mu, where they are finite and held up by nothing."""
    lines = []
    for column in log_var.T:
        kept = column.isfinite() & mu.isfinite()
        if kept.any():
            kept &= column > column[kept].min() + 1e-6
        if kept.sum() < ROWS or min(mu[kept].std(), column[kept].std()) < 1e-3:  # a hidden unit that is 0
            continue
        if not _straight(mu[kept], column[kept], 1e-2):
            lines.append((mu[kept], column[kept]))
    return lines


def _straight(x: Tensor, y: Tensor, tolerance: float) -> bool:
    """Whether y is a linear function of x, up to this share of its standard deviation."""
    x, y = x - x.mean(), y - y.mean()
    rest = y - x * ((x * y).sum() / x.square().sum())
    return bool(rest.norm() <= tolerance * y.norm())
