"""The verbs that make the course: `grader answers` and `grader build`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.doors.speaking import print_json, progress_bar, stop

if TYPE_CHECKING:
    from grader.authoring.answers import Trial


def answers(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="DIR/{lesson}/{exercise}/{right,wrong}/{name}.py")],
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False,
) -> None:
    """Try right and wrong answers against the checks. Exits with 0 if every answer was judged correctly."""
    from grader.authoring.answers import NoAnswers, try_answers
    from grader.failures import BrokenChecks

    try:
        with progress_bar("Trying answers") as advance:
            trials = []
            for trial in try_answers(folder):
                trials.append(trial)
                advance(len(trials), None)
    except (NoAnswers, BrokenChecks) as error:
        stop(str(error), code=1)
    if as_json:
        print_json([trial.to_dict() for trial in trials])
    else:
        _print_trials(trials)
    raise typer.Exit(0 if all(trial.as_it_should for trial in trials) else 1)


def build(
    lessons: Annotated[
        list[str] | None, typer.Argument(metavar="[LESSON]...", help="Lessons such as 02_one_hot; by default all.")
    ] = None,
    check_only: Annotated[bool, typer.Option("--check", help="Write nothing; fail if anything is stale.")] = False,
    execute: Annotated[
        bool, typer.Option("--execute", help="Execute stale walkthroughs, and those of lessons named.")
    ] = False,
) -> None:
    """Make the notebooks in lessons/ and solutions/ from the scripts in solutions/.

    Exits with 1 and a line for each problem if one remains, such as a walkthrough that has yet to be executed.
    """
    from grader.authoring.build import build as build_course

    if check_only and execute:
        stop("--check writes nothing and --execute does: give only one of them.")
    problems = build_course(check=check_only, execute=execute, lessons=lessons or None)
    for problem in problems:
        typer.echo(problem, err=True)
    raise typer.Exit(1 if problems else 0)


def _print_trials(trials: list[Trial]) -> None:
    """The answers about which something is odd, with what was said to them, and the figures."""
    from grader.authoring.answers import figures
    from grader.untrusted import one_line

    for trial in trials:
        if trial.oddity:
            typer.echo(f"{trial.path}: {trial.oddity}")
            if trial.message:
                typer.echo(f"    {one_line(trial.message)}")
    for sentence in figures(trials).sentences:
        typer.echo(sentence)
