"""Small drawings as SVG, for what changes while a reader moves a control: images, a curve, bars, a place on a map.

Letters and axes have the colour of the text around them, so that a drawing can be read in the light and in the dark.
"""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image
from torch import Tensor

from vaelab.plots import BLUE, ORANGE, side_of

SHADES = 15  # grey levels above white: few, so that a table of a hundred images stays small


def svg(size: tuple[float, float], content: str, words: str) -> str:
    """A drawing of this size in pixels (smaller where there is less room); `words` say what it shows."""
    width, height = size
    look = 'style="max-width:100%;height:auto;image-rendering:pixelated;font:13px sans-serif;fill:currentColor"'
    box = f'viewBox="0 0 {width:g} {height:g}" width="{width:g}"'
    return f'<svg {box} role="img" aria-label="{html.escape(words)}" {look}>{content}</svg>'


def text(x: float, y: float, words: str, anchor: str = "middle") -> str:
    return f'<text x="{x:.4g}" y="{y:.4g}" text-anchor="{anchor}">{html.escape(words)}</text>'


def images(pixels: Tensor, x: float, y: float, side: float) -> str:
    """Images (B, D) in a row that begins at (x, y), each a square of this side."""
    size = side_of(pixels)
    shades = 255 - (pixels.detach().cpu().clamp(0, 1) * SHADES).round() * (255 // SHADES)
    drawn = [_png(image.reshape(size, size)) for image in shades]
    return "".join(
        f'<image x="{x + i * (side + 4):g}" y="{y:g}" width="{side:g}" height="{side:g}" '
        f'href="data:image/png;base64,{png}"/>'
        for i, png in enumerate(drawn)
    )


def prior(extent: float, x: float, y: float, side: float) -> str:
    """The square of codes of two numbers from −extent to extent, with the prior's 1σ and 2σ circles."""
    unit, middle = side / 2 / extent, (x + side / 2, y + side / 2)
    circles = (
        f'<circle cx="{middle[0]:g}" cy="{middle[1]:g}" r="{radius * unit:.4g}" stroke-dasharray="4 3"/>'
        for radius in (1, 2)
        if radius <= extent
    )
    return (
        f'<g fill="none" stroke="currentColor"><rect x="{x:g}" y="{y:g}" width="{side:g}" height="{side:g}"/>'
        f"{''.join(circles)}</g>"
    )


def dot(x: float, y: float, radius: float = 7, colour: str = ORANGE) -> str:
    return f'<circle cx="{x:.4g}" cy="{y:.4g}" r="{radius:g}" fill="{colour}"/>'


@dataclass(frozen=True)
class Curve:
    """A curve through points (x, y), in a drawing of this size with its axes at the left and at the bottom."""

    points: Sequence[tuple[float, float]]
    size: tuple[float, float]

    def line(self) -> str:
        """The axes, and the curve with a dot on each point."""
        width, height = self.size
        dots = [self._at(*point) for point in self.points]
        through = " L".join(f"{x:.4g} {y:.4g}" for x, y in dots)
        return (
            f'<g fill="none" stroke-width="2"><path d="M1 0V{height - 1:g}H{width:g}" stroke="currentColor"/>'
            f'<path d="M{through}" stroke="{BLUE}"/></g>'
        ) + "".join(dot(x, y, 3, BLUE) for x, y in dots)

    def mark(self, here: int, slope: float) -> str:
        """One of the points, and the line of this slope through it."""
        (x, y), (across, up) = self.points[here], self._spans()
        reach = min(0.2 * across, 0.2 * up / (abs(slope) or 1.0))
        (x1, y1), (x2, y2) = (self._at(x + step, y + slope * step) for step in (-reach, reach))
        ends = f'x1="{x1:.4g}" y1="{y1:.4g}" x2="{x2:.4g}" y2="{y2:.4g}"'
        return f'<line {ends} stroke="{ORANGE}" stroke-width="3"/>{dot(*self._at(x, y))}'

    def _spans(self) -> tuple[float, float]:
        xs, ys = zip(*self.points, strict=True)
        return max(xs) - min(xs) or 1.0, max(ys) - min(ys) or 1.0

    def _at(self, x: float, y: float) -> tuple[float, float]:
        (width, height), (across, up), room = self.size, self._spans(), 24
        left, bottom = (min(values) for values in zip(*self.points, strict=True))
        right = room + (x - left) / across * (width - 2 * room)
        return right, height - room - (y - bottom) / up * (height - 2 * room)


def bars(shares: Sequence[float], size: tuple[float, float]) -> str:
    """Bars of shares between 0 and 1, numbered from 0, each with its height in hundredths above it."""
    (width, height), step = size, size[0] / len(shares)
    base = height - 18
    return f'<path d="M0 {base:g}H{width:g}" stroke="currentColor"/>' + "".join(
        f'<rect x="{i * step + 4:.4g}" y="{base - share * (base - 16):.4g}" width="{step - 8:.4g}" '
        f'height="{share * (base - 16):.4g}" fill="{BLUE}"/>'
        + text((i + 0.5) * step, base - share * (base - 16) - 4, f"{share:.2f}")
        + text((i + 0.5) * step, height - 4, str(i))
        for i, share in enumerate(shares)
    )


def _png(shades: Tensor) -> str:
    """A grey image (H, W) of levels from 0 to 255, as PNG in base64."""
    content = io.BytesIO()
    Image.fromarray(shades.byte().numpy(), "L").save(content, "PNG", optimize=True)
    return base64.b64encode(content.getvalue()).decode()
