"""Measure trained frontiers of several kinds, and set the limits of lesson 4's checks of `trained_beta`.

    python benchmarks/calibrate_04.py [--seeds 10] [--write]

Honest sweeps: the lesson's own recipe and others that a student may choose. A limit lies four standard deviations
beyond the mean of the recipe that comes out worst, on the bad side. Then sweeps that must fail are held against the
limits. One core, some minutes.
"""

from __future__ import annotations

import argparse
import os
import statistics
from typing import Any

os.environ["TQDM_DISABLE"] = "1"

import torch
from torch import Tensor

from grader.checks.beta import frontier
from grader.course import script
from grader.course.folders import COURSE
from vaelab import data

DEVIATIONS = 4.0
BELOW = {"bound"}  # what is good when it is low; everything else is good when it is high
RECIPES: dict[str, dict[str, Any]] = {
    "lesson: 8 epochs, lr 5e-3": {"epochs": 8, "learning_rate": 5e-3},
    "12 epochs, lr 5e-3": {"epochs": 12, "learning_rate": 5e-3},
    "12 epochs, lr 3e-3": {"epochs": 12, "learning_rate": 3e-3},
    "20 epochs, lr 2e-3": {"epochs": 20, "learning_rate": 2e-3},
    "784-400-20, 8 epochs, lr 3e-3": {"epochs": 8, "learning_rate": 3e-3, "small": False},
}
Statistics = dict[str, float]


def main() -> None:
    """Print the table, and with --write the limits."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=10, help="sweeps for each recipe")
    parser.add_argument("--write", action="store_true", help="write grader/checks/thresholds_04.toml")
    options = parser.parse_args()
    torch.set_num_threads(1)
    lesson = solution()
    good = {
        name: [measure(sweep(lesson, seed, **recipe), seed) for seed in range(options.seeds)]
        for name, recipe in RECIPES.items()
    }
    limits = {statistic: limit(statistic, good) for statistic in next(iter(good.values()))[0]}
    show(good, limits)
    for name, models in bad(lesson).items():
        found = measure(models, 0)
        missed = [key for key in limits if fails(found[key], limits[key]["limit"], key)]
        print(f"bad: {name:28s} misses {', '.join(missed) or 'NOTHING'}")
    if options.write:
        COURSE.thresholds(frontier.LESSON).write_text(as_toml(limits), "utf-8")


def solution() -> dict[str, Any]:
    """The names that the lesson's solution defines, its trained models left out."""
    names: dict[str, Any] = {"__name__": "lesson"}
    for cell in script.read(COURSE.script(frontier.LESSON)):
        if cell.kind in ("setup", "exercise") and cell.name != "trained_beta":
            exec(compile(cell.source, f"<{cell.name or 'setup'}>", "exec"), names)
    return names


def sweep(
    lesson: dict[str, Any], seed: int, epochs: int, learning_rate: float, small: bool = True, betas: Any = None
) -> dict[float, Any]:
    """A model for each price, trained by the solution's `beta_sweep`; `betas` are the prices really used."""
    torch.manual_seed(seed)
    models: list[Any] = []

    def make() -> Any:
        models.append(lesson["small_vae"]() if small else lesson["VAE"]())
        return models[-1]

    batches = lesson["train_batches"], lesson["test_batches"]
    lesson["beta_sweep"](betas or frontier.BETAS, make, *batches, epochs=epochs, learning_rate=learning_rate)
    return dict(zip(frontier.BETAS, models, strict=True))


def measure(models: dict[float, Any], seed: int) -> Statistics:
    """The figures that the checks look at."""
    noise = torch.Generator().manual_seed(10_000 + seed)

    def draw(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=noise)

    images = data.load("digits", "test").images
    return frontier.statistics(
        {
            beta: frontier.measure(torch.no_grad()(model.encoder), torch.no_grad()(model.decoder), images, draw)
            for beta, model in models.items()
        }
    )


def bad(lesson: dict[str, Any]) -> dict[str, dict[float, Any]]:
    """Sweeps that must miss a limit."""
    untrained = {beta: lesson["small_vae"]() for beta in frontier.BETAS}
    recipe = RECIPES["lesson: 8 epochs, lr 5e-3"]
    return {
        "untrained": untrained,
        "beta never used": sweep(lesson, 0, **recipe, betas=[1.0] * 4),
        "beta in the wrong order": sweep(lesson, 0, **recipe, betas=frontier.BETAS[::-1]),
        "everything collapsed": sweep(lesson, 0, **recipe, betas=[784.0] * 4),
        "one epoch": sweep(lesson, 0, epochs=1, learning_rate=5e-3),
    }


def limit(statistic: str, good: dict[str, list[Statistics]]) -> dict[str, Any]:
    """The limit of the recipe that needs the most lenient one, and where it comes from."""
    sign = 1 if statistic in BELOW else -1
    candidates = []
    for recipe, runs in good.items():
        values = [run[statistic] for run in runs]
        mean, sd = statistics.mean(values), statistics.stdev(values)
        edge = mean + sign * DEVIATIONS * sd
        candidates.append({"limit": edge, "mean": mean, "sd": sd, "n": len(values), "recipe": recipe})
    return max(candidates, key=lambda found: sign * found["limit"])


def fails(value: float, worst: float, statistic: str) -> bool:
    return value > worst if statistic in BELOW else value < worst


def show(good: dict[str, list[Statistics]], limits: dict[str, dict[str, Any]]) -> None:
    print(f"{'':32s}" + "".join(f"{name:>18s}" for name in limits))
    for recipe, runs in good.items():
        cells = [[run[name] for run in runs] for name in limits]
        print(f"{recipe:32s}" + "".join(f"{statistics.mean(c):10.2f} ± {statistics.stdev(c):5.2f}" for c in cells))
    print(f"{'limit':32s}" + "".join(f"{found['limit']:18.2f}" for found in limits.values()))


def as_toml(limits: dict[str, dict[str, Any]]) -> str:
    lines = ["# Written by benchmarks/calibrate_04.py. Do not edit: run it again."]
    for statistic, found in limits.items():
        lines += ["", f"[{statistic}]", f'good = "{"below" if statistic in BELOW else "above"}"']
        lines += [f"{key} = {found[key]:.4f}" for key in ("limit", "mean", "sd")]
        lines += [f"n = {found['n']}", f'recipe = "{found["recipe"]}"']
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
