"""What is left of a student's cell when the course's version of some names takes the place of its own."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable

from grader.course.script import MAX_NAMED
from grader.submission.reading import without_magics

_Wanted = Callable[[ast.stmt], bool]
_CODE = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def without(source: str, names: set[str]) -> str:
    """The cell without the statements that bind one of `names`."""
    return _kept(source, lambda statement: not _bound(statement) & names)


def definitions(source: str, but: set[str]) -> str:
    """What a cell defines beside the names `but`: its imports, functions, classes and assignments."""
    return _kept(source, lambda one: isinstance(one, _CODE | ast.Assign) and not _bound(one) & but)


def code(source: str) -> str:
    """What a cell defines and does not compute: its imports, functions and classes."""
    return _kept(source, lambda statement: isinstance(statement, _CODE))


def _kept(source: str, wanted: _Wanted) -> str:
    """The statements that are wanted, on their lines; "" if there are none, or if Python cannot read the cell."""
    source = without_magics(source)
    lines = source.split("\n")
    body = statements(source)
    for statement in body:
        if not wanted(statement):
            decorators = getattr(statement, "decorator_list", [])
            first = min(node.lineno for node in (statement, *decorators))
            for number in range(first - 1, statement.end_lineno or first):
                lines[number] = ""
    return "\n".join(lines) if any(map(wanted, body)) else ""


def statements(source: str) -> list[ast.stmt]:
    """The statements of a cell; none if Python cannot read it."""
    if len(source) > MAX_NAMED:
        return []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source).body
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        return []


def _bound(statement: ast.stmt) -> set[str]:
    """The names that a statement binds, or changes from outside (`Encoder.forward = …`)."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    names = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            names.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            names |= {root.id for root in ast.walk(node) if isinstance(root, ast.Name)}
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
    return names
