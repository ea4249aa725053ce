"""Pictures for the lesson on labels: codes and recipes, what a label adds to a network, and what networks paint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.patheffects as effects
import matplotlib.pyplot as plt
import torch
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import Tensor

from vaelab.plots import BLUE, GREY, ORANGE, image_rows, picture

# How an answer turned out: a mark, a colour, and what they mean. The marks tell them apart without the colours.
KINDS = {
    "right": ("✓", "#CDE6F5", "right"),
    "type": ("~", "#F6ECBE", "right numbers, but not float32"),
    "loud": ("!", "#DADADA", "refused, in PyTorch's words"),
    "silent": ("✗", "#F2A65A", "answered, and wrong"),
}


@picture
def distances(codes: Mapping[str, Tensor], names: Sequence[str]) -> Figure:
    """Heat maps of the distances between the codes (C, F) of all classes, one map for each way to encode them."""
    figure, axes = plt.subplots(1, len(codes), figsize=(4.6 * len(codes), 4), squeeze=False)
    for ax, (title, code) in zip(axes[0], codes.items(), strict=True):
        between = torch.cdist(code.double(), code.double())
        mesh = ax.imshow(between, cmap="cividis_r", vmin=0)
        for i in range(len(code)):
            for j in range(len(code)):
                red, green, blue, _ = mesh.cmap(mesh.norm(float(between[i, j])))
                ink = "k" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.5 else "w"
                ax.text(j, i, f"{between[i, j]:.2g}", ha="center", va="center", fontsize=8, color=ink)
        ax.set_xticks(range(len(names)), list(names))
        ax.set_yticks(range(len(names)), list(names))
        ax.set(xlabel="class", ylabel="class", title=title)
        figure.colorbar(mesh, ax=ax, label="distance", shrink=0.8)
    return figure


@picture
def outcomes(table: Mapping[str, Mapping[str, tuple[str, str]]], title: str) -> Figure:
    """A table of how something turned out: for each row and column a kind (see KINDS) and a few words."""
    columns = list(next(iter(table.values())))
    figure, ax = plt.subplots(figsize=(1.75 * len(columns) + 1.2, 0.42 * len(table) + 1.1))
    for i, row in enumerate(table.values()):
        for j, name in enumerate(columns):
            kind, words = row[name]
            mark, colour, _ = KINDS[kind]
            ax.add_patch(Rectangle((j, i), 1, 1, facecolor=colour, edgecolor="white", lw=2))
            ax.text(j + 0.5, i + 0.5, f"{mark}  {words}", ha="center", va="center", fontsize=9)
    ax.set(xlim=(0, len(columns)), ylim=(len(table), 0))
    ax.set_title(title, pad=10)
    ax.set_xticks([j + 0.5 for j in range(len(columns))], columns)
    ax.set_yticks([i + 0.5 for i in range(len(table))], list(table))
    ax.tick_params(length=0, labeltop=True, labelbottom=False)
    ax.spines[:].set_visible(False)
    meanings = [Rectangle((0, 0), 1, 1, facecolor=colour, label=f"{mark}  {m}") for mark, colour, m in KINDS.values()]
    ax.legend(handles=meanings, ncols=len(KINDS), loc="upper center", bbox_to_anchor=(0.45, 0), fontsize=9)
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
    left.set_title(f"{len(rows)} rows as a network gets them: the image, line by line …")
    right.set_title("… and then the label")
    return figure


@picture
def label_gradients(one_hot: Tensor, integer: Mapping[str, float], names: Sequence[str], title: str) -> Figure:
    """How hard a batch pulls at the label's columns: (C,) for one-hot; for an integer's only column, by class."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.4, 3.4), width_ratios=[3, 1], sharey=True)
    left.bar(range(len(names)), one_hot.tolist(), 0.8, color=BLUE)
    left.set_xticks(range(len(names)), list(names))
    left.set(xlabel="column of W (class)", ylabel="size of the gradient", title=title)
    left.set_title("one-hot: ten columns", loc="right", fontsize=10)
    right.bar(range(len(integer)), list(integer.values()), 0.8, color=ORANGE, hatch="///", edgecolor="white")
    right.set_xticks(range(len(integer)), list(integer))
    right.set(xlabel="what pulls at it")
    right.set_title("integer: one column", loc="right", fontsize=10)
    return figure


@picture
def class_bars(values: Tensor, names: Sequence[str], *, ylabel: str, title: str) -> Figure:
    """A bar for each class: one number (C,) per class."""
    figure, ax = plt.subplots(figsize=(8.4, 3.4))
    bars = ax.bar(range(len(names)), values.tolist(), 0.8, color=BLUE)
    ax.bar_label(bars, fmt="%.0f", fontsize=9)
    ax.set_xticks(range(len(names)), [name.replace("/", "/\n").replace(" ", "\n") for name in names])
    ax.set(xlabel="class", ylabel=ylabel, title=title)
    return figure


def picture_rows(rows: Mapping[str, Tensor], columns: Sequence[str], title: str) -> Figure:
    """Rows of pictures (B, D), named at the left, with names for the columns and a title that says what to look for."""
    figure = image_rows(rows, titles=columns)
    figure.set_figheight(figure.get_figheight() + 0.4 + 0.15 * max(name.count("\n") for name in columns))
    figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    return figure


@picture
def class_places(targets: Tensor, painted: Tensor, names: Sequence[str], title: str = "") -> Figure:
    """Where classes should lie, `targets` (C, D), and where a network puts them, `painted` (C, D), in their order.

    Both are projected on the plane in which the targets differ most; a grey line joins the two places of a class.
    """
    centre = targets.mean(0)
    plane = torch.linalg.svd(targets - centre, full_matrices=False).Vh[:2].T
    wanted, got = (targets - centre) @ plane, (painted - centre) @ plane
    figure, ax = plt.subplots(figsize=(7.6, 5.4))
    for start, end in zip(wanted, got, strict=True):
        ax.plot(*torch.stack([start, end]).T, color=GREY, lw=0.7, zorder=0)
    ax.scatter(wanted[:, 0], wanted[:, 1], s=210, color=BLUE, marker="o", label="the classes' mean pictures")
    for name, (x, y) in zip(names, wanted.tolist(), strict=True):
        ax.text(x, y, name, color="white", ha="center", va="center", fontsize=10, weight="bold")
    ax.plot(*got.T, color=ORANGE, lw=1.2)
    ax.scatter(got[:, 0], got[:, 1], s=26, color=ORANGE, marker="s", label="painted from the integer", zorder=2)
    along = (got[-1] - got[0]) / (got[-1] - got[0]).norm()
    halo = [effects.withStroke(linewidth=3, foreground="white")]
    for k in (0, -1):  # the ends of the line, named beside it
        x, y = (got[k] + 2.4 * torch.stack([-along[1], along[0]])).tolist()
        ax.text(x, y, names[k], color=ORANGE, ha="center", va="center", weight="bold", path_effects=halo)
    ax.set(xlabel="first principal direction (logits)", ylabel="second principal direction (logits)", title=title)
    ax.set_aspect("equal")
    ax.legend(loc="best")
    return figure
