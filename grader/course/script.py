"""Lessons are percent-format scripts; here they become cells.

This reads the part of jupytext's format that lessons use and is strict about the rest, because importing
jupytext takes a second that every graded notebook would pay. A test holds the two to the same cells.
"""

from __future__ import annotations

import re
import symtable
import warnings
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

Kind = Literal["markdown", "answers", "setup", "exercise", "check", "demo"]

MAX_NAMED = 2**15  # characters of code whose names are looked for: for some code Python takes the square of its length

_DEFINITION = re.compile(r"^(?:async +def|def|class) +(\w+)|^(\w+) *=[^=]", re.MULTILINE)

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
UNWRITTEN = "exercise {}: nothing written yet"
ANSWERS = "answers"  # tags prose that only readers of the walkthrough get

_MARKERS: dict[str, Kind] = {
    r"\[markdown\]": "markdown",
    r"answers \[markdown\]": "answers",
    r"": "setup",
    r'exercise="([a-z][a-z0-9_]*)"': "exercise",
    r'check="([a-z][a-z0-9_]*)"': "check",
    r"demo": "demo",
    r'demo="(cover)"': "demo",
}
_ALTERNATIVE = re.compile(r'(# %% demo(?:="cover")?) alt="([^"]+)"')


class SourceError(ValueError):
    """A lesson's script is not a lesson; the message names the file and the marker."""


@dataclass(frozen=True)
class Cell:
    """One cell. `name` is the id of an exercise or its check, "cover" for the opening picture, else empty.

    Cells of answers are prose for those who read the walkthrough; students do not get them. `alt` says what the
    picture of a demo shows to those who cannot see it; empty where the picture's own words are enough.
    """

    kind: Kind
    name: str
    source: str
    alt: str = ""

    @property
    def is_code(self) -> bool:
        return self.kind not in ("markdown", "answers")


def read(path: Path) -> list[Cell]:
    """The cells of a lesson's script, in order; SourceError when it is not well formed."""
    cells = []
    for full, lines in _split(path):
        described = _ALTERNATIVE.fullmatch(full)
        marker, alt = described.groups() if described else (full, "")
        kind, name = _parse(marker, path)
        source = "\n".join(lines).strip("\n")
        cell = Cell(kind, name, source, alt)
        cells.append(cell if cell.is_code else replace(cell, source=_uncomment(source, marker, path)))
    _check_markers(cells, path)
    _check_pairs(cells, path)
    return cells


def cell_ids(cells: list[Cell]) -> list[str]:
    """A notebook cell id for each cell: the exercise's id, check_<exercise>, or kind and number."""
    seen: Counter[str] = Counter()
    ids = []
    for cell in cells:
        seen[cell.kind] += 1
        if cell.kind == "exercise":
            ids.append(cell.name)
        elif cell.kind == "check":
            ids.append(f"check_{cell.name}")
        else:
            ids.append(f"{cell.kind}-{seen[cell.kind]:02d}")
    return ids


def stub_lines(exercise: str) -> list[str]:
    """What a student finds in place of an answer."""
    return ["# YOUR CODE HERE", f'raise NotImplementedError("{UNWRITTEN.format(exercise)}")']


def unwritten_exercise(message: str) -> str:
    """The exercise whose line an exception with this message comes from; "" if from none."""
    found = re.fullmatch(UNWRITTEN.format(r"(\w{1,80})"), message)
    return found[1] if found else ""


def stub(cell: Cell) -> str:
    """The student's version of an exercise cell."""
    kept: list[str] = []
    inside = False
    for line in cell.source.split("\n"):
        if line.strip() == BEGIN:
            inside = True
            indent = line[: line.index("#")]
            kept += [indent + text for text in stub_lines(cell.name)]
        elif line.strip() == END:
            inside = False
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


def reference(cell: Cell) -> str:
    """The reference answer: the cell without its solution markers."""
    return "\n".join(line for line in cell.source.split("\n") if line.strip() not in (BEGIN, END))


def solution_lines(cell: Cell) -> list[str]:
    """The lines between the markers, stripped; blank lines are left out."""
    found: list[str] = []
    inside = False
    for line in map(str.strip, cell.source.split("\n")):
        if line in (BEGIN, END):
            inside = line == BEGIN
        elif inside and line:
            found.append(line)
    return found


def defines_by_sight(source: str) -> set[str]:
    """What a cell seems to define, told without parsing it: for code that Python cannot read, or that nobody trusts."""
    return {name for pair in _DEFINITION.findall(source) for name in pair if name}


def defines(source: str) -> set[str]:
    """The names that this code binds at top level.

    Safe with any text: what Python cannot read, for whatever reason, is a SyntaxError, and so is what is too long.
    """
    if len(source) > MAX_NAMED:
        raise SyntaxError(f"This cell is longer than {MAX_NAMED:,} characters")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "\\d" is a student's matter, not the reader's
            table = symtable.symtable(source, "<cell>", "exec")
    except (RecursionError, MemoryError, ValueError) as error:
        raise SyntaxError(f"Python cannot read this cell ({type(error).__name__})") from None
    return {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}


def _split(path: Path) -> list[tuple[str, list[str]]]:
    """The script cut at its `# %%` lines: (marker, lines) of each cell."""
    parts: list[tuple[str, list[str]]] = []
    for line in path.read_text("utf-8").split("\n"):
        if re.match(r"# ?%%", line):
            parts.append((line.rstrip(), []))
        elif parts:
            parts[-1][1].append(line)
        elif line.strip():
            raise SourceError(f"{path}: {line.strip()!r} comes before the first cell marker '# %%'")
    if not parts:
        raise SourceError(f"{path}: there is no cell; cells begin with '# %%'")
    return parts


def _parse(marker: str, path: Path) -> tuple[Kind, str]:
    for pattern, kind in _MARKERS.items():
        if found := re.fullmatch(f"# %% {pattern}".rstrip(), marker):
            return kind, "".join(found.groups())
    raise SourceError(
        f'{path}: unknown cell marker {marker!r}; known are [markdown], answers [markdown], exercise="…", '
        'check="…", demo, demo="cover" (these two also with alt="…") and nothing'
    )


def _uncomment(source: str, marker: str, path: Path) -> str:
    lines = source.split("\n") if source else []
    for line in lines:
        if line.rstrip() != "#" and not line.startswith("# "):
            raise SourceError(f"{path}: {marker!r}: the line {line!r} of a prose cell is not a comment")
    return "\n".join(line[2:] for line in lines)


def _check_markers(cells: list[Cell], path: Path) -> None:
    for cell in cells:
        marks = [line.strip() for line in cell.source.split("\n") if re.search("(BEGIN|END) SOLUTION", line)]
        if cell.kind != "exercise":
            if marks:
                raise SourceError(f"{path}: {marks[0]!r} outside an exercise cell (in a {cell.kind} cell)")
            continue
        where = f'{path}: exercise="{cell.name}"'
        if not marks:
            raise SourceError(f"{where}: no {BEGIN} … {END}")
        if marks != [BEGIN, END] * (len(marks) // 2):
            raise SourceError(f"{where}: markers have to be pairs of {BEGIN} and {END}, but are: {', '.join(marks)}")
        if not solution_lines(cell):
            raise SourceError(f"{where}: there is nothing between {BEGIN} and {END}")


def _check_pairs(cells: list[Cell], path: Path) -> None:
    exercises: set[str] = set()
    checked: set[str] = set()
    for cell in cells:
        if cell.kind == "exercise":
            if cell.name in exercises:
                raise SourceError(f'{path}: exercise="{cell.name}": there are two cells of this name')
            exercises.add(cell.name)
        elif cell.kind == "check":
            where = f'{path}: check="{cell.name}"'
            if cell.name not in exercises:
                raise SourceError(f"{where}: no exercise of this name comes before it")
            if cell.name in checked:
                raise SourceError(f"{where}: there are two cells of this name")
            if cell.source != f'check("{cell.name}")':
                raise SourceError(f'{where}: the cell has to be exactly check("{cell.name}")')
            checked.add(cell.name)
    for name in sorted(exercises - checked):
        raise SourceError(f'{path}: exercise="{name}": there is no check="{name}" after it')
