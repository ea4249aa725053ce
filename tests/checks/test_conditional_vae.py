"""Labels that a stand-in refuses, and codes in another order, in lesson 3."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from grader.checks.conditional_vae.codes import _assert_in_order
from grader.checks.conditional_vae.orders import assert_orders
from grader.failures import CheckFailure

CLASSES = 4


@pytest.mark.parametrize(
    ("refused", "name"),
    [
        (torch.eye(3)[[0, 2]], "one-hot-width-from-batch"),
        (torch.eye(3)[[0, 1]], None),
        (torch.eye(10)[[0, 9]], "class-count-hard-coded"),
        (torch.tensor([0, 3]), "label-not-one-hot"),
        (torch.tensor([[0], [3]]), "label-not-one-hot"),
        (torch.ones(2, 1), None),
        (torch.rand(2, 3), None),
        ("list", None),
    ],
    ids=["batch", "too wide for it", "ten", "integers", "column", "ones", "no rows", "list"],
)
def test_refused_labels_are_named_where_they_say_why(refused: Tensor | str, name: str | None) -> None:
    with pytest.raises(CheckFailure) as failure:
        assert_orders({"refused_labels": refused}, CLASSES, "`f`")
    assert failure.value.misconception == name


def test_codes_in_another_order_are_found_but_not_batches_in_another_order() -> None:
    mu = torch.arange(15).reshape(5, 3).double().sin()
    _assert_in_order(mu, mu, (2, 2, 1))
    _assert_in_order(mu[[4, 2, 3, 0, 1]], mu, (2, 2, 1))
    _assert_in_order(mu[[0, 0, 2, 3, 4]], mu, (2, 2, 1))
    with pytest.raises(CheckFailure, match="row 1 is not that of its image") as failure:
        _assert_in_order(mu[[0, 2, 1, 3, 4]], mu, (2, 2, 1))
    assert failure.value.misconception == "codes-reordered"
