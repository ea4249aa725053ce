"""What a notebook imports: `check`, `hint`, `progress` and `solution`, on the names that the notebook has defined."""

from __future__ import annotations

import inspect
import os
from typing import Any

from grader.course import script
from grader.course.catalogue import Lesson, lesson, lesson_ids, lesson_of_exercise
from grader.course.cells import NO_SOURCES, exercise_cells, has_sources
from grader.doors.live import LivePlace, cells, define
from grader.doors.progress import Record
from grader.doors.undisturbed import ipython, undisturbed
from grader.grading.verdicts import Verdicts
from grader.render import card
from grader.render.view import Session, not_yet_note
from grader.results import ExerciseResult

cells()  # from the import on, the notebook's cells are watched


class NotPassed(Exception):
    """The card of an exercise that has not passed."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows: the card, and no line of the grader's own."""
        return str(self).split("\n")


def check(exercise: str) -> float | None:
    """Checks one exercise of the running notebook and shows the result.

    Under nbgrader it returns the points, which nbgrader takes as the cell's score; elsewhere it returns nothing.
    `nbgrader validate` shows errors and nothing else: there the card of what has not passed is one (NotPassed).
    A name that no exercise has is answered with those that are like it.
    """
    owner = _owner(exercise)
    if owner is None:
        return None
    place = LivePlace(owner, _namespace())
    verdicts = Verdicts(owner, place)
    with undisturbed():
        result = verdicts.of(exercise)
        alone = result.verdict == "passed" or place.is_untouched(exercise)
        broken = result.followed_through or (() if alone else verdicts.broken(exercise))
    session = Session(
        tuple(name for name in broken if place.is_defined(name)),
        tuple(name for name in broken if not place.is_defined(name)),
        cells().failure_of(owner, exercise),
    )
    text = card.card_text(result, owner, session)
    if "NBGRADER_VALIDATING" in os.environ and result.verdict != "passed":
        raise NotPassed(text)
    _show(card.card_html(result, owner, session), text)
    if "NBGRADER_EXECUTION" in os.environ:
        return result.score
    if result.verdict == "passed" or (place.is_defined(exercise) and not session.undefined):  # else little is known
        _keep(result, owner)
    return None


def hint(exercise: str, level: int = 1) -> None:
    """Shows a hint: 1 is a nudge, 2 a pointer, 3 is nearly there."""
    owner = _owner(exercise)
    if owner is None:
        return
    if level not in (1, 2, 3):
        print(f"There are hints 1, 2 and 3, not {level!r}.")
        return
    Record.load().with_hint(exercise, level).write()
    _show(card.hint_html(owner, exercise, level), card.hint_text(owner, exercise, level))


def progress() -> None:
    """Shows, for each lesson that has been begun, the points and what comes next; then names the others."""
    record = Record.load()
    lessons = [lesson(lesson_id) for lesson_id in lesson_ids()]
    begun = [one for one in lessons if record.results.keys() & one.exercises.keys()]
    for one in begun:
        _show(
            card.progress_html(one, record.results, record.read), card.progress_text(one, record.results, record.read)
        )
    if others := [one.title for one in lessons if one not in begun]:
        print(f"Not begun: {', '.join(others)}")


def solution(exercise: str) -> None:
    """Shows the course's answer, and defines it in the notebook, so that the lesson can go on with it.

    Where not all three hints have been seen, only when it is asked for a second time.
    """
    owner = _owner(exercise)
    if owner is None:
        return
    if not has_sources():
        print(f"`solution` {NO_SOURCES}")
        return
    record = Record.load().with_request(exercise)
    record.write()
    if exercise not in record.read:
        print(not_yet_note(exercise, record.hints.get(exercise, ())))
        return
    source = script.reference(exercise_cells(owner.id)[exercise].cell)
    _show(card.solution_html(owner, exercise, source), card.solution_text(owner, exercise, source))
    define(source, exercise, _namespace())


def _owner(exercise: str) -> Lesson | None:
    """The lesson of an exercise; where there is none, says so, without a traceback that explains nothing."""
    try:
        return lesson_of_exercise(exercise)
    except LookupError as error:
        print(error)
        return None


def _keep(result: ExerciseResult, owner: Lesson) -> None:
    """Puts the result on record; with the last one of a lesson, says so."""
    record = Record.load()
    before = record.has_completed(owner)
    record = record.with_result(result)
    record.write()
    if record.has_completed(owner) and not before:
        _show(card.complete_html(owner, _next(owner)), card.complete_text(owner, _next(owner)))


def _next(owner: Lesson) -> Lesson | None:
    following = lesson_ids()[lesson_ids().index(owner.id) + 1 :]
    return lesson(following[0]) if following else None


def _namespace() -> dict[str, Any]:
    """The notebook's names; outside IPython, those of the module that called `check`."""
    shell = ipython()
    if shell is not None:
        return shell.user_ns
    frame = inspect.currentframe()
    while frame is not None and frame.f_globals.get("__name__") == __name__:
        frame = frame.f_back
    assert frame is not None
    return frame.f_globals


def _show(html: str, text: str) -> None:
    if ipython() is None:
        print(text)
        return
    from IPython.display import display

    display({"text/html": html, "text/plain": text}, raw=True)
