"""Figures in prose: a cell of the walkthrough prints each of them, or `figures.toml` says where it comes from.

A figure is a number with a decimal point. The result of an equation ("log 2 = 0.69") explains itself.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from grader.course import script

_FIGURE = re.compile(r"(?<![\d.,:])\d+\.\d+(?![\d.])")
_EQUATION = re.compile(r"(?:=|≈|\\approx|\\le|\\ge)\s*-?$")


def problems(walkthrough: NotebookNode, elsewhere: Path, lesson: str) -> list[str]:
    """A line for each figure that nothing prints, and for each source that no figure needs.

    elsewhere: a TOML file with a table for each lesson, of sources and the lists of figures that come from there.
    """
    sources = tomllib.loads(elsewhere.read_text("utf-8")).get(lesson, {}) if elsewhere.is_file() else {}
    known = {figure for figures in sources.values() for figure in figures}
    printed = {float(number) for text in _shown(walkthrough) for number in _FIGURE.findall(text)}
    unprinted = [(cell, figure) for cell, figure in _figures(walkthrough) if not _is_rounded(figure, printed)]
    found = [
        f"cell {cell}: no cell prints {figure}; print it, or say in {elsewhere.name} where it comes from"
        for cell, figure in unprinted
        if figure not in known
    ]
    idle = sorted(known - {figure for _, figure in unprinted})
    return found + [f"{elsewhere.name}: the prose has no {figure} that needs a source" for figure in idle]


def _figures(walkthrough: NotebookNode) -> Iterator[tuple[str, str]]:
    """Each cell's id with each figure of its prose; answers to the exercises beyond are not of this notebook."""
    for cell in walkthrough.cells:
        if cell.cell_type == "markdown" and script.ANSWERS not in cell.metadata.get("tags", []):
            text = re.sub(r"arXiv:\S+|https?://\S+", "", cell.source)
            for match in _FIGURE.finditer(text):
                if not _EQUATION.search(text[: match.start()]):
                    yield cell.id, match.group()


def _shown(walkthrough: NotebookNode) -> Iterator[str]:
    """What cells of code say and print."""
    for cell in walkthrough.cells:
        if cell.cell_type == "code":
            yield cell.source
            for output in cell.outputs:
                yield output.get("text", "") + output.get("data", {}).get("text/plain", "")


def _is_rounded(figure: str, numbers: set[float]) -> bool:
    """Whether the figure is one of the numbers, rounded to as many decimals."""
    decimals = len(figure.partition(".")[2])
    return any(f"{number:.{decimals}f}" == figure for number in numbers)
