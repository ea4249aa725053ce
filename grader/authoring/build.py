"""`grader build`: from the scripts in solutions/ to the notebooks that students open and readers read."""

from __future__ import annotations

import base64
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from grader.authoring.clashes import clashes, names_in
from grader.authoring.errors import BuildError
from grader.authoring.ideas import unmatched
from grader.authoring.points import exercise_checks, exercise_points
from grader.authoring.table import gaps, unknown_in_slips
from grader.course import script
from grader.course.folders import COURSE, Folders
from grader.course.questions import QuestionError
from grader.files import write_if_changed

if TYPE_CHECKING:
    from nbformat import NotebookNode

Executes = Literal["never", "if stale", "always"]


def build(
    *, check: bool = False, execute: bool = False, lessons: list[str] | None = None, folders: Folders = COURSE
) -> list[str]:
    """Make the students' notebooks and, with `execute`, the walkthroughs; returns a line for each problem that remains.

    Only stale walkthroughs are executed, and those of `lessons`, if these are named. With `check` nothing is written,
    and a stale notebook for students is a problem too.
    """
    if check and execute:
        raise ValueError("check writes nothing, execute writes: choose one")
    known = folders.scripts()
    found = [f"{name}: there is no such lesson" for name in lessons or [] if name not in known]
    if not known:
        found.append(f"{folders.solutions}: there are no lessons")
    for lesson in known:
        if lessons is None or lesson in lessons:
            executes: Executes = "never" if not execute else "if stale" if lessons is None else "always"
            found += [f"{lesson}: {problem}" for problem in _build_lesson(lesson, folders, check, executes)]
    return found + clashes(folders, known) + unmatched(folders, known) + _strays(folders, known)


def _build_lesson(lesson: str, folders: Folders, check: bool, executes: Executes) -> list[str]:
    from grader.authoring import figures, notebooks, questions, walkthrough
    from grader.authoring.leaks import leaks
    from grader.authoring.prose import badly_rendered

    try:
        cells = script.read(folders.script(lesson))
        exercises = [cell.name for cell in cells if cell.kind == "exercise"]
        missing = gaps(folders.exercises(lesson), lesson, exercises)
        if missing:
            return missing
        checks = exercise_checks(folders.checks_file(lesson), exercises)
        asked = questions.load(folders, lesson)
        full = notebooks.instructor(cells, exercise_points(checks), asked)
        before = _load(folders.walkthrough(lesson))
        if before and not check and (reworded := walkthrough.reworded(before, full)):
            before = reworded
            write_if_changed(folders.walkthrough(lesson), notebooks.dumps(before).encode())
        if executes == "always" or (executes == "if stale" and walkthrough.problems(before, full, checks)):
            walkthrough.confirm_data(before)
            write_if_changed(folders.walkthrough(lesson), notebooks.dumps(walkthrough.execute(full)).encode())
    except (script.SourceError, QuestionError, BuildError) as error:
        return [str(error)]

    executed = _load(folders.walkthrough(lesson))
    cleared = notebooks.student(full, _address(folders))
    cover = executed and notebooks.attached_cover(executed)
    if cover:
        notebooks.attach_cover(cleared, cover)
    text, picture = notebooks.dumps(cleared).encode(), base64.b64decode(cover or "")
    if not check:
        write_if_changed(folders.notebook(lesson), text)
        if picture:
            write_if_changed(folders.cover(lesson), picture)

    found = walkthrough.problems(executed, full, checks)
    if executed:
        found += figures.problems(executed, folders.figures, lesson)
    if not _holds(folders.notebook(lesson), text):
        found.append("the student's notebook is not what its source gives; run `grader build`")
    if picture and not _holds(folders.cover(lesson), picture):
        found.append("the cover is not the walkthrough's; run `grader build`")
    found += leaks(cells, _load(folders.notebook(lesson)) or cleared) + badly_rendered(cells)
    found += unknown_in_slips(
        folders.exercises(lesson),
        {name: [check.name for check in group] for name, group in checks.items()},
        {name for table in folders.misconceptions(lesson) for name in names_in(table)},
    )
    return found + questions.problems(asked, folders, lesson, exercises)


def _address(folders: Folders) -> str:
    return str(tomllib.loads(folders.install.read_text("utf-8"))["address"]) if folders.install.exists() else ""


def _load(path: Path) -> NotebookNode | None:
    """The notebook in this file; None if there is none that can be read."""
    import nbformat

    try:
        notebook = nbformat.v4.reads(path.read_text("utf-8"))
        nbformat.validate(notebook)
    except Exception:  # nbformat raises whatever the file's shape leads to
        return None
    return notebook


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


def _strays(folders: Folders, known: Iterable[str]) -> list[str]:
    """Files that no lesson accounts for; what begins with a dot is a tool's own."""
    expected = {path for lesson in known for path in (*folders.generated(lesson), folders.exercises(lesson))}
    present = [path for path in folders.lessons.rglob("*") if path.is_file()]
    present += [*folders.solutions.glob("*.ipynb"), *folders.checks.glob("*/exercises.toml")]
    return [
        f"{path}: belongs to no lesson"
        for path in sorted(present)
        if path not in expected and not _is_hidden(path, folders)
    ]


def _is_hidden(path: Path, folders: Folders) -> bool:
    base = next(base for base in (folders.lessons, folders.solutions, folders.checks) if path.is_relative_to(base))
    return any(part.startswith(".") for part in path.relative_to(base).parts)
