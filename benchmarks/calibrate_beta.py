"""Measure trained frontiers of several kinds, and set the limits of lesson 4's checks of `trained_beta`.

    python benchmarks/calibrate_beta.py [--seeds 10] [--write]

Prints what the lesson's own recipe and others that a student may choose give over the seeds, the limits, and what
sweeps that must fail give. One core, some ten minutes. With --write it writes grader/checks/beta/thresholds.toml.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from _calibration import Names, Side, Statistics, calibrate, held_out, noise

from grader.checks.beta import frontier

GOOD: dict[str, Side] = {
    "bound": "below",
    "rate_step_low": "above",
    "rate_step_high": "above",
    "rate_left": "above",
    "distortion_step": "above",
}
RECIPES: dict[str, dict[str, Any]] = {
    "lesson: 8 epochs, lr 5e-3": {"epochs": 8, "rate": 5e-3},
    "12 epochs, lr 5e-3": {"epochs": 12, "rate": 5e-3},
    "12 epochs, lr 3e-3": {"epochs": 12, "rate": 3e-3},
    "20 epochs, lr 2e-3": {"epochs": 20, "rate": 2e-3},
    "784-400-20, 8 epochs, lr 3e-3": {"epochs": 8, "rate": 3e-3, "network": "VAE"},
}
REFERENCE = RECIPES["lesson: 8 epochs, lr 5e-3"]
Models = dict[float, Any]


def main() -> int:
    return calibrate(frontier.LESSON, good=GOOD, recipes=RECIPES, honest=honest, bad=bad)


def honest(names: Names, seed: int, **recipe: Any) -> Statistics:
    return measure(sweep(names, seed, **recipe), seed)


def sweep(
    names: Names,
    seed: int,
    epochs: int,
    rate: float,
    network: str = "small_vae",
    betas: Sequence[float] = frontier.BETAS,
) -> Models:
    """A model for each β, trained by the solution's `beta_sweep`; `betas` are the values really used."""
    torch.manual_seed(seed)
    models: list[Any] = []

    def make() -> Any:
        models.append(names[network]())
        return models[-1]

    batches = names["train_batches"], names["test_batches"]
    names["beta_sweep"](betas, make, *batches, epochs=epochs, learning_rate=rate)
    return dict(zip(frontier.BETAS, models, strict=True))


def measure(models: Models, seed: int) -> Statistics:
    """The figures that the checks look at."""
    draw, images = noise(seed), held_out(seed).images
    return frontier.statistics(
        {
            beta: frontier.measure(torch.no_grad()(model.encoder), torch.no_grad()(model.decoder), images, draw)
            for beta, model in models.items()
        }
    )


def bad(names: Names) -> dict[str, Statistics]:
    """Sweeps that must miss a limit."""
    sweeps = {
        "untrained": untrained(names),
        "beta never used": sweep(names, 0, **REFERENCE, betas=[1.0] * 4),
        "beta in the wrong order": sweep(names, 0, **REFERENCE, betas=frontier.BETAS[::-1]),
        "everything collapsed": sweep(names, 0, **REFERENCE, betas=[784.0] * 4),
        "one epoch": sweep(names, 0, **REFERENCE | {"epochs": 1}),
    }
    return {name: measure(models, 0) for name, models in sweeps.items()}


def untrained(names: Names) -> Models:
    torch.manual_seed(0)
    return {beta: names["small_vae"]() for beta in frontier.BETAS}


if __name__ == "__main__":
    raise SystemExit(main())
