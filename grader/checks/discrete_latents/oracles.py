"""What is right in lesson 6, computed without the course's answers, and what the known wrong ideas would give.

Everything is in float64 and in nats. Suspects map a misconception's id to the value, or values, that it gives.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.distributions import Categorical, Gumbel
from torch.distributions import kl_divergence as exact_kl

from grader.checks.kit.oracles import Suspects


def gumbel(u: Tensor) -> Tensor:
    """The quantiles of the standard Gumbel distribution."""
    return Gumbel(torch.tensor(0.0).double(), torch.tensor(1.0).double(), validate_args=False).icdf(u.double())


def gumbel_suspects(u: Tensor) -> Suspects:
    """What wrong formulas make of uniform numbers."""
    u = u.double()
    return {
        "gumbel-sign": -gumbel(u),
        "gumbel-one-log-only": [-u.log(), u.log()],
        "gumbel-of-one-minus-u": gumbel(1 - u),
        "logistic-noise-for-gumbel": [u.logit(), -u.logit()],
        "gumbel-epsilon-too-large": _with_epsilons(u) + [way.double() for way in _with_epsilons(u.float())],
        "gumbel-digits-lost": [
            -torch.log(-torch.log1p(one)) for one in (u.float() - 1, -(1 - u.float())) if (one > -1).all()
        ],
        "gumbel-logarithm-to-another-base": [
            -torch.log2(-torch.log2(u)),
            -torch.log10(-torch.log10(u)),
            -torch.log(-torch.log2(u)),
            -torch.log(-torch.log10(u)),
            -torch.log2(-torch.log(u)),
        ],
    }


def _with_epsilons(u: Tensor) -> list[Tensor]:
    """Noise with a number inside of its logarithms, in the precision of u, which near 1 is felt; finite ones only."""
    ways = [
        way
        for epsilon in (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9)
        for way in (
            -torch.log(epsilon - torch.log(u + epsilon)),
            -torch.log(-torch.log((u + epsilon).clamp(max=1 - 1e-12))),
            -torch.log(epsilon - torch.log(u)),
            -torch.log((-torch.log(u)).clamp(min=epsilon)),
            gumbel(u.clamp(epsilon, 1 - epsilon)),
            gumbel(u.clamp(min=epsilon)),
            gumbel(epsilon + (1 - 2 * epsilon) * u),
        )
    ]
    ways.append(Gumbel(u.new_zeros(()), u.new_ones(()), validate_args=False).icdf(u))  # which shrinks u a little
    return [way for way in ways if way.isfinite().all()]


def gumbel_draws(draw: Any, *shape: int) -> Tensor:
    """Gumbel noise from normal numbers, through the normal distribution function."""
    return -torch.log(-torch.special.log_ndtr(draw(*shape).double()))


def throws(logits: Tensor, noise: Tensor) -> Tensor:
    """The shares (G, C) of the faces under this noise (N, G, C), for logits (G, C)."""
    faces = (logits.double() + noise).argmax(2)
    return torch.stack([(faces == k).double().mean(0) for k in range(logits.shape[1])], 1)


def throw_suspects(logits: Tensor, draw: Any, count: int) -> dict[str, list[Tensor]]:
    """The shares (G, C) of the faces under wrong noise and wrong dice."""
    shape = (count, *logits.shape)
    noise, normal = gumbel_draws(draw, *shape), draw(*shape).double()
    uniform = torch.special.ndtr(normal)
    probabilities = logits.double().softmax(1)
    positive = [logits.double().clamp(min=1e-8), logits.double().abs()]
    return {
        "gumbel-sign": [throws(logits, -noise)],
        "gumbel-noise-is-normal": [throws(logits, normal), throws(logits, normal * math.pi / 6**0.5)],
        "gumbel-noise-is-uniform": [throws(logits, uniform)],
        "gumbel-one-log-only": [throws(logits, -uniform.log()), throws(logits, uniform.log())],
        "noise-on-probabilities": [throws(probabilities, noise)],
        "logits-taken-for-probabilities": [one / one.sum(1, keepdim=True) for one in positive],
        "thrown-twice": [(logits.double() + noise).softmax(2).mean(0)],
        "smallest-for-largest": [throws(-logits, -noise)],
        "die-upside-down": [(-logits.double()).softmax(1)],
        "die-without-logits": [torch.full_like(probabilities, 1 / logits.shape[1])],
    }


def categorical_kl(logits: Tensor) -> Tensor:
    """KL(softmax(logits) ‖ uniform) of each row, (B, C) to (B,)."""
    logits = logits.double()
    return exact_kl(Categorical(logits=logits), Categorical(logits=torch.zeros_like(logits)))


def categorical_suspects(logits: Tensor) -> Suspects:
    """What wrong formulas give, for each image."""
    logits = logits.double()
    right, faces, images = categorical_kl(logits), logits.shape[1], len(logits)
    q, log_q, log_c = logits.softmax(1), logits.log_softmax(1), math.log(logits.shape[1])
    entropy = Categorical(logits=logits).entropy()
    of_columns = logits.softmax(0)
    return {
        "entropy-for-kl": entropy,
        "categorical-kl-without-log-c": [-entropy, entropy - 2 * entropy],
        "die-kl-sign": [-right, entropy + log_c],
        "categorical-kl-reversed": -log_c - log_q.mean(1),
        "die-kl-in-bits": right / math.log(2),
        "categorical-kl-mean-over-faces": [right / faces, log_c + (q * log_q).mean(1)],
        "categorical-kl-counts-images": math.log(images) - entropy,
        "ten-faces-assumed": math.log(10) - entropy,
        "categorical-kl-not-summed": q * (log_q + log_c),
        "categorical-kl-summed-over-images": [right.mean(), right.sum()],
        "softmax-over-the-batch": log_c + (of_columns * of_columns.log()).sum(1),
        "logits-taken-for-log-probabilities": [
            log_c + (q * logits).sum(1),
            log_c + (logits.exp() * logits).sum(1),
            (logits.exp() * (logits + log_c)).sum(1),
        ],
        "probabilities-taken-for-logits": categorical_kl(q),
    }


def bent_categorical_kl(logits: Tensor) -> list[Tensor]:
    """The KL of each image with a number in its logarithms that is too large, or with probabilities cut off there."""
    q, log_c = logits.double().softmax(1), math.log(logits.shape[1])
    return [
        (weights * inside.log()).sum(1) + log_c * once
        for epsilon in (10.0**-k for k in range(1, 10))
        for weights, inside in (
            (q, q + epsilon),
            (q + epsilon, q + epsilon),
            (q, q.clamp(min=epsilon)),
            (q.clamp(min=epsilon), q.clamp(min=epsilon)),
            (q.clamp(epsilon, 1 - epsilon), q.clamp(epsilon, 1 - epsilon)),
        )
        for once in (1.0, weights.sum(1))
    ]


def aggregate_kl(logits: Tensor) -> Tensor:
    """KL of the mean of softmax(logits) over the batch ‖ uniform, a scalar."""
    mean = logits.double().softmax(1).mean(0)
    return exact_kl(Categorical(probs=mean), Categorical(probs=torch.full_like(mean, 1 / len(mean))))


def aggregate_suspects(logits: Tensor) -> Suspects:
    """What wrong orders and wrong formulas give."""
    logits = logits.double()
    right, faces, log_c = aggregate_kl(logits), logits.shape[1], math.log(logits.shape[1])
    mean, costs = logits.softmax(1).mean(0), categorical_kl(logits)
    entropy = Categorical(probs=mean).entropy()
    counted = torch.eye(faces).double()[logits.argmax(1)].mean(0)
    return {
        "mean-of-logits": categorical_kl(logits.mean(0, keepdim=True))[0],
        "mean-after-the-kl": [costs.mean(), costs.sum()],
        "information-for-aggregate-kl": costs.mean() - right,
        "entropy-for-kl": entropy,
        "categorical-kl-without-log-c": -entropy,
        "die-kl-sign": [-right, entropy + log_c],
        "categorical-kl-reversed": -log_c - mean.log().mean(),
        "die-kl-in-bits": right / math.log(2),
        "categorical-kl-mean-over-faces": [right / faces, log_c + (mean * mean.log()).mean()],
        "categorical-kl-counts-images": math.log(len(logits)) - entropy,
        "ten-faces-assumed": math.log(10) - entropy,
        "most-probable-faces-counted": log_c - torch.special.entr(counted).sum(),
        "categorical-kl-not-summed": mean * (mean.log() + log_c),
        "softmax-over-the-batch": aggregate_kl(logits.T),
        "aggregate-not-divided": [
            log_c + (len(logits) * mean * (len(logits) * mean).log()).sum(),
            right * len(logits),
        ],
    }


def kl_over_used_faces(logits: Tensor) -> Tensor:
    """The aggregate KL as it would be if faces that never come up did not exist."""
    mean = logits.double().softmax(1).mean(0)
    return aggregate_kl(mean[mean > 1e-12].log()[None])


def capacity_ideas(step: int, steps: int, final: float, rate: float) -> dict[str, list[float]]:
    """What wrong ideas of a growing capacity give at any step: for each idea its ways, always in the same order.

    rate: what the capacity gains in its first step on some schedule; infinite where that says nothing.
    """
    share = step / steps
    way = min(1.0, share)
    inverse = math.nan if step == 0 else steps / step
    return {
        "capacity-at-once": [final],
        "capacity-never-stops": [final * share],
        "capacity-off-by-one": [
            final * min(1.0, (step + 1) / steps),
            final * min(1.0, step / (steps + 1)),
            final * min(1.0, (step + 1) / (steps + 1)),
            final * min(1.0, step / (steps - 1)),
        ],
        "capacity-final-as-ceiling": [min(final, share)],
        "capacity-at-a-fixed-rate": [min(final, rate * step)] if math.isfinite(rate) else [],
        "capacity-capped-at-one": [min(1.0, final * share)],
        "capacity-ignores-final": [way],
        "capacity-runs-backwards": [final * (1 - way), final * max(0.0, 1 - share)],
        "capacity-jumps": [final * (step >= steps), final * (step > steps)],
        "capacity-upside-down": [final * min(1.0, inverse), final * inverse],
        "capacity-max-for-min": [final * max(1.0, share)],
        "capacity-not-linear": [final * way**2, final * way**0.5, final * (1 - math.cos(math.pi * way)) / 2],
        "capacity-rounded": [
            final if step + first >= steps and end else rounded(final * min(1.0, (step + first) / steps))
            for first in (0, 1)
            for rounded in (math.floor, round, lambda value: round(value, 1), lambda value: round(value, 2))
            for end in (False, True)
        ],
        "capacity-starts-again": [final * (share % 1), final * min(1.0, share % 2)],
    }


def capacity_loss(
    reconstruction: Tensor, kl_z: Tensor, kl_c: Tensor, gamma: float, capacity_z: float, capacity_c: float
) -> Tensor:
    """Mean reconstruction, and γ for each nat by which a mean KL is off its capacity."""
    off = (kl_z.double().mean() - capacity_z).abs() + (kl_c.double().mean() - capacity_c).abs()
    return reconstruction.double().mean() + gamma * off


def loss_suspects(
    reconstruction: Tensor, kl_z: Tensor, kl_c: Tensor, gamma: float, capacity_z: float, capacity_c: float
) -> Suspects:
    """What wrong orders, wrong reductions and wrong signs give."""
    cost, z, c = reconstruction.double(), kl_z.double(), kl_c.double()
    off_z, off_c = z.mean() - capacity_z, c.mean() - capacity_c
    right, images = capacity_loss(reconstruction, kl_z, kl_c, gamma, capacity_z, capacity_c), len(cost)
    of_sums = (z.sum() - capacity_z).abs() + (c.sum() - capacity_c).abs()
    of_images = (z - capacity_z).abs() + (c - capacity_c).abs()
    exchanged = (z.mean() - capacity_c).abs() + (c.mean() - capacity_z).abs()

    def beside(price: Tensor) -> list[Tensor]:
        return [cost.mean() + price, cost.sum() + price]

    return {
        "absolute-value-per-image": [cost.mean() + gamma * of_images.mean(), cost.sum() + gamma * of_images.sum()],
        "capacity-compared-with-batch-sum": [
            cost.mean() + gamma * of_sums,
            cost.sum() + gamma * of_sums,
            (cost.sum() + gamma * of_sums) / images,
        ],
        "absolute-value-missing": beside(gamma * (off_z + off_c)),
        "deviation-squared": beside(gamma * (off_z.square() + off_c.square())),
        "absolute-value-of-the-sum": beside(gamma * (off_z + off_c).abs()),
        "capacities-exchanged": beside(gamma * exchanged),
        "gamma-on-one-term": [
            cost.mean() + gamma * off_z.abs() + off_c.abs(),
            cost.mean() + off_z.abs() + gamma * off_c.abs(),
        ],
        "gamma-ignored": cost.mean() + off_z.abs() + off_c.abs(),
        "gamma-on-everything": [gamma * (cost.mean() + off_z.abs() + off_c.abs())],
        "capacity-as-ceiling": cost.mean() + gamma * (off_z.clamp(min=0) + off_c.clamp(min=0)),
        "capacity-as-floor": cost.mean() + gamma * ((-off_z).clamp(min=0) + (-off_c).clamp(min=0)),
        "capacity-loss-summed": [cost.sum() + gamma * (off_z.abs() + off_c.abs()), right * images],
        "capacity-ignored": cost.mean() + gamma * (z.mean() + c.mean()),
        "capacity-term-missing": [cost.mean() + gamma * off_z.abs(), cost.mean() + gamma * off_c.abs()],
        "elbo-not-averaged": [cost + gamma * of_images, cost + gamma * (off_z.abs() + off_c.abs())],
    }
