"""What a stand-in was given as labels: whether it can be one-hot rows, and whether each image came with its own."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from grader.checks.kit.vocabulary import fail

CLASSES = 10  # of the digits, and of whoever writes a number of classes into the code


def assert_orders(seen: dict[str, Any], classes: int, who: str) -> None:
    """The labels were rows with a column for each class; `seen["refused_labels"]` are those that were not.

    A stand-in that refuses its labels sees nothing else.
    """
    refused = seen.get("refused_labels")
    if refused is None:
        return
    shape = tuple(refused.shape) if isinstance(refused, Tensor) else ()
    if len(shape) == 2 and shape[1] > 1:
        from_batch = "one-hot-width-from-batch" if shape[1] < classes and _just_wide_enough(refused) else None
        fail(
            f"{who} gives the model label rows with {shape[1]} columns, but this model has {classes} classes: ask it "
            "for its `num_classes`.",
            "class-count-hard-coded" if shape[1] == CLASSES else from_batch,
        )
    told = f"a tensor of shape {shape}" if isinstance(refused, Tensor) else f"a `{refused}` object"
    integers = len(shape) == 1 or (shape[1:] == (1,) and not (refused == 1).all())  # a column of 1s may be one-hot
    fail(
        f"{who} gives the model {told} as labels: they have to be one-hot rows, (B, num_classes).",
        "label-not-one-hot" if integers else None,
    )


def _just_wide_enough(rows: Tensor) -> bool:
    """Whether these are one-hot rows, one of them with its 1 in the last column."""
    rows = rows.double()
    one_hot = torch.equal(rows, torch.eye(rows.shape[1], dtype=rows.dtype)[rows.argmax(1)])
    return one_hot and bool(rows[:, -1].any())


def assert_own_labels(orders: list[tuple[Tensor, Tensor]], pairs: list[tuple[Tensor, Tensor]]) -> None:
    """Each image that the model was given came with the label that it has in `pairs`; where that can be seen.

    orders: images and label rows of each call. Rows of zeros are left to others, for which they are no label at all.
    """
    images, labels = (torch.cat(parts) for parts in zip(*pairs, strict=True))
    for x, c in orders:
        same = (x[:, None] == images[None]).all(2) if x.shape[1:] == images.shape[1:] else torch.zeros(1, 1)
        if not same.any(1).all() or not c.any():
            continue
        y = labels[same.int().argmax(1)]
        rows = torch.eye(c.shape[1])[c.argmax(1)]
        wrong = (c != rows).any(1).nonzero()
        if len(wrong):
            row = ", ".join(f"{value:.3g}" for value in c[int(wrong[0])].tolist())
            fail(f"The model was given the label row [{row}], which is not one-hot.")
        if torch.equal(c.argmax(1), y):
            continue
        if torch.equal(c.argmax(1).sort().values, y.sort().values):
            fail(
                "The model was given the labels of a batch in another order than its images.", "label-of-another-image"
            )
        fail("The model was given other labels than those of its images.", "label-ignored")
