"""Measure trained models and write the limits of the checks on them, grader/checks/thresholds.toml.

    python benchmarks/calibrate.py [--seeds 10]

Each recipe is one that a student may well choose; each is trained with several seeds by the course's own solution. A
limit lies four standard deviations beyond the mean of the recipe that comes nearest to it, on the bad side, so that
honest training does not fail by chance. Then models that must fail are held against the limits. One core, some minutes.
"""

from __future__ import annotations

import argparse
import os
import statistics
from collections.abc import Callable
from typing import Any

os.environ["TQDM_DISABLE"] = "1"

import torch
from torch import Tensor
from torch.nn import functional as F

from grader.checks.plain_vae import trained
from grader.course import script
from grader.course.folders import COURSE
from vaelab import data

LESSON = trained.LESSON
DEVIATIONS = 4.0
BELOW = {"bound"}  # what is good when it is low; everything else is good when it is high

RECIPES: dict[str, dict[str, Any]] = {
    "20 latents, lr 2e-3, 20 epochs": {"latent_dim": 20, "lr": 2e-3, "epochs": 20},
    "20 latents, lr 2e-3, 9 epochs": {"latent_dim": 20, "lr": 2e-3, "epochs": 9},
    "20 latents, lr 2e-3, 40 epochs": {"latent_dim": 20, "lr": 2e-3, "epochs": 40},
    "20 latents, lr 1e-3, 14 epochs": {"latent_dim": 20, "lr": 1e-3, "epochs": 14},
    "20 latents, lr 5e-3, 12 epochs": {"latent_dim": 20, "lr": 5e-3, "epochs": 12},
    "8 latents, lr 2e-3, 14 epochs": {"latent_dim": 8, "lr": 2e-3, "epochs": 14},
    "50 latents, lr 2e-3, 14 epochs": {"latent_dim": 50, "lr": 2e-3, "epochs": 14},
}
Measured = dict[str, float]
Model = tuple[trained.Encode, trained.Decode, int]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=10, help="trainings for each recipe")
    seeds = parser.parse_args().seeds
    torch.set_num_threads(1)
    lesson = solution()
    good = {
        name: [measure(train(lesson, seed, **recipe), seed) for seed in range(seeds)]
        for name, recipe in RECIPES.items()
    }
    limits = {statistic: limit(statistic, good) for statistic in next(iter(good.values()))[0]}
    COURSE.thresholds(LESSON).write_text(as_toml(limits), "utf-8")
    show(good, limits, {name: measure(make(lesson), 0) for name, make in BAD.items()})


def solution() -> dict[str, Any]:
    """The names that the lesson's solution defines, its trained model left out."""
    names: dict[str, Any] = {"__name__": "lesson"}
    for cell in script.read(COURSE.script(LESSON)):
        if cell.kind in ("setup", "exercise") and cell.name != "trained_vae":
            exec(compile(cell.source, f"<{cell.name or 'setup'}>", "exec"), names)
    return names


def train(lesson: dict[str, Any], seed: int, latent_dim: int, lr: float, epochs: int, loss: Any = None) -> Model:
    """A VAE trained by the solution's `fit`, with another `negative_elbo` when `loss` is given."""
    torch.manual_seed(seed)
    names = lesson if loss is None else with_loss(loss)
    model = names["VAE"](latent_dim=latent_dim)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    names["fit"](model, names["train_batches"], names["test_batches"], optimizer, epochs=epochs, patience=5)
    return halves(model, latent_dim)


def with_loss(loss: Any) -> dict[str, Any]:
    names = solution()
    names["negative_elbo"] = loss
    return names


def halves(model: Any, latent_dim: int) -> Model:
    return torch.no_grad()(model.encoder), torch.no_grad()(model.decoder), latent_dim


def measure(model: Model, seed: int) -> Measured:
    """The figures that the checks look at."""
    encode, decode, latents = model
    noise = torch.Generator().manual_seed(10_000 + seed)

    def draw(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=noise)

    held_out = data.load("digits", "test").images
    samples = decode(draw(trained.SAMPLES, latents))
    return trained.quality(encode, decode, held_out, draw) | trained.sample_quality(samples)


def limit(statistic: str, good: dict[str, list[Measured]]) -> dict[str, Any]:
    """The limit of the recipe that needs the most lenient one, and where it comes from."""
    sign = 1 if statistic in BELOW else -1
    candidates = []
    for recipe, runs in good.items():
        values = [run[statistic] for run in runs]
        mean, sd = statistics.mean(values), statistics.stdev(values)
        candidates.append(
            {"limit": mean + sign * DEVIATIONS * sd, "mean": mean, "sd": sd, "n": len(values), "recipe": recipe}
        )
    return max(candidates, key=lambda found: sign * found["limit"])


def as_toml(limits: dict[str, dict[str, Any]]) -> str:
    lines = ["# Written by benchmarks/calibrate.py. Do not edit: run it again."]
    for statistic, found in limits.items():
        side = "below" if statistic in BELOW else "above"
        lines += ["", f"[{LESSON}.{statistic}]", f'good = "{side}"']
        lines += [f"{key} = {found[key]:.4f}" for key in ("limit", "mean", "sd")]
        lines += [f"n = {found['n']}", f'recipe = "{found["recipe"]}"']
    return "\n".join(lines) + "\n"


def show(good: dict[str, list[Measured]], limits: dict[str, dict[str, Any]], bad: dict[str, Measured]) -> None:
    names = list(limits)
    print(f"{'':34s}" + "".join(f"{name:>16s}" for name in names))
    for recipe, runs in good.items():
        cells = [[run[name] for run in runs] for name in names]
        print(f"{recipe:34s}" + "".join(f"{statistics.mean(c):9.3f} ±{statistics.stdev(c):5.3f}" for c in cells))
    print(f"{'limit':34s}" + "".join(f"{limits[name]['limit']:16.3f}" for name in names))
    for model, found in bad.items():
        print(f"{model:34s}" + "".join(f"{found[n]:15.3f}{'*' if fails(found, n, limits) else ' '}" for n in names))
    print("* beyond the limit")


def fails(found: Measured, statistic: str, limits: dict[str, dict[str, Any]]) -> bool:
    worst = limits[statistic]["limit"]
    return found[statistic] > worst if statistic in BELOW else found[statistic] < worst


# --- models that must fail

REFERENCE = RECIPES["20 latents, lr 2e-3, 20 epochs"]


def untrained(lesson: dict[str, Any]) -> Model:
    torch.manual_seed(0)
    return halves(lesson["VAE"](), 20)


def mean_over_pixels(x: Tensor, x_hat: Tensor, mu: Tensor, log_var: Tensor) -> Tensor:
    return F.binary_cross_entropy(x_hat, x) + kl(mu, log_var).mean()


def no_kl(x: Tensor, x_hat: Tensor, mu: Tensor, log_var: Tensor) -> Tensor:
    return F.binary_cross_entropy(x_hat, x, reduction="sum") / len(x)


def kl_times_ten(x: Tensor, x_hat: Tensor, mu: Tensor, log_var: Tensor) -> Tensor:
    return no_kl(x, x_hat, mu, log_var) + 10 * kl(mu, log_var).mean()


def kl(mu: Tensor, log_var: Tensor) -> Tensor:
    return 0.5 * (mu.square() + log_var.exp() - 1 - log_var).sum(1)


def mean_image(lesson: dict[str, Any]) -> Model:
    """A good encoder whose decoder paints the average digit."""
    encode, _, latents = train(lesson, 0, **REFERENCE)
    average = data.load("digits", "train").images.mean(0)
    return encode, lambda z: average.expand(len(z), -1), latents


def replay(lesson: dict[str, Any]) -> Model:
    """A good encoder whose decoder shows the training image with the nearest code."""
    encode, _, latents = train(lesson, 0, **REFERENCE)
    stored = data.load("digits", "train").images
    codes = encode(stored)[0]
    return encode, lambda z: stored[torch.cdist(z, codes).argmin(1)], latents


BAD: dict[str, Callable[[dict[str, Any]], Model]] = {
    "untrained": untrained,
    "one epoch": lambda lesson: train(lesson, 0, **REFERENCE | {"epochs": 1}),
    "mean over pixels (collapsed)": lambda lesson: train(lesson, 0, **REFERENCE, loss=mean_over_pixels),
    "KL ten times": lambda lesson: train(lesson, 0, **REFERENCE, loss=kl_times_ten),
    "without KL": lambda lesson: train(lesson, 0, **REFERENCE, loss=no_kl),
    "paints the mean image": mean_image,
    "replays training images": replay,
}

if __name__ == "__main__":
    main()
