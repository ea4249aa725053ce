"""The page of a lesson: its script, with exercises to unfold and the pictures of its walkthrough."""

from __future__ import annotations

import base64
import copy
import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader.authoring.errors import BuildError
from grader.authoring.notebooks import COVER, METADATA, asked_before, attached_cover
from grader.authoring.points import Check
from grader.course import script
from grader.course.catalogue import Lesson, Misconception
from grader.course.folders import Folders
from grader.course.questions import Question
from grader.course.script import Cell
from grader.render.question import question_markdown
from grader.site.pictures import alternative
from grader.site.writing import prose_anchor, render, slug, with_links
from vaelab.explorers import TABLE

LONG = 12  # lines of a demo: more of them are folded away, so that the picture stays near what is said about it
_COVER_IN_PROSE = re.compile(rf"!\[[^\]]*\]\(attachment:{COVER}\)")
_ASIDES = {"predict first": "predict", "when it goes wrong": "trouble", "one question": "question"}
_ASIDE = re.compile(r"^> \*\*(Predict first|When it goes wrong|One question)\.?\*\*", re.MULTILINE)


@dataclass(frozen=True)
class Part:
    """A cell of a lesson with its id and what its walkthrough shows below it."""

    id: str
    cell: Cell
    outputs: tuple[NotebookNode, ...] = ()

    @property
    def has_anchor(self) -> bool:
        """Whether a link can lead here: to prose, but not to raw HTML, which bears no name of its own."""
        return not self.cell.is_code and not self.cell.source.startswith("<")

    @property
    def has_picture(self) -> bool:
        return any("image/png" in output.get("data", {}) for output in self.outputs)


@dataclass(frozen=True)
class LessonSource:
    """All that a lesson's page is made of."""

    lesson: Lesson
    parts: tuple[Part, ...]
    cover: bytes
    checks: Mapping[str, Sequence[Check]]
    mistakes: Mapping[str, Sequence[Misconception]]  # that are known by name, for each exercise
    questions: Mapping[str, Question]

    @property
    def prose(self) -> Iterator[tuple[str, str]]:
        """The text of each cell of prose, with the anchor there or, where there is none, the one before."""
        anchor = ""
        for part in self.parts:
            if part.has_anchor:
                anchor = prose_anchor(self.lesson.id, part.id)
            if not part.cell.is_code:
                yield part.cell.source, anchor


def read_parts(folders: Folders, lesson_id: str) -> tuple[tuple[Part, ...], bytes]:
    """The cells of a lesson, and its opening picture (PNG); BuildError where the walkthrough is not of this script."""
    cells = script.read(folders.script(lesson_id))
    walkthrough = nbformat.read(folders.walkthrough(lesson_id), as_version=4)
    shown = {cell.id: cell for cell in walkthrough.cells}
    parts = []
    for cell_id, cell in zip(script.cell_ids(cells), cells, strict=True):
        if cell.is_code and (cell_id not in shown or shown[cell_id].source != cell.source):
            raise BuildError(f"{lesson_id}: the walkthrough is older than cell {cell_id}; run `grader build --execute`")
        parts.append(Part(cell_id, cell, tuple(shown[cell_id].outputs) if cell.is_code else ()))
    return tuple(parts), base64.b64decode(attached_cover(walkthrough) or "")


def notebook(source: LessonSource) -> str:
    """The page as a notebook, which myst-nb renders without running it."""
    page = new_notebook(metadata=METADATA)
    asked = asked_before([part.cell for part in source.parts], source.questions)
    for place, part in enumerate(source.parts):
        if place in asked:
            page.cells.append(_question_cell(asked[place]))
        page.cells.extend(_cells(part, source))
    if len(source.parts) in asked:
        page.cells.append(_question_cell(asked[len(source.parts)]))
    page.cells.insert(1, new_markdown_cell(render("open.md.j2", lesson=source.lesson), id="open-it"))
    return nbformat.writes(page)


def cover_alternative(source: LessonSource) -> str:
    """What the opening picture shows."""
    (drawn,) = [part for part in source.parts if part.cell.name == "cover" and part.cell.kind == "demo"]
    return alternative(drawn.cell)


def _cells(part: Part, source: LessonSource) -> Iterator[NotebookNode]:
    """What becomes of a cell. A check is part of its exercise here."""
    kind = part.cell.kind
    if kind == "exercise":
        yield new_markdown_cell(_exercise(part.cell, source), id=part.id)
    elif kind in ("markdown", "answers"):
        yield new_markdown_cell(_prose(part, source), id=part.id)
    elif kind != "check":
        outputs = copy.deepcopy(list(part.outputs))
        tables = [output.data.pop(TABLE) for output in outputs if TABLE in output.get("data", {})]
        yield new_code_cell(part.cell.source, id=part.id, outputs=outputs, metadata=_shown(part, source))
        for number, table in enumerate(tables, 1):
            yield new_markdown_cell(_explorer(table), id=f"explorer-{part.id}-{number}")


def _explorer(table: Mapping[str, Any]) -> str:
    """What the site's script makes controls of; nothing is to be seen of it without the script."""
    content = json.dumps(table, ensure_ascii=False).replace("</", "<\\/")  # HTML would end the script there
    return render("explorer.md.j2", title=html.escape(table["title"]), table=content)


def _exercise(cell: Cell, source: LessonSource) -> str:
    return render(
        "exercise.md.j2",
        exercise=source.lesson.exercises[cell.name],
        stub=script.stub(cell),
        answer=script.reference(cell),
        checks=source.checks[cell.name],
        points=sum(check.points for check in source.checks[cell.name]),
        mistakes=source.mistakes.get(cell.name, ()),
    )


def _prose(part: Part, source: LessonSource) -> str:
    cover = f"![{cover_alternative(source)}](../covers/{source.lesson.id}.png)"
    text = _with_asides(_COVER_IN_PROSE.sub(lambda _: cover, part.cell.source))
    target = f"({prose_anchor(source.lesson.id, part.id)})=\n" if part.has_anchor else ""
    return target + with_links(text)


def _question_cell(question: Question) -> NotebookNode:
    return new_markdown_cell(_with_asides(question_markdown(question)), id=f"question-{slug(question.exercise)}")


def _with_asides(text: str) -> str:
    """Prose in which each kind of aside bears its name."""
    return _ASIDE.sub(lambda aside: f"{{.{_ASIDES[aside[1].lower()]}}}\n{aside[0]}", text)


def _shown(part: Part, source: LessonSource) -> dict[str, Any]:
    """How a cell of code is shown: folded if it is long, its picture with an alternative text."""
    metadata: dict[str, Any] = {}
    if part.cell.kind == "demo" and part.cell.source.count("\n") >= LONG:
        metadata["tags"] = ["hide-input"]
    if part.has_picture:
        words = alternative(part.cell)
        if not words:
            raise BuildError(
                f"{source.lesson.id}: the picture of cell {part.id} has no alternative text: "
                'say what it shows in the marker, as in `# %% demo alt="…"`'
            )
        metadata["mystnb"] = {"image": {"alt": words}}
    return metadata
