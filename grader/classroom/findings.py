"""What a class gets wrong: named misconceptions, failures that nothing names, limits, and who needs help."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from grader.class_report import MOST_PASS, Cluster, LessonFigures, Misconception, Position, Trouble
from grader.classroom.gradebook import NOTHING, Sheet
from grader.classroom.tables import Line, Total
from grader.failures import says_unwritten
from grader.render.view import state_of
from grader.results import CheckResult, ExerciseResult, Result

_NUMBER = re.compile(r"(?<![\w.])[-+−]?(\d[\d,]*\.?\d*(e[-+]?\d+)?|nan|inf)\b", re.IGNORECASE)
_EXCEPTION = re.compile(r" raised \w+")
_LIMITS = {
    "time": r"did not finish within|seconds of processor time|used up the \S+ seconds|took too long",
    "memory": r"notebook has \S+( MiB)? of memory",
    "end of the process": r"ended the Python process",
    "files or threads": r"(wrote|started|made|left) more than|may (write files|have \d+ (files|threads))",
}


def misconceptions(results: Iterable[Result]) -> list[Misconception]:
    """Those that the checks named, the most frequent first."""
    places: dict[str, dict[tuple[str, str], None]] = defaultdict(dict)
    students: dict[str, set[str]] = defaultdict(set)
    for result in results:
        for exercise in result.exercises:
            for name in exercise.misconceptions:
                places[name][result.lesson, exercise.name] = None
                students[name].add(result.student)
    ranked = sorted(students, key=lambda name: (-len(students[name]), name))
    return [Misconception(name, tuple(sorted(places[name])), tuple(sorted(students[name]))) for name in ranked]


def clusters(results: Iterable[Result]) -> list[Cluster]:
    """Failures without a name, by exercise, check and first sentence without its numbers; the largest first.

    Where a misconception is named in an exercise, it is taken to explain all of it. What is not written yet is no
    failure, and limits are troubles. Checks that say the same to the same students are one cluster, and an exception
    is one, whichever checks it has stopped.
    """
    alike: dict[tuple[str, str, str, str], list[tuple[Result, CheckResult]]] = defaultdict(list)
    for result in results:
        for exercise in result.exercises:
            for check in _unnamed(exercise):
                sentence = without_numbers(check.message.strip().partition("\n")[0])
                about = "" if _EXCEPTION.search(sentence) else check.title
                alike[result.lesson, exercise.name, sentence, about].append((result, check))
    merged: dict[tuple[str, str, str, tuple[str, ...]], list[tuple[Result, CheckResult]]] = defaultdict(list)
    for (lesson, name, sentence, _), found in alike.items():
        merged[lesson, name, sentence, tuple(sorted({result.student for result, _ in found}))] += found
    return sorted(
        (_cluster(*place, found) for place, found in merged.items()),
        key=lambda one: (-len(one.students), one.lesson, one.exercise, one.sentence),
    )


def _cluster(
    lesson: str,
    exercise: str,
    sentence: str,
    students: tuple[str, ...],
    found: list[tuple[Result, CheckResult]],
) -> Cluster:
    result, check = found[0]
    titles = tuple(dict.fromkeys(check.title for _, check in found))
    return Cluster(lesson, exercise, titles, sentence, students, check.message, result.answers.get(exercise, ""))


def _unnamed(exercise: ExerciseResult) -> Iterator[CheckResult]:
    if not exercise.misconceptions and state_of(exercise) != "unwritten":
        for check in exercise.checks:
            blank = says_unwritten(check.message, exercise.name)
            if check.verdict == "failed" and not blank and not _limit_of(check):
                yield check


def without_numbers(sentence: str) -> str:
    """The sentence with # in place of each number."""
    return _NUMBER.sub("#", sentence[:300])


def troubles(sheets: Iterable[Sheet]) -> Iterator[Trouble]:
    """Notebooks that could not be read, and those that were stopped by a limit; one for each kind of limit."""
    for result in (sheet.result for sheet in sheets):
        if not result.is_graded:
            yield Trouble(result.student, result.lesson, "unreadable", (), result.error or "")
            continue
        hit: dict[str, dict[str, str]] = defaultdict(dict)
        for exercise in result.exercises:
            for check in exercise.checks:
                if kind := _limit_of(check):
                    hit[kind].setdefault(exercise.name, check.message.partition("\n")[0])
        for kind, said in hit.items():
            yield Trouble(result.student, result.lesson, kind, tuple(said), next(iter(said.values())))


def _limit_of(check: CheckResult) -> str:
    return "" if check.verdict == "passed" else limit_behind(check.message.partition("\n")[0])


def limit_behind(sentence: str) -> str:
    """Which kind of limit a message is about; "" if it is about none."""
    return next((kind for kind, pattern in _LIMITS.items() if re.search(pattern, sentence)), "")


def positions(
    lines: Iterable[Line], totals: Mapping[str, Total], figures: Sequence[LessonFigures], sheets: Iterable[Sheet]
) -> list[Position]:
    """All students who have handed in anything that counts and have a total, the lowest first."""
    readable = {(line.student, line.lesson) for line in lines if line.standing.score is not None}
    easy = {
        (lesson.lesson, one.name): one.pass_rate
        for lesson in figures
        for one in lesson.exercises
        if one.pass_rate >= MOST_PASS
    }
    fails: dict[str, list[tuple[str, str]]] = defaultdict(list)
    handed_in = set()
    for sheet in sheets:
        result, standing = sheet.result, sheet.standing
        if standing.excused:
            continue
        handed_in.add(result.student)
        if result.is_graded:
            failed = [one.name for one in result.exercises if state_of(one) not in ("passed", "unwritten")]
            counted = [(result.lesson, name) for name in failed if name in standing.scores]
            fails[result.student] += [place for place in counted if place in easy]
    found = [
        Position(
            student,
            total.total,
            tuple(
                name for name, share in total.shares.items() if share is not None and (student, name) not in readable
            ),
            tuple(fails[student]),
        )
        for student, total in totals.items()
        if student in handed_in and total.total is not None
    ]
    return sorted(found, key=lambda one: (one.total, one.student))


def silent(lines: Iterable[Line]) -> list[str]:
    """Who of the class list has handed in nothing at all."""
    heard: dict[str, bool] = defaultdict(bool)
    for line in lines:
        heard[line.student] |= line.error != NOTHING
    return sorted(student for student, found in heard.items() if not found)
