"""Checks of `condition`: the columns of a label beside those of what enters a network."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from grader.checks.kit.contracts import gradients_of
from grader.checks.kit.joins import name_join_along_batch
from grader.checks.kit.vocabulary import assert_matches, expect
from grader.checks.one_hot import oracles
from grader.failures import CheckFailure


def assert_values(student: Any, draw: Any) -> None:
    """The columns of v come first, those of c to their right."""
    v, c = draw(5, 7), oracles.rows(draw.integers(0, 3, 5), 3)
    try:
        joined = student.condition(v, c)
    except CheckFailure as failure:
        name_join_along_batch(failure, 7, 3)
        raise
    right = torch.cat([v, c], 1)
    if isinstance(joined, Tensor) and joined.shape == right.shape and not torch.equal(joined, right):
        _assert_own_labels(student, draw)
    assert_matches(joined, right, suspects=oracles.join_suspects(v, c))


def _assert_own_labels(student: Any, draw: Any) -> None:
    """Not every row has the label of one and the same row; shares of classes show whose they are."""
    v, c = draw(5, 7), torch.softmax(draw(5, 3), dim=1)
    joined = student.condition(v, c)
    for row, name in ((0, "first"), (-1, "last")):
        wrong = torch.cat([v, c[row].expand_as(c)], 1)
        same = isinstance(joined, Tensor) and joined.shape == wrong.shape and torch.allclose(joined, wrong.to(joined))
        expect(not same, f"Every row gets the label of the {name} row.", "one-label-for-all")


def assert_sizes(student: Any, draw: Any) -> None:
    """As many columns in c as in v, and a batch of one."""
    v, c = draw(4, 6), oracles.rows(draw.integers(0, 6, 4), 6)
    assert_matches(student.condition(v, c), torch.cat([v, c], 1), suspects=oracles.square_join_suspects(v, c))
    v, c = draw(4, 7), torch.softmax(draw(4, 3), dim=1)
    assert_matches(student.condition(v, c), torch.cat([v, c], 1), what="the result for shares of several classes")
    v, c = draw(4, 2), oracles.rows(draw.integers(0, 6, 4), 6)
    assert_matches(student.condition(v, c), torch.cat([v, c], 1), what="the result for more classes than columns")
    v, c = draw(1, 9), oracles.rows(draw.integers(0, 4, 1), 4)
    assert_matches(student.condition(v, c), torch.cat([v, c], 1), what="the result for a batch of one")


def assert_gradients(student: Any, draw: Any) -> None:
    """Gradients reach v and c, each from its own columns."""
    v, c, weights = draw(4, 6), oracles.rows(draw.integers(0, 3, 4), 3), draw(4, 9)
    _, found = gradients_of(
        student, "condition", weights, v, c, needed=(0, 1), what="the result", misconception="graph-cut"
    )
    label_first = weights[:, 3:], weights[:, :3]
    for name, gradient, wanted, wrong in zip("vc", found, weights.split([6, 3], 1), label_first, strict=True):
        suspects = {"condition-label-first": wrong}
        assert_matches(gradient, wanted, what=f"the gradient of `{name}`", suspects=suspects)
