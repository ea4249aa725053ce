"""Misconceptions that checks name and no table has, or the other way round: a sentence for each."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.authoring.clashes import names_in
from grader.course.folders import Folders

# An id may stand anywhere in a check: as a key of suspects, an argument, a value that is passed on. So a text of
# lower-case words joined by hyphens is one, except for these.
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
_NO_IDS = {"utf-8", "fashion-mnist"}


def unmatched(folders: Folders, lessons: Iterable[str]) -> list[str]:
    """Compares the ids in the checks of these lessons, and in the kit, with the entries of their tables."""
    tables = sorted({table for lesson in lessons for table in folders.misconceptions(lesson)})
    entries = {table: names_in(table) for table in tables}
    named = {table: dict(_named(table.parent)) for table in tables}
    found = []
    for table in tables:
        is_shared = table.parent == folders.kit
        known = {name for other in tables if other == table or other.parent == folders.kit for name in entries[other]}
        naming = {name for other in tables if other == table or is_shared for name in named[other]}
        found += [
            f"{place}: no misconception {name} in {table}; write its entry"
            for name, place in named[table].items()
            if name not in known
        ]
        who = "no check" if is_shared else "no check of its lesson"
        found += [f"{table}: {who} names {name}; delete the entry" for name in entries[table] if name not in naming]
    return found


def _named(folder: Path) -> Iterator[tuple[str, str]]:
    """The ids in the modules of a folder, each with the place where it stands."""
    for file in sorted(folder.glob("*.py")):
        for node in ast.walk(_parsed(file)):
            if isinstance(node, ast.Constant) and _is_id(node.value):
                yield str(node.value), f"{file}:{node.lineno}"


def _is_id(value: object) -> bool:
    return isinstance(value, str) and value not in _NO_IDS and _ID.fullmatch(value) is not None


def _parsed(file: Path) -> ast.Module:
    """The module; an empty one if Python cannot read it, which is reported elsewhere."""
    try:
        return ast.parse(file.read_text("utf-8"))
    except SyntaxError:
        return ast.Module([], [])
