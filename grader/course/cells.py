"""The cells of a lesson's script, with the ids that they have in the notebook."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from grader.course import script
from grader.course.folders import COURSE

NO_SOURCES = "needs the course's sources, and only its package is installed here: use a copy of the repository."


@dataclass(frozen=True)
class CourseCell:
    """A cell of the course with its notebook id and the names that it defines.

    `defines` are those that a student is to define, `gives` those that a setup cell gives to everybody.
    """

    id: str
    cell: script.Cell
    defines: frozenset[str] = frozenset()
    gives: frozenset[str] = frozenset()


def has_sources() -> bool:
    """Whether the scripts of the lessons are here; an installed package has none."""
    return bool(COURSE.scripts())


@cache
def course_cells(lesson_id: str) -> tuple[CourseCell, ...]:
    """The cells of a lesson's source; none where only the package is installed."""
    if not has_sources():
        return ()
    cells = script.read(COURSE.script(lesson_id))
    return tuple(
        CourseCell(
            name,
            cell,
            frozenset(script.defines(script.reference(cell)) if cell.kind == "exercise" else ()),
            frozenset(script.defines(cell.source) if cell.kind == "setup" else ()),
        )
        for name, cell in zip(script.cell_ids(cells), cells, strict=True)
    )


@cache
def exercise_cells(lesson_id: str) -> dict[str, CourseCell]:
    """The cells that students fill in, by exercise; none where only the package is installed."""
    return {entry.id: entry for entry in course_cells(lesson_id) if entry.cell.kind == "exercise"}


def owner_of(lesson_id: str, name: str) -> str | None:
    """The exercise that defines this name, if one does."""
    return next((entry.id for entry in exercise_cells(lesson_id).values() if name in entry.defines), None)
