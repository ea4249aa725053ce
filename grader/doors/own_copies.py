"""The learner's own copies of the lessons: made once, never written by `grader build`, renewed when that is wanted."""

from __future__ import annotations

import json
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

from grader.course.catalogue import lesson
from grader.course.folders import Folders
from grader.files import write_if_changed
from grader.submission.plan import matched_cells, sort_cells
from grader.submission.reading import StudentCell, read_notebook

_GIVEN = "vaelab"  # in a copy's metadata: the version of the lesson that it was made from, and a digest of each cell

Cell = dict[str, Any]


def make_missing(folders: Folders, lessons: tuple[str, ...]) -> list[str]:
    """Makes the copies that are not there; returns the lessons that are newer than their copies."""
    newer = []
    for name in lessons:
        released, own = folders.notebook(name).read_bytes(), folders.own(name)
        if not own.exists():
            _write(own, json.loads(released), released)
        elif _given(own).get("version") != _digest(released):
            newer.append(name)
    return newer


def update(folders: Folders, name: str) -> Path:
    """Puts what the learner has written into the newer lesson; returns where the old copy is now.

    Answers go to their exercises; cells and notes that the learner added, behind the cells that they stood behind.
    Raises Unreadable where the copy is no notebook.
    """
    own, released = folders.own(name), folders.notebook(name).read_bytes()
    notebook = json.loads(released)
    notebook["cells"] = _with_work(notebook["cells"], own, name)
    kept = next(path for n in count(1) if not (path := own.with_name(f"{name}.before-{n}.ipynb")).exists())
    own.rename(kept)
    _write(own, notebook, released)
    return kept


def _with_work(cells: list[Cell], own: Path, name: str) -> list[Cell]:
    """The cells of the newer lesson, with the learner's answers and added cells."""
    read, given = read_notebook(own), _given(own).get("cells", {})
    answers = sort_cells(lesson(name), read).answers
    written = {exercise: text for exercise, text in answers.items() if given.get(exercise) != _digest(text.encode())}
    added = _added(read, matched_cells(name, read), set(given))
    merged = added.pop("", [])
    for cell in cells:
        merged += [cell | {"source": written.get(cell["id"], cell["source"])}, *added.pop(cell["id"], [])]
    return merged + [cell for lost in added.values() for cell in lost]


def _added(read: list[StudentCell], owners: list[str | None], given: set[str]) -> dict[str, list[Cell]]:
    """The learner's own cells, without outputs, by the course's cell before them. Prose is told apart by its id."""
    added: dict[str, list[Cell]] = {}
    anchor = ""
    for number, (cell, owner) in enumerate(zip(read, owners, strict=True)):
        anchor = owner or anchor
        if owner is None and given.isdisjoint(cell.ids) and (cell.is_code or cell.ids) and cell.source.strip():
            made: Cell = {"cell_type": "markdown", "id": f"own-{number}", "metadata": {}, "source": cell.source}
            as_code: Cell = {"cell_type": "code", "outputs": [], "execution_count": None}
            added.setdefault(anchor, []).append(made | as_code if cell.is_code else made)
    return added


def _write(own: Path, notebook: dict[str, Any], released: bytes) -> None:
    cells = {cell["id"]: _digest("".join(cell["source"]).encode()) for cell in json.loads(released)["cells"]}
    given = {_GIVEN: {"version": _digest(released), "cells": cells}}
    marked = notebook | {"metadata": notebook["metadata"] | given}
    write_if_changed(own, (json.dumps(marked, indent=1, ensure_ascii=False) + "\n").encode())


def _given(own: Path) -> dict[str, Any]:
    """What the copy says that it was made from; nothing if it has lost that."""
    try:
        given = json.loads(own.read_text("utf-8-sig"))["metadata"][_GIVEN]
    except (OSError, ValueError, LookupError, TypeError):
        return {}
    return given if isinstance(given, dict) else {}


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:16]
