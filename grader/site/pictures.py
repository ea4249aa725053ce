"""What a picture shows, in words, for those who cannot see it.

The marker of its cell says it (`# %% demo alt="…"`), or else the words that the cell itself writes into the picture:
its title, the names of what is drawn, its axes.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from grader.course.script import Cell

_AXES = {"xlabel": "Horizontal", "ylabel": "Vertical", "unit": "Colour", "label": "Colour"}


def alternative(cell: Cell) -> str:
    """The alternative text of a demo's picture; empty if neither the marker nor the code says what is to be seen."""
    if cell.alt:
        return cell.alt
    call = _last_call(ast.parse(cell.source))
    title = _title(call) if call else ""
    if not call or not title:
        return ""
    shown = "; ".join(_keys(call))
    axes = [f"{_AXES[word.arg]}: {_plain(word.value)}" for word in call.keywords if word.arg in _AXES]
    return ". ".join(_ended(filter(None, [title, f"Shown: {shown}" if shown else "", *filter(_is_said, axes)])))


def _last_call(module: ast.Module) -> ast.Call | None:
    """The call that draws: the value of the cell."""
    last = module.body[-1] if module.body else None
    value = last.value if isinstance(last, ast.Expr) else None
    return value if isinstance(value, ast.Call) else None


def _title(call: ast.Call) -> str:
    """The argument `title`, or else the first text among the arguments."""
    named = [word.value for word in call.keywords if word.arg == "title"]
    return next(filter(None, map(_plain, named or call.args)), "")


def _keys(call: ast.Call) -> Iterator[str]:
    """What is drawn under a name of its own: the keys of a dictionary."""
    for argument in call.args[:1]:
        if isinstance(argument, ast.Dict):
            yield from filter(None, (_plain(key) for key in argument.keys if key))


def _plain(node: ast.expr) -> str:
    """A literal text on one line, with the signs of its formulas only; empty for anything else."""
    if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        return ""
    return " ".join(re.sub(r"\$([^$]*)\$", lambda formula: re.sub(r"[\\{}]", "", formula[1]), node.value).split())


def _is_said(axis: str) -> bool:
    return not axis.endswith(": ")


def _ended(sentences: Iterator[str]) -> Iterator[str]:
    """Without the signs that would stand before the full stop."""
    return (sentence.rstrip(".:") for sentence in sentences)
