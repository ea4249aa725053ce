"""Pictures of conditional models: the diagram, classes side by side, and who is taken for whom.

As in `vaelab.plots`, images are (B, D) tensors of pixels in [0, 1], and every function returns a closed Figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle

import matplotlib.pyplot as plt
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse, FancyBboxPatch
from torch import Tensor

from vaelab.plots import BLUE, CLASSES, GREY, LINES, MARKERS, ORANGE, picture, show, side_of, titled

LABEL = "#FBF1C7"


@picture
def cvae_diagram() -> Figure:
    """The conditional VAE: the label joins both inputs, and each of the two losses is tied to what it compares."""
    figure, ax = plt.subplots(figsize=(9.4, 4.0))
    boxes = {
        "$x$\n(B, D)": (0.0, 0.0, "white"),
        "encoder": (1.6, 0.0, "#D6E8F3"),
        "$\\mu$\n(B, L)": (3.2, 0.5, "white"),
        "$\\log\\,\\sigma^2$\n(B, L)": (3.2, -0.5, "white"),
        "$z=\\mu+\\sigma\\,\\varepsilon$\n(B, L)": (4.9, 0.0, "#FBE3D3"),
        "decoder": (6.5, 0.0, "#D6E8F3"),
        "$\\hat x$\n(B, D)": (8.0, 0.0, "white"),
        "one-hot label $c$\n(B, C)": (4.05, -1.85, LABEL),
    }
    for text, (x, y, colour) in boxes.items():
        half = 0.75 if "label" in text else 0.4
        ax.add_patch(
            FancyBboxPatch((x - half, y - 0.27), 2 * half, 0.54, boxstyle="round,pad=0.08", fc=colour, ec=GREY)
        )
        ax.text(x, y, text, ha="center", va="center", fontsize=10)
    arrows = [((0.5, 0), (1.1, 0)), ((2.1, 0.15), (2.55, 0.4)), ((2.1, -0.15), (2.55, -0.4))]
    arrows += [((3.85, 0.4), (4.4, 0.15)), ((3.85, -0.4), (4.4, -0.15)), ((5.4, 0), (6.0, 0)), ((7.0, 0), (7.5, 0))]
    arrows += [((4.9, -0.85), (4.9, -0.38))]
    for start, end in arrows:
        ax.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": GREY})
    ax.text(4.9, -1.0, "$\\varepsilon\\sim N(0, I)$", ha="center", va="center", fontsize=10)
    for side, middle in ((3.2, 1.6), (4.9, 6.5)):
        ax.plot([side, middle], [-1.85, -1.85], color=ORANGE, lw=2, solid_capstyle="projecting")
        arrow = {"arrowstyle": "->", "color": ORANGE, "lw": 2, "shrinkA": 0}
        ax.annotate("", (middle, -0.38), (middle, -1.85), arrowprops=arrow)
    around = FancyBboxPatch((2.72, -0.88), 0.96, 1.76, boxstyle="round,pad=0.08", fc="none", ec=BLUE, ls="--", lw=1.3)
    ax.add_patch(around)
    ax.text(3.2, 1.05, "KL of these two to the prior, the same for every class", ha="center", va="bottom", color=BLUE)
    ax.plot([0.0, 0.0, 8.0, 8.0], [0.42, 1.65, 1.65, 0.42], color=BLUE, lw=1.3, ls="--")
    ax.text(4.0, 1.73, "reconstruction: what $\\hat x$ gets wrong about $x$", ha="center", va="bottom", color=BLUE)
    ax.set(xlim=(-0.6, 8.6), ylim=(-2.3, 2.1), aspect="equal")
    ax.set_title("The label (orange) enters twice; the two losses (blue) are those of lesson 1")
    ax.axis("off")
    return figure


@picture
def lines(
    x: Tensor,
    values: Mapping[str, Tensor],
    *,
    xlabel: str,
    ylabel: str,
    title: str,
    level: tuple[str, float] | None = None,
) -> Figure:
    """Lines over a shared `x` with their names below the axes, so that no name lies on a line."""
    figure, ax = plt.subplots(figsize=(7.2, 4.0))
    for (name, y), (colour, dashes) in zip(values.items(), cycle(LINES), strict=False):
        ax.plot(x, y, color=colour, linestyle=dashes, lw=1.8, label=name)
    if level is not None:
        ax.axhline(level[1], color=GREY, lw=1.0, label=level[0])
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title)
    figure.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


@picture
def class_mosaics(images: Mapping[str, Tensor], side: int, extent: float | None = None, columns: int = 5) -> Figure:
    """One square mosaic of side·side images (side·side, D) for each class; `extent` labels the axes of the codes."""
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    width = 2.5 if columns > 2 else 4.4
    figure, axes = plt.subplots(rows, columns, figsize=(width * columns, (width + 0.25) * rows), squeeze=False)
    for ax in axes.flat[len(images) :]:
        ax.axis("off")
    for ax, (name, grid) in zip(axes.flat, images.items(), strict=False):
        show(ax, grid, side, gap=1)
        ax.set_title(name)
        if extent is not None:
            _code_axes(ax, side, side_of(grid) + 1, extent)
    return figure


def _code_axes(ax: Axes, side: int, step: int, extent: float) -> None:
    """Ticks at the codes of the first and last image of each axis."""
    where = [0.5 * step - 0.5, (side - 0.5) * step - 0.5]
    ax.set_xticks(where, [f"{-extent:g}", f"{extent:g}"], fontsize=8)
    ax.set_yticks(where, [f"{extent:g}", f"{-extent:g}"], fontsize=8)
    ax.set_xlabel("$z_1$", labelpad=-6)
    ax.set_ylabel("$z_2$", labelpad=-10)


@picture
def maps(
    codes: Mapping[str, Tensor], labels: Tensor, names: Sequence[str], reach: float = 3.5, unit: str = ""
) -> Figure:
    """Two-dimensional codes (N, 2) of the same images in several models, side by side, on the same axes.

    The circles are one and two standard deviations of the prior. Codes in another `unit` than the prior's get none.
    """
    size = (4.7 * len(codes) + 1.2, 4.6)
    figure, grid = plt.subplots(1, len(codes), figsize=size, sharex=True, sharey=True, squeeze=False)
    axes = list(grid.flat)
    for ax, (title, mu) in zip(axes, codes.items(), strict=True):
        for k, name in enumerate(names):
            style = {"c": CLASSES[k % len(CLASSES)], "marker": MARKERS[k % len(MARKERS)], "linewidths": 0}
            ax.scatter(*mu[labels == k].cpu().T, s=11, label=name, **style)
        if not unit:
            _prior(ax)
        ax.set(xlabel=f"$z_1$ {unit}", title=title, xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    axes[0].set_ylabel(f"$z_2$ {unit}")
    axes[-1].legend(loc="center left", bbox_to_anchor=(1, 0.5), markerscale=1.8)
    return figure


@picture
def codes_by_class(mu: Tensor, labels: Tensor, names: Sequence[str], reach: float = 3.5) -> Figure:
    """Codes (N, 2): one panel for each class, the others pale behind it, all on the same axes."""
    columns = 5
    rows = -(-len(names) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(12, 2.9 * rows), sharex=True, sharey=True, squeeze=False)
    for k, (ax, name) in enumerate(zip(axes.flat, names, strict=False)):
        own = labels == k
        ax.scatter(*mu[~own].cpu().T, s=3, c="#D9D9D9", linewidths=0)
        ax.scatter(*mu[own].cpu().T, s=6, c=BLUE, linewidths=0)
        _prior(ax)
        centre, spread = mu[own].mean(0), mu[own].std(0)
        said = f"mean {centre[0]:.1f}, {centre[1]:.1f}; std {spread[0]:.1f}, {spread[1]:.1f}"
        ax.set_title(f"{name}\n{said}", fontsize=9)
        ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    figure.supxlabel("$z_1$")
    figure.supylabel("$z_2$")
    return figure


def _prior(ax: Axes) -> None:
    """The prior's circles of one and two standard deviations."""
    for radius in (1, 2):
        ax.add_patch(Ellipse((0, 0), 2 * radius, 2 * radius, fill=False, color="black", ls="--", lw=0.8))


@picture
def spreads(panels: Mapping[str, Mapping[str, Sequence[float]]], *, title: str) -> Figure:
    """A panel for each quantity: a row for each named arrangement, a dot for each run, and a bar at their mean."""
    rows = list(next(iter(panels.values())))
    figure, axes = plt.subplots(1, len(panels), figsize=(9.4, 0.5 * len(rows) + 1.5), sharey=True, squeeze=False)
    for ax, (xlabel, runs) in zip(axes[0], panels.items(), strict=True):
        for row, values in enumerate(runs.values()):
            mean = sum(values) / len(values)
            ax.plot(values, [row] * len(values), "o", color=BLUE, ms=6, alpha=0.6, mew=0)
            ax.plot([mean, mean], [row - 0.25, row + 0.25], color=ORANGE, lw=2.5)
            ax.annotate(f"{mean:.1f}", (mean, row - 0.3), ha="center", va="bottom", fontsize=9)
            ax.axhline(row, color="#E4E4E4", lw=0.8, zorder=0)
        ax.margins(x=0.12)
        ax.set(xlabel=xlabel, ylim=(len(rows) - 0.5, -0.8))
    axes[0][0].set_yticks(range(len(rows)), rows)
    return titled(figure, title)


@picture
def confusion(asked: Tensor, seen: Tensor, names: Sequence[str]) -> Figure:
    """How often a judge saw which class (columns) in images of the class that was asked for (rows), in per cent."""
    counts = torch.zeros(len(names), len(names))
    counts.index_put_((asked, seen), torch.ones(len(asked)), accumulate=True)
    share = 100 * counts / counts.sum(1, keepdim=True).clamp_min(1)
    figure, ax = plt.subplots(figsize=(6.4, 5.4))
    ax.imshow(share, cmap="Blues", vmin=0, vmax=100)
    for row, column in (share >= 0.5).nonzero().tolist():
        value = share[row, column].item()
        colour = "white" if value > 55 else "black"
        ax.text(column, row, f"{value:.0f}", ha="center", va="center", color=colour, fontsize=9)
    ax.set_xticks(range(len(names)), list(names), rotation=45, ha="right")
    ax.set_yticks(range(len(names)), list(names))
    ax.set(
        xlabel="class that the judge saw",
        ylabel="class that was asked for",
        title="What the judge saw, in per cent of each row",
    )
    ax.spines[:].set_visible(False)
    return figure
