"""Pictures that a reader can turn: what a model makes of every setting, as a table that needs the model no more.

Each function asks the model once for every setting and returns an Explorer, the value of the cell that asked for it. It
is shown with sliders and lists where ipywidgets is installed, which the keyboard moves, too, and as a still picture
everywhere else. Images come as the lessons keep them: (B, D) tensors of pixels in [0, 1].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

from vaelab import beta_plots, cluster_plots, plots
from vaelab._drawing import Curve, bars, dot, images, prior, text
from vaelab._explorer import TABLE, Control, Explorer, Frame

__all__ = ["TABLE", "choose_label", "frontier", "latent_walk", "mix_styles", "temperature"]

_SIDE = 168  # pixels of an image that is shown by itself
_WIDTH = 340  # pixels of rows, curves and bars: no more than a phone has


def latent_walk(decoder: Callable[[Tensor], Tensor], side: int = 11, extent: float = 2.5, title: str = "") -> Explorer:
    """Walk over a square of two-dimensional codes: what `decoder` makes of the place where you are.

    decoder: codes (B, 2) to pixel means (B, D); side: places along each axis, from −extent to extent.
    """
    codes = plots.grid_codes(side, extent)
    with torch.no_grad():
        decoded = decoder(codes)
    line = [_number(value) for value in torch.linspace(-extent, extent, side).tolist()]
    left, step = _SIDE + 12, _SIDE / 2 / extent
    frames = []
    for across in range(side):
        for up in range(side):
            index = (side - 1 - up) * side + across  # codes are in reading order, from the top
            (z1, z2), image = codes[index].tolist(), images(decoded[index : index + 1], 0, 1, _SIDE)
            here = dot(left + _SIDE / 2 + z1 * step, 1 + _SIDE / 2 - z2 * step)
            frames.append(Frame(image + here, f"What the decoder makes of z₁ = {line[across]}, z₂ = {line[up]}"))
    still = plots.latent_grid(decoder, side=16, extent=extent, title=title)
    controls = [Control("z₁", line, side // 2), Control("z₂", line, side // 2)]
    return Explorer(title, still, (left + _SIDE + 1, _SIDE + 2), controls, frames, prior(extent, left, 1, _SIDE))


def frontier(
    points: Sequence[beta_plots.Point], made: Sequence[Tensor], tangents: Sequence[float] = (), title: str = ""
) -> Explorer:
    """Turn β: where its model lies in the rate-distortion plane, and some of the images that it makes.

    points: (β, rate, distortion) of each model, in nats per image; made: images (B, D) of each; tangents: the β at
    which the still picture shows the slope.
    """
    curve = Curve([(rate, distortion) for _, rate, distortion in points], (_WIDTH, 200))
    axes = text(_WIDTH, 215, "rate R →", "end") + text(8, 12, "↑ distortion D", "start")
    side = _WIDTH / len(made[0]) - 4
    frames = []
    for here, ((beta, rate, distortion), row) in enumerate(zip(points, made, strict=True)):
        words = f"β = {beta:g}: rate R = {rate:.1f}, distortion D = {distortion:.1f} nats per image"
        frames.append(Frame(curve.mark(here, slope=-beta) + images(row, 0, 226, side), words))
    still = beta_plots.frontier(points, tangents, title)
    controls = [Control("β", [f"{beta:g}" for beta, *_ in points], len(points) // 2)]
    return Explorer(title, still, (_WIDTH, 226 + side), controls, frames, axes + curve.line())


def mix_styles(
    decode: Callable[[Tensor, int], Tensor], styles: Tensor, classes: Sequence[str], steps: int = 11, title: str = ""
) -> Explorer:
    """Mix two styles, under any label: codes on the straight line from one to the other.

    decode: codes (B, L) and the number of a class to pixel means (B, D); styles: the two codes (2, L); classes: the
    names of all classes; steps: places on the line, both ends included.
    """
    amounts = torch.linspace(0, 1, steps)
    mixed = torch.stack([styles[0].lerp(styles[1], amount) for amount in amounts])
    with torch.no_grad():
        rows = {name: decode(mixed, k) for k, name in enumerate(classes)}
    shares = [f"{amount:.0%}" for amount in amounts.tolist()]
    frames = []
    for name, row in rows.items():
        for i, share in enumerate(shares):
            image = images(row[i : i + 1], 0, 0, _SIDE)
            frames.append(Frame(image, f"Class {name}, with {share} of the second style"))
    still = plots.titled(plots.image_rows(rows, titles=shares), title)
    controls = [Control("class", classes, is_choice=True), Control("second style", shares, steps // 2)]
    return Explorer(title, still, (_SIDE, _SIDE), controls, frames)


def choose_label(real: Mapping[str, Tensor], relabelled: Tensor, classes: Sequence[str], title: str = "") -> Explorer:
    """Choose a label: some images, and what becomes of all of them under it.

    real: an image (D,) under each name; relabelled: these images under each label (B, C, D); classes: names (C).
    """
    originals = torch.stack(list(real.values()))
    side = _WIDTH / len(originals) - 4
    frames = [
        Frame(images(relabelled[:, k], 0, side + 10, side), f"Above, real images; below, their styles as class {name}")
        for k, name in enumerate(classes)
    ]
    rows = {name: torch.cat([image[None], made]) for (name, image), made in zip(real.items(), relabelled, strict=True)}
    still = plots.titled(plots.image_rows(rows, titles=["real", *classes]), title)
    controls = [Control("label", classes, is_choice=True)]
    return Explorer(title, still, (_WIDTH, 2 * side + 10), controls, frames, images(originals, 0, 0, side))


def temperature(samples: Mapping[float, Tensor], shown: Sequence[float], draws: int = 4, title: str = "") -> Explorer:
    """Turn the temperature of a soft die: what becomes of a throw whose noise stays the same.

    samples: points of the simplex (N, C) at each temperature, a row for each throw; shown: the temperatures of the
    still picture; draws: how many of the throws can be looked at.
    """
    taus = [f"{tau:g}" for tau in samples]
    frames = []
    for draw in range(draws):
        for tau, rows in zip(taus, samples.values(), strict=True):
            shares = rows[draw].tolist()
            face = max(range(len(shares)), key=shares.__getitem__)
            words = f"τ = {tau}, draw {draw}: the largest entry is {shares[face]:.2f}, of face {face}"
            frames.append(Frame(bars(shares, (_WIDTH, 200)), words))
    still = cluster_plots.simplex(
        {f"τ = {tau:g}": samples[tau] for tau in shown},
        xlabel="face",
        ylabel="draw",
        label="entry of the sample",
        title=title,
    )
    controls = [
        Control("draw", [str(draw) for draw in range(draws)], is_choice=True),
        Control("τ", taus, len(taus) // 2),
    ]
    return Explorer(title, still, (_WIDTH, 200), controls, frames)


def _number(value: float) -> str:
    """A coordinate as it is read, with a real minus sign."""
    return f"{value:.1f}".replace("-", "−")
