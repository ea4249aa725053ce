"""Measure trained joint VAEs of several kinds, and set the limits of lesson 6's checks of `trained_joint_vae`.

    python benchmarks/calibrate_discrete_latents.py [--seeds 10] [--write]

Prints what the lesson's own recipe and others that a student may choose give over the seeds, the limits, and what
models that must fail give. One core, a quarter of an hour. With --write it writes
grader/checks/discrete_latents/thresholds.toml.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from _calibration import Names, Side, Statistics, calibrate, held_out, noise

from grader.checks.discrete_latents import trained

GOOD: dict[str, Side] = {"nmi": "above", "accuracy": "above", "distortion": "below", "face_change": "above"}
RECIPES: dict[str, dict[str, Any]] = {
    "lesson: λ = 30, 40 epochs, lr 2e-3": {},
    "60 epochs, lr 1e-3": {"epochs": 60, "learning_rate": 1e-3},
    "λ = 20, τ = 1": {"price": 20.0, "tau": 1.0},
    "784-400, 10 latents, 30 epochs": {"epochs": 30, "sizes": {"hidden_dim": 400, "latent_dim": 10}},
}


def main() -> int:
    return calibrate(trained.LESSON, good=GOOD, recipes=RECIPES, honest=honest, bad=bad)


def honest(names: Names, seed: int, **recipe: Any) -> Statistics:
    return measure(train(names, seed, **recipe), seed)


def train(
    names: Names, seed: int, price: float = 30.0, sizes: dict[str, int] | None = None, plain: bool = False, **how: Any
) -> Any:
    """A model trained by the lesson's `train_joint` on its budgets and `price` times the aggregate KL."""
    torch.manual_seed(seed)
    model = names["JointVAE"](**(sizes or {"hidden_dim": 200, "latent_dim": 6}))
    names["train_joint"](model, names["train_batches"], bound(names) if plain else balanced(names, price), **how)
    return model


def balanced(names: Names, price: float) -> Callable[..., Any]:
    """The objective of the lesson, with its own price for faces that are used unequally."""
    return lambda *terms: names["budgeted"](*terms) + price * names["aggregate_kl"](terms[2])


def bound(names: Names) -> Callable[..., Any]:
    """The negative bound."""
    return lambda cost, kl_z, logits, *_: (cost + kl_z + names["categorical_kl"](logits)).mean()


def measure(model: Any, seed: int) -> Statistics:
    """The figures that the checks look at."""
    with torch.no_grad():
        return trained.quality(model.encoder, model.decoder, held_out(seed), noise(seed))


def bad(names: Names) -> dict[str, Statistics]:
    """Models that must miss a limit."""
    torch.manual_seed(0)
    models = {
        "untrained": names["small_joint_vae"](),
        "the bound alone": train(names, 0, plain=True),
        "budgets without balance": train(names, 0, price=0.0),
        "one epoch": train(names, 0, epochs=1),
        "five epochs": train(names, 0, epochs=5),
    }
    return {name: measure(model, 0) for name, model in models.items()}


if __name__ == "__main__":
    raise SystemExit(main())
