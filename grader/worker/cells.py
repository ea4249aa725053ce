"""Running code as a notebook does: in one namespace, with IPython's syntax, `await`, and the last value in `_`."""

from __future__ import annotations
import __future__

import ast
import functools
import inspect
import linecache
import operator
from typing import Any

from grader.worker import dialect, event_loop

_FEATURES = functools.reduce(
    operator.or_, (getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)
)
_UNDERSCORES = ("_", "__", "___")


class Cells:
    """The cells of one notebook. What `from __future__ import` asks for holds for all that follow."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.namespace = namespace
        self._flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        self._shown: tuple[Any, Any, Any] = ("", "", "")  # the last values that cells ended with

    def run_cell(self, source: str, filename: str) -> None:
        """Runs a cell of the notebook, and remembers the value that Jupyter would show."""
        value = self.run(source, filename)
        if value is not None and not source.rstrip().endswith(";"):
            self._remember(value)
        event_loop.let_tasks_begin()

    def run(self, source: str, filename: str, namespace: dict[str, Any] | None = None) -> Any:
        """Runs code; the value of the expression that it ends with, None if it ends with something else."""
        linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
        python = dialect.as_python(source)
        tree = compile(python, filename, "exec", self._flags | ast.PyCF_ONLY_AST, dont_inherit=True)
        where = self.namespace if namespace is None else namespace
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        self._run_part(tree, filename, "exec", where)
        return self._run_part(ast.Expression(last.value), filename, "eval", where) if last else None

    def _run_part(self, part: ast.Module | ast.Expression, filename: str, mode: str, where: dict[str, Any]) -> Any:
        code = compile(part, filename, mode, self._flags, dont_inherit=True)
        self._flags |= code.co_flags & _FEATURES
        value = eval(code, where)
        return event_loop.result_of(value) if code.co_flags & inspect.CO_COROUTINE else value

    def _remember(self, value: Any) -> None:
        """As IPython does: not if the notebook has a variable of that name."""
        if all(self.namespace.get(name, "") is one for name, one in zip(_UNDERSCORES, self._shown, strict=True)):
            self._shown = (value, *self._shown[:2])
            self.namespace.update(zip(_UNDERSCORES, self._shown, strict=True))
