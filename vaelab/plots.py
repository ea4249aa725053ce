"""Pictures for the lessons.

Every function returns a matplotlib Figure that is already closed, so that a notebook shows it exactly once: as the
value of the cell that asked for it. Images come as the lessons keep them: (B, D) tensors of pixels in [0, 1], with D
a square number. Colours are safe for colour-blind readers, and no picture relies on colour alone.
"""

from __future__ import annotations

import functools
import math
import textwrap
from collections.abc import Callable, Mapping, Sequence
from itertools import cycle
from typing import Any, ParamSpec, Protocol

import matplotlib.pyplot as plt
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse, FancyBboxPatch
from torch import Tensor, nn

P = ParamSpec("P")


BLUE, ORANGE, GREEN, PINK, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#6E6E6E"
LINES = [(BLUE, "-"), (ORANGE, "--"), (GREEN, "-."), (PINK, ":"), ("#000000", (0, (5, 1, 1, 1)))]
CLASSES = [
    *("#332288", "#DDCC77", "#117733", "#CC6677", "#88CCEE"),
    *("#882255", "#44AA99", "#AA4499", "#999933", "#661100"),
]
MARKERS = "osD^v"
STYLE: Any = {
    "figure.facecolor": "white",
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.wspace": 0.04,
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "legend.frameon": False,
}


class CanSample(Protocol):
    """A generative model: `sample(n)` gives n images (n, D)."""

    def sample(self, n: int, /) -> Tensor: ...


def picture(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Draw in the course's style and close the figure, so that only the returned value shows it."""

    @functools.wraps(draw)
    def styled(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with plt.rc_context(STYLE):
            figure = draw(*args, **kwargs)
            plt.close(figure)
        return figure

    return styled


# Images ---------------------------------------------------------------------------------------------------------


def side_of(images: Tensor) -> int:
    """The side of the square images in a (B, D) batch; ValueError for any other shape."""
    side = math.isqrt(images.shape[1]) if images.ndim == 2 else 0
    if not len(images) or side == 0 or side * side != images.shape[1]:
        raise ValueError(f"images must have shape (B, D), D a square number, not {tuple(images.shape)}")
    return side


def mosaic(images: Tensor, columns: int, gap: int = 2) -> Tensor:
    """One picture (height, width) of all images in reading order, with NaN between them; free places are blank."""
    side, rows = side_of(images), -(-len(images) // columns)
    step = side + gap
    canvas = torch.full((rows * step - gap, columns * step - gap), math.nan, device="cpu")
    blank = images.new_zeros(rows * columns - len(images), side * side)
    for i, image in enumerate(torch.cat([images.detach(), blank]).cpu()):
        top, left = i // columns * step, i % columns * step
        canvas[top : top + side, left : left + side] = image.reshape(side, side)
    return canvas


def show(ax: Axes, images: Tensor, columns: int, gap: int = 2, between: str = "#E4E4E4") -> None:
    """Put a mosaic on bare axes: 0 is paper, 1 is ink, and what is no image gets the colour `between`."""
    ink = plt.get_cmap("gray_r").with_extremes(bad=between)
    ax.imshow(mosaic(images, columns, gap).numpy(), cmap=ink, vmin=0, vmax=1, interpolation="nearest")
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)


def label_columns(ax: Axes, titles: Sequence[str], step: int) -> None:
    """Write one short title above each column of a mosaic."""
    ax.set_xticks([(i + 0.5) * step - 1 for i in range(len(titles))], list(titles), fontsize=9)
    ax.tick_params(axis="x", length=0, labeltop=True, labelbottom=False)


def head(ax: Axes, title: str) -> None:
    """A title over images, which may be narrower than it: then it is broken into lines, none of them cut off."""
    if title:
        width = ax.get_figure(root=True).get_size_inches()[0]  # type: ignore[union-attr]
        ax.set_title(textwrap.fill(title, max(20, int(12 * (width - 1)))))


@picture
def image_grid(images: Tensor, columns: int = 10, titles: Sequence[str] | None = None, title: str = "") -> Figure:
    """Images (B, D) in reading order; `titles`, when given, is one short text above each image."""
    columns = min(columns, len(images))
    side, rows = side_of(images), -(-len(images) // columns)
    gap = 2 if titles is None else max(3, side // 3)
    figure, ax = plt.subplots(figsize=(0.8 * columns, 0.8 * rows * (side + gap) / side + 0.1))
    if titles is None:
        show(ax, images, columns, gap)
    else:
        show(ax, images, columns, gap, between="white")
        for i, text in enumerate(titles):
            left, top = i % columns * (side + gap), i // columns * (side + gap)
            ax.text(left + side / 2, top - 1, text, ha="center", va="bottom", fontsize=9)
    head(ax, title)
    return figure


@picture
def image_rows(rows: Mapping[str, Tensor], titles: Sequence[str] | None = None, title: str = "") -> Figure:
    """One labelled row of images (B, D) for each entry; `titles` names the columns, `title` the whole."""
    columns = max(len(images) for images in rows.values())
    if any(len(images) != columns for images in rows.values()):
        raise ValueError(f"every row needs the same number of images, not {[len(r) for r in rows.values()]}")
    images = torch.cat([images.detach().cpu() for images in rows.values()])
    step = side_of(images) + 2
    figure, ax = plt.subplots(figsize=(0.75 * columns + 1.2, 0.75 * len(rows) + 0.25))
    show(ax, images, columns)
    ax.set_yticks([(i + 0.5) * step - 1 for i in range(len(rows))], list(rows))
    ax.tick_params(axis="y", length=0)
    if titles is not None:
        label_columns(ax, titles, step)
    head(ax, title)
    return figure


@picture
def panels(groups: Mapping[str, tuple[Tensor, int]]) -> Figure:
    """Mosaics of equal height side by side: for each title its images (B, D) and the number of columns."""
    shapes = {title: mosaic(*group).shape for title, group in groups.items()}
    widths = [width / height for height, width in shapes.values()]
    figure, axes = plt.subplots(1, len(groups), figsize=(3.6 * sum(widths), 3.9), width_ratios=widths, squeeze=False)
    for ax, (title, (images, columns)) in zip(axes[0], groups.items(), strict=True):
        show(ax, images, columns)
        ax.set_title(title)
    return figure


def reconstructions(
    model: nn.Module, images: Tensor, title: str = "Images, and what the model makes of them"
) -> Figure:
    """Each image (B, D) above what the model makes of it; the model returns `x_hat` first."""
    with torch.no_grad():
        x_hat = model(images)[0]
    return image_rows({"original": images, "reconstruction": x_hat}, title=title)


def samples(model: CanSample, n: int = 40, title: str = "Images from codes that were drawn from the prior") -> Figure:
    """`n` images from `model.sample(n)`."""
    return image_grid(model.sample(n), title=title)


# Latent space ---------------------------------------------------------------------------------------------------


@picture
def latent_scatter(
    mu: Tensor, labels: Tensor, names: Sequence[str], log_var: Tensor | None = None, title: str = ""
) -> Figure:
    """Two-dimensional codes `mu` (N, 2) by class, over the prior's 1σ and 2σ circles.

    With `log_var` (N, 2) an ellipse around each code shows one standard deviation of its posterior.
    """
    if mu.ndim != 2 or mu.shape[1] != 2:
        raise ValueError(f"a map needs codes of shape (N, 2), not {tuple(mu.shape)}")
    figure, ax = plt.subplots(figsize=(6.4, 5.2))
    for k, name in enumerate(names):
        codes, colour = mu[labels == k].cpu(), CLASSES[k % len(CLASSES)]
        ax.scatter(codes[:, 0], codes[:, 1], s=14, c=colour, marker=MARKERS[k % len(MARKERS)], label=name, linewidths=0)
        if log_var is not None:
            widths = 2 * (log_var[labels == k] / 2).exp().cpu()
            for centre, (width, height) in zip(codes.tolist(), widths.tolist(), strict=True):
                ax.add_patch(Ellipse(centre, width, height, fill=False, color=colour, alpha=0.6, lw=1))
    for radius, label in ((1, "prior, 1σ and 2σ"), (2, None)):
        angle = torch.linspace(0, 2 * math.pi, 200)
        ax.plot(radius * angle.cos(), radius * angle.sin(), "k--", lw=0.9, label=label)
    ax.set(xlabel="$z_1$", ylabel="$z_2$", aspect="equal", title=title)
    ax.autoscale_view()
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), markerscale=1.3)
    return figure


def grid_codes(side: int, extent: float) -> Tensor:
    """Codes (side·side, 2) in reading order: z₁ grows to the right, z₂ falls going down, ±extent at the edges."""
    line = torch.linspace(-extent, extent, side)
    return torch.stack([line.repeat(side), line.flip(0).repeat_interleave(side)], dim=1)


@picture
def latent_grid(decoder: Callable[[Tensor], Tensor], side: int = 15, extent: float = 2.5, title: str = "") -> Figure:
    """What `decoder` makes of a square of two-dimensional codes, each image where its code lies."""
    with torch.no_grad():
        images = decoder(grid_codes(side, extent))
    step = side_of(images) + 2
    figure, ax = plt.subplots(figsize=(6, 6))
    show(ax, images, side)
    where, ticks = [0.5 * step - 1, side * step / 2 - 1, (side - 0.5) * step - 1], [-extent, 0, extent]
    ax.set_xticks(where, [f"{t:g}" for t in ticks])
    ax.set_yticks(where, [f"{-t:g}" for t in ticks])
    ax.set(xlabel="$z_1$", ylabel="$z_2$", title=title)
    return figure


@picture
def atlases(models: Mapping[str, tuple[Callable[[Tensor], Tensor], Tensor]], side: int = 13) -> Figure:
    """Maps side by side: for each title a decoder of two-dimensional codes, and the codes (N, 2) of some images.

    Each shows what the decoder makes of the smallest square around the origin that holds all the codes and the prior,
    with a dot for each code and the prior's circle of two standard deviations.
    """
    figure, axes = plt.subplots(1, len(models), figsize=(5.2 * len(models), 5.4), squeeze=False)
    for ax, (title, (decoder, codes)) in zip(axes[0], models.items(), strict=True):
        reach = max(codes.abs().max().item(), 2.2)
        with torch.no_grad():
            images = decoder(grid_codes(side, reach * (1 - 1 / side)))
        show(ax, images, side, gap=0)
        ax.images[0].set(extent=(-reach, reach, -reach, reach), alpha=0.45)
        ax.scatter(
            codes[:, 0], codes[:, 1], s=11, c=ORANGE, edgecolors="white", linewidths=0.3, label="code of an image"
        )
        angle = torch.linspace(0, 2 * math.pi, 200)
        ax.plot(2 * angle.cos(), 2 * angle.sin(), "--", color=BLUE, lw=2, label="the prior's 2σ")
        ticks = [-math.floor(reach), 0, math.floor(reach)]
        ax.set(xlabel="$z_1$", ylabel="$z_2$", title=title, xticks=ticks, yticks=ticks)
        ax.set(xlim=(-reach, reach), ylim=(-reach, reach))
    figure.legend(*axes[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


# Curves and distributions ---------------------------------------------------------------------------------------


@picture
def curves(
    x: Tensor,
    lines: Mapping[str, Tensor],
    *,
    xlabel: str,
    ylabel: str,
    level: tuple[str, float] | None = None,
    minima: bool = False,
    title: str = "",
) -> Figure:
    """Lines over a shared `x`; `level` is a named horizontal line, `minima` puts a dot on each line's minimum.

    The legend stands below the axes, where no line can cross it.
    """
    figure, ax = plt.subplots(figsize=(6.4, 4.2))
    for (name, y), (colour, dashes) in zip(lines.items(), cycle(LINES), strict=False):
        ax.plot(x, y, color=colour, linestyle=dashes, label=name)
        if minima:
            ax.plot(x[y.argmin()], y.min(), "o", color=colour, ms=7)
    if minima:
        ax.plot([], [], "o", color=GREY, ms=7, label="lowest point of a line")
    if level is not None:
        ax.plot(x[[0, -1]], [level[1]] * 2, color="black", lw=1.5, label=level[0])
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title)
    handles, names = ax.get_legend_handles_labels()
    columns = max(1, 78 // (max(map(len, names)) + 8))
    figure.legend(handles, names, loc="outside lower center", ncols=min(columns, len(names)))
    return figure


@picture
def loss_curves(history: Mapping[str, Sequence[float]], title: str = "") -> Figure:
    """A fit's history (lists `train` and `test`, nats per image); a dot marks the best test epoch."""
    figure, ax = plt.subplots(figsize=(6.4, 3.8))
    for (name, values), (colour, dashes) in zip(history.items(), cycle(LINES), strict=False):
        ax.plot(range(1, len(values) + 1), values, color=colour, linestyle=dashes, label=name)
    if history.get("test"):
        best = min(range(len(history["test"])), key=history["test"].__getitem__)
        ax.plot(best + 1, history["test"][best], "o", color=ORANGE, ms=7, label=f"best, epoch {best + 1}")
    ax.set(xlabel="epoch", ylabel="negative ELBO (nats per image)", title=title)
    ax.legend()
    return figure


@picture
def histograms(values: Mapping[str, Tensor], *, xlabel: str, truth: float | None = None, title: str = "") -> Figure:
    """Histograms of several sets of numbers, each on bins that suit its own range; `truth` is a vertical line."""
    figure, ax = plt.subplots(figsize=(6.4, 3.4))
    for (name, numbers), (colour, dashes) in zip(values.items(), cycle(LINES), strict=False):
        low, high = numbers.quantile(0.001).item(), numbers.quantile(0.999).item()
        counts, edges = torch.histogram(numbers.flatten().cpu(), bins=60, range=(low, high), density=True)
        ax.stairs(counts, edges, fill=True, color=colour, alpha=0.3)
        ax.stairs(counts, edges, color=colour, linestyle=dashes, label=name)
    if truth is not None:
        ax.axvline(truth, color="black", lw=1.2, label=f"true value, {truth:g}")
    ax.set(xlabel=xlabel, ylabel="density", title=title)
    ax.legend()
    return figure


@picture
def heat_map(x: Tensor, y: Tensor, values: Tensor, levels: Sequence[float], **labels: str) -> Figure:
    """`values` (len(y), len(x)) as colour with contour lines at `levels`; labels: xlabel, ylabel, title, unit.

    Lines are black where the colours are light, and white where they are dark.
    """
    figure, ax = plt.subplots(figsize=(6.4, 3.8))
    unit = labels.pop("unit", "")
    mesh = ax.pcolormesh(
        x.numpy(), y.numpy(), values.numpy(), cmap="cividis_r", vmin=0, vmax=max(levels), shading="gouraud"
    )
    inks = ["white" if level > max(levels) / 2 else "black" for level in levels]
    lines = ax.contour(x.numpy(), y.numpy(), values.numpy(), levels=list(levels), colors=inks, linewidths=1)
    ax.clabel(lines, fmt="%g")
    figure.colorbar(mesh, ax=ax, label=unit, extend="max")
    ax.set(**labels)
    return figure


@picture
def bars(values: Tensor, *, xlabel: str, ylabel: str, title: str = "") -> Figure:
    """One bar for each of the numbers (K,), numbered from 1."""
    figure, ax = plt.subplots(figsize=(6.4, 2.8))
    ax.bar(range(1, len(values) + 1), values.tolist(), color=BLUE)
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title, xticks=range(1, len(values) + 1))
    return figure


# The model at a glance ------------------------------------------------------------------------------------------


@picture
def vae_diagram() -> Figure:
    """The variational autoencoder: what flows where, with shapes and the two terms of the loss."""
    figure, ax = plt.subplots(figsize=(9.4, 3.5))
    boxes = {
        "$x$\n(B, D)": (0.0, 0, "white"),
        "encoder": (1.35, 0, "#D6E8F3"),
        "$\\mu$\n(B, L)": (2.8, 0.55, "white"),
        "$\\log\\,\\sigma^2$\n(B, L)": (2.8, -0.55, "white"),
        "$z=\\mu+\\sigma\\,\\varepsilon$\n(B, L)": (4.4, 0, "#FBE3D3"),
        "decoder": (6.0, 0, "#D6E8F3"),
        "$\\hat x$\n(B, D)": (7.35, 0, "white"),
    }
    for text, (x, y, colour) in boxes.items():
        box = FancyBboxPatch((x - 0.4, y - 0.27), 0.8, 0.54, boxstyle="round,pad=0.08", fc=colour, ec=GREY)
        ax.add_patch(box)
        ax.text(x, y, text, ha="center", va="center", fontsize=10)
    arrows = [((0.5, 0), (0.85, 0)), ((1.85, 0.15), (2.2, 0.5)), ((1.85, -0.15), (2.2, -0.5))]
    arrows += [((3.4, 0.5), (3.9, 0.15)), ((3.4, -0.5), (3.9, -0.15)), ((4.9, 0), (5.5, 0)), ((6.5, 0), (6.85, 0))]
    arrows += [((4.4, -0.85), (4.4, -0.38))]
    for start, end in arrows:
        ax.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": GREY})
    ax.text(4.4, -1.02, "$\\varepsilon\\sim N(0, I)$", ha="center", va="center", fontsize=10)
    dashed: Any = {"color": ORANGE, "ls": "--", "lw": 1.3}
    frame = FancyBboxPatch((2.3, -0.93), 1.0, 1.86, boxstyle="round,pad=0.08", fill=False, **dashed)
    ax.add_patch(frame)
    ax.text(2.8, 1.16, "KL of these two to the prior: what the code costs", ha="center", color=ORANGE)
    ax.plot([0, 0, 7.35, 7.35], [-0.38, -1.4, -1.4, -0.38], **dashed)
    ax.text(3.7, -1.68, "reconstruction: what $\\hat x$ gets wrong about $x$", ha="center", va="center", color=ORANGE)
    ax.set(xlim=(-0.6, 8.0), ylim=(-1.85, 1.4), aspect="equal")
    ax.axis("off")
    return figure


def titled(figure: Figure, title: str) -> Figure:
    """The same picture with a title over the whole of it."""
    figure.set_figheight(figure.get_figheight() + 0.35)
    figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    return figure
