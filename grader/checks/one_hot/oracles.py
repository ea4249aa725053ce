"""What is right about one-hot labels and painters, computed without the course's answers, and what wrong ideas give.

Losses are in nats per image, in float64. Suspects map a misconception's id to the value, or values, that it gives.
"""

from __future__ import annotations

import math
from functools import lru_cache

import torch
from torch import Tensor

from grader.checks.kit.oracles import Suspects


def rows(labels: Tensor, classes: int) -> Tensor:
    """One-hot rows (B, classes), float32, by comparison; labels that are no class get a row of zeros."""
    return (labels.reshape(-1, 1) == torch.arange(classes)).float()


def row_suspects(labels: Tensor, classes: int) -> Suspects:
    """What wrong ideas make of labels (B,) or (B, 1)."""
    right = rows(labels, classes)
    flat = labels.flatten()
    suspects = {
        "one-hot-width-from-batch": rows(labels, int(labels.max()) + 1),
        "one-hot-counts-from-one": [rows(labels - 1, classes), rows((labels - 1) % classes, classes)],
        "one-hot-transposed": right.T,
        "one-hot-holds-the-label": right * flat[:, None],
        "one-hot-inverted": 1 - right,
        "one-hot-extra-dimension": [right[:, None], right[..., None], right[:, None, :, None]],
        "one-hot-label-stays-a-number": [flat.float(), flat.float()[:, None]],
    }
    if len(right) == 1:
        suspects["one-hot-squeezes-the-batch"] = right[0]
    return suspects


def impossible_label_suspects(labels: Tensor, classes: int) -> Suspects:
    """The rows that come of labels outside 0 … classes - 1 where they are not refused."""
    whole = labels.long()
    return {
        "one-hot-blank-for-impossible": rows(labels, classes),
        "one-hot-wraps-around": rows(whole % classes, classes),
        "one-hot-clamps": rows(whole.clamp(0, classes - 1), classes),
        "one-hot-width-from-batch": rows(whole, max(classes, int(whole.max()) + 1)),
    }


def join_suspects(v: Tensor, c: Tensor) -> Suspects:
    """What wrong ways to join rows of v (B, D) and c (B, K) give, for any D and K."""
    return {
        "condition-label-first": torch.cat([c, v], 1),
        "condition-multiplies": [(v[:, :, None] * c[:, None]).flatten(1), (c[:, :, None] * v[:, None]).flatten(1)],
        "condition-appends-the-integer": torch.cat([v, c.argmax(1, keepdim=True).float()], 1),
        "condition-drops-the-label": v,
        "condition-flattens-rows": [
            torch.cat([v.flatten(), c.flatten()]).reshape(len(v), -1),
            torch.cat([v.T, c.T]).reshape(len(v), -1),
        ],
    }


def square_join_suspects(v: Tensor, c: Tensor) -> Suspects:
    """What wrong ways to join v and c give that need as many columns in the one as in the other."""
    return {
        "condition-stacks-rows": [torch.cat([v, c]), torch.cat([c, v])],
        "condition-adds": v + c,
        "condition-multiplies": [v * c, (v[:, :, None] * c[:, None]).flatten(1)],
        "condition-label-first": torch.cat([c, v], 1),
        "condition-adds-a-dimension": [torch.stack([v, c], dim) for dim in range(3)],
    }


def painting_loss(pictures: Tensor, labels: Tensor, images: Tensor) -> float:
    """The Bernoulli loss of painting pictures[y] (10, D) for each image (N, D): sum over pixels, mean over images."""
    return float((_losses(pictures, class_means(labels, images)) * class_shares(labels)).sum())


def painting_suspects(right: float, images: int) -> Suspects:
    """What wrong reductions and units make of a loss."""
    return {
        "bce-mean-over-pixels": right / 784,
        "bce-summed-over-batch": right * images,
        "bce-in-bits": right / math.log(2),
    }


def floor(labels: Tensor, images: Tensor) -> float:
    """The loss of painting each class's mean."""
    return painting_loss(class_means(labels, images), labels, images)


def floor_suspects(labels: Tensor, images: Tensor) -> Suspects:
    """What wrong ideas of the lowest loss, and of its reduction, give."""
    own = images.double()
    return painting_suspects(floor(labels, images), len(labels)) | {
        "floor-is-zero": 0.0,
        "floor-of-perfect-copies": (torch.special.entr(own) + torch.special.entr(1 - own)).sum(1).mean(),
        "floor-ignores-the-label": painting_loss(own.mean(0).expand(10, -1), labels, images),
        "floor-mean-of-classes": class_losses(labels, images).mean(),
    }


def class_losses(labels: Tensor, images: Tensor) -> Tensor:
    """What each class's images cost (10,) when they are painted as the class's mean."""
    means = class_means(labels, images)
    return _losses(means, means)


def _losses(pictures: Tensor, means: Tensor) -> Tensor:
    """The mean loss (10,) of images with these means; it is linear in the images, so the means are all that counts."""
    p = pictures.double()
    return -(torch.xlogy(means, p) + torch.special.xlog1py(1 - means, -p)).sum(1)


@lru_cache(maxsize=4)  # for the digits of one experiment all checks ask; tensors are the same only as one object
def class_means(labels: Tensor, images: Tensor) -> Tensor:
    """The mean picture (10, D) of each class."""
    return torch.stack([images[labels == k].double().mean(0) for k in range(10)])


def class_shares(labels: Tensor) -> Tensor:
    """The share (10,) of images that each class has."""
    return labels.bincount(minlength=10).double() / len(labels)


def best_line(numbers: Tensor, labels: Tensor, images: Tensor, steps: int = 60) -> float:
    """The lowest loss of pictures whose logits are a + b · numbers[k] for class k."""
    return painting_loss(line_pictures(numbers, labels, images, steps), labels, images)


@lru_cache(maxsize=4)
def line_pictures(numbers: Tensor, labels: Tensor, images: Tensor, steps: int = 60) -> Tensor:
    """The best such pictures (10, D): a logistic regression per pixel.

    Newton's method with a small ridge, which keeps pixels without any ink finite.
    """
    means, shares = class_means(labels, images), class_shares(labels)[:, None]
    design = torch.stack([torch.ones(10), numbers.double() - numbers.double().mean()], 1).double()
    weights = torch.zeros(2, images.shape[1], dtype=torch.float64)
    ridge = 1e-9 * torch.eye(2, dtype=torch.float64)
    for _ in range(steps):
        p = torch.sigmoid(design @ weights)
        gradient = design.T @ (shares * (p - means)) + 1e-9 * weights
        curvature = torch.einsum("kd,ki,kj->dij", shares * p * (1 - p), design, design) + ridge
        step = torch.linalg.solve(curvature, gradient.T[..., None])[..., 0].T
        weights = weights - step.clamp(-2, 2)
    return torch.sigmoid(design @ weights)


def off_the_line(pictures: Tensor, numbers: Tensor) -> float:
    """How far (in probability) pictures (10, D) are from the nearest ones whose logits are a + b · numbers[k]."""
    exact = ((pictures > 1e-9) & (pictures < 1 - 1e-4)).all(0)  # float32 cannot tell larger logits apart
    if not exact.any():
        return 1.0
    design = torch.stack([torch.ones(10), numbers.double()], 1).double()
    shown = pictures[:, exact].double()
    fitted = design @ torch.linalg.lstsq(design, shown.logit()).solution
    return float((torch.sigmoid(fitted) - shown).abs().max())
