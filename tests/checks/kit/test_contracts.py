"""Whether a result responds to an argument."""

from __future__ import annotations

import torch

from grader.checks.kit.contracts import _apart


def test_rounding_is_no_response() -> None:
    result, change = torch.tensor([1.3, -2.6]), torch.tensor([0.7, 0.1])
    assert _apart(result, result + change)
    assert not _apart(result, result * (1 + 1e-6))
