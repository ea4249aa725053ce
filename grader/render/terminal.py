"""Tables for the command line, as rich renderables; they read the same without colour."""

from collections import Counter
from collections.abc import Iterable

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from grader.course.catalogue import Lesson
from grader.render.view import SYMBOLS, WORDS, View, counted, points, score, state_of, title, view
from grader.results import ExerciseResult, Result
from grader.untrusted import lines, one_line

_STYLES = {"passed": "green", "partly": "yellow", "failed": "red", "unwritten": "dim", "not_checked": "yellow"}
_MOST_ROWS = 40
_MOST_IDEAS = 5


def result_table(result: Result, lesson: Lesson | None) -> RenderableType:
    """`grader check`: a row for each exercise with its verdict, its points and what to know first."""
    heading = lesson.title if lesson else one_line(result.lesson, 60)
    parts: list[RenderableType] = [Text(f"{heading}: {points(result.score, result.max_score)}", "bold")]
    parts += [Text(row, "red") for row in lines(result.error or "")]
    parts += [Text(row, "yellow") for note in result.notes for row in lines(note)]
    if result.exercises:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        table.add_column("Exercise", min_width=16)
        table.add_column("Verdict", no_wrap=True)
        table.add_column("Points", justify="right", no_wrap=True)
        table.add_column("What to know")
        for exercise in result.exercises:
            table.add_row(*_result_row(exercise, lesson))
        parts.append(table)
    return Group(*parts)


def _result_row(exercise: ExerciseResult, lesson: Lesson | None) -> tuple[Text, Text, Text, Text]:
    state = state_of(exercise)
    verdict = Text(f"{SYMBOLS[state]} {WORDS[state]}", _STYLES[state])
    reached = Text(score(exercise.score, exercise.max_score))
    return Text(title(lesson, exercise.name)), verdict, reached, Text(_gist(view(exercise, lesson)))


def _gist(card: View) -> str:
    """The misconception if there is one, else the first message."""
    ideas = [f"Looks like: {finding.idea.name}" for finding in card.findings if finding.idea]
    said = ideas or [finding.sentence for finding in card.findings]
    return one_line(said[0], 100) if said else ""


def class_table(results: Iterable[Result]) -> RenderableType:
    """`grader grade`: a row for each of the first submissions, then the class in a few lines."""
    graded = list(results)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Student", no_wrap=True, max_width=28)
    table.add_column("Lesson", no_wrap=True)
    table.add_column("Score", justify="right", no_wrap=True)
    table.add_column("What to know")
    for result in graded[:_MOST_ROWS]:
        reached = Text(score(result.score, result.max_score))
        said, style = (result.error, "red") if result.error else (" ".join(result.notes), "yellow")
        known = Text(one_line(said, 100), style, no_wrap=True, overflow="ellipsis")
        table.add_row(Text(one_line(result.student, 56)), Text(one_line(result.lesson, 24)), reached, known)
    return Group(table, *(Text(row) for row in _summary(graded)))


def _summary(graded: list[Result]) -> list[str]:
    rows = []
    hidden = graded[_MOST_ROWS:]
    if hidden:
        errors = sum(result.error is not None for result in hidden)
        rows.append(f"… and {len(hidden)} more" + (f", {errors} of them with an error" if errors else ""))
    if graded:
        mean = sum(result.score for result in graded) / len(graded)
        full = sum(result.score == result.max_score > 0 for result in graded)
        rows.append(f"{counted(len(graded), 'submission')}, mean {mean:.1f} points, {full} with full marks")
    ideas = Counter(idea for result in graded for idea in _ideas(result))
    if ideas:
        ranked = sorted(ideas.items(), key=lambda item: (-item[1], item[0]))[:_MOST_IDEAS]
        named = ", ".join(f"{idea} ({count})" for idea, count in ranked)
        rows.append(f"Most frequent misconceptions: {named}")
    return rows


def _ideas(result: Result) -> set[str]:
    return {one_line(idea, 60) for exercise in result.exercises for idea in exercise.misconceptions}
