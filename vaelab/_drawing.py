"""Small drawings as SVG, for what changes while a reader moves a control: images, a curve, bars, a place on a map.

Letters and axes have the colour of the text around them, so that a drawing can be read in the light and in the dark.
"""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Sequence

from PIL import Image
from torch import Tensor

from vaelab.plots import BLUE, ORANGE, side_of

SHADES = 15  # grey levels above white: few, so that a table of a hundred images stays small


def drawing(width: float, height: float, words: str, parts: Sequence[str]) -> str:
    """The parts as one SVG of this size in pixels, narrower where there is less room; `words` say what it shows."""
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" role="img" aria-label="{html.escape(words)}" '
        f'style="max-width:100%;height:auto" font-size="12" font-family="sans-serif" fill="currentColor">'
        f"{''.join(parts)}</svg>"
    )


def text(x: float, y: float, words: str, anchor: str = "middle") -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}">{html.escape(words)}</text>'


def images(pixels: Tensor, x: float, y: float, side: float) -> str:
    """Images (B, D) in a row that begins at (x, y), each a square of this side."""
    size = side_of(pixels)
    shades = 255 - (pixels.detach().cpu().clamp(0, 1) * SHADES).round() * (255 // SHADES)
    drawn = [_png(image.reshape(size, size)) for image in shades]
    return "".join(
        f'<image x="{x + i * (side + 4):g}" y="{y:g}" width="{side:g}" height="{side:g}" '
        f'style="image-rendering:pixelated" href="data:image/png;base64,{png}"/>'
        for i, png in enumerate(drawn)
    )


def place(z: Sequence[float], extent: float, x: float, y: float, side: float) -> str:
    """Where a code of two numbers lies in the square from −extent to extent, with the prior's 1σ and 2σ circles."""
    unit, middle = side / 2 / extent, (x + side / 2, y + side / 2)
    circles = (
        f'<circle cx="{middle[0]:g}" cy="{middle[1]:g}" r="{radius * unit:.4g}" stroke-dasharray="4 3"/>'
        for radius in (1, 2)
        if radius <= extent
    )
    return (
        f'<g fill="none" stroke="currentColor"><rect x="{x:g}" y="{y:g}" width="{side:g}" height="{side:g}"/>'
        f"{''.join(circles)}</g>"
        f'<circle cx="{middle[0] + z[0] * unit:.4g}" cy="{middle[1] - z[1] * unit:.4g}" r="6" fill="{ORANGE}"/>'
    )


def curve(points: Sequence[tuple[float, float]], here: int, slope: float, size: tuple[float, float]) -> str:
    """A curve through points (x, y), one of them marked, with the line of this slope through it; axes at the edges."""
    (left, bottom), (width, height) = map(min, zip(*points, strict=True)), size
    across, up = (
        max(values) - low or 1.0 for values, low in zip(zip(*points, strict=True), (left, bottom), strict=True)
    )
    room = 20

    def at(x: float, y: float) -> tuple[float, float]:
        return room + (x - left) / across * (width - 2 * room), height - room - (y - bottom) / up * (height - 2 * room)

    dots = [at(*point) for point in points]
    reach = min(0.2 * across, 0.2 * up / (abs(slope) or 1.0))
    x, y = points[here]
    ends = [at(x + step, y + slope * step) for step in (-reach, reach)]
    return (
        f'<g fill="none"><path d="M1 0V{height - 1:g}H{width:g}" stroke="currentColor"/>'
        f'<path d="M{" L".join(f"{a:.4g} {b:.4g}" for a, b in ends)}" stroke="{ORANGE}" stroke-width="3"/>'
        f'<path d="M{" L".join(f"{a:.4g} {b:.4g}" for a, b in dots)}" stroke="{BLUE}" stroke-width="2"/></g>'
        + "".join(f'<circle cx="{a:.4g}" cy="{b:.4g}" r="3" fill="{BLUE}"/>' for a, b in dots)
        + f'<circle cx="{dots[here][0]:.4g}" cy="{dots[here][1]:.4g}" r="7" fill="{ORANGE}"/>'
    )


def bars(shares: Sequence[float], width: float, height: float) -> str:
    """Bars of shares between 0 and 1, numbered from 0, each with its height in hundredths above it."""
    step, base = width / len(shares), height - 18
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
