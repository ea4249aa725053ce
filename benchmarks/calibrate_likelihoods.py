"""Measure trained models of several kinds, and set the limits of lesson 5's checks of `trained_sigma_vae`.

    python benchmarks/calibrate_likelihoods.py [--seeds 10] [--write]

Prints what the lesson's own recipe and others that a student may choose give over the seeds, the limits, and what
models that must fail give. One core, some five minutes. With --write it writes
grader/checks/likelihoods/thresholds.toml.
"""

from __future__ import annotations

from typing import Any

import torch
from _calibration import Names, Side, Statistics, calibrate, held_out, noise

from grader.checks.likelihoods import trained

GOOD: dict[str, Side] = {"bound": "below", "rate": "above", "error_ratio": "above"}
LESSON = {"hidden": 200, "latents": 10, "epochs": 20, "rate": 3e-3, "rate_of_sigma": 3e-2}
RECIPES: dict[str, dict[str, Any]] = {
    "lesson: 784-200-10, 20 epochs, lr 3e-3": LESSON,
    "784-100-10, 12 epochs, lr 5e-3": LESSON | {"hidden": 100, "epochs": 12, "rate": 5e-3},
    "784-100-10, 12 epochs, lr 3e-3": LESSON | {"hidden": 100, "epochs": 12},
    "784-400-20, 12 epochs, lr 2e-3": LESSON | {"hidden": 400, "latents": 20, "epochs": 12, "rate": 2e-3},
    "784-100-10, 50 epochs, one lr of 3e-3": LESSON | {"hidden": 100, "epochs": 50, "rate_of_sigma": 3e-3},
    "784-100-8, 15 epochs, the best σ after each": LESSON
    | {"hidden": 100, "latents": 8, "epochs": 15, "rate_of_sigma": None},
}


def main() -> int:
    return calibrate(trained.LESSON, good=GOOD, recipes=RECIPES, honest=honest, bad=bad)


def honest(names: Names, seed: int, **recipe: Any) -> Statistics:
    return measure(train(names, seed, **recipe), seed)


def train(
    names: Names, seed: int, hidden: int, latents: int, epochs: int, rate: float, rate_of_sigma: float | None
) -> Any:
    """A SigmaVAE trained on its loss; without a rate of its own σ is set to the best one after each epoch."""
    torch.manual_seed(seed)
    model = names["SigmaVAE"](hidden_dim=hidden, latent_dim=latents)
    networks = [*model.encoder.parameters(), *model.decoder.parameters()]
    groups = [{"params": networks}, {"params": [model.log_sigma], "lr": rate_of_sigma or 0.0}]
    adam = torch.optim.Adam(groups, lr=rate)
    for _ in range(epochs):
        for x in names["train_batches"]:
            loss = model.loss(x)
            adam.zero_grad()
            loss.backward()
            adam.step()
        if rate_of_sigma is None:
            with torch.no_grad():
                x = names["digits"].images
                model.log_sigma.copy_(names["optimal_sigma"](model(x)[0], x).log())
    return model


def measure(model: Any, seed: int) -> Statistics:
    """The figures that the checks look at."""
    encode, decode = torch.no_grad()(model.encoder), torch.no_grad()(model.decoder)
    return trained.measure(encode, decode, model.log_sigma.exp().item(), held_out(seed).images, noise(seed))


def bad(names: Names) -> dict[str, Statistics]:
    """Models that must miss a limit."""
    models = {
        "untrained": train(names, 0, **LESSON | {"epochs": 0}),
        "one epoch": train(names, 0, **LESSON | {"epochs": 1}),
        "σ on its way, 12 epochs": train(names, 0, **LESSON | {"epochs": 12, "rate_of_sigma": 3e-3}),
        "σ = 1": train(names, 0, **LESSON | {"rate_of_sigma": 1e-12}),
    }
    return {name: measure(model, 0) for name, model in models.items()}


if __name__ == "__main__":
    raise SystemExit(main())
