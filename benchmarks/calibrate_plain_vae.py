"""Measure trained VAEs of several kinds, and set the limits of lesson 1's checks of `trained_vae`.

    python benchmarks/calibrate_plain_vae.py [--seeds 10] [--write]

Prints what each recipe that a student may well choose gives over the seeds, the limits, and what models that must fail
give. One core, some ten minutes. With --write it writes grader/checks/plain_vae/thresholds.toml.
"""

from __future__ import annotations

from typing import Any

import torch
from _calibration import Names, Side, Statistics, calibrate, held_out, noise
from _common import solution
from torch import Tensor
from torch.nn import functional as F

from grader.checks.kit.oracles import gaussian_kl
from grader.checks.plain_vae import trained
from vaelab import data

GOOD: dict[str, Side] = {
    "bound": "below",
    "rate": "above",
    "code_gain": "above",
    "variety": "above",
    "confidence": "above",
    "class_entropy": "above",
    "diversity": "above",
    "novelty": "above",
}
RECIPES: dict[str, dict[str, Any]] = {
    "20 latents, lr 2e-3, 20 epochs": {"latents": 20, "rate": 2e-3, "epochs": 20},
    "20 latents, lr 2e-3, 9 epochs": {"latents": 20, "rate": 2e-3, "epochs": 9},
    "20 latents, lr 2e-3, 40 epochs": {"latents": 20, "rate": 2e-3, "epochs": 40},
    "20 latents, lr 1e-3, 14 epochs": {"latents": 20, "rate": 1e-3, "epochs": 14},
    "20 latents, lr 5e-3, 12 epochs": {"latents": 20, "rate": 5e-3, "epochs": 12},
    "8 latents, lr 2e-3, 14 epochs": {"latents": 8, "rate": 2e-3, "epochs": 14},
    "50 latents, lr 2e-3, 14 epochs": {"latents": 50, "rate": 2e-3, "epochs": 14},
}
REFERENCE = RECIPES["20 latents, lr 2e-3, 20 epochs"]
Model = tuple[trained.Encode, trained.Decode, int]


def main() -> int:
    return calibrate(trained.LESSON, good=GOOD, recipes=RECIPES, honest=honest, bad=bad)


def honest(names: Names, seed: int, **recipe: Any) -> Statistics:
    return measure(train(names, seed, **recipe), seed)


def train(names: Names, seed: int, latents: int, rate: float, epochs: int) -> Model:
    """A VAE trained by the solution's `fit`."""
    torch.manual_seed(seed)
    model = names["VAE"](latent_dim=latents)
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    names["fit"](model, names["train_batches"], names["test_batches"], optimizer, epochs=epochs, patience=5)
    return halves(model, latents)


def halves(model: Any, latents: int) -> Model:
    return torch.no_grad()(model.encoder), torch.no_grad()(model.decoder), latents


def measure(model: Model, seed: int) -> Statistics:
    """The figures that the checks look at."""
    encode, decode, latents = model
    draw = noise(seed)
    samples = decode(draw(trained.SAMPLES, latents))
    return trained.quality(encode, decode, held_out(seed).images, draw) | trained.sample_quality(samples)


def bad(names: Names) -> dict[str, Statistics]:
    """Models that must miss a limit."""
    losses = {"mean over pixels (collapsed)": mean_over_pixels, "KL ten times": kl_times_ten, "without KL": no_kl}
    models = {
        "untrained": untrained(names),
        "one epoch": train(names, 0, **REFERENCE | {"epochs": 1}),
        **{name: train(solution(trained.LESSON, negative_elbo=loss), 0, **REFERENCE) for name, loss in losses.items()},
        "paints the mean image": mean_image(names),
        "replays training images": replay(names),
    }
    return {name: measure(model, 0) for name, model in models.items()}


def untrained(names: Names) -> Model:
    torch.manual_seed(0)
    return halves(names["VAE"](), 20)


def mean_over_pixels(x: Tensor, x_hat: Tensor, mu: Tensor, log_var: Tensor) -> Tensor:
    return F.binary_cross_entropy(x_hat, x) + gaussian_kl(mu, log_var).mean()


def no_kl(x: Tensor, x_hat: Tensor, mu: Tensor, log_var: Tensor) -> Tensor:
    return F.binary_cross_entropy(x_hat, x, reduction="sum") / len(x)


def kl_times_ten(x: Tensor, x_hat: Tensor, mu: Tensor, log_var: Tensor) -> Tensor:
    return no_kl(x, x_hat, mu, log_var) + 10 * gaussian_kl(mu, log_var).mean()


def mean_image(names: Names) -> Model:
    """A good encoder whose decoder paints the average digit."""
    encode, _, latents = train(names, 0, **REFERENCE)
    average = data.load("digits", "train").images.mean(0)
    return encode, lambda z: average.expand(len(z), -1), latents


def replay(names: Names) -> Model:
    """A good encoder whose decoder shows the training image with the nearest code."""
    encode, _, latents = train(names, 0, **REFERENCE)
    stored = data.load("digits", "train").images
    codes = encode(stored)[0]
    return encode, lambda z: stored[torch.cdist(z, codes).argmin(1)], latents


if __name__ == "__main__":
    raise SystemExit(main())
