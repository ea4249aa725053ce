"""When a notebook has been saved, and what changed in it: `grader watch` without its display."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from grader.course.catalogue import Lesson, lesson
from grader.grading.grader import Grader
from grader.render.view import next_exercise
from grader.results import ExerciseResult
from grader.submission.plan import Submission, recognise_lesson, sort_cells
from grader.submission.reading import StudentCell, Unreadable, read_notebook

PATIENCE = 2.0  # seconds that a file may be missing or half written while an editor saves it

_State = tuple[int, int, int] | None
_Sources = tuple[str | None, ...]


class Saves:
    """A notebook on the disk, looked at again and again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._state: _State = None
        self._unread = True
        self._since = time.monotonic()

    def pending(self) -> bool:
        """Whether there is something that has not been read: the file is another one than it was, or not whole yet."""
        state = self._look()
        if state != self._state:
            self._state, self._unread, self._since = state, True, time.monotonic()
        return self._unread

    def read(self) -> list[StudentCell] | None:
        """The cells that were saved since the last call; None if none were, or if they are still being written.

        Unreadable, once, for a file that stays missing or broken.
        """
        if not self.pending():
            return None
        try:
            cells = read_notebook(self._path)
        except Unreadable:
            if time.monotonic() - self._since < PATIENCE:
                return None
            self._unread = False
            raise
        self._unread = False
        return cells

    def _look(self) -> _State:
        """Time, size and number of the file: an editor that puts a new file in its place changes the number."""
        try:
            status = self._path.lstat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino


@dataclass(frozen=True)
class Change:
    """The new result of an exercise, and the one before. own: its own code was changed, or nothing was known of it."""

    result: ExerciseResult
    before: ExerciseResult | None
    own: bool


class Standing:
    """The results of a notebook from save to save. An exercise is checked again when its code has changed, that of an
    exercise above it, where its helpers may come from, or a cell that the student has added."""

    def __init__(self, grader: Grader, lesson_id: str | None = None, seed: int = 0) -> None:
        self._grader = grader
        self._asked = lesson_id
        self._seed = seed
        self._sources: dict[str, _Sources] = {}
        self.lesson: Lesson | None = None
        self.results: dict[str, ExerciseResult] = {}
        self.notes: list[str] = []

    @property
    def next_exercise(self) -> str | None:
        """What is to be done next; None if everything has passed."""
        passed = {name for name, result in self.results.items() if result.verdict == "passed"}
        return next_exercise(self.lesson, passed) if self.lesson else None

    def take(self, cells: list[StudentCell]) -> Generator[Change, None, None]:
        """Checks again what these cells have changed; Unreadable if they are no notebook of the course.

        The exercises whose own code was changed come first, those with a training last. Whoever stops in between gets
        the rest with the next save.
        """
        the_lesson = lesson(self._asked or recognise_lesson(cells))
        if the_lesson is not self.lesson:
            self.lesson, self._sources, self.results = the_lesson, {}, {}
        submission = sort_cells(the_lesson, cells)
        self.notes = submission.notes
        sources = {name: _sources(submission, name) for name in the_lesson.exercises}
        stale = [name for name in sources if self._sources.get(name) != sources[name]]
        if not stale:
            return
        own = {name for name in stale if self._sources.get(name, ())[:1] != sources[name][:1]}
        stale.sort(key=lambda name: (the_lesson.exercises[name].trains, name not in own))
        with self._grader.sitting(submission, self._seed) as sitting:
            for name in stale:
                before, result = self.results.get(name), sitting.verdict(name)
                self.results[name], self._sources[name] = result, sources[name]
                yield Change(result, before, name in own)


def _sources(submission: Submission, exercise: str) -> _Sources:
    """All that the student wrote and that may decide the result of an exercise; its own code comes first."""
    own = submission.answers.get(exercise)
    if submission.is_untouched(exercise):
        return (own,)
    added = [text for anchor in sorted(submission.added) for text in (anchor, *submission.added[anchor])]
    return (own, *submission.answers_above(exercise), *added)
