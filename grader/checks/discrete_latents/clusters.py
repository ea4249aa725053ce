"""Checks of the two measures of a clustering: normalized mutual information, and accuracy under the best names."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from grader.checks.discrete_latents import cluster_oracles, references
from grader.checks.discrete_latents.ideas import assert_all_match
from grader.checks.kit.contracts import assert_float, assert_nothing_changed
from grader.checks.kit.hypotheses import explained
from grader.checks.kit.probes import attempt
from grader.checks.kit.refusals import assert_allows, assert_refuses
from grader.checks.kit.vocabulary import assert_matches, fail

MEASURES = {"nmi": cluster_oracles.nmi, "clustering_accuracy": cluster_oracles.accuracy}
FAR = (-(10**12), -7, 3, 10**9, 2**40)  # labels that are no small numbers


def _some(draw: Any, images: int, labels: int, clusters: int) -> tuple[Tensor, Tensor]:
    """Labels and clusters that go together in most cases."""
    y = draw.integers(0, labels, images)
    names = draw.integers(0, clusters, labels)  # some clusters for several labels, some for none
    wrong = draw.uniform(images) < 0.5
    return y, torch.where(wrong, draw.integers(0, clusters, images), names[y])


SIZES = ((60, 5, 7), (90, 6, 4), (40, 6, 6), (50, 7, 5))  # images, labels and clusters


@explained(references.NMI)
def assert_nmi(student: Any, draw: Any) -> None:
    """The NMI of clusters that go with the labels in part, for several numbers of each."""
    cases = []
    for number, sizes in enumerate(SIZES):
        given = _some(draw, *sizes)[:: 1 if number % 2 else -1]  # sometimes one has more entropy, sometimes the other
        value = assert_float(student.nmi(*given), "the NMI")
        cases.append((value, cluster_oracles.nmi(*given), cluster_oracles.nmi_suspects(*given)))
    assert_all_match(cases, "the NMI")


def assert_accuracy(student: Any, draw: Any) -> None:
    """The accuracy under the best one-to-one names; in one case at least, greedy names are worse."""
    cases = []
    for sizes in SIZES:
        given = _some(draw, *sizes)
        while sizes == SIZES[0] and _greedy(*given) > cluster_oracles.accuracy(*given) - 1e-6:
            given = _some(draw, *sizes)
        value = assert_float(student.clustering_accuracy(*given), "the accuracy")
        cases.append((value, cluster_oracles.accuracy(*given), cluster_oracles.accuracy_suspects(*given)))
    assert_all_match(cases, "the accuracy")


def _greedy(labels: Tensor, clusters: Tensor) -> float:
    """The accuracy under greedy names, of equal counts the one that turns out best."""
    return max(cluster_oracles.greedy_totals(cluster_oracles.contingency(labels, clusters).int().tolist())) / len(
        labels
    )


def assert_unequal_numbers(student: Any, draw: Any) -> None:
    """More clusters than labels, more labels than clusters, and a cluster for each image."""
    for sizes in ((50, 3, 8), (50, 8, 3), (40, 12, 12)):
        given = _some(draw, *sizes)
        allowed = f"{sizes[1]} labels and {sizes[2]} clusters"
        assert_allows(student, "clustering_accuracy", given, _some(draw, 40, 5, 5), allowed)
        value = assert_float(student.clustering_accuracy(*given), "the accuracy")
        what = f"the accuracy with {sizes[1]} labels and {sizes[2]} clusters"
        assert_matches(value, cluster_oracles.accuracy(*given), what=what, atol=1e-7)
    labels = draw.integers(0, 4, 20)
    value = assert_float(student.clustering_accuracy(labels, torch.arange(20)), "the accuracy")
    what = "the accuracy of a cluster for each image"
    assert_matches(value, cluster_oracles.accuracy(labels, torch.arange(20)), what=what, atol=1e-7)


def assert_edges(student: Any, draw: Any, function: str) -> None:
    """Constant labels, constant clusters, both, a single image, independent clusters, and any integers."""
    measure = MEASURES[function]
    y, k = _some(draw, 50, 5, 5)
    constant, own = torch.full((50,), 3), torch.arange(50)
    far = torch.tensor(FAR)
    cases = {
        "the same clusters under other names": (y, (y + 2) % 5),
        "constant clusters": (y, constant),
        "constant labels": (constant, k),
        "constant labels and constant clusters": (constant, constant + 4),
        "a cluster for each image": (y, own),
        "a single image": (y[:1], k[:1] - 9),
        "labels and clusters that are independent": (torch.arange(60) % 4, torch.arange(60) // 4 % 3),
        "large and negative integers": (far[y], far.flip(0)[k]),
        "numbers with gaps": (3 * y + 100, 1000 - 7 * k),
        "clusters that are multiples of their number": (y, 5 * k),  # sums of multiples may agree
        "labels that are multiples of their number": (5 * y, k),
    }
    usual = _some(draw, 50, 5, 5)
    seen = {what: assert_allows(student, function, given, usual, what) for what, given in cases.items()}
    wrong = [what for what in cases if not _agrees(seen[what], measure(*cases[what]))]
    if not wrong:
        return
    named = _edge_named(student, function, cases, seen, wrong) if _right_as_usual(student, draw, function) else None
    what = wrong[0]
    if "raised" in seen[what]:
        told = f"With {what} `{function}` raised {seen[what]['raised']}: {seen[what]['line']}"
        fail(told, named)
    value = assert_float(seen[what]["value"], f"the value for {what}")
    fail(f"Expected the value for {what} to be {measure(*cases[what]):.6g}, got {value:.6g}.", named)


CONSTANT = ("constant clusters", "constant labels", "constant labels and constant clusters", "a single image")
UNUSUAL = (
    "large and negative integers",
    "numbers with gaps",
    "a single image",
    "a cluster for each image",
    "clusters that are multiples of their number",
    "labels that are multiples of their number",
)


def _right_as_usual(student: Any, draw: Any, function: str) -> bool:
    """Whether the values are right where labels are small numbers: then the edges are what is mistaken."""
    usual = [_some(draw, *sizes)[::way] for sizes in SIZES for way in (1, -1)]
    return all(_agrees(student.run(attempt, function, *given), MEASURES[function](*given)) for given in usual)


def _edge_named(
    student: Any,
    function: str,
    cases: dict[str, tuple[Tensor, Tensor]],
    seen: dict[str, dict[str, Any]],
    wrong: list[str],
) -> str | None:
    """What explains which of the edges are wrong."""
    if function == "nmi" and _pairs_share_numbers(cases, seen):
        return "pairs-under-one-number"
    if function == "nmi" and set(wrong) <= set(CONSTANT):
        return "constant-groups-mistaken"
    of_names = UNUSUAL[0] in wrong and set(wrong) <= set(UNUSUAL)
    taken = of_names and _right_as_places(student, function, cases[UNUSUAL[0]])
    return "labels-taken-for-places" if taken else None


def _right_as_places(student: Any, function: str, given: tuple[Tensor, Tensor]) -> bool:
    """Whether the value is right once labels and clusters are the numbers 0, 1, 2, …, in the same order."""
    numbered = [one.unique(return_inverse=True)[1] for one in given]
    return _agrees(student.run(attempt, function, *numbered), MEASURES[function](*numbered))


def _agrees(outcome: dict[str, Any], right: float) -> bool:
    """Whether a call gave this value, as a float."""
    value = outcome.get("value")
    return isinstance(value, float) and abs(value - right) <= 1e-7 + 1e-4 * abs(right)


def _pairs_share_numbers(cases: dict[str, tuple[Tensor, Tensor]], seen: dict[str, dict[str, Any]]) -> bool:
    """Whether one way of giving numbers to pairs explains all values of the NMI."""
    ways: set[int] | None = None
    for what, given in cases.items():
        fitting = {n for n, way in enumerate(cluster_oracles.nmi_of_numbered_pairs(*given)) if _agrees(seen[what], way)}
        ways = fitting if ways is None else ways & fitting
    return bool(ways)


def assert_lengths_refused(student: Any, draw: Any, function: str) -> None:
    """Different lengths are a ValueError, whichever is longer, one alone too."""
    y, k = _some(draw, 12, 3, 3)
    measure = MEASURES[function]

    def sound(value: Any) -> bool:
        return isinstance(value, float) and abs(value - measure(y, k)) < 1e-4

    given = ((y, k[:-1]), (y[:5], k), (y[:1], k), (y, k[:1]))
    cases = {f"{len(labels)} labels and {len(clusters)} clusters": (labels, clusters) for labels, clusters in given}
    assert_refuses(student, function, cases, (y, k), sound, "lengths-not-compared")


def assert_symmetric(student: Any, draw: Any) -> None:
    """The NMI is the same the other way round and under other names, and leaves its arguments alone."""
    y, k = _some(draw, 70, 4, 6)
    right = cluster_oracles.nmi(y, k)
    for given in ((k, y), (y, 11 - k)):
        assert_matches(assert_float(student.nmi(*given), "the NMI"), right, what="the NMI of the same pairs", atol=1e-7)
    assert_nothing_changed(student, "nmi", y, k)
