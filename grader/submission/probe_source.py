"""A probe as text: its own source after the source of all that it names, so that it can run where the submission is."""

from __future__ import annotations

import ast
import builtins
import inspect
import symtable
import sys
from collections.abc import Callable
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

_CHECKS = "grader.checks."
_FUTURE = "from __future__ import annotations\n"  # types stay here: what only an annotation names is not needed


@cache
def probe_source(probe: Callable[..., Any]) -> str:
    """Text that defines `probe`, without its decorators, in an empty namespace.

    What it names goes with it, and what that names: functions and classes of the checks (or of the probe's own module)
    as their source, modules as imports, constants as literals. TypeError when it names anything else.
    """
    definitions = _Definitions(probe)
    return _FUTURE + "\n\n" + "\n\n".join(definitions.texts)


class _Definitions:
    """Texts that define names, each once, after those that it needs."""

    def __init__(self, probe: Callable[..., Any]) -> None:
        self._module, self._probe = probe.__module__, probe.__qualname__
        self._values: dict[str, Any] = {}
        self.texts: list[str] = []
        self._define(probe.__name__, probe)

    def _define(self, name: str, value: Any) -> None:
        if name in self._values:
            if self._values[name] is not value:
                raise self._cannot_be_sent(name, "which means two things in the modules that it leads to")
            return
        self._values[name] = value
        self.texts.append(self._text(name, value))

    def _text(self, name: str, value: Any) -> str:
        match value:
            case ModuleType():
                if value.__name__.partition(".")[0] == "grader":
                    raise self._cannot_be_sent(name, "a module of the grader: name what it has")
                return f"import {value.__name__}" + (f" as {name}" if name != value.__name__ else "")
            case FunctionType() | type():
                return self._source(name, value)
            case _ if _is_literal(value):
                return f"{name} = {value!r}"
        raise self._cannot_be_sent(name, f"a {type(value).__name__}")

    def _source(self, name: str, value: FunctionType | type) -> str:
        if value.__module__ != self._module and not value.__module__.startswith(_CHECKS):
            raise self._cannot_be_sent(name, f"a name of the module {value.__module__}: name the module")
        if value.__qualname__ != name:
            raise self._cannot_be_sent(name, f"which is `{value.__qualname__}` of {value.__module__}")
        source = inspect.getsource(value)
        if name == self._probe:
            source = _without_decorators(source)
        surroundings = vars(sys.modules[value.__module__])
        for needed in sorted(_named(symtable.symtable(_FUTURE + source, "<probe>", "exec")) - {name}):
            if needed in surroundings:
                self._define(needed, surroundings[needed])
            elif not hasattr(builtins, needed):
                raise self._cannot_be_sent(needed, f"which {value.__module__} does not define")
        return source

    def _cannot_be_sent(self, name: str, reason: str) -> TypeError:
        return TypeError(f"the probe `{self._probe}` cannot be sent: it names `{name}`, {reason}")


def _named(table: symtable.SymbolTable) -> set[str]:
    """The global names that a text uses, its own among them."""
    own = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_global() and symbol.is_referenced()}
    return own.union(*map(_named, table.get_children()))


def _without_decorators(source: str) -> str:
    (definition,) = ast.parse(source).body
    return "".join(source.splitlines(keepends=True)[definition.lineno - 1 :])


def _is_literal(value: Any) -> bool:
    try:
        return bool(ast.literal_eval(repr(value)) == value)
    except (ValueError, SyntaxError):
        return False
