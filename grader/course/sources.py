"""What a check is made of: the definitions in its lesson's folder that it leads to, read as text and never executed.

A name leads to what binds it in its module, and through an import to another module of the folder; `module.name` leads
to that name alone, a module that is used otherwise to all of it. What lies outside of the folder is not followed.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from grader.failures import BrokenChecks

_ALL, _LOOSE = "*", ""  # in place of a name
Place = tuple[str, str]  # a module of the folder, and a name in it


@dataclass
class _Module:
    """A module's top-level statements by the names that they bind; `loose` ones bind none, and run in any case."""

    bindings: dict[str, list[ast.stmt]] = field(default_factory=dict)
    imports: dict[str, Place] = field(default_factory=dict)
    loose: list[ast.stmt] = field(default_factory=list)


@dataclass(frozen=True)
class CheckSource:
    """One check: its own text without its weight, the texts of all that it leads to, and the weight."""

    own: str
    others: tuple[str, ...]
    weight: float

    @property
    def text(self) -> str:
        return "\n".join([self.own, *self.others])

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


class LessonSources:
    """The modules of one lesson's folder of checks; `package` is its name, such as grader.checks.beta."""

    def __init__(self, folder: Path, package: str) -> None:
        self._package = package
        paths = {path.stem: path for path in sorted(folder.glob("*.py"))}
        self._modules = {name: _read(path, package, set(paths)) for name, path in paths.items()}
        self._leads: dict[Place, list[Place]] = {}
        self._texts: dict[int, str] = {}

    def checks(self) -> Iterator[tuple[str, dict[str, CheckSource]]]:
        """The classes of checks.py, defined or imported there, with the checks of each by the names of its functions.

        BrokenChecks where a weight is not written as a number.
        """
        here = self._modules["checks"]
        places = [*(("checks", name) for name in here.bindings), *here.imports.values()]
        for module, name in places:
            for group in self._modules[module].bindings.get(name, []):
                if isinstance(group, ast.ClassDef) and name.startswith("Test"):
                    yield name, dict(self._checks_of(module, group))

    def _checks_of(self, module: str, group: ast.ClassDef) -> Iterator[tuple[str, CheckSource]]:
        tests = [one for one in group.body if isinstance(one, ast.FunctionDef) and one.name.startswith("test")]
        around = [one for one in group.body if one not in tests] + [*group.bases, *group.decorator_list]
        shared = "\n".join(map(ast.unparse, around))
        for test in tests:
            weight = _take_weight(test, group.name)
            others = self._texts_of(self._reached(module, [*around, test]))
            yield test.name, CheckSource(f"{shared}\n{ast.unparse(test)}", tuple(others), weight)

    def _reached(self, module: str, nodes: Iterable[ast.AST]) -> set[Place]:
        """All places that these nodes of a module lead to, directly or through others."""
        found: set[Place] = set()
        pending = [(module, _LOOSE), *(place for node in nodes for place in self._named(module, node))]
        while pending:
            place = pending.pop()
            if place not in found:
                found.add(place)
                if place not in self._leads:
                    self._leads[place] = list(self._from(*place))
                pending += self._leads[place]
        return found

    def _from(self, module: str, name: str) -> Iterator[Place]:
        here = self._modules[module]
        if name == _ALL:
            yield from ((module, one) for one in (*here.bindings, *here.imports))
        elif name in here.bindings:
            for statement in here.bindings[name]:
                yield from self._named(module, statement)
        elif name in here.imports:
            yield here.imports[name]
        elif name != _LOOSE:  # bound in a way that is not understood here
            yield module, _ALL
        for statement in here.loose:
            yield from self._named(module, statement)

    def _named(self, module: str, node: ast.AST) -> Iterator[Place]:
        """What a piece of code names of the folder."""
        here = self._modules[module]
        modules = {name: place[0] for name, place in here.imports.items() if place[1] == _ALL}
        narrow: set[int] = set()
        for one in ast.walk(node):
            match one:
                case ast.Attribute(value=ast.Name(id=name) as owner, attr=attribute) if name in modules:
                    narrow.add(id(owner))
                    yield modules[name], attribute
                case ast.Name(id=name) | ast.arg(arg=name) if id(one) not in narrow:
                    if name in here.bindings:
                        yield module, name
                    elif name in here.imports:
                        yield here.imports[name]
                case ast.Import() | ast.ImportFrom():  # in a function
                    yield from (place for place in _imports(one, self._package, set(self._modules)).values())

    def _texts_of(self, places: set[Place]) -> list[str]:
        statements: dict[int, tuple[str, int, ast.stmt]] = {}
        for module, name in places:
            here = self._modules[module]
            for statement in [*here.bindings.get(name, []), *here.loose]:
                statements[id(statement)] = module, statement.lineno, statement
        ordered = sorted(statements.values(), key=lambda one: one[:2])
        return [f"{module}: {self._text(statement)}" for module, _, statement in ordered]

    def _text(self, statement: ast.stmt) -> str:
        """A statement as text that its comments and layout do not change."""
        if id(statement) not in self._texts:
            self._texts[id(statement)] = ast.unparse(statement)
        return self._texts[id(statement)]


def _read(path: Path, package: str, modules: set[str]) -> _Module:
    module = _Module()
    for statement in ast.parse(path.read_text("utf-8")).body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            module.imports |= _imports(statement, package, modules)
        elif names := _bound(statement):
            for name in names:
                module.bindings.setdefault(name, []).append(statement)
        elif not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):
            module.loose.append(statement)
    return module


def _imports(statement: ast.Import | ast.ImportFrom, package: str, modules: set[str]) -> dict[str, Place]:
    """What an import binds of the folder."""
    found: dict[str, Place] = {}
    for alias in statement.names:
        if isinstance(statement, ast.Import):
            if (name := alias.name.removeprefix(f"{package}.")) in modules and name != alias.name:
                found[alias.asname or alias.name.partition(".")[0]] = name, _ALL
        elif statement.module == package and alias.name in modules:
            found[alias.asname or alias.name] = alias.name, _ALL
        elif (name := (statement.module or "").removeprefix(f"{package}.")) in modules and name != statement.module:
            found[alias.asname or alias.name] = name, alias.name
    return found


def _bound(statement: ast.stmt) -> set[str]:
    """The names that a definition or an assignment binds; none for other statements."""
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return {statement.name}
        case ast.Assign(targets=targets):
            pass
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
            targets = [target]
        case _:
            return set()
    leaves = [one for target in targets for one in (target.elts if isinstance(target, ast.Tuple) else [target])]
    names = {leaf.id for leaf in leaves if isinstance(leaf, ast.Name)}
    return names if len(names) == len(leaves) else set()


def _take_weight(test: ast.FunctionDef, owner: str) -> float:
    """The weight that stands in @worth, and nothing in its place, so that the text is the same for any."""
    for decorator in test.decorator_list:
        match decorator:
            case ast.Call(func=ast.Name(id="worth"), args=[ast.Constant(value=int() | float() as weight), *rest]):
                decorator.args = rest
                return float(weight)
    raise BrokenChecks(f"The check {owner}.{test.name} has no @worth(points) with the points as a number.")
