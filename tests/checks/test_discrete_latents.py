"""What the checks of lesson 6 rest on: measures that agree with scikit-learn and brute force, ideas told apart."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
import torch
from sklearn.metrics import normalized_mutual_info_score
from torch import Tensor

from grader.checks.discrete_latents import cluster_oracles, gumbel, ideas, joint, kls, oracles
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
    assert cluster_oracles.nmi(labels, clusters) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("labels", "clusters"), pairs()[:3])
def test_the_accuracy_is_that_of_the_best_assignment(labels: Tensor, clusters: Tensor) -> None:
    counts = cluster_oracles.contingency(labels, clusters)
    counts = counts if len(counts) <= counts.shape[1] else counts.T
    best = max(
        sum(counts[row, column].item() for row, column in enumerate(chosen))
        for chosen in itertools.permutations(range(counts.shape[1]), len(counts))
    )
    assert cluster_oracles.accuracy(labels, clusters) == pytest.approx(best / len(labels))


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


def test_a_fixed_rate_explains_no_schedule_that_is_final_at_once() -> None:
    assert oracles.capacity_ideas(3, 10, 4.0, rate=0.5)["capacity-at-a-fixed-rate"] == [1.5]
    assert oracles.capacity_ideas(3, 10, 4.0, rate=torch.inf)["capacity-at-a-fixed-rate"] == []


def test_faces_that_never_come_up_cost_nothing_if_they_are_left_out() -> None:
    logits = torch.tensor([[0.3, -1e4, 0.1], [0.1, -1e4, 0.3]])
    assert oracles.kl_over_used_faces(logits).item() == pytest.approx(0.0, abs=1e-12)
    assert oracles.aggregate_kl(logits).item() == pytest.approx(torch.tensor(1.5).log().item(), abs=1e-6)


def test_ways_of_naming_clusters_differ() -> None:
    labels = torch.tensor([0] * 5 + [1] * 4 + [2] * 2)
    clusters = torch.tensor([0, 0, 0, 1, 1, 1, 1, 0, 3, 3, 3])
    counts = cluster_oracles.contingency(labels, clusters)
    assert counts.tolist() == [[3, 2, 0], [1, 2, 1], [0, 0, 2]]
    suspects = cluster_oracles.accuracy_suspects(labels, clusters)
    assert cluster_oracles.accuracy(labels, clusters) == pytest.approx(7 / 11)
    assert suspects["mean-of-rates"][::4] == pytest.approx([(3 / 4 + 2 / 4 + 2 / 3) / 3, (3 / 5 + 2 / 4 + 1) / 3])
    assert suspects["assignment-by-size"][0] == pytest.approx(7 / 11)


class Draws:
    """A student whose only function gives these values, one after the other."""

    def __init__(self, **outcomes: object) -> None:
        self.outcomes = outcomes

    def run(self, probe: Callable[..., object], *_: object) -> object:
        return self.outcomes[probe.__name__]


def test_a_decoder_that_rounds_is_told_from_one_that_ignores_the_face() -> None:
    rows = torch.tensor([[0.5, 0.6, 0.2, 0.1, 0.1]]).repeat(3, 1)
    given, turned = torch.full((3, 2), 0.4), torch.full((3, 2), 0.7)
    rounding = Draws(outputs=[given, given, turned])
    assert _named(lambda: joint.assert_corners_differ(rounding, None, rows)) == "decoder-rounds-the-face"
    for of_corners, of_others in ((given, given), (turned, turned)):  # the face is ignored, or read as it should be
        joint.assert_corners_differ(Draws(outputs=[given, of_corners, of_others]), None, rows)


def test_zeros_are_to_blame_only_where_other_values_are_right() -> None:
    class Student:
        def __init__(self, usual: Tensor) -> None:
            self.results = iter([torch.tensor([torch.nan]), usual])

        def run(self, _: object, __: str, ___: Tensor, logits: Tensor) -> dict[str, object]:
            return {"result": next(self.results), "gradients": [torch.zeros_like(logits)]}

    near = Draw(3, "near")(4, 3)
    for usual, name in ((oracles.categorical_kl(near), "zero-times-log-of-zero"), (torch.ones(4), None)):
        arguments = "categorical_kl", oracles.categorical_kl, torch.ones(1), near[:1], Draw(3, "near")
        assert _named(lambda: kls._finite_result(Student(usual), *arguments)) == name  # noqa: B023


def _named(check: Callable[[], object]) -> str | None:
    with pytest.raises(CheckFailure) as failure:
        check()
    return failure.value.misconception


def test_pairs_share_a_number_once_clusters_reach_the_factor() -> None:
    labels, clusters = torch.tensor([0, 0, 1, 1, 1, 2]), torch.tensor([1, 10, 0, 1, 0, 2])  # 0·10 + 10 is 1·10 + 0
    by_ten, by_eleven = (cluster_oracles.nmi_of_numbered_pairs(labels, clusters)[n] for n in (0, 2))
    assert by_ten > cluster_oracles.nmi(labels, clusters) + 0.05
    assert by_eleven == pytest.approx(cluster_oracles.nmi(labels, clusters))


def test_a_number_in_the_logarithms_is_felt_as_in_single_precision() -> None:
    u = torch.tensor([1e-6, 0.3, 1 - 1e-6])
    asked = -torch.log(-torch.log(u + 1e-6) + 1e-6)
    ways = oracles.gumbel_suspects(u)["gumbel-epsilon-too-large"]
    assert all(way.isfinite().all() for way in ways)
    assert any(torch.equal(asked.double(), way) for way in ways)


def test_a_rounded_capacity_is_final_as_it_is_or_rounded() -> None:
    assert {1, 2} < set(oracles.capacity_ideas(5, 10, 3.0, torch.inf)["capacity-rounded"])
    assert {2.5, 2} <= set(oracles.capacity_ideas(10, 10, 2.5, torch.inf)["capacity-rounded"])


def test_digits_of_a_small_number_are_lost_next_to_one() -> None:
    u = torch.tensor([1.23456e-6, 0.4])
    for way in oracles.gumbel_suspects(u)["gumbel-digits-lost"]:
        off = (way.double() - oracles.gumbel(u)).abs()
        assert off[0] > 5e-4 > 1e-6 > off[1]


def test_no_seed_hides_that_digits_are_lost_near_zero() -> None:
    def off(seed: int) -> Tensor:
        u = gumbel._near_the_ends(Draw(seed, "noise"))
        return (-(-torch.log1p(-(1 - u).clamp(max=1 - 1e-7))).log() - oracles.gumbel(u)).abs()

    assert min(off(seed).max().item() for seed in range(200)) > 2e-4
