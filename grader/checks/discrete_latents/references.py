"""The formulas of lesson 6 with their arguments, from which mistakes are told."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from grader.checks.discrete_latents import cluster_oracles, oracles
from grader.checks.kit import references
from grader.checks.kit.hypotheses import Idea, Reference
from grader.checks.kit.references import Formula

LOGITS = {"logits": "images faces"}


def categorical_kl_of_probabilities(logits: Formula) -> Formula:
    """The same from probabilities that are computed once."""
    q = logits.softmax(1)
    return (q * (q.log() + logits.shape[1].log())).sum(1)


def categorical_kl(logits: Formula) -> Formula:
    """KL(softmax(logits) ‖ uniform) of each row."""
    return (logits.softmax(1) * (logits.log_softmax(1) + logits.shape[1].log())).sum(1)


def categorical_kl_by_entropy(logits: Formula) -> Formula:
    """The same as log C minus the entropy."""
    return logits.shape[1].log() + (logits.softmax(1) * logits.log_softmax(1)).sum(1)


def aggregate_kl(logits: Formula) -> Formula:
    """KL of the batch's mean die ‖ uniform."""
    mean = logits.softmax(1).mean(0)
    return (mean * (mean.log() + logits.shape[1].log())).sum()


def aggregate_kl_by_entropy(logits: Formula) -> Formula:
    """The same as log C minus the entropy."""
    mean = logits.softmax(1).mean(0)
    return logits.shape[1].log() + (mean * mean.log()).sum()


def _mean_of_kls(logits: Formula) -> Formula:
    """The images' KLs, averaged, in place of their dice."""
    return categorical_kl_by_entropy(logits).mean()


def capacity_loss(
    reconstruction: Formula,
    kl_z: Formula,
    kl_c: Formula,
    gamma: Formula,
    capacity_z: Formula,
    capacity_c: Formula,
) -> Formula:
    """Mean reconstruction, and γ for each nat by which a mean KL is off its capacity."""
    return reconstruction.mean() + gamma * ((kl_z.mean() - capacity_z).abs() + (kl_c.mean() - capacity_c).abs())


def gumbel_noise(u: Formula) -> Formula:
    """The quantiles of the standard Gumbel distribution."""
    return -(-u.log()).log()


def nmi(h_labels: Formula, h_clusters: Formula, h_both: Formula) -> Formula:
    """The information over the mean of the entropies, from the entropies of labels, clusters and pairs."""
    return (h_labels + h_clusters - h_both) / (0.5 * (h_labels + h_clusters))


def _terms(draw: Any, rows: int) -> tuple[Any, ...]:
    """Terms of images, gamma, and capacities on either side of the means."""
    terms = [20 + 5 * draw.uniform(rows), 1 + 6 * draw.uniform(rows), 0.1 + 2.2 * draw.uniform(rows)]
    gamma, *shares = (0.5 + draw.uniform(3)).tolist()
    capacities = [share * one.mean().item() for share, one in zip(shares, terms[1:], strict=True)]
    return (*terms, 4 * gamma, *capacities)


def _pairs(draw: Any, rows: int) -> tuple[Tensor, Tensor]:
    """Labels, and clusters that go with them in part; now these have more entropy, now those."""
    first, others = draw.integers(0, 4, 12 * rows), draw.integers(0, 6, 12 * rows)
    second = torch.where(draw.uniform(12 * rows) < 0.5, others, first)
    return (first, second) if draw.uniform(1) < 0.5 else (second, first)


def _entropies(labels: Tensor, clusters: Tensor) -> tuple[float, ...]:
    joint = cluster_oracles.contingency(labels, clusters) / len(labels)
    return tuple(torch.special.entr(shares).sum().item() for shares in (joint.sum(1), joint.sum(0), joint))


CATEGORICAL = Reference(
    "categorical_kl",
    (categorical_kl_of_probabilities, categorical_kl, categorical_kl_by_entropy),
    LOGITS,
    inputs=lambda draw, rows: (1.5 * draw(rows, int(draw.integers(3, 5, 1))),),
    suspects=oracles.categorical_suspects,
)
AGGREGATE = Reference(
    "aggregate_kl",
    (aggregate_kl, aggregate_kl_by_entropy),
    LOGITS,
    inputs=lambda draw, rows: (1.7 * draw(rows, int(draw.integers(3, 5, 1))) + draw(1),),
    suspects=oracles.aggregate_suspects,
    ideas=(Idea("mean-after-the-kl", "the KLs of the images are averaged, and not their dice", _mean_of_kls),),
)
CAPACITY = Reference(
    "capacity",
    (references.warmed_up,),
    {"step": "#", "steps": "#", "final": ""},
    inputs=references.schedule,
    suspects=lambda step, steps, final: oracles.capacity_ideas(step, steps, final, math.inf),
    cases=16,
)
LOSS = Reference(
    "capacity_loss",
    (capacity_loss,),
    dict.fromkeys(("reconstruction", "kl_z", "kl_c"), "images")
    | dict.fromkeys(("gamma", "capacity_z", "capacity_c"), ""),
    inputs=_terms,
    suspects=oracles.loss_suspects,
    cases=12,
)
NOISE = Reference(
    "gumbel_noise",
    (gumbel_noise,),
    {"u": "images faces"},
    inputs=lambda draw, rows: (draw.uniform(rows, 3),),
    suspects=oracles.gumbel_suspects,
)
NMI = Reference(
    "nmi",
    (nmi,),
    {"h_labels": "", "h_clusters": "", "h_both": ""},
    inputs=_pairs,
    given=_entropies,
    suspects=cluster_oracles.nmi_suspects,
    cases=8,
)
