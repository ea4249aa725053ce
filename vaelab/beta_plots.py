"""Pictures for the lesson on β: the rate-distortion plane, what each latent carries, and images beside the frontier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import torch
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from torch import Tensor

from vaelab.plots import BLUE, GREY, LINES, MARKERS, ORANGE, label_columns, picture, show, side_of

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
            name = "slope −β" if beta == tangents[0] else None
            ax.plot(
                ends,
                [distortion - beta * (end - rate) for end in ends],
                "--",
                color=ORANGE,
                lw=1.5,
                zorder=2,
                label=name,
            )
    ax.set(xlabel="rate R (nats per image)", ylabel="distortion D (nats per image)")
    width = min(p[1] for p in points) - 0.05 * span, max(p[1] for p in points) + 0.14 * span
    ax.set(xlim=width, ylim=(low - room, high + room))
    if tangents:
        ax.legend()


@picture
def frontier(points: Sequence[Point], tangents: Sequence[float] = (), title: str = "") -> Figure:
    """Sweep results (β, rate, distortion) in the rate-distortion plane; dashed lines of slope −β at `tangents`."""
    figure, ax = plt.subplots(figsize=(6.8, 4.6))
    draw_frontier(ax, points, tangents)
    ax.set_title(title)
    return figure


@picture
def frontiers(sweeps: Mapping[str, Sequence[Point]], title: str = "") -> Figure:
    """Several sweeps (β, rate, distortion) in one rate-distortion plane, each point with its β."""
    figure, ax = plt.subplots(figsize=(6.8, 4.6))
    for i, (name, points) in enumerate(sweeps.items()):
        (colour, dashes), marker = LINES[i % len(LINES)], MARKERS[i % len(MARKERS)]
        points = sorted(points, key=lambda point: point[1])
        rates, distortions = [p[1] for p in points], [p[2] for p in points]
        ax.plot(rates, distortions, color=colour, linestyle=dashes, marker=marker, ms=6, label=name)
        for beta, rate, distortion in points:
            ax.annotate(f"{beta:g}", (rate, distortion), (6, 5), textcoords="offset points", fontsize=9, color=colour)
    ax.set(xlabel="rate R (nats per image)", ylabel="distortion D (nats per image)", title=title)
    ax.legend(title="β beside each point")
    return figure


@picture
def frontier_and_images(points: Sequence[Point], rows: Mapping[str, Tensor], title: str = "") -> Figure:
    """The frontier on the left, and labelled rows of images (B, D) on the right."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(11.5, 4.4), width_ratios=[1, 1.25])
    draw_frontier(left, points)
    left.set_title(title)
    label_rows(right, rows)
    right.set_title("The same models: images, and what is left of them")
    right.set_anchor("N")
    return figure


def label_rows(ax: Axes, rows: Mapping[str, Tensor], notes: Sequence[str] = ()) -> int:
    """Show rows of images (B, D), named on the left, with notes on the right; gives the images' spacing."""
    images, columns = torch.cat([row.detach().cpu() for row in rows.values()]), len(next(iter(rows.values())))
    step = side_of(images) + 2
    show(ax, images, columns)
    places = [(i + 0.5) * step - 1 for i in range(len(rows))]
    ax.set_yticks(places, list(rows))
    ax.tick_params(axis="y", length=0)
    for place, note in zip(places, notes, strict=False):
        ax.text(columns * step + 2, place, note, va="center", fontsize=9)
    return step


@picture
def strips(rows: Mapping[str, Tensor], title: str, notes: Sequence[str] = ()) -> Figure:
    """Rows of images (B, D) under a title, named on the left; `notes` are short texts on the right of each row."""
    columns = len(next(iter(rows.values())))
    figure, ax = plt.subplots(figsize=(0.7 * columns + 1.4 + (1.9 if notes else 0), 0.7 * len(rows) + 0.5))
    label_rows(ax, rows, notes)
    ax.set_title(title)
    return figure


@picture
def knobs(rows: Mapping[str, Tensor], values: Tensor, title: str) -> Figure:
    """What one latent does: images (K, D) for its `values` (K,), and on the right what differs between the ends."""
    columns = len(values)
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(0.7 * columns + 3.6, 0.7 * len(rows) + 0.8), width_ratios=[columns, 1]
    )
    changes = {name: (row[-1:] - row[0]).abs() for name, row in rows.items()}
    step = label_rows(left, rows)
    label_columns(left, [f"{value:.1f}" for value in values.tolist()], step)
    left.set_title(title)
    notes = [f"{change.sum():.0f}" for change in changes.values()]
    label_rows(right, {" " * (i + 1): change for i, change in enumerate(changes.values())}, notes)
    right.images[0].set_cmap(
        LinearSegmentedColormap.from_list("change", ["white", ORANGE]).with_extremes(bad="#E4E4E4")
    )
    label_columns(right, ["change"], step)
    return figure


@picture
def rates(lines: Mapping[str, Sequence[float]], title: str, floor: float = 1e-7) -> Figure:
    """The rate after each epoch on a logarithmic scale, a line for each model; below `floor` it is all the same."""
    figure, ax = plt.subplots(figsize=(6.8, 3.8))
    for i, (name, values) in enumerate(lines.items()):
        (colour, dashes), marker = LINES[i % len(LINES)], MARKERS[i % len(MARKERS)]
        epochs = range(1, len(values) + 1)
        shown = [max(value, floor) for value in values]
        ax.plot(epochs, shown, color=colour, linestyle=dashes, marker=marker, ms=5, label=name)
    ax.set_yscale("log")
    ax.set(xlabel="epoch", ylabel="rate R (nats per image)", title=title)
    ax.legend()
    return figure


@picture
def allowance(mu: Tensor, kl: Tensor, free: Tensor, slope: Tensor) -> Figure:
    """The KL of one latent with and without free bits over its mean, and below it the slope of the latter."""
    figure, (top, bottom) = plt.subplots(2, 1, figsize=(6.4, 4.8), sharex=True, height_ratios=[1.6, 1])
    for ax, lines in ((top, {"plain KL": kl, "free bits": free}), (bottom, {"plain KL": mu, "free bits": slope})):
        for (name, line), (colour, dashes), width in zip(lines.items(), LINES, (3.0, 1.6), strict=False):
            ax.plot(mu, line, color=colour, linestyle=dashes, lw=width, label=name)
        ax.legend()
    top.set(ylabel="nats", title="One latent (σ = 1) with an allowance of half a nat")
    bottom.set(xlabel="mean μ of the latent", ylabel="slope over μ")
    return figure


@picture
def spectrum(
    groups: Mapping[str, Tensor], *, title: str, level: tuple[str, float] | None = None, log: bool = False
) -> Figure:
    """The KL of each latent (L,), sorted from the largest, a line for each group; `level` is a named line."""
    figure, ax = plt.subplots(figsize=(7.6, 3.8))
    for i, (name, values) in enumerate(groups.items()):
        colour, dashes = LINES[i % len(LINES)]
        shown = values.sort(descending=True).values
        places = range(1, len(shown) + 1)
        ax.plot(places, shown, color=colour, linestyle=dashes, marker=MARKERS[i % len(MARKERS)], ms=5, label=name)
    if level is not None:
        ax.axhline(level[1], color=GREY, lw=1.2, label=level[0])
    if log:
        ax.set_yscale("log")
    ax.set(xlabel="latents, costliest first", ylabel="KL of a latent (nats per image)", title=title)
    ax.set_xticks(range(1, len(next(iter(groups.values()))) + 1))
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return figure
