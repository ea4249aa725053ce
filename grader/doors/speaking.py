"""What all verbs share: how they speak, and the page that a student reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from grader.classroom.gradebook import Sheet


def stop(sentence: str, code: int = 2) -> NoReturn:
    """Ends the verb with one sentence on standard error."""
    typer.echo(sentence, err=True)
    raise typer.Exit(code)


def print_some(lines: list[str], most: int = 10) -> None:
    for line in lines[:most]:
        typer.echo(line)
    if len(lines) > most:
        typer.echo(f"… and {len(lines) - most} more like this.")


def tenths(what: str, say: Callable[[str], None]) -> Callable[[int, int | None], None]:
    """Takes how many are done, and of how many: says that at the end of each tenth. Of an unknown number, nothing."""
    told: int | None = None

    def advance(done: int, total: int | None) -> None:
        nonlocal told
        tenth = 10 * done // total if total else 0
        if told is not None and tenth > told:
            say(f"{what}: {done} of {total}")
        told = tenth

    return advance


def page(sheet: Sheet) -> str:
    """The feedback on one submission, in HTML."""
    from grader.course.catalogue import lesson, lesson_ids
    from grader.render.feedback import Counted, feedback_html

    result, standing, identity = sheet.result, sheet.standing, sheet.identity
    known = lesson(result.lesson) if result.lesson in lesson_ids() else None
    about = [f"File: {identity.file}"] if identity.file else []
    about += [f"Graded: {sheet.graded} UTC", *(["Handed in late"] if identity.late else [])]
    counted = Counted(standing.scores, standing.score, standing.max_score, standing.notes) if standing.notes else None
    return feedback_html(result, known, "Variational autoencoders", about, counted)
