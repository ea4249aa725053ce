"""Pictures for the lesson on β: the rate-distortion plane, what each latent carries, and images beside the frontier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from vaelab.plots import BLUE, GREY, LINES, MARKERS, ORANGE, picture, show, side_of

Point = tuple[float, float, float]


def draw_frontier(ax: Axes, points: Sequence[Point], tangents: Sequence[float] = ()) -> None:
    """Points (β, rate, distortion), joined and labelled, and the line of slope −β through those whose β is listed."""
    points = sorted(points, key=lambda point: point[1])
    ax.plot([p[1] for p in points], [p[2] for p in points], "o-", color=BLUE, ms=6, zorder=3)
    span = max(p[1] for p in points) - min(p[1] for p in points) or 1.0
    low, high = min(p[2] for p in points), max(p[2] for p in points)
    room = 0.08 * (high - low or 1.0)
    for beta, rate, distortion in points:
        ax.annotate(f"β = {beta:g}", (rate, distortion), (7, 5), textcoords="offset points", fontsize=9)
        if beta in tangents:
            reach = min(0.16 * span, 0.16 * (high - low) / beta)
            ends = [rate - reach, rate + reach]
            ax.plot(ends, [distortion - beta * (end - rate) for end in ends], "--", color=ORANGE, lw=1.5, zorder=2)
    ax.set(xlabel="rate R (nats per image)", ylabel="distortion D (nats per image)")
    ax.set(xlim=(min(p[1] for p in points) - 0.05 * span, None), ylim=(low - room, high + room))


@picture
def frontier(points: Sequence[Point], tangents: Sequence[float] = (), title: str = "") -> Figure:
    """Sweep results (β, rate, distortion) in the rate-distortion plane; dashed lines of slope −β at `tangents`."""
    figure, ax = plt.subplots(figsize=(6.8, 4.6))
    draw_frontier(ax, points, tangents)
    ax.set_title(title)
    return figure


@picture
def frontier_and_images(points: Sequence[Point], rows: Mapping[str, Tensor], title: str = "") -> Figure:
    """The frontier on the left, and labelled rows of images (B, D) on the right."""
    images = torch.cat([row.cpu() for row in rows.values()])
    columns, step = len(next(iter(rows.values()))), side_of(images) + 2
    figure, (left, right) = plt.subplots(1, 2, figsize=(11.5, 4.4), width_ratios=[1, 1.25])
    draw_frontier(left, points)
    left.set_title(title)
    show(right, images, columns)
    right.set_yticks([(i + 0.5) * step - 1 for i in range(len(rows))], list(rows))
    right.tick_params(axis="y", length=0)
    return figure


@picture
def spectrum(
    groups: Mapping[str, Tensor], *, ylabel: str, level: tuple[str, float] | None = None, log: bool = False
) -> Figure:
    """One number for each latent (L,), sorted from the largest, a line for each group; `level` is a named line."""
    figure, ax = plt.subplots(figsize=(6.8, 3.8))
    for i, (name, values) in enumerate(groups.items()):
        colour, dashes = LINES[i % len(LINES)]
        shown = values.sort(descending=True).values
        places = range(1, len(shown) + 1)
        ax.plot(places, shown, color=colour, linestyle=dashes, marker=MARKERS[i % len(MARKERS)], ms=5, label=name)
    if level is not None:
        ax.axhline(level[1], color=GREY, lw=1.2, label=level[0])
    if log:
        ax.set_yscale("log")
    ax.set(xlabel="latents, largest first", ylabel=ylabel, xticks=range(1, len(next(iter(groups.values()))) + 1))
    ax.legend()
    return figure
