"""Pictures for the lesson on labels: distances between codes, conditioned vectors, and where a network puts classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import torch
from matplotlib.figure import Figure
from torch import Tensor

from vaelab.plots import BLUE, GREY, LINES, ORANGE, picture


@picture
def distances(codes: Mapping[str, Tensor], names: Sequence[str]) -> Figure:
    """Heat maps of the distances between the codes (C, F) of all classes, one map for each way to encode them."""
    figure, axes = plt.subplots(1, len(codes), figsize=(4.6 * len(codes), 4), squeeze=False)
    for ax, (title, code) in zip(axes[0], codes.items(), strict=True):
        between = torch.cdist(code.double(), code.double())
        mesh = ax.imshow(between, cmap="cividis_r", vmin=0)
        for i in range(len(code)):
            for j in range(len(code)):
                dark = between[i, j] > 0.6 * between.max()
                ax.text(j, i, f"{between[i, j]:.2g}", ha="center", va="center", fontsize=7, color="w" if dark else "k")
        ax.set_xticks(range(len(names)), list(names))
        ax.set_yticks(range(len(names)), list(names))
        ax.set(xlabel="class", ylabel="class", title=title)
        figure.colorbar(mesh, ax=ax, label="distance", shrink=0.8)
    return figure


@picture
def conditioned_rows(rows: Tensor, width: int, titles: Sequence[str]) -> Figure:
    """Rows (B, D + C) in [0, 1] as they enter a network, each split where its label begins: after `width` numbers."""
    pixels, labels = rows[:, :width], rows[:, width:]
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.4, 0.5 * len(rows) + 1.1), width_ratios=[4, 1.3], sharey=True)
    for ax, part, name in ((left, pixels, "image"), (right, labels, "label")):
        first = 0 if ax is left else width
        extent = (first, first + part.shape[1], len(rows), 0)
        ax.imshow(part, cmap="gray_r", aspect="auto", interpolation="nearest", extent=extent, vmin=0, vmax=1)
        ax.set(xlabel=f"input number ({name})")
        ax.spines[:].set_visible(True)
    ticks = range(width, width + labels.shape[1])
    right.set_xticks([t + 0.5 for t in ticks], [str(t) for t in ticks], rotation=90, fontsize=8)
    left.set_yticks([i + 0.5 for i in range(len(rows))], list(titles))
    return figure


@picture
def class_bars(groups: Mapping[str, Tensor], names: Sequence[str], *, ylabel: str, title: str = "") -> Figure:
    """Bars side by side for each class: one number (C,) per class and group."""
    figure, ax = plt.subplots(figsize=(8.4, 3.4))
    width, hatches = 0.8 / len(groups), ("", "///", "...", "xx", "\\\\\\")
    for i, (name, values) in enumerate(groups.items()):
        places = [k + (i + 0.5) * width - 0.4 for k in range(len(names))]
        ax.bar(places, values.tolist(), width, label=name, color=LINES[i][0], hatch=hatches[i], edgecolor="white")
    ax.set_xticks(range(len(names)), list(names), rotation=0 if max(map(len, names)) < 3 else 30)
    ax.set(ylabel=ylabel, title=title)
    if len(groups) > 1:
        ax.legend(ncols=len(groups), loc="lower center", bbox_to_anchor=(0.5, 1.0 if not title else 1.08))
    return figure


@picture
def class_places(targets: Tensor, painted: Tensor, names: Sequence[str], title: str = "") -> Figure:
    """Where classes should lie, `targets` (C, D), and where a network puts them, `painted` (C, D).

    Both are projected on the plane in which the targets differ most; a grey line joins the two places of a class.
    """
    centre = targets.mean(0)
    plane = torch.linalg.svd(targets - centre, full_matrices=False).Vh[:2].T
    wanted, got = (targets - centre) @ plane, (painted - centre) @ plane
    figure, ax = plt.subplots(figsize=(6.8, 4.8))
    for start, end in zip(wanted, got, strict=True):
        ax.plot(*torch.stack([start, end]).T, color=GREY, lw=0.6, zorder=0)
    groups = ((wanted, BLUE, "o", "the classes' own pictures"), (got, ORANGE, "s", "painted from the integer"))
    for places, colour, marker, label in groups:
        ax.scatter(places[:, 0], places[:, 1], s=190, color=colour, label=label, marker=marker)
        for name, (x, y) in zip(names, places.tolist(), strict=True):
            ax.text(x, y, name, color="white", ha="center", va="center", fontsize=9, weight="bold")
    ax.set(xlabel="first principal direction (logits)", ylabel="second principal direction (logits)", title=title)
    ax.legend(loc="best", markerscale=0.6)
    return figure
