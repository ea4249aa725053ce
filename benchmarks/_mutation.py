"""Small mistakes in source text: every place where one of the operators applies gives one mutant."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

_OTHER_OPERATOR: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
_OTHER_METHOD = {"sum": "mean", "mean": "sum", "train": "eval", "eval": "train", "min": "max", "max": "min"}
_CONSTANTS = {"input_dim": 784, "hidden_dim": 400, "latent_dim": 20, "num_classes": 10, "output_dim": 784, "beta": 1.0}


@dataclass(frozen=True)
class Mutant:
    """Source text with one mistake, and what the mistake is."""

    mistake: str
    source: str


def mutants(source: str) -> list[Mutant]:
    """All mutants of `source`, each text once, without those that leave it as it is."""
    tree = ast.parse(source)
    seen = {ast.unparse(tree)}
    made = []
    for index, node in enumerate(ast.walk(tree)):
        for number, (mistake, _) in enumerate(_replacements(node, tree)):
            changed = copy.deepcopy(tree)
            place = next(other for at, other in enumerate(ast.walk(changed)) if at == index)
            _, new = list(_replacements(place, changed))[number]
            text = ast.unparse(ast.fix_missing_locations(_Put(place, new).visit(changed)))
            if text not in seen:
                seen.add(text)
                made.append(Mutant(f"line {getattr(node, 'lineno', 0)}: {mistake}", text))
    return made


class _Put(ast.NodeTransformer):
    """Puts `new` (statements, an expression, or nothing) where `place` is."""

    def __init__(self, place: ast.AST, new: ast.AST | list[ast.stmt] | None) -> None:
        self._place, self._new = place, new

    def visit(self, node: ast.AST) -> ast.AST | list[ast.stmt] | None:
        if node is not self._place:
            return self.generic_visit(node)
        return ast.Pass() if self._new is None else self._new


def _replacements(node: ast.AST, tree: ast.AST) -> Iterator[tuple[str, ast.AST | list[ast.stmt] | None]]:
    """What may stand in the place of `node`: what the mistake is, and the new node (None: nothing)."""
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            yield f"only the left side of `{ast.unparse(node)}`", left
            yield f"only the right side of `{ast.unparse(node)}`", right
            if other := _OTHER_OPERATOR.get(type(op)):
                yield f"another sign in `{ast.unparse(node)}`", ast.BinOp(left, other(), right)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            yield f"no minus in `{ast.unparse(node)}`", operand
        case ast.Compare(left=left, ops=[op], comparators=comparators) if type(op) in _OTHER_OPERATOR:
            yield f"the edge of `{ast.unparse(node)}`", ast.Compare(left, [_OTHER_OPERATOR[type(op)]()], comparators)
        case ast.Constant(value=bool(value)):
            yield f"not {value}", ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            yield f"{value + 1} for {value}", ast.Constant(value + 1)
            yield f"0 for {value}", ast.Constant(type(value)(0))
        case ast.Call():
            yield from _of_call(node)
        case ast.With(body=body):
            yield f"no `with {ast.unparse(node.items[0])}`", body
        case ast.For(target=target, iter=source, body=body):
            for name, text in (("the first", "[:1]"), ("the last", "[-1:]"), ("all but the last", "[:-1]")):
                part = ast.parse(f"list({ast.unparse(source)}){text}", mode="eval").body
                yield f"{name} of `{ast.unparse(source)}`", ast.For(target, part, body, [], None)
        case ast.AugAssign(target=target, value=value):
            yield f"no sum in `{ast.unparse(node)}`", ast.Assign([target], value)
            yield f"no `{ast.unparse(node)}`", None
        case ast.Expr(value=ast.Call()):
            yield f"no `{ast.unparse(node)}`", None
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield f"no `{ast.unparse(node)}`", None
        case ast.If(test=test, body=body, orelse=orelse):
            yield f"`{ast.unparse(test)}` taken for true", body
            yield f"`{ast.unparse(test)}` taken for false", orelse or None
        case ast.Name(ctx=ast.Load()):
            yield from _of_name(node, tree)


def _of_call(node: ast.Call) -> Iterator[tuple[str, ast.AST]]:
    text = ast.unparse(node)
    if isinstance(node.func, ast.Attribute):
        if other := _OTHER_METHOD.get(node.func.attr):
            yield (
                f"`{other}` in `{text}`",
                ast.Call(ast.Attribute(node.func.value, other, ast.Load()), node.args, node.keywords),
            )
        if node.func.attr not in ("__init__", "parameters", "forward"):
            yield f"no `.{node.func.attr}` in `{text}`", node.func.value
    if len(node.args) >= 2:
        yield (
            f"arguments of `{text}` swapped",
            ast.Call(node.func, [node.args[1], node.args[0], *node.args[2:]], node.keywords),
        )
    for index, keyword in enumerate(node.keywords):
        rest = [other for at, other in enumerate(node.keywords) if at != index]
        yield f"no `{keyword.arg}` in `{text}`", ast.Call(node.func, node.args, rest)
    for index, argument in enumerate(node.args):
        if isinstance(argument, ast.Name | ast.Call):
            cut = ast.Call(ast.Attribute(argument, "detach", ast.Load()), [], [])
            args = [cut if at == index else other for at, other in enumerate(node.args)]
            yield f"`{ast.unparse(argument)}` detached in `{text}`", ast.Call(node.func, args, node.keywords)


def _of_name(node: ast.Name, tree: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Another argument of the same function, or a constant."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and any(inner is node for inner in ast.walk(function)):
            names = [argument.arg for argument in function.args.args if argument.arg != "self"]
            if node.id in names:
                for other in names:
                    if other != node.id:
                        yield f"{other} for {node.id}", ast.Name(other, ast.Load())
    if node.id in _CONSTANTS:
        yield f"{_CONSTANTS[node.id]} for {node.id}", ast.Constant(_CONSTANTS[node.id])
