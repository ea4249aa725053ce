"""Samples compared with distributions: what shape they have, and whether numbers depend on one another."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from grader.checks.kit import sampling
from grader.seeds import Draw

ROWS, COLUMNS = 2000, 300


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
