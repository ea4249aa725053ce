"""What the programs `calibrate_*.py` share: the limits of a lesson's checks on trained models, from measured ones.

A limit lies four standard deviations beyond the mean of the recipe that comes out worst, on the bad side, so that
honest training does not fail by chance. A program has the recipes, how to train and measure with them, and models that
must miss a limit; `calibrate` does the rest.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import torch
from _common import machine, print_table, solution
from torch import Tensor

from grader.checks.kit.trained_models import unseen
from grader.course.folders import COURSE
from grader.seeds import Draw
from vaelab import data

DEVIATIONS = 4
FEWEST_SEEDS = 10  # for limits that the checks go by
Side = Literal["above", "below"]
Statistics = dict[str, float]
Names = dict[str, Any]


@dataclass(frozen=True)
class Limit:
    """The worst value that a statistic may have: `good` values lie above it, or below it.

    `mean` and `sd` are those of the recipe that needs the most lenient limit, over `n` seeds.
    """

    good: Side
    mean: float
    sd: float
    n: int
    recipe: str

    @property
    def value(self) -> float:
        margin = DEVIATIONS * self.sd
        return self.mean - margin if self.good == "above" else self.mean + margin

    def is_missed_by(self, value: float) -> bool:
        return value < self.value if self.good == "above" else value > self.value


def calibrate(
    lesson_id: str,
    *,
    good: dict[str, Side],
    recipes: dict[str, dict[str, Any]],
    honest: Callable[..., Statistics],
    bad: Callable[[Names], dict[str, Statistics]],
    seeds: int = FEWEST_SEEDS,
) -> int:
    """Measures, prints the table, and with --write writes the lesson's `thresholds.toml`. The exit code.

    good: on which side of its limit each statistic is good. recipes: keyword arguments by name. honest: the statistics
    of a model trained by `honest(names, seed, **recipe)`, with the names of the lesson's solution. bad: the statistics
    of models that must miss a limit, by what they are; when one of them misses none, nothing is written.
    """
    parser = argparse.ArgumentParser(description=f"Limits of the checks on the trained models of {lesson_id}.")
    parser.add_argument("--seeds", type=int, default=seeds, help=f"models for each recipe, {seeds} by default")
    parser.add_argument("--write", action="store_true", help="write the lesson's thresholds.toml")
    options = parser.parse_args()
    fewest = FEWEST_SEEDS if options.write else 2
    if options.seeds < fewest:
        parser.error(f"at least {fewest} seeds, please")
    torch.set_num_threads(1)
    print(machine(1), flush=True)
    names = solution(lesson_id)
    measured = {
        recipe: [honest(names, seed, **arguments) for seed in range(options.seeds)]
        for recipe, arguments in recipes.items()
    }
    limits = limits_of(measured, good)
    bad_ones = bad(names)
    show(f"{lesson_id}, mean ± standard deviation over {options.seeds} seeds", measured, limits, bad_ones)
    passing = [model for model, values in bad_ones.items() if not misses(values, limits)]
    if passing:
        print(f"\nNo limit is missed by: {', '.join(passing)}.")
        return 1
    if options.write:
        COURSE.thresholds(lesson_id).write_text(as_toml(lesson_id, limits), "utf-8")
    return 0


def noise(seed: int) -> Callable[..., Tensor]:
    """Standard normal draws of any shape, other ones than in a training with the same seed."""
    return partial(torch.randn, generator=torch.Generator().manual_seed(10_000 + seed))


def held_out(seed: int) -> data.Split:
    """Held-out digits as checks redraw them."""
    return unseen(data.load("digits", "test"), Draw(seed, "calibration"))


def limits_of(measured: dict[str, list[Statistics]], good: dict[str, Side]) -> dict[str, Limit]:
    """For each statistic the most lenient of the limits that the recipes need."""
    limits = {}
    for statistic, side in good.items():
        candidates = []
        for recipe, runs in measured.items():
            mean, sd = _mean_and_sd(runs, statistic)
            candidates.append(Limit(side, mean, sd, len(runs), recipe))
        most_lenient = min if side == "above" else max
        limits[statistic] = most_lenient(candidates, key=lambda limit: limit.value)
    return limits


def _mean_and_sd(runs: list[Statistics], statistic: str) -> tuple[float, float]:
    values = [run[statistic] for run in runs]
    return statistics.mean(values), statistics.stdev(values)


def misses(values: Statistics, limits: dict[str, Limit]) -> list[str]:
    """The statistics of a model that lie beyond their limits."""
    return [statistic for statistic, limit in limits.items() if limit.is_missed_by(values[statistic])]


def show(
    title: str, measured: dict[str, list[Statistics]], limits: dict[str, Limit], bad: dict[str, Statistics]
) -> None:
    """Prints the recipes, the limits as they are written, and the bad models with a star at what misses a limit."""
    rows = []
    for recipe, runs in measured.items():
        figures = [_mean_and_sd(runs, statistic) for statistic in limits]
        rows.append([recipe, *(f"{mean:.4g} ± {sd:.2g}" for mean, sd in figures)])
    rows.append(["limit", *(f"{limit.value:.4f}" for limit in limits.values())])
    for model, values in bad.items():
        missed = misses(values, limits)
        rows.append([f"bad: {model}", *(f"{'*' if name in missed else ''}{values[name]:.4g}" for name in limits)])
    print_table(f"{title}; * misses the limit", ["", *limits], rows)


def as_toml(lesson_id: str, limits: dict[str, Limit]) -> str:
    """The content of the lesson's `thresholds.toml`."""
    program = f"benchmarks/calibrate_{COURSE.checks_folder(lesson_id).name}.py"
    lines = [f"# Written by {program}. Do not edit: run it again."]
    for statistic, limit in limits.items():
        lines += ["", f"[{statistic}]", f'good = "{limit.good}"']
        lines += [f"limit = {limit.value:.4f}", f"mean = {limit.mean:.4f}", f"sd = {limit.sd:.4f}"]
        lines += [f"n = {limit.n}", f'recipe = "{limit.recipe}"']
    return "\n".join(lines) + "\n"
