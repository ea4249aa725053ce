"""Whether a student's notebook gives an answer away."""

from __future__ import annotations

import re

from nbformat import NotebookNode

from grader.course.script import Cell, solution_lines

SUBSTANCE = 16  # characters; below that a line is a phrase of the language, not an answer
_PHRASES = re.compile(
    r"#|def |class |@|return \w+$|super\(\)|[\w.]+\(\)$|with torch\.no_grad\(\):$|for [\w, ]+ in \w+:$"
)


def leaks(cells: list[Cell], notebook: NotebookNode) -> list[str]:
    """What the notebook shows of the answers in `cells`, a sentence each.

    A line counts when it has substance and the lesson's prose does not show it on purpose.
    """
    found = []
    for cell in notebook.cells:
        if "BEGIN SOLUTION" in cell.source or "END SOLUTION" in cell.source:
            found.append(f"cell {cell.id} has a solution marker")
        if cell.get("outputs"):
            found.append(f"cell {cell.id} has outputs")
    prose = "\n".join(_normal(cell.source) for cell in cells if not cell.is_code)
    for exercise in cells:
        if exercise.kind == "exercise":
            lines = dict.fromkeys(map(_normal, solution_lines(exercise)))
            answer = [line for line in lines if _has_substance(line) and line not in prose]
            found += _shown(answer, exercise.name, notebook)
    return found


def _shown(answer: list[str], exercise: str, notebook: NotebookNode) -> list[str]:
    found = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            lines = set(map(_normal, cell.source.split("\n")))
            found += [
                f"cell {cell.id} shows a line of the answer to {exercise}: {line}" for line in answer if line in lines
            ]
    return found


def _normal(text: str) -> str:
    return " ".join(text.split())


def _has_substance(line: str) -> bool:
    return len(line) >= SUBSTANCE and not _PHRASES.match(line)
