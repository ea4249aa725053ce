"""Sentences about numbers that miss a limit."""

from __future__ import annotations

import math

import pytest

from grader.checks.kit.vocabulary import expect_at_least, told_apart
from grader.failures import CheckFailure


@pytest.mark.parametrize(
    ("value", "limit", "shown"),
    [
        (46.2, 61.0, ("46", "61")),
        (46.2, 46.4, ("46.2", "46.4")),
        (0.123456, 0.123457, ("0.123456", "0.123457")),
        (math.nan, 1.0, ("nan", "1.0")),
        (370.2, 320.0, ("370", "320")),
        (1.0, 1.0 + 2**-52, ("1.0", "1.0000000000000002")),
    ],
)
def test_a_number_and_its_limit_are_told_apart(value: float, limit: float, shown: tuple[str, str]) -> None:
    assert told_apart(value, limit) == shown


def test_what_misses_a_limit_says_both_numbers() -> None:
    expect_at_least(2.0, 2.0, "{got} {least}")
    for got, words in ((1.99, "It is 1.99, not 2.00"), (1.9, "It is 1.9, not 2.0"), (math.nan, "It is nan, not 2.0")):
        with pytest.raises(CheckFailure) as failed:
            expect_at_least(2.0, got, "It is {got}, not {least}")
        assert failed.value.message == words
