"""What is said about functions that refuse too little or too much."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from grader.checks.kit.refusals import assert_allows, assert_refuses
from grader.failures import CheckFailure


class Submission:
    """A submission of one function, `half`."""

    def __init__(self, half: Callable[..., Any]) -> None:
        self.half = half

    def run(self, probe: Callable[..., Any], *arguments: Any) -> Any:
        return probe(self, *arguments)


def only_zero(number: int) -> float:
    if number == 0:
        raise ValueError
    return number / 2


def asserting(number: int) -> float:
    assert number > 0
    return number / 2


def without_one(number: int) -> float:
    if number <= 1:
        raise ValueError
    return number / 2


def always(number: int) -> float:
    raise ValueError


CASES = {"0": (0,), "-1": (-1,)}


@pytest.mark.parametrize(
    ("half", "sound", "name"),
    [
        (only_zero, False, "refusal-incomplete"),
        (lambda number: number / 2, True, "refusal-incomplete"),
        (lambda number: 0.0, False, None),
        (asserting, False, "asserts-instead-of-value-error"),
    ],
)
def test_a_gap_is_named_where_the_function_works(half: Callable[..., Any], sound: bool, name: str | None) -> None:
    with pytest.raises(CheckFailure, match="Expected a ValueError") as failure:
        assert_refuses(Submission(half), "half", CASES, (4,), lambda value: sound and value == 2)
    assert failure.value.misconception == name


def test_what_refuses_everything_it_has_to_is_left_alone() -> None:
    assert_refuses(Submission(without_one), "half", CASES, (4,))


def test_a_guard_that_is_too_strict_is_named() -> None:
    with pytest.raises(CheckFailure, match="refuses the smallest number") as failure:
        assert_allows(Submission(without_one), "half", (1,), (4,), "the smallest number")
    assert failure.value.misconception == "refuses-what-is-allowed"


@pytest.mark.parametrize("half", [always, lambda number: number // 0, only_zero])
def test_what_never_works_and_what_is_no_guard_gets_no_name(half: Callable[..., Any]) -> None:
    assert set(assert_allows(Submission(half), "half", (1,), (4,), "the smallest number")) & {"raised", "value"}
