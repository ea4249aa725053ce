"""A lesson in figures: who reached how much, and how each exercise and check tells students apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import StatisticsError, correlation, fmean

from grader.class_report import LEAST_CLASS, CheckFigures, ExerciseFigures, LessonFigures
from grader.classroom.gradebook import NOTHING, Sheet
from grader.classroom.tables import Line, share
from grader.render.view import state_of
from grader.results import CheckResult, ExerciseResult


def lesson_figures(lesson: str, lines: Iterable[Line], sheets: Iterable[Sheet]) -> LessonFigures:
    """The figures of one lesson. Decisions count in the points; a pass rate is what the checks say.

    lines: the lesson's lines of the gradebook. sheets: those of them that were graded.
    """
    shares: list[float] = []
    left_out: Counter[str] = Counter()
    for line in lines:
        reached = share(line)
        if reached is None:
            left_out["excused"] += 1
        elif line.standing.score is None:
            left_out["missing" if line.error == NOTHING else "unreadable"] += 1
        else:
            shares.append(reached)
    counted = [sheet for sheet in sheets if sheet.standing.score is not None and sheet.result.is_graded]
    names = dict.fromkeys(exercise.name for sheet in counted for exercise in sheet.result.exercises)
    exercises = tuple(found for name in names if (found := _exercise(name, counted)))
    missing, unreadable, excused = (left_out[kind] for kind in ("missing", "unreadable", "excused"))
    return LessonFigures(lesson, tuple(shares), unreadable, missing, excused, exercises)


def _exercise(name: str, sheets: Sequence[Sheet]) -> ExerciseFigures | None:
    """None if it is excused for everybody."""
    found = [
        (exercise, sheet.standing.scores)
        for sheet in sheets
        for exercise in sheet.result.exercises
        if exercise.name == name and name in sheet.standing.scores
    ]
    if not found:
        return None
    results = [exercise for exercise, _ in found]
    written = [(exercise, scores) for exercise, scores in found if state_of(exercise) != "unwritten"]
    passes = [exercise.verdict == "passed" for exercise, _ in written]
    others = [sum(scores.values()) - scores[name] for _, scores in written]
    return ExerciseFigures(
        name,
        len(written),
        sum(passes),
        len(found) - len(written),
        _discrimination(passes, others),
        fmean(scores[name] for _, scores in found),
        results[0].max_score,
        tuple(_checks(results)),
    )


def _discrimination(passes: list[bool], others: list[float]) -> float | None:
    """The point-biserial correlation, which is Pearson's where one side is 0 or 1; None if all are alike or few."""
    if len(passes) < LEAST_CLASS:
        return None
    try:
        return correlation([float(passed) for passed in passes], others)
    except StatisticsError:
        return None


def _checks(results: list[ExerciseResult]) -> Iterable[CheckFigures]:
    by_name: dict[str, list[tuple[CheckResult, bool]]] = {}
    for exercise in results:
        written = state_of(exercise) != "unwritten"
        for check in exercise.checks:
            by_name.setdefault(check.name, []).append((check, written))
    for checks in by_name.values():
        passes = [check.verdict == "passed" for check, written in checks if written]
        first, points = checks[0][0], fmean(check.score for check, _ in checks)
        yield CheckFigures(first.title, fmean(passes) if passes else 0.0, points, first.max_score)
