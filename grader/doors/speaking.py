"""What all verbs share: how they speak, and the page that a student reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

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


def print_json(value: Any) -> None:
    from grader.classroom.gradebook import json_bytes

    typer.echo(json_bytes(value), nl=False)


@contextmanager
def progress_bar(what: str = "Grading") -> Iterator[Callable[[int, int | None], None]]:
    """A bar on a terminal's standard error; elsewhere a line for each tenth of what is to be done."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield tenths(what, lambda line: typer.echo(line, err=True))
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


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
