"""What nbgrader takes over from a submission: its own metadata as they were released, and prose without scripts."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from nbconvert.preprocessors.sanitize import SanitizeHTML
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from grader.authoring.notebooks import METADATA
from grader.course.catalogue import lesson_ids
from grader.course.folders import COURSE

ADDED = "added-back"  # tags check cells that a student has deleted
_SCHEME = re.compile(r"(script|data)(\\*):", re.IGNORECASE)  # of addresses that run something; Markdown drops \


class RestoreMetadata(NbGraderPreprocessor):
    """The first step: nbgrader's metadata as they were released, whatever a student has saved.

    Each of the course's cells is known by its id. A copied check, another schema version or metadata that are no
    dictionary would otherwise end `nbgrader autograde` for everybody behind, or cost this student the grade.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Puts the released metadata where they belong, and only there; adds check cells that are gone, at the end."""
        names = resources["nbgrader"]
        with Gradebook(names["db_url"]) as book:
            released = _released(book.find_notebook(names["notebook"], names["assignment"]))
        found = _by_id(nb.cells, released)
        for cell in nb.cells:
            kept = cell.metadata if isinstance(cell.get("metadata"), dict) else {}
            cell.metadata = NotebookNode({key: value for key, value in kept.items() if key != "nbgrader"})
        for name, (source, metadata) in released.items():
            if name not in found and metadata["grade"]:
                found[name] = new_code_cell(source, id=name, metadata={"tags": [ADDED]})
                nb.cells.append(found[name])
            if name in found:
                found[name].metadata["nbgrader"] = NotebookNode(metadata)
        return nb, resources


def _released(notebook: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    """Source and metadata of each of nbgrader's cells, from the instructor's gradebook."""
    worth = {cell.name: float(cell.max_score) for cell in notebook.grade_cells}
    solutions = {cell.name for cell in notebook.solution_cells}
    released = {}
    for cell in notebook.source_cells:
        metadata: dict[str, Any] = {"schema_version": 3, "grade_id": cell.name, "task": False}
        metadata |= {"grade": cell.name in worth, "solution": cell.name in solutions, "locked": cell.locked}
        metadata |= {"cell_type": cell.cell_type, "checksum": cell.checksum}
        if cell.name in worth:
            metadata["points"] = worth[cell.name]
        released[cell.name] = cell.source, metadata
    return released


def _by_id(cells: list[NotebookNode], released: dict[str, tuple[str, dict[str, Any]]]) -> dict[str, NotebookNode]:
    """The first cell of each id; where an old format has lost the ids, of each grade_id. Of the released type."""
    found: dict[str, NotebookNode] = {}
    for identify in (lambda cell: cell.get("id"), _grade_id):
        for cell in cells:
            name = identify(cell)
            if isinstance(name, str) and name in released and cell.get("cell_type") == released[name][1]["cell_type"]:
                found.setdefault(name, cell)
    return found


def _grade_id(cell: NotebookNode) -> Any:
    match cell.get("metadata"):
        case {"nbgrader": {"grade_id": name}}:
            return name
    return None


class SanitiseProse(NbGraderPreprocessor):
    """What students have written as prose, without scripts: nbgrader's pages show it as it is.

    The course's own prose, word for word, stays as it is. Of the notebook's metadata only the course's are left, since
    those of widgets load code.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        nb.metadata = NotebookNode(METADATA)
        lesson = resources["nbgrader"]["notebook"]
        known = _prose(lesson) if lesson in lesson_ids() else {}
        for cell in nb.cells:
            if cell.cell_type != "code" and known.get(cell.get("id", "")) != cell.source:
                cell.source = _SCHEME.sub("\\1：", SanitizeHTML().sanitize_html_tags(cell.source))
        return nb, resources


@cache
def _prose(lesson: str) -> dict[str, str]:
    """The prose of a lesson as students get it, by cell id."""
    import nbformat

    cells = nbformat.read(COURSE.notebook(lesson), 4).cells
    return {cell.id: cell.source for cell in cells if cell.cell_type == "markdown"}
