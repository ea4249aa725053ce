"""What is right of the two measures of a clustering, and what the known wrong ideas would give.

Everything is in float64. Suspects map a misconception's id to the value, or values, that it gives.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from grader.checks.kit.oracles import Suspects


def contingency(labels: Tensor, clusters: Tensor) -> Tensor:
    """Counts, float64: a row for each label that occurs, a column for each cluster."""
    rows = labels.unique()[:, None] == labels
    columns = clusters.unique()[:, None] == clusters
    return rows.double() @ columns.double().T


def _entropy(shares: Tensor) -> float:
    return torch.special.entr(shares).sum().item()


def nmi(labels: Tensor, clusters: Tensor) -> float:
    """As scikit-learn's `normalized_mutual_info_score`, with which the tests compare it."""
    joint = contingency(labels, clusters) / len(labels)
    if joint.shape == (1, 1):
        return 1.0
    of_labels, of_clusters = _entropy(joint.sum(1)), _entropy(joint.sum(0))
    information = max(0.0, of_labels + of_clusters - _entropy(joint))
    return 2 * information / (of_labels + of_clusters)


def nmi_suspects(labels: Tensor, clusters: Tensor) -> Suspects:
    """What other normalizations give, and what is left without any."""
    joint = contingency(labels, clusters) / len(labels)
    y, k = _entropy(joint.sum(1)), _entropy(joint.sum(0))
    information = y + k - _entropy(joint)
    return {
        "nmi-not-normalized": [information, information / math.log(2)],
        "nmi-over-the-labels-entropy": information / y,
        "nmi-over-the-clusters-entropy": information / k,
        "nmi-over-another-mean": [information / (y * k) ** 0.5, information / min(y, k), information / max(y, k)],
        "nmi-mean-without-half": [information / (y + k)],
        "nmi-over-logarithms-of-numbers": _over_logarithms(information, *joint.shape),
        "nmi-bits-over-nats": [2 * information / (y + k) / math.log(2), 2 * information / (y + k) * math.log(2)],
        "nmi-over-the-joint-entropy": information / _entropy(joint),
        "clusters-compared-by-number": (labels == clusters).double().mean().item(),
    }


def nmi_of_numbered_pairs(labels: Tensor, clusters: Tensor) -> list[float]:
    """The NMI where a pair goes by the number label · m + cluster, which others may share, for usual m."""
    y, k = (_entropy(one.unique(return_counts=True)[1].double() / len(one)) for one in (labels, clusters))
    sizes = [10, 11, 100, 1000, *(f(one) for one in (labels, clusters) for f in (lambda v: len(v.unique()), _span))]
    pairs = [numbers for m in sizes for numbers in (labels * m + clusters, labels + m * clusters)]
    pairs += [labels + clusters, labels * clusters]
    joint = [_entropy(one.unique(return_counts=True)[1].double() / len(one)) for one in pairs]
    return [min(max(2 * (y + k - one) / (y + k), 0.0), 1.0) if y + k else 1.0 for one in joint]


def _span(numbers: Tensor) -> int:
    """The largest number and one."""
    return int(numbers.max()) + 1


def _over_logarithms(information: float, labels: int, clusters: int) -> list[float]:
    """The information over the largest entropies that so many labels and clusters can have, in place of their own."""
    y, k = math.log(labels), math.log(clusters)
    return [information / most for most in (y, k, (y + k) / 2, (y * k) ** 0.5, min(y, k), max(y, k))]


def accuracy(labels: Tensor, clusters: Tensor) -> float:
    """The largest share right over all one-to-one assignments, by the Hungarian method."""
    from scipy.optimize import linear_sum_assignment  # takes half a second: not where no cluster is asked about

    counts = contingency(labels, clusters)
    return float(counts[linear_sum_assignment(counts.numpy(), maximize=True)].sum()) / len(labels)


def accuracy_suspects(labels: Tensor, clusters: Tensor) -> Suspects:
    """What other ways of giving names to clusters count as right."""
    from scipy.optimize import linear_sum_assignment

    counts = contingency(labels, clusters)
    matched = float(counts[linear_sum_assignment(counts.numpy(), maximize=True)].sum())
    worst = float(counts[linear_sum_assignment(counts.numpy())].sum())
    named = float(sum(counts[:, k].sum() for k in linear_sum_assignment(counts.numpy(), maximize=True)[1]))
    shares = [counts / counts.sum(dimension, keepdim=True) for dimension in (0, 1)]
    rates = [
        (one[linear_sum_assignment(table.numpy(), maximize=True)], size)
        for one, size in zip(shares, (counts.shape[1], len(counts)), strict=True)
        for table in (counts, one)
    ]
    square = counts[: counts.shape[1], : len(counts)]
    return {
        "purity-for-accuracy": counts.amax(0).sum().item() / len(labels),
        "largest-cluster-of-each-class": counts.amax(1).sum().item() / len(labels),
        "clusters-compared-by-number": (labels == clusters).double().mean().item(),
        "assignment-greedy": [_greedy(counts) / len(labels), _greedy(counts.flip(0, 1)) / len(labels)],
        "assignment-at-least-cost": worst / len(labels),
        "unmatched-clusters-left-out": matched / max(named, 1.0),
        "assignment-by-shares": [
            counts[linear_sum_assignment(one.numpy(), maximize=True)].sum().item() / len(labels) for one in shares
        ],
        "assignment-by-size": [_by_size(counts, ties) / len(labels) for ties in (False, True)],
        "further-clusters-left-out": [
            table[linear_sum_assignment(table.numpy(), maximize=True)].sum().item() / len(labels)
            for table in (counts[:, : len(counts)], square)
        ],
        "mean-of-rates": [
            total.item() / number for one, size in rates for total, number in ((one.sum(), size), (one.sum(), len(one)))
        ],
    }


def _by_size(counts: Tensor, last_first: bool) -> float:
    """The images that are right if the largest label takes the largest cluster, and so on."""
    sizes = counts.sum(1), counts.sum(0)
    if last_first:
        rows, columns = (size.argsort(stable=True).flip(0) for size in sizes)
    else:
        rows, columns = (size.argsort(descending=True, stable=True) for size in sizes)
    pairs = min(counts.shape)
    return float(counts[rows[:pairs], columns[:pairs]].sum())


def _greedy(counts: Tensor) -> float:
    """The images that are right if the largest count is matched first, then the largest of what is left, and so on."""
    left, right = counts.clone(), 0.0
    for _ in range(min(counts.shape)):
        place = int(left.argmax())
        row, column = divmod(place, left.shape[1])
        right += max(left[row, column].item(), 0.0)
        left[row], left[:, column] = -1, -1
    return right


def greedy_totals(counts: list[list[int]]) -> set[int]:
    """What a greedy matching may come to: where counts are equal, that depends on which of them comes first."""
    largest = max(map(max, counts), default=0) if counts and counts[0] else 0
    if not largest:
        return {0}
    found = set()
    for i, row in enumerate(counts):
        for j, count in enumerate(row):
            if count == largest:
                rest = [[*other[:j], *other[j + 1 :]] for other in (*counts[:i], *counts[i + 1 :])]
                found |= {largest + further for further in greedy_totals(rest)}
    return found
