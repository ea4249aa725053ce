"""nbgrader's page of feedback, with an index that says which exercise each entry is."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode

from grader.course.catalogue import lesson_of_exercise

_ENTRY = re.compile(r'(<li><a href="#check_(\w+)">)Test cell(</a>)')  # as nbgrader's template has it for each check


class NamingExporter(HTMLExporter):
    """In place of the exporter of `nbgrader generate_feedback`, whose template calls every check “Test cell”."""

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **more: Any
    ) -> tuple[Any, dict[str, Any]]:
        """The page as nbgrader makes it, but for the entries of its index."""
        page, resources = super().from_notebook_node(nb, resources, **more)
        before, body, after = page.partition('<div id="toc">')
        index, end, after = after.partition("</ol>")
        return before + body + _ENTRY.sub(_named, index) + end + after, resources


def _named(entry: re.Match[str]) -> str:
    try:
        title = lesson_of_exercise(entry[2]).exercises[entry[2]].title
    except LookupError:  # a check that an instructor has added
        title = entry[2]
    return f"{entry[1]}{escape(title)}{entry[3]}"
