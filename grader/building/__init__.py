"""`grader build`: from the scripts in solutions/ to the notebooks that students open and readers read."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader import source
from grader.catalogue import PACKAGE, ROOT

from .errors import BuildError
from .points import points
from .table import gaps

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["COURSE", "BuildError", "Folders", "build", "points"]


@dataclass(frozen=True)
class Folders:
    """Where a course keeps its scripts and walkthroughs, its checks and its generated lessons."""

    solutions: Path
    checks: Path
    lessons: Path

    def lesson_ids(self) -> list[str]:
        """The lessons that have a script, in order."""
        return sorted(path.stem for path in self.solutions.glob("[0-9]*.py"))

    def source(self, lesson: str) -> Path:
        return self.solutions / f"{lesson}.py"

    def walkthrough(self, lesson: str) -> Path:
        return self.solutions / f"{lesson}.ipynb"

    def check_file(self, lesson: str) -> Path:
        return self.checks / f"test_{lesson}.py"

    def table(self, lesson: str) -> Path:
        return self.checks / f"{lesson}.toml"

    def notebook(self, lesson: str) -> Path:
        return self.lessons / lesson / f"{lesson}.ipynb"

    def cover(self, lesson: str) -> Path:
        """The lesson's opening picture, for pages outside the notebooks."""
        return self.lessons / lesson / "cover.png"

    def generated(self, lesson: str) -> set[Path]:
        return {self.notebook(lesson), self.walkthrough(lesson), self.cover(lesson)}


COURSE = Folders(ROOT / "solutions", PACKAGE / "checks", ROOT / "lessons")


def build(
    *, check: bool = False, execute: bool = False, lessons: list[str] | None = None, folders: Folders = COURSE
) -> list[str]:
    """Make the students' notebooks and, with `execute`, the walkthroughs; gives the problems that remain.

    One line each. With `check` nothing is written, and a student's notebook that is stale is a problem too.
    """
    if check and execute:
        raise ValueError("check writes nothing, execute writes: choose one")
    known = folders.lesson_ids()
    found = [f"{name}: there is no such lesson" for name in lessons or [] if name not in known]
    if not known:
        found.append(f"{folders.solutions}: there are no lessons")
    for lesson in known:
        if lessons is None or lesson in lessons:
            found += [f"{lesson}: {problem}" for problem in _build_lesson(lesson, folders, check, execute)]
    return found + _strays(folders)


def _build_lesson(lesson: str, folders: Folders, check: bool, execute: bool) -> list[str]:
    from . import notebooks, walkthrough
    from .leaks import leaks

    try:
        cells = source.read(folders.source(lesson))
        exercises = [cell.name for cell in cells if cell.kind == "exercise"]
        missing = gaps(folders.table(lesson), exercises)
        if missing:
            return missing
        full = notebooks.instructor(cells, points(folders.check_file(lesson), exercises))
        if execute:
            notebooks.write(folders.walkthrough(lesson), notebooks.dumps(walkthrough.execute(full)).encode())
    except (source.SourceError, BuildError) as error:
        return [str(error)]

    executed = _load(folders.walkthrough(lesson))
    cleared = notebooks.student(full)
    cover = executed and notebooks.attached_cover(executed)
    if cover:
        notebooks.attach_cover(cleared, cover)
    text, picture = notebooks.dumps(cleared).encode(), base64.b64decode(cover or "")
    if not check:
        notebooks.write(folders.notebook(lesson), text)
        if picture:
            notebooks.write(folders.cover(lesson), picture)

    found = walkthrough.problems(executed, full)
    if not _holds(folders.notebook(lesson), text):
        found.append("the student's notebook is not what its source gives")
    if picture and not _holds(folders.cover(lesson), picture):
        found.append("the cover is not the walkthrough's")
    return found + leaks(cells, _load(folders.notebook(lesson)) or cleared)


def _load(path: Path) -> NotebookNode | None:
    """The notebook in this file; None when there is none that can be read."""
    import nbformat

    try:
        notebook = nbformat.v4.reads(path.read_text("utf-8"))
        nbformat.validate(notebook)
    except Exception:  # nbformat raises whatever the file's shape leads to
        return None
    return notebook


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


def _strays(folders: Folders) -> list[str]:
    """Files that no lesson's script accounts for; what begins with a dot is a tool's own."""
    known = folders.lesson_ids()
    expected = {path for lesson in known for path in folders.generated(lesson)}
    present = [path for path in folders.lessons.rglob("*") if path.is_file()]
    present += folders.solutions.glob("*.ipynb")
    return [
        f"{path}: belongs to no lesson"
        for path in sorted(present)
        if path not in expected and not _is_hidden(path, folders)
    ]


def _is_hidden(path: Path, folders: Folders) -> bool:
    base = folders.lessons if path.is_relative_to(folders.lessons) else folders.solutions
    return any(part.startswith(".") for part in path.relative_to(base).parts)
