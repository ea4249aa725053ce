"""What a picture shows, in words, for those who cannot see it.

The marker of its cell says it (`# %% demo alt="…"`), or else the words that the cell itself writes into the picture:
its title, the names of what is drawn, its axes.
"""

from __future__ import annotations

import ast
import re

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
    named = {_AXES[word.arg]: _plain(word.value) for word in call.keywords if word.arg in _AXES}
    axes = [f"{axis}: {name}" for axis, name in named.items() if name]
    return " ".join(map(_sentence, [title, *([f"Shown: {shown}"] if shown else []), *axes]))


def _last_call(module: ast.Module) -> ast.Call | None:
    """The call that draws: the value of the cell."""
    last = module.body[-1] if module.body else None
    value = last.value if isinstance(last, ast.Expr) else None
    return value if isinstance(value, ast.Call) else None


def _title(call: ast.Call) -> str:
    """The argument `title`, or else the longest text among the arguments: the others are names of axes."""
    named = [word.value for word in call.keywords if word.arg == "title"]
    return max(map(_plain, named or call.args), key=len, default="")


def _keys(call: ast.Call) -> list[str]:
    """What is drawn under names of its own: the keys of a dictionary, if all are known."""
    drawn = call.args[0] if call.args else None
    keys = [_plain(key) if key else "" for key in drawn.keys] if isinstance(drawn, ast.Dict) else []
    return keys if all(keys) else []


def _plain(node: ast.expr) -> str:
    """A literal text on one line, with the signs of its formulas only; empty for anything else."""
    if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        return ""
    text = node.value.replace(r"\hat x", "x\u0302")
    return " ".join(re.sub(r"\$([^$]*)\$", lambda formula: re.sub(r"[\\{}]", "", formula[1]), text).split())


def _sentence(words: str) -> str:
    return words if words.endswith(("?", ".")) else f"{words}."
