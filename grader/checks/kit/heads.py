"""Checks of the affine heads of a network, by the values that they give under drawn weights."""

from __future__ import annotations

from torch import Tensor

from grader.checks.kit.vocabulary import expect, fail

FAR = 15.0
AT_BOUNDS = 0.2  # the share of outputs that are the largest or the smallest, to the last digit


def assert_own_heads(mu: Tensor, log_var: Tensor) -> None:
    """`mu` and `log_var` (B, L) are not the same numbers, and neither are the latents of an image."""
    expect(
        not (mu.shape == log_var.shape and mu.allclose(log_var)),
        "`mu` and `log_var` are always equal: each needs its own head.",
        "heads-shared",
    )
    one = log_var[:, :1].expand_as(log_var)
    expect(
        not log_var.allclose(one),
        "All latents of an image have the same `log_var`: every latent has a spread of its own.",
        "one-spread-for-all-latents",
    )


def assert_both_signs(values: Tensor, name: str) -> None:
    """Outputs of an affine head under generic weights are negative and positive."""
    above = values[values > 0]
    expect(len(above) or (values < 0).any(), f"`{name}` is always 0, whatever the weights and the input.")
    if (values >= 0).all():
        positive = "positive-head" if name == "log_var" else None
        cut_off = (values == 0).any() and above.min() > 1e-7 * above.max()  # a softplus only comes near 0
        misconception = "relu-on-head" if cut_off else positive
        fail(f"`{name}` is never negative: its head must be affine, with nothing after it.", misconception)
    expect(
        len(above),
        f"`{name}` is never positive: its head must be affine, with nothing after it.",
        "negative-head" if name == "log_var" else None,
    )


def assert_unbounded(values: Tensor, name: str) -> None:
    """Outputs of an affine head under moderate and large weights have both signs and go beyond 1."""
    assert_both_signs(values, name)
    largest = values.abs().max()
    expect(
        largest > 1.0001,
        f"`{name}` never leaves (−1, 1), however large the weights: its head must be affine, with nothing after it.",
        "tanh-on-head" if largest > 0.99 else None,
    )


def assert_any_size(values: Tensor, name: str) -> None:
    """Outputs of an affine head under very large weights go as far as those take them, either way."""
    at_bounds = ((values == values.max()) | (values == values.min())).double().mean()
    expect(
        values.max() > FAR and values.min() < -FAR,
        f"`{name}` stays between {values.min():.3g} and {values.max():.3g}, however large the weights: it is clamped, "
        "or something behind the layer flattens it.",
        "head-kept-in-a-range" if at_bounds > AT_BOUNDS else None,
    )
