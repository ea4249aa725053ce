"""What lies before the sigmoid of a decoder."""

from __future__ import annotations

import torch

from grader.checks.kit.networks import affine


def test_pixels_are_taken_back_to_logits() -> None:
    logits = torch.tensor([[-2.0, 0.5, 3.0]])
    assert torch.allclose(affine((logits.sigmoid(),), pixels=True), logits.double(), atol=1e-5)


def test_what_has_seen_no_sigmoid_stays_as_it_is() -> None:
    logits = torch.tensor([[-2.0, 0.5, 3.0]])
    assert torch.equal(affine((logits,), pixels=True), logits.double())
    assert torch.equal(affine((logits,), pixels=False), logits.double())
