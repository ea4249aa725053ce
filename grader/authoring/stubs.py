"""nbgrader's ClearSolutions, with a stub that names the exercise."""

from __future__ import annotations

import re
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearSolutions
from nbgrader.utils import is_solution

from grader.course import script

_TO_A_LESSON = re.compile(r"\]\((\d\d_\w+)\.ipynb\)")


class ClearNamedSolutions(ClearSolutions):
    """nbgrader has one stub for a whole notebook; here each exercise's stub says which one it is.

    A cell without markers is left as it is: it has been cleared before, and nbgrader would replace all of it,
    signature and docstring too. Answers in prose go, and links from lesson to lesson follow: walkthroughs are side by
    side, students' notebooks in a folder each.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        nb.cells = [cell for cell in nb.cells if script.ANSWERS not in cell.metadata.get("tags", [])]
        return super().preprocess(nb, resources)

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        if cell.cell_type == "markdown":
            cell.source = _TO_A_LESSON.sub(r"](../\1/\1.ipynb)", cell.source)
        if not is_solution(cell) or self.begin_solution_delimeter not in cell.source:
            return cell, resources
        self.code_stub = {"python": "\n".join(script.stub_lines(cell.metadata.nbgrader.grade_id))}
        return super().preprocess_cell(cell, resources, cell_index)
