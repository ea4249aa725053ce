"""Formulas as trees: what is recorded of a function, its value, and its value with changes."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from grader.checks.kit.formulas import Change, Expr, Values, expr, traced
from grader.checks.kit.references import cross_entropy, kl, kl_per_latent, kl_with_minus
from grader.checks.kit.wording import short, written
from grader.seeds import Draw

CODES = {"mu": ("images", "latents"), "log_var": ("images", "latents")}


def codes() -> dict[str, torch.Tensor]:
    draw = Draw(0, "codes")
    return {"mu": draw(4, 3).double(), "log_var": draw(4, 3).double()}


@pytest.mark.parametrize("function", [kl, kl_with_minus, kl_per_latent], ids=["KL", "with a minus", "per latent"])
def test_a_formula_has_the_value_of_its_function(function: Any) -> None:
    given = codes()
    value = Values(given).of(traced(function, CODES))
    assert value is not None
    assert torch.allclose(value, function(*given.values()))


def test_axes_are_those_of_the_value() -> None:
    assert traced(kl_per_latent, CODES).axes == ("images", "latents")
    assert traced(kl, CODES).axes == ("images",)


def test_numbers_are_taken_exactly() -> None:
    value = Values({"sigma": 0.1}).of(traced(lambda sigma: sigma.square(), {"sigma": ()}))
    assert value is not None
    assert value.item() == 0.1**2


def test_what_is_done_to_one_use_is_not_done_to_the_others() -> None:
    root = traced(lambda u: u * (u + 1), {"u": ()})
    change = Change("", "", root.parts[0], expr(10))
    assert Values({"u": 3.0}).of(root, change) == 40


def test_what_is_done_to_a_value_holds_wherever_it_is_used() -> None:
    def function(u: Any) -> Any:
        square = u.square()
        return square + 5 * square

    root = traced(function, {"u": ()})
    shared = root.parts[0].parts[0]
    assert Values({"u": 3.0}).of(root, Change("", "", shared, shared.parts[0])) == 18
    assert Values({"u": 3.0}).of(root, Change("", "", root.parts[0], expr(0))) == 45


def test_changes_at_once_are_all_made() -> None:
    root = traced(kl, CODES)
    half, total = root.parts
    both = [Change("", "", half, expr(1)), Change("", "", total, -total)]
    value, right = Values(codes()).of(root, *both), Values(codes()).of(root)
    assert value is not None
    assert right is not None
    assert torch.allclose(value, -2 * right)


def test_a_formula_that_does_not_fit_together_has_no_value() -> None:
    root = traced(lambda mu, log_var: mu.sum(0) + log_var.sum(1), CODES)
    assert Values(codes()).of(root) is None


@pytest.mark.parametrize("function", [lambda u: u.cumsum(0), lambda u: u**3], ids=["method", "power"])
def test_what_formulas_do_not_know_is_refused(function: Any) -> None:
    with pytest.raises((AttributeError, TypeError)):
        traced(function, {"u": ()})


@pytest.mark.parametrize(
    ("function", "axes", "text"),
    [
        (kl, CODES, "½ · Σ[latents](μ² + σ² − 1 − log σ²)"),
        (kl_with_minus, CODES, "−½ · Σ[latents](1 + log σ² − μ² − σ²)"),
        (
            cross_entropy,
            {"x_hat": ("images", "pixels"), "x": ("images", "pixels")},
            "−Σ[pixels](x · log(x̂) + (1 − x) · log(1 − x̂))",
        ),
        (lambda mu, log_var: mu + (log_var / 2).exp(), CODES, "μ + σ"),
        (lambda sigma: 1 / (2 * sigma.square()), {"sigma": ()}, "1 / (2 · σ²)"),
        (lambda sigma: (sigma - 1).square().clamp(min=0.5).sqrt(), {"sigma": ()}, "√(max((σ − 1)², ½))"),
    ],
    ids=["KL", "KL with a minus", "cross-entropy", "σ", "division", "bound"],
)
def test_formulas_are_written_as_in_mathematics(function: Any, axes: dict[str, tuple[str, ...]], text: str) -> None:
    assert written(traced(function, axes)) == text


def test_a_long_formula_is_shortened_between_words() -> None:
    long: Expr = traced(lambda mu, log_var: sum([mu.square() + log_var.exp()] * 12), CODES)
    assert len(short(long)) < 70
    assert " … " in short(long)
