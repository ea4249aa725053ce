"""Samples compared with distributions, and whether every call draws anew, from torch's global generator."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from grader.checks.kit import sampling
from grader.failures import CheckFailure
from grader.seeds import Draw

ROWS, COLUMNS = 2000, 300
ONE, OTHER = torch.tensor([1.0, 3.0]), torch.tensor([2.0, 4.0])


def deviation_of(noise: Tensor) -> str | None:
    return sampling.deviates_from_normal(noise.double(), torch.zeros(noise.shape[1]), torch.ones(noise.shape[1]))


@pytest.mark.parametrize("seed", range(5))
def test_normal_numbers_are_normal_also_where_columns_share_them(seed: int) -> None:
    draw = Draw(seed, "noise")
    assert deviation_of(draw(ROWS, COLUMNS)) is None
    assert deviation_of(draw(ROWS, 1).expand(ROWS, COLUMNS)) is None


def test_other_noise_of_the_same_mean_and_spread_has_another_shape() -> None:
    draw = Draw(0, "noise")
    assert deviation_of(12**0.5 * (draw.uniform(ROWS, 4) - 0.5)) == "shape"
    assert deviation_of(draw.uniform(12, ROWS, COLUMNS).sum(0) - 6) == "shape"
    assert deviation_of(2 * draw.bits(ROWS, 4).float() - 1) == "shape"


def failure(codes: list[Tensor], states: list[list[Tensor]]) -> CheckFailure:
    with pytest.raises(CheckFailure) as failed:
        sampling.assert_fresh_draws({"codes": codes, "states": states}, "faces", "noise-from-a-fixed-generator")
    return failed.value


def test_what_is_the_same_in_every_call_without_torch_comes_from_a_fixed_generator() -> None:
    failed = failure([ONE, ONE, ONE, ONE], [[ONE, ONE]] * 4)
    assert failed.misconception == "noise-from-a-fixed-generator"
    assert "the same faces" in failed.message


def test_a_seed_set_inside_is_another_mistake() -> None:
    assert failure([ONE, ONE, ONE, ONE], [[ONE, OTHER]] * 4).misconception == "noise-seeded-inside"


def test_fresh_draws_of_another_generator_have_a_name_of_their_own() -> None:
    assert failure([ONE, OTHER, OTHER, OTHER], [[ONE, ONE]] * 4).misconception == "noise-not-from-torch"
