"""The verbs that bring grades home: `grader export` and `grader autograder`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.doors.speaking import page, print_some, stop

_FORMS = "csv|canvas|moodle|gradescope|nbgrader"


def export(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder that `grader grade` has written.")],
    form: Annotated[str, typer.Option("--format", metavar=_FORMS, help="Where the grades go.")],
    to: Annotated[Path | None, typer.Option(metavar="FILE", help="The file for the grades.")] = None,
    feedback: Annotated[
        Path | None, typer.Option(metavar="FILE.zip", help="An archive for the pages, under names that fit the format.")
    ] = None,
    lesson: Annotated[str | None, typer.Option(help="Only this lesson; by default all.")] = None,
) -> None:
    """Write grades and feedback in the form that a campus system takes back.

    canvas: for “Import” in the gradebook; the pages for “Upload Submissions”. moodle: for “Upload grading worksheet”
    and “Upload multiple feedback files in a zip”. gradescope: an autograder that hands the results back. nbgrader: what
    `nbgrader export` writes. csv: for anything else. Exits with 0, or with 2 if something that is needed is not known.
    """
    from grader.classroom import CannotGrade
    from grader.classroom.export import export as export_class

    if to is None and feedback is None:
        stop("Say what to write: --to FILE for the grades, --feedback FILE.zip for the pages.")
    try:
        said = export_class(out, form, grades=to, pages=feedback, lesson=lesson, feedback=page)
    except CannotGrade as error:
        stop(str(error))
    print_some(said)
    typer.echo(f"Written: {', '.join(str(path) for path in (to, feedback) if path)}")


def autograder(
    lesson: Annotated[str, typer.Argument(metavar="LESSON", help="Such as 01_plain_vae.")],
    to: Annotated[Path, typer.Option(metavar="FILE.zip", help="A file that is not there yet.")],
    allow_unisolated: Annotated[
        bool,
        typer.Option("--allow-unisolated", help="Run submissions even if Gradescope's machine cannot isolate them."),
    ] = False,
) -> None:
    """Write what to upload to Gradescope, so that it grades a lesson whenever somebody hands it in.

    It holds the right answers and a secret seed. Exits with 0, or with 2 if it could not be written.
    """
    from grader.classroom import CannotGrade
    from grader.classroom.gradescope import autograder as make
    from grader.files import write_if_changed

    if to.exists():
        stop(f"{to} is there, with the seed of what it has graded. Give another name, or delete it.")
    try:
        write_if_changed(to, make(lesson, allow_unisolated=allow_unisolated))
    except (CannotGrade, OSError) as error:
        stop(str(error))
    typer.echo(f"Written: {to}")
