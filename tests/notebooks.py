"""Makes submissions to lesson 01 for tests: the released notebook with some cells filled in, changed or dropped."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from grader.course import script
from grader.course.catalogue import lesson
from grader.course.cells import course_cells
from grader.course.folders import COURSE

ANSWERS = COURSE.answers
LESSON = "01_plain_vae"


def submission_json(
    answers: dict[str, str] | None = None,
    *,
    stubs: Iterable[str] = (),
    dropped: Iterable[str] = (),
    added: dict[str, str] | None = None,
    lesson_id: str = LESSON,
) -> dict[str, Any]:
    """A notebook with the reference in every exercise, but for `answers`, `stubs` and `dropped` cells.

    `added` maps a cell id to the source of a code cell that the student added after it.
    """
    answers, added, stubs, dropped = answers or {}, added or {}, set(stubs), set(dropped)
    cells: list[dict[str, Any]] = []
    for entry in course_cells(lesson_id):
        if entry.id in dropped:
            continue
        released = script.stub(entry.cell) if entry.id in stubs else script.reference(entry.cell)
        cells.append(_cell(entry.id, answers.get(entry.id, released), entry.cell.is_code))
        if entry.id in added:
            cells.append(_cell(f"added-{len(cells)}", added[entry.id], True))
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}


def write_submission(path: Path, *args: Any, **kwargs: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(submission_json(*args, **kwargs)), "utf-8")
    return path


def as_released(notebook: dict[str, Any], lesson_id: str = LESSON) -> dict[str, Any]:
    """The same with the metadata that nbgrader looks for and the picture, as in the notebook that students have."""
    released = json.loads(COURSE.notebook(lesson_id).read_text("utf-8"))
    kept = ("metadata", "attachments")
    known = {cell["id"]: {key: cell[key] for key in kept if key in cell} for cell in released["cells"]}
    cells = [cell | known.get(cell["id"], {}) for cell in notebook["cells"]]
    return notebook | {"metadata": released["metadata"], "cells": cells}


def all_exercises(lesson_id: str = LESSON) -> list[str]:
    return list(lesson(lesson_id).exercises)


def _cell(name: str, text: str, is_code: bool) -> dict[str, Any]:
    cell: dict[str, Any] = {"id": name, "metadata": {}, "source": text, "cell_type": "code" if is_code else "markdown"}
    return cell | ({"outputs": [], "execution_count": None} if is_code else {})
