"""nbgrader's page of feedback, with an index that says which exercise each entry is."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode

from grader.course.catalogue import lesson_of_exercise

# As nbgrader's template has the entries: for each check, and for each answer that somebody has commented on.
_ENTRY = re.compile(r'(?P<start><li><a href="#(?:check_|comment-)(?P<name>\w+)">)(?P<word>Test cell|Comment)(?=</a>)')


class NamingExporter(HTMLExporter):
    """In place of the exporter of `nbgrader generate_feedback`, whose template calls all entries alike."""

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **more: Any
    ) -> tuple[Any, dict[str, Any]]:
        """The page as nbgrader makes it, but for the entries of its index."""
        page, resources = super().from_notebook_node(nb, resources, **more)
        before, body, after = page.partition('<div id="toc">')
        index, end, after = after.partition("</ol>")
        return before + body + _ENTRY.sub(_named, index) + end + after, resources


def _named(entry: re.Match[str]) -> str:
    name = entry["name"]
    try:
        title = lesson_of_exercise(name).exercises[name].title
    except LookupError:  # of a cell that an instructor has added
        title = name
    return f"{entry['start']}{'Comment on: ' if entry['word'] == 'Comment' else ''}{escape(title)}"
