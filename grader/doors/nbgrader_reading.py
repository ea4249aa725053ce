"""What nbgrader gets to read of a submission: cells, within the limits of `grader grade`."""

from __future__ import annotations

import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory

from grader.authoring.notebooks import METADATA
from grader.submission.reading import StudentCell, Unreadable, read_cells
from grader.untrusted import whole_characters

_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


class BoundedExporter(NotebookExporter):
    """In place of the exporter of `nbgrader autograde`, with which nbformat reads a file of any size and shape.

    nbformat describes each output that it finds invalid: a hundred times the time and the memory of the file's.
    """

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **more: Any
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """The same for a file that nbgrader has written. Of a submission, what `grader grade` would read."""
        path, names = Path(filename), (resources or {})["nbgrader"]
        course = CourseDirectory(config=self.config)
        written = course.format_path(course.autograded_directory, names["student"], names["assignment"])
        if path.parent == Path(written):
            return super().from_filename(filename, resources, **more)
        return self.from_notebook_node(_submission(path), resources, **more)


def submitted_file(course: CourseDirectory, names: dict[str, str]) -> Path:
    """The file that a student has handed in; names: nbgrader's, of the student, the assignment and the notebook."""
    folder = course.format_path(course.submitted_directory, names["student"], names["assignment"])
    return Path(folder) / f"{names['notebook']}.ipynb"


def _submission(path: Path) -> NotebookNode:
    """A valid notebook without outputs; of a file that cannot be read, one without cells: its grading says why."""
    try:
        read = read_cells(path)
    except Unreadable:
        read = []
    cells = [_tidy(cell, saved, number) for number, (cell, saved) in enumerate(read)]
    return nbformat.from_dict({"nbformat": 4, "nbformat_minor": 5, "metadata": deepcopy(METADATA), "cells": cells})


def _tidy(cell: StudentCell, saved: dict[str, Any], number: int) -> dict[str, Any]:
    """A cell as nbformat writes it. Of its metadata there is what tells where it belongs.

    Kinds of cells that are no more (`heading`) are prose.
    """
    name, kind = saved.get("id"), saved.get("cell_type")
    kept: dict[str, Any] = {"cell_type": kind if kind in ("code", "raw") else "markdown", "source": cell.source}
    kept["id"] = name if isinstance(name, str) and _CELL_ID.fullmatch(name) else f"unnamed-{number}"
    kept["metadata"] = {"grade_id": cell.ids[-1]} if cell.ids else {}
    if cell.is_code:
        kept |= {"outputs": [], "execution_count": None}
    elif _can_be_written(saved.get("attachments")):
        kept["attachments"] = saved["attachments"]
    return kept


def _can_be_written(attachments: Any) -> bool:
    """Whether these are files by name, each a text by its media type."""
    if not isinstance(attachments, dict) or not all(isinstance(file, dict) for file in attachments.values()):
        return False
    texts = [text for name, file in attachments.items() for text in (name, *file, *file.values())]
    return all(isinstance(text, str) and whole_characters(text) == text for text in texts)
