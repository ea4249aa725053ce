"""Tables for the command line, as rich renderables; they read the same without colour."""

from collections import Counter
from collections.abc import Iterable, Iterator
from statistics import fmean

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from grader.class_report import Reached
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
    parts += [Text(row, "yellow") for note in result.all_notes for row in lines(note)]
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


def class_table(rows: Iterable[Reached], results: Iterable[Result]) -> RenderableType:
    """`grader grade`: the first rows of the gradebook, then the class in a few lines."""
    reached = list(rows)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Student", no_wrap=True, max_width=28)
    table.add_column("Lesson", no_wrap=True)
    table.add_column("Score", justify="right", no_wrap=True)
    table.add_column("What to know")
    for row in reached[:_MOST_ROWS]:
        style = "red" if row.score is None and not row.excused else "yellow"
        known = Text(one_line(row.said, 100), style, no_wrap=True, overflow="ellipsis")
        table.add_row(Text(one_line(row.student, 56)), Text(one_line(row.lesson, 24)), Text(_points(row)), known)
    return Group(table, *(Text(line) for line in [*_summary(reached), *_most_frequent(results)]))


def _points(row: Reached) -> str:
    if row.score is None:
        return "excused" if row.excused else "none"
    return score(row.score, row.max_score)


def _summary(rows: list[Reached]) -> Iterator[str]:
    """How many are not shown; and for each lesson the mean of those that have a score, as in the report."""
    if hidden := rows[_MOST_ROWS:]:
        without = sum(row.score is None for row in hidden)
        yield f"… and {len(hidden)} more" + (f", {without} of them without a score" if without else "")
    for lesson in sorted({row.lesson for row in rows}):
        shares = [row.share for row in rows if row.lesson == lesson and row.share is not None]
        if shares:
            full = sum(share >= 100 for share in shares)
            many = counted(len(shares), "submission")
            yield f"{one_line(lesson, 24)}: {many}, mean {fmean(shares):.1f} %, {full} with full marks"


def _most_frequent(results: Iterable[Result]) -> Iterator[str]:
    ideas = Counter(idea for result in results for idea in _ideas(result))
    if ideas:
        ranked = sorted(ideas.items(), key=lambda item: (-item[1], item[0]))[:_MOST_IDEAS]
        named = ", ".join(f"{idea} ({count})" for idea, count in ranked)
        yield f"Most frequent misconceptions: {named}"


def _ideas(result: Result) -> set[str]:
    return {one_line(idea, 60) for exercise in result.exercises for idea in exercise.misconceptions}
