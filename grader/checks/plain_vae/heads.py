"""Checks of the encoder's two heads."""

from __future__ import annotations

from typing import Any

import torch

from grader.checks.kit.networks import NetworkSpec, assert_any_size, assert_both_signs, assert_unbounded
from grader.checks.kit.vocabulary import expect


def assert_two_heads(student: Any, spec: NetworkSpec, draw: Any) -> None:
    """`mu` and `log_var` are not the same numbers."""
    ((mu, log_var),) = spec.outputs(student, draw.uniform(40, spec.input_size), times=1)
    expect(
        not torch.allclose(mu, log_var),
        "`mu` and `log_var` are always equal: each needs its own head.",
        "heads-shared",
    )


def assert_affine_heads(student: Any, spec: NetworkSpec, draw: Any) -> None:
    """Both heads reach any real number under moderate and large weights."""
    x = draw.uniform(40, spec.input_size)
    moderate = spec.outputs(student, x, 2.0, times=8)
    for head, name in enumerate(("mu", "log_var")):
        assert_both_signs(torch.cat([pair[head] for pair in moderate]), name)
    large, huge = spec.outputs(student, x, 20.0, times=2), spec.outputs(student, x, 80.0, times=4)
    for head, name in enumerate(("mu", "log_var")):
        assert_unbounded(torch.cat([pair[head] for pair in moderate + large]), name)
        assert_any_size(torch.cat([pair[head] for pair in huge]), name)
