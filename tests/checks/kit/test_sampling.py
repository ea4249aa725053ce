"""Whether every call draws anew, and from torch's global generator."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from grader.checks.kit.sampling import assert_fresh_draws
from grader.failures import CheckFailure

ONE, OTHER = torch.tensor([1.0]), torch.tensor([2.0])


def failure(codes: list[Tensor], states: list[list[Tensor]]) -> CheckFailure:
    with pytest.raises(CheckFailure) as failed:
        assert_fresh_draws({"codes": codes, "states": states}, "faces", "noise-from-a-fixed-generator")
    return failed.value


def test_what_is_the_same_in_every_call_without_torch_comes_from_a_fixed_generator() -> None:
    failed = failure([ONE, ONE, ONE], [[ONE, ONE]] * 3)
    assert failed.misconception == "noise-from-a-fixed-generator"
    assert "the same faces" in failed.message


def test_a_seed_set_inside_is_another_mistake() -> None:
    assert failure([ONE, ONE, ONE], [[ONE, OTHER]] * 3).misconception == "noise-seeded-inside"


def test_fresh_draws_of_another_generator_have_a_name_of_their_own() -> None:
    assert failure([ONE, OTHER, OTHER], [[ONE, ONE]] * 3).misconception == "noise-not-from-torch"
