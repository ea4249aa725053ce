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

from grader.course.catalogue import lesson_ids
from grader.course.folders import COURSE

_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-f]+|[a-z][a-z0-9]*);?", re.IGNORECASE)
_AMPERSAND = re.compile(r"&(?:(?:amp|#38|#x26);?)++(?=#|\w)", re.IGNORECASE)  # an ampersand that makes an entity
_GAP = r"[\s\x00-\x1f]*"  # which browsers drop
# Addresses that run something. Markdown drops backslashes.
_SCHEME = re.compile(rf"({'|'.join(map(_GAP.join, ('script', 'data')))})[\s\x00-\x1f\\]*:", re.IGNORECASE)
# Commands of MathJax and KaTeX that make links, set attributes of HTML, load something or define others.
_COMMANDS = (
    "href|url|hyperref|includegraphics|class|cssId|style|bbox|data|mmlToken|html[A-Z]\\w*|require|setOptions|csname|"
    "[egx]?def|let|futurelet|(?:re)?new(?:command|environment|columntype|tagform)|providecommand|Newextarrow|Declare\\w+"
)
_COMMAND = re.compile(rf"(?<!\\)\\++(?=(?:{_COMMANDS})(?![a-zA-Z]))")
_DROPPED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # by browsers, which then join what stands beside it
_MOST_HTML = 10_000  # characters in a cell, and ten times that in a notebook: bleach takes quadratic time
_MOST_PROSE = 300_000  # characters in a notebook: Markdown takes more than linear time


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
            cell.metadata = NotebookNode()
        for name, (source, metadata) in released.items():
            if name not in found and metadata["grade"]:
                found[name] = new_code_cell(source, id=name)
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
    for identify in (lambda cell: cell.id, lambda cell: cell.metadata.get("grade_id")):
        for cell in cells:
            name = identify(cell)
            if name in released and cell.cell_type == released[name][1]["cell_type"]:
                found.setdefault(name, cell)
    return found


class SanitiseProse(NbGraderPreprocessor):
    """What students have written as prose, without scripts: nbgrader's pages show it as it is.

    The course's own prose, word for word, stays as it is.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        lesson = resources["nbgrader"]["notebook"]
        known = _prose(lesson) if lesson in lesson_ids() else {}
        total = 0
        for cell in nb.cells:
            if cell.cell_type != "code" and known.get(cell.get("id", "")) != cell.source:
                size = len(cell.source)
                total += size
                html = size <= _MOST_HTML and total <= 10 * _MOST_HTML
                shown = total <= _MOST_PROSE
                cell.source = harmless(cell.source, html) if shown else f"({size:,} characters: too many to be shown.)"
        return nb, resources


def harmless(prose: str, html: bool = True) -> str:
    """Markdown that runs nothing, however it is rendered. html: False shows all its tags as text.

    What makes an address or a command one is not removed, for what stands around it could make another one: it becomes
    a sign that looks like it.
    """
    prose = _DROPPED.sub("", prose)
    text = SanitizeHTML().sanitize_html_tags(prose) if html else prose.replace("<", "&lt;")
    text = _ENTITY.sub(_decoded, _AMPERSAND.sub("&", text))
    return _COMMAND.sub("＼", _SCHEME.sub("\\1：", text))


def _decoded(entity: re.Match[str]) -> str:
    """What could be part of a scheme or command as the character that it stands for; what marks something up stays."""
    text = unescape(entity[0])
    return text if text.isalpha() or text in (":", "\\") or (text.isspace() and len(text) == 1) else entity[0]


@cache
def _prose(lesson: str) -> dict[str, str]:
    """The prose of a lesson as students get it, by cell id."""
    import nbformat

    cells = nbformat.read(COURSE.notebook(lesson), 4).cells
    return {cell.id: cell.source for cell in cells if cell.cell_type == "markdown"}
