"""Which cells to run for a submission, and in which order.

Locked cells come from the course, exercise cells from the student, and the student's own added cells run where they
stand. Cells that only show something (`demo`, `check`) do not run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from grader.course import script
from grader.course.catalogue import Lesson, lesson, lesson_ids
from grader.course.cells import CourseCell, course_cells, exercise_cells
from grader.submission.reading import StudentCell, Unreadable


@dataclass(frozen=True)
class Step:
    """One cell to run. `name` is the exercise's, or says where the cell stands."""

    kind: Literal["setup", "exercise", "added"]
    name: str
    source: str


@dataclass
class Submission:
    """A notebook sorted by the course's cells: what the student wrote for each exercise, and added after which cell.

    `notes` has a sentence for everything that was not where it should be, `absent` for each exercise without an answer.
    """

    lesson: Lesson
    answers: dict[str, str] = field(default_factory=dict)
    added: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    absent: dict[str, str] = field(default_factory=dict)

    def is_untouched(self, exercise: str) -> bool:
        """Whether nothing was written for this exercise."""
        answer = self.answers.get(exercise)
        return answer is None or answer.strip() == script.stub(exercise_cells(self.lesson.id)[exercise].cell).strip()


def recognise_lesson(cells: list[StudentCell]) -> str:
    """The lesson that a notebook belongs to, by its exercise cells; Unreadable when there is none."""

    defined = {name for cell in cells for name in cell.defines}

    def shared(lesson_id: str) -> int:
        exercises = set(lesson(lesson_id).exercises)
        by_id = sum(1 for cell in cells if exercises & set(cell.ids))
        return by_id + sum(1 for entry in exercise_cells(lesson_id).values() if entry.defines <= defined)

    counts = {lesson_id: shared(lesson_id) for lesson_id in lesson_ids()}
    best = max(counts, key=lambda lesson_id: counts[lesson_id])
    if counts[best] == 0:
        raise Unreadable("No exercise of any lesson was found in the notebook, so it is not one of the course's.")
    return best


def sort_cells(the_lesson: Lesson, cells: list[StudentCell]) -> Submission:
    """Finds the student's answer for each exercise, by cell id or else by the names it defines."""
    submission = Submission(the_lesson)
    matched = _match(the_lesson.id, cells)
    for name, entry in exercise_cells(the_lesson.id).items():
        _take_answer(submission, entry, [cell for cell, owner in zip(cells, matched, strict=True) if owner == name])
    anchor = ""
    for cell, owner in zip(cells, matched, strict=True):
        if owner is not None:
            anchor = owner
        elif cell.is_code and cell.source.strip():
            submission.added.setdefault(anchor, []).append(cell.source)
    return submission


def _match(lesson_id: str, cells: list[StudentCell]) -> list[str | None]:
    """For each of the student's cells the id of the course's cell that it is, or None for an added one."""
    known = {entry.id for entry in course_cells(lesson_id)}
    by_source = {script.stub(entry.cell).strip(): entry.id for entry in course_cells(lesson_id)}
    matched = [
        next((name for name in cell.ids if name in known), by_source.get(cell.source.strip()) if cell.is_code else None)
        for cell in cells
    ]
    for name, entry in exercise_cells(lesson_id).items():
        if name in matched:
            continue
        for index, cell in enumerate(cells):
            if matched[index] is None and entry.defines & cell.defines:
                matched[index] = name
    return matched


def _take_answer(submission: Submission, entry: CourseCell, candidates: list[StudentCell]) -> None:
    name = entry.id
    code = [cell for cell in candidates if cell.is_code]
    if not code:
        fate = "is no longer a code cell" if candidates else "is missing"
        submission.absent[name] = f"The cell of exercise `{name}` {fate}."
        submission.notes.append(submission.absent[name])
    else:
        complete = [cell for cell in code if entry.defines <= cell.defines]
        submission.answers[name] = (complete or code)[-1].source
        if len(code) > 1:
            submission.notes.append(f"The cell of exercise `{name}` appears {len(code)} times; the last was graded.")


def steps(
    submission: Submission, replaced: frozenset[str] = frozenset(), only: Iterable[str] | None = None
) -> list[Step]:
    """The cells to run. `replaced` exercises run in the course's version; `only` leaves out all others' cells."""
    wanted = set(submission.lesson.exercises if only is None else only)
    planned = _added(submission, "", replaced)
    for entry in course_cells(submission.lesson.id):
        if entry.cell.kind == "setup":
            planned.append(Step("setup", entry.id, entry.cell.source))
        elif entry.cell.kind == "exercise" and entry.id in wanted:
            planned += _exercise_step(submission, entry, replaced)
        planned += _added(submission, entry.id, replaced)
    return planned


def _exercise_step(submission: Submission, entry: CourseCell, replaced: frozenset[str]) -> list[Step]:
    if entry.id in replaced:
        return [Step("exercise", entry.id, script.reference(entry.cell))]
    answer = submission.answers.get(entry.id)
    return [] if answer is None else [Step("exercise", entry.id, answer)]


def _added(submission: Submission, anchor: str, replaced: frozenset[str]) -> list[Step]:
    """The student's own cells after `anchor`, except those that would put a replaced name back."""
    taken = {name for exercise in replaced for name in exercise_cells(submission.lesson.id)[exercise].defines}
    return [
        Step("added", f"added after {anchor or 'the start'}", text)
        for text in submission.added.get(anchor, [])
        if not taken & StudentCell(True, (), text).defines
    ]


def reference_submission(the_lesson: Lesson, answers: dict[str, str] | None = None) -> Submission:
    """The course's own solution of a lesson, with some exercises answered otherwise."""
    reference = {name: script.reference(entry.cell) for name, entry in exercise_cells(the_lesson.id).items()}
    return Submission(the_lesson, reference | (answers or {}))
