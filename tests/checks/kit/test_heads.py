"""What a head may give under generic weights."""

from __future__ import annotations

import pytest
import torch

from grader.checks.kit.heads import assert_both_signs
from grader.failures import CheckFailure


@pytest.mark.parametrize(
    ("values", "message", "misconception"),
    [
        ([0.0, 0.0], "is always 0", None),
        ([0.0, 1.0, 2.0], "is never negative", "relu-on-head"),
        ([0.5, 1.0, 2.0], "is never negative", "positive-head"),
        ([-1.0, 0.0], "is never positive", "negative-head"),
    ],
)
def test_heads_that_are_cut_off_are_told_apart(values: list[float], message: str, misconception: str | None) -> None:
    with pytest.raises(CheckFailure, match=message) as caught:
        assert_both_signs(torch.tensor(values), "log_var")
    assert caught.value.misconception == misconception


def test_both_signs_pass() -> None:
    assert_both_signs(torch.tensor([-1.0, 0.0, 2.0]), "mu")
