"""The distribution of a lesson's points as an SVG that stands in a page, on light and on dark paper."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from grader.render.view import counted

_BIN = 10
_INK, _BARS = "#123456", "#0072b2"  # the first only stands for the colour of the page's text
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.size": 10,
    "text.color": _INK,
    "axes.edgecolor": _INK,
    "axes.labelcolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
}


def bins(shares: Sequence[float]) -> list[int]:
    """How many of the shares, in per cent, lie in each ten of a hundred; 100 and more in the last."""
    counts = [0] * (100 // _BIN)
    for share in shares:
        counts[max(0, min(int(share) // _BIN, len(counts) - 1))] += 1
    return counts


def in_words(shares: Sequence[float]) -> str:
    """What the histogram shows, for those who cannot see it."""
    said = (
        f"{_BIN * number} to {_BIN * number + _BIN} %: {count}" for number, count in enumerate(bins(shares)) if count
    )
    return f"Histogram of points for {counted(len(shares), 'submission')}. {', '.join(said)}."


def histogram_svg(shares: Sequence[float], median: float) -> Markup:
    """The histogram, with the number of submissions on each bar and a line at the median."""
    import matplotlib as mpl  # takes a second, and only a report needs it
    from matplotlib.figure import Figure

    alternative = in_words(shares)
    with mpl.rc_context(_STYLE | {"svg.hashsalt": alternative}):
        figure = Figure(figsize=(7, 2.2), layout="constrained")
        axes = figure.subplots()
        edges = range(0, 100, _BIN)
        bars = axes.bar(edges, bins(shares), width=_BIN - 1, align="edge", color=_BARS)
        axes.bar_label(bars, labels=[str(count or "") for count in bins(shares)], padding=1)
        axes.axvline(min(max(median, 0), 100), color=_INK, linestyle="--", linewidth=1)
        axes.set(xlim=(0, 100), xticks=range(0, 101, _BIN), yticks=[], xlabel="points, per cent of those possible")
        axes.margins(y=0.15)
        axes.spines[["left", "top", "right"]].set_visible(False)
        text = io.StringIO()
        figure.savefig(
            text, format="svg", transparent=True, metadata=dict.fromkeys(("Date", "Creator", "Format", "Type"))
        )
    return _for_a_page(text.getvalue(), alternative)


def _for_a_page(svg: str, alternative: str) -> Markup:
    """The element alone, in the page's own colour and font, without the names that several of them would share."""
    svg = svg[svg.index("<svg") :].replace(_INK, "currentColor")
    svg = re.sub(r'(<(?:g|text)\b[^>]*?) id="[^"]*"', r"\1", svg)
    svg = re.sub(r"<metadata>.*?</metadata>|<style[^>]*>.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font: [\d.]+px [^;\"]*", "font-size: 10px", svg)
    return Markup(svg.replace("<svg", Markup('<svg role="img" aria-label="{}"').format(alternative), 1))
