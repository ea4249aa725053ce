"""Measure trained conditional VAEs of several kinds, and set the limits of lesson 3's checks of `trained_cvae`.

    python benchmarks/calibrate_conditional_vae.py [--seeds 12] [--write]

Prints what the lesson's own recipe and four others that a student may choose give over the seeds, the limits, and what
models that must fail give. One core, about five minutes. With --write it writes
grader/checks/conditional_vae/thresholds.toml.
"""

from __future__ import annotations

from typing import Any

import torch
from _calibration import Names, Side, Statistics, calibrate, held_out
from _common import solution
from torch import Tensor

from grader.checks.conditional_vae import trained
from grader.checks.conditional_vae.trained import Model
from vaelab import data

GOOD: dict[str, Side] = {
    "asked": "above",
    "swapped": "above",
    "variety": "above",
    "novelty": "above",
    "bound": "below",
}
RECIPES: dict[str, dict[str, Any]] = {
    "lesson": {"latents": 2, "rate": 3e-3, "epochs": 20},
    "2 latents, 1e-3": {"latents": 2, "rate": 1e-3, "epochs": 20},
    "5 latents": {"latents": 5, "rate": 2e-3, "epochs": 20},
    "20 latents": {"latents": 20, "rate": 2e-3, "epochs": 20},
    "2 latents, 15 epochs": {"latents": 2, "rate": 3e-3, "epochs": 15},
}
REFERENCE = RECIPES["lesson"]


def main() -> int:
    return calibrate(trained.LESSON, good=GOOD, recipes=RECIPES, honest=honest, bad=bad, seeds=12)


def honest(names: Names, seed: int, **recipe: Any) -> Statistics:
    return measure(train(names, seed, **recipe), seed)


def train(names: Names, seed: int, latents: int, rate: float, epochs: int) -> Model:
    """A CVAE trained by the solution's `train_conditional_epoch`."""
    torch.manual_seed(seed)
    model = names["CVAE"](latent_dim=latents)
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    for _ in range(epochs):
        names["train_conditional_epoch"](model, names["train_batches"], optimizer)
    return halves(model)


def halves(model: Any) -> Model:
    return Model(torch.no_grad()(model.encoder), torch.no_grad()(model.decoder))


def measure(model: Model, seed: int) -> Statistics:
    """The figures that the checks look at. The noise is what torch's generator gives next after the training."""
    family = trained.family_quality(model.family(torch.randn))
    return family | trained.posterior_quality(model, held_out(seed), torch.randn)


def bad(names: Names) -> dict[str, Statistics]:
    """Models that must miss a limit."""
    models = {
        "untrained": untrained(names),
        "mean over pixels (collapsed)": collapsed(names),
        "label ignored": label_ignored(names),
        "class means": class_means(names),
        "stored images": replay(names),
    }
    return {name: measure(model, 0) for name, model in models.items()}


def untrained(names: Names) -> Model:
    torch.manual_seed(0)
    return halves(names["CVAE"](latent_dim=2))


def collapsed(names: Names) -> Model:
    """Trained with a reconstruction term averaged over pixels."""

    def loss(x: Tensor, x_hat: Tensor, mu: Tensor, log_var: Tensor) -> Tensor:
        return (names["reconstruction_loss"](x_hat, x) / x.shape[1] + names["kl_divergence"](mu, log_var)).mean()

    return train(solution(trained.LESSON, negative_elbo=loss), 0, **REFERENCE)


def label_ignored(names: Names) -> Model:
    """A VAE without labels, trained well."""

    def no_label(labels: Tensor, num_classes: int) -> Tensor:
        return torch.zeros(len(labels), num_classes)

    model = train(solution(trained.LESSON, one_hot=no_label), 0, **REFERENCE)
    return Model(lambda x, c: model.encode(x, 0 * c), lambda z, c: model.decode(z, 0 * c))


def class_means(names: Names) -> Model:
    """A good encoder whose decoder paints the average digit of the class."""
    images, labels = data.load("digits", "train")
    means = torch.stack([images[labels == k].mean(0) for k in range(10)])
    return Model(train(names, 0, **REFERENCE).encode, lambda z, c: means[c.argmax(1)])


def replay(names: Names) -> Model:
    """A good encoder whose decoder shows some training image of the class, the same one for the same code."""
    images, labels = data.load("digits", "train")

    def decode(z: Tensor, c: Tensor) -> Tensor:
        shown = []
        for code, label in zip(z, c.argmax(1), strict=True):
            stored = images[labels == label]
            shown.append(stored[int(code.abs().sum() * 1e4) % len(stored)])
        return torch.stack(shown)

    return Model(train(names, 0, **REFERENCE).encode, decode)


if __name__ == "__main__":
    raise SystemExit(main())
