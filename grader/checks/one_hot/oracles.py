"""What is right about one-hot labels and painters, computed without the course's answers; nats per image, float64."""

from __future__ import annotations

import torch
from torch import Tensor


def rows(labels: Tensor, classes: int) -> Tensor:
    """One-hot rows (B, classes), float32, element by element; labels that are no class get a row of zeros."""
    table = [[float(label == k) for k in range(classes)] for label in labels.flatten().tolist()]
    return torch.tensor(table).reshape(labels.numel(), classes)


def painting_loss(pictures: Tensor, labels: Tensor, images: Tensor) -> float:
    """The Bernoulli loss of painting pictures[y] (10, D) for each image (N, D): sum over pixels, mean over images."""
    return float((_losses(pictures, class_means(labels, images)) * class_shares(labels)).sum())


def class_losses(labels: Tensor, images: Tensor) -> Tensor:
    """What each class's images cost (10,) when they are painted as the class's mean."""
    means = class_means(labels, images)
    return _losses(means, means)


def _losses(pictures: Tensor, means: Tensor) -> Tensor:
    """The mean loss (10,) of images with these means; it is linear in the images, so the means are all that counts."""
    p = pictures.double()
    return -(torch.xlogy(means, p) + torch.special.xlog1py(1 - means, -p)).sum(1)


def class_means(labels: Tensor, images: Tensor) -> Tensor:
    """The mean picture (10, D) of each class."""
    return torch.stack([images[labels == k].double().mean(0) for k in range(10)])


def class_shares(labels: Tensor) -> Tensor:
    """The share (10,) of images that each class has."""
    return labels.bincount(minlength=10).double() / len(labels)


def best_line(numbers: Tensor, labels: Tensor, images: Tensor, steps: int = 60) -> float:
    """The lowest loss of pictures whose logits are a + b · numbers[k] for class k: a logistic regression per pixel.

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
    return painting_loss(torch.sigmoid(design @ weights), labels, images)


def off_the_line(pictures: Tensor, numbers: Tensor) -> float:
    """How far (in probability) pictures (10, D) are from the nearest ones whose logits are a + b · numbers[k]."""
    exact = ((pictures > 1e-9) & (pictures < 1 - 1e-4)).all(0)  # float32 cannot tell larger logits apart
    if not exact.any():
        return 1.0
    design = torch.stack([torch.ones(10), numbers.double()], 1).double()
    shown = pictures[:, exact].double()
    fitted = design @ torch.linalg.lstsq(design, shown.logit()).solution
    return float((torch.sigmoid(fitted) - shown).abs().max())
