"""Pictures for the lesson on likelihoods: what losses say about a pixel, how σ follows errors, a bill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from vaelab.beta_plots import label_rows
from vaelab.plots import BLUE, GREEN, GREY, LINES, MARKERS, ORANGE, picture

LIGHT = "#B8B8B8"


@picture
def costs(values: Mapping[str, float], unit: str, title: str, level: tuple[str, float]) -> Figure:
    """One horizontal bar for each description, with its number; `level` is a named vertical line."""
    figure, ax = plt.subplots(figsize=(7.2, 0.5 * len(values) + 1.4))
    places = range(len(values))
    ax.barh(places, list(values.values()), color=BLUE, height=0.6)
    for place, value in zip(places, values.values(), strict=True):
        ax.text(value, place, f"{value:.2f} ", va="center", ha="right", color="white", fontsize=9)
    ax.axvline(level[1], color=ORANGE, linestyle="--", lw=1.5, label=level[0])
    ax.set_yticks(places, list(values))
    ax.set(xlabel=unit, title=title, xlim=(0, 1.15 * max(*values.values(), level[1])))
    ax.invert_yaxis()
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.28))
    return figure


@picture
def densities(sigmas: Mapping[str, float], title: str, mean: float = 0.5) -> Figure:
    """Gaussian densities of one pixel around `mean`, each over its own height, and the range that pixels have."""
    figure, ax = plt.subplots(figsize=(7.2, 3.8))
    x = torch.linspace(-2.5, 3.5, 601)
    ax.axvspan(0, 1, color=LIGHT, alpha=0.4, lw=0, label="where pixels are")
    for (name, sigma), (colour, dashes) in zip(sigmas.items(), LINES, strict=False):
        ax.plot(x, (-((x - mean) ** 2) / (2 * sigma**2)).exp(), color=colour, linestyle=dashes, lw=2, label=name)
    ax.set(xlabel="value of the pixel", ylabel="density, as a share of its peak", title=title, ylim=(0, 1.08))
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return figure


@picture
def strips(rows: Mapping[str, Tensor], title: str, notes: Sequence[str] = ()) -> Figure:
    """Rows of images (B, D) under a title, named on the left, with short `notes` on the right; 0 and 1 are the ends."""
    columns = len(next(iter(rows.values())))
    figure, ax = plt.subplots(figsize=(0.7 * columns + 1.9 + (1.9 if notes else 0), 0.7 * len(rows) + 0.5))
    label_rows(ax, {name: row.clamp(0, 1) for name, row in rows.items()}, notes)
    ax.set_title(title)
    return figure


@picture
def over_sigma(sigmas: Tensor, lines: Mapping[str, Tensor], assumed: Mapping[str, float], title: str) -> Figure:
    """Nats per image over σ for each model; a dot at the best σ, a cross at the one that its loss assumed."""
    figure, ax = plt.subplots(figsize=(7.2, 4.4))
    for (name, line), (colour, dashes) in zip(lines.items(), LINES, strict=False):
        ax.plot(sigmas, line, color=colour, linestyle=dashes, label=name)
        ax.plot(sigmas[line.argmin()], line.min(), "o", color=colour, ms=7)
        here = int((sigmas - assumed[name]).abs().argmin())
        ax.plot(sigmas[here], line[here], "X", color=colour, ms=9)
    ax.plot([], [], "o", color=GREY, ms=7, label="best σ")
    ax.plot([], [], "X", color=GREY, ms=9, label="assumed σ")
    lowest = min(float(line.min()) for line in lines.values())
    ax.set(xscale="log", xlabel="σ", ylabel="Gaussian term (nats per image)", title=title, ylim=(lowest - 300, 4000))
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return figure


@picture
def drowning(errors: Tensor, cosines: Tensor, eta: float) -> Figure:
    """The cosine between the gradients with and without noise, measured (dots) and derived (line), over the error."""
    figure, ax = plt.subplots(figsize=(6.4, 3.8))
    fine = torch.logspace(float(errors.min().log10()), float(errors.max().log10()), 200)
    ax.plot(fine, 1 / (1 + (eta / fine) ** 2).sqrt(), color=BLUE, label="1/√(1 + η²/r²)")
    ax.plot(errors, cosines, "o", color=ORANGE, ms=6, label="measured, 64 images")
    ax.axvline(eta, color=GREY, linestyle="--", lw=1.2, label=f"η = {eta:g}")
    ax.set(
        xscale="log",
        ylim=(0, 1.05),
        xlabel="error r of a pixel (root mean square)",
        ylabel="cosine of the angle",
        title="How much of the noisy gradient is the gradient",
    )
    ax.legend()
    return figure


@picture
def chase(paths: Mapping[str, Sequence[tuple[float, float]]], title: str) -> Figure:
    """σ (lines) and the root mean square error (dots) after each epoch, in a colour for each training."""
    figure, ax = plt.subplots(figsize=(6.8, 4.0))
    for i, (name, path) in enumerate(paths.items()):
        colour, dashes = LINES[i % len(LINES)]
        epochs = range(1, len(path) + 1)
        ax.plot(epochs, [sigma for sigma, _ in path], color=colour, linestyle=dashes, label=f"σ, {name}")
        errors = [error for _, error in path]
        ax.plot(epochs, errors, MARKERS[i % len(MARKERS)], color=colour, ms=5, label=f"error, {name}")
    ax.set(yscale="log", xlabel="epoch", ylabel="in units of a pixel", title=title)
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return figure


@picture
def continuous_bernoulli(lam: Tensor, log_norm: Tensor) -> Figure:
    """log C over λ on the left; on the right densities of a pixel with C (lines) and without it (thin)."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.8))
    left.plot(lam, log_norm, color=BLUE, label="log C(λ)")
    left.axhline(float(torch.tensor(2.0).log()), color=GREY, linestyle="--", lw=1.2, label="log 2")
    left.set(xlabel="λ", ylabel="nats per pixel", title="The constant that the cross-entropy lacks", ylim=(0, None))
    left.legend()
    x = torch.linspace(0, 1, 201)
    for wanted, (colour, dashes) in zip((0.1, 0.5, 0.8), LINES, strict=False):
        place = int((lam - wanted).abs().argmin())
        plain = lam[place] ** x * (1 - lam[place]) ** (1 - x)
        right.plot(x, log_norm[place].exp() * plain, color=colour, linestyle=dashes, lw=2, label=f"λ = {wanted:g}")
        right.plot(x, plain, color=colour, linestyle=dashes, lw=0.8)
    right.set(xlabel="value of the pixel", ylabel="density", ylim=(0, None))
    right.set_title("With C (thick) the area is 1, without it (thin) less")
    right.legend()
    return figure


def draw_bill(ax: Axes, steps: Mapping[str, float | None]) -> None:
    """A running sum from top to bottom: a bar for each addend, and one from 0 for each None, which is a sum so far."""
    total = 0.0
    for place, addend in enumerate(steps.values()):
        start, width = (0.0, total) if addend is None else (total, addend)
        colour = GREY if addend is None else ORANGE if addend > 0 else GREEN
        ax.barh(place, width, left=start, color=colour, height=0.62)
        end = max(start, start + width)
        shown = f" {width:,.0f}" if addend is None else f" {width:+,.0f}"
        ax.text(end, place, shown.replace("-", "−"), va="center", fontsize=9)
        total += addend or 0.0
    ax.axvline(0, color="black", lw=0.8)
    ax.set_yticks(range(len(steps)), list(steps))
    ax.tick_params(axis="y", length=0)
    ax.invert_yaxis()
    low, high = ax.get_xlim()
    ax.set(xlabel="nats per image", xlim=(low, high + 0.16 * (high - low)))


@picture
def images_and_bill(
    rows: Mapping[str, Tensor], notes: Sequence[str], steps: Mapping[str, float | None], left: str, right: str
) -> Figure:
    """Labelled rows of images (B, D) with notes on the left, and a bill, a running sum of `steps`, on the right."""
    figure, (images, bill) = plt.subplots(1, 2, figsize=(13, 4.2), width_ratios=[1.45, 1])
    label_rows(images, rows, notes)
    images.set_title(left)
    draw_bill(bill, steps)
    bill.set_title(right)
    return figure
