"""The command `grader`. Each verb imports what it needs when it runs, so that `grader --help` answers at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.doors import exporting, making, watching, website
from grader.doors.extras import CLUSTER, EXTRAS, lacking
from grader.doors.speaking import page, print_json, print_some, progress_bar, stop
from grader.worker.limits import Limits, changed, described

if TYPE_CHECKING:
    from grader.classroom.run import Outcome
    from grader.results import Result

app = typer.Typer(
    name="grader",
    help="The autograder of the course on variational autoencoders.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

_LessonOption = Annotated[str | None, typer.Option("--lesson", help="The lesson, if the notebook does not say.")]
_UnisolatedOption = Annotated[
    bool, typer.Option("--allow-unisolated", help="Run submissions even where they cannot be isolated.")
]
_LimitOption = Annotated[
    list[str] | None,
    typer.Option("--limit", metavar="NAME=NUMBER", help="Change one of the limits below; may be repeated."),
]
_LEARN, _TEACH, _MAKE = "Learning", "Grading a class", "Making the course"
_LIMITS = "Limits for one submission, and their defaults:\n\n" + "\n\n".join(described())


def _print_version(wanted: bool) -> None:
    from importlib.metadata import version

    if wanted:
        typer.echo(f"grader {version('vaelab-course')}")
        raise typer.Exit


@app.callback()
def _main(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    if context.invoked_subcommand in EXTRAS:
        from grader.course.cells import NO_SOURCES, has_sources

        door = f"grader {context.invoked_subcommand}"
        if not has_sources():
            stop(f"`{door}` {NO_SOURCES}")
        if sentence := lacking(door, EXTRAS[context.invoked_subcommand]):
            stop(sentence)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True}, rich_help_panel=_LEARN)
def lab(
    context: typer.Context,
    update: Annotated[
        bool, typer.Option("--update", help="Take over newer lessons, with what you have written.")
    ] = False,
) -> None:
    """Open your copy of the first unfinished lesson, in work/, in JupyterLab. Further options are JupyterLab's own."""
    from grader.doors.lab import open_lab

    open_lab(context.args, update=update)


@app.command(epilog=_LIMITS, rich_help_panel=_LEARN)
def check(
    notebook: Annotated[Path, typer.Argument(help="The notebook to grade.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    lesson: _LessonOption = None,
    seed: Annotated[int, typer.Option(min=0, help="The seed of the checks' random inputs.")] = 0,
    as_in: Annotated[
        Path | None, typer.Option(metavar="OUT", help="Repeat the grading of this class, with its secret seed.")
    ] = None,
    limit: _LimitOption = None,
    allow_unisolated: _UnisolatedOption = False,
) -> None:
    """Grade one notebook. Exits with 0 if all passed, 1 if something failed, 2 if it could not be graded."""
    from grader.classroom import CannotGrade
    from grader.classroom.run import seed_of_class
    from grader.grading.grader import NotIsolated, UnknownLesson, grade
    from grader.worker.warm_parent import CannotStart

    if not notebook.exists() and not notebook.is_symlink():
        stop(f"There is no {notebook}.")
    try:
        limits = _limits(limit)
        seed = seed if as_in is None else seed_of_class(as_in)
        result = grade(notebook, lesson=lesson, seed=seed, limits=limits, allow_unisolated=allow_unisolated)
    except (NotIsolated, UnknownLesson, CannotStart, CannotGrade, OSError) as error:
        stop(str(error))
    if as_json:
        print_json(result.to_dict())
    else:
        _print_result(result)
    raise typer.Exit(_exit_code(result))


app.command(rich_help_panel=_LEARN)(watching.watch)


@app.command(epilog=_LIMITS, rich_help_panel=_TEACH)
def grade(
    source: Annotated[
        Path, typer.Argument(metavar="DIR", help="A folder of notebooks, an nbgrader course, a download as a zip …")
    ],
    out: Annotated[Path, typer.Option(help="The folder for the gradebook, the results and the feedback.")],
    jobs: Annotated[int | None, typer.Option(min=1, help="How many processes; by default one per processor.")] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, max=2**63 - 1, help="By default a new secret one, kept in OUT.")
    ] = None,
    lesson: _LessonOption = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Grade everything again.")] = False,
    roster: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The class list, a CSV file: name,id,email,section.")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="tcp://…", help="Grade on the workers of this Dask scheduler.")
    ] = None,
    changes: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a CSV file of points that others than before are given.")
    ] = None,
    limit: _LimitOption = None,
    allow_unisolated: _UnisolatedOption = False,
) -> None:
    """Grade a class. What already has a result in OUT is not graded again.

    Exits with 0 if every submission has a row in OUT/gradebook.csv, whatever its score; with 2 otherwise.
    """
    from grader.classroom import CannotGrade
    from grader.classroom.changes import write_changes
    from grader.classroom.run import grade_class
    from grader.failures import BrokenChecks
    from grader.grading.opening import Opening

    if scheduler and jobs:
        stop("--jobs is for grading on this machine, --scheduler for grading on others: give only one of them.")
    if scheduler and (sentence := lacking("grader grade --scheduler", CLUSTER)):
        stop(sentence)
    limits = _limits(limit)
    _warn_unless_isolated(allow_unisolated, scheduler)
    counts = (0, 0)
    try:
        with progress_bar() as advance:

            def progress(done: int, total: int) -> None:
                nonlocal counts
                counts = (done, total)
                advance(done, total)

            outcome = grade_class(
                source,
                out,
                open_grader=Opening(allow_unisolated, limits),
                feedback=page,
                jobs=jobs,
                scheduler=scheduler,
                seed=seed,
                lesson=lesson,
                fresh=fresh,
                people=roster,
                progress=progress,
                announce=lambda sentence: typer.echo(sentence, err=True),
            )
    except (CannotGrade, BrokenChecks) as error:
        stop(str(error))
    except KeyboardInterrupt:
        done, total = counts
        stop(f"Interrupted. {done} of {total} results are kept in {out}; run the same command to resume.")
    try:
        if changes:
            write_changes(changes, outcome.changes)
    except OSError as error:
        stop(f"The class is graded, but {changes} cannot be written: {error.strerror}.")
    _print_outcome(outcome, out)


@app.command(rich_help_panel=_TEACH)
def decide(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder that `grader grade` has written.")],
    student: Annotated[str, typer.Option(help="As in the gradebook.")],
    lesson: Annotated[str, typer.Option(help="As in the gradebook.")],
    reason: Annotated[str, typer.Option(help="What the student reads.")],
    exercise: Annotated[str, typer.Option(help="One exercise; without it, the whole lesson.")] = "",
    score: Annotated[float | None, typer.Option(help="The points it gets.")] = None,
    add: Annotated[float, typer.Option(help="Points more, or less.")] = 0.0,
    excused: Annotated[bool, typer.Option("--excused", help="It does not count.")] = False,
    late_penalty: Annotated[float, typer.Option(min=0, max=1, help="The share of the lesson's points to take.")] = 0.0,
) -> None:
    """Decide against the checks: a line more in OUT/decisions.csv, and the gradebook and feedback with it."""
    from grader.classroom import CannotGrade
    from grader.classroom.decisions import Decision
    from grader.classroom.run import decide as decide_in

    if score is None and not add and not excused and not late_penalty:
        stop("Say what is decided: --score, --add, --excused or --late-penalty.")
    if exercise and late_penalty:
        stop("--late-penalty holds for a whole lesson: leave out --exercise.")
    decision = Decision(student, lesson, exercise, score, add, excused, late_penalty, reason)
    try:
        print_some(decide_in(out, decision, feedback=page))
    except CannotGrade as error:
        stop(str(error))
    typer.echo(f"Written to {out}/decisions.csv and the gradebook. Delete that line to take it back.")


@app.command(rich_help_panel=_TEACH)
def report(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder that `grader grade` has written.")],
) -> None:
    """Write OUT/report.html, a page for instructors: figures, misconceptions, who needs help, similar answers.

    Exits with 2 if there is no graded class in OUT.
    """
    from grader.classroom import CannotGrade
    from grader.classroom.report import write_report

    try:
        typer.echo(f"Written to {write_report(out)}. It names students, so keep it to yourself.")
    except CannotGrade as error:
        stop(str(error))


app.command(rich_help_panel=_TEACH)(exporting.export)
app.command(rich_help_panel=_TEACH)(exporting.autograder)


app.command(rich_help_panel=_MAKE)(making.answers)
app.command(rich_help_panel=_MAKE)(making.build)


app.command(rich_help_panel=_MAKE)(website.site)


@app.command(rich_help_panel=_LEARN)
def hint(
    exercise: Annotated[str, typer.Argument(help="The exercise, such as kl_divergence.")],
    level: Annotated[int, typer.Argument(min=1, max=3, help="1: a nudge, 2: a pointer, 3: nearly there.")] = 1,
) -> None:
    """Show a hint."""
    from grader.course.catalogue import lesson_of_exercise
    from grader.render.card import hint_text

    try:
        lesson = lesson_of_exercise(exercise)
    except LookupError as error:
        stop(str(error))
    typer.echo(hint_text(lesson, exercise, level))


@app.command(rich_help_panel=_LEARN)
def progress() -> None:
    """Show your points so far, exercise by exercise, what comes next, and what waits for what."""
    from grader.doors.notebook import progress as show_progress

    show_progress()


@app.command(rich_help_panel=_TEACH)
def doctor() -> None:
    """Report whether this machine can grade, and what is missing. Exits with 1 if it cannot isolate submissions."""
    from grader.doors.doctor import examine_machine

    lines, complete = examine_machine()
    for line in lines:
        typer.echo(line)
    raise typer.Exit(0 if complete else 1)


def _limits(settings: list[str] | None) -> Limits:
    try:
        return changed(settings or [])
    except ValueError as error:
        stop(str(error))


def _exit_code(result: Result) -> int:
    if not result.is_graded:
        return 2
    return 0 if all(exercise.verdict == "passed" for exercise in result.exercises) else 1


def _print_result(result: Result) -> None:
    from rich.console import Console

    from grader.course.catalogue import lesson
    from grader.render.terminal import result_table

    Console().print(result_table(result, lesson(result.lesson) if result.lesson else None))


def _warn_unless_isolated(allowed: bool, scheduler: str | None) -> None:
    from grader.worker.sandbox import describe

    isolation = describe()
    if allowed and scheduler:
        typer.secho("WARNING. A worker that cannot isolate submissions runs them anyway.", err=True, bold=True)
    elif allowed and not isolation.complete:
        typer.secho(f"WARNING. {isolation.sentence()}", err=True, bold=True)


def _print_outcome(outcome: Outcome, out: Path) -> None:
    from rich.console import Console

    from grader.classroom.changes import sentences
    from grader.render.terminal import class_table
    from grader.untrusted import one_line

    Console().print(class_table(outcome.rows, outcome.results))
    print_some([f"Skipped: {one_line(item.name, 80)!r} {one_line(item.reason, 300)}." for item in outcome.skipped])
    print_some(outcome.said)
    print_some([f"No longer handed in, so not in the gradebook: {student}." for student in outcome.left])
    for sentence in sentences(outcome.changes):
        typer.echo(f"Changed: {one_line(sentence, 300)}.")
    kept = len(outcome.results) - outcome.graded
    typer.echo(
        f"{outcome.graded} graded now, {kept} kept from before. Seed {outcome.seed}. Gradebook: {out}/gradebook.csv"
    )
