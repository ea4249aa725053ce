"""The two notebooks of a lesson: the instructor's, with answers, and the student's, with stubs."""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping, Sequence
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader.authoring.errors import BuildError
from grader.course import script
from grader.course.questions import Question
from grader.course.script import Cell
from grader.render.question import question_markdown

COVER = "cover.png"
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}


def instructor(cells: list[Cell], points: Mapping[str, float], questions: Mapping[str, Question]) -> NotebookNode:
    """The notebook with answers in their markers, questions and nbgrader's metadata, not executed."""
    _confirm_cover(cells)
    notebook = new_notebook(metadata=copy.deepcopy(METADATA))
    notebook.nbformat_minor = 5
    asked = asked_before(cells, questions)
    for place, (cell, cell_id) in enumerate(zip(cells, script.cell_ids(cells), strict=True)):
        if place in asked:
            notebook.cells.append(_question_cell(asked[place]))
        _confirm_python(cell, cell_id)
        make = new_code_cell if cell.is_code else new_markdown_cell
        metadata = _metadata(cell, cell_id, points)
        notebook.cells.append(make(cell.source, id=cell_id, metadata=metadata))
    if len(cells) in asked:
        notebook.cells.append(_question_cell(asked[len(cells)]))
    nbformat.validate(notebook)
    return notebook


def student(notebook: NotebookNode, address: str = "") -> NotebookNode:
    """The student's version of an instructor's notebook: without cells of answers, the rest by nbgrader's own steps.

    Its first cell says how to get the package where that is missing, from the `address` if there is one.
    """
    from nbgrader.preprocessors import CheckCellMetadata, ClearOutput, ComputeChecksums, LockCells

    from grader.authoring.stubs import ClearNamedSolutions

    notebook = copy.deepcopy(notebook)
    notebook.cells[0].source += "\n\n" + how_to_install(address)
    resources: dict[str, Any] = {}
    # nbgrader's order: what is locked does not depend on the source, checksums are of the cleared source.
    for step in (LockCells, ClearNamedSolutions, ClearOutput, CheckCellMetadata, ComputeChecksums):
        notebook, resources = step().preprocess(notebook, resources)
    nbformat.validate(notebook)
    return notebook


def asked_before(cells: Sequence[Cell], questions: Mapping[str, Question]) -> dict[int, Question]:
    """The question before which cell, by its place; len(cells) is the place behind the last one.

    Each exercise ends with its question: behind what follows its check, before the next heading.
    """
    found: dict[int, Question] = {}
    pending: Question | None = None
    for place, cell in enumerate(cells):
        if pending and _ends_exercise(cell):
            found[place], pending = pending, None
        if cell.kind == "check":
            pending = questions.get(cell.name)
    return found | ({len(cells): pending} if pending else {})


def how_to_install(address: str) -> str:
    """One line for those who opened the notebook alone, as on Colab, Kaggle or a JupyterHub."""
    remedy = (
        f"first run `%pip install {address}`"
        if address
        else "open it with `python course.py lab`, or ask your instructor for the address to install from"
    )
    return f"**If `grader` or `vaelab` is missing here,** {remedy}."


def attach_cover(notebook: NotebookNode, png: str) -> None:
    """Put the picture (base64) where the prose says `attachment:cover.png`."""
    for cell in notebook.cells:
        if _shows_cover(cell):
            cell["attachments"] = {COVER: {"image/png": png}}


def attached_cover(notebook: NotebookNode) -> str | None:
    """The picture (base64) that is attached to the prose."""
    for cell in notebook.cells:
        if _shows_cover(cell):
            return cell.get("attachments", {}).get(COVER, {}).get("image/png")
    return None


def dumps(notebook: NotebookNode) -> str:
    """The notebook as file content: the same notebook always gives the same bytes."""
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def _metadata(cell: Cell, cell_id: str, points: Mapping[str, float]) -> dict[str, Any]:
    """Prose and demos stay the student's own to edit; demos carry a tag, so that grading can skip them."""
    if cell.kind == "markdown":
        return {}
    if cell.kind == "answers":
        return {"tags": [script.ANSWERS]}
    if cell.kind == "demo":
        return {"tags": ["demo", "cover"] if cell.name == "cover" else ["demo"]}
    nbgrader: dict[str, Any] = {
        "schema_version": 3,
        "grade_id": cell_id,
        "solution": cell.kind == "exercise",
        "grade": cell.kind == "check",
        "locked": cell.kind != "exercise",
        "task": False,
    }
    if cell.kind == "check":
        nbgrader["points"] = points[cell.name]
    return {"nbgrader": nbgrader}


def _ends_exercise(cell: Cell) -> bool:
    """Whether something else begins with this cell."""
    return cell.kind in ("exercise", "check", "answers") or (cell.kind == "markdown" and cell.source.startswith("#"))


def _question_cell(question: Question) -> NotebookNode:
    return new_markdown_cell(question_markdown(question), id=f"question_{question.exercise}")


def _shows_cover(cell: Cell | NotebookNode) -> bool:
    is_prose = not cell.is_code if isinstance(cell, Cell) else cell.cell_type == "markdown"
    return is_prose and f"attachment:{COVER}" in cell.source


def _confirm_cover(cells: list[Cell]) -> None:
    drawn = sum(cell.name == "cover" and cell.kind == "demo" for cell in cells)
    shown = sum(map(_shows_cover, cells))
    if (drawn, shown) != (1, 1):
        raise BuildError(
            f'a lesson has one demo="cover" and one prose cell that shows attachment:{COVER}; '
            f"this one has {drawn} and {shown}"
        )


def _confirm_python(cell: Cell, cell_id: str) -> None:
    if cell.is_code:
        for text in (cell.source, script.stub(cell)):
            try:
                ast.parse(text)
            except SyntaxError as error:
                raise BuildError(f"cell {cell_id}: answer and stub must both be valid Python: {error}") from None
