"""Inputs on which right and wrong answers differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import torch

from grader.checks.kit.inputs import told_apart


def draws(*cases: tuple[float, dict[str, Any]]) -> Any:
    """Gives one case after the other; the last one for ever."""
    numbered: Iterator[int] = iter(range(10**6))

    def make() -> tuple[int, torch.Tensor, dict[str, Any]]:
        number = next(numbered)
        right, suspects = cases[min(number, len(cases) - 1)]
        return number, torch.tensor(right), suspects

    return make


GOOD = (2.0, {"a": 3.0, "b": [4.0, 5.0]})


def test_the_first_draw_will_do_when_all_differ() -> None:
    assert told_apart(draws(GOOD)) == (0, torch.tensor(2.0), GOOD[1])


@pytest.mark.parametrize(
    "suspects",
    [{"a": 2.001}, {"a": 9.0, "b": [4.0, 2.0]}, {"a": 9.0, "b": [4.0, 9.001]}],
    ids=["nearly right", "right", "nearly another wrong idea"],
)
def test_what_cannot_be_told_apart_is_drawn_again(suspects: dict[str, Any]) -> None:
    assert told_apart(draws((2.0, suspects), (2.0, suspects), GOOD))[0] == 2


@pytest.mark.parametrize(
    "suspects",
    [
        {"a": [3.0, 3.0]},
        {"a": 3.0, "b": 3.0 + 1e-12},
        {"a": torch.full((2,), 2.0)},
        {"a": float("nan"), "b": float("inf")},
        {},
    ],
    ids=["two ways to one idea", "the same idea", "another shape", "no numbers", "no ideas"],
)
def test_what_need_not_be_told_apart_may_stay(suspects: dict[str, Any]) -> None:
    assert told_apart(draws((2.0, suspects)))[0] == 0


def test_tensors_differ_when_one_element_does() -> None:
    right = torch.tensor([1.0, 2.0])
    assert told_apart(lambda: (0, right, {"a": torch.tensor([1.0, 2.5])}))[0] == 0


def test_ideas_that_are_always_right_are_a_fault_of_the_course() -> None:
    with pytest.raises(RuntimeError, match="No inputs tell the right answer from these ideas: a, b"):
        told_apart(draws((2.0, {"a": 7.0, "b": 2.0})))
