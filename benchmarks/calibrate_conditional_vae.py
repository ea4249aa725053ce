"""Measure trained conditional VAEs of several kinds, and set the limits of lesson 3's checks of `trained_cvae`.

    python benchmarks/calibrate_03.py [--write]

Honest models: the lesson's own recipe and four others that a student may choose, each over 12 seeds. A limit lies four
standard deviations beyond the mean of the recipe that comes out worst. Bad models are measured too: each has to miss a
limit.
One core, about five minutes.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from grader.checks.conditional_vae import trained
from grader.checks.conditional_vae.trained import Model, family_quality, posterior_quality
from grader.course.folders import COURSE
from vaelab import data

SEEDS = 12
DEVIATIONS = 4
RECIPES: dict[str, dict[str, Any]] = {
    "lesson": {"latents": 2, "epochs": 20, "rate": 3e-3},
    "2 latents, 1e-3": {"latents": 2, "epochs": 20, "rate": 1e-3},
    "5 latents": {"latents": 5, "epochs": 20, "rate": 2e-3},
    "20 latents": {"latents": 20, "epochs": 20, "rate": 2e-3},
    "2 latents, 15 epochs": {"latents": 2, "epochs": 15, "rate": 3e-3},
}
HIGHER_IS_BETTER = {"asked": True, "swapped": True, "variety": True, "novelty": True, "bound": False}


def main() -> None:
    """Print the table, and with --write the limits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write grader/checks/thresholds_03.toml")
    write = parser.parse_args().write
    torch.set_num_threads(1)
    lesson = _lesson()
    measured = {name: [_measure(lesson, seed, **recipe) for seed in range(SEEDS)] for name, recipe in RECIPES.items()}
    limits = {}
    for statistic, higher in HIGHER_IS_BETTER.items():
        values = {name: torch.tensor([row[statistic] for row in rows]) for name, rows in measured.items()}
        sign = 1 if higher else -1
        edges = {name: (v.mean() - sign * DEVIATIONS * v.std()).item() for name, v in values.items()}
        worst = (min if higher else max)(edges, key=lambda name: edges[name])
        limits[statistic] = (edges[worst], worst, values[worst].mean().item(), values[worst].std().item())
        for name, v in values.items():
            print(f"{statistic:8s} {name:22s} {v.mean():8.3f} ± {v.std():.3f}   edge {edges[name]:8.3f}")
        print(f"{statistic:8s} limit {edges[worst]:.3f} ({worst})\n")
    for name, make in BAD.items():
        print(f"bad: {name:26s}", {key: round(value, 3) for key, value in _quality(make(lesson)).items()})
    if write:
        COURSE.thresholds(trained.LESSON).write_text(_toml(limits), "utf-8")


def _lesson() -> dict[str, Any]:
    """The lesson's own names, with its training and its pictures left out."""
    from grader.course import script

    path = Path(__file__).parents[1] / "solutions" / "03_conditional_vae.py"
    cells = [cell for cell in script.read(path) if cell.kind in ("setup", "exercise") and cell.name != "trained_cvae"]
    names: dict[str, Any] = {"__name__": "lesson"}
    for cell in cells:
        exec(script.reference(cell), names)
    return names


def _train(lesson: dict[str, Any], seed: int, latents: int, epochs: int, rate: float) -> Any:
    torch.manual_seed(seed)
    model = lesson["CVAE"](latent_dim=latents)
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    for _ in range(epochs):
        lesson["train_conditional_epoch"](model, lesson["train_batches"], optimizer)
    return model.requires_grad_(False)


def _measure(lesson: dict[str, Any], seed: int, **recipe: Any) -> dict[str, float]:
    model = _train(lesson, seed, **recipe)
    return _quality(Model(model.encoder, model.decoder))


def _quality(model: Model) -> dict[str, float]:
    found = family_quality(model.family(torch.randn))
    return found | posterior_quality(model, data.load("digits", "test"), torch.randn)


def _untrained(lesson: dict[str, Any]) -> Model:
    model = lesson["CVAE"](latent_dim=2).requires_grad_(False)
    return Model(model.encoder, model.decoder)


def _collapsed(lesson: dict[str, Any]) -> Model:
    """Trained with a reconstruction term averaged over pixels."""
    torch.manual_seed(0)
    model = lesson["CVAE"](latent_dim=2)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(20):
        for x, y in lesson["train_batches"]:
            x_hat, mu, log_var = model(x, lesson["one_hot"](y))
            loss = lesson["reconstruction_loss"](x_hat, x).mean() / 784 + lesson["kl_divergence"](mu, log_var).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    model.requires_grad_(False)
    return Model(model.encoder, model.decoder)


def _label_ignoring(lesson: dict[str, Any]) -> Model:
    """A VAE without labels, trained well."""
    torch.manual_seed(0)
    model = lesson["CVAE"](latent_dim=2)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(20):
        for x, y in lesson["train_batches"]:
            loss = lesson["negative_elbo"](x, *model(x, 0 * lesson["one_hot"](y)))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    model.requires_grad_(False)
    return Model(lambda x, c: model.encoder(x, 0 * c), lambda z, c: model.decoder(z, 0 * c))


def _class_means(lesson: dict[str, Any]) -> Model:
    train = data.load("digits", "train")
    means = torch.stack([train.images[train.labels == k].mean(0) for k in range(10)])
    honest = _train(lesson, 0, **RECIPES["lesson"])
    return Model(honest.encoder, lambda z, c: means[c.argmax(1)])


def _replaying(lesson: dict[str, Any]) -> Model:
    train = data.load("digits", "train")
    honest = _train(lesson, 0, **RECIPES["lesson"])

    def decode(z: Tensor, c: Tensor) -> Tensor:
        chosen = []
        for code, label in zip(z, c.argmax(1), strict=True):
            stored = train.images[train.labels == label]
            chosen.append(stored[int(code.abs().sum() * 1e4) % len(stored)])
        return torch.stack(chosen)

    return Model(honest.encoder, decode)


BAD: dict[str, Callable[[dict[str, Any]], Model]] = {
    "untrained": _untrained,
    "collapsed": _collapsed,
    "label ignored": _label_ignoring,
    "class means": _class_means,
    "stored images": _replaying,
}


def _toml(limits: dict[str, tuple[float, str, float, float]]) -> str:
    lines = [
        "# Written by benchmarks/calibrate_03.py: limits of the checks of `trained_cvae`.",
        f"# Each is {DEVIATIONS} standard deviations beyond the mean over {SEEDS} seeds",
        "# of the recipe that comes out worst.",
    ]
    for statistic, (limit, recipe, mean, deviation) in limits.items():
        lines += ["", f"[{statistic}]", f"limit = {limit:.4g}", f'recipe = "{recipe}"']
        lines += [f"mean = {mean:.4g}", f"deviation = {deviation:.3g}"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
