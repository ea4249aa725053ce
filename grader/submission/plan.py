"""Which cells to run for a submission, in which order, and where each exercise is judged.

Locked cells come from the course, exercise cells from the student, and the student's own added cells run where they
stand. Cells that only show something (`demo`) do not run. An exercise is judged where its check stands; if its answer
comes later, after that.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from grader.course import script
from grader.course.catalogue import Lesson, lesson, lesson_ids
from grader.course.cells import CourseCell, course_cells, exercise_cells
from grader.submission.kept import code, definitions, without
from grader.submission.reading import StudentCell, Unreadable


@dataclass(frozen=True)
class Step:
    """One cell to run, or the place where an exercise is judged ("check"). `name` is the exercise's, or says where the
    cell stands."""

    kind: Literal["setup", "exercise", "added", "check"]
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

    @property
    def content(self) -> str:
        """All that the student wrote, as one text: what the seed of the checks depends on."""
        return json.dumps([self.lesson.id, self.answers, self.added], sort_keys=True)

    def is_untouched(self, exercise: str) -> bool:
        """Whether nothing was written for this exercise, neither in its cell nor in another one."""
        return self._is_blank(exercise) and exercise not in self._written_elsewhere

    def holds_stub(self, exercise: str) -> bool:
        """Whether the line that the course has put in place of an answer is still somewhere in the notebook."""
        if exercise not in self.lesson.exercises:
            return False
        line = script.stub_lines(exercise)[-1]
        texts = [*self.answers.values(), *(text for texts in self.added.values() for text in texts)]
        return any(line in text for text in texts)

    def judged_after(self, exercise: str) -> tuple[str, int]:
        """The place where an exercise is judged: a cell of the course, and how many of the cells added after it count.

        That is its check, unless the cell above it is blank and the answer stands further down.
        """
        place = self._written_elsewhere.get(exercise)
        check = f"check_{exercise}", 0
        return check if place is None or self._order[place[0]] < self._order[check[0]] else place

    def answers_above(self, exercise: str) -> list[str]:
        """What was written in the cells of exercises that run before this one is judged; its own is among them."""
        place = self._order[self.judged_after(exercise)[0]]
        above = [name for name in self.answers if self._order[name] < place]
        return [self.answers[name] for name in sorted(above, key=self._order.__getitem__)]

    @cached_property
    def written_again(self) -> dict[str, str]:
        """The exercises whose names a cell defines after they were judged, and the cell of the course before it."""
        again: dict[str, str] = {}
        for name, entry in exercise_cells(self.lesson.id).items():
            judged, count = self.judged_after(name)
            for anchor, texts in self.added.items():
                late = texts[count:] if anchor == judged else texts if self._order[anchor] > self._order[judged] else []
                if any(entry.defines & self.defined_by(text) for text in late):
                    again.setdefault(name, anchor)
        return again

    def defined_by(self, text: str) -> set[str]:
        """The names that an added cell defines; each cell is read once."""
        if text not in self._defined:
            self._defined[text] = StudentCell(True, (), text).defines
        return self._defined[text]

    @cached_property
    def _defined(self) -> dict[str, set[str]]:
        return {}

    def _is_blank(self, exercise: str) -> bool:
        answer = self.answers.get(exercise)
        return answer is None or answer.strip() == script.stub(exercise_cells(self.lesson.id)[exercise].cell).strip()

    @cached_property
    def _order(self) -> dict[str, int]:
        """The places of the course's cells; "" is the start."""
        return {"": -1} | {entry.id: place for place, entry in enumerate(course_cells(self.lesson.id))}

    @cached_property
    def _written_elsewhere(self) -> dict[str, tuple[str, int]]:
        """For each exercise whose own cell is blank: behind which of the added cells its names are defined at last."""
        found = {}
        for name, entry in exercise_cells(self.lesson.id).items():
            for anchor, texts in self.added.items() if self._is_blank(name) else ():
                for number, text in enumerate(texts, 1):
                    if entry.defines & self.defined_by(text):
                        found[name] = anchor, number
        return found


def recognise_lesson(cells: list[StudentCell]) -> str:
    """The lesson that a notebook belongs to, by its exercise cells; Unreadable when there is none.

    Code is not parsed: a class is sorted out in the process that holds everybody's results.
    """
    defined = set().union(*(script.defines_by_sight(cell.source) for cell in cells if cell.is_code))

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
    """Finds the student's answer for each exercise, by cell id or else by the names it defines.

    Of an exercise's cells (one that was split has several) those that do not define its names run where they stand.
    """
    submission = Submission(the_lesson)
    matched = matched_cells(the_lesson.id, cells)
    exercises = exercise_cells(the_lesson.id)
    for name, entry in exercises.items():
        own = [number for number, owner in enumerate(matched) if owner == name]
        for number in _parts(entry, [cells[number] for number in own]):
            matched[own[number]] = None
        _take_answer(submission, entry, [cell for cell, owner in zip(cells, matched, strict=True) if owner == name])
    submission.notes += _changed_by_hand(the_lesson.id, cells, matched)
    anchor = ""
    for cell, owner in zip(cells, matched, strict=True):
        if owner is not None:
            anchor = owner
        elif cell.is_code and cell.source.strip():
            submission.added.setdefault(anchor, []).append(cell.source)
    return submission


def _changed_by_hand(lesson_id: str, cells: list[StudentCell], matched: list[str | None]) -> list[str]:
    """A note on set-up cells that the student has changed, and on other cells of the course that define more than they
    did: neither runs when the notebook is graded."""
    course = {entry.id: entry for entry in course_cells(lesson_id)}
    changed = []
    for cell, name in zip(cells, matched, strict=True):
        entry = course.get(name or "")
        if entry is None or not cell.is_code or cell.source.split() == entry.cell.source.split():
            continue
        more = cell.defines - StudentCell(True, (), entry.cell.source).defines
        if entry.cell.kind == "setup" or (entry.cell.kind == "demo" and more):
            changed.append(f"`{name}`")
    if not changed:
        return []
    shown = ", ".join(changed[:3]) + (f" and {len(changed) - 3} more" if len(changed) > 3 else "")
    return [f"Not as the course has them, so its own versions were used: {shown}."]


def _parts(entry: CourseCell, candidates: list[StudentCell]) -> list[int]:
    """Which of the cells with an exercise's id define none of its names, where another one does."""
    if not any(entry.defines & cell.defines for cell in candidates):
        return []
    return [number for number, cell in enumerate(candidates) if cell.is_code and not entry.defines & cell.defines]


def matched_cells(lesson_id: str, cells: list[StudentCell]) -> list[str | None]:
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


def steps(submission: Submission, replaced: frozenset[str] = frozenset(), *, train: bool = True) -> list[Step]:
    """The cells to run, and where each exercise is judged. `replaced` exercises run in the course's version.

    Of the student's cells everything else stays, also of those that define what is replaced: another cell may need it.
    train: False leaves of the cells that train a model only the functions and classes.
    """
    exercises = exercise_cells(submission.lesson.id)
    taken = {name for exercise in replaced for name in exercises[exercise].defines}
    judged: dict[tuple[str, int], list[Step]] = {}
    for name in exercises:
        judged.setdefault(submission.judged_after(name), []).append(Step("check", name, ""))
    planned = _added(submission, "", taken, judged)
    for entry in course_cells(submission.lesson.id):
        if entry.cell.kind == "setup":
            planned.append(Step("setup", entry.id, entry.cell.source))
        elif entry.cell.kind == "exercise":
            if train or not submission.lesson.exercises[entry.id].trains:
                planned += _exercise_steps(submission, entry, replaced, taken)
            else:
                planned.append(Step("exercise", entry.id, code(submission.answers.get(entry.id, ""))))
        planned += judged.get((entry.id, 0), [])
        planned += _added(submission, entry.id, taken, judged)
    return planned


def _exercise_steps(submission: Submission, entry: CourseCell, replaced: frozenset[str], taken: set[str]) -> list[Step]:
    answer = submission.answers.get(entry.id)
    own = [] if answer is None else [Step("exercise", entry.id, answer)]
    if entry.id not in replaced:
        return own
    given = {name for other in course_cells(submission.lesson.id) for name in other.gives}
    trains = submission.lesson.exercises[entry.id].trains
    rest = "" if trains else definitions(answer or "", taken | given)
    kept = [Step("added", f"what else the cell of `{entry.id}` defines", rest)] if rest else []
    return [*kept, Step("exercise", entry.id, script.reference(entry.cell))]


def _added(
    submission: Submission, anchor: str, taken: set[str], judged: dict[tuple[str, int], list[Step]]
) -> list[Step]:
    """The student's own cells after `anchor`, without what would put a replaced name back."""
    planned = []
    for number, text in enumerate(submission.added.get(anchor, []), 1):
        again = taken & submission.defined_by(text)
        planned.append(Step("added", f"added after {anchor or 'the start'}", without(text, taken) if again else text))
        planned += judged.get((anchor, number), [])
    return planned


def reference_submission(the_lesson: Lesson, answers: dict[str, str] | None = None) -> Submission:
    """The course's own solution of a lesson, with some exercises answered otherwise."""
    reference = {name: script.reference(entry.cell) for name, entry in exercise_cells(the_lesson.id).items()}
    return Submission(the_lesson, reference | (answers or {}))
