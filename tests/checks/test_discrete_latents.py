"""What the checks of lesson 6 rest on: measures that agree with scikit-learn and brute force, ideas told apart."""

from __future__ import annotations

import itertools

import pytest
import torch
from sklearn.metrics import normalized_mutual_info_score
from torch import Tensor

from grader.checks.discrete_latents import ideas, oracles
from grader.failures import CheckFailure
from grader.seeds import Draw


def pairs() -> list[tuple[Tensor, Tensor]]:
    """Labels and clusters: drawn ones, and those at the edges."""
    draw = Draw(0, "pairs")
    drawn = [(draw.integers(0, a, n), draw.integers(0, b, n)) for n, a, b in ((50, 4, 6), (30, 5, 3), (7, 7, 7))]
    y, same = drawn[0][0], torch.full((50,), 3)
    return [*drawn, (y, same), (same, y), (same, same + 1), (y, torch.arange(50)), (y[:1], y[:1] - 9), (y, 10 - y)]


@pytest.mark.parametrize(("labels", "clusters"), pairs())
def test_the_nmi_is_that_of_scikit_learn(labels: Tensor, clusters: Tensor) -> None:
    expected = normalized_mutual_info_score(labels.numpy(), clusters.numpy())
    assert oracles.nmi(labels, clusters) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("labels", "clusters"), pairs()[:3])
def test_the_accuracy_is_that_of_the_best_assignment(labels: Tensor, clusters: Tensor) -> None:
    counts = oracles.contingency(labels, clusters)
    counts = counts if len(counts) <= counts.shape[1] else counts.T
    best = max(
        sum(counts[row, column].item() for row, column in enumerate(chosen))
        for chosen in itertools.permutations(range(counts.shape[1]), len(counts))
    )
    assert oracles.accuracy(labels, clusters) == pytest.approx(best / len(labels))


def test_noise_from_normal_numbers_is_gumbel() -> None:
    noise = oracles.gumbel_draws(Draw(1, "noise"), 200_000)
    assert noise.mean().item() == pytest.approx(0.5772, abs=0.01)
    assert noise.var().item() == pytest.approx(torch.pi**2 / 6, abs=0.03)


def test_one_idea_has_to_explain_every_result() -> None:
    suspects = [{"one": [4.0, 5.0], "two": 4.0}, {"one": [8.0, 9.0], "two": 7.0}]
    cases = [(4.0, 3.0, suspects[0]), (8.0, 6.0, suspects[1])]
    with pytest.raises(CheckFailure) as failure:
        ideas.assert_all_match(cases, "it")
    assert failure.value.misconception == "one"
    with pytest.raises(CheckFailure) as failure:  # by different ways of one idea
        ideas.assert_all_match([(5.0, 3.0, suspects[0]), (8.0, 6.0, suspects[1])], "it")
    assert failure.value.misconception is None
    ideas.assert_all_match([(3.0, 3.0, suspects[0])], "it")
