"""What wrong ways of counting make of the losses of an epoch."""

from __future__ import annotations

import pytest
import torch

from grader.checks.kit.epochs import epoch_values


def test_running_averages_of_three_batches() -> None:
    right, suspects = epoch_values([torch.tensor([1.0, 1.0]), torch.tensor([2.0, 2.0]), torch.tensor([4.0])])
    assert right == pytest.approx(2)
    halves, _, halves_from_zero, _, last = suspects["epoch-loss-running-average"]
    assert (halves, halves_from_zero, last) == pytest.approx((2.75, 2.625, 3.789))


def test_of_two_batches_half_the_sum_is_the_mean() -> None:
    assert "epoch-loss-running-average" not in epoch_values([torch.ones(2), torch.zeros(2)])[1]
