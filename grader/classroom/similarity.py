"""Answers that are the same code up to names, comments and the order of definitions: a hint to look, never a verdict.

Only exact sameness counts, of answers that are long enough to say something, and that neither the course gives nor
many students share.
"""

from __future__ import annotations

import ast
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations
from typing import Any

from grader.class_report import COMMON, COMMON_SHARE, SimilarPair
from grader.course.catalogue import lesson_ids
from grader.course.cells import exercise_cells
from grader.course.script import reference, stub
from grader.results import Result
from grader.submission.kept import statements
from grader.submission.reading import without_magics

LEAST_NODES = 60  # beyond the course's stub
_SILENT = {"ctx", "kind", "type_comment", "annotation", "returns", "type_params"}
_NODE = "\n"  # ends the name of each node; nothing else that is spelled has one
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def similar_pairs(results: Iterable[Result]) -> list[SimilarPair]:
    """Pairs of students, those with the most code alike first."""
    answers: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for result in results:
        for exercise, source in result.answers.items():
            answers[result.lesson, exercise][result.student] = source
    shared: dict[tuple[str, str], list[tuple[int, tuple[str, str]]]] = defaultdict(list)
    for place, sources in answers.items():
        for size, group in _groups(*place, sources):
            for one, other in combinations(group, 2):
                shared[one, other].append((size, place))
    pairs = []
    for (one, other), found in shared.items():
        size, longest = sum(size for size, _ in found), max(found)[1]
        places = tuple(sorted(place for _, place in found))
        both = answers[longest][one], answers[longest][other]
        pairs.append(SimilarPair((one, other), places, size, longest, both))
    return sorted(pairs, key=lambda pair: (-pair.size, pair.students))


def _groups(lesson: str, exercise: str, sources: dict[str, str]) -> Iterator[tuple[int, list[str]]]:
    """The students whose answers are alike, with the size of what is; without what is short, given or common."""
    given, least = _course_s(lesson, exercise)
    alike: dict[str, list[str]] = defaultdict(list)
    sizes: dict[str, int] = {}
    for student, source in sorted(sources.items()):
        form, size = _form(source)
        if size >= least and form != given:
            alike[form].append(student)
            sizes[form] = size
    most = max(COMMON, COMMON_SHARE * len(sources))
    for form, students in alike.items():
        if 2 <= len(students) <= most:
            yield sizes[form], students


def _course_s(lesson: str, exercise: str) -> tuple[str, int]:
    """The form of the course's own answer, which `solution` shows to all; and the least size to look at."""
    entry = exercise_cells(lesson).get(exercise) if lesson in lesson_ids() else None
    if entry is None:
        return "", LEAST_NODES
    return _form(reference(entry.cell))[0], _form(stub(entry.cell))[1] + LEAST_NODES


@lru_cache(maxsize=10_000)
def _form(source: str) -> tuple[str, int]:
    """What is left of code without names of its own, comments and order, as a digest; and how many nodes it has.

    ("", 0) for what Python cannot read or write.
    """
    try:
        parts = statements(without_magics(source))
        own = {name for part in parts for name in _bound(part)}
        spelled = _spell_body(parts, own)
    except (RecursionError, ValueError):  # ValueError: a number of more digits than Python writes
        return "", 0
    return hashlib.sha256(spelled.encode("utf-8", "replace")).hexdigest(), spelled.count(_NODE)


def _bound(tree: ast.stmt) -> Iterator[str]:
    """The names that are the author's choice."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, _Definition):
            yield node.name
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.id if isinstance(node, ast.Name) else node.attr


def _spell_body(body: list[ast.stmt], own: set[str]) -> str:
    """Definitions in the order of what they say, then all other statements in theirs."""
    others: list[str] = []
    _spell([part for part in body if not isinstance(part, _Definition)], own, {}, others)
    return " ".join([*sorted(_definition(part, own) for part in body if isinstance(part, _Definition)), *others])


def _definition(part: ast.stmt, own: set[str]) -> str:
    words: list[str] = []
    _spell(part, own, {}, words)
    return " ".join(words)


def _spell(node: Any, own: set[str], seen: dict[str, int], words: list[str]) -> None:
    """Adds a tree to `words`, with a number for each of the author's own names, in the order in which they appear."""
    if isinstance(node, ast.ClassDef):
        words += ["class", _NODE, "("]
        _spell(node.bases, own, {}, words)
        words += [_spell_body(node.body, own), ")"]
    elif isinstance(node, ast.Constant):
        words += [repr(node.value), _NODE]
    elif isinstance(node, ast.AST):
        words += [type(node).__name__, _NODE, "("]
        for name in node._fields:
            if name not in _SILENT:
                _spell(getattr(node, name), own, seen, words)
        words.append(")")
    elif isinstance(node, list):
        words.append("[")
        for one in node:
            if not _is_silent(one):
                _spell(one, own, seen, words)
        words.append("]")
    else:
        words.append(str(seen.setdefault(node, len(seen))) if node in own else str(node))


def _is_silent(part: ast.AST | None) -> bool:
    """Whether this is an import, a docstring or `pass`."""
    is_text = isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)
    return is_text or isinstance(part, ast.Import | ast.ImportFrom | ast.Pass)
