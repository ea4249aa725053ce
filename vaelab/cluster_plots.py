"""Pictures for the lesson on discrete latents: draws from a simplex, what codes say, clusters as rows of images."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from vaelab.beta_plots import label_rows
from vaelab.plots import BLUE, GREY, LINES, MARKERS, ORANGE, picture

HATCHES = ("", "//", "..", "xx")
SHADES = "Blues"  # one hue from white to dark: safe for colour-blind readers


@picture
def density(draws: Tensor, of: Callable[[Tensor], Tensor], *, xlabel: str, title: str = "") -> Figure:
    """A histogram of draws (N,), and the density that they should have."""
    figure, ax = plt.subplots(figsize=(6.4, 3.4))
    low, high = draws.quantile(0.0005).item(), draws.quantile(0.9995).item()
    counts, edges = torch.histogram(draws.flatten().cpu(), bins=70, range=(low, high), density=True)
    ax.stairs(counts.numpy(), edges.numpy(), fill=True, color=BLUE, alpha=0.35, label="draws")
    x = torch.linspace(low, high, 300)
    ax.plot(x.numpy(), of(x).numpy(), color=ORANGE, lw=2, label="density, from the formula")
    ax.set(xlabel=xlabel, ylabel="density", title=title)
    ax.legend()
    return figure


@picture
def frequencies(groups: Mapping[str, Tensor], *, xlabel: str, title: str = "") -> Figure:
    """Bars of shares (C,) side by side, one colour and one hatching for each group."""
    figure, ax = plt.subplots(figsize=(7.2, 3.6))
    width = 0.8 / len(groups)
    for i, (name, shares) in enumerate(groups.items()):
        places = [k + (i - (len(groups) - 1) / 2) * width for k in range(len(shares))]
        colour, hatch = LINES[i % len(LINES)][0], HATCHES[i % len(HATCHES)]
        ax.bar(places, shares.tolist(), width, color=colour, hatch=hatch, edgecolor="white", label=name)
    ax.set_xticks(range(len(shares)))
    ax.set(xlabel=xlabel, ylabel="share of draws", title=title)
    ax.legend()
    return figure


def shade(ax: Axes, rows: Tensor, xlabel: str, ylabel: str) -> None:
    """Rows of probabilities (N, C) as shades from 0 to 1, classes along the horizontal axis."""
    ax.imshow(rows.detach().numpy(), cmap=SHADES, vmin=0, vmax=1, aspect="auto", interpolation="nearest")
    ax.set_xticks(range(rows.shape[1]))
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.spines[:].set_visible(False)


@picture
def simplex(groups: Mapping[str, Tensor], *, xlabel: str, ylabel: str, label: str, title: str = "") -> Figure:
    """Tables of probabilities (N, C) side by side as shades; `label` says what the shades mean."""
    figure, axes = plt.subplots(1, len(groups), figsize=(2.6 * len(groups) + 1, 4.0), sharey=True, squeeze=False)
    for ax, (name, rows) in zip(axes[0], groups.items(), strict=True):
        shade(ax, rows, xlabel, ylabel if ax is axes[0][0] else "")
        ax.set_title(name)
    figure.colorbar(axes[0][-1].images[0], ax=axes[0].tolist(), label=label)
    figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    return figure


@picture
def tables(groups: Mapping[str, Tensor], names: Sequence[str], title: str = "") -> Figure:
    """Counts (classes, clusters) side by side: how many images of each class are in each cluster."""
    figure, axes = plt.subplots(1, len(groups), figsize=(4.4 * len(groups), 4.2), squeeze=False)
    for ax, (name, counts) in zip(axes[0], groups.items(), strict=True):
        most = max(int(counts.max()), 1)
        ax.imshow(counts.numpy(), cmap=SHADES, vmin=0, vmax=most)
        for i, j in counts.nonzero().tolist():
            ink = "white" if counts[i, j] > most / 2 else "black"
            ax.text(j, i, int(counts[i, j]), ha="center", va="center", fontsize=8, color=ink)
        ax.set_xticks(range(counts.shape[1]))
        ax.set_yticks(range(len(names)), list(names))
        ax.set(xlabel="cluster", ylabel="class", title=name)
        ax.spines[:].set_visible(False)
    figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    return figure


@picture
def trade_off(groups: Mapping[str, tuple[Sequence[float], Sequence[float], Sequence[float]]], title: str) -> Figure:
    """For each kind of estimate, over temperatures: its bias on the left, its standard deviation on the right."""
    figure, axes = plt.subplots(1, 2, figsize=(9.0, 3.6))
    for i, (name, (temperatures, bias, spread)) in enumerate(groups.items()):
        (colour, dashes), marker = LINES[i % len(LINES)], MARKERS[i % len(MARKERS)]
        for ax, values in zip(axes, (bias, spread), strict=True):
            ax.plot(temperatures, values, color=colour, linestyle=dashes, marker=marker, label=name)
    for ax, what in zip(axes, ("bias", "standard deviation"), strict=True):
        ax.set_xscale("log")
        ax.set_ylim(bottom=0)
        ax.set(xlabel="temperature τ", ylabel=f"{what} of the gradient")
    axes[0].set_title(title)
    axes[1].legend()
    return figure


@picture
def histories(lines: Mapping[str, Sequence[float]], *, ylabel: str, level: tuple[str, float], title: str) -> Figure:
    """A number after each epoch, a line for each training; `level` is a named horizontal line."""
    figure, ax = plt.subplots(figsize=(6.8, 3.8))
    for i, (name, values) in enumerate(lines.items()):
        colour, dashes = LINES[i % len(LINES)]
        ax.plot(range(1, len(values) + 1), values, color=colour, linestyle=dashes, lw=1.8, label=name)
    ax.axhline(level[1], color=GREY, lw=1.2, label=level[0])
    ax.set(xlabel="epoch", ylabel=ylabel, title=title)
    ax.legend()
    return figure


def rows_of_clusters(images: Tensor, clusters: Tensor, num_classes: int, columns: int) -> dict[str, Tensor]:
    """The first images (columns, D) of each cluster under its name; where there are fewer, paper fills the row."""
    rows = {}
    for k in range(num_classes):
        chosen = images[clusters == k][:columns]
        blank = images.new_zeros(columns - len(chosen), images.shape[1])
        rows[f"cluster {k}"] = torch.cat([chosen, blank])
    return rows


@picture
def cluster_rows(rows: Mapping[str, Tensor], title: str, notes: Sequence[str] = ()) -> Figure:
    """A row of images (B, D) for each cluster, with a note on its right."""
    columns = len(next(iter(rows.values())))
    figure, ax = plt.subplots(figsize=(0.55 * columns + 1.4 + (1.9 if notes else 0), 0.55 * len(rows) + 0.5))
    label_rows(ax, rows, notes)
    ax.set_title(title)
    return figure


@picture
def clusters_and_styles(
    sorted_rows: Mapping[str, Tensor], drawn: Mapping[str, Tensor], titles: Sequence[str]
) -> Figure:
    """Two blocks of rows: images that were sorted into each cluster, and images that were drawn for it."""
    left_columns, right_columns = len(next(iter(sorted_rows.values()))), len(next(iter(drawn.values())))
    figure, axes = plt.subplots(
        1, 2, figsize=(0.5 * (left_columns + right_columns) + 2.0, 0.5 * len(drawn) + 0.5),
        width_ratios=[left_columns, right_columns],
    )  # fmt: skip
    for ax, rows, title in zip(axes, (sorted_rows, drawn), titles, strict=True):
        label_rows(ax, rows)
        ax.set_title(title)
        ax.set_anchor("N")
    axes[1].set_yticks([])
    return figure
