"""What nbgrader takes over from a submission: its own metadata as they were released, and prose without scripts."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from typing import Any

from nbconvert.preprocessors.sanitize import SanitizeHTML
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from grader.authoring.notebooks import METADATA
from grader.course.catalogue import lesson_ids
from grader.course.folders import COURSE
from grader.untrusted import whole_characters

_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
ADDED = "added-back"  # tags check cells that a student has deleted
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-f]+|[a-z][a-z0-9]*);?", re.IGNORECASE)
_AMPERSAND = re.compile(r"&(?:amp|#38|#x26);?(?=#|\w)", re.IGNORECASE)  # that makes an entity of what follows
_GAP = r"[\s\x00-\x1f]*"  # which browsers drop
# Addresses that run something. Markdown drops backslashes.
_SCHEME = re.compile(rf"({'|'.join(map(_GAP.join, ('script', 'data')))})[\s\x00-\x1f\\]*:", re.IGNORECASE)
_MOST_HTML = 10_000  # characters in a cell, and ten times that in a notebook: bleach takes quadratic time


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
        for number, cell in enumerate(nb.cells):
            _tidy(cell, number)
        nb.metadata = NotebookNode(METADATA)
        nb.nbformat, nb.nbformat_minor = 4, 5
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


def _tidy(cell: NotebookNode, number: int) -> None:
    """A cell as every version of nbformat takes it, with nothing that only a student's file says about it.

    What nbformat reads and others cannot write is mended: half characters, ids, and kinds of cells that are no more
    (`heading`), which are prose.
    """
    source, name = cell.get("source"), cell.get("id")
    kept: dict[str, Any] = {"metadata": NotebookNode()}
    kept["id"] = name if isinstance(name, str) and _CELL_ID.fullmatch(name) else f"unnamed-{number}"
    kept["source"] = whole_characters(source) if isinstance(source, str) else ""
    kept["cell_type"] = cell.get("cell_type") if cell.get("cell_type") in ("code", "raw") else "markdown"
    if kept["cell_type"] == "code":
        kept |= {"outputs": [], "execution_count": None}
    elif _can_be_written(cell.get("attachments")):
        kept["attachments"] = cell.attachments
    cell.clear()
    cell.update(kept)


def _can_be_written(attachments: Any) -> bool:
    """Whether these are files by name, each a text by its media type."""
    if not isinstance(attachments, dict) or not all(isinstance(file, dict) for file in attachments.values()):
        return False
    texts = [text for name, file in attachments.items() for text in (name, *file, *file.values())]
    return all(isinstance(text, str) and whole_characters(text) == text for text in texts)


def _grade_id(cell: NotebookNode) -> Any:
    match cell.get("metadata"):
        case {"nbgrader": {"grade_id": name}}:
            return name
    return None


class SanitiseProse(NbGraderPreprocessor):
    """What students have written as prose, without scripts: nbgrader's pages show it as it is.

    The course's own prose, word for word, stays as it is.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        lesson = resources["nbgrader"]["notebook"]
        known = _prose(lesson) if lesson in lesson_ids() else {}
        room = 10 * _MOST_HTML
        for cell in nb.cells:
            if cell.cell_type != "code" and known.get(cell.get("id", "")) != cell.source:
                size = len(cell.source)
                cell.source = harmless(cell.source, html=size <= min(room, _MOST_HTML))
                room -= size
        return nb, resources


def harmless(prose: str, html: bool = True) -> str:
    """Markdown that runs nothing, however it is rendered. html: False shows all its tags as text."""
    text = SanitizeHTML().sanitize_html_tags(prose) if html else prose.replace("<", "&lt;")
    while (plainer := _AMPERSAND.sub("&", text)) != text:  # one pass of Markdown decodes one level
        text = plainer
    return _SCHEME.sub("\\1：", _ENTITY.sub(_decoded, text)).replace("\\href", "href")


def _decoded(entity: re.Match[str]) -> str:
    """What could be part of an address's scheme as the character that it stands for; what marks something up stays."""
    text = unescape(entity[0])
    return text if text.isalpha() or text == ":" or (text.isspace() and len(text) == 1) else entity[0]


@cache
def _prose(lesson: str) -> dict[str, str]:
    """The prose of a lesson as students get it, by cell id."""
    import nbformat

    cells = nbformat.read(COURSE.notebook(lesson), 4).cells
    return {cell.id: cell.source for cell in cells if cell.cell_type == "markdown"}
